"""From statements to fields: figures in yuan by period and scope, each with its gate status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from extractor.documents.statements.catalogue import FIELD_KEYS
from extractor.documents.statements.cells import Amount
from extractor.documents.statements.gate import Line, Verdict, check
from extractor.documents.statements.headers import Column, Scope, resolve
from extractor.documents.statements.misplaced import OFF
from extractor.documents.statements.reader import Statement
from extractor.documents.statements.table import Entry
from extractor.model import Evidence, Field
from extractor.values.money import UNIT_FACTORS

NO_UNIT = "报表未注明金额单位，按元计"
NO_HEADER = "该栏没有列标题，期间按惯例推定，请人工核对"
TWICE = "同一期间在报表中有两个不同的数"
UNSCOPED = "合并及公司报表中未读到该栏属于合并还是公司，请人工核对"


@dataclass(frozen=True)
class Reading:
    """One figure of one row, with the column it came from."""

    entry: Entry
    amount: Amount
    column: Column
    factor: Decimal
    statement: Statement


@dataclass
class Sheet:
    """All rows of one scope and one period, balance sheet first, in printed order."""

    readings: list[tuple[Entry, Reading | None]] = field(default_factory=list)
    disputed: set[str] = field(default_factory=set)
    """Keys for which a second statement of the same scope and period shows another figure."""


@dataclass(frozen=True)
class StatementFields:
    """Fields of the deciding scope, those of the other one, and what all statements say together."""

    rows: dict[str, Field]
    secondary: dict[str, Field]
    period: str
    unit: str | None
    unit_evidence: Evidence | None
    consolidated: bool | None
    unaudited: bool
    sheets: dict[tuple[Scope | None, str], Sheet]


def statement_fields(
    statements: Sequence[Statement], *, fiscal_year: str = "", default_unit: str | None = None, expects_consolidated: bool = False
) -> StatementFields:
    """The fields of all statements of one document.

    ``fiscal_year``: the report's own period where the statements show none; ``default_unit``: the unit that
    the notes state (除特别注明外…); ``expects_consolidated``: the auditor speaks of consolidated statements,
    so that plain ones must not stand in for them.
    """
    figures = [s for s in statements if s.kind in ("balance", "income")]
    scopes = {_scope_of(s, c) for s in figures for p in s.parts for c in p.columns if c.kind == "figure"}
    several = "consolidated" in scopes
    unit, unit_evidence = _unit(statements, default_unit)
    context = document_period(statements) or fiscal_year
    sheets = _sheets(figures, context, unit, several)
    groups: dict[Scope | None, dict[str, dict[str, Field]]] = {}
    for (scope, period), sheet in sheets.items():
        for key, reading in _period_fields(sheet, scope).items():
            groups.setdefault(scope, {}).setdefault(key, {})[period] = reading
    first: Scope | None = "consolidated" if several or (expects_consolidated and "parent" in groups) else None
    if first is None and None not in groups and "parent" in groups:
        first = "parent"
    main = {k: _whole(v, context, first) for k, v in groups.get(first, {}).items()}
    other = {k: _whole(v, context, s) for s, keys in groups.items() if s != first for k, v in keys.items()}
    return StatementFields(
        main,
        other,
        context,
        unit,
        unit_evidence,
        several if figures else None,
        any(s.preamble.unaudited for s in statements),
        sheets,
    )


def _scope_of(statement: Statement, column: Column) -> Scope | None:
    """The scope of a column: its own (合并及母公司 side by side), else the statement's."""
    if statement.scope == "both":
        return column.scope
    return statement.scope or column.scope


def _unit(statements: Iterable[Statement], default: str | None) -> tuple[str | None, Evidence | None]:
    """The unit the statements print; two different ones are each kept to their statement (``_factor``)."""
    for statement in statements:
        if statement.preamble.unit:
            return statement.preamble.unit, statement.preamble.unit_evidence
    return default, None


