"""What the enterprise's own papers say about one figure of one year.

``resolve`` follows "Figures" of the contract: only own documents of the right year; consolidated
decides over parent, audited over unaudited; doubtful papers prove nothing by themselves; papers
that disagree leave it open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.claims import doubts, show
from extractor.claims.book import Book
from extractor.claims.entity import Whose
from extractor.claims.metrics import metric_of
from extractor.claims.statements import ALWAYS_THERE, step, unproven
from extractor.model import Claim

Status = Literal["sure", "unsure", "missing", "wrong_entity"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is known of a figure. ``value`` in yuan, ``step`` as printed, in yuan.

    An ``unsure`` one has a value where all papers, though doubtful, show the same.

    ``claims`` are those it rests on, or those that leave it open; ``why`` says so in Chinese.
    """

    status: Status
    value: Decimal | None = None
    claims: tuple[Claim, ...] = ()
    why: str = ""
    step: Decimal = Decimal("0.01")
    values: tuple[Decimal, ...] = ()
    """The different values where sure papers disagree."""
    unproven: str = ""
    """Why a sure figure decides nothing: its statement's own sums do not bear it out, and nothing else does."""


def amount(claim: Claim) -> Decimal | None:
    """A numeric claim's value, exactly as its shortest decimal notation."""
    if claim.value is None or isinstance(claim.value, str | bool):
        return None
    value = Decimal(repr(claim.value))
    return value if value.is_finite() else None


def resolve(book: Book, metric: str, period: str) -> Resolution:
    """What the papers say about ``metric`` in ``period``."""
    every = book.of(metric, period)
    mine = _with_near(book, every)
    stray = _stray(book, metric, every)
    if not mine:
        return _only_undated(book, metric, stray) if _undated(stray) else _nothing_own(book, metric, every)
    candidates = _scope(book, mine, period)
    audited = [c for c in candidates if not doubts.unaudited(c)]
    deciding = audited or candidates
    firm = [c for c in deciding if c.doubt is None and amount(c) is not None]
    if not firm:
        firm = [c for c in deciding if doubts.only_reading(c) and _confirmed(book, c, mine)]
    if any(c.scope == "consolidated" for c in deciding):
        firm = [c for c in firm if c.scope == "consolidated"]
    if not firm:
        shown = {amount(c) for c in deciding}
        value = shown.pop() if len(shown) == 1 else None
        return Resolution("unsure", value, tuple(deciding), _doubtful(book, deciding))
    if unread := _not_in_report(book, metric, period, firm) or _not_in_return(book, metric, firm, deciding):
        return Resolution("unsure", amount(firm[0]), tuple(firm), unread)
    return _agreed(book, firm, [*deciding, *stray], mine)


def own_claims(book: Book, metric: str, period: str | None = None) -> tuple[Claim, ...]:
    """The own claims of a figure, all scopes, for comparisons in reasons; those of no known year only if asked for."""
    found = book.owned(book.of(metric, period), Whose.OWN)
    return found if period is not None else tuple(c for c in found if c.period != doubts.UNKNOWN_PERIOD)


def _with_near(book: Book, claims: Sequence[Claim]) -> list[Claim]:
    """Own claims; those whose name only nearly matches carry that as a doubt."""
    mine = list(book.owned(claims, Whose.OWN))
    for claim in book.owned(claims, Whose.NEAR):
        near = f"材料上的名称“{claim.subject}”与申报企业相近而不完全一致"
        mine.append(claim.model_copy(update={"doubt": doubts.join([*doubts.split(claim.doubt), near])}))
    return mine


