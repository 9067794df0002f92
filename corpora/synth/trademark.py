"""Trademark registration certificates: paper forms until 2017 and electronic ones since 2018."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, forms, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

GOODS = {
    7: "机床；数控机床；阀（机器零件）；泵（机器）",
    9: "传感器；测量仪器；计算机软件（已录制）；电子芯片",
    11: "水过滤器；污水净化设备；照明器械及装置",
    12: "汽车刹车片；车辆轮毂；汽车减震器",
    17: "半加工塑料物质；密封物；绝缘材料",
    42: "技术研究；计算机软件设计；材料测试",
}
LAYOUTS = ("old", "new", "bordered", "two_column")
HELD_OUT = frozenset(("two_column",))
# Days of registration on which each was in use.
SPANS = {
    "old": (date(2008, 1, 1), date(2017, 12, 30)),
    "new": (date(2018, 1, 1), date(2024, 12, 30)),
    "bordered": (date(2012, 1, 1), date(2024, 12, 30)),
    "two_column": (date(2008, 1, 1), date(2024, 12, 30)),
}


@dataclass(frozen=True)
class _Mark:
    """A registration as one certificate writes it; ``start`` and ``end`` are marked markup."""

    owner: names.Enterprise
    klass: int
    fields: dict[str, Any]
    sign: str
    start: str
    end: str
    goods: str

    @property
    def number(self) -> str:
        return forms.marked("registration_no", str(self.fields["registration_no"]))

    @property
    def class_no(self) -> str:
        return forms.marked("nice_class", str(self.klass))

    @property
    def holder(self) -> str:
        return forms.marked("owner", self.owner.name)


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    valid_from: date | None = None,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """A 商标注册证 of ``owner``; ``valid_from`` fixes the day of registration.

    ``layout``: ``old`` (第…号商标注册证), ``new`` (第 … 号, electronic), ``bordered``, ``two_column``;
    by default a random one of ``layouts`` (all, seen, held_out) that was in use on that day.

    Raises:
        UnknownLayoutError: no such layout.
    """
    day = None if valid_from is None else min(max(valid_from, SPANS["old"][0]), SPANS["new"][1])
    name = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts, lambda n: day is None or SPANS[n][0] <= day <= SPANS[n][1])
    start = valid_from or dates.between(rng, *SPANS[name])
    end = dates.plus_years(start, 10, 1)
    klass = rng.choice(tuple(GOODS))
    # Numbers run: about 6 million in 2009, 14 million in 2015, 75 million in 2024.
    low = 6_000_000 + max(0, start.year - 2009) * 1_300_000 + max(0, start.year - 2015) * 5_500_000
    fields: dict[str, Any] = {
        "registration_no": str(rng.randint(low, low + 1_200_000)),
        "owner": owner.name,
        "nice_class": klass,
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat(),
    }
    fonts = m.choose_fonts(rng, 11.5)
    pad, spaced = rng.random() < 0.7, rng.random() < 0.3
    sign = m.styled(rng.choice((owner.name[2:4], owner.english.split()[0].upper())), 22, font=fonts.title)
    item = _Mark(
        owner=owner,
        klass=klass,
        fields=fields,
        sign=sign,
        start=forms.marked("valid_from", dates.arabic(start, pad=pad, spaced=spaced)),
        end=forms.marked("valid_until", dates.arabic(end, pad=pad, spaced=spaced)),
        goods="；".join(rng.sample(GOODS[klass].split("；"), rng.choice((2, 3)))) + "（截止）",
    )
    body, paper, flipped = DRAW[name](rng, item, fonts)
    office = "国家知识产权局" if start.year >= 2018 else "中华人民共和国国家工商行政管理总局商标局"
    assets = {
        "bg.png": paper,
        "emblem.png": ornaments.emblem(),
        "seal.png": seals.round_seal(rng, office),
        "qr.png": ornaments.qr(str(fields["registration_no"])),
        "bar.png": ornaments.bars(str(fields["registration_no"])),
        "sign.png": seals.signature(rng),
    }
    margin = "(x: 2.3cm, y: 2.0cm)" if flipped else "(x: 2.8cm, y: 2.5cm)"
    source = m.doc(fonts, m.page("\n\n".join(body), flipped=flipped, background="bg.png", margin=margin))
    return SynthDocument("trademark_certificate", source, fields, assets, name, "商标注册证", held_out=name in HELD_OUT)


def _foot(rng: Random, caption: str, width: float = 3.9) -> str:
    seal = m.sealed(text(caption), "seal.png", width, dx=width * 0.4, dy=-0.3, over=rng.random() < 0.3)
    return m.grid(
        "auto, 1fr, auto",
        text("局    长"),
        m.picture("sign.png", width * 0.8),
        m.seal_box(width * 1.8, width, seal),
        options="align: horizon, column-gutter: 0.4cm",
    )


Body = tuple[list[str], bytes, bool]
"""Paragraphs, paper, whether landscape."""


def _new(rng: Random, item: _Mark, fonts: m.Fonts) -> Body:
    """Electronic since 2018: 第 … 号 in the corner, both days in one line."""
    water = "商标注册证电子版" if rng.random() < 0.6 else ""
    paper = ornaments.certificate_paper(rng, (1000, 1414), (30, 60, 170), (254, 254, 254), mark=water, waves=False)
    body = [
        m.right(text("第    ") + item.number + text("    号")),
        m.centred(m.picture("emblem.png", 2.6)),
        m.centred(m.styled("商标注册证", 25, bold=True, font=fonts.title, tracking="6pt")),
        m.gap(0.8),
        m.centred(item.sign),
        m.gap(1.2),
        f'#text(weight: "bold")[{text("核定使用商品/服务项目（国际分类：")}{item.class_no}{text("）")}]',
        text("第") + item.class_no + text(f"类：{item.goods}"),
        m.gap(1.0),
        forms.line("注册人", item.holder, width=2.4, colon="  "),
        m.gap(0.5),
        forms.line("注册人地址", text(item.owner.address), width=2.4, colon="  "),
        m.gap(0.5),
        m.grid(
            "1fr, 1fr",
            forms.line("注册日期", item.start, colon="  ", label_style='weight: "bold"'),
            forms.line("有效期至", item.end, colon="  ", label_style='weight: "bold"'),
        ),
        "#v(1fr)",
        _foot(rng, "发证机关"),
        m.picture("qr.png", 1.8),
    ]
    return body, paper, False


def _old(rng: Random, item: _Mark, fonts: m.Fonts) -> Body:
    """Paper until 2017: 第…号商标注册证, the term in one sentence."""
    paper = ornaments.certificate_paper(rng, (1000, 1414), (150, 110, 40), (254, 254, 254))
    number = m.mark("registration_no", m.styled(str(item.fields["registration_no"]), 15))
    body = [
        m.gap(0.6),
        m.centred(m.styled("第", 15) + number + m.styled("号", 15)),
        m.centred(m.styled("商标注册证", 28, bold=True, font=fonts.title, tracking="8pt")),
        m.gap(0.8),
        m.centred(item.sign),
        m.gap(1.0),
        text("核定使用商品（第") + item.class_no + text("类）"),
        text(item.goods),
        m.gap(0.7),
        forms.line("注册人", item.holder, width=2.4, colon="  "),
        m.gap(0.4),
        forms.line("注册地址", text(item.owner.address), width=2.4, colon="  "),
        m.gap(0.4),
        forms.line("注册有效期限", text("自公元") + item.start + text("至") + item.end + text("止"), colon="  "),
        "#v(1fr)",
        _foot(rng, "局长签发"),
    ]
    return body, paper, False


def _bordered(rng: Random, item: _Mark, fonts: m.Fonts) -> Body:
    """A red or green band, the mark in a frame, number and class as labelled lines."""
    ink = rng.choice(((170, 40, 40), (40, 110, 78), (150, 110, 40)))
    paper = ornaments.banded_paper(rng, (1000, 1414), ink, (254, 253, 248))
    box = f"#rect(width: 6.4cm, height: 3.6cm, stroke: 0.5pt)[#align(center + horizon)[{item.sign}]]"
    lines = [
        forms.line(rng.choice(("商标注册号", "注册号")), item.number, colon="："),
        forms.line("注册人", item.holder, colon="："),
        forms.line(rng.choice(("注册人地址", "地址")), text(item.owner.address), colon="："),
        forms.line("国际分类", text("第 ") + item.class_no + text(" 类"), colon="："),
        forms.line("核定使用商品/服务", text(item.goods), colon="："),
        forms.line("注册日期", item.start, colon="："),
        forms.line(rng.choice(("有效期至", "专用权期限至")), item.end, colon="："),
    ]
    body = [
        m.gap(0.3),
        m.grid("auto, 1fr", m.picture("emblem.png", 1.9), '#align(right)[#image("bar.png", width: 5cm, height: 0.9cm)]'),
        m.centred(m.styled("商标注册证", 30, bold=True, font=fonts.title, tracking="6pt")),
        m.gap(0.4),
        m.centred(box),
        m.gap(0.7),
        *(line + m.gap(0.35) for line in lines),
        "#v(1fr)",
        _foot(rng, "发证机关"),
    ]
    return body, paper, False


def _two_column(rng: Random, item: _Mark, fonts: m.Fonts) -> Body:
    """Out of sight: landscape, the mark on the left, particulars on the right."""
    paper = ornaments.scrolled_paper(
        rng, (1414, 1000), rng.choice(((120, 90, 40), (40, 70, 140))), (253, 252, 247), corners="all"
    )
    left = forms.sheet(
        9.2,
        15.2,
        m.gap(1.4),
        m.centred(m.picture("emblem.png", 2.1)),
        m.gap(0.3),
        m.centred(m.styled("商标注册证", 24, bold=True, font=fonts.title, tracking="4pt")),
        m.centred(text("第 ") + item.number + text(" 号")),
        m.gap(1.6),
        m.centred(item.sign),
    )
    term = forms.line("注册有效期", item.start + text(" 至 ") + item.end, colon="  ", label_style='weight: "bold"')
    right = forms.sheet(
        13.6,
        15.2,
        m.gap(1.6),
        f'#text(weight: "bold")[{text("核定使用商品/服务项目")}]',
        text("第 ") + item.class_no + text(f" 类  {item.goods}"),
        m.gap(0.6),
        forms.line("商标注册人", item.holder, colon="  ", label_style='weight: "bold"'),
        m.gap(0.35),
        forms.line("住所", text(item.owner.address), colon="  ", label_style='weight: "bold"'),
        m.gap(0.35),
        term,
        "#v(1fr)",
        _foot(rng, "发证机关", 3.4),
    )
    return [m.grid("9.2cm, 1fr, 13.6cm", left, "", right)], paper, True


DRAW: dict[str, Callable[[Random, _Mark, m.Fonts], Body]] = {
    "old": _old,
    "new": _new,
    "bordered": _bordered,
    "two_column": _two_column,
}
