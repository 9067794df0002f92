"""Signatures of an OFD: who and when, and whether the files are still those that were signed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import intake_files as make
import ofd_files as o
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_files import Opener

from extractor.intake import ofd_der
from extractor.intake.ofd import OfdFile
from extractor.intake.ofd_seals import Signature, Stamp, altered, signatures

PAGE = "Doc_0/Pages/Page_0/Content.xml"


@pytest.fixture
def plain() -> o.Members:
    return o.package([o.page(o.text("营业收入")), o.page(o.text("第二页"))])


@pytest.fixture
def signed_by(tmp_path: Path):
    """The one signature of a package, and why it is altered."""

    def read(members: o.Members) -> tuple[Signature, str]:
        path = tmp_path / "x.ofd"
        path.write_bytes(o.zipped(members))
        with OfdFile(path) as ofd:
            (found,) = signatures(ofd, ofd.docs[0])
            return found, altered(ofd, ofd.docs[0])

    return read


@pytest.mark.parametrize("old", [False, True])
def test_who_and_when(signed_by, plain: o.Members, old: bool) -> None:
    found, why = signed_by(o.signed(plain, old=old, picture=make.picture()))
    assert (found.seal, found.signer, found.time) == ("某某税务局", "某某证书", "2020-07-23 13:09")
    assert (found.picture_kind, found.picture) == ("png", make.picture())
    assert found.stamps == (Stamp(0, (90, 8, 120, 28)),)
    assert len(found.same) == 5
    assert found.described is True
    assert not found.broken
    assert not why


def test_a_whole_signature_says_what_was_not_checked(only: Opener, plain: o.Members) -> None:
    note = only("发票.ofd", o.zipped(o.signed(plain))).note
    assert note == ("电子印章“某某税务局”（2020-07-23 13:09）：5 个文件的 SHA256 摘要与签章时一致，签名值和证书是否有效未验证")


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL has no SM3")
@pytest.mark.parametrize("method", ["1.2.156.10197.1.401", "SM3", "sm3"])
def test_sm3(signed_by, plain: o.Members, method: str) -> None:
    found, _ = signed_by(o.signed(plain, method=method, name="sm3"))
    assert (len(found.same), found.changed, found.method) == (5, (), "sm3")


@pytest.mark.parametrize(("method", "name"), [("SHA-1", "sha1"), ("", "md5")])
def test_old_digests_are_called_unsafe(only: Opener, plain: o.Members, method: str, name: str) -> None:
    note = only("发票.ofd", o.zipped(o.signed(plain, method=method, name=name))).note
    assert note is not None
    assert "该算法已不安全" in note


def test_an_altered_page(signed_by, only: Opener, plain: o.Members) -> None:
    members = o.signed(plain)
    members[PAGE] = members[PAGE].replace("营业收入".encode(), "营业成本".encode())
    found, why = signed_by(members)
    assert found.changed == (PAGE,)
    assert "签章后文件被改动" in why
    note = only("发票.ofd", o.zipped(members)).note
    assert note is not None
    assert note.startswith("注意：电子印章“某某税务局”（2020-07-23 13:09）签章后文件被改动（Doc_0/Pages/Page_0/Content.xml与")
    assert "请向出具单位索取原件核对" in note


def test_a_file_taken_away(signed_by, plain: o.Members) -> None:
    members = o.signed(plain)
    del members["Doc_0/PublicRes.xml"]
    assert signed_by(members)[0].changed == ("Doc_0/PublicRes.xml",)


def test_digests_made_to_fit_are_told_by_the_signed_value(signed_by, plain: o.Members) -> None:
    members = o.signed(plain)
    forged = o.signed(plain | {PAGE: o.page(o.text("假"))})
    members[PAGE], members[o.SIGNATURE] = forged[PAGE], forged[o.SIGNATURE]
    found, why = signed_by(members)
    assert (found.changed, found.described) == ((), False)
    assert why


def test_a_page_that_is_not_covered(only: Opener, plain: o.Members) -> None:
    note = only("发票.ofd", o.zipped(o.signed(plain, leave_out=["Doc_0/Pages/Page_1/Content.xml"]))).note
    assert note is not None
    assert "Doc_0/Pages/Page_1/Content.xml不在签章保护的范围内" in note


@pytest.mark.parametrize("method", ["1.2.3.4", "SHA3", "../md5"])
def test_a_digest_that_is_not_known(signed_by, plain: o.Members, method: str) -> None:
    found, why = signed_by(o.signed(plain, method=method))
    assert found.unchecked == "摘要算法不支持"
    assert not why


def test_nothing_is_listed(signed_by) -> None:
    members = o.signed({"OFD.xml": b""})
    members = o.package([o.page(o.text("一"))]) | members
    assert signed_by(members)[0].unchecked == "没有列出受保护的文件"


@pytest.mark.parametrize("name", [o.SIGNATURE, "Doc_0/Signs/Signatures.xml"])
@pytest.mark.parametrize("data", [b"<cut", b"", b"<ofd/>"])
def test_a_broken_description_is_said(only: Opener, plain: o.Members, name: str, data: bytes) -> None:
    file = only("发票.ofd", o.zipped(o.signed(plain) | {name: data}))
    assert file.error is None
    if name == o.SIGNATURE or data != b"<ofd/>":
        assert file.note is not None
        assert "无法读取" in file.note


def test_a_broken_signed_value_leaves_the_digests(signed_by, plain: o.Members) -> None:
    found, _ = signed_by(o.signed(plain) | {"Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x82junk"})
    assert (found.seal, found.signer, found.described, len(found.same)) == ("", "", None, 5)


@given(st.binary(max_size=200))
def test_der_of_anything(data: bytes) -> None:
    try:
        node = ofd_der.parse(data)
    except ofd_der.DerError:
        return
    assert sum(1 for _ in ofd_der.walk(node)) >= 1
    assert isinstance(ofd_der.subject(data), str)


@given(st.data())
def test_damaged_signed_values_never_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    members = o.signed(o.package([o.page(o.text("一"))]))
    name = "Doc_0/Signs/Sign_0/SignedValue.dat"
    value = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 5))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "value.ofd"
    path.write_bytes(o.zipped(members | {name: bytes(value)}))
    with OfdFile(path) as ofd:
        (found,) = signatures(ofd, ofd.docs[0])
    assert found.changed == ()


def test_der_nested_without_end() -> None:
    with pytest.raises(ofd_der.DerError):
        ofd_der.parse(b"\x30\x80" * 3000)
    deep = b""
    for _ in range(60):
        deep = o.der(0x30, deep)
    with pytest.raises(ofd_der.DerError):
        ofd_der.parse(deep)