def _stray(book: Book, metric: str, every: Sequence[Claim]) -> list[Claim]:
    """Figures that may be meant though their paper's year or holder was not read; they can only dispute.

    One without a year that is another figure of the enterprise's, of whatever year, is that figure.
    """
    undated = book.of(metric, doubts.UNKNOWN_PERIOD)
    own = [*book.owned(undated, Whose.OWN, Whose.NEAR), *(c for c in book.owned(undated, Whose.UNKNOWN) if not c.subject)]
    known = [c for c in book.owned(book.of(metric), Whose.OWN, Whose.NEAR) if c.period != doubts.UNKNOWN_PERIOD]
    found = [c for c in own if not any(_same(book, c, k) for k in known)]
    for claim in book.owned(every, Whose.UNKNOWN):
        if not claim.subject and claim.period != doubts.UNKNOWN_PERIOD:
            found.append(claim.model_copy(update={"doubt": doubts.join([*doubts.split(claim.doubt), doubts.NO_HOLDER_READ])}))
    return [c for c in found if amount(c) is not None and not doubts.unaudited(c)]


def _undated(stray: Sequence[Claim]) -> bool:
    """Whether one of them lacks its year."""
    return any(c.period == doubts.UNKNOWN_PERIOD for c in stray)


def _same(book: Book, one: Claim, other: Claim) -> bool:
    """Whether two claims can be the same printed number."""
    a = amount(one)
    steps = [step(c, book.documents.get(c.document)) for c in (one, other)]
    return a is not None and amount(other) is not None and _close(a, amount(other), *steps)


def _only_undated(book: Book, metric: str, stray: Sequence[Claim]) -> Resolution:
    """Nothing of that year, but a figure that may be of it."""
    claims = [c for c in stray if c.period == doubts.UNKNOWN_PERIOD]
    return Resolution("unsure", claims=tuple(claims), why=f"{metric_of(metric).label}只见于{_doubtful(book, claims)}")


def _not_in_report(book: Book, metric: str, period: str, firm: Sequence[Claim]) -> str:
    """Why a tax return alone does not decide: the audit report of that year shows the row, but it was not read."""
    if metric not in ALWAYS_THERE or any(_type(book, c) == "audit_report" for c in firm):
        return ""
    others = book.owned([c for c in book.claims if c.period == period and c.unit == "元"], Whose.OWN, Whose.NEAR)
    reports = [c for c in others if _type(book, c) == "audit_report" and c.metric in ALWAYS_THERE]
    if not reports or any(c.metric == metric and amount(c) is not None for c in reports):
        return ""
    shown = show.listed(f"{book.places.of(c)} {show.yuan(amount(c) or Decimal(0))}" for c in firm)
    return f"{shown}；审计报告中该年度的{metric_of(metric).label}未能读出，两者是否一致无法核对"


def _not_in_return(book: Book, metric: str, firm: Sequence[Claim], deciding: Sequence[Claim]) -> str:
    """Why a report alone does not decide: the tax return of that year shows the figure, but it was not read.

    A return is a single company's: it says nothing of consolidated statements.
    """
    if any(c.scope == "consolidated" or _type(book, c) == "tax_return" for c in firm):
        return ""
    unread = [c for c in deciding if _type(book, c) == "tax_return" and amount(c) is None]
    if not unread:
        return ""
    shown = show.listed(f"{book.places.of(c)} {show.yuan(amount(c) or Decimal(0))}" for c in firm)
    return f"{shown}；{book.places.of(unread[0])}中同一年度的{metric_of(metric).label}未能读出，两者是否一致无法核对"


def _type(book: Book, claim: Claim) -> str:
    """The type of the claim's paper."""
    document = book.documents.get(claim.document)
    return document.type if document is not None else ""


def _nothing_own(book: Book, metric: str, every: Sequence[Claim]) -> Resolution:
    """No own paper shows the figure: nobody's known, somebody else's, or none at all."""
    unknown = book.owned(every, Whose.UNKNOWN)
    if unknown:
        places = show.listed(f"{book.places.of(c)}（{c.subject or '名称未识别'}）" for c in unknown)
        return Resolution("unsure", claims=unknown, why=f"无法确认材料属于申报企业：{places}")
    if every:
        places = show.listed(f"{book.places.of(c)} 属于“{c.subject}”" for c in every)
        return Resolution("wrong_entity", claims=tuple(every), why=f"只有其他单位的材料：{places}")
    return Resolution("missing", why=f"材料中没有能证明{metric_of(metric).label}的内容")


