"""Engines by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from models.ocr.protocol import EngineError, TextEngine


def _openvino(threads: int | None, cache_dir: Path | None) -> TextEngine:
    from models.ocr.openvino_engine import OpenVinoEngine

    return OpenVinoEngine(threads=threads, cache_dir=cache_dir)


def _paddle(threads: int | None, cache_dir: Path | None) -> TextEngine:
    # Imported late: an optional extra that is slow to load.
    from models.ocr.paddle_engine import PaddleEngine

    return PaddleEngine(threads=threads)


ENGINES: dict[str, Callable[[int | None, Path | None], TextEngine]] = {"openvino": _openvino, "paddleocr": _paddle}


def create_engine(name: str = "openvino", *, threads: int | None = None, cache_dir: Path | None = None) -> TextEngine:
    """Create the engine called ``name`` (one of ``ENGINES``).

    Raises:
        EngineError: unknown name, or the engine's package is not installed.
    """
    if name not in ENGINES:
        raise EngineError(f"没有名为 {name} 的识别引擎，可选：{'、'.join(ENGINES)}。")
    return ENGINES[name](threads, cache_dir)
