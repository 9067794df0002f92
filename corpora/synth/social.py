"""Social-security papers of a unit: list of insured persons, payments by month, certificate of the total."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, names, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

Person = tuple[str, str, str, str]
"""(name, ID number as printed, from, to)."""


def _persons(rng: Random, n: int, region: str, masked: bool, start: str, end: str) -> list[Person]:
    found = []
    for name in names.people(rng, n):
        number = ids.id_number(rng, region[:4] + f"{rng.randint(2, 28):02d}")
        found.append((name, ids.mask_id(number) if masked else number, start, end))
    return found


def _fields(rng: Random, owner: names.Enterprise, period: str, headcount: int, listed: int) -> dict[str, Any]:
    letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return {
        "organization": owner.name,
        "uscc": owner.uscc,
        "period_from": period,
        "period_to": period,
        "headcount": headcount,
        "listed_persons": listed or None,
        "issuer": f"{owner.city}社会保险" + rng.choice(("中心", "管理中心", "事业管理局", "基金管理中心")),
        "verification_code": "".join(rng.choice(letters) for _ in range(rng.choice((12, 16, 20)))),
    }


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    headcount: int | None = None,
    layout: str | None = None,
    year: int | None = None,
    month: int | None = None,
    total: int | None = None,
    inset: float | None = None,
    masked: bool | None = None,
) -> SynthDocument:
    """A list of insured persons of ``owner``.

    ``layout``: list (rows), detail (payments by month), certificate (total only). ``total`` printed may
    differ from the rows (a trap); ``inset``: points above and below each row. ID numbers are masked or
    full synthetic ones.
    """
    layout = layout or rng.choice(("list", "list", "detail", "certificate"))
    n = headcount or (rng.randint(8, 90) if layout != "certificate" else rng.randint(12, 400))
    year, month = year or rng.randint(2019, 2025), month or rng.randint(1, 12)
    period = f"{year}-{month:02d}"
    masked = rng.random() < 0.5 if masked is None else masked
    people = _persons(rng, n, owner.uscc[2:8], masked, period, period) if layout != "certificate" else []
    fields = _fields(rng, owner, period, total if total is not None else n, len(people))
    issuer = fields["issuer"]
    fonts = m.choose_fonts(rng, 10)
    assets = {"seal.png": seals.round_seal(rng, issuer, middle=rng.choice(("", "业务专用章", "参保证明专用章")))}
    if people:
        fields["persons"] = [
            {"name": p[0], "id_masked": p[1] if masked else ids.mask_id(p[1]), "from": p[2], "to": p[3]} for p in people
        ]
        body, sheet = _list(rng, owner, fields, people, layout, fonts, inset or rng.uniform(3, 5.5))
    else:
        body, sheet = _certificate(rng, owner, fields, fonts), ()
    source = m.doc(
        fonts,
        m.page(
            body,
            margin="(x: 1.8cm, y: 1.7cm)",
            flipped=layout == "detail",
            flow=bool(people),
            footer='#context counter(page).display("第 1 页 共 1 页", both: true)' if people else "",
        ),
    )
    return SynthDocument(
        "social_security_list",
        source,
        fields,
        assets,
        f"{layout}{'-masked' if masked else ''}",
        "参保人员名单",
        sheet,
    )


def _head(rng: Random, owner: names.Enterprise, fields: dict[str, Any], title: str, fonts: m.Fonts) -> list[str]:
    period = _shown(rng, fields["period_from"])
    unit = rng.choice(("单位名称", "参保单位", "缴费单位名称"))
    return [
        m.centred(m.styled(title, 16, bold=True, font=fonts.title)),
        m.gap(0.2),
        m.grid(
            "1.5fr, 1fr",
            text(f"{unit}：{owner.name}"),
            text(f"统一社会信用代码：{owner.uscc}"),
            text(f"费款所属期：{period}"),
            text(f"单位编号：{rng.randint(10**6, 10**8)}"),
            options="row-gutter: 0.25cm",
        ),
    ]


def _shown(rng: Random, period: str) -> str:
    year, month = period.split("-")
    return rng.choice(
        (
            f"{year}{month}",
            f"{year}年{month}月",
            f"{year}-{month}",
            f"{year}年{int(month)}月",
            f"{year}{month}-{year}{month}",
            f"{year}.{month}",
        )
    )


ID_LABELS = ("证件号码", "身份证号", "社会保障号码", "公民身份号码")
Cells = list[str | int | float | None]


def _payment_rows(
    rng: Random, owner: names.Enterprise, fields: dict[str, Any], people: list[Person]
) -> tuple[str, list[str], list[Cells]]:
    """Title, header and rows of the payments of one month."""
    period = _shown(rng, fields["period_from"]).split("-20")[0]
    head = [
        "序号",
        "姓名",
        rng.choice(ID_LABELS),
        "缴费月份",
        "缴费基数",
        "养老保险（单位）",
        "养老保险（个人）",
    ]
    head += ["失业保险", "工伤保险", "合计"]
    rows: list[Cells] = []
    for k, person in enumerate(people):
        base = rng.randint(3300, 12000)
        parts = [round(base * rate, 2) for rate in (0.16, 0.08, 0.01, 0.004)]
        rows.append([k + 1, person[0], person[1], period, base, *parts, round(sum(parts), 2)])
    titles = ("社会保险费缴费明细", "单位职工社会保险缴费明细表", "社会保险个人缴费明细表（单位）")
    del owner
    return rng.choice(titles), head, rows


def _member_rows(
    rng: Random, owner: names.Enterprise, fields: dict[str, Any], people: list[Person]
) -> tuple[str, list[str], list[Cells]]:
    """Title, header and rows of the list of insured persons."""
    insured = rng.choice((["养老保险", "失业保险", "工伤保险"], ["参保险种"], ["参保状态"]))
    since = rng.choice(("参保起始时间", "本单位参保时间"))
    head = ["序号", "姓名", rng.choice(ID_LABELS), *insured, since, "备注"]
    mark = rng.choice(("√", "参保缴费", "正常"))
    marks = [mark] * len(insured) if insured[0] != "参保险种" else ["企业养老、工伤、失业"]
    last = int(str(fields["period_from"])[:4]) - 1
    rows: list[Cells] = [
        [k + 1, p[0], p[1], *marks, f"{rng.randint(2008, last)}{rng.randint(1, 12):02d}", ""] for k, p in enumerate(people)
    ]
    own = f"{owner.city}社会保险单位参保证明"
    return rng.choice(("单位参保人员名单", "社会保险参保人员名册", own, "参保单位职工花名册")), head, rows


def _list(
    rng: Random,
    owner: names.Enterprise,
    fields: dict[str, Any],
    people: list[Person],
    layout: str,
    fonts: m.Fonts,
    inset: float,
) -> tuple[str, tuple[tuple[str | int | float | None, ...], ...]]:
    build = _payment_rows if layout == "detail" else _member_rows
    title, head, rows = build(rng, owner, fields, people)
    total = rng.choice(
        (
            f"参保人数：{fields['headcount']}人",
            f"合计：{fields['headcount']}人",
            f"本页打印的参保总人数：{fields['headcount']} 人",
            f"参保人数合计 {fields['headcount']}",
        )
    )
    top = _head(rng, owner, fields, title, fonts)
    place = rng.random() < 0.5
    stamp = m.sealed(text(str(fields["issuer"])), "seal.png", 4.0, over=rng.random() < 0.3)
    tail = [
        text(total) if not place else "",
        m.gap(0.6) + "\n" + m.right(m.seal_box(8, 3.2, stamp, text("打印日期：" + dates.arabic(_print_day(fields), pad=True)))),
        m.styled(f"校验码：{fields['verification_code']}　　本证明可通过网上办事大厅核验真伪", 8.5),
    ]
    body = "\n\n".join(
        [
            *top,
            text(total) if place else "",
            _table(rng, head, rows, inset, "right" if layout == "detail" else "center"),
            *tail,
        ]
    )
    sheet: list[tuple[str | int | float | None, ...]] = [
        (title,),
        (f"单位名称：{owner.name}",),
        (f"统一社会信用代码：{owner.uscc}",),
        (f"费款所属期：{fields['period_from']}",),
        tuple(head),
        *(tuple(r) for r in rows),
        (total,),
    ]
    return body, tuple(sheet)


def _table(rng: Random, head: list[str], rows: list[Cells], inset: float, figures: str) -> str:
    """The table of persons; ``figures``: alignment of the columns after the ID number."""
    cells = [[m.centred(m.styled(h, bold=True)) for h in head]]
    cells += [[text("" if v is None else f"{v:.2f}" if isinstance(v, float) else str(v)) for v in row] for row in rows]
    widths = ["auto", "1fr", "2fr"] + ["1fr"] * (len(head) - 3)
    align = ["center + horizon"] * 3 + [f"{figures} + horizon"] * (len(head) - 3)
    ruled = rng.choice(("grid", "grid", "horizontal"))
    return m.table(cells, widths, align, ruled=ruled, size=9, inset=f"(x: 3pt, y: {inset:.1f}pt)")


def _print_day(fields: dict[str, Any]) -> date:

    year, month = (int(x) for x in fields["period_to"].split("-"))
    return date(year + month // 12, month % 12 + 1, 8)


def _certificate(rng: Random, owner: names.Enterprise, fields: dict[str, Any], fonts: m.Fonts) -> str:
    year, month = fields["period_from"].split("-")
    stamp = m.sealed(text(str(fields["issuer"])), "seal.png", 4.2, over=rng.random() < 0.3)
    words = rng.choice(
        (
            f"兹证明 {owner.name}（统一社会信用代码：{owner.uscc}）已在我中心办理社会保险登记，"
            f"截至{year}年{int(month)}月，该单位参加基本养老保险人数为 {fields['headcount']} 人，"
            f"参加工伤保险人数为 {fields['headcount']} 人。特此证明。",
            f"{owner.name}，统一社会信用代码{owner.uscc}，{year}年{month}月参保缴费人数{fields['headcount']}人，无欠费。",
        )
    )
    top = _head(
        rng,
        owner,
        {**fields},
        rng.choice(("社会保险单位参保证明", f"{owner.province}社会保险参保证明（单位专用）", "单位参保缴费证明")),
        fonts,
    )
    kinds = ("养老保险", "失业保险", "工伤保险")
    rows = [[m.centred(text(h)) for h in ("险种", "参保人数", "缴费状态")]] + [
        [m.centred(text(k)), m.centred(text(str(fields["headcount"]))), m.centred(text("正常缴费"))] for k in kinds
    ]
    table = m.table(rows, ["1fr", "1fr", "1fr"], ["center"] * 3, size=10.5) if rng.random() < 0.6 else ""
    return "\n\n".join(
        [
            *top,
            m.gap(0.5),
            f"#h(2em){text(words)}",
            m.gap(0.3),
            table,
            m.gap(1.2),
            m.right(m.seal_box(8, 4, stamp, text(dates.arabic(_print_day(fields))))),
            m.styled(f"校验码：{fields['verification_code']}", 9),
        ]
    )
