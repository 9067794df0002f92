"""Business licences: original and copies, electronic ones, and those with a 注册号 from before October 2015."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, forms, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

TYPES = (
    "有限责任公司",
    "有限责任公司(自然人投资或控股)",
    "有限责任公司（自然人独资）",
    "股份有限公司(非上市、自然人投资或控股)",
    "其他有限责任公司",
)
LAYOUTS = ("original", "copy_portrait", "copy_landscape", "electronic", "numbered", "download", "single_column")
HELD_OUT = frozenset(("download", "single_column"))
UPRIGHT = frozenset(("copy_portrait", "numbered", "download"))
CODES_SINCE = date(2015, 10, 1)
"""Since this day licences bear the USCC."""
DIGITS = "零壹贰叁肆伍陆柒捌玖"


def capital_words(yuan: int) -> str:
    """``yuan`` (a multiple of 10,000, below 10^8) in capital numerals: 伍佰万元整."""
    wan = yuan // 10_000
    out, pending = "", False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = wan // power % 10
        if digit:
            out += ("零" if pending and out else "") + DIGITS[digit] + unit
            pending = False
        else:
            pending = bool(out)
    return out + "万"


def _capital(rng: Random, yuan: int) -> str:
    wan = yuan / 10_000
    plain = f"{wan:.0f}" if wan == int(wan) else f"{wan:.1f}"
    return rng.choice(
        (
            f"{capital_words(yuan)}元整" if yuan % 10_000 == 0 else f"{plain}万元整",
            f"{plain}万元整",
            f"{plain}万元人民币",
            f"人民币{plain}万元",
            f"{wan:.6f}万人民币" if rng.random() < 0.3 else f"{plain}万元",
        )
    )


@dataclass(frozen=True)
class _Licence:
    """A licence as one paper prints it: ``rows`` are (label, marked markup)."""

    owner: names.Enterprise
    layout: str
    rows: dict[str, str]
    issued: date

    def code(self, size: float, tracking: str = "") -> str:
        """The USCC, marked."""
        return m.mark("uscc", m.styled(self.owner.uscc, size, tracking=tracking))


def make(rng: Random, owner: names.Enterprise, *, layout: str | None = None, layouts: str = "all") -> SynthDocument:
    """A 营业执照 of ``owner``.

    ``layout``: one of ``LAYOUTS``; by default a random one of ``layouts`` (all, seen, held_out).
    ``numbered`` has a 注册号 of fifteen digits instead of the USCC, as until September 2015.

    Raises:
        UnknownLayoutError: no such layout.
    """
    name = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts)
    founded = date.fromisoformat(owner.established)
    kind = rng.choice(TYPES) if "股份" not in owner.name else TYPES[3]
    more = (
        "；货物或技术进出口（国家禁止或涉及行政审批的货物和技术进出口除外）。"
        "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    )
    scope = owner.scope + (more if rng.random() < 0.6 else "。")
    fields: dict[str, Any] = {
        "uscc": None if name == "numbered" else owner.uscc,
        "name": owner.name,
        "entity_type": kind,
        "legal_representative": owner.legal_representative,
        "registered_capital": float(owner.capital_yuan),
        "established": owner.established,
        "address": owner.address,
        "scope": scope,
    }
    fonts = m.choose_fonts(rng, 12)
    span = (max(founded, CODES_SINCE), date(2024, 12, 1))
    if name == "numbered":
        span = (max(founded, date(2014, 3, 1)), max(founded, date(2015, 9, 30)))
    issued = dates.between(rng, *span)
    item = _Licence(owner, name, _rows(rng, owner, kind, scope, founded), issued)
    build = {"numbered": _numbered, "download": _download, "single_column": _single_column}.get(
        name, _portrait if name in UPRIGHT else _landscape
    )
    body = build(rng, item, fonts)
    office = f"{owner.city}市场监督管理局" if issued.year >= 2019 else f"{owner.city}工商行政管理局"
    assets = {
        "bg.png": _paper(rng, name),
        "emblem.png": ornaments.emblem(),
        "seal.png": seals.round_seal(rng, office, code=str(rng.randint(10**12, 10**13 - 1))),
        "qr.png": ornaments.qr(f"https://example.invalid/licence/{owner.uscc}"),
    }
    source = m.doc(
        fonts,
        m.page("\n\n".join(body), flipped=name not in UPRIGHT, background="bg.png", margin="(x: 2.9cm, y: 2.2cm)"),
    )
    return SynthDocument("business_license", source, fields, assets, name, "营业执照", held_out=name in HELD_OUT)


def _paper(rng: Random, layout: str) -> bytes:
    size = (1000, 1414) if layout in UPRIGHT else (1414, 1000)
    ink = rng.choice(((150, 150, 150), (190, 150, 70)))
    if layout == "download":
        return ornaments.scrolled_paper(rng, size, ink, (255, 255, 255), mark=rng.choice(("", "仅供项目申报使用")))
    if layout == "electronic":
        return ornaments.scrolled_paper(rng, size, rng.choice(((190, 150, 70), (60, 110, 170))), (254, 254, 254), corners="all")
    if layout == "single_column":
        return ornaments.banded_paper(rng, size, ink, (253, 252, 247))
    return ornaments.certificate_paper(rng, size, ink, (253, 252, 247))


def _rows(rng: Random, owner: names.Enterprise, kind: str, scope: str, founded: date) -> dict[str, str]:
    pad = rng.random() < 0.7
    begun = dates.arabic(founded, pad=pad)
    rows = {
        "名称": forms.marked("name", owner.name),
        "类型": forms.marked("entity_type", kind),
        "法定代表人": forms.marked("legal_representative", owner.legal_representative),
        "经营范围": forms.marked("scope", scope),
        "注册资本": forms.marked("registered_capital", _capital(rng, owner.capital_yuan)),
        "成立日期": forms.marked("established", begun),
        "住所": forms.marked("address", owner.address),
    }
    if rng.random() < 0.6:
        until = dates.arabic(dates.plus_years(founded, 30, 1), pad=pad)
        rows["营业期限"] = text(rng.choice(("长期", f"{begun}至{until}", f"{begun}至长期")))
    return rows


def _code(item: _Licence, rng: Random) -> str:
    code = item.code(13, rng.choice(("0pt", "0.6pt")))
    return f"{m.styled('统一社会信用代码', 10.5, bold=True)}#linebreak(){code}"


def _title(layout: str, fonts: m.Fonts) -> str:
    title = m.centred(m.styled("营业执照", 38, bold=True, font=fonts.title, tracking="16pt"))
    return (
        title
        if layout == "original"
        else title + "\n\n" + m.centred(m.styled("（副  本）" if layout != "electronic" else "(副    本)", 14))
    )


def _foot(rng: Random, issued: date) -> str:
    day = rng.choice((dates.arabic(issued, spaced=True), dates.arabic(issued, pad=True)))
    stamp = m.sealed(text(day), "seal.png", 3.8, dy=-0.5, over=rng.random() < 0.3)
    return m.right(m.seal_box(7.5, 3.6, m.styled("登记机关", 12, bold=True) + m.gap(0.3) + stamp))


NOTICE = (
    "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn        "
    "市场主体应当于每年1月1日至6月30日通过国家企业信用信息公示系统报送公示年度报告"
)


def _landscape(rng: Random, item: _Licence, fonts: m.Fonts) -> list[str]:
    """Original, landscape copy, electronic: two columns, the code in the upper left corner."""
    rows = item.rows
    left = [k for k in ("名称", "类型", "法定代表人", "经营范围")]
    right = [k for k in rows if k not in left]
    column = [
        "#stack(spacing: 0.45cm, " + ", ".join(f"[{forms.line(k, rows[k], width=2.4, colon='  ')}]" for k in part) + ")"
        for part in (left, right)
    ]
    return [
        m.place(_code(item, rng), 0, 0.2),
        m.place(m.picture("qr.png", 2.3), 0, 0, "top + right"),
        m.centred(m.picture("emblem.png", 1.9)),
        _title(item.layout, fonts),
        m.gap(0.5),
        "#set text(size: 10.5pt)\n" + m.grid("1.15fr, 1fr", *column, options="column-gutter: 0.8cm"),
        "#v(1fr)",
        _foot(rng, item.issued),
        m.styled(NOTICE, 7.5),
    ]


def _portrait(rng: Random, item: _Licence, fonts: m.Fonts) -> list[str]:
    """The upright copy: one column, the code below the title."""
    return [
        m.place(m.styled(f"编号：{rng.randint(10**17, 10**18 - 1)}", 8.5), 0, 0, "top + right"),
        m.centred(m.picture("emblem.png", 2.0)),
        _title(item.layout, fonts),
        m.centred(f"{m.styled('统一社会信用代码', 11)} {item.code(12)}"),
        m.gap(0.8),
        *(forms.line(k, v, width=2.6, colon="  ") + m.gap(0.28) for k, v in item.rows.items()),
        "#v(1fr)",
        m.picture("qr.png", 2.1),
        _foot(rng, item.issued),
    ]


def _numbered(rng: Random, item: _Licence, fonts: m.Fonts) -> list[str]:
    """March 2014 to September 2015: 注册号 below the title, residence before the representative."""
    order = ("名称", "类型", "住所", "法定代表人", "注册资本", "成立日期", "营业期限", "经营范围")
    number = item.owner.uscc[2:8] + str(rng.randint(10**8, 10**9 - 1))
    lines = [forms.line(k, item.rows[k], width=2.8, colon="  ") + m.gap(0.36) for k in order if k in item.rows]
    return [
        m.gap(0.2),
        m.centred(m.picture("emblem.png", 2.3)),
        m.gap(0.2),
        m.centred(m.styled("营业执照", 40, bold=True, font=fonts.title, tracking="14pt")),
        m.centred(m.styled("（副  本）", 13)) if rng.random() < 0.6 else "",
        m.centred(m.styled(f"注册号  {number}", 12)),
        m.gap(0.8),
        *lines,
        "#v(1fr)",
        m.picture("qr.png", 2.0),
        _foot(rng, item.issued),
        m.centred(m.styled("请于每年1月1日至6月30日通过企业信用信息公示系统报送年度报告", 8)),
    ]


def _download(rng: Random, item: _Licence, fonts: m.Fonts) -> list[str]:
    """Out of sight: an electronic licence downloaded and printed, particulars in a ruled table."""
    order = ("名称", "类型", "法定代表人", "注册资本", "成立日期", "营业期限", "住所", "经营范围")
    cells = f"[{text('统一社会信用代码')}][{item.code(11)}]"
    cells += "".join(f"[{text(k)}][{item.rows[k]}]" for k in order if k in item.rows)
    return [
        m.grid("1fr, auto", m.styled("电子营业执照", 11, fill="#666666"), m.picture("qr.png", 2.0), options="align: horizon"),
        m.centred(m.picture("emblem.png", 1.7)),
        m.centred(m.styled("营业执照", 30, bold=True, font=fonts.title, tracking="10pt")),
        m.centred(m.styled("（副本）", 12)),
        m.gap(0.5),
        f"#table(columns: (4.5cm, 1fr), align: left + horizon, inset: (x: 6pt, y: 7pt), stroke: 0.5pt){cells}",
        "#v(1fr)",
        _foot(rng, item.issued),
        m.styled(f"下载时间：{dates.arabic(dates.plus_years(item.issued, 0, -rng.randint(3, 300)), pad=True)}", 8.5),
    ]


def _single_column(rng: Random, item: _Licence, fonts: m.Fonts) -> list[str]:
    """Out of sight: landscape with the title on the left and one column of particulars beside it."""
    order = ("名称", "住所", "法定代表人", "注册资本", "类型", "成立日期", "营业期限", "经营范围")
    lines = [forms.line(k, item.rows[k], width=2.5, colon="：") + m.gap(0.3) for k in order if k in item.rows]
    left = forms.sheet(
        6.6,
        15.6,
        m.gap(1.0),
        m.centred(m.picture("emblem.png", 2.3)),
        m.gap(0.2),
        m.centred(m.styled("营业执照", 30, bold=True, font=fonts.title, tracking="4pt")),
        m.centred(m.styled("（副本）", 12)),
        m.gap(0.5),
        m.centred(f"{m.styled('统一社会信用代码', 10)}#linebreak(){item.code(11.5)}"),
        "#v(1fr)",
        m.centred(m.picture("qr.png", 2.6)),
        m.centred(m.styled("扫描二维码了解更多登记、备案、许可、监管信息", 7.5)),
        m.gap(0.6),
    )
    right = forms.sheet(15.6, 15.6, m.gap(1.0), *lines, "#v(1fr)", _foot(rng, item.issued))
    return ["#set text(size: 10.8pt)\n" + m.grid("6.6cm, 1fr, 15.6cm", left, "", right)]
