"""研发费用专项审计报告: the special audit of R&D expenses for high-tech recognition.

Forms: 《高新技术企业认定管理工作指引》(国科火〔2016〕195号) 附 企业年度研究开发费用结构明细表, columns RD01, RD02 … 合计.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from extractor.documents import audit_text as text
from extractor.documents.audit_signs import squeezed
from extractor.documents.base import Cue, Extraction
from extractor.documents.rows import Run, rows
from extractor.documents.statements.cells import Amount, amount_of, cells_of
from extractor.documents.statements.headers import parse_header
from extractor.documents.statements.titles import unit_of_row
from extractor.model import Field, Page
from extractor.values.chinese import squeeze
from extractor.values.money import UNIT_FACTORS, parse_money

_RD = r"(?:研发费用|研究开发费用?|研究与开发费用?|研发投入|研发支出|研究开发经费|研发经费)"
_TITLE = re.compile(
    rf".{{0,60}}?(?:{_RD}.{{0,24}}(?:专项)?(?:审计|鉴证|审核)报告|专项审计报告|{_RD}(?:结构)?(?:明细|情况|归集|汇总)表)(?:书|\(.{{0,20}}\))?"
)
_TABLE = re.compile(rf".{{0,40}}?{_RD}.{{0,16}}(?:结构明细表|明细表|情况表|归集表|汇总表|支出表).{{0,12}}")
_TOTAL = re.compile(
    rf"(?:{_RD})?(?:合计|总计|总额|发生额合计|投入总额|支出合计|内外部合计|\(?内部研究开发投入额?\)?.{{0,3}}合计)|(?:[一二三四五六七八九十0-9]+[、.])?(?:{_RD})(?:总额|合计|总计|小计)?(?:\(.{{1,12}}\))?"
)
_SAID = re.compile(
    rf"(?P<y>20\d{{2}})年(?:度)?[^。;，,\d]{{0,40}}?{_RD}[^。;\d]{{0,20}}?(?:为|是|共计|合计|计|:)?(?:人民币)?(?P<m>[\d,.]+(?:万|亿)?元)"
)
_YEAR = re.compile(r"(20\d{2})年(?:度)?")
_ABOUT = re.compile(r"(20\d{2})年度")
UNKNOWN = "unknown"
"""The period of a total whose year was not read."""
NO_YEAR = "未读到研发费用所属年度，无法确定年度"
_PROJECT = re.compile(r"(?:RD|PS|研发项目)\s?-?\d{1,3}", re.IGNORECASE)


class RdAuditReport:
    """The type ``rd_audit_report``."""

    type = "rd_audit_report"
    multi_page = True

    def cue(self, page: Page) -> Cue | None:
        """Title page or opinion (start); the detail tables (inside)."""
        key = squeezed(page)
        if not re.search(r"研发|研究开发|研究与开发", key):
            return None
        for row in rows(page)[:25]:
            plain = squeeze(row.text)
            if len(plain) > 70 or re.search(r"[。,;]", plain):
                continue
            if _TITLE.fullmatch(plain) and re.search(r"审计|鉴证|审核", plain) and not re.search(r"目录|附件|附表", plain):
                number = text.report_no([page])
                return Cue(0.98, "start", plain, str(number.value) if number else "")
            if _TABLE.fullmatch(plain):
                return Cue(0.85, "inside", plain)
        return None

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Number, firm, entity, R&D expense by year, projects."""
        front = list(pages[:4])
        fields: dict[str, Field | None] = {
            "report_no": text.report_no(front),
            "firm": text.firm(front),
            "entity": text.entity(pages, front, ()),
            "rd_expense": _rd_expense(pages),
            "rd_projects": _projects(pages),
        }
        title = next(
            (squeeze(r.text) for p in front for r in rows(p) if _TITLE.fullmatch(squeeze(r.text))), "研发费用专项审计报告"
        )
        return Extraction({k: f for k, f in fields.items() if f is not None}, title=title)

    def opens_new(self, previous: Sequence[Page], page: Page) -> bool:
        """Another report only where its number differs."""
        ours, theirs = text.report_no(previous), text.report_no([page])
        return ours is not None and theirs is not None and ours.value != theirs.value


