"""Pictures of pages for the reviewers: made in a child process, personal numbers blacked out unless asked otherwise."""

from __future__ import annotations

import io
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.errors import NotFound
from api.jobs.opening import Opener, ParserDied
from api.settings import ServiceSettings
from api.store.blobs import Blobs
from api.store.engine import Store
from api.store.pages import PageStore
from api.store.staging import page_numbers, source_file
from api.store.tables import Run, RunFile
from extractor.intake import IntakeError, PageSource, page_sources
from extractor.intake.sniff import DOCX, IMAGES, OFD, PDF
from extractor.model import Page

if TYPE_CHECKING:
    from extractor.reading.worker import ReadingWorker, Shown

THUMBNAIL_WIDTH = 240


class NoPicture(NotFound):
    """The page has no picture, or none that may be shown."""

    code = "no-picture"


class Pictures:
    """Upright JPEG pictures of pages. Masked ones are kept among the blobs, others never.

    Args:
        blobs: where files and pictures lie.
        pages: the read pages, which say how a page was turned and where personal numbers stand.
        settings: the text engine's name.
    """

    def __init__(self, blobs: Blobs, pages: PageStore, settings: ServiceSettings) -> None:
        self._blobs = blobs
        self._pages = pages
        self._settings = settings
        self._lock = threading.Lock()
        self._worker: ReadingWorker | None = None
        self._opener = Opener()
        self._warmed = False
        self._closed = False

    def warm(self) -> None:
        """Have the child process start in the background, so that the first picture need not wait for it; returns at once."""
        if not self._warmed:
            self._warmed = True
            threading.Thread(target=self._start, name="pictures-start", daemon=True).start()

    def _start(self) -> None:
        with self._lock:
            if not self._closed:
                self._running().start()

    def keep(self, sha256: str, reader: str, page: int, shown: Shown) -> None:
        """Keep the masked picture of a page that was made while it was read, if there is one.

        Args:
            sha256: of the file's bytes.
            reader: what read the page (``Run.reader``).
            page: its 1-based number.
            shown: the page with its picture.
        """
        for data, small in ((shown.picture, False), (shown.thumbnail, True)):
            if data is not None:
                self._blobs.put_named(_name(sha256, reader, page, small=small), data)

    def picture(self, store: Store, run_id: str, file: int, page: int, *, masked: bool = True) -> bytes:
        """The picture of a page, as JPEG.

        Args:
            store: the database.
            run_id: the run that read it; whether the caller may see it has been checked.
            file: position of the file in the run.
            page: 1-based number of the page.
            masked: personal numbers are blacked out.

        Raises:
            NoPicture: there is no such page, it is no picture, or it could not be read and so not be masked.
            BlobMissing, BlobStoreError: the file's bytes cannot be had.
        """
        found, reader = self._file(store, run_id, file, page)
        kept = _name(found.sha256, reader, page)
        data = self._kept(kept) if masked else None
        if data is not None:
            return data
        read = self._pages.page(found.sha256, page, file, reader=reader, run_id=run_id)
        if read is None:
            raise NoPicture("这一页还没有读到，请稍后再看")
        if masked and read.source == "blank" and read.note:
            raise NoPicture("这一页未能读取，无法遮盖个人信息；如需查看，请由审核员点“显示原件”")
        data = self._make(found, read, kept if masked else None)
        if data is None:
            raise NoPicture("这一页没有可显示的图像（表格或文字文件，或图像已损坏），请看读出的文字")
        return data

    def thumbnail(self, store: Store, run_id: str, file: int, page: int) -> bytes:
        """A masked picture of a page, ``THUMBNAIL_WIDTH`` pixels wide at most. Arguments and errors as ``picture``."""
        found, reader = self._file(store, run_id, file, page)
        kept = _name(found.sha256, reader, page, small=True)
        data = self._kept(kept)
        if data is None:
            data = _smaller(self.picture(store, run_id, file, page), THUMBNAIL_WIDTH)
            self._blobs.put_named(kept, data)
        return data

    def _kept(self, name: str) -> bytes | None:
        """A picture that was made before; one that was cut off is made again."""
        data = self._blobs.get_named(name)
        return data if data is not None and data.startswith(_JPEG[0]) and data.endswith(_JPEG[1]) else None

    def _file(self, store: Store, run_id: str, file: int, page: int) -> tuple[RunFile, str]:
        """The file of a page, and what read it."""
        with store.begin() as session:
            found = session.scalar(select(RunFile).where(RunFile.run_id == run_id, RunFile.position == file))
            run = session.get(Run, run_id)
        if run is None or found is None or page not in page_numbers(found):
            raise NoPicture("没有这一页，材料包可能已重新处理；请刷新后重试")
        return found, run.reader or self._pages.reader

    def _make(self, file: RunFile, page: Page, kept: str | None) -> bytes | None:
        """The picture; ``kept``: the name under which a masked one is kept, None for one that shows everything."""
        if file.media_type not in {PDF, DOCX, OFD, *IMAGES}:
            return None
        with tempfile.TemporaryDirectory() as folder:
            source = self._source(file, page.page, self._blobs.local(file.sha256, Path(folder)))
            if source is None:
                return None
            with self._lock:
                # Somebody who asked at the same time may have had it made meanwhile.
                data = self._kept(kept) if kept else None
                if data is None:
                    data = self._running().picture(source, page, masked=kept is not None)
                    if data is not None and kept:
                        self._blobs.put_named(kept, data)
                return data

    def _source(self, file: RunFile, page: int, path: Path) -> PageSource | None:
        opened = source_file(file, path)
        try:
            # Only this kind has to be opened to know its pages; this process opens nothing that was uploaded.
            limits = self._settings.intake
            sources = self._opener.sources(opened, limits) if file.media_type == DOCX else page_sources(opened, limits)
            return next((s for s in sources if s.page == page), None)
        except (ParserDied, IntakeError):
            return None

    def _running(self) -> ReadingWorker:
        if self._worker is None:
            # Loads the imaging libraries, which the web process does without until somebody looks at a page.
            from extractor.reading.worker import ReadingWorker

            self._worker = ReadingWorker(self._settings.engine, 1, self._pages.secret)
        return self._worker

    def close(self) -> None:
        """Stop the child processes."""
        self._opener.close()
        with self._lock:
            self._closed = True
            if self._worker is not None:
                self._worker.__exit__(None, None, None)
                self._worker = None


_JPEG = (b"\xff\xd8", b"\xff\xd9")
"""How a whole picture begins and ends."""


def _name(sha256: str, reader: str, page: int, *, small: bool = False) -> str:
    """Under which a masked picture is kept."""
    return f"pictures/{sha256}/{reader}-{page}-m{f'-{THUMBNAIL_WIDTH}' if small else ''}.jpg"


def _smaller(picture: bytes, width: int) -> bytes:
    """A JPEG of ours, scaled down. What was uploaded is never opened here: the child process made this picture."""
    from PIL import Image  # not before somebody looks at pages

    with Image.open(io.BytesIO(picture)) as image:
        height = max(1, round(image.height * width / image.width))
        image.draft("RGB", (width, height))  # decodes no more than is needed
        if image.width > width:
            image.thumbnail((width, height), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=75)
    return out.getvalue()
