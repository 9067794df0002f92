"""Small Typst building blocks shared by the document types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

from corpora.synth.engine import HEI, KAI, SONG, families, text

# Content that is too tall for its page is shrunk, as a clerk would: no stray last line on a page of its own.
FIT = """#let fit(body) = layout(size => {
  let need = measure(block(width: size.width, body)).height
  if need <= size.height { body } else {
    let f = size.height / need
    scale(f * 100%, reflow: true, origin: top + left, block(width: size.width / f, body))
  }
})"""
LATIN_SERIF = ("Libertinus Serif", "DejaVu Serif")
LATIN_SANS = ("DejaVu Sans",)


@dataclass(frozen=True)
class Fonts:
    """Font stacks (Typst arrays) of one document."""

    body: str
    title: str
    accent: str
    size: float
    spacing: str = "auto"


def stack(*names: str) -> str:
    """A Typst font array."""
    return "(" + ",".join(json.dumps(name) for name in names) + ",)"


def choose_fonts(rng: Random, size: float = 11.0) -> Fonts:
    """Fonts for one document: song or hei body, any title, kai accent; fallbacks cover rare characters."""

    def pick(role: tuple[str, ...]) -> tuple[str, ...]:
        # The AR PL U* fonts set commas in the middle, as in Taiwan: only when nothing else is there.
        have = [name for name in families(role) if not name.startswith("AR PL U")] or list(families(role))
        rng.shuffle(have)
        return (*have, *families(SONG), *families(HEI))

    body_role = rng.choice((SONG, SONG, SONG, HEI, KAI))
    latin = rng.choice((LATIN_SERIF, LATIN_SANS, ()))
    return Fonts(
        body=stack(*latin, *pick(body_role)),
        title=stack(*pick(rng.choice((SONG, HEI, HEI)))),
        accent=stack(*pick(KAI)),
        size=size * rng.uniform(0.94, 1.08),
        spacing=rng.choice(("auto", "none", "none")),
    )


def doc(fonts: Fonts, *pages: str) -> str:
    """A whole Typst source from page calls."""
    return (
        f'#set text(font: {fonts.body}, size: {fonts.size:.2f}pt, lang: "zh", region: "cn", '
        f"cjk-latin-spacing: {fonts.spacing}, ligatures: false)\n#set par(justify: false)\n{FIT}\n" + "\n".join(pages)
    )


def page(
    body: str,
    *,
    paper: str = "a4",
    flipped: bool = False,
    margin: str = "(x: 2.4cm, y: 2.2cm)",
    background: str = "",
    footer: str = "",
    flow: bool = False,
) -> str:
    """One page call; content too tall is shrunk to fit unless it may ``flow`` over several pages.

    ``background``: file name of an asset that fills the page.
    """
    shape = f'paper: "{paper}", flipped: {str(flipped).lower()}'
    back = f', background: image("{background}", width: 100%, height: 100%, fit: "stretch")' if background else ""
    foot = f", footer: [#align(center)[{footer}]]" if footer else ""
    inner = body if flow else f"#fit[\n{body}\n]"
    return f"#page({shape}, margin: {margin}{back}{foot})[\n{inner}\n]"


def styled(
    value: str,
    size: float | None = None,
    *,
    bold: bool = False,
    font: str = "",
    fill: str = "",
    tracking: str = "",
) -> str:
    """Literal text with a style."""
    args = [f"size: {size}pt"] if size else []
    args += ['weight: "bold"'] if bold else []
    args += [f"font: {font}"] if font else []
    args += [f'fill: rgb("{fill}")'] if fill else []
    args += [f"tracking: {tracking}"] if tracking else []
    return f"#text({', '.join(args)})[{text(value)}]" if args else text(value)


def centred(body: str) -> str:
    """Markup, centred."""
    return f"#align(center)[{body}]"


def right(body: str) -> str:
    """Markup at the right margin."""
    return f"#align(right)[{body}]"


def grid(columns: str, *cells: str, options: str = "") -> str:
    """A borderless grid; ``columns`` as Typst widths (``1fr, auto``), ``options`` further Typst arguments."""
    more = f", {options}" if options else ""
    return f"#grid(columns: ({columns},){more})" + "".join(f"[{cell}]" for cell in cells)


def seal_box(width: float, height: float, *lines: str) -> str:
    """A box (cm) with centred lines: room for a seal across a name and a date."""
    body = "#linebreak()".join(lines)
    return f"#box(width: {width}cm, height: {height}cm)[#align(center + horizon)[{body}]]"


def gap(cm: float) -> str:
    """Vertical space."""
    return f"#v({cm:.2f}cm)"


def picture(name: str, width: float) -> str:
    """An asset at ``width`` cm."""
    return f'#image("{name}", width: {width}cm)'


def mark(key: str, body: str) -> str:
    """``body``, remembered as the place of field ``key`` (``revenue/2020`` for one period of a row).

    Changes nothing visible: ``engine.lay_out`` finds the marks as link rectangles of the PDF.
    """
    return f"#link({json.dumps('field:' + key, ensure_ascii=False)})[{body}]"


def place(body: str, x: float, y: float, anchor: str = "top + left") -> str:
    """Markup put at an offset (cm) from an anchor of the page body, taking no room."""
    return f"#place({anchor}, dx: {x:.2f}cm, dy: {y:.2f}cm)[{body}]"


def sealed(body: str, seal: str, width: float, dx: float = 0.0, dy: float = 0.0, over: bool = False) -> str:
    """``body`` with a seal across it: under the text (ink mixes) or over it (an electronic seal)."""
    mark = f'#place(center + horizon, dx: {dx:.2f}cm, dy: {dy:.2f}cm)[#image("{seal}", width: {width}cm)]'
    return f"#box[{body}{mark}]" if over else f"#box[{mark}{body}]"


def spread(label: str, width: float) -> str:
    """A label spread evenly over ``width`` cm (分散对齐), as certificates print it."""
    if len(label) < 2:
        return f"#box(width: {width}cm)[{text(label)}]"
    return f"#box(width: {width}cm)[" + "#h(1fr)".join(text(c) for c in label) + "]"


def label_value(
    label: str, value: str, *, width: float = 0.0, colon: str = "：", value_font: str = "", bold: bool = False
) -> str:
    """One ``label：value`` line, hanging so that long values wrap under themselves."""
    head = spread(label, width) if width else styled(label, bold=bold)
    shown = styled(value, font=value_font) if value_font else text(value)
    return f"#grid(columns: (auto, 1fr), column-gutter: 2pt)[{head}{text(colon) if colon else ''}][{shown}]"


def table(
    rows: list[list[str]],
    columns: list[str],
    align: list[str],
    *,
    ruled: str = "grid",
    header: int = 1,
    size: float = 9.0,
    inset: str = "(x: 3pt, y: 3.2pt)",
    width: str = "100%",
) -> str:
    """A table of markup cells; header rows repeat on every page.

    ``ruled``: grid, three (three-line table), horizontal, none.
    """
    stroke = {
        "grid": "0.6pt + black",
        "none": "none",
        "horizontal": "(x, y) => (bottom: 0.4pt + black, top: 0.4pt + black)",
        "three": "(x, y) => if y == 0 { (top: 1.1pt + black) } "
        f"else if y == {header} {{ (top: 0.6pt + black) }} "
        f"else if y == {len(rows) - 1} {{ (bottom: 1.1pt + black) }}",
    }[ruled]
    head = "".join(_row(row) for row in rows[:header])
    body = "".join(_row(row) for row in rows[header:])
    return (
        f"#block(width: {width})[#set text(size: {size:.1f}pt)\n#set par(justify: false, leading: 0.35em)\n"
        f"#table(columns: ({', '.join(columns)},), align: ({', '.join(align)},),\n"
        f"stroke: {stroke}, inset: {inset},\n"
        f"table.header({head}),\n{body})]"
    )


def _row(cells: list[str]) -> str:
    return "".join(f"[{cell}]," for cell in cells) + "\n"
