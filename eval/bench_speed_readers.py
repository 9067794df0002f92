"""The readers that the speed benchmark compares, each in a process of its own with all processors.

In that process the model is loaded and pages are read before any clock starts. Clocks run there too, so that
what the benchmark itself does is never counted.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image

from eval.bench_speed_processes import cores, cpu_seconds, largest_peak
from extractor.intake import ImagePage, Limits
from extractor.model import Page
from extractor.reading.worker import ReadingWorker

PRODUCT, TAKES_PDF = "product", "ocrmypdf"
READERS = (PRODUCT, "paddleocr", "rapidocr", TAKES_PDF)
_LANGUAGE = "chi_sim"


class ReaderFailed(RuntimeError):
    """A reader could not start, or ended while it read."""


@dataclass(frozen=True)
class Chunk:
    """Pages that are read in one go: pictures, and one PDF of them for readers that take PDFs."""

    paths: tuple[Path, ...]
    pdf: Path | None = None


@dataclass(frozen=True)
class ReadLine:
    """A line as read; ``corners``: shape (4, 2), fractions of the picture as stored; None: the reader gives no places."""

    text: str
    confidence: float = 1.0
    corners: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class PageText:
    """What a reader made of a page; ``page``: the product's own answer, whose boxes are on the levelled page."""

    lines: tuple[ReadLine, ...] = ()
    page: Page | None = None


@dataclass(frozen=True)
class Reading:
    """A chunk that was read: wall and processor seconds, children included, and what was read of each page."""

    wall: float
    cpu: float
    pages: tuple[PageText, ...]


class Reader(Protocol):
    """What runs in a reader's process."""

    version: str

    def warm_up(self, chunk: Chunk) -> None:
        """Read the pages of the chunk so that nothing has to be loaded later."""
        ...

    def read(self, chunk: Chunk) -> list[PageText]:
        """The pages of the chunk, in order."""
        ...

    def close(self) -> None:
        """End whatever was started."""
        ...


class _Product:
    """Pages as packages have them: lines, tables, marks and seals, in reading processes as shipped."""

    def __init__(self) -> None:
        self._worker = ReadingWorker()
        self.version = f"zuozheng {version('zuozheng')}"

    def warm_up(self, chunk: Chunk) -> None:
        # So many that every reading process gets one: there are never more than processors.
        self.read(Chunk(chunk.paths * cores()))

    def read(self, chunk: Chunk) -> list[PageText]:
        limits = Limits()
        sources = [ImagePage(k, 1, path, limits) for k, path in enumerate(chunk.paths)]
        return [PageText(page=page) for page in self._worker.read(sources)]

    def close(self) -> None:
        self._worker.__exit__(None, None, None)


class _Paddle:
    """PaddleOCR on ONNX Runtime: the product's weights, every setting its own.

    Its models for turned and for bent pages are switched off: their weights are not there.
    """

    def __init__(self) -> None:
        # Nothing may be looked up or fetched from a model hub.
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        from paddleocr import PaddleOCR

        from models.ocr import paddle_engine as ours
        from models.ocr.weights import DETECTOR, RECOGNISER, onnx_characters, weights_path

        self._folder = Path(tempfile.mkdtemp(prefix="bench-paddle-"))
        characters = onnx_characters(weights_path(RECOGNISER))
        for name, weights, config in (
            (ours.DET_NAME, DETECTOR, ours.detector_config()),
            (ours.REC_NAME, RECOGNISER, ours.recogniser_config(characters)),
        ):
            (self._folder / name).mkdir()
            shutil.copyfile(weights_path(weights), self._folder / name / "inference.onnx")
            text = yaml.safe_dump(config, allow_unicode=True)
            (self._folder / name / "inference.yml").write_text(text, encoding="utf-8")
        self._ocr = PaddleOCR(
            text_detection_model_name=ours.DET_NAME,
            text_detection_model_dir=str(self._folder / ours.DET_NAME),
            text_recognition_model_name=ours.REC_NAME,
            text_recognition_model_dir=str(self._folder / ours.REC_NAME),
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            engine="onnxruntime",
        )
        self.version = f"paddleocr {version('paddleocr')}, onnxruntime {version('onnxruntime')}"

    def warm_up(self, chunk: Chunk) -> None:
        self.read(chunk)

    def read(self, chunk: Chunk) -> list[PageText]:
        made = []
        for path in chunk.paths:
            found = next(iter(self._ocr.predict(str(path))))
            lines = zip(found["rec_texts"], found["rec_scores"], found["rec_polys"], strict=True)
            made.append(_with_places(path, [(str(text), float(score), quad) for text, score, quad in lines]))
        return made

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class _Rapid:
    """RapidOCR as it comes: its own models and settings."""

    def __init__(self) -> None:
        self._ocr: Callable[[str], Any] = import_module("rapidocr").RapidOCR()
        self.version = f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}"

    def warm_up(self, chunk: Chunk) -> None:
        self.read(chunk)

    def read(self, chunk: Chunk) -> list[PageText]:
        made = []
        for path in chunk.paths:
            found = self._ocr(str(path))
            # A page without text has None instead of lists.
            parts = (found.txts, found.scores, found.boxes) if found.boxes is not None else ((), (), ())
            lines = zip(*parts, strict=True)
            made.append(_with_places(path, [(str(text), float(score), quad) for text, score, quad in lines]))
        return made

    def close(self) -> None:
        pass


