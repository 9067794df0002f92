"""Plans of packages: every kind of error comes up, the share of right figures, nothing drawn."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import packages
from corpora.packages import figures, notices, slips
from corpora.packages.expected import Facts, expect
from corpora.packages.plan import Paper, Plan, PlanError
from corpora.synth import ledger, names, ornaments, seals
from corpora.synth.engine import SynthDocument
from extractor.model import Verdict


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    """Plans of many packages, made without drawing anything."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((ornaments, "certificate_paper"), (seals, "round_seal")):
            patch.setattr(module, name, lambda *args, **kwargs: pytest.fail("a plan must not draw"))
        return [packages.plan_package(seed, k) for seed in range(6) for k in range(1, 151)]


def test_every_kind_of_error_and_every_verdict_is_planted(plans: list[Plan]) -> None:
    """All kinds come up and no other; what is not right has a kind, what is right has none."""
    planted = Counter(row.planted for plan in plans for row in plan.rows)
    assert set(planted) == {None, *packages.KINDS}
    assert {row.verdict for plan in plans for row in plan.rows} == set(Verdict)
    assert all((row.verdict is Verdict.SUPPORTED) == (row.planted is None) for plan in plans for row in plan.rows)


def test_most_figures_are_right(plans: list[Plan]) -> None:
    """Coverage can be measured: about two thirds are supportable, and every package declares enough."""
    verdicts = Counter(row.verdict for plan in plans for row in plan.rows)
    assert 0.6 < verdicts[Verdict.SUPPORTED] / verdicts.total() < 0.75
    assert min(len(plan.rows) for plan in plans) >= 12
    assert sum(sum(paper.copies for paper in plan.papers) for plan in plans) / len(plans) < 9


def test_a_figure_is_declared_once_and_its_verdict_follows_from_the_facts(plans: list[Plan]) -> None:
    """The verdict on record is the one that the contract gives for the facts of the whole package."""
    for plan in plans:
        assert len({(row.metric, row.period) for row in plan.rows}) == len(plan.rows)
        for row in plan.rows:
            answer = expect(plan.facts, row.metric, row.period, row.value, row.unit)
            assert answer is not None
            assert answer.verdict is row.verdict, (plan.seed, row)


def test_plans_repeat_and_differ(plans: list[Plan]) -> None:
    """The same seed and number give the same plan; other seeds give other enterprises."""
    again = packages.plan_package(0, 7)
    assert again.rows == plans[6].rows
    assert [(p.seed, p.owner) for p in again.papers] == [(p.seed, p.owner) for p in plans[6].papers]
    assert len({plan.owner.uscc for plan in plans}) == len(plans)


@given(st.integers(0, 10**6), st.decimals("-99999999", "99999999", places=2))
def test_slips_of_the_pen_change_the_number(seed: int, value: Decimal) -> None:
    """Each differs from the right value by its digits alone and keeps the decimals."""
    for kind, wrong in slips.digits(Random(seed), value).items():
        assert wrong != value or kind == "extra_digit"
        assert wrong.as_tuple().exponent == value.as_tuple().exponent
        lengths = len(str(abs(int(value * 100)))), len(str(abs(int(wrong * 100))))
        assert lengths[1] - lengths[0] == {"dropped_digit": -1, "extra_digit": 1}.get(kind, 0) or wrong == 0


@pytest.mark.parametrize("key", ["net_profit", "total_assets"])
@pytest.mark.parametrize("standard", ["2019", "small"])
def test_a_tampered_total_no_longer_adds_up(key: str, standard: ledger.Standard) -> None:
    """One row differs from the book, in this year alone, and its figure follows the print."""
    book = ledger.accounts(Random(4), standard)
    made = figures.tampered(Random(1), book, key, 1)
    rows = [*zip(book.income, made.income, strict=True), *zip(book.assets, made.assets, strict=True)]
    changed = [(a.amounts, b.amounts) for a, b in rows if a != b]
    assert changed == [(book.figures[key], made.figures[key])]
    assert made.figures[key][0] != book.figures[key][0]
    assert made.figures[key][1] == book.figures[key][1]
    assert {k for k in book.figures if book.figures[k] != made.figures[k]} == {key}


def _letter(rng: Random, owner: names.Enterprise, *, day: str = "") -> SynthDocument:
    number = str(rng.randint(1, 3))
    return SynthDocument("other", "text", {"owner": owner.name, "number": number, "day": day, "revenue": {"2020": 1.5}})


def test_a_paper_must_show_what_the_plan_says() -> None:
    """Layouts are drawn until the fields fit; a field that never fits is an error, not a false label."""
    owner = names.enterprise(Random(1))
    made = Paper(_letter, owner, "s", {"day": "x"}, {"number": "2", "day": "x", "revenue": {"2020": 1.5}}).draw("all")
    assert made.fields["number"] == "2"
    assert Paper(_letter, owner, "s", truth={"number": lambda value: value != "1"}).draw("all").fields["number"] in ("2", "3")
    for truth in ({"day": "y"}, {"revenue": {"2019": 1.5}}, {"revenue": {"2020": 1.6}}, {"absent": 1}):
        with pytest.raises(PlanError, match="与计划不符"):
            Paper(_letter, owner, "s", truth=truth).draw("all")


def test_a_word_across_makes_a_paper_prove_nothing() -> None:
    """Specimens and drafts carry no fields and are excluded."""
    owner = names.enterprise(Random(1))
    drawn = Paper(_letter, owner, "s", word="样本").draw("all")
    assert drawn.excluded
    assert drawn.fields == {}
    assert "样本" in drawn.source
    assert not _letter(Random(1), owner).excluded
    assert notices.across(drawn, "草稿").layout.endswith("-marked")


def test_a_figure_that_should_be_right_and_is_not_is_a_fault_of_the_plan() -> None:
    """A contradiction nobody planted is refused; a second declaration of the same figure is dropped."""
    plan = packages.plan_package(0, 1)
    bare = Plan("x", plan.owner, plan.stranger, plan.year, Facts(plan.as_of))
    bare.facts.lists += plan.facts.lists[:0]
    assert bare.declare("employees", "now", 5, "人") is not None
    assert bare.declare("employees", "now", 6, "人") is None
    bare.facts.founded.append((plan.as_of.replace(year=2000), True))
    with pytest.raises(PlanError, match="按计划应属实"):
        bare.declare("registered_years", "now", 99, "年")
