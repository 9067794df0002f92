"""Trademark registration certificates: old paper form and the electronic form since 2018."""

from __future__ import annotations

from datetime import date
from random import Random

from corpora.synth import dates, names, ornaments, seals
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


def make(rng: Random, owner: names.Enterprise, *, valid_from: date | None = None, layout: str | None = None) -> SynthDocument:
    """A 商标注册证 of ``owner``; ``layout``: ``old`` (第…号商标注册证) or ``new`` (第 … 号, electronic)."""
    first, last = {"old": (2008, 2017), "new": (2018, 2024), None: (2008, 2024)}[layout]
    start = valid_from or dates.between(rng, date(first, 1, 1), date(last, 12, 30))
    layout = layout or ("old" if start.year < 2018 else "new")
    end = dates.plus_years(start, 10, 1)
    klass = rng.choice(tuple(GOODS))
    # Numbers run: about 6 million in 2009, 14 million in 2015, 75 million in 2024.
    low = 6_000_000 + max(0, start.year - 2009) * 1_300_000 + max(0, start.year - 2015) * 5_500_000
    number = str(rng.randint(low, low + 1_200_000))
    fields = {
        "registration_no": number,
        "owner": owner.name,
        "nice_class": klass,
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat(),
    }
    fonts = m.choose_fonts(rng, 11.5)
    office = "国家知识产权局" if layout == "new" else "中华人民共和国国家工商行政管理总局商标局"
    assets = {
        "bg.png": ornaments.certificate_paper(
            rng,
            (1000, 1414),
            (30, 60, 170) if layout == "new" else (150, 110, 40),
            (254, 254, 254),
            mark="商标注册证电子版" if layout == "new" and rng.random() < 0.6 else "",
            waves=layout == "old",
        ),
        "emblem.png": ornaments.emblem(),
        "seal.png": seals.round_seal(rng, office),
        "qr.png": ornaments.qr(number),
        "sign.png": seals.signature(rng),
    }
    mark = m.centred(m.styled(rng.choice((owner.name[2:4], owner.english.split()[0].upper())), 22, font=fonts.title))
    pad = rng.random() < 0.7
    d = [dates.arabic(x, pad=pad, spaced=rng.random() < 0.3) for x in (start, end)]
    build = _new if layout == "new" else _old
    body = build(rng, owner, klass, number, mark, d, fonts)
    source = m.doc(fonts, m.page("\n\n".join(body), background="bg.png", margin="(x: 2.8cm, y: 2.5cm)"))
    return SynthDocument("trademark_certificate", source, fields, assets, layout, "商标注册证")


def _foot(rng: Random, caption: str) -> str:
    seal = m.sealed(text(caption), "seal.png", 3.9, dx=1.6, dy=-0.3, over=rng.random() < 0.3)
    return m.grid(
        "auto, 1fr, auto",
        text("局    长"),
        m.picture("sign.png", 3.2),
        m.seal_box(7, 3.8, seal),
        options="align: horizon, column-gutter: 0.4cm",
    )


def _new(rng: Random, owner: names.Enterprise, klass: int, number: str, mark: str, d: list[str], fonts: m.Fonts) -> list[str]:
    goods = "；".join(rng.sample(GOODS[klass].split("；"), 2)) + "（截止）"
    return [
        f"#align(right)[{text(f'第    {number}    号')}]",
        m.centred(m.picture("emblem.png", 2.6)),
        m.centred(m.styled("商标注册证", 25, bold=True, font=fonts.title, tracking="6pt")),
        m.gap(0.8),
        mark,
        m.gap(1.2),
        m.styled(f"核定使用商品/服务项目（国际分类：{klass}）", bold=True),
        text(f"第{klass}类：{goods}"),
        m.gap(1.0),
        m.label_value("注册人", owner.name, width=2.4, colon="  "),
        m.gap(0.5),
        m.label_value("注册人地址", owner.address, width=2.4, colon="  "),
        m.gap(0.5),
        m.grid(
            "1fr, 1fr",
            *(m.label_value(k, v, colon="  ", bold=True) for k, v in zip(("注册日期", "有效期至"), d, strict=True)),
        ),
        "#v(1fr)",
        _foot(rng, "发证机关"),
        m.picture("qr.png", 1.8),
    ]


def _old(rng: Random, owner: names.Enterprise, klass: int, number: str, mark: str, d: list[str], fonts: m.Fonts) -> list[str]:
    goods = GOODS[klass].replace("；", "；") + "（截止）"
    return [
        m.gap(0.6),
        m.centred(m.styled(f"第{number}号" + ("" if rng.random() < 0.5 else " "), 15)),
        m.centred(m.styled("商标注册证", 28, bold=True, font=fonts.title, tracking="8pt")),
        m.gap(0.8),
        mark,
        m.gap(1.0),
        text(f"核定使用商品（第{klass}类）"),
        text(goods),
        m.gap(0.7),
        m.label_value("注册人", owner.name, width=2.4, colon="  "),
        m.gap(0.4),
        m.label_value("注册地址", owner.address, width=2.4, colon="  "),
        m.gap(0.4),
        m.label_value("注册有效期限", f"自公元{d[0]}至{d[1]}止", colon="  "),
        "#v(1fr)",
        _foot(rng, "局长签发"),
    ]
