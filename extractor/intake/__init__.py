"""Untrusted bytes into page sources: ``open_package`` lists, ``page_sources`` gives pages, loaders decode.

Uses nothing but ``extractor.model``. ``pdf.PdfFile`` reads PDF pages.
"""

from extractor.intake.errors import (
    BrokenFile,
    EmptyFile,
    EncryptedFile,
    IntakeError,
    PackageNotFound,
    TooLarge,
    UnsafeArchive,
    UnsupportedFile,
)
from extractor.intake.limits import Limits
from extractor.intake.package import Package, SourceFile, open_package
from extractor.intake.pages import ImagePage, PageSource, PdfPage, SheetPage, TextPage, page_sources
from extractor.intake.pdf import ImageBox, PdfFile, Ruling, TextQuality, Word
from extractor.intake.word import Block, Paragraph, TableBlock, TableCell

__all__ = [
    "Block",
    "BrokenFile",
    "EmptyFile",
    "EncryptedFile",
    "ImageBox",
    "ImagePage",
    "IntakeError",
    "Limits",
    "Package",
    "PackageNotFound",
    "PageSource",
    "Paragraph",
    "PdfFile",
    "PdfPage",
    "Ruling",
    "SheetPage",
    "SourceFile",
    "TableBlock",
    "TableCell",
    "TextPage",
    "TextQuality",
    "TooLarge",
    "UnsafeArchive",
    "UnsupportedFile",
    "Word",
    "open_package",
    "page_sources",
]
