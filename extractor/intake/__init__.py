"""Untrusted bytes into page sources: ``open_package`` lists, ``page_sources`` gives pages, loaders decode.

Uses nothing but ``extractor.model``. ``pdf.PdfFile`` reads PDF pages; ``word`` has the blocks of a DOCX. What decodes
(``image``, ``pdf``, ``sheet``, ``word``) is loaded when the first file is looked into: the libraries are heavy, and much
of the program only names files and pages.
"""

from extractor.intake.errors import (
    BrokenFile,
    EmptyFile,
    EncryptedFile,
    IntakeError,
    NothingReadable,
    PackageNotFound,
    TooLarge,
    UnsafeArchive,
    UnsupportedFile,
    WorkFolderError,
)
from extractor.intake.limits import Limits
from extractor.intake.package import Package, SourceFile, open_package
from extractor.intake.pages import ImagePage, OfdPage, PageSource, PdfPage, SheetPage, TextPage, page_sources

__all__ = [
    "BrokenFile",
    "EmptyFile",
    "EncryptedFile",
    "ImagePage",
    "IntakeError",
    "Limits",
    "NothingReadable",
    "OfdPage",
    "Package",
    "PackageNotFound",
    "PageSource",
    "PdfPage",
    "SheetPage",
    "SourceFile",
    "TextPage",
    "TooLarge",
    "UnsafeArchive",
    "UnsupportedFile",
    "WorkFolderError",
    "open_package",
    "page_sources",
]
