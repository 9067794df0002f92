"""In which numbers the networks compute: the fastest that the processor offers and that reads a short check right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from models.ocr.protocol import Image, TextLine

Precision = Literal["f32", "bf16", "int8"]
"""``int8``: the recogniser's convolutions in 8-bit integers (``int8.py``), all else in float32."""
CHECK = ("营业收入128,374,650.19", "有效期至2027年03月15日")
"""What stands in ``check_lines.png``, line by line."""
_FILE = Path(__file__).parent / "data" / "check_lines.png"


def candidates(capabilities: Collection[str], *, tiles: bool) -> tuple[Precision, ...]:
    """What the recogniser tries, the fastest first; ``f32`` is always right.

    Character errors on 40 drawn scans and photos (22,828 characters): f32 1.74 %, bf16 1.79 %, int8 1.67 %.
    Microseconds for a column of a line in one thread: with tiles bf16 9; with vectors alone (AVX-512) int8 27, bf16 38, f32 75.

    Args:
        capabilities: OpenVINO's ``OPTIMIZATION_CAPABILITIES`` of the processor.
        tiles: it multiplies tiles of numbers in bf16 (``has_tiles``).
    """
    offered: tuple[Precision, ...] = ("bf16", "int8") if tiles else ("int8", "bf16")
    return (*(p for p in offered if p.upper() in capabilities), "f32")


def has_tiles(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor has units for tiles of bf16 (AMX), as far as Linux tells."""
    try:
        return "amx_bf16" in cpuinfo.read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return False


def reads_right(recognise: Callable[[Sequence[Image]], Sequence[TextLine]]) -> bool:
    """Whether a recogniser reads the check's lines (about 30 ms)."""
    return tuple(line.text for line in recognise(check_lines())) == CHECK


@lru_cache(maxsize=1)
def check_lines() -> tuple[Image, ...]:
    """The check's lines as pictures."""
    grey = cv2.imdecode(np.fromfile(_FILE, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert grey is not None, "part of the package"
    return tuple(np.asarray(cv2.cvtColor(row, cv2.COLOR_GRAY2RGB), np.uint8) for row in np.array_split(grey, len(CHECK)))
