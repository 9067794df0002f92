"""Annual corporate income tax returns: 企业所得税年度纳税申报表 A100000, with A104000 and A107012.

Forms: 国家税务总局公告2017年第54号 and its amendments (2020, 2021, 2025: A100000 shows 研发费用 as a row of its own).
Amounts are printed in yuan unless the form says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extractor.documents.base import Cue, DocumentType, Extraction
from extractor.documents.finders import Run, field_of, find_values, first_field, fold, rows
from extractor.documents.statements.cells import Amount, amount_of, cells_of
from extractor.documents.statements.gate import Verdict
from extractor.documents.tax_return_sums import verdict
from extractor.model import Evidence, Field, Line, Page
from extractor.values.chinese import squeeze
from extractor.values.dates import find_dates
from extractor.values.names import find_companies

_TITLE = re.compile(r"企业所得税年度纳税申报表|企业所得税(?:年度)?汇算清缴")
_PREPAY = re.compile(r"企业所得税.{0,6}(?:月\(?季\)?度|季度|月度|预缴).{0,10}申报表|预缴纳税申报表")
_FORM = re.compile(r"^a(?:000000|1\d{5})$|^表?a1\d{5}")
_ATTACHED = re.compile(
    r"^(?:一般企业收入明细表|一般企业成本支出明细表|期间费用明细表|纳税调整项目明细表|研发费用加计扣除优惠明细表"
    r"|企业所得税弥补亏损明细表|减免所得税优惠明细表|高新技术企业优惠情况及明细表|职工薪酬支出及纳税调整明细表)"
)
_LABELS: dict[str, tuple[str, ...]] = {
    "entity": (
        "纳税人名称", "纳税人名称(公章)", "纳税人名称(盖章)", "纳税人", "企业名称", "单位名称", "纳税人(盖章)",
        "纳税人全称",
    ),
    "period": (
        "税款所属期间", "税款所属期", "税款所属时期", "所属期间", "所属时期", "所属期", "纳税年度", "所属年度",
        "税款所属年度",
    ),
    "stop": (
        "纳税人识别号", "统一社会信用代码", "纳税人识别号(统一社会信用代码)", "金额单位", "填报日期", "谨声明",
        "法定代表人", "经办人", "受理人", "行次", "项目", "金额", "类别", "主管税务机关",
        "受理日期", "纳税人(签章)", "代理机构",
    ),
}  # fmt: skip
_REVENUE = re.compile(
    r"^(?:1)?(?:利润总额计算)?(?:一[、,.，]?营业总?收入(?:\(|$|\d)|[-—–、,.，]{0,2}营业总?收入(?=\(填写\D{0,3}101010))"
)
"""The numeral 一 is often lost; then the forms that the row refers to tell it."""
_RD_ROWS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("A104000", re.compile(r"^(?:\d{1,2})?(?:十九[、,.]?)?研究费用(?:\(|$|[\d*])"), ""),
    ("A100000", re.compile(r"^(?:\d{1,2})?(?:减[:：]?)?研发费用(?:\(|$|\d)"), ""),
    (
        "A107012",
        re.compile(r"^(?:\d{1,2})?三[、,.]?年度研发费用小计"),
        "取自加计扣除优惠明细表的年度研发费用小计（税收口径），可能与账面研发费用不同",
    ),
)
_UNIT = re.compile(r"金额单位[:：]?(?:人民币)?(千元|万元|百万元|元)")
_FACTOR = {"元": 1, "千元": 1000, "万元": 10000, "百万元": 1000000}
UNKNOWN = "unknown"
"""The period of a figure whose year was not read."""
NO_YEAR = "未找到税款所属期间，无法确定年度"
PREPAY = "预缴纳税申报表只反映部分期间，不能证明年度数据"


class _TaxReturn:
    """An annual corporate income tax return with its attached tables."""

    type = "tax_return"
    multi_page = True

    def cue(self, page: Page) -> Cue | None:
        """The return's title opens it, its attached tables (A1…) continue it."""
        inside: Cue | None = None
        for row in rows(page)[:12]:
            text = row.folded
            if len(text) > 50 or re.search(r"[，。；]", text):
                continue
            if _PREPAY.search(text):
                return Cue(0.9, "start", row.text, _year_of(page))
            if _TITLE.search(text):
                return Cue(0.97, "start", row.text, _year_of(page))
            if _ATTACHED.search(text) or ("a" in text and any(_FORM.search(s.folded) for s in row.segments(2.0))):
                inside = inside or Cue(0.9, "inside", row.text, _year_of(page))
        return inside

    def opens_new(self, previous: Sequence[Page], page: Page) -> bool:
        """Another return begins with another year, a second cover or a second main form."""
        mine, theirs = _year_of(page), next((y for y in map(_year_of, previous) if y), "")
        if mine and theirs and mine != theirs:
            return True
        part = _part(page)
        return bool(part) and part in map(_part, previous)

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Entity, year, 营业收入 and 研发费用."""
        values = find_values(pages, _LABELS)
        year = _year(pages)
        fields: dict[str, Field | None] = {
            "entity": first_field([v for v in values["entity"] if v.where != "empty"], _company) or _entity_line(pages),
            "fiscal_year": year,
            "revenue": _borne_out(_by_year(_revenue(pages), year, pages), verdict(pages)),
            "rd_expense": _by_year(_rd(pages), year, pages),
        }
        title = next((r.text for p in pages for r in rows(p)[:12] if _TITLE.search(fold(r.key))), "")
        prepay = any(_PREPAY.search(fold(r.key)) for r in rows(pages[0])[:12]) if pages else False
        return Extraction({k: f for k, f in fields.items() if f is not None}, title=title, excluded=PREPAY if prepay else None)


TYPE: DocumentType = _TaxReturn()


def _borne_out(found: Field | None, said: Verdict) -> Field | None:
    """营业收入 with the gate's word on it."""
    if found is None or not found.periods or (said.status == "unchecked" and not said.note):
        return found
    changed: dict[str, object] = {"gate": said.status}
    if said.note:
        changed |= {
            "confidence": min(found.confidence, 0.6),
            "note": "；".join(n for n in (found.note, said.note) if n),
        }
    periods = {p: f.model_copy(update=changed) for p, f in found.periods.items()}
    return found.model_copy(update={**changed, "periods": periods})