class _Tesseract:
    """OCRmyPDF with Tesseract: one call for each chunk, its start-up counted."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bench-ocrmypdf-"))
        self.version = f"ocrmypdf {_first_line('ocrmypdf', '--version')}, {_first_line('tesseract', '--version')}"

    def warm_up(self, chunk: Chunk) -> None:
        self.read(chunk)

    def read(self, chunk: Chunk) -> list[PageText]:
        if chunk.pdf is None:
            raise ReaderFailed("ocrmypdf 需要 PDF")
        sidecar = self._folder / "text.txt"
        options = ["--force-ocr", "-l", _LANGUAGE, "--output-type", "pdf", "--jobs", str(cores()), "--optimize", "0"]
        made = ["--sidecar", str(sidecar), str(chunk.pdf), str(self._folder / "out.pdf")]
        done = subprocess.run(["ocrmypdf", "--quiet", *options, *made], capture_output=True, text=True)
        if done.returncode:
            raise ReaderFailed(f"ocrmypdf 结束码 {done.returncode}：{done.stderr[-500:]}")
        pages = sidecar.read_text(encoding="utf-8").split("\f")[: len(chunk.paths)]
        pages += [""] * (len(chunk.paths) - len(pages))
        return [PageText(tuple(ReadLine(line) for line in page.splitlines() if line.strip())) for page in pages]

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


_MAKERS: dict[str, Callable[[], Reader]] = {
    PRODUCT: _Product,
    "paddleocr": _Paddle,
    "rapidocr": _Rapid,
    TAKES_PDF: _Tesseract,
}
_NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    PRODUCT: ((), ()),
    "paddleocr": (("paddleocr", "onnxruntime"), ()),
    "rapidocr": (("rapidocr", "onnxruntime"), ()),
    TAKES_PDF: ((), ("ocrmypdf", "tesseract")),
}
"""Modules and commands that a reader needs."""


def missing(name: str) -> str:
    """What a reader lacks here, for a person to read; empty where it can run."""
    modules, commands = _NEEDS[name]
    lacking = [m for m in modules if find_spec(m) is None] + [c for c in commands if shutil.which(c) is None]
    if not lacking and "tesseract" in commands and _LANGUAGE not in _output("tesseract", "--list-langs").split():
        lacking = [f"tesseract data {_LANGUAGE}"]
    return ", ".join(lacking)


class ReaderProcess:
    """A reader in its own process; a context manager.

    Args:
        name: one of ``READERS``.
        warm: read before any clock starts.

    Raises:
        ReaderFailed: it cannot start.
    """

    def __init__(self, name: str, warm: Chunk) -> None:
        self.name = name
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        # No daemon: the product starts reading processes of its own.
        self._process = context.Process(target=_serve, args=(name, warm, theirs), name=f"reader-{name}")
        self._process.start()
        theirs.close()
        self.version = str(self._answer())

    def __enter__(self) -> ReaderProcess:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(30)
        if self._process.is_alive():
            self._process.terminate()

    def read(self, chunk: Chunk) -> Reading:
        """Read a chunk. Raises ReaderFailed."""
        self._pipe.send(chunk)
        answer = self._answer()
        assert isinstance(answer, Reading)
        return answer

    def peak_rss(self) -> int:
        """The most memory that any one of its processes ever had, in bytes. Raises ReaderFailed."""
        self._pipe.send(None)
        answer = self._answer()
        assert isinstance(answer, int)
        return answer

    def _answer(self) -> object:
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise ReaderFailed(f"{self.name} 意外结束") from error
        if isinstance(answer, Exception):
            raise ReaderFailed(f"{self.name}：{answer}") from answer
        return answer


def _serve(name: str, warm: Chunk, pipe: Connection) -> None:
    # Whatever a reader prints must not get between the benchmark's results.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    reader = None
    try:
        reader = _MAKERS[name]()
        reader.warm_up(warm)
        pipe.send(reader.version)
        while True:
            chunk = pipe.recv()
            if chunk is None:
                ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
                pipe.send(max(ended, largest_peak(os.getpid())))
                continue
            cpu, wall = cpu_seconds(os.getpid()), time.perf_counter()
            pages = reader.read(chunk)
            wall = time.perf_counter() - wall
            pipe.send(Reading(wall, cpu_seconds(os.getpid()) - cpu, tuple(pages)))
    except EOFError:
        pass  # the benchmark has ended
    except Exception as error:
        # Its own type may not exist over there.
        pipe.send(ReaderFailed(f"{type(error).__name__}: {error}"))
    finally:
        if reader is not None:
            reader.close()


def _with_places(path: Path, lines: Sequence[tuple[str, float, Any]]) -> PageText:
    with Image.open(path) as image:  # its size only: nothing is decoded
        size = np.array(image.size, np.float64)
    return PageText(tuple(ReadLine(text, score, np.asarray(quad, np.float64) / size) for text, score, quad in lines))


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout or done.stderr


def _first_line(*command: str) -> str:
    return next(iter(_output(*command).splitlines()), "").strip()
