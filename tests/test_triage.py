"""Reading less loses nothing: long papers with other things bound into them, read in full and by triage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from eval.bench_triage import Case, Compared, compare, simulated
from extractor.claims.derive import derive_claims
from extractor.intake import SourceFile
from extractor.model import Declaration, Declared, Finding, Glance, Line, Page, Result, Verdict
from extractor.reading.package_pages import WORTH
from extractor.triage import settle, with_deferred
from models.calibration import load_calibration
from tests.documents.certificate_layouts import UTILITY_OLD
from tests.documents.conftest import Row
from tests.documents.statement_layouts import ENTITY, Layout, income, income_page, line
from tests.documents.test_social_security_list import HEADER, head, persons, table
from tests.triage_pages import (
    CLAUSES,
    HEAD,
    brochure,
    contract,
    figured,
    frame,
    made,
    note,
    policies,
    prose,
    renumbered,
    report,
    tables,
    with_lines,
)

DAY = date(2023, 6, 30)
OTHER = "海州云帆精密机械有限公司"
DECLARATION = Declaration(
    name=ENTITY,
    as_of=DAY.isoformat(),
    declared=(
        Declared(metric="rd_expense", period="2022", value=150.0, unit="万元"),
        Declared(metric="main_revenue", period="2022", value=6000.0, unit="万元"),
        Declared(metric="utility_patents", period="now", value=1, unit="项"),
    ),
)
Edit = Callable[[Page], Page]


def case(pages: Sequence[Page]) -> Case:
    """A package of read pages; its files are where the pages say."""
    count = max(p.file for p in pages) + 1
    files = tuple(
        SourceFile(
            index=i, name=f"材料{i}.pdf", path=Path(f"材料{i}.pdf"), sha256=str(i) * 64, media_type="application/pdf",
            pages=sum(p.file == i for p in pages), error=None, note=None,
        )
        for i in range(count)
    )  # fmt: skip
    return Case("材料", files, (), tuple(pages), DECLARATION, DAY)


def triaged(pages: Sequence[Page], look: Callable[[Page], Glance] = simulated, long: int = WORTH) -> Compared:
    return compare(case(pages), load_calibration(), lambda i, page: look(page), long=long)


def bound_in(pages: Sequence[Page], at: int, *others: Page) -> list[Page]:
    """The pages with others among them."""
    return renumbered([*pages[:at], *others, *pages[at:]])


def was_read(found: Compared, *pages: int) -> bool:
    return not {p for _, p in found.outcome.deferred} & set(pages)


# --- what is saved ------------------------------------------------------------------------------


def test_long_notes_wait_and_the_figures_in_them_are_read() -> None:
    found = triaged(report(count=30))
    assert not found.differences
    assert found.deferred >= 24
    assert found.cost < 0.3
    metrics = {c.metric for c in found.outcome.result.claims if c.evidence and c.evidence[0].page > 4}
    assert {"main_revenue", "rd_expense"} & metrics


def test_contracts_and_brochures_wait() -> None:
    found = triaged([*contract(), *(p.model_copy(update={"file": 1}) for p in brochure())])
    assert not found.differences
    assert found.deferred >= 9


def test_small_files_are_read_at_once() -> None:
    found = triaged(contract(count=3))
    assert (found.glanced, found.deferred) == (0, 0)


# --- what must not be lost ------------------------------------------------------------------------


def certificate(*, title: bool = True) -> Page:
    """A patent certificate; without ``title`` its title is no larger than the rest, as on a poor copy."""
    rows = [r if title or len(r) < 4 else (r[0], r[1], r[2]) for r in UTILITY_OLD]
    return made(rows, 1)


@pytest.mark.parametrize("title", [True, False])
@pytest.mark.parametrize("at", [6, 13])
def test_a_certificate_among_notes(title: bool, at: int) -> None:
    found = triaged(bound_in(report(count=14), at, certificate(title=title)))
    assert not found.differences
    assert was_read(found, at + 1)
    assert any(d.type == "patent_certificate" for d in found.outcome.result.documents)


@pytest.mark.parametrize("title", [True, False])
def test_a_certificate_behind_a_contract(title: bool) -> None:
    found = triaged(bound_in(contract(), 4, certificate(title=title)))
    assert not found.differences
    assert any(d.type == "patent_certificate" for d in found.outcome.result.documents)


def test_the_next_enterprises_report_right_behind_the_notes() -> None:
    pages = renumbered([*report(count=12), *report(count=12, entity=OTHER, no="020"), *report(count=12, year="2021", no="021")])
    found = triaged(pages)
    assert not found.differences
    assert sum(d.type == "audit_report" for d in found.outcome.result.documents) >= 2
    assert found.deferred >= 18


def test_running_heads_that_look_like_titles() -> None:
    def headed(page: Page) -> Page:
        large = [line("财务报表附注", 0.42, 0.09, size=0.02), line(ENTITY, 0.32, 0.065, size=0.018)]
        return with_lines(page, *large) if page.page > 4 else page

    found = triaged([headed(p) for p in report(count=14)])
    assert not found.differences
    assert found.deferred >= 6


@pytest.mark.parametrize("rotation", [90, 180])
def test_turned_pages_among_notes_are_read(rotation: int) -> None:
    pages = [p.model_copy(update={"rotation": rotation}) if p.page in (9, 12) else p for p in report(count=14)]
    found = triaged(pages)
    assert not found.differences
    assert was_read(found, 9, 12)


NOTICE: tuple[Row, ...] = (
    ("关于撤销实用新型专利权的决定", 0.3, 0.15, 0.024),
    (f"{OTHER}：", 0.12, 0.22),
    ("专利号201820654321.7的专利权自2022年3月1日起终止，特此通知。", 0.15, 0.26),
    ("请收回证书并停止使用。", 0.15, 0.29),
    ("国家知识产权局", 0.65, 0.4),
    ("2022年3月8日", 0.67, 0.43),
)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("around", ["brochure", "contract", "notes"])
def test_a_notice_of_lapse_among_other_pages(around: str, lost: bool) -> None:
    rows = NOTICE[1:] if lost else NOTICE
    pages = {"brochure": brochure(), "contract": contract(), "notes": report(count=14)}[around]
    found = triaged(bound_in(pages, len(pages) - 3, made(rows, 1)))
    assert not found.differences
    assert was_read(found, len(pages) - 2)


@pytest.mark.parametrize("text", ["初稿", "样本", "SAMPLE"])
def test_a_mark_on_one_page_of_the_notes_alone(text: str) -> None:
    mark = Line(text=text, box=(0.2, 0.3, 0.8, 0.6), confidence=0.95, origin="ocr_clean", slant=-30.0)
    pages = [p.model_copy(update={"lines": (*p.lines, mark)}) if p.page == 13 else p for p in report(count=14)]
    found = triaged(pages)
    assert not found.differences
    assert found.outcome.result.documents[0].excluded


@pytest.mark.parametrize("given", [True, False])
def test_marks_that_only_a_closer_look_shows(given: bool) -> None:
    mark = Line(text="初稿", box=(0.2, 0.3, 0.8, 0.6), confidence=0.95, origin="ocr_clean", slant=-30.0)
    pages = [p.model_copy(update={"lines": (*p.lines, mark)}) if p.page == 13 else p for p in report(count=14)]

    def look(page: Page) -> Glance:
        seen = simulated(page)
        plain = tuple(x for x in seen.page.lines if not x.slant)
        return seen.model_copy(update={"page": seen.page.model_copy(update={"lines": plain}), "marked": page.page in (10, 13)})

    def marks(i: int, page: Page) -> Page:
        return page.model_copy(update={"lines": (*page.lines, *(x for x in pages[i].lines if x.slant))})

    found = compare(case(pages), load_calibration(), lambda i, page: look(page), marks if given else None, long=WORTH)
    assert not found.differences
    assert was_read(found, 13)
    assert was_read(found, 10) is not given


def test_a_small_word_at_the_foot_of_all_notes() -> None:
    def drafted(page: Page) -> Page:
        return with_lines(page, line("（初稿）", 0.46, 0.965)) if page.page > 5 else page

    found = triaged([drafted(p) for p in report(count=12)])
    assert not found.differences


def test_a_statement_of_which_the_glance_missed_the_title() -> None:
    """Its own labels are numbered and name accounts, as the headings of notes do."""
    twice = [(label, *(None if v is None else v * 2 for v in values)) for label, *values in income()]
    rows = [*twice[:12], ("其中：对联营企业的投资收益", None, None), ("（二）存货", None, None), *twice[12:]]
    page = income_page(Layout(), rows)  # type: ignore[arg-type]

    def look(page: Page) -> Glance:
        kept = tuple(x for x in page.lines if "利润表" not in x.text)
        return simulated(page.model_copy(update={"lines": kept}))

    found = triaged(bound_in(report(count=14), 12, page), look)
    assert not found.differences
    assert was_read(found, 13)


@pytest.mark.parametrize("title", ["利润表", "母公司利润表", ""])
def test_an_income_statement_behind_the_notes(title: str) -> None:
    twice = [(label, *(None if v is None else v * 2 for v in values)) for label, *values in income()]
    page = income_page(Layout(), twice, title=title or "利润表")  # type: ignore[arg-type]
    if not title:
        page = page.model_copy(update={"lines": tuple(x for x in page.lines if x.text != "利润表")})
    found = triaged(bound_in(report(count=14), 14, page))
    assert not found.differences
    assert was_read(found, 15)


def test_a_page_that_shows_a_certificates_picture() -> None:
    def small(row: Row) -> Row:
        text, left, top, *size = row
        return (text, 0.3 + 0.4 * left, 0.5 + 0.4 * top, 0.42 * (size[0] if size else 0.014))

    shown = brochure(count=6)
    shown[3] = made([("资质荣誉", 0.1, 0.07, 0.04), *prose(0.15, 6), *(small(r) for r in UTILITY_OLD if isinstance(r, tuple))], 4)
    found = triaged(shown)
    assert not found.differences
    assert was_read(found, 4)


@pytest.mark.parametrize("behind", ["notes", "contract"])
def test_lists_are_read_to_their_end(behind: str) -> None:
    first = made([*head(), *table(HEADER, persons(24), top=0.2)], 1)
    more = [made(table(HEADER, persons(30, 24 + 30 * k), top=0.08), 1) for k in range(3)]
    last = made(table(["", "", "", ""], persons(30, 114), top=0.08)[1:], 1)
    found = triaged(renumbered([*(report(count=10) if behind == "notes" else contract()), first, *more, last]))
    assert not found.differences
    lists = [d for d in found.outcome.result.documents if d.type == "social_security_list"]
    assert lists
    assert not {(p.file, p.page) for d in lists for p in d.pages} & set(found.outcome.deferred)


@pytest.mark.parametrize("shown", [True, False])
def test_a_wanted_table_overleaf(shown: bool) -> None:
    """The heading is the last row of a page, its table the first of the next."""
    pages = report(count=14)
    rows = figured(
        1,
        "研发费用",
        (
            ("职工薪酬", "1,000,000.00", "900,000.00"),
            ("材料", "500,000.00", "400,000.00"),
            ("合计", "1,500,000.00", "1,300,000.00"),
        ),
    )
    whole = [x for x in rows.lines if 0.41 < x.box[1] < 0.54]
    heading = line("31、研发费用", 0.12, 0.87, size=0.014)
    pages[10] = with_lines(policies(11), *([heading] if shown else []))
    moved = [x.model_copy(update={"box": (x.box[0], x.box[1] - 0.32, x.box[2], x.box[3] - 0.32)}) for x in whole]
    lower = [x for x in policies(12).lines if x.box[1] > 0.24 or x.box[1] < 0.07]
    pages[11] = policies(12).model_copy(update={"lines": tuple(sorted([*moved, *lower], key=lambda x: (x.box[1], x.box[0])))})
    assert not triaged(pages).differences


def test_the_unit_that_only_the_notes_state() -> None:
    pages = report(count=14, unit="")
    stated = made(
        [
            *frame(9),
            *prose(0.1, 10),
            ("除特别注明外，以下金额单位均为人民币万元，本附注中的期初是指年初，期末是指年末，", 0.12, 0.34),
            *prose(0.37, 20),
        ],
        9,
    )
    pages[8] = stated
    found = triaged(pages)
    assert not found.differences
    assert found.outcome.result.documents[0].fields["statement_unit"].value != "yuan"


def test_a_report_without_the_wanted_notes_has_its_tables_read() -> None:
    pages = [policies(p.page) if p.page > 11 else p for p in report(count=12)]
    pages[8] = tables(9, 3)
    found = triaged(pages)
    assert not found.differences
    assert was_read(found, 9)


def test_notes_without_page_numbers_or_heads_are_read_unless_they_are_plainly_notes() -> None:
    def bare(page: Page) -> Page:
        kept = tuple(x for x in page.lines if 0.07 < x.box[1] < 0.92)
        return page.model_copy(update={"lines": kept}) if page.page > 4 else page

    found = triaged([bare(p) for p in report(count=14)])
    assert not found.differences
    assert found.deferred >= 3


def test_a_list_of_clauses_is_no_contract_without_its_title() -> None:
    pages = [made([*prose(0.1, 34, CLAUSES)], k) for k in range(1, 7)]
    found = triaged(pages)
    assert not found.differences
    assert found.deferred == 0


def test_two_notes_on_one_page() -> None:
    pages = report(count=14)
    pages[10] = made(
        [*frame(11), *prose(0.1, 6), *note(12, "存货", 0.25), *prose(0.4, 6), *note(13, "营业收入", 0.6), *prose(0.72, 6)], 11
    )
    found = triaged(pages)
    assert not found.differences
    assert was_read(found, 11)


# --- the loop ---------------------------------------------------------------------------------------


def test_pages_are_asked_for_once_and_in_order() -> None:
    pages = report(count=16)
    asked: list[list[int]] = []

    def read(indexes: Sequence[int]) -> Iterator[Page]:
        asked.append(list(indexes))
        return (pages[i] for i in indexes)

    whole = case(pages)
    result = triaged(pages).outcome.result
    outcome = settle([simulated(p) for p in pages], read, lambda _: result, [f.name for f in whole.files])
    flat = [i for group in asked for i in group]
    assert len(flat) == len(set(flat))
    assert all(group == sorted(group) for group in asked)
    assert {i for i, p in enumerate(outcome.pages) if not p.deferred} == set(flat)
    assert all(b.reason for b in outcome.bearings)


def test_pages_that_were_read_before_are_left_alone() -> None:
    pages = report(count=16)
    result = triaged(pages).outcome.result
    outcome = settle(pages, lambda indexes: [], lambda _: result)
    assert list(outcome.pages) == pages
    assert not outcome.deferred


def finding(verdict: Verdict) -> Finding:
    return Finding(
        metric="rd_staff", period="2022", declared={"value": 3, "unit": "人"}, verdict=verdict, confidence=1.0, reason="未见材料"
    )  # type: ignore[arg-type]


def test_what_rests_on_absence_says_what_was_not_read() -> None:
    found = triaged(report(count=14))
    result: Result = found.outcome.result.model_copy(update={"findings": (finding(Verdict.MISSING), finding(Verdict.SUPPORTED))})
    told = with_deferred(result, found.outcome.pages)
    assert told.summary.pages_deferred == found.deferred
    assert str(found.deferred) in told.findings[0].reason
    assert told.findings[1].reason == "未见材料"
    assert with_deferred(result, report(count=14)) == result


def test_claims_of_triage_have_their_evidence_on_pages_that_were_read() -> None:
    found = triaged(report(count=14))
    places = {(e.file, e.page) for c in derive_claims(found.outcome.result.documents, DECLARATION, DAY) for e in c.evidence}
    assert places
    assert not places & set(found.outcome.deferred)
    assert HEAD
