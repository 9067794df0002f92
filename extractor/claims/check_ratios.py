"""Declared ratios and growth rates against their parts, recomputed (contract: derived figures follow their parts)."""

from __future__ import annotations

from decimal import Decimal

from extractor.claims import looks, show
from extractor.claims.book import Book
from extractor.claims.figures import amount, own_claims, resolve
from extractor.claims.looks import Wanted
from extractor.claims.metrics import RATIOS, STATEMENT_ROWS, Ratio, metric_of
from extractor.claims.ratios import Computed, base_period, compute, percent, previous
from extractor.claims.verdicts import (
    finding,
    missing,
    not_a_number,
    period_name,
    wanted,
)
from extractor.model import Claim, Declared, Finding, Verdict

# Evidence in percent times this gives the declared unit.
_UNITS = {"%": Decimal(1), "％": Decimal(1), "": Decimal(1), "百分比": Decimal(1), "‰": Decimal(10)}
_UNITS |= {"小数": Decimal("0.01"), "倍": Decimal("0.01")}


def check_ratio(book: Book, declared: Declared) -> Finding:
    """The verdict on one declared ratio."""
    number = wanted(declared)
    if number is None:
        return not_a_number(declared)
    factor = _UNITS.get(declared.unit.strip())
    if factor is None:
        text = f"申报单位“{declared.unit}”不是百分比，请按 % 填报"
        return finding(declared, Verdict.UNSURE, text, confidence=0.0)
    found = compute(book, declared.metric, declared.period)
    if found.status == "missing":
        return missing(book, declared, found.why)
    if found.status == "wrong_entity":
        return finding(declared, Verdict.WRONG_ENTITY, found.why, found.claims)
    if found.status == "unsure" or found.value is None:
        return finding(declared, Verdict.UNSURE, f"{found.why}，请人工核对", found.claims)
    return _compare(book, declared, number, found, factor)


def _compare(book: Book, declared: Declared, number: Wanted, found: Computed, factor: Decimal) -> Finding:
    """A sure ratio against the declared one."""
    value = (found.value or Decimal(0)) * factor
    said = _describe(book, declared, found)
    claims = _used(book, declared, found)
    # A ratio is no surer than the less sure of its parts.
    sure = min(max(c.confidence for c in part.claims) for part in (found.numerator, found.denominator))
    shown = round(float(value), 6)
    doubt = found.numerator.unproven or found.denominator.unproven
    if number.equals(value) and doubt:
        text = f"{said}，与申报值一致；但所用的数{doubt}，请人工核对"
        return finding(declared, Verdict.UNSURE, text, claims, evidenced=shown)
    if number.equals(value):
        text = f"{said}，与申报值一致"
        return finding(declared, Verdict.SUPPORTED, text, claims, confidence=sure, evidenced=shown)
    if number.equals(found.low * factor) or number.equals(found.high * factor):
        text = f"{said}，与申报值相近，但报表列示的精度不足以核对到申报的位数，请提供列示到元的报表"
        return finding(declared, Verdict.UNSURE, text, claims, evidenced=shown)
    if not declared.unit.strip() and number.equals(value / 100):
        text = f"{said}；申报值没有写单位，按小数理解则一致，请写明单位"
        return finding(declared, Verdict.UNSURE, text, claims, evidenced=shown)
    hint = looks.first(number, value, _elsewhere(book, declared, found, factor), scales=False)
    like = f"，像是{hint}" if hint else ""
    own = show.in_unit(number.value, number.decimals, declared.unit)
    if doubt and not any(number.equals(guess * factor) for _, guess in _miscalculated(declared, found)):
        text = f"{said}：所用的数{doubt}，且与申报值 {own} 不一致{like}，请人工核对"
        return finding(declared, Verdict.UNSURE, text, claims, evidenced=shown)
    text = f"{said}，与申报值 {own} 不一致{like}"
    return finding(declared, Verdict.CONTRADICTED, text, claims, confidence=sure, evidenced=shown)


