"""What runs in the fuzzer's child processes: page reading without the text network, and loaders."""

from __future__ import annotations

import os
import re
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval.fuzz.loaders import DAY
from extractor.intake import IntakeError, PageSource, PdfPage, SourceFile, sandbox
from extractor.intake.limits import MB

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extractor.model import Page
    from extractor.reading.page_reader import PageReader

Told = tuple[str, str]
"""A verdict and what goes with it, as ``case.Outcome``; plain, for processes take nothing else back."""
_CHINESE = re.compile(r"[一-鿿]")
_READING_MEMORY = 2048 * MB

_reader: PageReader | None = None


class _NoText:
    """A text engine that finds no text: the network is no part of what is fuzzed."""

    version = "none"

    def detect(self, image: object) -> list[NDArray[np.float32]]:
        return []

    def recognise(self, crops: Sequence[object]) -> list[object]:
        return []

    def turn_votes(self, crops: Sequence[object]) -> list[float]:
        return [0.0 for _ in crops]


def ready() -> bool:
    """Asked first of every process, which has started when it answers."""
    return True


def is_chinese(message: str) -> bool:
    """Whether a message is one for the product's users."""
    return _CHINESE.search(message) is not None


# --- pages ----------------------------------------------------------------------


def prepare_reading() -> None:
    """As the product's reading processes (``extractor.reading.worker``), with the engine above and less memory."""
    global _reader
    from extractor.reading.page_reader import PageReader

    class Reader(PageReader):
        """Takes every text layer for true, which the network would say by its picture."""

        def _trusted(self, pdf: object, i: int) -> bool:
            return True

    _be_quiet()
    sandbox.fence(replace(sandbox.READING, memory=_READING_MEMORY))
    _reader = Reader(_NoText, b"fuzz")  # type: ignore[arg-type]


def read_page(source: PageSource) -> Page | str:
    """A page as read, and drawn where that is another way; a page that cannot be read as its reason."""
    assert _reader is not None
    try:
        page = _reader.read(source)
        if isinstance(source, PdfPage):
            _reader.picture(source, 0, 0.0)
    except IntakeError as error:
        return error.message
    return page


# --- loaders, and what follows from pages -----------------------------------------


def prepare_loading() -> None:
    """Loaders run in the product's own process, which has no fence."""
    _be_quiet()


def _be_quiet() -> None:
    """Libraries remark upon every odd byte."""
    warnings.simplefilter("ignore")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def judge(load: Callable[[Path], object], expected: tuple[type[Exception], ...], chinese: bool, path: Path) -> Told:
    """Read a file by ``load`` and say what came of it."""
    try:
        load(path)
    except expected as error:
        message = str(getattr(error, "message", error))
        if chinese and not is_chinese(message):
            return "failed", f"message is not Chinese: {message!r}\n{traceback.format_exc()}"
        return "refused", message
    except Exception:  # whatever a loader did not foresee is what is looked for
        return "failed", traceback.format_exc()
    return "read", ""


def conclude_pages(file: SourceFile, pages: Sequence[Page], form: bool) -> Told:
    """Everything that the product does with the pages of a package of one file."""
    from extractor.conclude import conclude
    from extractor.intake import NothingReadable
    from models.calibration import load_calibration

    pages = [page.model_copy(update={"file": 0}) for page in pages]
    try:
        conclude(
            name="x", files=[replace(file, index=0)], pages=pages, declaration=None, day=DAY, calibration=load_calibration()
        ).to_json()  # fmt: skip
    except NothingReadable as error:
        return "refused", str(error)
    except Exception:  # as above
        return "failed", traceback.format_exc()
    return judge(lambda path: _as_form(path, file, pages), _form_errors(), True, file.path) if form else ("read", "")


def _form_errors() -> tuple[type[Exception], ...]:
    from extractor.claims.declared import DeclarationError

    return (DeclarationError,)


def _as_form(path: Path, file: SourceFile, pages: Sequence[Page]) -> object:
    from api.work.declarations import declaration_of_pages

    return declaration_of_pages(pages, path.name, file.media_type, None)
