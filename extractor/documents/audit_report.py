"""审计报告: the auditor's report with the statements and notes bound into it, also inside a 年度报告."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents import audit_signs as signs
from extractor.documents import audit_text as text
from extractor.documents.audit_opinion import auditors, opinion
from extractor.documents.base import Cue, Extraction
from extractor.documents.rows import rows
from extractor.documents.statements import notes
from extractor.documents.statements.fields import (
    NO_UNIT,
    StatementFields,
    statement_fields,
)
from extractor.documents.statements.reader import Statement, read_statements
from extractor.documents.statements.titles import may_have_title, unit_of_row
from extractor.model import Evidence, Field, Page
from extractor.values.chinese import squeeze
from extractor.values.names import NameMatch, looks_like_company, match_company

_FIRM_PAPER = re.compile(
    r"营业执照|执业证书|执业许可证?|业务许可证|注册会计师证书|年度检验登记|AnnualRenewal|CertifiedPublicAccountant|证书编号",
    re.IGNORECASE,
)
_YEARLY = re.compile(r".{0,40}?(?:20\d{2}|二[〇○零O]..)年?(?:度)?年度报告(?:全文|\(.{0,8}\))?|年度报告(?:全文)?")
_NOTES = re.compile(
    r".{0,40}?(?:(?:19|20|二).{3}年?(?:度|\d{0,2}月?\d{0,2}日?|.{1,8}日)?)?(?:合并)?(?:财务|会计)报表(?:项目)?(?:附注|注释)(?:\(续\)|续)?"
)
_PARTS = re.compile(
    r"注册会计师对财务报表审计的责任|管理层(?:和治理层)?对财务报表的责任|形成(?:审计|保留|否定|无法表示)意见的基础|关键审计事项"
)
_DRAFT = re.compile(r"\(?(?:征求意见稿|草稿|初稿|讨论稿|样本|样稿|样张|模板|范本|示例)\)?")
_NOT_THIS = re.compile(r"年度检查报告书|年检报告|年度报告摘要|年度工作报告书?|验资报告|招股|募集说明书|资产评估报告")
_SURE_NAME = 0.9
"""A statement's 编制单位 read less surely than this accuses nobody."""
_NOTES_UNIT = re.compile(r"(?:除|另有|特别)[^。]{0,30}(?:金额)?单位|单位均?[为以].{0,6}元")


def is_firm_attachment(page: Page) -> bool:
    """Whether a page is the accounting firm's own paper bound into a report (licence, CPA certificates)."""
    if len(page.lines) > 90:
        return False
    key = signs.squeezed(page)
    if (
        "会计师事务所" in key
        and re.search(r"营业执照|执业证书|业务许可证", key)
        and "审计意见" not in key
        and "我们审计了" not in key
    ):
        if re.search(
            r"(?:名称|字号)[:]?[\u4e00-\u9fff]{2,14}会计师事务所|会计师事务所(?:\(.{2,6}\))?执业证书|会计师事务所执业|从事证券",
            key,
        ):
            return True
        return bool(re.search(r"统一社会信用代码|组织形式|执业证书编号|批准执业", key))
    return bool(
        re.search(r"注册会计师(?:协会|证书)|InstituteofCPA|CertifiedPublicAccountants?", key, re.IGNORECASE)
        and re.search(r"证书编号|年度检验|AnnualRenewal|Dateofbirth|工作单位|Workingunit|批准注册", key, re.IGNORECASE)
        and "审计意见" not in key
    )