def _company(text: str) -> str | None:
    found = find_companies(text)
    return found[0][0] if found else None


def _part(page: Page) -> str:
    """``main`` for A100000 (its first row is the revenue), ``cover`` for a title without a form, else empty."""
    printed = rows(page)
    if any(_REVENUE.search(row.key) for row in printed):
        return "main"
    listed = any(
        re.search(r"[行栏]次", row.key) or any(_FORM.search(s.folded) for s in row.segments(2.0)) for row in printed[:14]
    )
    return "" if listed else "cover"


def _year_of(page: Page) -> str:
    found = _year([page])
    return str(found.value) if found is not None and found.value else ""


def _year(pages: Sequence[Page]) -> Field | None:
    """The year of the period of taxation; a part-year is noted, a period over two years is no year."""
    for page in pages:
        for value in find_values(page, _LABELS)["period"]:
            if value.where == "empty":
                continue
            days = [hit.value for hit in find_dates(value.text)]
            if len(days) >= 2 and days[0].year == days[1].year:
                whole = (days[0].month, days[0].day, days[1].month, days[1].day) == (1, 1, 12, 31)
                note = None if whole else f"税款所属期间为 {days[0]} 至 {days[1]}，不是整个年度"
                made = field_of(value, str(days[0].year), note=note)
                return made if whole else made.model_copy(update={"confidence": min(made.confidence, 0.6)})
            single = re.fullmatch(r"((?:19|20)\d{2})年?(?:度)?", value.text.strip())
            if single:
                return field_of(value, single[1])
    return _year_line(pages)


_WHOLE_YEAR = r"((?:19|20)\d{2})[年.\-/]?0?1[月.\-/]?(?:0?1日?)?-(?:\1[年.\-/]?)?12[月.\-/]?(?:31日?)?(?!\d)"
_PERIOD_LINE = re.compile(
    rf"(?:所属(?:期间|时期|期|年度)|纳税年度|申报年度)[:：]?[自从]?(?:{_WHOLE_YEAR}|((?:19|20)\d{{2}})年?度?(?![\d年.\-/]))"
)
_TITLE_YEAR = re.compile(
    r"^(?:中华人民共和国)?\(?((?:19|20)\d{2})年?度?\)?(?:中华人民共和国)?企业所得税年度纳税申报表"
    r"|企业所得税年度纳税申报表(?:\(.{1,4}\))?\(?((?:19|20)\d{2})年?度\)?$"
)


