"""Social-security lists, proofs and payment details as portals and bureaus of any province might print them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from corpora.synth import ids, names, social_sheet
from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.pen import Rich, rich
from corpora.training.wordings import tables, words

_TITLES = words("social", "titles")
_LABELS = tables("social", "labels")
_OFFICES = words("social", "offices")
_IDS = words("social", "ids")
_KINDS = words("social", "kinds")
_NOTES = words("social", "notes")


def office(rng: Random) -> str:
    """The bureau of some place."""
    place = rng.choice(
        (
            rng.choice(v.CITIES) + "市",
            rng.choice(v.PROVINCES),
            rng.choice(v.CITIES) + "市" + v.choose(rng, "仓山区|鄞州区|江宁区|高新区|晋江市|余杭区|顺德区"),
        )
    )
    return v.choose(rng, _OFFICES).format(place)


def make(rng: Random) -> Paper:
    """A list, a proof or a notice."""
    year, month = rng.randint(2015, 2025), rng.randint(1, 12)
    back = rng.choice((0, 0, 0, 0, 2, 5, 11, 11, 23))
    last = f"{year}-{month:02d}"
    k = year * 12 + month - 1 - back
    first = f"{k // 12}-{k % 12 + 1:02d}"
    form = rng.choice((*social_sheet.MONTHS, "%Y年%m月", "%Y-%m-01", "%Y/%c", "%Y年%c月份", "%Y.%c"))
    count = rng.choice((rng.randint(1, 30), rng.randint(5, 150), rng.randint(20, 2000)))
    paper = Paper("social_security_list", name="social", title=_title(rng, last))
    unit, issuer, printed = v.company(rng), office(rng), date(year + month // 12, month % 12 + 1, rng.randint(1, 28))
    span = _span(rng, first, last, form)
    entries = [Entry(v.choose(rng, _LABELS["organization"]), rich((unit, "organization")))]
    if rng.random() < 0.75:
        entries.append(Entry(v.choose(rng, _LABELS["uscc"]), rich((v.uscc(rng, spaced=0.02), "uscc"))))
    entries += _period(rng, first, last, form, span)
    listing = rng.random() < 0.74
    count_said = rng.random() < (0.6 if listing else 0.95)
    if count_said and rng.random() < 0.45:
        entries.append(Entry(v.choose(rng, _LABELS["headcount"]), rich((str(count), "headcount"), v.choose(rng, "||人"))))
        count_said = rng.random() < 0.2
    entries += _distract(rng, printed)
    if not any(key == "period_to" for e in entries for _, key in e.value) and rng.random() < 0.6:
        paper.top.append(rich(v.choose(rng, "（|(|"), *span, v.choose(rng, "）|)|")))
    paper.entries = entries
    if listing:
        _list(rng, paper, first, last, form, count if count_said else 0)
    else:
        _proof(rng, paper, unit, first, last, form, count)
    _foot(rng, paper, issuer, printed)
    if listing and rng.random() < 0.14:
        return _next_page(rng, paper)
    return paper


def _title(rng: Random, last: str) -> Rich:
    title = v.choose(rng, _TITLES)
    place = rng.choice(
        (
            "",
            "",
            "",
            rng.choice(v.PROVINCES),
            rng.choice(v.CITIES) + "市",
            rng.choice(v.CITIES) + "市" + v.choose(rng, "|高新区|开发区"),
        )
    )
    if rng.random() < 0.05:
        return rich(place, (social_sheet.month_text(last, "%Y年%m月"), "period_to"), title)
    return rich(place + title)


def _span(rng: Random, first: str, last: str, form: str) -> Rich:
    a, b = social_sheet.month_text(first, form), social_sheet.month_text(last, form)
    if first == last and rng.random() < 0.75:
        return rich((b, "period_to"))
    return rich((a, "period_from"), v.choose(rng, "-|至| 至 |—|~|～| - |--|到"), (b, "period_to"))


def _period(rng: Random, first: str, last: str, form: str, span: Rich) -> list[Entry]:
    shape = rng.random()
    if shape < 0.66:
        return [Entry(v.choose(rng, _LABELS["period"]), span)]
    if shape < 0.84:
        pairs = rng.choice(list(zip(_LABELS["from"], _LABELS["to"], strict=True)))
        return [
            Entry(pairs[0], rich((social_sheet.month_text(first, form), "period_from"))),
            Entry(pairs[1], rich((social_sheet.month_text(last, form), "period_to"))),
        ]
    return []


def _distract(rng: Random, printed: date) -> list[Entry]:
    day = v.dater(rng)
    said = (
        ("单位编号", str(rng.randint(10**5, 10**9))),
        ("社保登记号", v.code(rng, 10)),
        ("单位社保编号", str(rng.randint(10**7, 10**9))),
        ("打印日期", day(printed)),
        ("打印时间", f"{printed:%Y-%m-%d} {rng.randint(8, 18):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"),
        ("单位类型", "企业"),
        ("单位状态", "参保缴费"),
        ("参保险种", "养老、失业、工伤"),
        ("单位地址", v.address(rng)),
        ("联系电话", v.phone(rng)),
        ("法定代表人", v.person(rng)),
        ("流水号", v.code(rng, 16)),
        ("金额单位", "元"),
        ("业务流水号", str(rng.randint(10**14, 10**15))),
        ("操作员", v.person(rng)),
        ("页码", "1/3"),
        ("经办人", v.person(rng)),
        ("首次参保日期", day(v.day(rng, 1998, 2012))),
        ("缴费状态", "已到账"),
        ("行政区划", rng.choice(v.CITIES) + "市"),
        ("申报日期", day(printed)),
        ("应缴合计", v.amount(v.money(rng, 1000, 1e6))),
        ("缴费基数总额", v.amount(v.money(rng, 1e4, 1e7))),
        ("到账日期", day(printed)),
        ("单位隶属", "市属"),
        ("欠费月数", "0"),
    )
    return [Entry(label, rich(value)) for label, value in rng.sample(said, rng.choice((0, 1, 2, 2, 3, 4)))]


def _list(rng: Random, paper: Paper, first: str, last: str, form: str, count: int) -> None:
    """The rows of persons, with a total where it is printed."""
    many = rng.randint(2, 26)
    masked = rng.random() < 0.7
    month = social_sheet.month_text(last, rng.choice(("%Y%m", "%Y-%m", form)))
    makers: dict[str, Callable[[int], str]] = {
        "序号": lambda k: str(k + 1),
        "姓名": lambda k: v.person(rng),
        v.choose(rng, _IDS): lambda k: _id(rng, masked),
        "个人编号": lambda k: str(rng.randint(10**8, 10**10)),
        "险种": lambda k: rng.choice(_KINDS),
        "缴费基数": lambda k: str(rng.randint(3300, 21000)),
        "缴费月份": lambda k: month,
        "单位缴费": lambda k: f"{rng.uniform(300, 1900):.2f}",
        "个人缴费": lambda k: f"{rng.uniform(100, 900):.2f}",
        "参保日期": lambda k: f"{rng.randint(2008, int(last[:4]) - 1)}{rng.randint(1, 12):02d}",
        "参保状态": lambda k: v.choose(rng, "正常参保|参保缴费|正常|√"),
        "性别": lambda k: rng.choice("男女"),
        "备注": lambda k: "",
        "养老": lambda k: "√",
        "工伤": lambda k: "√",
        "合计": lambda k: f"{rng.uniform(500, 2900):.2f}",
    }
    wanted = [h for h in makers if h == "姓名" or (h in _IDS and rng.random() < 0.8) or rng.random() < 0.42]
    rows: tuple[tuple[Rich, ...], ...] = tuple(tuple(rich(makers[h](k)) for h in wanted) for k in range(many))
    if count and rng.random() < 0.22:
        paper.grids = [Grid(tuple(wanted), (*rows, _total_row(rng, wanted, count)))]
        return
    if rng.random() < 0.12 and many > 3:  # two persons to a row
        half = (many + 1) // 2
        empty: tuple[Rich, ...] = tuple(() for _ in wanted)
        right = [*rows[half:], *[empty] * (2 * half - many)]
        rows, wanted = tuple(a + b for a, b in zip(rows[:half], right, strict=True)), wanted * 2
    paper.grids = [Grid(tuple(wanted), rows)]
    number = (str(count), "headcount")
    if count and rng.random() < 0.12:
        paper.below.append(rich("参保人数：养老保险", number, "人，失业保险", number, "人，工伤保险", number, "人"))
        return
    if count:
        before, after = rng.choice(
            (
                ("参保人数（人）：", ""),
                ("共计", "人"),
                ("以上参保人员共 ", " 人"),
                ("合计人数：", "人"),
                ("总人数：", "人"),
                ("合计：", "人"),
                ("共 ", " 人"),
                ("合计参保 ", " 人"),
                ("小计：", " 人"),
                ("参保人数合计：", ""),
                ("本单位参保职工共", "人。"),
                ("记录数：", " 条"),
                ("人数合计 ", ""),
                ("本次共", "人"),
                ("缴费总人数 ", ""),
            )
        )
        paper.below.append(rich(before, (str(count), "headcount"), after))
    if rng.random() < 0.25:
        paper.below.append(rich(v.choose(rng, "合计金额：|应缴总额：|实缴金额合计：") + v.amount(v.money(rng, 1000, 1e6)) + "元"))
    del first


def _total_row(rng: Random, heads: Sequence[str], count: int) -> tuple[Rich, ...]:
    """The last row of a list: the number of persons in one of its cells, sums in others."""
    number = rich((str(count), "headcount"), v.choose(rng, "|人|人| 人"))
    at = rng.randint(1, max(1, len(heads) - 1)) if len(heads) > 1 else 0
    cells: list[Rich] = [
        rich(v.amount(v.money(rng, 1e3, 1e6))) if "缴费" in head and head != "缴费月份" else () for head in heads
    ]
    cells[0] = rich(v.choose(rng, "合计|总计|合 计|小计|人数"))
    cells[at] = number if at else rich(v.choose(rng, "合计|共"), *number)
    return tuple(cells)


def _id(rng: Random, masked: bool) -> str:
    number = ids.id_number(rng, v.region(rng))
    # Unmasked numbers are masked by the reader before anything sees them.
    return ids.mask_id(number) if masked or rng.random() < 0.9 else number[:6] + "********" + number[-4:]


def _proof(rng: Random, paper: Paper, unit: str, first: str, last: str, form: str, count: int) -> None:
    """Totals by insurance, or a sentence that certifies them."""
    who, number = (unit, "organization"), (str(count), "headcount")
    when = (social_sheet.month_text(last, rng.choice(("%Y年%c月", "%Y年%m月", form))), "period_to")
    if rng.random() < 0.55:
        body = rng.choice(
            (
                rich(
                    "兹证明 ",
                    who,
                    "（统一社会信用代码：",
                    (v.uscc(rng, spaced=0), "uscc"),
                    "）已在我中心办理社会保险登记，截至",
                    when,
                    "，该单位参加基本养老保险人数为 ",
                    number,
                    " 人。特此证明。",
                ),
                rich("兹有", who, "，", when, "在我局参加社会保险，参保职工", number, "人，无欠费。"),
                rich(who, when, "参保缴费人数为", number, "人，社会保险费已按时足额缴纳，特此证明。"),
                rich("经查询，", who, "截至", when, "在职参保人数共计", number, "人。"),
                rich(
                    "该单位自",
                    (social_sheet.month_text(first, form), "period_from"),
                    "至",
                    when,
                    "期间，为",
                    number,
                    "名职工缴纳了社会保险费。",
                ),
                rich(
                    "证明",
                    who,
                    "（信用代码",
                    (v.uscc(rng, spaced=0), "uscc"),
                    "）于",
                    when,
                    "为本单位",
                    number,
                    "名员工正常缴纳养老、医疗、失业、工伤、生育保险。",
                ),
                rich("根据系统记载，", who, "现有参保人员", number, "人，费款所属期为", when, "。"),
            )
        )
        if rng.random() < 0.5:
            paper.entries = [
                e
                for e in paper.entries
                if not e.value or e.value[0][1] not in ("organization", "uscc", "period_to", "period_from")
            ]
        paper.entries = [e for e in paper.entries if not any(k == "headcount" for _, k in e.value)]
        paper.body = [body]
    if not paper.body or rng.random() < 0.5:
        _totals(rng, paper, last, form, count)


def _totals(rng: Random, paper: Paper, last: str, form: str, count: int) -> None:
    kinds = rng.sample(_KINDS, rng.choice((1, 3, 3, 4, 5)))
    month = (social_sheet.month_text(last, form), "period_to")
    number = rich((str(count), "headcount"))
    if rng.random() < 0.4:
        rows: tuple[tuple[Rich, ...], ...] = (
            (rich(v.choose(rng, "参保人数|缴费人数")), *(number for _ in kinds)),
            (rich("欠费情况"), *(rich("无") for _ in kinds)),
        )
        paper.grids = [Grid((v.choose(rng, "险种|项目"), *kinds), rows)]
        return
    more = rng.sample(["缴费基数", "单位应缴", "个人应缴", "缴费状态", "欠费金额", "费率", "合计"], rng.randint(1, 3))
    heads = [v.choose(rng, "险种|参保险种|费种|征收项目"), *more]
    at, when = rng.randint(1, len(heads)), rng.random() < 0.35
    heads.insert(at, v.choose(rng, _LABELS["headcount"]))
    if when:
        heads.insert(1, v.choose(rng, _LABELS["period"]))
    rows = tuple(tuple(_total_cell(rng, h, kind, count, month) for h in heads) for kind in kinds)
    paper.grids = [Grid(tuple(heads), rows)]


def _total_cell(rng: Random, head: str, kind: str, count: int, month: tuple[str, str]) -> Rich:
    if head in _LABELS["headcount"]:
        return rich((str(count), "headcount"))
    if head in _LABELS["period"]:
        return rich(month)
    if head in ("险种", "参保险种", "费种", "征收项目"):
        return rich(kind)
    return rich(
        {"缴费状态": "正常缴费", "费率": f"{rng.choice((0.5, 8, 16, 0.2))}%", "欠费金额": "0.00"}.get(head)
        or v.amount(v.money(rng, 500, 1e6))
    )


def _foot(rng: Random, paper: Paper, issuer: str, printed: date) -> None:
    said = (issuer, "issuer")
    shape = rng.random()
    if shape < 0.62:
        paper.foot.append(
            rich(
                rng.choice(("", "", "", v.choose(rng, _LABELS["issuer"]) + v.choose(rng, "：|:|"))),
                said,
                v.choose(rng, "|||（盖章）|(章)"),
            )
        )
    elif shape < 0.82:
        paper.entries.append(Entry(v.choose(rng, _LABELS["issuer"]), rich(said)))
    elif shape < 0.88:
        paper.top.append(rich(said))
    if rng.random() < 0.6:
        paper.foot.append(
            rich(
                v.choose(rng, "||打印日期：|打印时间：|出具日期：|日期：|制表日期：|填报日期：|开具日期：")
                + v.dater(rng)(printed)
            )
        )
    if rng.random() < 0.5:
        code = (v.code(rng), "verification_code")
        line = rich(v.choose(rng, _LABELS["verification_code"]) + v.choose(rng, "：|:|： "), code)
        if rng.random() < 0.25:
            paper.entries.append(Entry(v.choose(rng, _LABELS["verification_code"]), rich(code)))
        else:
            rng.choice((paper.top, paper.foot, paper.below, paper.below)).append(line)
    if rng.random() < 0.25:
        paper.foot.append(rich(v.choose(rng, "单位负责人：|制表人：|经办人：|审核人：") + v.person(rng)))
    if rng.random() < 0.3:
        paper.foot.append(rich(v.choose(rng, "第 1 页 共 1 页|第1页/共3页|1/1|- 1 -")))
    paper.notes = v.sample(rng, _NOTES, 0, 2)


def _next_page(rng: Random, paper: Paper) -> Paper:
    """A later page of a list: only rows, the total and the foot."""
    paper.title, paper.entries, paper.top, paper.starts, paper.name = (), [], [], False, "social-next"
    if rng.random() < 0.5:
        paper.grids = [Grid(tuple("" for _ in g.head), g.rows, g.widths) for g in paper.grids]
    if rng.random() < 0.4:
        paper.foot, paper.below = [], paper.below[:1]
    return paper


__all__ = ["make", "names", "office"]
