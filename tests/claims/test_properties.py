"""What must hold for every package: above all, no wrong ``supported``."""

from __future__ import annotations

from decimal import Decimal

import pytest
from claims_build import (
    OTHER,
    OWN,
    count,
    document,
    field,
    figure,
    high_tech,
    insured,
    iso,
    licence,
    patent,
    patent_no,
    report,
    verdict,
    verify,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extractor.values.numbers import agrees

UNITS = {"元": 1, "千元": 1000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
MONEY = st.decimals(min_value=-(10**10), max_value=10**11, places=2).map(float)
FIGURES = ("revenue", "net_profit", "total_assets", "total_liabilities", "rd_expense", "main_revenue")
YEARS = ("2019", "2020")

ROWS = st.dictionaries(st.sampled_from(FIGURES), st.dictionaries(st.sampled_from(YEARS), MONEY, min_size=1), min_size=1)


KINDS = ("report", "tax", "unaudited", "patent", "iso", "insured", "licence", "high_tech")


def one_paper(draw, kind, who, name):
    """A paper of ``who`` with the id ``name``."""
    if kind == "report":
        reading = {"gate": draw(st.sampled_from(["ok", "failed"]))}
        year = draw(st.sampled_from(["2020", "2021"]))
        return report(draw(ROWS), entity=who, id=name, year=year, parent=draw(st.none() | ROWS), reading=reading)
    if kind in ("tax", "unaudited"):
        kinds = {"tax": "tax_return", "unaudited": "financial_statements"}
        return report(draw(ROWS), entity=who, id=name, kind=kinds[kind])
    if kind == "patent":
        number = patent_no(draw(st.integers(1, 4)), year=draw(st.sampled_from([2000, 2018])))
        filed = draw(st.sampled_from([None, f"{number[2:6]}-03-01"]))
        granted = draw(st.sampled_from([None, "2020-02-11", "2022-01-01"]))
        return patent(number, owners=(who,), filed=filed, granted=granted, id=name)
    if kind == "iso":
        return iso(holder=who, until=draw(st.sampled_from([None, "2021-05-05", "2023-01-09"])), id=name)
    if kind == "insured":
        total, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        return insured(total, rows, organization=who, id=name)
    if kind == "licence":
        return licence(draw(st.sampled_from(["2009-05-06", "2010-05-06"])), name=who, uscc="", id=name)
    return high_tech(draw(st.sampled_from(["2019-12-02", "2015-12-02"])), holder=who, id=name)


@st.composite
def papers(draw, owners=(OWN,)):
    """A package of a few papers of ``owners``."""
    made = []
    for index in range(draw(st.integers(0, 4))):
        name = f"{draw(st.integers(0, 10**6))}-{index}"
        made.append(one_paper(draw, draw(st.sampled_from(KINDS)), draw(st.sampled_from(owners)), name))
    return made


DECLARED = [
    figure("revenue", 8123.45),
    figure("net_profit", 0),
    figure("debt_ratio", 50, "%"),
    figure("revenue_growth", 10, "%"),
    count("invention_patents", 1),
    count("invention_patents", 2).model_copy(update={"period": "2020"}),
    count("management_system_certs", 1),
    figure("high_tech_enterprise", 1, "0/1", "now"),
    figure("employees", 2, "人", "now"),
    figure("registered_years", 12, "年", "now"),
    figure("certificate_valid_until:01921Q10001R0M", "2023-01-09", "date", "now"),
    figure("rd_staff", 1, "人", "now"),
]


@given(MONEY, MONEY, st.sampled_from(sorted(UNITS)), st.integers(0, 4))
def test_supported_exactly_where_the_evidence_agrees(declared, evidence, unit, decimals):
    written = round(declared / UNITS[unit], decimals)
    found = verify([report({"revenue": {"2020": evidence}})], figure("revenue", written, unit, decimals=decimals))[0]
    shown = Decimal(repr(evidence)) / UNITS[unit]
    said = Decimal(repr(written))
    places = max(decimals, -said.normalize().as_tuple().exponent)
    assert (found.verdict == "supported") == agrees(said, places, shown)


@given(MONEY.filter(lambda v: v != 0), st.sampled_from(sorted(UNITS)), st.integers(0, 4))
def test_the_rounded_evidence_is_supported(evidence, unit, decimals):
    written = round(Decimal(repr(evidence)) / UNITS[unit], decimals)
    assume(agrees(written, decimals, Decimal(repr(evidence)) / UNITS[unit]))
    declared = figure("revenue", float(written), unit, decimals=decimals)
    assert verdict([report({"revenue": {"2020": evidence}})], declared) == "supported"


@settings(max_examples=60, deadline=None)
@given(papers((OWN, OTHER)), st.randoms(use_true_random=False))
def test_the_order_of_the_papers_does_not_matter(package, random):
    shuffled = list(package)
    random.shuffle(shuffled)
    first, second = verify(package, *DECLARED), verify(shuffled, *DECLARED)
    assert [(f.verdict, f.reason, f.evidenced) for f in first] == [(f.verdict, f.reason, f.evidenced) for f in second]


@settings(max_examples=60, deadline=None)
@given(papers(), papers((OTHER,)))
def test_somebody_elses_papers_never_make_anything_supported(own, others):
    before = verify(own, *DECLARED)
    after = verify([*own, *(d.model_copy(update={"id": f"x{d.id}"}) for d in others)], *DECLARED)
    for one, two in zip(before, after, strict=True):
        assert two.verdict != "supported" or one.verdict == "supported"


@settings(max_examples=60, deadline=None)
@given(papers((OTHER,)))
def test_nothing_is_supported_by_others_alone(package):
    assert all(f.verdict in {"missing", "wrong_entity", "unsure"} for f in verify(package, *DECLARED))


@settings(max_examples=60, deadline=None)
@given(papers())
def test_unreadable_files_never_make_anything_supported(package):
    for one, two in zip(verify(package, *DECLARED), verify(package, *DECLARED, unreadable=["a.pdf"]), strict=True):
        assert two.verdict != "supported" or one.verdict == "supported"


@settings(max_examples=40, deadline=None)
@given(papers())
def test_excluded_papers_support_nothing(package):
    gone = [d.model_copy(update={"excluded": "样本"}) for d in package]
    assert all(f.verdict == "missing" for f in verify(gone, *DECLARED))


@settings(max_examples=60, deadline=None)
@given(papers(), st.sampled_from(["financial_statements", "adverse", "failed"]))
def test_doubtful_statements_alone_support_no_figure(package, doubt):
    doubtful = []
    for index, paper in enumerate(p for p in package if p.type in {"audit_report", "tax_return"}):
        if doubt == "financial_statements":
            changed = paper.model_copy(update={"type": doubt})
        elif doubt == "adverse":
            changed = paper.model_copy(update={"type": "audit_report", "fields": {**paper.fields, "opinion": field("adverse")}})
        else:
            rows = {
                k: f.model_copy(update={"periods": {p: v.model_copy(update={"gate": "failed"}) for p, v in f.periods.items()}})
                if f.periods else f
                for k, f in paper.fields.items()
            }  # fmt: skip
            changed = paper.model_copy(update={"fields": rows, "type": "audit_report"})
            if index:
                break
        doubtful.append(changed)
    assert all(f.verdict != "supported" for f in verify(doubtful, *DECLARED[:4]))


@settings(max_examples=40, deadline=None)
@given(papers((OWN, OTHER)))
def test_every_finding_has_a_chinese_reason_and_known_claims(package):
    for found in verify(package, *DECLARED):
        assert any("\u4e00" <= c <= "\u9fff" for c in found.reason)
        assert 0 <= found.confidence <= 1
        assert found.claims or found.verdict in {"missing", "unsure"}


@pytest.mark.parametrize("kind", ["award_certificate", "standard_document", "other", "application_form"])
def test_attachments_support_nothing(kind):
    paper = document(kind, {"patent_no": field(patent_no()), "patentees": field([OWN]), "holder": field(OWN)})
    assert all(f.verdict == "missing" for f in verify([paper], *DECLARED))
