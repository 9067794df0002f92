"""Headcount, years since establishment, dates of certificates, and metrics nothing proves yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from extractor.claims import fields, show, terms
from extractor.claims.book import Book
from extractor.claims.doubts import SEPARATOR
from extractor.claims.entity import Whose
from extractor.claims.metrics import CERTIFICATE_PREFIX, NOW, metric_of, nearest_label
from extractor.claims.verdicts import excluded, finding, missing, not_a_number, period_name, wanted
from extractor.model import Claim, Declared, Finding, Verdict
from extractor.values.dates import parse_date
from extractor.values.identifiers import normalise_cert_no

# Headcount "now": a list older than this says nothing about the deadline. Twelve months let the
# list of the last closed year stand in an application of the next.
_MONTHS_OLD = 12

_HEAD_UNITS = frozenset({"", "人", "名", "位", "个"})
_YEAR_UNITS = frozenset({"", "年", "周年"})


def own_or_finding(book: Book, declared: Declared, claims: Sequence[Claim]) -> Finding | tuple[Claim, ...]:
    """The enterprise's own claims among these, or the finding that there are none."""
    own = book.owned(claims, Whose.OWN)
    if own:
        return own
    open_ = book.owned(claims, Whose.NEAR, Whose.UNKNOWN)
    if open_:
        shown = show.listed(f"{book.places.of(c)}（{c.subject or '名称未识别'}）" for c in open_)
        return finding(declared, Verdict.UNSURE, f"无法确认材料属于申报企业，请人工核对：{shown}", open_)
    if claims:
        shown = show.listed(f"{book.places.of(c)} 属于“{c.subject}”" for c in claims)
        return finding(declared, Verdict.WRONG_ENTITY, f"只有其他单位的材料：{shown}", claims)
    return missing(book, declared)


def check_headcount(book: Book, declared: Declared) -> Finding:
    """Declared employees against the social-security lists of the right time."""
    number = wanted(declared)
    if number is None or declared.unit.strip() not in _HEAD_UNITS:
        return not_a_number(declared)
    own = own_or_finding(book, declared, book.of(declared.metric))
    if isinstance(own, Finding):
        return own
    timely = _timely(book, own, declared.period)
    if not timely:
        return _wrong_time(book, declared, own)
    doubtful = [c for c in timely if c.doubt or c.value is None]
    if doubtful:
        shown = show.listed(f"{book.places.of(c)}：{c.doubt or '人数未识别'}" for c in doubtful)
        return finding(declared, Verdict.UNSURE, f"{shown}，请人工核对", timely)
    if len({c.value for c in timely}) > 1:
        shown = show.listed(f"{book.places.of(c)} {c.value} 人" for c in timely)
        return finding(declared, Verdict.UNSURE, f"本企业的材料互相不一致：{shown}，请人工核对", timely)
    value = int(timely[0].value or 0)
    said = f"{book.places.of(timely[0])} 参保人数 {value} 人（{timely[0].period}）"
    same = number.value == value
    text = f"{said}，与申报值一致" if same else f"{said}，与申报值 {number.value} 人不一致"
    verdict = Verdict.SUPPORTED if same else Verdict.CONTRADICTED
    return finding(declared, verdict, text, timely, evidenced=value)


def _timely(book: Book, claims: Sequence[Claim], period: str) -> tuple[Claim, ...]:
    """The lists of the declared time, of these the latest month.

    ``now``: at most ``_MONTHS_OLD`` months before the deadline and not after its month; a year or
    a month: lists that reach into it. A list without a period is kept: its doubt must be seen.
    """
    undated = tuple(c for c in claims if not c.period)
    deadline = f"{book.as_of:%Y-%m}"
    fits = []
    for claim in claims:
        if not claim.period:
            continue
        start = _period_from(book, claim)
        if period == NOW:
            good = claim.period[:7] <= deadline and _months(claim.period, deadline) <= _MONTHS_OLD
        else:
            good = claim.period[: len(period)] == period or start[: len(period)] <= period <= claim.period
        if good:
            fits.append(claim)
    if not fits:
        return undated
    latest = max(c.period for c in fits)
    return tuple(c for c in fits if c.period == latest)


def _period_from(book: Book, claim: Claim) -> str:
    """The first month of a list, or its last where not known."""
    document = book.documents.get(claim.document)
    return (fields.text(document, "period_from") if document else "") or claim.period


def _months(start: str, end: str) -> int:
    """Months from ``YYYY-MM`` to ``YYYY-MM``; a bare year counts from its December."""
    year, _, month = start.partition("-")
    return (int(end[:4]) - int(year)) * 12 + int(end[5:7]) - int(month[:2] or 12)


def _wrong_time(book: Book, declared: Declared, own: Sequence[Claim]) -> Finding:
    """Own lists are there, none of the declared time."""
    shown = show.listed(f"{book.places.of(c)}（{c.period}）" for c in own)
    if declared.period == NOW:
        text = f"社保名单不是截止日 {book.as_of} 前 {_MONTHS_OLD} 个月内的：{shown}；请补交最近的名单"
        return finding(declared, Verdict.EXPIRED, text, own)
    return missing(book, declared, f"没有{period_name(declared.period)}的社保名单，只有：{shown}")


