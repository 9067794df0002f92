"""Pages become documents, wherever the boundaries fall. All names and numbers are invented."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.documents.regions import certificate_titles, split_page
from extractor.documents.split import look, read_documents, split
from extractor.model import Box, Document, Line, Page
from tests.documents.certificate_layouts import (
    COMPANY,
    DESIGN,
    DESIGN_ELECTRONIC,
    HIGH_TECH,
    INVENTION,
    INVENTION_2020,
    LICENCE_PORTRAIT,
    NUMBER,
    SOFTWARE,
    TRADEMARK_NEW,
    TRADEMARK_RENEWED,
    UTILITY_OLD,
    patent_number,
)
from tests.documents.conftest import Row, make_page
from tests.documents.iso_layouts import LAYOUTS
from tests.documents.statement_layouts import Layout, balance_page, income_page
from tests.documents.test_audit_report import FIRM, opinion_page

ISO = tuple(LAYOUTS["classic"][0])
SINGLE: dict[str, tuple[Row, ...]] = {
    "patent_certificate": INVENTION_2020,
    "software_copyright": SOFTWARE,
    "trademark_certificate": TRADEMARK_NEW,
    "iso_certificate": ISO,
    "business_license": LICENCE_PORTRAIT,
    "high_tech_certificate": HIGH_TECH["one column, spaced"],
}
NOTICE: tuple[Row, ...] = (
    ("授予发明专利权通知书", 0.28, 0.12, 0.028),
    ("申请号：" + INVENTION[2:], 0.12, 0.2),
    ("专利权人：" + COMPANY, 0.12, 0.24),
    ("发明名称：一种基于图像的轴承表面缺陷检测方法及系统", 0.12, 0.28),
    ("授权公告日、授权公告号以专利证书记载为准，请按期办理登记手续。", 0.15, 0.34),
    ("国家知识产权局", 0.6, 0.7),
)
COVER: tuple[Row, ...] = (("江州青禾精密机械有限公司", 0.28, 0.3, 0.02), ("二〇二二年度", 0.42, 0.4), ("江州", 0.47, 0.8))
FIRM_LICENCE: tuple[Row, ...] = (
    ("营业执照", 0.36, 0.1, 0.05),
    ("统一社会信用代码 91350100M000100Y43", 0.3, 0.2),
    ("名    称", 0.15, 0.3),
    (FIRM, 0.3, 0.3),
    ("类    型", 0.15, 0.34),
    ("普通合伙企业", 0.3, 0.34),
    ("执行事务合伙人", 0.15, 0.38),
    ("陈一鸣", 0.35, 0.38),
    ("经营范围", 0.15, 0.42),
    ("审查企业会计报表，出具审计报告；验证企业资本，出具验资报告。", 0.3, 0.42),
    ("成立日期", 0.15, 0.46),
    ("2009年03月02日", 0.3, 0.46),
    ("登记机关", 0.6, 0.8),
)
FIRM_PERMIT: tuple[Row, ...] = (
    ("会计师事务所", 0.33, 0.2, 0.04),
    ("执业证书", 0.38, 0.28, 0.04),
    ("名    称：" + FIRM, 0.2, 0.45),
    ("组织形式：普通合伙", 0.2, 0.5),
    ("执业证书编号：35010099", 0.2, 0.55),
    ("批准执业文号：闽财会〔2009〕1号", 0.2, 0.6),
)


def audit_report(**kw: object) -> list[Page]:
    """Opinion, balance sheet, income statement."""
    return [opinion_page(**kw), balance_page(Layout()), income_page(Layout())]  # type: ignore[arg-type]


def numbered(pages: Sequence[Page], file: int = 0) -> list[Page]:
    """The pages of one file, in this order."""
    return [p.model_copy(update={"file": file, "page": n}) for n, p in enumerate(pages, 1)]


def photos(pages: Sequence[Page]) -> list[Page]:
    """Each page a file of its own."""
    return [p.model_copy(update={"file": n, "page": 1}) for n, p in enumerate(pages)]


def blank() -> Page:
    """The empty back of a sheet."""
    return Page(file=0, page=1, width=1131, height=1600, source="blank")


def placed(page: Page, region: Box) -> tuple[Line, ...]:
    """The lines of a page shrunk into a part of another."""
    left, top, right, bottom = region

    def x(value: float) -> float:
        return left + value * (right - left)

    def y(value: float) -> float:
        return top + value * (bottom - top)

    return tuple(
        line.model_copy(update={"box": (x(line.box[0]), y(line.box[1]), x(line.box[2]), y(line.box[3]))}) for line in page.lines
    )


def together(pages: Sequence[tuple[Page, Box]], width: int, height: int) -> Page:
    """Several papers photographed on one page."""
    lines = sorted((line for page, region in pages for line in placed(page, region)), key=lambda x: (x.box[1], x.box[0]))
    return Page(file=0, page=1, width=width, height=height, source="ocr", lines=tuple(lines))


def shape(documents: Sequence[Document]) -> list[tuple[str, list[int]]]:
    """Type and page numbers of each document."""
    return [(d.type, [p.page for p in d.pages]) for d in documents]


# --- one scan, several documents --------------------------------------------------------------------------


def test_one_scan_holding_everything() -> None:
    pages = numbered([*(make_page(*rows) for rows in SINGLE.values()), *audit_report()])
    documents = read_documents(pages)
    assert shape(documents) == [*((kind, [n]) for n, kind in enumerate(SINGLE, 1)), ("audit_report", [7, 8, 9])]
    assert [d.id for d in documents] == [f"d{n}" for n in range(1, 8)]
    assert documents[0].fields["patent_no"].value == INVENTION


def test_certificates_of_one_kind_in_a_row() -> None:
    pages = numbered([make_page(*rows) for rows in (UTILITY_OLD, INVENTION_2020, DESIGN_ELECTRONIC)])
    documents = read_documents(pages)
    assert [d.fields["patent_no"].value for d in documents] == [NUMBER, INVENTION, DESIGN]


def test_a_continuation_page_stays_with_its_certificate() -> None:
    further = make_page(
        ("第2页(共2页)", 0.43, 0.94),
        ("证书号第7012345号", 0.1, 0.08),
        ("专利证书 续页", 0.35, 0.15, 0.03),
        ("申请日时本专利记载的发明人姓名：", 0.12, 0.3),
        ("陈明远；林小雨", 0.12, 0.35),
    )
    assert shape(read_documents(numbered([make_page(*UTILITY_OLD), further]))) == [("patent_certificate", [1, 2])]


def test_two_reports_in_one_scan() -> None:
    second = audit_report(number="江诚会审字〔2024〕第107号")
    documents = read_documents(numbered([*audit_report(), *second]))
    assert shape(documents) == [("audit_report", [1, 2, 3]), ("audit_report", [4, 5, 6])]
    assert [d.fields["report_no"].value for d in documents] == ["江诚会审字〔2023〕第019号", "江诚会审字〔2024〕第107号"]


MIXED = st.lists(st.sampled_from([*SINGLE, "audit_report", "notice"]), min_size=1, max_size=6)


@given(MIXED)
@settings(max_examples=25, deadline=None)
def test_any_order_in_one_scan(kinds: list[str]) -> None:
    """Each page is in exactly one document, and documents come as they were put in.

    Single certificates with one number twice are two papers all the same.
    """
    made: list[Page] = []
    expected: list[tuple[str, list[int]]] = []
    for n, kind in enumerate(kinds):
        report = audit_report(number=f"江诚会审字〔2023〕第{n + 1:03d}号")
        own = report if kind == "audit_report" else [make_page(*(NOTICE if kind == "notice" else SINGLE[kind]))]
        expected.append(("other" if kind == "notice" else kind, list(range(len(made) + 1, len(made) + len(own) + 1))))
        made += own
    assert shape(read_documents(numbered(made))) == expected


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ["审计报告_01.jpg", "审计报告_02.jpg", "审计报告_03.jpg"],
        ["审计报告1.png", "审计报告2.png", "审计报告3.png"],
        ["财务/审计报告 (1).jpg", "财务/审计报告 (2).jpg", "财务/审计报告 (3).jpg"],
        ["审计第1页.jpg", "审计第2页.jpg", "审计第3页.jpg"],
        ["scan-p1.tif", "scan-p2.tif", "scan-p3.tif"],
    ],
)
def test_photos_named_alike_are_one_report(names: list[str]) -> None:
    documents = read_documents(photos(audit_report()), names)
    assert [(d.type, [p.file for p in d.pages]) for d in documents] == [("audit_report", [0, 1, 2])]


@pytest.mark.parametrize(
    "names",
    [
        ["审计报告.jpg", "资产负债表.jpg", "利润表.jpg"],
        ["甲公司/01.jpg", "乙公司/01.jpg", "丙公司/01.jpg"],
        [],
    ],
)
def test_files_named_differently_are_never_joined(names: list[str]) -> None:
    documents = read_documents(photos(audit_report()), names)
    assert [[p.file for p in d.pages] for d in documents] == [[0], [1], [2]]
    assert documents[0].type == "audit_report"


def test_photos_of_certificates_named_alike_stay_apart() -> None:
    pages = photos([make_page(*UTILITY_OLD), make_page(*INVENTION_2020)])
    documents = read_documents(pages, ["专利01.jpg", "专利02.jpg"])
    assert [d.fields["patent_no"].value for d in documents] == [NUMBER, INVENTION]


def test_a_new_file_ends_a_report() -> None:
    pages = [*numbered(audit_report(), 0), *numbered([make_page("其他资料", "说明如下")], 1)]
    documents = read_documents(pages, ["审计报告.pdf", "说明.pdf"])
    assert [{p.file for p in d.pages} for d in documents] == [{0}, {1}]


# --- several papers on one page ----------------------------------------------------------------------------

LEFT: Box = (0.0, 0.0, 0.5, 1.0)
RIGHT: Box = (0.5, 0.0, 1.0, 1.0)
UPPER: Box = (0.0, 0.0, 1.0, 0.5)
LOWER: Box = (0.0, 0.5, 1.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "width", "height"),
    [(LEFT, RIGHT, 2262, 1600), (UPPER, LOWER, 1131, 3200), (LEFT, RIGHT, 1131, 1600), (UPPER, LOWER, 1131, 1600)],
)
def test_two_certificates_on_one_page(first: Box, second: Box, width: int, height: int) -> None:
    pages = [(make_page(*UTILITY_OLD), first), (make_page(*DESIGN_ELECTRONIC), second)]
    documents = read_documents([together(pages, width, height)])
    assert [d.type for d in documents] == ["patent_certificate"] * 2
    assert [d.fields["patent_no"].value for d in documents] == [NUMBER, DESIGN]
    assert [d.fields["grant_date"].value for d in documents] == ["2018-11-20", "2021-08-17"]
    for document, part in zip(documents, (first, second), strict=True):
        (ref,) = document.pages
        assert ref.region is not None
        assert _within(ref.region, part, 0.1)
        for evidence in document.fields["patent_no"].evidence:
            assert _within(evidence.box, part, 0.02)


def _within(box: Box, part: Box, slack: float) -> bool:
    starts = all(b >= p - slack for b, p in zip(box[:2], part[:2], strict=True))
    return starts and all(b <= p + slack for b, p in zip(box[2:], part[2:], strict=True))


def test_four_certificates_on_one_page() -> None:
    corners: list[Box] = [(0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)]
    rows = [UTILITY_OLD, INVENTION_2020, DESIGN_ELECTRONIC, ISO]
    page = together([(make_page(*r), c) for r, c in zip(rows, corners, strict=True)], 2262, 3200)
    documents = read_documents([page])
    assert [d.type for d in documents] == ["patent_certificate"] * 3 + ["iso_certificate"]
    assert [d.fields["patent_no"].value for d in documents[:3]] == [NUMBER, INVENTION, DESIGN]


KINDS: dict[str, tuple[Row, ...]] = SINGLE | {
    "renewal": TRADEMARK_RENEWED,
    "title on two rows": HIGH_TECH["two columns, numerals"],
    "title letter by letter": tuple(LAYOUTS["spaced_title_and_labels"][0]),
    "bilingual": tuple(LAYOUTS["bilingual_columns"][0]),
    "wide white inside": tuple(LAYOUTS["energy_range_words"][0]),
}


@pytest.mark.parametrize("one", sorted(KINDS))
@pytest.mark.parametrize("other", sorted(KINDS))
def test_each_part_holds_its_own_paper(one: str, other: str) -> None:
    first, second = make_page(*KINDS[one]), make_page(*KINDS[other])
    parts = split_page(together([(first, LEFT), (second, RIGHT)], 2262, 1600))
    assert [sorted(line.text for line in p.lines) for p in parts] == [
        sorted(line.text for line in p.lines) for p in (first, second)
    ]


@pytest.mark.parametrize("one", sorted(KINDS))
@pytest.mark.parametrize("other", sorted(SINGLE))
def test_each_stacked_part_holds_its_own_paper(one: str, other: str) -> None:
    first, second = make_page(*KINDS[one]), make_page(*KINDS[other])
    parts = split_page(together([(first, UPPER), (second, LOWER)], 1131, 3200))
    assert [sorted(line.text for line in p.lines) for p in parts] == [
        sorted(line.text for line in p.lines) for p in (first, second)
    ]


@pytest.mark.parametrize("kind", sorted(SINGLE))
def test_one_certificate_is_never_cut(kind: str) -> None:
    page = make_page(*SINGLE[kind])
    assert split_page(page) == [page]


def test_the_word_in_running_text_is_no_title() -> None:
    page = make_page(*UTILITY_OLD, ("颁发实用新型专利证书", 0.6, 0.7), ("凭本专利证书", 0.1, 0.9))
    assert [line.text for line in certificate_titles(page)] == ["实用新型专利证书"]
    assert split_page(page) == [page]


def test_a_slanted_mark_is_no_title() -> None:
    mark = Line(text="实用新型专利证书", box=(0.55, 0.6, 0.95, 0.75), origin="ocr_clean", slant=30.0)
    page = make_page(*UTILITY_OLD)
    page = page.model_copy(update={"lines": (*page.lines, mark)})
    assert split_page(page) == [page]


def test_parts_hold_every_line_once() -> None:
    page = together([(make_page(*UTILITY_OLD), LEFT), (make_page(*DESIGN_ELECTRONIC), RIGHT)], 2262, 1600)
    parts = split_page(page)
    assert len(parts) == 2
    assert sorted(line.text for part in parts for line in part.lines) == sorted(line.text for line in page.lines)


# --- backs, notices, attachments, covers -------------------------------------------------------------------


def test_blank_backs_are_skipped() -> None:
    pages = numbered([make_page(*UTILITY_OLD), blank(), make_page(*INVENTION_2020), blank()])
    assert shape(read_documents(pages)) == [("patent_certificate", [1]), ("patent_certificate", [3])]


def test_blank_backs_do_not_break_a_report() -> None:
    opinion, balance, income = audit_report()
    pages = numbered([opinion, blank(), balance, blank(), income, blank()])
    assert shape(read_documents(pages)) == [("audit_report", [1, 3, 5])]


def test_only_blank_pages_hold_nothing() -> None:
    assert read_documents(numbered([blank(), blank()])) == ()
    assert read_documents([]) == ()


@pytest.mark.parametrize(
    "title",
    ["授予发明专利权通知书", "专利申请受理通知书", "办理登记手续通知书", "专利权终止通知书", "发明专利请求书"],
)
@pytest.mark.parametrize("before", [False, True])
def test_a_notice_is_never_a_certificate(title: str, before: bool) -> None:
    notice = make_page((title, 0.28, 0.12, 0.028), *NOTICE[1:])
    pages = numbered([make_page(*INVENTION_2020), notice] if not before else [notice, make_page(*INVENTION_2020)])
    documents = read_documents(pages)
    assert sorted(d.type for d in documents) == ["other", "patent_certificate"]
    (paper,) = [d for d in documents if d.type == "other"]
    assert paper.excluded
    # of notices only those are read that end a right
    assert set(paper.fields) == ({"legal_status", "patent_no"} if "终止" in title else set())
    (certificate,) = [d for d in documents if d.type == "patent_certificate"]
    assert certificate.excluded is None


@pytest.mark.parametrize("paper", [FIRM_LICENCE, FIRM_PERMIT])
def test_the_firms_own_papers_stay_in_its_report(paper: tuple[Row, ...]) -> None:
    assert shape(read_documents(numbered([*audit_report(), make_page(*paper)]))) == [("audit_report", [1, 2, 3, 4])]


def test_the_enterprises_licence_behind_a_report_is_its_own_document() -> None:
    documents = read_documents(numbered([*audit_report(), make_page(*LICENCE_PORTRAIT)]))
    assert shape(documents) == [("audit_report", [1, 2, 3]), ("business_license", [4])]
    assert documents[1].fields["name"].value == COMPANY


def test_a_cover_without_a_title_goes_with_the_report() -> None:
    assert shape(read_documents(numbered([make_page(*COVER), *audit_report()]))) == [("audit_report", [1, 2, 3, 4])]


def test_a_cover_with_the_title_goes_with_the_report() -> None:
    cover = make_page(COVER[0], ("审 计 报 告", 0.38, 0.4, 0.035), ("江诚会审字〔2023〕第019号", 0.35, 0.5), (FIRM, 0.3, 0.8))
    contents = make_page(
        ("目    录", 0.42, 0.1, 0.025), ("一、审计报告      1-3", 0.2, 0.2), ("二、财务报表      4-7", 0.2, 0.25)
    )
    assert shape(read_documents(numbered([cover, contents, *audit_report()]))) == [("audit_report", [1, 2, 3, 4, 5])]


def test_a_page_of_text_before_a_report_is_no_cover() -> None:
    letter = make_page(*[f"第{n}条 各部门应当按照本办法的要求开展工作并留存记录" for n in range(1, 20)])
    assert shape(read_documents(numbered([letter, *audit_report()]))) == [("other", [1]), ("audit_report", [2, 3, 4])]


def test_a_cover_in_another_file_stays_there() -> None:
    pages = [*numbered([make_page(*COVER)], 0), *numbered(audit_report(), 1)]
    documents = read_documents(pages, ["封面.pdf", "审计报告.pdf"])
    assert [[p.file for p in d.pages] for d in documents] == [[0], [1, 1, 1]]


def test_text_pages_continue_a_report_but_not_a_certificate() -> None:
    text = make_page("一、公司基本情况", "本公司于二〇〇五年成立，主营精密机械。", "二、主要会计政策")
    assert shape(read_documents(numbered([*audit_report(), text]))) == [("audit_report", [1, 2, 3, 4])]
    assert shape(read_documents(numbered([make_page(*UTILITY_OLD), text]))) == [("patent_certificate", [1]), ("other", [2])]


def test_statements_inside_an_application_form_stay_there() -> None:
    form = make_page(
        ("专精特新中小企业申请书", 0.22, 0.2, 0.035),
        ("申请单位：" + COMPANY, 0.2, 0.5),
        ("填报日期：2024年5月10日", 0.2, 0.56),
    )
    documents = read_documents(numbered([form, balance_page(Layout()), income_page(Layout())]))
    assert shape(documents) == [("application_form", [1, 2, 3])]
    assert documents[0].excluded


# --- classifying -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(SINGLE))
def test_the_best_cue_is_the_right_type(kind: str) -> None:
    best = look(make_page(*SINGLE[kind])).best("start")
    assert best is not None
    assert best[0] == kind


def test_slanted_marks_do_not_disturb_classifying() -> None:
    page = make_page(*UTILITY_OLD)
    marks = tuple(Line(text="仅供参考", box=(0.1, y, 0.9, y + 0.2), origin="ocr_clean", slant=-30.0) for y in (0.1, 0.3, 0.5))
    marked = page.model_copy(update={"lines": (*page.lines, *marks)})
    assert look(marked).cues == look(page).cues


def test_numbers_tell_two_certificates_apart() -> None:
    numbers = [patent_number(f"2019205{n:05d}") for n in (10, 20)]
    pages = []
    for number in numbers:
        rows = [("号：" + number, *r[1:]) if "ZL" in r[0] else r for r in UTILITY_OLD]
        pages.append(make_page(*rows))  # type: ignore[arg-type]
    pieces = split(numbered(pages))
    assert [p.number for p in pieces] == numbers


def test_progress_counts_documents() -> None:
    seen: list[tuple[int, int]] = []
    read_documents(
        numbered([make_page(*UTILITY_OLD), make_page(*SOFTWARE)]), progress=lambda done, all_: seen.append((done, all_))
    )
    assert seen == [(1, 2), (2, 2)]