class AuditReport:
    """The type ``audit_report``."""

    type = "audit_report"
    multi_page = True

    def cue(self, page: Page) -> Cue | None:
        """Cover, opinion (start), statements, notes and the firm's papers (inside)."""
        if not page.lines:
            return None
        key = signs.squeezed(page)
        if _NOT_THIS.search(key[:200]):
            return None
        if is_firm_attachment(page):
            return Cue(0.8, "inside", "会计师事务所附件")
        if "审计" in key and signs.has_title(page):
            return _titled(page, key)
        if signs.is_untitled_opinion(page) or signs.is_untitled_cover(page):
            number = text.report_no([page])
            return Cue(0.85, "start", "审计报告", str(number.value) if number else "")
        if len(page.lines) <= 45 and "年度报告" in key and _yearly_cover(page):
            return Cue(0.7, "start", "年度报告")
        return _inside(page, key)

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """All fields of one report."""
        statements = read_statements(pages)
        opinions = signs.opinion_pages(pages, (n for s in statements for n in s.pages))
        front = _front(pages, opinions, statements)
        year = text.fiscal_year(pages, opinions)
        joint = bool(
            re.search(r"合并(?:及母公司|及公司|和母公司)?(?:资产负债表|财务)", "".join(signs.squeezed(p) for p in opinions[:1]))
        )
        entity = text.entity(pages, opinions, _printed_entities(statements))
        own, foreign = _by_entity(statements, entity)
        figures = statement_fields(
            own,
            fiscal_year=str(year.value) if year else "",
            default_unit=_notes_unit(pages, own),
            expects_consolidated=joint,
        )
        fields: dict[str, Field | None] = {
            "report_no": text.report_no(front),
            "report_code": text.report_code(front),
            "firm": text.firm(front),
            "entity": entity,
            "fiscal_year": year or _year_of(figures, statements),
            "opinion": opinion(opinions),
            "report_date": text.report_date(opinions, str(year.value) if year else figures.period),
            "auditors": auditors(opinions),
        }
        fields |= unit_fields(figures, statements)
        fields |= figures.rows
        secondary = dict(figures.secondary)
        _add_notes(fields, secondary, pages, statements, figures)
        audited = str(year.value) if year else ""
        found = {k: _covered(_not_of(f, foreign), audited) for k, f in fields.items() if f is not None}
        return Extraction(found, secondary, title=_title(pages), excluded=_draft(pages[:3]))

    def opens_new(self, previous: Sequence[Page], page: Page) -> bool:
        """Whether a ``start`` page begins another report, rather than the opinion after its own cover.

        ``previous``: the pages of the report that is open. A cover or opinion follows an opinion only in another
        report; two opinions with the same number are one.
        """
        bodies = [p for p in previous if signs.is_opinion(p)]
        if not bodies:
            return False
        if not signs.is_opinion(page):
            return True
        ours, theirs = text.report_no(bodies), text.report_no([page])
        return ours is None or theirs is None or ours.value != theirs.value


def _titled(page: Page, key: str) -> Cue:
    """The cue of a page with the title 审计报告: contents list, opinion or cover."""
    if "目录" in key[:60] or (
        key.count("审计报告") > 1 and re.search(r"附注.{0,12}\d", key) and len(page.lines) < 40 and "我们" not in key
    ):
        return Cue(0.75, "inside", "目录")
    number = text.report_no([page])
    score = 0.97 if signs.is_opinion(page) else 0.9 if len(page.lines) <= 40 else 0.7
    return Cue(score, "start", "审计报告", str(number.value) if number else "")


def _yearly_cover(page: Page) -> bool:
    """Whether a sparse page has 年度报告 as its title, below the running head."""
    return any(r.box[1] > 0.09 and _YEARLY.fullmatch(squeeze(r.text)) for r in rows(page)) and "摘要" not in page.text


def _inside(page: Page, key: str) -> Cue | None:
    """The cue of a page that can only continue a report."""
    if may_be_statement(page, key) and read_statements([page]):
        return Cue(0.85, "inside", "财务报表")
    if _PARTS.search(key) and "审计" in key:
        return Cue(0.8, "inside", "审计报告")
    if "附注" in key[:400] and any(_NOTES.fullmatch(squeeze(r.text)) for r in rows(page)[:8]):
        return Cue(0.8, "inside", "财务报表附注")
    return None


_TOTALS = ("资产总计", "负债合计", "流动资产合计", "利润总额", "净利润", "营业利润", "流动负债合计", "权益合计", "净资产合计")