def _describe(book: Book, declared: Declared, found: Computed) -> str:
    """How the ratio was worked out, part by part."""
    ratio = RATIOS[declared.metric]
    top, base = found.numerator, found.denominator
    a = _part(book, ratio.numerator, declared.period, top.value or Decimal(0), top.claims)
    b = _part(book, ratio.denominator, base_period(ratio, declared.period), base.value or Decimal(0), base.claims)
    sign = "较" if ratio.growth else "÷"
    value = show.grouped(found.value or Decimal(0), 4)
    return f"{a} {sign} {b}，{metric_of(declared.metric).label}为 {value}%"


def _part(book: Book, metric: str, period: str, value: Decimal, claims: tuple[Claim, ...]) -> str:
    """One part with its place."""
    place = book.places.of(claims[0]) if claims else ""
    return f"{place} {period_name(period)}{metric_of(metric).label} {show.yuan(value)}"


def _used(book: Book, declared: Declared, found: Computed) -> tuple[Claim, ...]:
    """The parts' claims, and the derived claim where there is one."""
    return (*found.claims, *own_claims(book, declared.metric, declared.period))


def _elsewhere(book: Book, declared: Declared, found: Computed, factor: Decimal) -> list[tuple[str, Decimal]]:
    """What the declared ratio may have been mistaken for, in the declared unit."""
    ratio = RATIOS[declared.metric]
    top = found.numerator.value
    if found.value is None or top is None:
        return []
    slips = _miscalculated(declared, found)
    guesses = slips[:2] + _parent(book, declared, ratio) + _other_years(book, declared)
    if not ratio.growth:
        guesses += _denominators(book, declared, ratio, top)
    return [(text, guess * factor) for text, guess in guesses + slips[2:]]


def _miscalculated(declared: Declared, found: Computed) -> list[tuple[str, Decimal]]:
    """Wrong results that the same two figures give, in percent; the two of the decimal point first."""
    value, top, base = found.value, found.numerator.value, found.denominator.value
    if value is None or top is None or base is None:
        return []
    guesses = [("把小数当作百分数填写（相差一百倍）", value / 100), ("百分数多乘了一百", value * 100)]
    if not RATIOS[declared.metric].growth:
        return guesses + ([("分子与分母颠倒", base / top * 100)] if top else [])
    if top:
        guesses.append(("分母错误（除以了本年数而不是上年数）", (top - base) / top * 100))
    return [*guesses, ("没有减去基数（本年÷上年）", top / base * 100)]


def _denominators(book: Book, declared: Declared, ratio: Ratio, top: Decimal) -> list[tuple[str, Decimal]]:
    """The numerator over every other figure of that year."""
    found: list[tuple[str, Decimal]] = []
    for other in STATEMENT_ROWS:
        if other in (ratio.numerator, ratio.denominator):
            continue
        part = resolve(book, other, declared.period)
        if part.value:
            found.append((f"分母错误（除以了{metric_of(other).label}）", top / part.value * 100))
    last = resolve(book, ratio.denominator, previous(declared.period))
    if last.value:
        found.append((f"分母错误（除以了上年的{metric_of(ratio.denominator).label}）", top / last.value * 100))
    return found


def _parent(book: Book, declared: Declared, ratio: Ratio) -> list[tuple[str, Decimal]]:
    """The ratio of the parent company's statements."""
    tops = [c for c in own_claims(book, ratio.numerator, declared.period) if c.scope == "parent"]
    bases = [c for c in own_claims(book, ratio.denominator, base_period(ratio, declared.period)) if c.scope == "parent"]
    return [
        ("误用了母公司报表数", percent(ratio, a, b))
        for t in tops
        for d in bases
        if (a := amount(t)) is not None and (b := amount(d))
    ]


def _other_years(book: Book, declared: Declared) -> list[tuple[str, Decimal]]:
    """The same ratio in the other years that the papers show."""
    ratio = RATIOS[declared.metric]
    years = sorted({c.period for c in own_claims(book, ratio.numerator)} - {declared.period})
    found = ((year, compute(book, declared.metric, year).value) for year in years)
    return [(f"误填了另一年度（{period_name(year)}）的数", value) for year, value in found if value is not None]
