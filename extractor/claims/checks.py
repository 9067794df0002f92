"""Arithmetic and continuity checks of statements, shown beside the findings.

The identities are those of the statements themselves (企业会计准则第30号: 资产=负债+所有者权益,
利润总额−所得税费用=净利润). A check is ``skipped`` where a part is missing or unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.claims import fields, show
from extractor.claims.doubts import UNKNOWN_PERIOD
from extractor.claims.metrics import STATEMENT_ROWS, document_type, metric_of
from extractor.claims.statements import STATEMENT_TYPES, statement_claims, step
from extractor.model import Check, Claim, Document
from extractor.values.names import normalise_company

_SCOPES = {"consolidated": "合并", "parent": "母公司", None: ""}


@dataclass(frozen=True, slots=True)
class _Statement:
    """The figures of one document, scope and period, with how finely they are printed (yuan)."""

    document: Document
    scope: str | None
    period: str
    values: dict[str, Decimal]
    step: Decimal

    @property
    def name(self) -> str:
        """``审计报告 2020年合并``."""
        year = "年度不明" if self.period == UNKNOWN_PERIOD else f"{self.period}年"
        return f"{document_type(self.document.type)} {year}{_SCOPES[self.scope]}"


_IDENTITIES: tuple[tuple[str, str, tuple[tuple[int, str], ...]], ...] = (
    ("balance_sheet_identity", "total_assets", ((1, "total_liabilities"), (1, "owners_equity"))),
    ("profit_identity", "net_profit", ((1, "total_profit"), (-1, "income_tax"))),
)
_NOT_ABOVE: tuple[tuple[str, str, str], ...] = (
    ("current_assets_within_total", "current_assets", "total_assets"),
    ("current_liabilities_within_total", "current_liabilities", "total_liabilities"),
    ("main_revenue_within_revenue", "main_revenue", "revenue"),
)


def run_checks(documents: Sequence[Document]) -> tuple[Check, ...]:
    """All checks of the package's documents; excluded papers are left out."""
    used = [d for d in documents if d.excluded is None]
    claims = {d.id: statement_claims(d) for d in used}
    found: list[Check] = []
    for document in used:
        for statement in _statements(document, claims[document.id]):
            found += _identities(statement)
            found += _bounds(statement)
        found += _rows_counted(document)
    return (*found, *_continuity(used, claims))


def _statements(document: Document, claims: Sequence[Claim]) -> Iterator[_Statement]:
    """The document's figures by scope and period, in a stable order."""
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.period, claim.scope or ""), []).append(claim)
    for (period, scope), group in sorted(groups.items(), reverse=True):
        values = {c.metric: Decimal(repr(c.value)) for c in group if isinstance(c.value, int | float)}
        coarse = max((step(c, document) for c in group), default=Decimal("0.01"))
        yield _Statement(document, scope or None, period, values, coarse)


def _identities(statement: _Statement) -> Iterator[Check]:
    """Sums that must come out. Tolerance: one printed step for each figure in the sum."""
    for check, total, parts in _IDENTITIES:
        keys = [total, *(k for _, k in parts)]
        there = [k for k in keys if k in statement.values]
        if not there:
            continue
        text = f"{metric_of(total).label}={_formula(parts)}"
        if len(there) < len(keys):
            lacking = "、".join(metric_of(k).label for k in keys if k not in there)
            yield _check(check, statement, "skipped", f"{text} 未能核对：缺少{lacking}")
            continue
        left = statement.values[total]
        right = sum((sign * statement.values[k] for sign, k in parts), Decimal(0))
        if abs(left - right) <= statement.step * len(keys):
            yield _check(check, statement, "ok", f"{text} 成立（{show.yuan(left)}）")
        else:
            gap = show.yuan(left - right)
            yield _check(
                check,
                statement,
                "failed",
                f"{text} 不成立：{show.yuan(left)} 与 {show.yuan(right)} 相差 {gap}",
            )


def _formula(parts: Sequence[tuple[int, str]]) -> str:
    """``负债总额+所有者权益``."""
    text = "".join(f"{'+' if sign > 0 else '−'}{metric_of(k).label}" for sign, k in parts)
    return text.removeprefix("+")