def document_period(statements: Iterable[Statement]) -> str:
    """The current period of the statements: as printed, else the latest that a column heads."""
    printed = [s.preamble.period for s in statements if s.kind in ("balance", "income") and s.preamble.period]
    if printed:
        return max(set(printed), key=lambda p: (printed.count(p), p))
    heads = [c.period for s in statements for p in s.parts for c in p.columns if c.when == "explicit" and not c.opening]
    return max(heads, default="")


def _sheets(
    statements: Sequence[Statement], context: str, unit: str | None, several: bool
) -> dict[tuple[Scope | None, str], Sheet]:
    """Rows by scope and period."""
    out: dict[tuple[Scope | None, str], Sheet] = {}
    done: dict[tuple[str, Scope | None, str, str], Reading | None] = {}
    for kind in ("balance", "income"):
        for statement in (s for s in statements if s.kind == kind):
            own = statement.preamble.period or context
            factor = Decimal(UNIT_FACTORS[statement.preamble.unit or unit or "yuan"])
            fresh: dict[tuple[str, Scope | None, str, str], Reading | None] = {}
            for part in statement.parts:
                chosen = _chosen(part.columns, statement, kind, own)
                for entry in part.entries:
                    for (scope, period), indexes in chosen.items():
                        place: Scope | None = "parent" if several and scope is None else scope
                        seen = (kind, place, period, entry.name.key)
                        reading = _reading(entry, indexes, part.columns, factor, statement)
                        sheet = out.setdefault((place, period), Sheet())
                        if not entry.name.key or seen not in done:
                            sheet.readings.append((entry, reading))
                        elif seen not in fresh and _contradict(done[seen], reading):
                            sheet.disputed.add(entry.name.key)
                        fresh.setdefault(seen, reading)
            done = fresh | done
    return out


def _contradict(first: Reading | None, second: Reading | None) -> bool:
    """Whether two readings of one row differ by more than a last printed digit."""
    if first is None or second is None or first.amount.value is None or second.amount.value is None:
        return False
    step = max(r.factor.scaleb(-r.amount.decimals) for r in (first, second))
    return abs(first.amount.value * first.factor - second.amount.value * second.factor) > step


def _chosen(
    columns: Sequence[Column], statement: Statement, kind: str, context: str
) -> dict[tuple[Scope | None, str], list[int]]:
    """(scope, period) -> the columns that show it; of 非限定性 | 限定性 | 合计 only 合计."""
    out: dict[tuple[Scope | None, str], list[int]] = {}
    for index, column in enumerate(columns):
        period = resolve(column, kind, context)
        if period:
            out.setdefault((_scope_of(statement, column), period), []).append(index)
    for place, indexes in out.items():
        totals = [i for i in indexes if columns[i].leaf in ("合计", "调整后")]
        plain = [i for i in indexes if not columns[i].opening]
        out[place] = totals or plain or indexes
    return out


def _reading(
    entry: Entry, indexes: Sequence[int], columns: Sequence[Column], factor: Decimal, statement: Statement
) -> Reading | None:
    """The figure of an entry in the columns of one period; two-sided tables have one of them filled."""
    hits = [(i, entry.amounts[i]) for i in indexes if i in entry.amounts]
    if not hits:
        return None
    index, amount = hits[0]
    if statement.scope == "both" and columns[index].scope is None:
        # the same period has a column of the group and one of the company: either may be meant
        amount = Amount(None, 0, False, amount.raw, 0.0, amount.evidence, UNSCOPED)
    elif len({a.value for _, a in hits}) > 1:
        amount = Amount(None, 0, False, amount.raw, 0.0, amount.evidence, TWICE)
    return Reading(entry, amount, columns[index], factor, statement)