def _rd_expense(pages: Sequence[Page]) -> Field | None:
    """The total by year: what the text states and what the tables add up to; both must agree."""
    said = _stated(pages)
    tables = _dated(_from_tables(pages), said, pages)
    found: dict[str, Field] = {}
    for year in sorted({*said, *tables}, reverse=True):
        a, b = said.get(year), tables.get(year)
        if a and b and a.value is not None and b.value is not None:
            same = abs(Decimal(str(a.value)) - Decimal(str(b.value))) <= Decimal("0.5")
            # a stated 512.35 万元 is the table rounded
            near = "万" in a.raw and abs(Decimal(str(a.value)) - Decimal(str(b.value))) <= Decimal(5000)
            note = None if same or near else f"正文所述{a.raw}与明细表合计{b.raw}不一致，请人工核对"
            found[year] = b.model_copy(
                update={
                    "gate": "failed" if note else "ok",
                    "note": note,
                    "confidence": min(b.confidence, 0.4) if note else b.confidence,
                    "evidence": (*b.evidence, *a.evidence),
                }
            )
        else:
            found[year] = a or b  # type: ignore[assignment]
    if not found:
        return None
    lead = next(iter(found.values()))
    return Field(
        value={y: f.value for y, f in found.items() if f.value is not None} or None,
        raw=lead.raw,
        confidence=min(f.confidence for f in found.values()),
        evidence=lead.evidence,
        periods=found,
        method=lead.method,
        gate=lead.gate,
        note=lead.note,
    )


def _dated(tables: dict[str, Field], said: Mapping[str, Field], pages: Sequence[Page]) -> dict[str, Field]:
    """The totals by year; those of tables that show none by the one year that the report is about, else ``UNKNOWN``."""
    undated = tables.pop(UNKNOWN, None)
    if undated is None or tables or any(f.value == undated.value for f in said.values()):
        return tables
    front = "".join(squeeze(r.text) for p in pages[:3] for r in rows(p))
    years = set(_ABOUT.findall(front))
    if len(years) == 1:
        return {years.pop(): undated.model_copy(update={"confidence": min(undated.confidence, 0.85)})}
    note = "；".join(n for n in (undated.note, NO_YEAR) if n)
    return {UNKNOWN: undated.model_copy(update={"confidence": min(undated.confidence, 0.5), "note": note})}


def _stated(pages: Sequence[Page]) -> dict[str, Field]:
    """Totals stated in sentences: 2022年度研究开发费用总额为5,123,456.78元."""
    body = text.text_of(pages[:6])
    out: dict[str, Field] = {}
    for match in _SAID.finditer(body.text):
        amount = parse_money(match["m"])
        if amount is None or re.search(r"委托|境外|资本化|基础研究|占", match[0]):
            continue
        if match["y"] in out and out[match["y"]].value != float(amount):
            continue
        out.setdefault(
            match["y"],
            body.field(match.start("m"), match.end("m"), float(amount), method="sentence", sure=0.95).model_copy(
                update={"raw": match["m"]}
            ),
        )
    return out


def _from_tables(pages: Sequence[Page]) -> dict[str, Field]:
    """Totals of the tables: a year heading its own table or column, the total row, the 合计 column."""
    out: dict[str, Field] = {}
    for page in pages:
        page_rows = rows(page)
        year, unit = "", "yuan"
        heads: list[tuple[str, float, float]] = []
        above: dict[str, list[Decimal]] = {}
        for row in page_rows:
            key = squeeze(row.text)
            cells = cells_of(row)
            if stated := unit_of_row(row):
                unit = stated[0]
            years = _YEAR.findall(key)
            if _TABLE.fullmatch(key):
                above = {}
            if _TABLE.fullmatch(key) or (len(set(years)) == 1 and len(key) < 40 and not any(c.amountlike for c in cells)):
                year = years[0] if years else year
            headed = [(h.period, c.left, c.right) for c in cells if (h := parse_header(c.text)) and h.when == "explicit"]
            if len(headed) >= 2:
                heads, above = headed, {}
            totals = _total_row(row, year, heads, unit)
            for period, field in totals.items():
                out.setdefault(period, _summed(field, above.get(period, []), unit))
            if not totals:
                for period, amount in _parts(row, year, heads).items():
                    if amount.value:
                        above.setdefault(period, []).append(amount.value)
            if (match := re.match(r"(20\d{2})年?(?:度)?", key)) and not heads:
                _year_row(row, match[1], unit, out)
    return out


