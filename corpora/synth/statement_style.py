"""How financial statements are printed: units, wordings, rules, fonts; amounts as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpora.synth import markup as m
from corpora.synth.engine import HEI, KAI, SONG, families

UNITS = {
    "yuan": (100, ("人民币元", "元")),
    "thousand_yuan": (100_000, ("人民币千元", "千元")),
    "ten_thousand_yuan": (1_000_000, ("人民币万元", "万元")),
    "million_yuan": (100_000_000, ("人民币百万元", "百万元")),
}
GRAINS = {"yuan": 1, "thousand_yuan": 100_000, "ten_thousand_yuan": 10_000, "million_yuan": 1_000_000}
Ruled = Literal["grid", "three", "horizontal", "none", "frame", "thick", "hair", "dotted", "ruled_off"]
ROLES = {"song": SONG, "hei": HEI, "kai": KAI}


@dataclass(frozen=True)
class Printout:
    """A form from accounting software.

    ``preparer``: label before the company; ``corner``: form number and unit beside the title; ``numeric``: dates
    in figures; ``spaced``: blanks between the characters of the title.
    """

    preparer: str
    corner: bool
    numeric: bool
    spaced: bool


@dataclass(frozen=True)
class Annual:
    """A page of a bound report.

    ``note``: references to the notes, ``{}`` their number; ``head_unit``: the unit below each year as well;
    ``centred``: the heading.
    """

    note: str
    head_unit: bool
    centred: bool


@dataclass(frozen=True)
class Style:
    """How statements are printed. ``heads``: balance sheet headers (this, last); ``flows``: income ones.

    ``layout``: name of the layout it is drawn for (empty: the plain one- or two-sided kind).
    ``split``: a one-column balance sheet takes two pages. ``scopes``: group and company columns in one
    table, headed so. ``monthly``: the income statement has a column for the month, and one for last
    year too (``three``) or not (``two``). ``together``: both statements on one page. ``bilingual``: English
    below or behind each name. ``leaders``: dots from the names to the amounts. ``shade``,
    ``band``: fill of the header and of total rows. ``top``: arrangement of the lines above a table, unless it is
    that of a ``printout`` or an ``annual`` report. ``grouped``: thousands are separated.
    """

    heads: tuple[str, str]
    flows: tuple[str, str]
    prior_first: bool
    two_sided: bool
    line_numbers: bool
    note_column: bool
    ruled: Ruled
    unit: str
    decimals: int
    negative: Literal["minus", "paren", "fullparen"]
    nil: str
    size: float
    paper: str
    layout: str = ""
    split: bool = True
    scopes: tuple[str, str] | None = None
    scopes_outside: bool = True
    monthly: Literal["", "two", "three"] = ""
    together: bool = False
    bilingual: Literal["", "below", "inline"] = ""
    leaders: bool = False
    shade: str = ""
    band: str = ""
    top: Literal["row", "stack", "entity", "left", "boxed"] = "row"
    title_size: float = 15.0
    font: Literal["", "song", "hei", "kai"] = ""
    fill: float = 0.85
    """Share of the page's height that a table is stretched to."""
    grouped: bool = True
    printout: Printout | None = None
    annual: Annual | None = None


def money(fen: int, style: Style) -> str:
    """An amount as printed in the style's unit."""
    if fen == 0:
        return style.nil
    divisor = UNITS[style.unit][0]
    shown = f"{abs(fen) / divisor:{',' if style.grouped else ''}.{style.decimals}f}"
    if fen > 0:
        return shown
    return {"minus": f"-{shown}", "paren": f"({shown})", "fullparen": f"（{shown}）"}[style.negative]


def in_font(style: Style, body: str) -> str:
    """``body`` in the style's own font, where it has one."""
    if not style.font:
        return body
    return f"#text(font: {m.stack(*families(ROLES[style.font]), *families(SONG), *families(HEI))})[{body}]"


def unit_for(figures: dict[str, tuple[int, int]]) -> str:
    """The largest unit in which all ``figures`` (fen) are exact as printed."""
    exact = [unit for unit, grain in GRAINS.items() if all(v % grain == 0 for pair in figures.values() for v in pair)]
    return max(exact, key=GRAINS.__getitem__)
