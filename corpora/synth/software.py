"""Software copyright registration certificates: the printed form, forms with a QR code, a plain sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, forms, ids, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

LEGAL = "根据《计算机软件保护条例》和《计算机软件著作权登记办法》的规定，经中国版权保护中心审核，对以上事项予以登记。"
STATE, TITLE = "中华人民共和国国家版权局", "计算机软件著作权登记证书"
LAYOUTS = ("paper", "qr", "gold", "plain")
HELD_OUT = frozenset(("plain",))
FIRST_QR = date(2019, 1, 1)
Row = tuple[str, str]


@dataclass(frozen=True)
class _Software:
    """A registration: ``rows`` are (label, marked markup) of the particulars, the number last."""

    day: date
    fields: dict[str, Any]
    rows: list[Row]
    colon: str


def _rows(rng: Random, owner: names.Enterprise, fields: dict[str, Any], day: date) -> list[Row]:
    done = dates.between(rng, dates.plus_years(day, -1), dates.plus_years(day, 0, 40))
    pad = rng.random() < 0.8
    published = rng.choice(("未发表", dates.arabic(done, pad=pad)))
    # The stored title keeps the version; the print often breaks the line before it.
    shown = str(fields["title"]).split(" V")
    title = text(shown[0]) + (rng.choice(("#linebreak()", " ", " ")) + text("V" + shown[1]) if len(shown) > 1 else "")
    brief = f"#linebreak(){text(f'[简称：{owner.name[2:4]}系统]')}" if rng.random() < 0.25 else ""
    return [
        ("软件名称", m.mark("title", title) + brief),
        ("著作权人", forms.marked("owners", owner.name)),
        ("开发完成日期", text(dates.arabic(done, pad=pad))),
        ("首次发表日期", text(published)),
        ("权利取得方式", text("原始取得")),
        ("权利范围", text("全部权利")),
        ("登记号", forms.marked("registration_no", str(fields["registration_no"]))),
    ]


def _fits(name: str, registered: date | None) -> bool:
    return registered is None or name in ("paper", "plain") or registered >= FIRST_QR


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    registered: date | None = None,
    title: str | None = None,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """A 计算机软件著作权登记证书 of ``owner``; ``registered`` fixes the day of registration.

    ``layout``: one of ``LAYOUTS``; by default a random one of ``layouts`` (all, seen, held_out).

    Raises:
        UnknownLayoutError: no such layout, or none for that day.
    """
    name = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts, lambda n: _fits(n, registered))
    first = FIRST_QR if name in ("qr", "gold") else date(2014, 1, 1)
    day = registered or dates.between(rng, first, date(2024, 12, 31))
    fields: dict[str, Any] = {
        "certificate_no": f"软著登字第{rng.randint(800000, 14000000):07d}号",
        "registration_no": ids.software_registration_no(rng, day.year),
        "title": title or names.software_title(rng, owner.name[2:4]),
        "owners": [owner.name],
        "registration_date": day.isoformat(),
    }
    item = _Software(day, fields, _rows(rng, owner, fields, day), rng.choice(("：", "：", ":")))
    fonts = m.choose_fonts(rng, 12)
    number = str(fields["registration_no"])
    assets = {
        "seal.png": seals.round_seal(rng, rng.choice((STATE, "中国版权保护中心")), middle="软件登记专用章"),
        "bar.png": ornaments.bars(number),
        "qr.png": ornaments.qr(number),
    }
    source, paper = DRAW[name](rng, item, fonts)
    if paper:
        assets["bg.png"] = paper
    return SynthDocument("software_copyright", source, fields, assets, name, TITLE, held_out=name in HELD_OUT)


def _numbered(item: _Software, size: float | None = None) -> str:
    return m.styled("证书号：  ", size) + m.mark("certificate_no", m.styled(str(item.fields["certificate_no"]), size))


def _day(rng: Random, item: _Software, width: float = 4.3, spaced: bool = False) -> str:
    day = forms.marked("registration_date", dates.arabic(item.day, pad=True, spaced=spaced))
    return m.seal_box(width + 1.8, width + 0.3, m.sealed(day, "seal.png", width, dy=-0.9, over=rng.random() < 0.3))


def _law() -> str:
    return "#block[#set par(first-line-indent: (amount: 2em, all: true), leading: 1.1em)\n" + text(LEGAL) + "]"


def _lines(item: _Software, width: float, gap: float, gutter: str = "3pt") -> list[str]:
    return [forms.line(k, v, width=width, colon=item.colon, gutter=gutter) + m.gap(gap) for k, v in item.rows]


def _paper(rng: Random, item: _Software, fonts: m.Fonts) -> tuple[str, bytes]:
    """The printed form: grey or blue security paper, bar code, serial number below."""
    ink = rng.choice(((150, 160, 170), (90, 150, 190), (170, 150, 100)))
    bg = ornaments.certificate_paper(rng, (1000, 1414), ink, (254, 254, 252), mark=rng.choice(("", "", "软著登记")))
    body = [
        m.gap(0.8),
        m.centred(m.styled(STATE, 20, bold=True, font=fonts.title, tracking="2pt")),
        m.centred(m.styled(TITLE, 21, bold=True, font=fonts.title, tracking="2pt")),
        m.right(_numbered(item)),
        m.gap(0.6),
        *_lines(item, 3.2, 0.42),
        m.gap(0.2),
        _law(),
        "#v(1fr)",
        m.grid("1fr, auto", '#image("bar.png", height: 1.5cm)', _day(rng, item), options="align: horizon"),
        m.styled(f"No. {rng.randint(100000, 9999999):08d}", 11, fill="#666666"),
    ]
    return m.doc(fonts, m.page("\n\n".join(body), background="bg.png", margin="(x: 3.1cm, y: 2.7cm)")), bg


def _qr(rng: Random, item: _Software, fonts: m.Fonts) -> tuple[str, bytes]:
    """Since 2019: number above the title, QR code, scrolls at the corners."""
    ink = rng.choice(((70, 140, 200), (60, 120, 170), (90, 150, 190)))
    bg = ornaments.scrolled_paper(rng, (1000, 1414), ink, (254, 254, 254), foot=rng.choice((0.0, 0.1)), corners="all")
    body = [
        m.gap(0.5),
        m.grid("1fr, auto", m.picture("qr.png", 2.0), _numbered(item, 10), options="align: bottom"),
        m.gap(0.7),
        m.centred(m.styled(STATE, 19, bold=True, font=fonts.title, tracking="1.5pt")),
        m.gap(0.1),
        m.centred(m.styled(TITLE, 22, bold=True, font=fonts.title, tracking="1.5pt")),
        m.gap(1.0),
        *_lines(item, rng.choice((0.0, 3.2)), rng.uniform(0.3, 0.5)),
        m.gap(0.2),
        _law(),
        "#v(1fr)",
        m.grid(
            "1fr, auto",
            m.styled(f"No. {rng.randint(100000, 9999999):08d}", 11, fill="#666666"),
            _day(rng, item, spaced=rng.random() < 0.4),
            options="align: horizon",
        ),
    ]
    return m.doc(fonts, m.page("\n\n".join(body), background="bg.png", margin="(x: 3.0cm, y: 2.4cm)")), bg


def _gold(rng: Random, item: _Software, fonts: m.Fonts) -> tuple[str, bytes]:
    """Electronic: golden band, values on ruled lines, the wording between title and particulars."""
    bg = ornaments.banded_paper(rng, (1000, 1414), rng.choice(((176, 138, 62), (60, 110, 150))), (253, 252, 246))
    order = [item.rows[k] for k in (6, 0, 1, 2, 3, 4, 5)] if rng.random() < 0.5 else item.rows
    body = [
        m.gap(0.4),
        m.centred(m.styled(STATE, 17, bold=True, font=fonts.title)),
        m.centred(m.styled(TITLE, 24, bold=True, font=fonts.title)),
        m.centred(_numbered(item)),
        m.gap(0.5),
        *(forms.underlined(k, v, width=3.2, colon=item.colon) + m.gap(0.35) for k, v in order),
        m.gap(0.3),
        _law(),
        "#v(1fr)",
        m.grid("1fr, auto", m.picture("qr.png", 2.1), _day(rng, item, 4.0), options="align: horizon"),
    ]
    return m.doc(fonts, m.page("\n\n".join(body), background="bg.png", margin="(x: 2.9cm, y: 2.6cm)")), bg


def _plain(rng: Random, item: _Software, fonts: m.Fonts) -> tuple[str, bytes]:
    """Out of sight: a landscape sheet, particulars in a ruled table, the number with its label below the seal."""
    cells = "".join(f'[#text(weight: "bold")[{text(k)}]][{v}]' for k, v in item.rows)
    fill = rng.choice(("luma(243)", 'rgb("#eef4fa")', "white"))
    table = (
        f"#table(columns: (3.6cm, 1fr), align: left + horizon, inset: (x: 8pt, y: 7pt), stroke: 0.5pt, "
        f"fill: (x, y) => if x == 0 {{ {fill} }}){cells}"
    )
    body = [
        m.centred(m.styled(TITLE, 22, bold=True, font=fonts.title, tracking="2pt")),
        m.grid("1fr, auto", text(STATE), _numbered(item)),
        m.gap(0.1),
        table,
        m.gap(0.2),
        _law(),
        "#v(1fr)",
        m.grid("1fr, auto", m.picture("qr.png", 1.9), _day(rng, item, 3.6), options="align: horizon"),
    ]
    return m.doc(fonts, m.page("\n\n".join(body), flipped=True, margin="(x: 3.2cm, y: 1.9cm)")), b""


DRAW: dict[str, Callable[[Random, _Software, m.Fonts], tuple[str, bytes]]] = {
    "paper": _paper,
    "qr": _qr,
    "gold": _gold,
    "plain": _plain,
}
