"""What certificates share: named layouts to draw from, label-and-value lines, sheets side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from corpora.synth import markup as m
from corpora.synth.engine import text


class UnknownLayoutError(ValueError):
    """The asked-for layout does not exist, or no layout fits what was asked for."""


def pick(
    rng: Random,
    names: Sequence[str],
    held_out: frozenset[str],
    layout: str | None = None,
    layouts: str = "all",
    fits: Callable[[str], bool] = lambda _: True,
) -> str:
    """``layout``, or a random one of ``names``.

    ``layouts``: ``all``, ``seen`` (none of ``held_out``) or ``held_out`` (only those); ``fits``
    says which can show the document at all (a certificate of 2020 has no form of 1995).

    Raises:
        UnknownLayoutError: ``layout`` or ``layouts`` is no known name, or nothing fits.
    """
    if layout is not None:
        if layout not in names:
            raise UnknownLayoutError(f"没有名为“{layout}”的版式，可用：{'、'.join(names)}。")
        return layout
    if layouts not in ("all", "seen", "held_out"):
        raise UnknownLayoutError(f"版式范围“{layouts}”无效，请用 all、seen 或 held_out。")
    wanted = [n for n in names if layouts == "all" or (n in held_out) == (layouts == "held_out")]
    fitting = [n for n in wanted if fits(n)]
    if not fitting:
        raise UnknownLayoutError(f"没有符合条件的版式（范围：{layouts}），请放宽日期、类型或版式范围。")
    return rng.choice(fitting)


def marked(key: str, value: str, **style: str | float | bool) -> str:
    """``value`` as literal text (``style`` as of ``markup.styled``), marked as the place of ``key``."""
    return m.mark(key, m.styled(value, **style) if style else text(value))  # type: ignore[arg-type]


def line(label: str, body: str, *, width: float = 0.0, colon: str = "：", gutter: str = "2pt", label_style: str = "") -> str:
    """One ``label：body`` line; ``body`` is markup and hangs, ``width`` (cm) spreads the label.

    ``label_style``: Typst arguments for the label's text.
    """
    head = (m.spread(label, width) if width else text(label)) + (text(colon) if colon else "")
    head = f"#text({label_style})[{head}]" if label_style else head
    return f"#grid(columns: (auto, 1fr), column-gutter: {gutter})[{head}][{body}]"


def underlined(label: str, body: str, *, width: float = 0.0, colon: str = "：") -> str:
    """A ``label：body`` line whose value stands on a ruled line, as filled-in forms have it."""
    head = (m.spread(label, width) if width else text(label)) + text(colon)
    return (
        f"#grid(columns: (auto, 1fr), column-gutter: 3pt, align: bottom)[{head}]"
        f"[#block(width: 100%, stroke: (bottom: 0.5pt), inset: (bottom: 3pt, x: 4pt))[{body}]]"
    )


def sheet(width: float, height: float, *parts: str, size: float = 0.0) -> str:
    """A block of ``width`` x ``height`` cm that holds ``parts`` as paragraphs: one leaf of a larger page."""
    head = f"#set text(size: {size:.2f}pt)\n" if size else ""
    return f"#block(width: {width}cm, height: {height}cm)[{head}" + "\n\n".join(parts) + "]"
