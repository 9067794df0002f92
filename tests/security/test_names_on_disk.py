"""Names of uploaded files and packages: whatever they are, they lie inside their folder, on every system, told apart."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import BadRequest, Unusable
from api.store.staging import lay_out
from api.work.file_names import clean_name, distinct
from extractor.intake.batch import Parcel, folder_name
from extractor.intake.names import is_unsafe
from tests.security.hostile import ACTING, HOSTILE, NAMES

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PARTS = st.one_of(
    st.text(max_size=20), st.sampled_from(HOSTILE), st.sampled_from(["CON", "aux.txt", "LPT1.pdf", "com9", "甲. .", "..."])
)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def fits_everywhere(part: str) -> None:
    assert part not in ("", ".", "..")
    assert ACTING.search(part) is None
    assert not DEVICE.fullmatch(part), part
    assert part == part.rstrip(". "), part
    assert len(part.encode()) <= 255


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(name=PATHS)
def test_an_uploaded_name_fits_every_system_or_is_refused(name: str) -> None:
    try:
        clean = clean_name(name)
    except Unusable as error:
        refusal = error.detail
    else:
        refusal = ""
    assert ACTING.search(refusal) is None, "it quotes the name harmlessly"
    if refusal:
        return
    assert not is_unsafe(clean)
    assert not PurePosixPath(clean).is_absolute()
    assert not PureWindowsPath(clean).drive
    for part in clean.split("/"):
        fits_everywhere(part)
    assert clean_name(clean) == clean


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(name=PARTS)
def test_the_folder_of_a_package_fits_every_system(name: str) -> None:
    part = folder_name(Parcel(name, Path("x"), ""))
    fits_everywhere(part)
    assert not set(part) & set('\\/:*?"<>|')


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(names=st.lists(PATHS, min_size=1, max_size=5))
def test_files_are_laid_out_inside_the_folder_only(tmp_path_factory, names: list[str]) -> None:
    root: Path = tmp_path_factory.mktemp("lay")
    blob = root / "blob"
    blob.write_bytes(b"x")
    blobs = SimpleNamespace(local=lambda sha256, folder: blob)
    usable = []
    for name in names:
        try:
            usable.append(clean_name(name))
        except Unusable:
            continue
    kept = distinct(usable)
    folder = root / "home"
    folder.mkdir()
    files = [SimpleNamespace(name=n, sha256="0" * 64) for n in kept]
    if files:
        lay_out(files, blobs, folder)
    made = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert made == sorted(kept)
    assert sorted(p.name for p in root.iterdir()) == ["blob", "home"]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "..", ".", ""])
def test_a_name_that_got_into_the_database_another_way_leads_nowhere(tmp_path, name) -> None:
    """Restored from a backup, say: it is looked at once more where it is used."""
    folder = tmp_path / "home"
    folder.mkdir()
    blobs = SimpleNamespace(local=lambda sha256, folder: tmp_path / "none")
    with pytest.raises(BadRequest):
        lay_out([SimpleNamespace(name=name, sha256="0" * 64)], blobs, folder)


@ONE
def test_hostile_names_over_the_api(client_as, service):
    """Each is taken as a harmless name or refused in words; what is taken comes back under one name, in one header."""
    client = client_as("A", "reviewer")
    taken = 0
    for name in (
        *NAMES,
        "=1+1.csv",
        "[/b].csv",
        "发票\u202efdp.exe",
        "<img src=x onerror=alert(1)>.pdf",
        "'; DROP TABLE packages; --.pdf",
    ):
        sent = name.encode().replace(b'"', b"%22").replace(b"\r\n", b"%0d%0a")
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="' + sent + b'"\r\nContent-Type: text/html\r\n\r\n'
        body += b"<script>alert(1)</script>\r\n--x--\r\n"
        answer = client.post("/api/v1/packages", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert answer.status_code in (201, 400, 422), (name, answer.text)
        assert ACTING.search(answer.text) is None
        if answer.status_code == 201:
            taken += 1
            original = client.get(f"/api/v1/packages/{answer.json()['id']}/files/0")
            assert original.headers["content-type"] == "application/octet-stream"
            named = original.headers["content-disposition"]
            assert (named.count('filename="'), named.count("filename*=")) == (1, 1)
            assert "set-cookie" not in original.headers
    assert taken >= 10
    blobs = service.settings.data_dir / "blobs"
    assert all(re.fullmatch("[0-9a-f]{62}", p.name) for p in (blobs / "sha256").rglob("*") if p.is_file()), (
        "bytes lie by their hash"
    )