def _year_line(pages: Sequence[Page]) -> Field | None:
    """The year as one line or the title says it in another form: 2022年1月至12月, 所属年度 2022, 2022年度企业所得税…."""
    for pattern, sure in ((_PERIOD_LINE, 0.97), (_TITLE_YEAR, 0.9)):
        for page in pages:
            for line in page.lines:
                match = pattern.search(re.sub("[—–~～－至到-]+", "-", squeeze(line.text)))
                if match is not None:
                    return _of_line(page, line, next(g for g in match.groups() if g), sure)
    return None


_ENTITY_LINE = re.compile(r"^纳税人(?:名称|全称)?(?:\(.{1,4}\))?[:：](.{4,50})$")


def _entity_line(pages: Sequence[Page]) -> Field | None:
    """The taxpayer in a line of its own, where the rows of the page could not be told apart."""
    for page in pages:
        for line in page.lines:
            match = _ENTITY_LINE.match(squeeze(line.text))
            if match is not None and (name := _company(match[1])):
                return _of_line(page, line, name, 0.9)
    return None


def _of_line(page: Page, line: Line, value: str, sure: float) -> Field:
    """A field from one printed line."""
    place = Evidence(file=page.file, page=page.page, box=line.box, text=line.text)
    return Field(value=value, raw=line.text, confidence=round(line.confidence * sure, 3), evidence=(place,), method="label")


def _amounts(row: Run, label_end: int) -> list[Amount]:
    """The figures of a row right of its label."""
    edge = row.glyphs[min(label_end, len(row)) - 1].box[2]
    return [
        amount_of(c) for c in cells_of(row) if c.numeric and c.left >= edge - 0.005 and (c.amountlike or c.left > edge + 0.05)
    ]


def _label_end(row: Run, match: re.Match[str]) -> int:
    """Where the label ends in the row's key: with its bracketed references (填写A101010…)."""
    end = match.end() - (1 if match[0][-1] in "(*0123456789" else 0)
    closed = re.match(r"\([^()]*(?:\([^()]*\)[^()]*)*\)?", row.key[end:])
    if closed and not re.fullmatch(r"\([\d,.]+\)", closed[0]):
        end += closed.end()
    return end


def _rows_of(pages: Sequence[Page], form: str) -> list[Run]:
    """Rows of the pages that hold a form (all pages where no page names it)."""
    named = [p for p in pages if re.search(form, p.text, re.IGNORECASE)]
    return [row for page in named for row in rows(page)]


def _revenue(pages: Sequence[Page]) -> tuple[Amount, str] | None:
    for row in [r for p in pages for r in rows(p)]:
        match = _REVENUE.search(row.key)
        if match is None:
            continue
        found = _amounts(row, _label_end(row, match))
        if found:
            return found[-1], ""
    return None


def _rd(pages: Sequence[Page]) -> tuple[Amount, str] | None:
    """研究费用 of A104000 (its 管理费用 column), 研发费用 of A100000, else the subtotal of A107012."""
    for form, pattern, note in _RD_ROWS:
        for row in _rows_of(pages, form) or ([r for p in pages for r in rows(p)] if form == "A107012" else []):
            match = pattern.search(row.key)
            if match is None:
                continue
            found = [a for a in _amounts(row, _label_end(row, match)) if not a.nil]
            if found:
                chosen = next((a for a in found if a.value), found[0]) if form == "A104000" else found[-1]
                return chosen, note
    return None


def _by_year(found: tuple[Amount, str] | None, year: Field | None, pages: Sequence[Page]) -> Field | None:
    """A figure as a row field by its year, in yuan; without a year it is kept under ``UNKNOWN`` and proves nothing."""
    if found is None:
        return None
    amount, note = found
    period = str(year.value) if year is not None and year.value else UNKNOWN
    remarks = [n for n in (amount.note, note or None, NO_YEAR if period == UNKNOWN else None) if n]
    unit = next((m[1] for p in pages if (m := _UNIT.search(fold(p.text)))), "元")
    value = None if amount.value is None else float(Decimal(amount.value) * _FACTOR[unit])
    confidence = min(amount.confidence, 0.7 if note else 0.97, year.confidence if period != UNKNOWN and year else 0.5)
    one = Field(
        value=value,
        raw=amount.raw,
        confidence=round(confidence, 3),
        evidence=(amount.evidence,),
        method="statement_row",
        note="；".join(remarks) or None,
    )
    return one.model_copy(update={"value": {period: value}, "periods": {period: one}})
