"""The files and pages of a run, as the reading rooms take them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from api.errors import BadRequest, NotFound
from api.store.blobs import BlobDamaged, Blobs
from api.store.engine import Store
from api.store.pages import PagesGone, PageStore
from api.store.tables import Run, RunFile, UploadedFile
from extractor.intake import SourceFile
from extractor.model import Page


def lay_out(files: Sequence[UploadedFile], blobs: Blobs, folder: Path) -> Path:
    """Uploaded files under their names, for ``open_package``: a folder, or the file itself where there is just one.

    Args:
        files: what was handed in, at least one.
        blobs: where the bytes lie.
        folder: an empty folder of the caller's.

    Raises:
        BadRequest: a name leads out of the folder.
        BlobMissing, BlobDamaged, BlobStoreError: the bytes cannot be had.
    """
    home = folder.resolve()
    for file in files:
        target = (home / file.name).resolve()
        if not target.is_relative_to(home) or target == home:
            raise BadRequest("上传的文件名不合要求，请改名后重新上传")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _link(blobs.local(file.sha256, folder.parent / "copies"), target)
        except BlobDamaged as error:
            raise BlobDamaged(f"《{file.name}》：{error.detail}") from error
    return home / files[0].name if len(files) == 1 else home


def _link(path: Path, target: Path) -> None:
    """A second name for the same bytes where the system can do it, else a copy."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def run_files(store: Store, run_id: str) -> tuple[RunFile, ...]:
    """The files of a run in order."""
    with store.begin() as session:
        return tuple(session.scalars(select(RunFile).where(RunFile.run_id == run_id).order_by(RunFile.position)))


def source_file(file: RunFile, path: Path | None = None) -> SourceFile:
    """A file of a run as ``extractor`` takes it; without ``path`` its bytes cannot be read."""
    return SourceFile(file.position, file.name, file.sha256, file.media_type, file.pages, file.error, file.note, path or Path())


def files_of_run(store: Store, run_id: str) -> tuple[SourceFile, ...]:
    """The files of a run without their bytes, for ``conclude``."""
    return tuple(source_file(file) for file in run_files(store, run_id))


def pages_of_run(store: Store, pages: PageStore, run_id: str) -> list[Page]:
    """All read pages of a run, file by file; ``Page.file`` is the position of the file in the run.

    Raises:
        NotFound: there is no such run.
        PagesGone: a page is not there any more.
    """
    with store.begin() as session:
        run = session.get(Run, run_id)
    if run is None:
        raise NotFound("没有这次处理记录，可能已被删除；请刷新后重试")
    found: list[Page] = []
    for file in run_files(store, run_id):
        for number in page_numbers(file):
            page = pages.page(file.sha256, number, file.position, reader=run.reader or pages.reader, run_id=run_id)
            if page is None:
                raise PagesGone(f"《{file.name}》第{number}页的读取结果已不在；请对该材料包点“重新处理”")
            found.append(page)
    return found


def page_numbers(file: RunFile) -> range:
    """The 1-based numbers of the pages of a file that are read."""
    return range(1, file.pages + 1 if file.error is None else 1)
