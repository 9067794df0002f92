"""What fusion does to verdicts: a dispute makes unsure, a tag never makes evidence of what is none, off changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from extractor.conclude import conclude
from extractor.documents.calibrated import calibrate
from extractor.documents.fusion_tags import Tagging
from extractor.documents.split import read_documents
from extractor.intake import SourceFile
from extractor.model import Declaration, Declared, Result, Verdict
from extractor.review.apply import Papers
from models.calibration import Calibration, Curve, load_calibration
from tests.documents.conftest import make_page
from tests.documents.fusion_stub import Said, Says, tagging
from tests.documents.iso_layouts import LAYOUTS, H

ROWS = LAYOUTS["classic"][0]
OTHER = "海州云帆精密机械有限公司"
MORE = (("下次监督审核 2024年05月06日 前", 0.1, 0.9), (OTHER, 0.1, 0.93))


def concluded(*said: Said, rows=ROWS, more=MORE, tags: Tagging | None = None, day: str = "2023-05-06") -> Result:
    """A package of one certificate, one of them declared, with a tagger that says so."""
    page = make_page(*rows, *more)
    declaration = Declaration(
        name=H, as_of=day, declared=(Declared(metric="management_system_certs", period="now", value=1, unit="项"),)
    )
    return conclude(
        name="材料", files=[SourceFile(0, "证书.jpg", "0" * 64, "image/jpeg", 1, None, None, Path("证书.jpg"))], pages=[page],
        declaration=declaration, day=date.fromisoformat(day), calibration=load_calibration(),
        tagging=tags or (tagging(*said) if said else None),
    )  # fmt: skip


def verdict(*said: Said, **kw) -> Verdict:
    (finding,) = concluded(*said, **kw).findings
    return finding.verdict


def test_the_certificate_supports_by_itself():
    assert verdict() is Verdict.SUPPORTED


def test_agreement_supports_as_well():
    assert verdict(("valid_until", "2025年03月07日", 0.99), ("holder", H, 0.99)) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "said",
    [("valid_until", "2024年05月06日", 0.99), ("issue_date", "2024年05月06日", 0.99), ("holder", OTHER, 0.99)],
    ids=["valid_until", "issue_date", "holder"],
)
def test_a_dispute_makes_unsure(said):
    result = concluded(said)
    (finding,) = result.findings
    assert finding.verdict is Verdict.UNSURE
    assert "字段模型读作" in (result.documents[0].fields[said[0]].note or "")


def test_a_hesitant_tag_changes_nothing_at_all():
    said = ("valid_until", "2024年05月06日", 0.8)
    with_tags, without = concluded(said), concluded()
    assert with_tags.model_copy(update={"summary": without.summary}) == without


def test_off_is_the_same_to_the_last_byte():
    """No tagger, and one that finds nothing, give the same documents, claims and findings; only the name tells them apart."""
    off, silent = concluded(), concluded(tags=Tagging(Says(()), "field_tagger 0"))
    assert off.summary.models == ()
    assert silent.summary.models == ("field_tagger 0",)
    plain = silent.model_copy(update={"summary": silent.summary.model_copy(update={"models": ()})})
    assert plain.to_json() == off.to_json()


def test_a_withdrawn_certificate_stays_withdrawn():
    rows = [("证书状态：暂停", 0.62, 0.2), *ROWS]
    said = [("valid_until", "2025年03月07日", 1.0), ("holder", H, 1.0), ("certificate_no", "20722Q10234R1M", 1.0)]
    with_tags, without = concluded(*said, rows=rows), concluded(rows=rows)
    assert with_tags.documents == without.documents
    assert with_tags.findings == without.findings
    assert with_tags.findings[0].verdict is not Verdict.SUPPORTED


def test_a_filled_date_completes_the_paper_only_when_it_is_very_sure():
    rows = [r for r in ROWS if "有效期至" not in (r if isinstance(r, str) else r[0])]
    more = (("长期 2025年03月07日", 0.55, 0.7),)
    bare = verdict(rows=rows, more=more)
    assert bare is Verdict.UNSURE
    assert verdict(("valid_until", "2025年03月07日", 0.95), rows=rows, more=more) is bare
    assert verdict(("valid_until", "2025年03月07日", 0.995), rows=rows, more=more) is Verdict.SUPPORTED


def test_a_filled_date_that_is_over_supports_nothing():
    rows = [r for r in ROWS if "有效期至" not in (r if isinstance(r, str) else r[0])]
    more = (("长期 2023年03月07日", 0.55, 0.7),)
    assert verdict(("valid_until", "2023年03月07日", 0.995), rows=rows, more=more) is not Verdict.SUPPORTED


# --- calibration -----------------------------------------------------------


def curve(value: float) -> Curve:
    return Curve(knots=((0.0, value), (1.0, value)))


def probability(*said: Said, key: str, **curves: float) -> float:
    made = Calibration(version="t", curves={k.replace("_", "."): curve(v) for k, v in curves.items()})
    page = make_page(*ROWS, *MORE)
    (document,) = calibrate(read_documents([page], tagging=tagging(*said)), made)
    return document.fields[key].confidence


def test_agreement_has_its_own_curve_and_else_the_kinds():
    said = ("valid_until", "2025年03月07日", 0.99)
    assert probability(said, key="valid_until", date=0.7, date_agreed=0.95) == 0.95
    assert probability(said, key="valid_until", date=0.7) == 0.7
    assert probability(said, key="issue_date", date=0.7, date_agreed=0.95) == 0.7


def test_a_dispute_never_has_a_probability_above_its_reading():
    said = ("valid_until", "2024年05月06日", 0.99)
    assert probability(said, key="valid_until", date=0.99) <= 0.5
    assert probability(said, key="valid_until", date=0.99, date_disputed=0.9) <= 0.5
    assert probability(said, key="valid_until", date=0.99, date_disputed=0.2) == 0.2


def test_a_tagged_value_borrows_no_sureness_from_the_rules():
    page = make_page(("GB/T 19001-2016", 0.1, 0.1), *[r for r in ROWS if "有效期至" not in (r if isinstance(r, str) else r[0])])
    page = page.model_copy(
        update={"lines": (*page.lines, *make_page(("长期 2025年03月07日", 0.55, 0.7)).lines)}
    )  # fmt: skip
    (document,) = read_documents([page], tagging=tagging(("valid_until", "2025年03月07日", 0.975)))
    raw = document.fields["valid_until"].confidence
    high = Calibration(version="t", curves={"date": curve(0.999)})
    assert calibrate([document], high)[0].fields["valid_until"].confidence == pytest.approx(raw)
    own = Calibration(version="t", curves={"date": curve(0.5), "date.tagged": curve(0.98)})
    assert calibrate([document], own)[0].fields["valid_until"].confidence == 0.98


# --- kept papers -----------------------------------------------------------


def test_papers_bring_their_own_tagging():
    page = make_page(*ROWS, *MORE)
    tags = tagging(("valid_until", "2024年05月06日", 0.99))
    papers = Papers([page], tags)
    files = [SourceFile(0, "证书.jpg", "0" * 64, "image/jpeg", 1, None, None, Path("证书.jpg"))]
    result = conclude(
        name="材料", files=files, pages=[page], declaration=None, day=date(2023, 5, 6), calibration=load_calibration(),
        papers=papers,
    )  # fmt: skip
    assert result.summary.models == ("field_tagger stub",)
    assert result.documents[0].fields["valid_until"].method.endswith("/tagger")
