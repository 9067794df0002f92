"""Declared money figures against the statements (contract, "Figures")."""

from __future__ import annotations

from decimal import Decimal

from extractor.claims import looks, show
from extractor.claims.book import Book
from extractor.claims.entity import Whose
from extractor.claims.figures import Resolution, amount, own_claims, resolve
from extractor.claims.looks import Wanted
from extractor.claims.metrics import STATEMENT_ROWS, metric_of
from extractor.claims.verdicts import (
    finding,
    missing,
    not_a_number,
    period_name,
    wanted,
)
from extractor.model import Declared, Finding, Verdict
from extractor.values.money import unit_factor

_YUAN = Decimal(1)
_GUESSES = (("元", _YUAN), ("千元", Decimal(1000)), ("万元", Decimal(10_000)), ("亿元", Decimal(100_000_000)))


def check_figure(book: Book, declared: Declared) -> Finding:
    """The verdict on one declared amount of money."""
    number = wanted(declared)
    if number is None:
        return not_a_number(declared)
    factor = unit_factor(declared.unit) if declared.unit.strip() else _YUAN
    if factor is None:
        text = f"申报单位“{declared.unit}”无法换算成人民币元，请改用元、千元、万元、百万元或亿元"
        return finding(declared, Verdict.UNSURE, text, confidence=0.0)
    found = resolve(book, declared.metric, declared.period)
    if found.status == "missing":
        return _missing(book, declared)
    if found.status == "wrong_entity":
        return finding(declared, Verdict.WRONG_ENTITY, found.why, found.claims)
    if found.status == "unsure" or found.value is None:
        return _unsure(book, declared, number, factor, found)
    if not declared.unit.strip() and not number.equals(found.value):
        return _no_unit(declared, number, found)
    return _compare(book, declared, number, factor, found)


def describe(book: Book, declared: Declared, found: Resolution, number: Wanted, factor: Decimal) -> str:
    """Place, figure in yuan and in the declared unit."""
    label = f"{period_name(declared.period)}{metric_of(declared.metric).label}"
    place = "、".join(dict.fromkeys(book.places.of(c) for c in found.claims))
    value = found.value or Decimal(0)
    # One decimal more than declared: the reader sees which way it was rounded.
    decimals = max(number.decimals, 2)
    converted = f"（即 {show.in_unit(value / factor, decimals, declared.unit)}）" if factor != 1 else ""
    return f"{place} {label} {show.yuan(value)}{converted}"


def _compare(book: Book, declared: Declared, number: Wanted, factor: Decimal, found: Resolution) -> Finding:
    """A sure figure against the declared one."""
    value = found.value or Decimal(0)
    evidence = value / factor
    said = describe(book, declared, found, number, factor)
    shown = float(evidence)
    if number.equals(evidence) and found.unproven:
        text = f"{said}，与申报值一致；但该数{found.unproven}，请人工核对"
        return finding(declared, Verdict.UNSURE, text, found.claims, evidenced=shown)
    if number.equals(evidence):
        return finding(declared, Verdict.SUPPORTED, f"{said}，与申报值一致", found.claims, evidenced=shown)
    if abs(number.value * factor - value) <= found.step / 2:
        text = f"{said}，与申报值相近，但报表列示的精度不足以核对到申报的位数，请提供列示到元的报表"
        return finding(declared, Verdict.UNSURE, text, found.claims, evidenced=shown)
    hint = looks.first(number, evidence, _elsewhere(book, declared, factor))
    like = f"，像是{hint}" if hint else ""
    own = show.in_unit(number.value, number.decimals, declared.unit)
    if found.unproven and not _same_digits(book, declared, number, evidence, factor):
        text = f"{said}：该数{found.unproven}，且与申报值 {own} 不一致{like}，请人工核对"
        return finding(declared, Verdict.UNSURE, text, found.claims, evidenced=shown)
    text = f"{said}，与申报值 {own} 不一致{like}"
    return finding(declared, Verdict.CONTRADICTED, text, found.claims, evidenced=shown)


def _same_digits(book: Book, declared: Declared, number: Wanted, evidence: Decimal, factor: Decimal) -> bool:
    """Whether the declared number is the same row's all the same: in another unit, of another year or scope.

    Then the row and its digits were read as they are, whatever its sums say.
    """
    row = [c for c in own_claims(book, declared.metric) if c.period != declared.period or c.scope == "parent"]
    return looks.scale(number, evidence) is not None or any(
        number.equals(value / factor) for c in row if (value := amount(c)) is not None
    )


def _elsewhere(book: Book, declared: Declared, factor: Decimal) -> list[tuple[str, Decimal]]:
    """Other figures it may have been taken from, in the declared unit, likeliest first."""
    same = own_claims(book, declared.metric)
    guesses = [("误用了母公司报表数", c) for c in same if c.period == declared.period and c.scope == "parent"]
    guesses += [(f"误填了另一年度（{period_name(c.period)}）的数", c) for c in same if c.period != declared.period]
    for other in STATEMENT_ROWS:
        if other != declared.metric:
            label = metric_of(other).label
            guesses += [(f"误填了{label}", c) for c in own_claims(book, other, declared.period)]
    foreign = book.owned(book.of(declared.metric), Whose.OTHER)
    guesses += [(f"误用了其他单位“{c.subject}”的数", c) for c in foreign]
    return [(f"{text}（{book.places.of(c)}）", value / factor) for text, c in guesses if (value := amount(c))]


def _missing(book: Book, declared: Declared) -> Finding:
    """Missing; says which other years are there."""
    years = sorted({c.period for c in own_claims(book, declared.metric)})
    label = metric_of(declared.metric).label
    why = ""
    if years:
        shown = "、".join(period_name(y) for y in years)
        why = f"材料中只有{shown}的{label}，没有{period_name(declared.period) or '所申报期间'}的"
        if not declared.period[:4].isdigit():
            why += f"（申报期间“{declared.period}”不是年度，请写明年度）"
    return missing(book, declared, why)


def _unsure(book: Book, declared: Declared, number: Wanted, factor: Decimal, found: Resolution) -> Finding:
    """Open; papers that differ only below the declared precision all say the same."""
    if found.values and all(number.equals(v / factor) for v in found.values):
        text = f"{found.why}；但按申报的位数都与申报值一致"
        return finding(declared, Verdict.SUPPORTED, text, found.claims, evidenced=float(number.value))
    return finding(declared, Verdict.UNSURE, f"{found.why}，请人工核对", found.claims)


def _no_unit(declared: Declared, number: Wanted, found: Resolution) -> Finding:
    """The unit was not written, and it is not yuan."""
    value = found.value or Decimal(0)
    fits = [unit for unit, factor in _GUESSES if number.equals(value / factor)]
    guess = f"；按{fits[0]}则与材料一致" if fits else ""
    text = f"申报值没有写单位，无法核对（材料为 {show.yuan(value)}{guess}），请写明单位"
    return finding(declared, Verdict.UNSURE, text, found.claims)
