"""Values of application forms on recognised pages, where no rules were seen."""

from extractor.documents.application_form import looks_like_form
from extractor.documents.application_form_fields import COVER, SIGNED, FormEntry, form_entries
from extractor.documents.form_cells import Look, look_of, plain, unit_remark
from extractor.model import Cell, Page, Table
from tests.documents.conftest import make_page


def told(page: Page) -> list[tuple[str, str, str]]:
    """Label, value and year of every figure."""
    return [(e.labels[0], e.value, e.year) for e in form_entries([page]) if e.look is Look.FIGURE and e.labels[0] != SIGNED]


def find(page: Page, label: str) -> FormEntry:
    """The entry of a label."""
    return next(e for e in form_entries([page]) if e.labels[0] == label)


def test_years_stand_before_their_figures_or_over_them() -> None:
    beside = make_page(
        ("营业收入", 0.1, 0.2), ("2019 年", 0.3, 0.2), ("7000.00", 0.45, 0.2), ("2020年", 0.6, 0.2), ("8123.40", 0.75, 0.2)
    )
    over = make_page(
        ("指标", 0.1, 0.2), ("2019年", 0.45, 0.2), ("2020年", 0.75, 0.2),
        ("营业收入", 0.1, 0.24), ("7000.00", 0.45, 0.24), ("8123.40", 0.75, 0.24),
    )  # fmt: skip
    for page in (beside, over):
        years = [(v, y.replace(" ", "")) for label, v, y in told(page) if label == "营业收入"]
        assert years == [("7000.00", "2019年"), ("8123.40", "2020年")]


def test_a_figure_between_two_heads_has_no_sure_year() -> None:
    page = make_page(("2019年", 0.45, 0.2), ("2020年", 0.75, 0.2), ("营业收入", 0.1, 0.24), ("7000.00", 0.6, 0.24))
    assert told(page) == [("营业收入", "7000.00", "?")]


def test_heads_reach_neither_past_a_heading_nor_to_a_row_of_pairs() -> None:
    page = make_page(
        ("2019年", 0.3, 0.2), ("2020年", 0.75, 0.2),
        ("发明专利", 0.1, 0.24), ("3", 0.3, 0.24), ("实用新型", 0.5, 0.24), ("8", 0.76, 0.24),
        ("三、经营管理", 0.1, 0.3),
        ("注册商标", 0.1, 0.34), ("2", 0.3, 0.34),
    )  # fmt: skip
    assert told(page) == [("发明专利", "3", ""), ("实用新型", "8", ""), ("注册商标", "2", "")]


def test_labels_without_a_value_are_told_too() -> None:
    page = make_page(("资产总额（万元）", 0.1, 0.2), ("2020年", 0.4, 0.2))
    assert find(page, "资产总额(万元)").value == ""


def test_a_table_with_print_beside_it_lost_a_column() -> None:
    rows = (
        ("营业收入", "7000.00", "8123.40", 0.24),
        ("净利润", "500.00", "612.30", 0.28),
        ("资产总额", "9000.00", "9100.00", 0.32),
    )
    lines = [x for a, b, c, y in rows for x in ((a, 0.1, y), (b, 0.45, y), (c, 0.75, y))]
    cells = tuple(
        Cell(row=r, col=k, text=row[k], box=(0.05 + 0.3 * k, row[3] - 0.01, 0.35 + 0.3 * k, row[3] + 0.03))
        for r, row in enumerate(rows)
        for k in (0, 1)
    )
    table = Table(box=(0.05, 0.23, 0.65, 0.35), n_rows=3, n_cols=2, cells=cells, ruled=True)
    page = make_page(("2019年", 0.45, 0.2), ("2020年", 0.75, 0.2), *lines, tables=(table,))
    assert ("营业收入", "8123.40", "2020年") in told(page)
    assert ("营业收入", "7000.00", "2019年") in told(page)


def test_bare_years_are_heads_where_they_follow_each_other() -> None:
    row = (("营业收入", 0.1, 0.24), ("7000.00", 0.45, 0.24), ("8123.40", 0.75, 0.24))
    for a, b, years in (("2019年", "2020", ["2019年", "2020"]), ("2019", "2020", ["2019", "2020"]), ("2019", "3015", ["", ""])):
        page = make_page(("指标", 0.1, 0.2), (a, 0.45, 0.2), (b, 0.75, 0.2), *row)
        assert [y for label, _, y in told(page) if label == "营业收入"] == years


def crossed(page: Page) -> dict[tuple[str, str], str]:
    """The figure of every label and year."""
    return {(label, year): value for label, value, year in told(page)}


HEAD = (("年度", 0.12, 0.2), ("营业收入（万元）", 0.24, 0.2), ("净利润（万元）", 0.45, 0.2), ("资产总额", 0.7, 0.2))


def test_labels_over_figures_without_rules() -> None:
    first = (("2019年", 0.11, 0.22), ("7000.00", 0.28, 0.22), ("500.10", 0.48, 0.22), ("9000.00", 0.72, 0.22))
    second = (("2020年", 0.11, 0.24), ("8123.40", 0.28, 0.24), ("9100.00", 0.72, 0.24))
    heading = ("二、经营情况", 0.1, 0.16)
    assert crossed(make_page(heading, *HEAD, *first, *second)) == {
        ("营业收入(万元)", "2019年"): "7000.00", ("净利润(万元)", "2019年"): "500.10", ("资产总额", "2019年"): "9000.00",
        ("营业收入(万元)", "2020年"): "8123.40", ("资产总额", "2020年"): "9100.00",
    }  # fmt: skip