def may_be_statement(page: Page, key: str) -> bool:
    """Quick test: a statement's title, or several of its totals."""
    return may_have_title(page) or sum(word in key for word in _TOTALS) >= 3


def _front(pages: Sequence[Page], opinions: Sequence[Page], statements: Sequence[Statement]) -> list[Page]:
    """The pages that may name the firm and the report's number: the opinion first, then covers before the statements."""
    places = {place for s in statements for place in s.pages}
    first = next((i for i, p in enumerate(pages) if (p.file, p.page) in places), len(pages))
    covers = [p for p in pages[: min(4, first)] if p not in opinions]
    return [*opinions, *covers] or list(pages[:3])


def _printed_entities(statements: Sequence[Statement]) -> list[tuple[str, Evidence, float]]:
    """The entity as each statement prints it."""
    return [
        (s.preamble.entity, s.preamble.entity_evidence, s.preamble.entity_confidence)
        for s in statements
        if s.preamble.entity and s.preamble.entity_evidence
    ]


def _by_entity(statements: Sequence[Statement], entity: Field | None) -> tuple[list[Statement], list[Statement]]:
    """The statements to read, and those among them that print another company's name as 编制单位.

    Another company's statement is left out where the same report has that kind for the audited entity.
    """
    if entity is None or entity.value is None:
        return list(statements), []
    foreign = [
        s
        for s in statements
        if s.preamble.entity_confidence >= _SURE_NAME
        and looks_like_company(s.preamble.entity)
        and match_company(s.preamble.entity, str(entity.value), certain=False) is NameMatch.DIFFERENT
    ]
    kinds = {s.kind for s in statements if s not in foreign}
    read = [s for s in statements if s not in foreign or s.kind not in kinds]
    return read, [s for s in foreign if s in read]


def _not_of(found: Field, foreign: Sequence[Statement]) -> Field:
    """The field, doubtful with its periods where it stands on a page of another company's statement."""
    on = {(e.file, e.page) for e in found.evidence} & {place for s in foreign for place in s.pages}
    if found.method != "statement_row" or not on:
        return found
    other = next(s.preamble.entity for s in foreign if on & set(s.pages))
    note = "；".join(n for n in (found.note, f"报表的编制单位与被审计单位不一致（为“{other}”）") if n)
    periods = {p: _not_of(f, foreign) for p, f in found.periods.items()} if found.periods else found.periods
    return found.model_copy(update={"confidence": min(found.confidence, 0.5), "note": note, "periods": periods})


def _covered(found: Field, audited: str) -> Field:
    """A statement row; periods after the one that the opinion speaks of are doubtful (``audited``: YYYY or YYYY-MM)."""
    if found.method != "statement_row" or not found.periods or not audited:
        return found
    note = f"审计意见未涵盖此期间（只针对{audited}）"
    late = {
        p: f.model_copy(update={"confidence": min(f.confidence, 0.5), "note": "；".join(n for n in (f.note, note) if n)})
        for p, f in found.periods.items()
        if p[:4] > audited[:4]
    }
    return found.model_copy(update={"periods": {**found.periods, **late}}) if late else found


def _year_of(figures: StatementFields, statements: Sequence[Statement]) -> Field | None:
    """The period from the statements, where the opinion does not say it."""
    lead = next((f for f in figures.rows.values() if f.evidence), None)
    if not figures.period or lead is None or not statements:
        return None
    return Field(value=figures.period, raw=figures.period, confidence=0.85, evidence=lead.evidence, method="statement_header")


def unit_fields(figures: StatementFields, statements: Sequence[Statement]) -> dict[str, Field | None]:
    """``statement_unit`` and ``consolidated``."""
    out: dict[str, Field | None] = {}
    if not figures.rows:
        return out
    lead = next(iter(figures.rows.values()))
    if figures.unit:
        place = (figures.unit_evidence,) if figures.unit_evidence else lead.evidence
        raw = figures.unit_evidence.text if figures.unit_evidence else ""
        out["statement_unit"] = Field(value=figures.unit, raw=raw, confidence=0.95, evidence=place, method="label")
    else:
        out["statement_unit"] = Field(
            value="yuan", raw="", confidence=0.7, evidence=lead.evidence, method="assumed", note=NO_UNIT
        )
    title = next((s.title for s in statements if s.title), "")
    out["consolidated"] = Field(
        value=bool(figures.consolidated), raw=title, confidence=0.95, evidence=lead.evidence, method="statement_title"
    )
    return out