def _period_fields(sheet: Sheet, scope: Scope | None) -> dict[str, Field]:
    """Key -> field of one period, after the gate."""
    best = _best(sheet)
    if "revenue" not in best and "_gross_revenue" in best:
        best["revenue"] = best["_gross_revenue"]
    skip = {id(e) for e, r in sheet.readings if e.name.key and r is not None and best.get(e.name.key) is not r}
    lines = [
        Line(e.name, r.amount.value if r else None, r.amount.decimals if r else 0, bool(r and r.amount.value is None))
        for e, r in sheet.readings
        if id(e) not in skip
    ]
    exact = all(r is None or r.factor == 1 for _, r in sheet.readings) and max((l.decimals for l in lines), default=0) == 2
    verdicts = check(lines, exact=exact)
    if "revenue" not in verdicts and "_gross_revenue" in verdicts:
        verdicts["revenue"] = verdicts["_gross_revenue"]
    found = {k: _field(best[k], verdicts.get(k, Verdict("unchecked")), scope) for k in FIELD_KEYS if k in best}
    return {k: _disputed(f) if best[k].entry.name.key in sheet.disputed else f for k, f in found.items()}


def _disputed(found: Field) -> Field:
    """A figure that another statement of the same period contradicts: never sure."""
    note = "；".join(n for n in (found.note, TWICE) if n)
    return found.model_copy(update={"confidence": min(found.confidence, 0.5), "note": note})


def _best(sheet: Sheet) -> dict[str, Reading]:
    """Key -> the row that decides: the first with a figure.

    净利润 right after 所得税费用 and the last 所有者权益合计 decide over namesakes (归属于… cut off by a line break).
    """
    out: dict[str, Reading] = {}
    tax_seen = False
    after_tax: Reading | None = None
    for entry, reading in sheet.readings:
        tax_seen |= entry.name.key == "income_tax"
        if reading is None or not entry.name.key:
            continue
        if entry.name.key == "net_profit" and tax_seen and after_tax is None:
            after_tax = reading
        out.setdefault(entry.name.key, reading)
    if after_tax is not None:
        out["net_profit"] = after_tax
    return out


def _field(reading: Reading, verdict: Verdict, scope: Scope | None) -> Field:
    """The field of one figure in yuan."""
    amount, column = reading.amount, reading.column
    notes = [amount.note] if amount.note else []
    confidence = min(amount.confidence, reading.entry.name.sure, column.sure)
    status = verdict.status
    if column.sure <= 0.5:
        notes.append(NO_HEADER)
        status = "failed" if status == "failed" else "unchecked"
    if reading.statement.preamble.unaudited:
        notes.append("报表注明未经审计")
    if status == "unchecked" and verdict.note and amount.origin != "text":
        # the rows around do not bear it out, and a reader may have misread a digit or taken another row's figure
        confidence = min(confidence, 0.6 if verdict.note.startswith(OFF) else 0.85)
        notes.append(verdict.note)
    if status == "failed":
        confidence = min(confidence, 0.4)
        notes.append(verdict.note or "勾稽关系不符")
    value = None if amount.value is None else float((amount.value * reading.factor).quantize(Decimal("0.01")))
    return Field(
        value=value,
        raw=amount.raw,
        confidence=round(confidence, 3),
        evidence=(amount.evidence,),
        method="statement_row",
        scope=scope,
        gate=status,
        note="；".join(notes) or None,
    )


def _whole(periods: dict[str, Field], context: str, scope: Scope | None) -> Field:
    """One field from its periods; the current period's reading gives raw text, evidence and gate."""
    order = sorted(periods, reverse=True)
    lead = periods[context if context in periods else order[0]]
    return Field(
        value={p: periods[p].value for p in order if periods[p].value is not None} or None,
        raw=lead.raw,
        confidence=min(f.confidence for f in periods.values()),
        evidence=lead.evidence,
        periods={p: periods[p] for p in order},
        method="statement_row",
        scope=scope,
        gate=lead.gate,
        note=lead.note,
    )
