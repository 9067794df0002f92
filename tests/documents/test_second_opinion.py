"""A paper that shows no rule what it is: typed by the page classifier only where its fields bear that out."""

from dataclasses import dataclass

import pytest

from extractor.documents.fusion_tags import Tagging
from extractor.documents.second_opinion import GUESSED
from extractor.documents.split import read_documents
from tests.documents.conftest import make_page

BARE = (
    ("本机构经评审确认", 0.3, 0.10),
    ("获证组织：宁德华信精密机械有限公司", 0.1, 0.30),
    ("证书编号：01223Q30456R0M", 0.1, 0.36),
    ("发证日期：2023年05月12日", 0.1, 0.42),
    ("有效期至：2026年05月11日", 0.1, 0.48),
)
"""A certificate in a layout of its own: neither title nor standard."""


@dataclass
class Guesses:
    """A tagger without tags, with a guess."""

    kind: str = "iso_certificate"
    probability: float = 0.95
    starts: float = 0.99

    def tag(self, page):
        return ()

    def guess(self, page):
        return self.kind, self.probability, self.starts


def typed(rows, guesses):
    (document,) = read_documents([make_page(*rows)], tagging=Tagging(guesses))
    return document


def test_a_paper_without_a_cue_is_typed_and_says_so():
    assert typed(BARE, Guesses(kind="other")).type == "other"
    document = typed(BARE, Guesses())
    assert document.type == "iso_certificate"
    assert document.title.endswith(GUESSED)
    assert document.confidence == 0.95
    assert document.fields["valid_until"].value == "2026-05-11"


@pytest.mark.parametrize(
    "guesses",
    [Guesses(probability=0.79), Guesses(starts=0.4), Guesses(kind="audit_report"), Guesses(kind="contract")],
    ids=["unsure", "not a beginning", "a report", "no evidence"],
)
def test_a_guess_that_may_not_count_changes_nothing(guesses):
    page = make_page(*BARE)
    assert read_documents([page], tagging=Tagging(guesses)) == read_documents([page])


def test_a_paper_that_shows_hardly_a_field_of_the_type_stays_what_it_was():
    assert typed(BARE[:3], Guesses()).type == "other"


@pytest.mark.parametrize("word", ["受理通知书", "作废"])
def test_a_guess_never_makes_evidence_of_what_says_that_it_is_none(word):
    page = make_page((word, 0.45, 0.05), *BARE)
    assert read_documents([page], tagging=Tagging(Guesses())) == read_documents([page])


def test_a_mark_across_the_page_forbids_a_guess():
    page = make_page(*BARE)
    mark = page.lines[0].model_copy(update={"text": "样本", "slant": 35.0, "box": (0.2, 0.3, 0.8, 0.6)})
    marked = page.model_copy(update={"lines": (*page.lines, mark)})
    (document,) = read_documents([marked], tagging=Tagging(Guesses()))
    assert document.type == "other"