def _notes_unit(pages: Sequence[Page], statements: Sequence[Statement]) -> str | None:
    """The unit that the notes state once for all (除特别注明外，金额单位为人民币元), where the statements print none."""
    if not statements or any(s.preamble.unit for s in statements):
        return None
    for page in pages:
        for line in page.lines:
            if "单位" in line.text and _NOTES_UNIT.search(squeeze(line.text)):
                unit = next((u[0] for r in rows(page) if "单位" in r.key and (u := unit_of_row(r))), None)
                if unit:
                    return unit
    return None


def _add_notes(
    fields: dict[str, Field | None],
    secondary: dict[str, Field],
    pages: Sequence[Page],
    statements: Sequence[Statement],
    figures: StatementFields,
) -> None:
    """主营业务收入 and 研发费用 from the notes."""
    places = {place for s in statements if s.kind in ("balance", "income") for place in s.pages}
    last = max((i for i, p in enumerate(pages) if (p.file, p.page) in places), default=None)
    if last is None or not figures.period:
        return
    after = pages[last:]
    revenue = fields.get("revenue")
    if fields.get("main_revenue") is None:
        others = [f for f in (secondary.get("revenue"),) if f]
        fields["main_revenue"] = notes.main_revenue(after, revenue, others, figures.unit, figures.period)
        if others:
            parent = notes.main_revenue(after, others[0], [f for f in (revenue,) if f], figures.unit, figures.period)
            if parent and parent.scope == "parent":
                secondary["main_revenue"] = parent
    tables = notes.rd_expense(after, figures.unit, figures.period)
    if tables:
        fields["rd_expense"] = _with_note(fields.get("rd_expense"), secondary.get("rd_expense"), tables)


def _with_note(row: Field | None, other: Field | None, tables: Sequence[Field]) -> Field | None:
    """The statement's 研发费用 confirmed by the notes, or the notes' total where the statement has no row."""
    if row is None:
        return tables[0] if len(tables) == 1 or not other else None
    periods = dict(row.periods or {})
    for period, reading in periods.items():
        totals = [t.periods[period].value for t in tables if t.periods and period in t.periods]
        if reading.gate == "unchecked" and reading.value is not None and reading.value in totals:
            periods[period] = reading.model_copy(update={"gate": "ok", "note": None})
        elif reading.gate != "ok" and totals and reading.value not in totals:
            periods[period] = reading.model_copy(
                update={
                    "gate": "failed",
                    "confidence": min(reading.confidence, 0.4),
                    "note": "附注研发费用合计与利润表不一致，请人工核对",
                }
            )
    lead = periods.get(next((p for p, f in periods.items() if f.raw == row.raw), ""), row)
    return row.model_copy(
        update={
            "periods": periods,
            "gate": lead.gate,
            "note": lead.note,
            "confidence": min(f.confidence for f in periods.values()),
        }
    )


def _title(pages: Sequence[Page]) -> str:
    """The document's printed title, for showing."""
    for page in pages[:4]:
        for row in rows(page):
            if signs.title_row(row):
                return row.text.strip()
        if _yearly_cover(page):
            return "年度报告"
    return "审计报告"


def _draft(pages: Sequence[Page]) -> str | None:
    """Why the paper proves nothing, where it calls itself a draft or a sample."""
    for page in pages:
        for row in rows(page):
            if _DRAFT.fullmatch(squeeze(row.text)):
                return f"标注为“{squeeze(row.text).strip('()')}”，不作为证明材料"
    return None


TYPE = AuditReport()