def _total_row(row: Run, year: str, heads: Sequence[tuple[str, float, float]], unit: str) -> dict[str, Field]:
    """The figures of a total row: one per headed year, else its last (合计) for the table's year."""
    cells = cells_of(row)
    label = "".join(c.text for c in cells if not c.numeric)
    figures = [c for c in cells if c.amountlike]
    if not figures or not _TOTAL.fullmatch(label):
        return {}
    if heads:
        return {period: _field(amount, unit) for period, amount in _by_head(row, heads).items()}
    return {year or UNKNOWN: _field(amount_of(figures[-1]), unit)}


def _parts(row: Run, year: str, heads: Sequence[tuple[str, float, float]]) -> dict[str, Amount]:
    """The figures of a row that is no total, as ``_total_row`` takes them."""
    if heads:
        return _by_head(row, heads)
    figures = [c for c in cells_of(row) if c.amountlike]
    return {year or UNKNOWN: amount_of(figures[-1])} if figures else {}


def _by_head(row: Run, heads: Sequence[tuple[str, float, float]]) -> dict[str, Amount]:
    """The figures of a row under the headed years, by x."""
    out: dict[str, Amount] = {}
    for cell in (c for c in cells_of(row) if c.amountlike):
        away = sorted((abs((a + b) / 2 - cell.centre), period) for period, a, b in heads)
        if len(away) < 2 or away[0][0] < 0.6 * away[1][0]:
            out[away[0][1]] = amount_of(cell)
    return out


def _summed(field: Field, above: Sequence[Decimal], unit: str) -> Field:
    """The total with its gate: ok when it is the sum of the rows above, doubtful when several rows do not add up."""
    if field.value is None or not above:
        return field
    factor = Decimal(UNIT_FACTORS[unit])
    for parts in (above, _without_children(above)):
        gap = abs(sum(parts, Decimal(0)) * factor - Decimal(str(field.value)))
        if gap < Decimal("0.005") * factor * (len(parts) + 1):
            return field.model_copy(update={"gate": "ok"})
    return field.model_copy(
        update={"confidence": min(field.confidence, 0.7), "note": field.note or "合计与各行之和不一致，请人工核对"}
    )


def _without_children(above: Sequence[Decimal]) -> list[Decimal]:
    """The rows without those that the row above them adds up (内部研究开发投入额, 其中：人员人工费用 …)."""
    out: list[Decimal] = []
    for value in reversed(above):
        sums = accumulate(out)
        children = next((k for k, total in enumerate(sums, start=1) if total == value), 0)
        out = [value, *out[children:]]
    return out


def _year_row(row: Run, year: str, unit: str, out: dict[str, Field]) -> None:
    """A row ``2022年度  5,123,456.78`` of a table with one row per year: only with exactly one figure."""
    cells = cells_of(row)
    figures = [c for c in cells if c.amountlike]
    words = "".join(c.text for c in cells if not c.numeric)
    if len(figures) == 1 and re.fullmatch(r"年?(?:度)?|(?:20\d{2})?年?(?:度)?", words):
        out.setdefault(year, _field(amount_of(figures[0]), unit))


def _field(amount: Amount, unit: str) -> Field:
    value = None if amount.value is None else float(amount.value * Decimal(UNIT_FACTORS[unit]))
    return Field(
        value=value,
        raw=amount.raw,
        confidence=round(amount.confidence * 0.9, 3),
        evidence=(amount.evidence,),
        method="table_total",
        note=amount.note,
    )


def _projects(pages: Sequence[Page]) -> Field | None:
    """The R&D projects: ``RD01 某某关键技术研究`` in rows of the project tables."""
    names: list[str] = []
    runs: list[Run] = []
    for page in pages:
        for row in rows(page):
            cells = [c for c in cells_of(row) if not c.numeric]
            for i, cell in enumerate(cells):
                match = _PROJECT.match(cell.text)
                if not match:
                    continue
                rest = cell.run.slice(match.end())
                name = rest if len(rest) > 3 else cells[i + 1].run if i + 1 < len(cells) else None
                if name is not None and len(name) > 3 and not _PROJECT.match(name.key):
                    title = name.key.lstrip("-:—、. ")
                    if title not in names and re.search(r"[\u4e00-\u9fff]{3}", title):
                        names.append(title)
                        runs.append(name)
    if not names:
        return None
    return Field(
        value=names,
        raw="；".join(names),
        confidence=round(min(r.confidence for r in runs) * 0.9, 3),
        evidence=tuple(r.evidence() for r in runs),
        method="table_rows",
    )


TYPE = RdAuditReport()
