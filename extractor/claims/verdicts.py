"""Building findings: the declared number as written, and the sentences every check shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from extractor.claims import show
from extractor.claims.book import Book
from extractor.claims.looks import Wanted
from extractor.claims.metrics import metric_of
from extractor.model import Claim, Declared, DeclaredValue, Finding, Verdict
from extractor.values.numbers import parse_number

# Nothing was found or nothing could be decided: no reading to be confident of.
UNSURE_CONFIDENCE = 0.5


def wanted(declared: Declared) -> Wanted | None:
    """The declared number with its decimals as written; None where it is no number."""
    if isinstance(declared.value, str):
        number = parse_number(declared.value)
        if number is None or number.nil:
            return None
        value, decimals = number.value, number.decimals
    else:
        # 0 + x: true and false as 1 and 0.
        value = Decimal(repr(0 + declared.value))
        if not value.is_finite():
            return None
        exponent = value.normalize().as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    # Decimals as written can only be more than the number itself shows (8123.40).
    return Wanted(value, max(decimals, declared.decimals or 0))


def finding(
    declared: Declared,
    verdict: Verdict,
    reason: str,
    claims: Iterable[Claim] = (),
    *,
    confidence: float | None = None,
    evidenced: float | str | None = None,
) -> Finding:
    """A finding. Confidence: the best of the claims it rests on, where not given."""
    used = tuple(claims)
    best = max((c.confidence for c in used), default=1.0)
    if verdict is Verdict.UNSURE:
        best = min(best, UNSURE_CONFIDENCE)
    return Finding(
        metric=declared.metric,
        period=declared.period,
        declared=DeclaredValue(value=declared.value, unit=declared.unit),
        verdict=verdict,
        claims=tuple(dict.fromkeys(c.id for c in used)),
        confidence=best if confidence is None else confidence,
        reason=reason,
        evidenced=evidenced,
    )


def surely_supported(found: Finding, at_least: float) -> Finding:
    """The finding; unsure where it is supported with a confidence below ``at_least``."""
    if found.verdict is not Verdict.SUPPORTED or found.confidence >= at_least:
        return found
    why = f"{found.reason}；但依据的内容识别把握只有 {_share(found.confidence)}（须达到 {_share(at_least)}），请人工核对"
    changed = {"verdict": Verdict.UNSURE, "confidence": min(found.confidence, UNSURE_CONFIDENCE), "reason": why}
    return found.model_copy(update=changed)


def _share(value: float) -> str:
    """A share in percent, rounded down so that one just below a bound never looks like it."""
    return f"{int(value * 10_000) / 100:g}%"


def not_a_number(declared: Declared) -> Finding:
    """The declared value cannot be compared."""
    text = f"申报值“{declared.value}”不是可以核对的数字，请更正后重新核验"
    return finding(declared, Verdict.UNSURE, text, confidence=0.0)


def period_name(period: str) -> str:
    """``2020年``; other periods as they are, ``now`` as nothing."""
    return f"{period}年" if period.isdigit() and len(period) == 4 else "" if period == "now" else period


def missing(book: Book, declared: Declared, why: str = "") -> Finding:
    """No evidence: says what is missing, what would prove it, and what was found but cannot count."""
    metric = metric_of(declared.metric)
    parts = [why or f"材料中没有能证明{period_name(declared.period)}{metric.label}的内容"]
    parts += excluded(book, metric.evidence)
    if book.unreadable:
        parts.append(f"另有未能读取的材料：{show.listed(book.unreadable, 5)}")
    if metric.material:
        parts.append(f"请补交{metric.material}")
    return finding(declared, Verdict.MISSING, "；".join(parts))


def excluded(book: Book, types: Sequence[str]) -> list[str]:
    """Papers of these types that prove nothing by their nature, with the reason."""
    papers = [d for d in book.documents.values() if d.excluded and d.type in types]
    papers.sort(key=lambda d: (d.pages[0].file, d.pages[0].page) if d.pages else (0, 0))
    return [f"{book.places.of_document(d)} 不作为证据（{d.excluded}）" for d in papers]