def _bounds(statement: _Statement) -> Iterator[Check]:
    """A part must not exceed its whole; assets are not negative."""
    values = statement.values
    for check, part, whole in _NOT_ABOVE:
        if part in values and whole in values:
            good = values[part] <= values[whole] + statement.step
            text = f"{metric_of(part).label} {show.yuan(values[part])}，{metric_of(whole).label} {show.yuan(values[whole])}"
            end = "，部分不超过整体" if good else "，部分大于整体，可能识别有误或取数有误"
            yield _check(check, statement, "ok" if good else "failed", text + end)
    if values.get("total_assets", Decimal(0)) < 0 or values.get("revenue", Decimal(0)) < 0:
        yield _check("not_negative", statement, "failed", "资产总额或营业收入为负数，可能识别有误")
    assets, debts = values.get("total_assets"), values.get("total_liabilities")
    if assets and debts is not None and assets > 0:
        ratio = debts / assets * 100
        good = 0 <= ratio <= 100
        text = f"资产负债率 {show.grouped(ratio, 2)}%"
        end = "" if good else "，不在 0 至 100% 之间，请核对是否资不抵债或识别有误"
        yield _check("debt_ratio_range", statement, "ok" if good else "failed", text + end)


def _rows_counted(document: Document) -> Iterator[Check]:
    """The total of a social-security list against its rows."""
    if document.type != "social_security_list":
        return
    total, rows = fields.text(document, "headcount"), fields.text(document, "listed_persons")
    if not total or not rows:
        lacking = "合计人数" if not total else "名单行数"
        yield Check(check="headcount_rows", document=document.id, status="skipped", reason=f"缺少{lacking}，未能核对")
        return
    good = total == rows
    text = f"社保参保名单合计 {total} 人，名单 {rows} 行" + ("，一致" if good else "，不一致")
    yield Check(check="headcount_rows", document=document.id, status="ok" if good else "failed", reason=text)


def _continuity(documents: Sequence[Document], claims: dict[str, tuple[Claim, ...]]) -> Iterator[Check]:
    """A year's figures as reported then, and as next year's comparative figures."""
    reports = [(d, year) for d in documents if d.type in STATEMENT_TYPES and (year := _year(d)) is not None]
    for earlier, year in reports:
        for later, next_year in reports:
            if later.type != earlier.type or next_year != year + 1 or not _same_entity(earlier, later):
                continue
            yield from _compare(later, str(year), claims[earlier.id], claims[later.id])


def _compare(later: Document, period: str, before: Sequence[Claim], after: Sequence[Claim]) -> Iterator[Check]:
    """One check for all rows that both reports show."""
    then = {(c.metric, c.scope): c for c in before if c.period == period and c.value is not None}
    now = {(c.metric, c.scope): c for c in after if c.period == period and c.value is not None}
    both = [k for k in then if k in now]
    if not both:
        return
    changed = [
        f"{_SCOPES[scope]}{metric_of(metric).label} {_money(then[metric, scope])}，次年报告的上年数 {_money(now[metric, scope])}"
        for metric, scope in sorted(both, key=lambda k: (STATEMENT_ROWS.index(k[0]), k[1] or ""))
        if abs(_amount(then[metric, scope]) - _amount(now[metric, scope])) > step(now[metric, scope], later) / 2
    ]
    text = f"{period}年数与次年报告的上年数" + (f"不一致：{show.listed(changed)}" if changed else f"一致（{len(both)} 项）")
    yield Check(check="prior_year_continuity", document=later.id, status="failed" if changed else "ok", reason=text)


def _amount(claim: Claim) -> Decimal:
    """The claim's value in yuan."""
    return Decimal(repr(claim.value))


def _money(claim: Claim) -> str:
    """The claim's value for a reader."""
    return show.yuan(_amount(claim))


def _year(document: Document) -> int | None:
    """The report's year, or None where it is not a whole year."""
    text = fields.text(document, "fiscal_year")
    return int(text) if text.isdigit() and len(text) == 4 else None


def _same_entity(a: Document, b: Document) -> bool:
    """Whether both are of the same enterprise, by name."""
    name = normalise_company(fields.text(a, "entity"))
    return bool(name) and name == normalise_company(fields.text(b, "entity"))


def _check(check: str, statement: _Statement, status: str, reason: str) -> Check:
    """A check of one statement."""
    return Check(
        check=check,
        document=statement.document.id,
        status="ok" if status == "ok" else "failed" if status == "failed" else "skipped",
        reason=f"{statement.name}：{reason}",
    )
