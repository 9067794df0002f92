"""Which packages a folder or a ZIP of many holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import pdf, xlsx, zipped, zipped_raw

from extractor.intake import EmptyFile, IntakeError, Limits, PackageNotFound, open_package
from extractor.intake.batch import Parcel, folder_name, list_batch, own_declaration, unpacked

LIMITS = Limits()


def names(path, **more):
    found = list_batch(path, LIMITS, **more)
    return [p.name for p in found.parcels], list(found.loose)


def test_sub_folders_and_packed_files_are_packages_the_rest_is_loose(tmp_path):
    for folder in ("第2家", "第10家", "结果", "__MACOSX"):
        (tmp_path / folder).mkdir()
    (tmp_path / "第3家.zip").write_bytes(b"")
    (tmp_path / "第4家.rar").write_bytes(b"")
    (tmp_path / "通知.pdf").write_bytes(pdf())
    assert names(tmp_path, leave_out=[tmp_path / "结果"]) == (["第2家", "第3家", "第4家", "第10家"], ["通知.pdf"])


def test_names_are_distinct(tmp_path):
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲.zip").write_bytes(b"")
    (tmp_path / "甲.rar").write_bytes(b"")
    parcels = list_batch(tmp_path, LIMITS).parcels
    assert len({p.name for p in parcels}) == 3
    assert len({folder_name(p).casefold() for p in parcels}) == 3


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"甲.zip": b"", "乙/1.pdf": b"", "说明.txt": b""}, ["甲", "乙"]),
        ({"材料/甲.zip": b"", "材料/乙.zip": b""}, ["甲", "乙"]),
        ({"材料/甲/1.pdf": b"", "材料/乙/证书/1.pdf": b""}, ["甲", "乙"]),
        ({"甲/审计/1.pdf": b""}, ["甲"]),
        ({"1.pdf": b"", "2.pdf": b""}, ["全部"]),
    ],
)
def test_packages_of_a_zip(tmp_path, members, found):
    (tmp_path / "全部.zip").write_bytes(zipped(members))
    assert sorted(names(tmp_path / "全部.zip")[0]) == sorted(found)


def test_a_packed_package_and_a_folder_of_a_zip_open_with_gbk_names(tmp_path):
    inner = zipped_raw({"证书/一.xlsx".encode("gbk"): xlsx()})
    outer = zipped_raw({"甲.zip".encode("gbk"): inner, "乙/证书/二.pdf".encode("gbk"): pdf(), "乙/三.pdf".encode("gbk"): pdf()})
    (tmp_path / "全部.zip").write_bytes(outer)
    seen = {}
    for parcel in list_batch(tmp_path / "全部.zip", LIMITS).parcels:
        with unpacked(parcel, LIMITS, tmp_path) as (path, lost), open_package(path) as package:
            seen[parcel.name] = (package.name, [f.name for f in package.files], lost)
    assert seen == {"甲": ("甲", ["证书/一.xlsx"], ()), "乙": ("乙", ["三.pdf", "证书/二.pdf"], ())}
    assert [p.name for p in tmp_path.iterdir()] == ["全部.zip"]


def test_members_that_climb_out_stay_inside_and_are_told(tmp_path):
    (tmp_path / "全部.zip").write_bytes(zipped({"甲/../../x.pdf": pdf(), "甲/1.pdf": pdf(), "乙/1.pdf": pdf()}))
    first = next(p for p in list_batch(tmp_path / "全部.zip", LIMITS).parcels if p.name == "甲")
    (tmp_path / "work").mkdir()
    with unpacked(first, LIMITS, tmp_path / "work") as (path, lost):
        assert all(p.is_relative_to(path) for p in path.rglob("*"))
        assert "不安全" in lost[0]
    assert not (tmp_path / "x.pdf").exists()


def test_the_stamp_changes_with_the_files(tmp_path):
    folder = tmp_path / "甲"
    folder.mkdir()
    (folder / "1.pdf").write_bytes(pdf())
    before = list_batch(tmp_path, LIMITS).parcels[0].stamp
    assert list_batch(tmp_path, LIMITS).parcels[0].stamp == before
    (folder / "2.pdf").write_bytes(pdf())
    assert list_batch(tmp_path, LIMITS).parcels[0].stamp != before


def test_there_is_nothing(tmp_path):
    with pytest.raises(PackageNotFound):
        list_batch(tmp_path / "none", LIMITS)
    with pytest.raises(EmptyFile):
        list_batch(tmp_path, LIMITS)
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(IntakeError):
        list_batch(tmp_path / "x.zip", LIMITS)


def test_the_declaration_of_a_package(tmp_path):
    wanted = ("declared.json", "declared.csv")
    (tmp_path / "a.zip").write_bytes(zipped({"declared.csv": b"x", "1.pdf": pdf()}))
    (tmp_path / "b.zip").write_bytes(zipped({"甲/declared.json": b"{}", "甲/1.pdf": pdf()}))
    (tmp_path / "c.zip").write_bytes(zipped({"甲/declared.json": b"{}", "乙/1.pdf": pdf()}))
    (tmp_path / "d.zip").write_bytes(b"broken")
    (tmp_path / "work").mkdir()

    def own(name):
        found = own_declaration(tmp_path / name, wanted, LIMITS, tmp_path / "work")
        return found and (found[1], found[0].read_bytes())

    assert own("a.zip") == ("declared.csv", b"x")
    assert own("b.zip") == ("甲/declared.json", b"{}")
    assert own("c.zip") is None
    assert own("d.zip") is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_name_becomes_one_part_of_a_path(text):
    made = folder_name(Parcel(text, None, ""))
    assert made
    assert made not in (".", "..")
    assert not set('/\\:*?"<>|\0') & set(made)
    assert len(made.encode()) <= 255 or len(made) <= 80
