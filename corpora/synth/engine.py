"""The layout engine: Typst markup in, page images or a born-digital PDF out.

Fonts are those installed on the machine; at least one Chinese font must be there.
"""

from __future__ import annotations

import io
import json
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import typst
from PIL import Image, ImageFont

Pixels = npt.NDArray[np.uint8]
"""RGB image, shape (height, width, 3), dtype uint8."""

# Families by role, best first; each is Debian-packaged (fonts-noto-cjk, fonts-wqy-*, fonts-arphic-*)
# or comes with Windows/macOS.
SONG = ("AR PL SungtiL GB", "AR PL UMing", "Noto Serif CJK SC", "SimSun", "Songti SC")
KAI = ("AR PL KaitiM GB", "AR PL UKai", "KaiTi", "Kaiti SC", "STKaiti")
HEI = ("Noto Sans CJK SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "PingFang SC")


class NoChineseFontError(RuntimeError):
    """No installed font can draw Chinese."""


class LayoutError(RuntimeError):
    """The layout engine refused the markup."""


@dataclass(frozen=True)
class SynthDocument:
    """A synthetic document before rendering.

    ``type`` and the keys of ``fields`` are those of ``fields.yaml``; ``source`` is Typst
    markup, ``assets`` the images it names. ``layout`` names the variety, for error analysis.
    ``sheet`` holds rows when the document can also be written as a spreadsheet.
    """

    type: str
    source: str
    fields: dict[str, Any]
    assets: dict[str, bytes] = field(default_factory=dict)
    layout: str = ""
    title: str = ""
    sheet: tuple[tuple[str | int | float | None, ...], ...] = ()
    excluded: bool = False
    """The paper must prove nothing (notice, specimen, template)."""


@lru_cache(maxsize=1)
def _installed() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for info in typst.Fonts().fonts():
        if info.path is not None and info.style == "normal" and (info.family not in found or info.weight == 400):
            found[info.family] = (str(info.path), int(info.index))
    return found


def families(role: tuple[str, ...]) -> tuple[str, ...]:
    """The installed families of a role (``SONG``, ``KAI``, ``HEI``), or any Chinese ones.

    Raises:
        NoChineseFontError: no font of any role is installed.
    """
    have = tuple(name for name in role if name in _installed())
    if have:
        return have
    other = tuple(name for name in (*SONG, *KAI, *HEI) if name in _installed())
    if not other:
        raise NoChineseFontError(
            "没有找到中文字体，无法生成示例文档。请安装后重试：Debian/Ubuntu 执行 "
            "`apt-get install fonts-noto-cjk fonts-wqy-zenhei fonts-arphic-ukai fonts-arphic-uming`。"
        )
    return other


def has_chinese_font() -> bool:
    """Whether documents can be generated on this machine."""
    try:
        families(SONG)
    except NoChineseFontError:
        return False
    return True


@lru_cache(maxsize=64)
def pil_font(role: tuple[str, ...], size: int) -> ImageFont.FreeTypeFont:
    """The first installed font of a role for drawing seals and backgrounds; ``size`` in pixels."""
    path, index = _installed()[families(role)[0]]
    return ImageFont.truetype(path, size, index=index)


def text(value: str) -> str:
    """Markup that shows ``value`` literally, whatever characters it holds."""
    return f"#{json.dumps(value, ensure_ascii=False)};"


def png(pixels: Pixels | Image.Image) -> bytes:
    """PNG bytes of an image (RGB array or PIL image)."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _compile(document: SynthDocument, kind: Literal["pdf", "png"], ppi: float | None) -> Any:
    with tempfile.TemporaryDirectory(prefix="synth-") as root:
        for name, data in document.assets.items():
            (Path(root) / name).write_bytes(data)
        main = Path(root) / "main.typ"
        main.write_text(document.source, encoding="utf-8")
        try:
            return typst.Compiler(root=root).compile(str(main), format=kind, ppi=ppi)
        except typst.TypstError as error:
            raise LayoutError(f"{document.type} ({document.layout}): {error}") from error


def render(document: SynthDocument, dpi: float = 200.0) -> list[Pixels]:
    """The pages as RGB images, ``dpi`` pixels per inch of paper."""
    families(SONG)
    made = _compile(document, "png", float(dpi))
    pages = made if isinstance(made, list) else [made]
    return [np.asarray(Image.open(io.BytesIO(page)).convert("RGB"), dtype=np.uint8).copy() for page in pages]


def to_pdf(document: SynthDocument) -> bytes:
    """The document as a born-digital PDF with a true text layer."""
    families(SONG)
    made: bytes = _compile(document, "pdf", None)
    return made
