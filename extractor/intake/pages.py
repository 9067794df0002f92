"""Page sources: one small object per page, which decodes only when asked.

They hold paths and numbers only, so they may be sent to another process. A page that
cannot be decoded raises IntakeError from its own loader; the others are not affected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.intake import sniff
from extractor.intake.limits import Limits
from extractor.intake.opening import Opening
from extractor.intake.opening_tasks import Part
from extractor.intake.package import SourceFile

if TYPE_CHECKING:
    from extractor.intake import image, sheet
    from extractor.intake.word import Block


@dataclass(frozen=True)
class ImagePage:
    """A picture: a photo, one frame of a TIFF, or one embedded in a DOCX (``member``)."""

    file: int
    page: int
    path: Path
    limits: Limits
    frame: int = 0
    member: str = ""

    def image(self) -> image.RGB:
        """Decode to an H x W x 3 RGB array, upright by EXIF. Raises BrokenFile, TooLarge."""
        from extractor.intake import image

        return image.load(self.path, self.limits, frame=self.frame, member=self.member)

    @cached_property
    def dpi(self) -> float | None:
        """The resolution that the file claims, if believable."""
        from extractor.intake import image

        return image.dpi(self.path, frame=self.frame, member=self.member)


@dataclass(frozen=True)
class PdfPage:
    """A page of a PDF; read it with a ``PdfFile(path, limits)`` kept open for the file, at ``index``."""

    file: int
    page: int
    path: Path
    limits: Limits

    @property
    def index(self) -> int:
        """0-based page number, as ``PdfFile`` counts."""
        return self.page - 1


@dataclass(frozen=True)
class OfdPage:
    """A page of an OFD; read it with an ``ofd.OfdFile(path, limits)``, at ``index``."""

    file: int
    page: int
    path: Path
    limits: Limits

    @property
    def index(self) -> int:
        """0-based page number, as ``OfdFile`` counts."""
        return self.page - 1


@dataclass(frozen=True)
class SheetPage:
    """A worksheet, or a CSV (with an empty ``name``). Its cells are read at first use."""

    file: int
    page: int
    path: Path
    limits: Limits
    name: str
    hidden: bool = False

    @cached_property
    def grid(self) -> sheet.Grid:
        """Cells, merged ranges and a note. Raises BrokenFile, TooLarge."""
        from extractor.intake import sheet

        if not self.name:
            return sheet.read_csv(self.path, self.limits)
        return sheet.read_sheet(self.path, self.name, self.limits)

    @property
    def rows(self) -> list[list[str]]:
        """Every cell as text from A1 on, rows equally long; a merged cell's text in its first place."""
        return self.grid.rows

    @property
    def merged(self) -> tuple[sheet.Merge, ...]:
        """(first row, first column, last row, last column), 0-based, inclusive."""
        return self.grid.merged


@dataclass(frozen=True)
class TextPage:
    """The running text of a DOCX, which has no pages of its own."""

    file: int
    page: int
    path: Path
    limits: Limits

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Paragraphs and tables in document order. Raises BrokenFile, TooLarge."""
        from extractor.intake import word

        return word.read_blocks(self.path, self.limits)


PageSource = ImagePage | PdfPage | OfdPage | SheetPage | TextPage


def page_sources(file: SourceFile, limits: Limits | None = None) -> Iterator[PageSource]:
    """The pages of ``file`` in order; none for a file with an error. Nothing is decoded here.

    Raises IntakeError for a file that was listed without its ``parts`` and cannot be opened any more.
    """
    bounds = limits or Limits()
    if file.error is not None:
        return
    i, path = file.index, file.path
    if file.media_type == sniff.PDF:
        yield from (PdfPage(i, n, path, bounds) for n in range(1, file.pages + 1))
    elif file.media_type == sniff.OFD:
        yield from (OfdPage(i, n, path, bounds) for n in range(1, file.pages + 1))
    elif file.media_type in sniff.IMAGES:
        yield from (ImagePage(i, n, path, bounds, frame=n - 1) for n in range(1, file.pages + 1))
    elif file.media_type == sniff.CSV:
        yield SheetPage(i, 1, path, bounds, "")
    elif file.media_type in {sniff.XLSX, sniff.XLS}:
        for n, part in enumerate(_parts(file, file.pages, bounds), 1):
            yield SheetPage(i, n, path, bounds, part.name, part.hidden)
    elif file.media_type == sniff.DOCX:
        yield TextPage(i, 1, path, bounds)
        for n, part in enumerate(_parts(file, file.pages - 1, bounds), 2):
            yield ImagePage(i, n, path, bounds, member=part.name)


def _parts(file: SourceFile, number: int, limits: Limits) -> tuple[Part, ...]:
    """As they were found when the package was opened; looked up again for a file that was kept without them."""
    if len(file.parts) == number:
        return file.parts
    with Opening(limits) as opening:
        return opening.look(file.path, file.name).parts
