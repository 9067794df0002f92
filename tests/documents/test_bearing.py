"""Which pages may wait: running heads, page numbers, harmless lines, and what the papers themselves need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.bench_triage import simulated
from extractor.documents.bearing import Bearing, by_looks, by_papers, frame_of, to_be_clean
from extractor.documents.glanced import PAGE_NUMBER, Looks, looks_of, without_frame
from extractor.documents.split import split
from extractor.model import Glance, Page, Seal
from tests.documents.conftest import Row
from tests.documents.statement_layouts import line
from tests.triage_pages import (
    HEAD,
    brochure,
    contract,
    figured,
    frame,
    made,
    policies,
    prose,
    report,
    tables,
    with_lines,
)

SEAL = Seal(box=(0.6, 0.7, 0.75, 0.8))


def judged(pages: list[Page], **doubts: str) -> list[Bearing]:
    """Bearings of glances at all these pages."""
    seen = [simulated(p) for p in pages]
    return by_looks(seen, [looks_of(g) for g in seen])


@pytest.mark.parametrize(
    ("text", "number", "total"),
    [
        ("12", 12, None),
        ("-9-", 9, None),
        ("—12—", 12, None),
        ("第3页", 3, None),
        ("第2页共6页", 2, 6),
        ("第3页/共20页", 3, 20),
        ("84/170", 84, 170),
        ("第1页(共1页)", 1, 1),
    ],
)
def test_page_numbers(text: str, number: int, total: int | None) -> None:
    match = PAGE_NUMBER.fullmatch(text)
    assert match is not None
    assert int(match[1]) == number
    assert (int(match[2]) if match[2] else None) == total


@pytest.mark.parametrize("text", ["2022年", "1.货币资金", "证书号第12号", "ZL201820654321.7"])
def test_other_figures_are_no_page_numbers(text: str) -> None:
    assert PAGE_NUMBER.fullmatch(text) is None


def test_the_frame_of_a_page() -> None:
    found = frame_of(policies(9))
    assert found.number == 9
    assert found.heads == (HEAD.replace(" ", ""),)
    assert frame_of(contract()[1]).total == 6
    assert frame_of(without_frame(policies(9))).heads == ()


def test_the_mark_of_a_scanning_app_is_no_running_head() -> None:
    rows: list[Row] = [("扫描全能王 创建", 0.7, 0.95), *prose(0.1, 34)]
    assert frame_of(made(rows, 1)).heads == ()
    assert all(b.read for b in judged([made(rows, n) for n in range(1, 5)]))


def test_pages_of_notes_wait_behind_one_that_shows_their_head() -> None:
    found = judged([policies(n) for n in range(4, 9)])
    assert [b.read for b in found] == [True, True, False, False, False] or [b.read for b in found] == [True, *[False] * 4]
    assert all(b.reason for b in found)


def test_numbers_that_do_not_go_on_part_two_papers() -> None:
    plain = "本公司会计政策说明"
    pages = [policies(n, shown, head=plain) for n, shown in ((1, 5), (2, 6), (3, 1), (4, 2))]
    found = judged(pages)
    assert not found[1].read
    assert found[2].read
    assert not found[3].read


def test_heads_of_another_year_part_two_papers() -> None:
    pages = [policies(n, None, head=f"江州青禾精密机械有限公司{2022 if n < 4 else 2021}年度会计政策") for n in range(1, 6)]
    found = judged(pages)
    assert [b.read for b in found[1:]] == [False, False, True, False]


def test_headings_of_wanted_figures_are_read_with_what_follows_them_low_on_the_page() -> None:
    low = made([*frame(6), *prose(0.1, 30), ("31、研发费用", 0.12, 0.86)], 6)
    found = judged([policies(4), policies(5), low, policies(7), policies(8)])
    assert found[2].read
    assert found[3].read
    assert not found[4].read


@pytest.mark.parametrize("name", ["营业收入", "营业收入和营业成本", "主营业务收入", "研发费用", "研究开发费", "母公司资产负债表"])
def test_wanted_headings(name: str) -> None:
    assert looks_of(simulated(figured(6, name, (("一", "1,000.00", "2,000.00"),)))).reason


@pytest.mark.parametrize("name", ["营业外收入", "货币资金", "应收账款", "存货"])
def test_other_headings(name: str) -> None:
    assert not looks_of(simulated(figured(6, name, (("一", "1,000.00", "2,000.00"),)))).reason


@pytest.mark.parametrize("text", ["发明专利证书", "荣誉证书", "关于撤销认证证书的通知", "审计报告", "某某机械厂简介"])
def test_an_unknown_large_line_is_read(text: str) -> None:
    titled = made([*frame(7), (text, 0.36, 0.12, 0.026), *prose(0.18, 30)], 7)
    assert judged([policies(5), policies(6), titled])[2].read


def test_a_telling_line_that_was_not_read_surely_is_a_reason() -> None:
    seen = simulated(tables(6))
    weak = tuple(x.model_copy(update={"confidence": 0.5}) if "、" in x.text else x for x in seen.page.lines)
    assert not looks_of(seen).reason
    assert looks_of(seen.model_copy(update={"page": seen.page.model_copy(update={"lines": weak})})).reason
    none = seen.page.model_copy(update={"lines": tuple(x for x in seen.page.lines if "、" not in x.text)})
    assert looks_of(seen.model_copy(update={"page": none})).reason


def test_a_seal_is_a_reason_unless_the_page_before_has_one_or_pages_are_counted() -> None:
    def sealed(page: Page) -> Page:
        return page.model_copy(update={"seals": (SEAL,)})

    notes = [policies(n) for n in range(4, 8)]
    assert judged([*notes[:3], sealed(notes[3])])[3].read
    assert not judged([notes[0], notes[1], sealed(notes[2]), sealed(notes[3])])[3].read
    pages = contract()
    assert not judged([*pages[:4], sealed(pages[4]), pages[5]])[4].read


def test_doubts_of_a_glance_are_reasons() -> None:
    doubtful = Glance(page=policies(5).model_copy(update={"lines": (), "deferred": True}), doubt="页面方向不明")
    assert looks_of(doubtful) == Looks("页面方向不明")


@pytest.mark.parametrize("text", ["专利号：201820654321.7", "发证机关", "荣誉证书", "2022年3月8日"])
def test_pages_with_few_lines_wait_only_without_words_of_papers(text: str) -> None:
    shown = brochure()
    plain = judged(shown)
    assert not plain[2].read
    added = made([("研发实力", 0.1, 0.2, 0.04), *prose(0.45, 4), ("参数", 0.12, 0.62), ("功率", 0.4, 0.62), (text, 0.12, 0.7)], 3)
    found = judged([*shown[:2], added, *shown[3:]])
    assert found[2].read or text == "发证机关"


# --- by papers ------------------------------------------------------------------------------------


def deferred(pages: list[Page], *waiting: int) -> list[Page]:
    """The pages, those with these numbers only looked at."""
    return [without_frame(simulated(p).page) if p.page in waiting else p for p in pages]


def test_pages_of_a_report_wait_only_behind_its_statements() -> None:
    pages = report(count=10)
    found = by_papers(split(deferred(pages, 6, 8, 9)))
    assert found == {}
    early = by_papers(split(deferred(pages, 4, 6, 8)))
    assert set(early) == {(0, 4)}


def test_without_both_statements_all_of_a_report_is_read() -> None:
    pages = [p for p in report(count=10) if p.page != 3]
    assert set(by_papers(split(deferred(pages, 6, 8)))) == {(0, 6), (0, 8)}


def test_papers_that_are_read_through() -> None:
    title: list[Row] = [("研发费用专项审计报告", 0.35, 0.1, 0.024), *prose(0.16, 24)]
    pages = [made(title, 1), *(policies(n) for n in range(2, 6))]
    assert set(by_papers(split(deferred(pages, 3, 4)))) == {(0, 3), (0, 4)}


def test_a_page_that_waits_opens_no_paper_but_a_contract() -> None:
    plain = [policies(n) for n in range(1, 5)]
    assert (0, 1) in by_papers(split(deferred(plain, 1, 3)))
    assert by_papers(split(deferred(contract(), 1, 2, 3))) == {}


def test_the_end_of_a_paper_is_read_where_the_next_is_not_sure() -> None:
    pieces = split(deferred(contract(), 6))
    follower = replace(pieces[0], type="other", guessed=True, pages=[policies(7)])
    assert (0, 6) in by_papers([*pieces, follower])
    assert by_papers([*pieces, replace(follower, guessed=False, score=0.95)]) == {}


def test_marks_matter_in_reports_alone() -> None:
    assert to_be_clean(split(deferred(report(count=10), 8))) == {(0, 8)}
    assert to_be_clean(split(deferred(contract(), 3))) == set()


def test_a_brochure_that_is_stamped_all_over_waits_but_not_behind_a_stamped_paper() -> None:
    pages = [p.model_copy(update={"seals": (SEAL,)}) for p in brochure(count=5)]
    found = judged(pages)
    assert found[0].read
    assert not any(b.read for b in found[1:])
    behind = [with_lines(pages[0], line("荣誉证书", 0.4, 0.2, size=0.03)), *pages[1:]]
    assert judged(behind)[1].read
    only = [pages[0].model_copy(update={"seals": ()}), *pages[1:]]
    assert judged(only)[1].read