def _scope(book: Book, mine: Sequence[Claim], period: str) -> list[Claim]:
    """The claims that decide: not the parent company's where consolidated statements exist.

    A single-entity paper (tax return, R&D audit) that repeats the parent's figure is the
    parent's, too.
    """
    parent = [c for c in mine if c.scope == "parent"]
    rest = [c for c in mine if c.scope != "parent"]
    group = [c for c in rest if c.scope == "consolidated"]
    if group:
        same = {amount(c) for c in parent} - {None}
        return [c for c in rest if c.scope == "consolidated" or amount(c) not in same]
    if rest or not parent:
        return rest
    others = book.owned([c for c in book.claims if c.period == period], Whose.OWN, Whose.NEAR)
    if any(c.scope == "consolidated" for c in others):
        return [c.model_copy(update={"doubt": doubts.join([*doubts.split(c.doubt), doubts.PARENT_ONLY])}) for c in parent]
    return parent


def _confirmed(book: Book, claim: Claim, mine: Sequence[Claim]) -> bool:
    """Whether another paper shows the same figure: of another type or another year's report.

    A second copy of the same report does not count: it can be misread the same way.
    """
    value = amount(claim)
    return value is not None and any(
        amount(c) == value and c.scope in (claim.scope, None) and _another_paper(book, c, claim) for c in mine
    )


def _another_paper(book: Book, one: Claim, other: Claim) -> bool:
    """Whether two claims come from papers of different types or years."""
    a, b = book.documents.get(one.document), book.documents.get(other.document)
    if a is None or b is None or a.id == b.id:
        return False
    years = [d.fields["fiscal_year"].value if "fiscal_year" in d.fields else None for d in (a, b)]
    return a.type != b.type or (None not in years and years[0] != years[1])


def _agreed(book: Book, firm: Sequence[Claim], deciding: Sequence[Claim], mine: Sequence[Claim]) -> Resolution:
    """One value, or open where papers disagree by more than their printing."""
    steps = {c.id: step(c, book.documents.get(c.document)) for c in deciding}
    base = min(firm, key=lambda c: steps[c.id])
    value = amount(base)
    assert value is not None  # firm claims have amounts
    differing = [c for c in deciding if not _close(value, amount(c), steps[base.id], steps[c.id])]
    if not differing:
        return Resolution("sure", value, tuple(firm), step=steps[base.id], unproven=_unproven(book, firm, mine))
    shown = [base, *differing]
    text = show.listed(f"{book.places.of(c)} {show.yuan(amount(c) or Decimal(0))}{_aside(c)}" for c in shown)
    values = tuple({v for c in shown if c.doubt is None and (v := amount(c)) is not None})
    sure_values = values if all(c.doubt is None for c in differing) else ()
    return Resolution("unsure", claims=tuple(shown), why=f"本企业的材料互相不一致：{text}", values=sure_values)


def _unproven(book: Book, firm: Sequence[Claim], mine: Sequence[Claim]) -> str:
    """Why none of the claims is borne out by its statement, or nothing where one is, or where another paper agrees."""
    notes = [unproven(c, book.documents.get(c.document)) for c in firm]
    return notes[0] if all(notes) and not any(_confirmed(book, c, mine) for c in firm) else ""


def _aside(claim: Claim) -> str:
    """The claim's doubt in brackets."""
    return f"（{claim.doubt}）" if claim.doubt else ""


def _close(a: Decimal, b: Decimal | None, step_a: Decimal, step_b: Decimal) -> bool:
    """Whether two printed figures can be the same number; an unreadable one disputes nothing."""
    return b is None or abs(a - b) <= max(step_a, step_b) / 2


def _doubtful(book: Book, claims: Sequence[Claim]) -> str:
    """Each doubtful claim with its place, value and doubt."""
    parts = []
    for claim in claims:
        value = amount(claim)
        figure = f" {show.yuan(value)}" if value is not None else ""
        parts.append(f"{book.places.of(claim)}{figure}：{claim.doubt or '读不出数值'}")
    return show.listed(parts)
