"""会计报表 without an auditor's report: interim and quarterly reports, bare or unaudited statements.

Same figures as an audit report, but they never prove anything by themselves (未经审计).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.audit_report import may_be_statement, unit_fields
from extractor.documents.audit_signs import squeezed
from extractor.documents.base import Cue, Extraction
from extractor.documents.rows import rows
from extractor.documents.statements.fields import StatementFields, statement_fields
from extractor.documents.statements.reader import Statement, read_statements
from extractor.model import Field, Page
from extractor.values.chinese import squeeze
from extractor.values.names import clean_company, looks_like_company

_INTERIM = re.compile(
    r"[^《》,。]{0,40}?(?:20\d{2}|二[〇○零O]..)年?(?:度)?(?:第?[一二三四1-4]季度(?:季度)?|半年度|中期|1-\d{1,2}月)(?:财务)?报告(?:全文|正文)?"
)
_COVER = re.compile(
    r"(?:[^《》,。:的]{2,40}(?:公司|中心|厂|集团|院|所|校|会))?(?:(?:20\d{2}|二[〇○零O]..)年[^,。的]{0,12})?(?:财务|会计)报表(?:封面)?"
)
_COVER_LINES = 20
_NOT_THIS = re.compile(r"年度检查报告书|年检报告|年度工作报告书?|报告摘要|审计报告|纳税申报表|申请书|验资报告")


class FinancialStatements:
    """The type ``financial_statements``."""

    type = "financial_statements"
    multi_page = True

    def cue(self, page: Page) -> Cue | None:
        """Statement pages, and the covers of interim reports and of bare statements."""
        if not page.lines:
            return None
        key = squeezed(page)
        if _NOT_THIS.search(key[:120]) or "本报告书" in key:
            return None
        if "报" in key[:200] and (title := _cover_title(page)):
            return Cue(0.85, "start", title)
        if may_be_statement(page, key) and (found := read_statements([page])):
            return Cue(0.75, "start", found[0].title or "财务报表")
        return None

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Entity, period, unit and rows."""
        statements = read_statements(pages)
        figures = statement_fields(statements)
        fields: dict[str, Field | None] = {
            "entity": _entity(pages, statements),
            "fiscal_year": _period(figures),
        }
        fields |= {k: v for k, v in unit_fields(figures, statements).items() if k == "statement_unit"}
        fields |= figures.rows
        title = statements[0].title if statements else "财务报表"
        return Extraction({k: f for k, f in fields.items() if f is not None}, dict(figures.secondary), title=title or "财务报表")

    def opens_new(self, previous: Sequence[Page], page: Page) -> bool:
        """Whether a statement page begins another set: another entity, another period, or a second balance sheet."""
        before, now = read_statements(previous[-12:]), read_statements([page])
        if not before or not now:
            return bool(before) and not now
        ours = {clean_company(s.preamble.entity) for s in before if s.preamble.entity}
        theirs = {clean_company(s.preamble.entity) for s in now if s.preamble.entity}
        if ours and theirs and not ours & theirs:
            return True
        periods = {s.preamble.period for s in before if s.preamble.period}
        return any(s.preamble.period and periods and s.preamble.period not in periods for s in now)


def _cover_title(page: Page) -> str:
    """The title of an interim report (set larger than the text), or of a sparse cover 财务报表; else ""."""
    page_rows = rows(page)
    heights = sorted(r.box[3] - r.box[1] for r in page_rows)
    usual = heights[len(heights) // 2]
    for row in page_rows[:25]:
        key = squeeze(row.text)
        if row.box[1] < 0.07 or len(key) > 70:
            continue
        large = row.box[3] - row.box[1] >= 1.15 * usual or len(page_rows) <= _COVER_LINES
        if large and _INTERIM.fullmatch(key):
            return row.text.strip()
        if len(page_rows) <= _COVER_LINES and _COVER.fullmatch(key):
            return row.text.strip()
    return ""


def _entity(pages: Sequence[Page], statements: Sequence[Statement]) -> Field | None:
    """The enterprise: 编制单位 on the statements, else the company's name on the cover."""
    named = [s.preamble for s in statements if s.preamble.entity and s.preamble.entity_evidence]
    if named:
        best = max(named, key=lambda p: (sum(q.entity == p.entity for q in named), p.entity_confidence))
        if best.entity_evidence:
            return Field(
                value=best.entity,
                raw=best.entity_evidence.text,
                confidence=round(best.entity_confidence, 3),
                evidence=(best.entity_evidence,),
                method="label",
            )
    for page in pages[:2]:
        for row in rows(page):
            if re.search(r"[\u4e00-\u9fff]{3}", row.key) and "事务所" not in row.key and looks_like_company(row.text):
                return Field(
                    value=clean_company(row.text),
                    raw=row.text,
                    confidence=round(row.confidence * 0.9, 3),
                    evidence=(row.evidence(),),
                    method="title",
                )
    return None


def _period(figures: StatementFields) -> Field | None:
    """The period of the statements."""
    lead = next((f for f in figures.rows.values() if f.evidence), None)
    if not figures.period or lead is None:
        return None
    return Field(value=figures.period, raw=figures.period, confidence=0.95, evidence=lead.evidence, method="statement_header")


TYPE = FinancialStatements()
