from datetime import date

import pytest

from extractor.claims.crosscheck import cross_check
from extractor.claims.derive import derive_claims
from tests.claims.claims_build import AS_OF, count, declare, figure, patent, report


def verdicts(supported_at, **reading):
    documents = [report({"revenue": {"2020": 81_813_200.0}}, reading=reading), patent()]
    declaration = declare(figure("revenue", 8181.32), figure("revenue", 1.0), count("invention_patents", 1))
    day = date.fromisoformat(declaration.as_of)
    assert day == AS_OF
    claims = derive_claims(documents, declaration, day)
    return cross_check(declaration, claims, documents, day, supported_at=supported_at)


def test_by_default_any_confidence_supports():
    assert [f.verdict.value for f in verdicts(0.0, confidence=0.7)] == ["supported", "contradicted", "supported"]


def test_a_finding_below_the_threshold_is_unsure_and_says_why():
    revenue, wrong, patents = verdicts(0.955, confidence=0.9499)
    assert revenue.verdict == "unsure"
    assert "94.99%" in revenue.reason
    assert "95.5%" in revenue.reason
    assert revenue.confidence <= 0.5
    assert revenue.claims
    assert (wrong.verdict, patents.verdict) == ("contradicted", "supported")


@pytest.mark.parametrize(("confidence", "verdict"), [(0.95, "supported"), (0.949999, "unsure")])
def test_the_threshold_itself_is_enough(confidence, verdict):
    found = verdicts(0.95, confidence=confidence)[0]
    assert found.verdict == verdict
    # Rounded, 94.9999 % would look like 95 %.
    assert verdict == "supported" or "94.99%" in found.reason
