"""The verdicts that planted figures must get: hand cases of "How a verdict is decided"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.packages.expected import (
    Answer,
    Facts,
    Figure,
    Headcount,
    Right,
    agrees,
    expect,
    in_force,
    numbers,
    years_between,
)
from extractor.model import Verdict

DAY = date(2021, 5, 6)
REVENUE = 8_181_326_789  # fen
PATENT = "utility_patents"


def verdict(facts: Facts, metric: str, said: str | date, unit: str = "万元", period: str = "2020") -> Verdict | None:
    """The expected verdict on one declared figure."""
    answer = expect(facts, metric, period, said if isinstance(said, date) else Decimal(said), unit)
    return answer and answer.verdict


def money(*figures: Figure) -> Facts:
    """Facts that hold these amounts."""
    return Facts(DAY, figures=list(figures))


@pytest.mark.parametrize(
    ("said", "unit", "expected"),
    [
        ("8181.33", "万元", Verdict.SUPPORTED),  # rounded
        ("8181.32", "万元", Verdict.SUPPORTED),  # truncated
        ("8181", "万元", Verdict.SUPPORTED),
        ("8181.3", "万元", Verdict.SUPPORTED),
        ("8181.30", "万元", Verdict.CONTRADICTED),  # decimals count as written
        ("81813267.89", "元", Verdict.SUPPORTED),
        ("81813267.89", "万元", Verdict.CONTRADICTED),
        ("0.8181", "亿元", Verdict.SUPPORTED),
        ("-8181.33", "万元", Verdict.CONTRADICTED),
    ],
)
def test_an_amount_is_compared_at_the_declared_decimals(said: str, unit: str, expected: Verdict) -> None:
    """Rounded or truncated to the declared decimals in the declared unit."""
    assert verdict(money(Figure("revenue", "2020", REVENUE)), "revenue", said, unit) is expected


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((), Answer(Verdict.MISSING, "not_shown")),
        ((Figure("revenue", "2019", REVENUE),), Answer(Verdict.MISSING, "not_shown")),
        ((Figure("revenue", "2020", REVENUE, own=False),), Answer(Verdict.WRONG_ENTITY, "other_entity")),
        ((Figure("revenue", "2020", REVENUE, doubt="unaudited"),), Answer(Verdict.UNSURE, "unaudited")),
        ((Figure("revenue", "2020", REVENUE, doubt="disclaimer"),), Answer(Verdict.UNSURE, "disclaimer")),
        ((Figure("revenue", "2020", REVENUE, doubt="arithmetic"),), Answer(Verdict.UNSURE, "arithmetic")),
        (
            (Figure("revenue", "2020", REVENUE), Figure("revenue", "2020", REVENUE + 50_000_000)),
            Answer(Verdict.UNSURE, "documents_disagree"),
        ),
        (
            (Figure("revenue", "2020", REVENUE), Figure("revenue", "2020", REVENUE + 3_000, step=10_000)),
            Answer(Verdict.SUPPORTED),
        ),
        ((Figure("revenue", "2020", REVENUE), Figure("revenue", "2020", 1, own=False)), Answer(Verdict.SUPPORTED)),
        (
            (Figure("revenue", "2020", REVENUE, scope="consolidated"), Figure("revenue", "2020", 7, scope="parent")),
            Answer(Verdict.SUPPORTED),
        ),
        (
            (Figure("revenue", "2020", 7, scope="consolidated"), Figure("revenue", "2020", REVENUE, scope="parent")),
            Answer(Verdict.CONTRADICTED),
        ),
    ],
)
def test_whose_figure_of_which_year_and_how_sure(figures: tuple[Figure, ...], expected: Answer) -> None:
    """Own papers of the right year decide, consolidated before parent; doubts and disagreement leave it unsure."""
    assert expect(money(*figures), "revenue", "2020", Decimal("8181.33"), "万元") == expected


def test_what_a_coarse_print_cannot_tell_is_left_open() -> None:
    """A statement in 千元 does not contradict a value that differs below 千元."""
    facts = money(Figure("revenue", "2020", 8_181_300_000, step=100_000))
    assert verdict(facts, "revenue", "81813000.00", "元") is Verdict.SUPPORTED
    assert verdict(facts, "revenue", "81812600.00", "元") is None
    assert verdict(facts, "revenue", "81800000.00", "元") is Verdict.CONTRADICTED


RATIO_FACTS = money(
    Figure("total_liabilities", "2020", 4_000),
    Figure("total_assets", "2020", 9_000),
    Figure("revenue", "2020", 1_200),
    Figure("revenue", "2019", 1_000),
    Figure("net_profit", "2020", 100),
    Figure("net_profit", "2019", -50),
)


@pytest.mark.parametrize(
    ("metric", "said", "expected"),
    [
        ("debt_ratio", "44.44", Verdict.SUPPORTED),
        ("debt_ratio", "44.45", Verdict.CONTRADICTED),
        ("debt_ratio", "0.44", Verdict.CONTRADICTED),
        ("revenue_growth", "20.00", Verdict.SUPPORTED),
        ("revenue_growth", "120.00", Verdict.CONTRADICTED),
        ("net_profit_margin", "8.33", Verdict.SUPPORTED),
        ("net_profit_growth", "300.00", None),  # growth from a loss has no meaning
        ("rd_expense_ratio", "5.00", Verdict.MISSING),
    ],
)
def test_ratios_follow_their_parts(metric: str, said: str, expected: Verdict | None) -> None:
    """Recomputed from the parts; a missing part is missing, a base below zero decides nothing."""
    assert verdict(RATIO_FACTS, metric, said, "%") is expected


def test_a_ratio_is_as_doubtful_as_its_part() -> None:
    """One doubted part is enough; one that is not there weighs more."""
    doubted = money(Figure("total_liabilities", "2020", 4_000), Figure("total_assets", "2020", 9_000, doubt="arithmetic"))
    assert expect(doubted, "debt_ratio", "2020", Decimal("44.44"), "%") == Answer(Verdict.UNSURE, "arithmetic")
    assert verdict(money(Figure("total_assets", "2020", 9, doubt="disclaimer")), "debt_ratio", "1.00", "%") is Verdict.MISSING


VALID = Right(PATENT, "a", date(2019, 1, 1), date(2029, 1, 1))
OVER = Right(PATENT, "b", date(2008, 1, 1), date(2018, 1, 1))
FOREIGN = Right(PATENT, "c", date(2019, 1, 1), own=False)
LATE = Right(PATENT, "d", date(2021, 5, 7))
LAPSED = Right(PATENT, "e", date(2019, 1, 1), ended=True)
FALSE = Right(PATENT, "f", date(2019, 1, 1), sound=False)


@pytest.mark.parametrize(
    ("rights", "said", "expected"),
    [
        ((VALID,), "1", Verdict.SUPPORTED),
        ((VALID, FOREIGN, OVER), "1", Verdict.SUPPORTED),
        ((VALID, VALID), "2", Verdict.CONTRADICTED),
        ((VALID, OVER), "2", Verdict.CONTRADICTED),
        ((VALID, FOREIGN), "2", Verdict.CONTRADICTED),
        ((VALID, LATE), "2", Verdict.CONTRADICTED),
        ((VALID, LAPSED), "2", Verdict.CONTRADICTED),
        ((VALID, FALSE), "1", Verdict.SUPPORTED),
        ((VALID, FALSE), "2", Verdict.UNSURE),
        ((FALSE,), "1", Verdict.UNSURE),
        ((OVER,), "1", Verdict.EXPIRED),
        ((LAPSED,), "1", Verdict.EXPIRED),
        ((FOREIGN,), "1", Verdict.WRONG_ENTITY),
        ((), "1", Verdict.MISSING),
        ((LATE,), "1", None),
        ((OVER, FOREIGN), "1", None),
    ],
)
def test_counts(rights: tuple[Right, ...], said: str, expected: Verdict | None) -> None:
    """Distinct own numbers in force; what several reasons compete for is left open."""
    assert verdict(Facts(DAY, rights=list(rights)), PATENT, said, "项", "now") is expected


def test_first_and_last_day_count() -> None:
    """A right holds on the day it begins and on its last day."""
    assert in_force(Right(PATENT, "x", DAY, DAY), DAY)
    assert not in_force(Right(PATENT, "x", date(2021, 5, 7)), DAY)
    assert not in_force(Right(PATENT, "x", date(2020, 1, 1), date(2021, 5, 5)), DAY)
    assert numbers([VALID, VALID, OVER, FALSE, FOREIGN, LATE, LAPSED], PATENT, DAY) == ["a"]


ISO = "management_system_certs"


@pytest.mark.parametrize(
    ("right", "said", "expected"),
    [
        (Right(ISO, "n", date(2020, 1, 2), date(2023, 1, 1)), date(2023, 1, 1), Verdict.SUPPORTED),
        (Right(ISO, "n", date(2020, 1, 2), date(2023, 1, 1)), date(2024, 1, 1), Verdict.CONTRADICTED),
        (Right(ISO, "n", date(2017, 1, 2), date(2020, 1, 1)), date(2020, 1, 1), Verdict.EXPIRED),
        (Right(ISO, "n", date(2017, 1, 2), date(2020, 1, 1)), date(2022, 1, 1), None),
        (Right(ISO, "n", date(2020, 1, 2), date(2023, 1, 1), own=False), date(2023, 1, 1), Verdict.WRONG_ENTITY),
        (Right(ISO, "m", date(2020, 1, 2), date(2023, 1, 1)), date(2023, 1, 1), Verdict.MISSING),
    ],
)
def test_last_days_of_certificates(right: Right, said: date, expected: Verdict | None) -> None:
    """The certificate with that number decides."""
    assert verdict(Facts(DAY, rights=[right]), "certificate_valid_until:n", said, "date", "now") is expected


def test_people_and_age() -> None:
    """Headcount needs total and rows to agree; years count whole; R&D staff is never shown."""
    good, bad, other = Headcount(30, 30), Headcount(32, 30), Headcount(30, None, own=False)
    for lists, said, expected in (
        ([good], "30", Verdict.SUPPORTED),
        ([good, other], "31", Verdict.CONTRADICTED),
        ([bad], "32", Verdict.UNSURE),
        ([good, Headcount(31, None)], "30", Verdict.UNSURE),
        ([other], "30", Verdict.WRONG_ENTITY),
        ([], "30", Verdict.MISSING),
    ):
        assert verdict(Facts(DAY, lists=lists), "employees", said, "人", "now") is expected
    facts = Facts(DAY, lists=[good], founded=[(date(2006, 5, 7), True), (date(1999, 1, 1), False)])
    assert verdict(facts, "rd_staff", "6", "人", "now") is Verdict.MISSING
    assert verdict(facts, "registered_years", "14", "年", "now") is Verdict.SUPPORTED
    assert verdict(facts, "registered_years", "15", "年", "now") is Verdict.CONTRADICTED
    assert verdict(facts, "registration_date", date(2006, 5, 7), "date", "now") is Verdict.SUPPORTED
    assert verdict(Facts(DAY), "registration_date", date(2006, 5, 7), "date", "now") is Verdict.MISSING
    assert verdict(Facts(DAY, founded=[(date(1999, 1, 1), False)]), "registered_years", "22", "年") is Verdict.WRONG_ENTITY
    assert years_between(date(2004, 2, 29), date(2021, 2, 28)) == 16


@given(st.decimals("-1e9", "1e9", places=6), st.integers(0, 4))
def test_only_the_neighbouring_values_agree(evidence: Decimal, places: int) -> None:
    """What agrees lies less than one step away, and one of the two neighbours always does."""
    step = Decimal(1).scaleb(-places)
    near = evidence.quantize(step)
    fitting = [near + k * step for k in range(-3, 4) if agrees(near + k * step, evidence)]
    assert 1 <= len(fitting) <= 2
    assert all(abs(value - evidence) < step for value in fitting)