def check_years(book: Book, declared: Declared) -> Finding:
    """Declared years since establishment against the licence: whole years, or as many decimals as declared."""
    number = wanted(declared)
    if number is None or declared.unit.strip() not in _YEAR_UNITS:
        return not_a_number(declared)
    own = own_or_finding(book, declared, book.of(declared.metric))
    if isinstance(own, Finding):
        return own
    own = _settled(book, declared, own, lambda c: c.valid_from)
    if isinstance(own, Finding):
        return own
    start = date.fromisoformat(own[0].valid_from or "")
    day = book.as_of
    if declared.period.isdigit() and len(declared.period) == 4:
        day = min(day, date(int(declared.period), 12, 31))
    years = terms.full_years(start, day)
    # The last incomplete year in days: 2.7 years are never 3.
    rest = (day - terms.anniversary(start, years)).days
    elapsed = years + int(rest / 365 * 10**number.decimals) / 10**number.decimals
    said = f"{book.places.of(own[0])} 成立日期 {start}，至 {day} 满 {years} 年"
    same = float(number.value) == (elapsed if number.decimals else years)
    verdict = Verdict.SUPPORTED if same else Verdict.CONTRADICTED
    text = f"{said}，与申报值一致" if same else f"{said}，与申报值 {number.value} 年不一致"
    return finding(declared, verdict, text, own, evidenced=years)


def check_date(book: Book, declared: Declared) -> Finding:
    """A declared date (of a certificate's last day, of establishment) against the paper."""
    day = parse_date(str(declared.value))
    if day is None:
        text = f"申报值“{declared.value}”不是日期，请按 2021-05-06 的写法填报"
        return finding(declared, Verdict.UNSURE, text, confidence=0.0)
    metric, claims = metric_of(declared.metric), _of_certificate(book, declared.metric)
    own = own_or_finding(book, declared, claims)
    if isinstance(own, Finding):
        return own
    own = _settled(book, declared, own, lambda c: c.value)
    if isinstance(own, Finding):
        return own
    shown = str(own[0].value)
    said = f"{book.places.of(own[0])} {metric.label}：{shown}"
    ends = declared.metric.startswith(CERTIFICATE_PREFIX)
    over = ends and date.fromisoformat(shown) < book.as_of
    if shown != day.isoformat():
        late = f"，且在截止日 {book.as_of} 已过期" if over else ""
        text = f"{said}，与申报值 {day} 不一致{late}"
        return finding(declared, Verdict.CONTRADICTED, text, own, evidenced=shown)
    if over:
        text = f"{said}，与申报值一致，但在截止日 {book.as_of} 已过期"
        return finding(declared, Verdict.EXPIRED, text, own, evidenced=shown)
    return finding(declared, Verdict.SUPPORTED, f"{said}，与申报值一致", own, evidenced=shown)


def _of_certificate(book: Book, metric: str) -> tuple[Claim, ...]:
    """The claims of a date metric; certificate numbers are compared normalised."""
    if not metric.startswith(CERTIFICATE_PREFIX):
        return book.of(metric)
    number = normalise_cert_no(metric.removeprefix(CERTIFICATE_PREFIX))
    return tuple(
        c
        for c in book.claims
        if c.metric.startswith(CERTIFICATE_PREFIX) and normalise_cert_no(c.metric.removeprefix(CERTIFICATE_PREFIX)) == number
    )


def _settled(
    book: Book, declared: Declared, own: Sequence[Claim], value: Callable[[Claim], object]
) -> Finding | tuple[Claim, ...]:
    """The undoubted claims; unsure where there are none, or where any papers disagree."""
    sound = tuple(c for c in own if c.doubt is None and value(c) is not None)
    if not sound:
        shown = show.listed(f"{book.places.of(c)}：{c.doubt or '未识别'}" for c in own)
        return finding(declared, Verdict.UNSURE, f"{shown}，请人工核对", own)
    if len({v for c in own if (v := value(c)) is not None}) > 1:
        shown = show.listed(f"{book.places.of(c)} {value(c)}" for c in own)
        return finding(declared, Verdict.UNSURE, f"本企业的材料互相不一致：{shown}，请人工核对", own)
    return sound


def check_span(book: Book, declared: Declared) -> Finding:
    """A number declared for several years together: the papers show what holds on a day, so a person counts."""
    own = own_or_finding(book, declared, book.of(declared.metric))
    if isinstance(own, Finding):
        return own
    text = f"{metric_of(declared.metric).label}按一段期间申报；材料只能核对某一天有效的数量，请人工按期间清点"
    return finding(declared, Verdict.UNSURE, text, own)


def check_unproven(book: Book, declared: Declared) -> Finding:
    """A metric that no evidence type proves yet: missing, with the material that would."""
    metric = metric_of(declared.metric)
    parts = [f"目前没有材料类型能证明“{metric.label}”"]
    near = nearest_label(declared.metric) if metric.label == declared.metric and not metric.material else None
    if near:
        parts = [f"不认识的指标“{declared.metric}”，是否指“{near}”？请改用模板中的指标名称"]
    elif metric.material:
        parts.append(f"请提供{metric.material}，由人工核对")
    else:
        parts.append("请提供能证明该项的材料，由人工核对")
    parts += excluded(book, metric.evidence)
    return finding(declared, Verdict.MISSING, SEPARATOR.join(parts))
