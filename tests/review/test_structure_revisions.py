"""Types, boundaries and exclusions as persons say; what a later correction takes away no longer counts."""

import pytest
from review_build import (
    REVENUE,
    at,
    declaration,
    documents,
    figure,
    package_pages,
    report_pages,
    result,
    revision,
    superseded,
    verdicts,
)

from extractor.review.errors import RevisionError
from extractor.review.places import parts_of
from tests.documents.certificate_layouts import INVENTION_2020, TRADEMARK_NEW, UTILITY_OLD
from tests.documents.conftest import make_page
from tests.documents.test_split import numbered, shape, together

USUAL = [
    ("business_license", [1]),
    ("patent_certificate", [2]),
    ("audit_report", [3, 4, 5]),
    ("high_tech_certificate", [6]),
    ("patent_certificate", [7]),
]


def test_the_package_as_the_machine_reads_it():
    assert shape(documents(package_pages())) == USUAL


def test_another_type_is_read_by_its_own_rules_and_keeps_its_pages():
    found = documents(package_pages(), revision("document_type", 3, document_type="financial_statements"))
    assert shape(found) == [("financial_statements" if k == "audit_report" else k, p) for k, p in USUAL]
    assert found[2].fields["revenue"].value["2022"] == REVENUE
    assert "opinion" not in found[2].fields
    assert found[2].confidence == 1.0


def test_a_paper_called_other_is_no_evidence():
    declared = declaration(("revenue", "2022", round(REVENUE / 1e4, 2), "万元"))
    assert verdicts(result(package_pages(), declared))["revenue/2022"] == "supported"
    found = result(package_pages(), declared, revision("document_type", 3, document_type="other"))
    assert verdicts(found)["revenue/2022"] == "missing"


def test_a_page_begins_a_new_document():
    pages = package_pages()
    found = documents(pages, revision("split", 5))
    assert shape(found)[2:4] == [("audit_report", [3, 4]), ("financial_statements", [5])]
    typed = documents(pages, revision("split", 5, document_type="audit_report"))
    assert shape(typed)[2:4] == [("audit_report", [3, 4]), ("audit_report", [5])]


def test_a_page_continues_the_document_before_it():
    found = documents(package_pages(), revision("join", 7))
    assert shape(found)[-1] == ("high_tech_certificate", [6, 7])


def test_a_join_takes_back_a_split():
    pages = package_pages()
    assert shape(documents(pages, revision("split", 5, 1), revision("join", 5, 2))) == USUAL
    assert shape(documents(pages, revision("join", 5, 1), revision("split", 5, 2)))[3] == ("financial_statements", [5])


def test_papers_of_one_page_are_told_apart():
    pages = [together([(make_page(*INVENTION_2020), (0, 0, 0.5, 1)), (make_page(*UTILITY_OLD), (0.5, 0, 1, 1))], 2262, 1600)]
    found = documents(numbered(pages))
    assert [d.type for d in found] == ["patent_certificate"] * 2
    assert [keys[0] for keys in parts_of(found).values()] == [(0, 1, 0), (0, 1, 1)]
    excluded = documents(numbered(pages), revision("exclusion", 1, place=at(1, 1), reason="复印件不清"))
    assert [d.excluded for d in excluded] == [None, "复印件不清"]


def test_exclusion_is_set_and_lifted():
    draft = [*report_pages()]
    title = make_page(("审计报告（初稿）", 0.35, 0.08, 0.03))
    draft[0] = draft[0].model_copy(update={"lines": (*title.lines, *draft[0].lines[1:])})
    pages = package_pages(draft)
    declared = declaration(("revenue", "2022", round(REVENUE / 1e4, 2), "万元"))
    assert verdicts(result(pages, declared))["revenue/2022"] == "missing"
    lifted = revision("exclusion", 3, 1, reason=None)
    assert verdicts(result(pages, declared, lifted))["revenue/2022"] == "supported"
    again = revision("exclusion", 3, 2, reason="经电话核实为初稿")
    found = result(pages, declared, lifted, again)
    assert verdicts(found)["revenue/2022"] == "missing"
    assert found.documents[2].excluded == "经电话核实为初稿"


def test_a_change_of_type_does_not_lift_an_exclusion():
    pages = numbered([make_page(("授予发明专利权通知书", 0.28, 0.12, 0.028), *INVENTION_2020[4:])])
    assert documents(pages)[0].excluded
    retyped = documents(pages, revision("document_type", 1, document_type="patent_certificate"))
    assert retyped[0].type == "patent_certificate"
    assert retyped[0].excluded


def test_corrections_of_a_document_that_a_later_one_took_away_count_no_longer():
    pages = package_pages()
    first = figure("revenue", 1.0, number=1)
    retyped = revision("document_type", 3, 2, document_type="other")
    assert superseded(pages, first, retyped) == ("r1",)
    assert superseded(pages, first, revision("join", 3, 2)) == ("r1",)
    # the other way round the person corrects what is there no more
    with pytest.raises(RevisionError, match="首页"):
        documents(pages, retyped, first)


def test_corrections_follow_their_file_when_others_are_added_before_it():
    from review_build import CALIBRATION, SHA

    from extractor.model import FileInfo
    from extractor.review.apply import revised
    from extractor.review.revisions import revisions_of

    infos = [
        FileInfo(name=n, sha256=s, media_type="application/pdf", pages=7) for n, s in (("补充.pdf", "c" * 64), ("材料.pdf", SHA))
    ]
    new = numbered([make_page(*TRADEMARK_NEW)])
    old = [p.model_copy(update={"file": 1}) for p in package_pages()]
    found = revised([*new, *old], infos, revisions_of([figure("revenue", 5.0)]), CALIBRATION).documents
    report = next(d for d in found if d.type == "audit_report")
    assert report.pages[0].file == 1
    assert report.fields["revenue"].value["2022"] == 5.0


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (revision("split", 8), "第8页"),
        (revision("join", 1), "之前没有材料"),
        (revision("document_type", 3, document_type="novel"), "没有“novel”这类材料"),
        (revision("document_type", 4, document_type="other"), "首页"),
        (revision("exclusion", 5, reason="样本"), "首页"),
        (revision("split", 5, place={**at(5), "sha256": "f" * 64}), "已被更换或移除"),
    ],
)
def test_unknown_places_and_types_are_said(made, word):
    with pytest.raises(RevisionError, match=word) as found:
        documents(package_pages(), made)
    assert found.value.revision == "r1"