def test_a_label_of_two_lines_is_one() -> None:
    head = (("年度", 0.12, 0.206), ("研发费用占营业收", 0.24, 0.2), ("入比重（%）", 0.24, 0.215), ("净利润", 0.5, 0.206))
    body = (("2019年", 0.11, 0.235), ("6.10", 0.28, 0.235), ("500.10", 0.5, 0.235))
    assert crossed(make_page(*head, *body)) == {
        ("研发费用占营业收入比重(%)", "2019年"): "6.10", ("净利润", "2019年"): "500.10",
    }  # fmt: skip


def test_a_figure_under_no_label_or_under_two_is_not_read() -> None:
    between = make_page(*HEAD, ("2019年", 0.11, 0.22), ("7000.00", 0.28, 0.22), ("9000.00", 0.62, 0.22))
    assert crossed(between) == {("营业收入(万元)", "2019年"): "7000.00"}
    wide = make_page(("年度", 0.12, 0.2), ("专利", 0.3, 0.2, 0.1), *HEAD[1:], ("2019年", 0.11, 0.35), ("700000.00", 0.38, 0.35))
    assert crossed(wide) == {}
    two = make_page(*HEAD, ("2019年", 0.11, 0.22), ("70.00", 0.24, 0.22), ("1.00", 0.33, 0.22))
    assert ("营业收入(万元)", "2019年") not in crossed(two)


def test_counts_under_their_names() -> None:
    names = (("知识产权", 0.1, 0.205), ("发明专利", 0.25, 0.2), ("实用新型", 0.45, 0.2), ("软件著作权", 0.65, 0.2))
    page = make_page(*names, ("12", 0.27, 0.22), ("39", 0.47, 0.22), ("2", 0.68, 0.22))
    assert crossed(page) == {("发明专利", ""): "12", ("实用新型", ""): "39", ("软件著作权", ""): "2"}
    # an empty row of labels over a row whose own labels were not read
    beside = make_page(("发明专利", 0.1, 0.2), ("实用新型", 0.5, 0.2), ("3", 0.35, 0.22), ("8", 0.8, 0.22))
    assert crossed(beside) == {}


def cut_table(whole: str, *pieces: str) -> Page:
    """A recognised row in whose figure a rule was seen."""
    label = Cell(row=0, col=0, text="上缴税金", box=(0.1, 0.19, 0.3, 0.22))
    edges = [0.4, 0.42, 0.6]
    cells = [Cell(row=0, col=1 + k, text=t, box=(edges[k], 0.19, edges[k + 1], 0.22)) for k, t in enumerate(pieces)]
    head = Cell(row=0, col=0, text="2020年", box=(0.1, 0.16, 0.6, 0.18))
    rows = (head.model_copy(update={"col_span": 3}), *(c.model_copy(update={"row": 1}) for c in (label, *cells)))
    table = Table(box=(0.1, 0.16, 0.6, 0.22), n_rows=2, n_cols=3, cells=rows, ruled=True)
    return make_page(("上缴税金", 0.11, 0.2), (whole, 0.4, 0.2), tables=(table,))


def test_a_figure_cut_by_a_false_rule() -> None:
    joined = find(cut_table("372.4222", "372", ".4222"), "上缴税金")
    assert (joined.value, joined.confidence > 0.9) == ("372.4222", True)
    page = cut_table("1239", "12", "39")
    assert all(e.confidence <= 0.5 for e in form_entries([page]) if e.value in ("12", "39"))
    assert not any(e.value == "1239" for e in form_entries([page]))


def test_a_unit_stands_over_its_part_only() -> None:
    page = make_page(
        ("金额单位：万元", 0.1, 0.2), ("营业收入", 0.1, 0.24), ("7000.00", 0.45, 0.24),
        ("三、其他", 0.1, 0.3), ("净利润", 0.1, 0.34), ("5.00", 0.45, 0.34),
    )  # fmt: skip
    assert find(page, "营业收入").table_unit == "万元"
    assert find(page, "净利润").table_unit == ""


def test_the_signatures_date_and_the_covers_year() -> None:
    page = make_page("二〇二一年四月", ("法定代表人（签名）：", 0.1, 0.7), ("企业（公章）", 0.4, 0.7), ("2021年5月2日", 0.6, 0.7))
    assert find(page, SIGNED).value == "2021-05-02"
    assert find(page, COVER).value == "2021"


def test_looks() -> None:
    looks = {
        "": Look.BLANK, "____": Look.BLANK, "—": Look.NIL, "无": Look.NIL, "2019年末": Look.YEAR, "上年度（万元）": Look.YEAR,
        "2021年计划": Look.TEXT, "（万元）": Look.UNIT, "8,123.40万元": Look.FIGURE, "第1名": Look.FIGURE, "-12.3%": Look.FIGURE,
        "□是 ☑否": Look.TICK, "2010年3月2日": Look.FIGURE, "约8000": Look.TEXT, "营业收入": Look.TEXT,
        "（公章）2021年5月6日": Look.TEXT,
    }  # fmt: skip
    assert {text: look_of(plain(text)) for text in looks} == looks
    assert unit_remark("单位：人民币万元") == "万元"
    assert unit_remark("申报单位：某公司") == ""


def test_a_form_is_known_by_its_title_in_any_size() -> None:
    assert looks_like_form([make_page(("2021年度专精特新“小巨人”企业申请书", 0.1, 0.1, 0.01))])
    assert looks_like_form([make_page(("第三批专精特新“小巨人”企业", 0.3, 0.1, 0.02), ("申请书", 0.45, 0.13, 0.02))])
    assert not looks_like_form([make_page("审计报告", ("营业收入", 0.1, 0.2), ("1.00", 0.5, 0.2))])
    assert not looks_like_form([make_page("专利申请受理通知书")])
