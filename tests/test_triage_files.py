"""Files that are neither short nor long, by their first page; and a search for marks that fails."""

from __future__ import annotations

import pytest

from eval.bench_triage import compare, simulated
from extractor.model import Glance, Page
from extractor.reading.package_pages import WORTH
from extractor.triage import promising
from models.calibration import load_calibration
from tests.documents.certificate_layouts import UTILITY_OLD
from tests.documents.test_social_security_list import HEADER, head, persons, table
from tests.test_triage import case, triaged, was_read
from tests.triage_pages import contract, made, policies, report


@pytest.mark.parametrize(
    ("first", "worth"),
    [
        (contract()[0], True),
        (policies(1), True),
        (report(count=2)[0], False),
        (made([*head(), *table(HEADER, persons(24), top=0.2)], 1), False),
        (made(UTILITY_OLD, 1), False),
        (policies(1).model_copy(update={"rotation": 90}), True),
    ],
)
def test_the_first_page_tells_whether_others_are_worth_a_look(first: Page, worth: bool) -> None:
    assert promising(simulated(first)) is worth


def test_a_first_page_that_needed_no_look() -> None:
    typed = policies(1).model_copy(update={"source": "text"})
    assert promising(typed)
    assert not promising(typed.model_copy(update={"note": "未能读取"}))


@pytest.mark.parametrize(
    ("first", "worth"),
    [(contract()[0], True), (report(count=2)[0], False), (made(UTILITY_OLD, 1), False)],
)
def test_a_first_page_that_had_to_be_read_tells_it_too(first: Page, worth: bool) -> None:
    assert promising(first) is worth


def test_files_of_some_pages_are_looked_at_by_their_first() -> None:
    small = triaged([*contract(), *(p.model_copy(update={"file": 1}) for p in report(count=6))], long=16)
    assert not small.differences
    assert small.glanced == 6
    assert small.deferred >= 4


def test_a_search_for_marks_that_fails_leaves_no_page_waiting() -> None:
    pages = report(count=14)

    def look(page: Page) -> Glance:
        return simulated(page).model_copy(update={"marked": page.page == 11})

    def marks(i: int, page: Page) -> Page:
        return Page(file=page.file, page=page.page, width=1, height=1, source="blank", note="未能读取")

    found = compare(case(pages), load_calibration(), lambda i, page: look(page), marks, long=WORTH)
    assert was_read(found, 11)
    assert found.outcome.pages[10].note
