from __future__ import annotations

import hashlib
import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.store.blobs import BlobMissing, Blobs, BlobStoreError


@pytest.fixture(params=["file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return Blobs(f"file://{tmp_path}/blobs" if request.param == "file" else f"memory://{tmp_path.name}")


def test_equal_bytes_are_stored_once_whatever_they_come_as(blobs: Blobs, tmp_path: Path) -> None:
    data = b"\0evidence" * 300_000
    (tmp_path / "x").write_bytes(data)
    kept = {blobs.put(data), blobs.put(tmp_path / "x"), blobs.put(io.BytesIO(data))}
    assert kept == {(hashlib.sha256(data).hexdigest(), len(data))}
    ((sha, _),) = kept
    with blobs.open(sha) as stream:
        assert stream.read() == blobs.read(sha) == data
    assert len([p for p in blobs._fs.find(blobs._root)]) == 1


def test_a_local_path(blobs: Blobs, tmp_path: Path) -> None:
    sha, _ = blobs.put(b"abc")
    path = blobs.local(sha, tmp_path / "into")
    assert path.read_bytes() == blobs.local(sha, tmp_path / "into").read_bytes() == b"abc"


def test_deleted_is_gone(blobs: Blobs, tmp_path: Path) -> None:
    sha, _ = blobs.put(b"abc")
    assert blobs.exists(sha)
    blobs.delete(sha)
    blobs.delete(sha)
    assert not blobs.exists(sha)
    for lost in (blobs.read, blobs.open, lambda s: blobs.local(s, tmp_path / "into")):
        with pytest.raises(BlobMissing, match="请"):
            lost(sha)


def test_named_entries(blobs: Blobs) -> None:
    for key in ("pages/ab/1.gz", "pages/ab/r/2.gz", "pages/abc/1.gz"):
        assert blobs.get_named(key) is None
        assert not blobs.has_named(key)
        blobs.put_named(key, b"old")
        blobs.put_named(key, key.encode())
        assert blobs.has_named(key)
    blobs.delete_named_prefix("pages/ab")
    blobs.delete_named_prefix("pages/nothing")
    assert blobs.get_named("pages/ab/1.gz") is blobs.get_named("pages/ab/r/2.gz") is None
    assert blobs.get_named("pages/abc/1.gz") == b"pages/abc/1.gz"


@pytest.mark.parametrize("key", ["", "x", "../x/y", "a/../b", "a//b", "/a/b", "sha256/ab/cd", "a/.b", "a/b\0"])
def test_names_stay_inside(blobs: Blobs, key: str) -> None:
    with pytest.raises(ValueError):
        blobs.put_named(key, b"")


@given(st.text())
def test_only_hashes_name_contents(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    with pytest.raises(ValueError):
        Blobs("memory://hashes").read(name[:63])


def test_a_local_folder_is_its_owners_alone(tmp_path: Path) -> None:
    sha, _ = Blobs(f"file://{tmp_path}/b").put(b"secret")
    path = tmp_path / "b" / "sha256" / sha[:2] / sha[2:]
    for one in (path, *path.parents[:3]):
        assert not stat.S_IMODE(one.stat().st_mode) & 0o077


def test_a_broken_upload_leaves_nothing(tmp_path: Path) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(3)

    blobs = Blobs(f"file://{tmp_path}/b")
    with pytest.raises(ConnectionError):
        blobs.put(Breaks(b"abcdef"))
    assert not [p for p in (tmp_path / "b").rglob("*") if p.is_file()]


def test_trouble_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a file where the folder should be")
    with pytest.raises(BlobStoreError, match="请"):
        Blobs(f"file://{tmp_path}/b")
