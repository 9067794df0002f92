"""Business licences: original (landscape), copy (portrait or landscape), electronic."""

from __future__ import annotations

from datetime import date
from random import Random

from corpora.synth import dates, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

TYPES = (
    "有限责任公司",
    "有限责任公司(自然人投资或控股)",
    "有限责任公司（自然人独资）",
    "股份有限公司(非上市、自然人投资或控股)",
    "其他有限责任公司",
)
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


def make(rng: Random, owner: names.Enterprise, *, layout: str | None = None) -> SynthDocument:
    """A 营业执照 of ``owner``; ``layout``: original, copy_portrait, copy_landscape, electronic."""
    layout = layout or rng.choice(("original", "copy_portrait", "copy_landscape", "electronic"))
    founded = date.fromisoformat(owner.established)
    kind = rng.choice(TYPES) if "股份" not in owner.name else TYPES[3]
    more = (
        "；货物或技术进出口（国家禁止或涉及行政审批的货物和技术进出口除外）。"
        "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    )
    scope = owner.scope + (more if rng.random() < 0.6 else "。")
    fields = {
        "uscc": owner.uscc,
        "name": owner.name,
        "entity_type": kind,
        "legal_representative": owner.legal_representative,
        "registered_capital": float(owner.capital_yuan),
        "established": owner.established,
        "address": owner.address,
        "scope": scope,
    }
    fonts = m.choose_fonts(rng, 12)
    flipped = layout != "copy_portrait"
    issued = dates.between(rng, max(founded, date(2015, 10, 1)), date(2024, 12, 1))
    office = f"{owner.city}市场监督管理局" if issued.year >= 2019 else f"{owner.city}工商行政管理局"
    assets = {
        "bg.png": ornaments.certificate_paper(
            rng,
            (1414, 1000) if flipped else (1000, 1414),
            rng.choice(((150, 150, 150), (190, 150, 70))),
            (253, 252, 247),
        ),
        "emblem.png": ornaments.emblem(),
        "seal.png": seals.round_seal(rng, office, code=str(rng.randint(10**12, 10**13 - 1))),
        "qr.png": ornaments.qr(f"https://example.invalid/licence/{owner.uscc}"),
    }
    rows = _rows(rng, owner, kind, scope, founded)
    build = _landscape if flipped else _portrait
    body = build(rng, owner, layout, rows, fonts, issued)
    source = m.doc(fonts, m.page("\n\n".join(body), flipped=flipped, background="bg.png", margin="(x: 2.9cm, y: 2.2cm)"))
    return SynthDocument("business_license", source, fields, assets, layout, "营业执照")


def _rows(rng: Random, owner: names.Enterprise, kind: str, scope: str, founded: date) -> dict[str, str]:
    pad = rng.random() < 0.7
    begun = dates.arabic(founded, pad=pad)
    rows = {
        "名称": owner.name,
        "类型": kind,
        "法定代表人": owner.legal_representative,
        "经营范围": scope,
        "注册资本": _capital(rng, owner.capital_yuan),
        "成立日期": begun,
        "住所": owner.address,
    }
    if rng.random() < 0.6:
        rows["营业期限"] = rng.choice(
            (
                "长期",
                f"{begun}至{dates.arabic(dates.plus_years(founded, 30, 1), pad=pad)}",
                f"{begun}至长期",
            )
        )
    return rows


def _code(owner: names.Enterprise, rng: Random) -> str:
    code = m.styled(owner.uscc, 13, tracking=rng.choice(("0pt", "0.6pt")))
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


def _landscape(
    rng: Random, owner: names.Enterprise, layout: str, rows: dict[str, str], fonts: m.Fonts, issued: date
) -> list[str]:
    left = [k for k in ("名称", "类型", "法定代表人", "经营范围")]
    right = [k for k in rows if k not in left]
    column = [
        "#stack(spacing: 0.45cm, " + ", ".join(f"[{m.label_value(k, rows[k], width=2.4, colon='  ')}]" for k in part) + ")"
        for part in (left, right)
    ]
    return [
        m.place(_code(owner, rng), 0, 0.2),
        m.place(m.picture("qr.png", 2.3), 0, 0, "top + right"),
        m.centred(m.picture("emblem.png", 1.9)),
        _title(layout, fonts),
        m.gap(0.5),
        "#set text(size: 10.5pt)\n" + m.grid("1.15fr, 1fr", *column, options="column-gutter: 0.8cm"),
        "#v(1fr)",
        _foot(rng, issued),
        m.styled(
            "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn        "
            "市场主体应当于每年1月1日至6月30日"
            "通过国家企业信用信息公示系统报送公示年度报告",
            7.5,
        ),
    ]


def _portrait(rng: Random, owner: names.Enterprise, layout: str, rows: dict[str, str], fonts: m.Fonts, issued: date) -> list[str]:
    return [
        m.place(m.styled(f"编号：{rng.randint(10**17, 10**18 - 1)}", 8.5), 0, 0, "top + right"),
        m.centred(m.picture("emblem.png", 2.0)),
        _title(layout, fonts),
        m.centred(f"{m.styled('统一社会信用代码', 11)} {m.styled(owner.uscc, 12)}"),
        m.gap(0.8),
        *(m.label_value(k, v, width=2.6, colon="  ") + m.gap(0.28) for k, v in rows.items()),
        "#v(1fr)",
        m.picture("qr.png", 2.1),
        _foot(rng, issued),
    ]
