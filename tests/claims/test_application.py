"""Application forms as declared figures: what is declared, what is not, and what a person is told."""

from datetime import date
from pathlib import Path

import pytest
from form_files import Cell, figures, read, table

from corpora.synth.application import Paragraph
from extractor.claims.application import ReadDeclaration, read_application
from extractor.claims.application_labels import key_of, key_with_parents, near_label, read_label, ticks
from extractor.claims.crosscheck import cross_check
from extractor.claims.declared import DeclarationError
from extractor.documents.application_form_fields import COVER, SIGNED, FormEntry
from extractor.documents.form_cells import Look
from extractor.model import Verdict

REVENUE = {("revenue", "2019"): (7000.0, "万元"), ("revenue", "2020"): (8123.4, "万元")}
ONE = table(["发明专利（项）", "3"])
"""One figure more, so that a form which declares nothing else can be read."""


@pytest.mark.parametrize(
    "rows",
    [
        [["指标", "2019年", "2020年"], ["营业收入（万元）", "7,000.00", "8,123.40"]],
        [["指标", "2019", "2020"], ["1.营业收入（万元）", "7000.00", "8123.40"]],
        [["指标", "单位", "2019年度", "2020年度"], ["营业收入★", "万元", "7000.00", "8123.40"]],
        [["指标", "2020年末", "2019年末"], ["（一）营业收入（单位：万元）", "8123.40", "7000.00"]],
        [["指标", "前年（万元）", "上年度（万元）"], ["营业收入", "7000.00", "8123.40"]],
        [["营业收入（万元）", "2019年", "7000.00", "2020年", "8123.40"]],
        [["2019年营业收入（万元）", "7000.00", "2020年营业收入（万元）", "8123.40"]],
        [["营业收入（2019年，万元）", "7000.00", "营业收入（2020年，万元）", "8123.40"]],
        [["年度", "营业收入（万元）"], ["2019年", "7000.00"], ["2020年", "8123.40"]],
        [[("营业收入（万元）", 2)], ["2019年", "2020年"], ["7000.00", "8123.40"]],
        [["营业收入", "2019年：7000.00万元\n2020年：8123.40万元"]],
        [[("营业收入（万元）", 1, 2), "2019年", "7000.00"], ["2020年", "8123.40"]],
        [[("一、经济效益", 3)], ["项目", "2019年", "2020年"], ["营业收入总额（万元，保留两位小数）", "7000.00", "8123.40"]],
        [[("经济", 1, 2), "项目", "2019年", "2020年"], ["营业收入（万元）", "７０００.００", "8123.40"]],
    ],
)
def test_figures_of_two_years_however_they_stand(tmp_path: Path, rows: list[list[Cell]]) -> None:
    form = read(tmp_path, table(*rows))
    assert figures(form) == REVENUE
    assert [d.decimals for d in form.declaration.declared] == [2, 2]
    assert form.declaration.name == "福建闽江精密机械股份有限公司"
    assert form.declaration.uscc == "91350100M000100Y43"
    assert form.declaration.as_of == "2021-04-30"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["指标", "2019年", "2021年计划"], ["营业收入（万元）", "", "9000.00"]], "年度"),
        ([["指标", "增长率（%）"], ["营业收入（万元）", "16.05"]], "年度"),
        ([["营业收入（万元）", "7000.00", "8123.40"]], "没有写明年度"),
        ([["指标", "2020年"], ["营业收入", "8123.40"]], "没有写明单位"),
        ([["指标", "2020年"], ["营业收入（海外，万元）", "8123.40"]], "口径不能确定"),
        ([["指标", "2020年"], ["营业收入（万元）", "约8000"]], "不是可以核对的数字"),
        ([["指标", "2020年"], ["营业收入（万元）", "8,12.3"]], "不是可以核对的数字"),
        ([["指标", "2020年"], ["营业收入（万元）", "8123.40"], ["营业收入（万元）", "8132.40"]], "前后不一致"),
        ([["发明专利（万元）", "3"]], "单位"),
        ([["管理体系认证", "☑ISO9001 ☑其他：ISO50001"]], "其他"),
        ([["高新技术企业", "☑是 ☑否"]], "勾选不能确定"),
    ],
)
def test_what_is_not_sure_is_named_and_not_declared(tmp_path: Path, rows: list[list[Cell]], said: str) -> None:
    form = read(tmp_path, table(*rows), table(["实用新型（项）", "2"]))
    assert figures(form) == {("utility_patents", "now"): (2, "项")}
    assert any(said in note for note in form.notes), form.notes


@pytest.mark.parametrize(
    "rows",
    [
        [["指标", "2019年", "2020年"], ["营业收入（万元）", "", "—"]],
        [["指标", "2020年"], ["营业外收入（万元）", "12.00"]],
        [["指标", "2020年"], ["主导产品出口额（万美元）", "12.00"]],
        [["营业收入（万元）", "", "企业类型", "民营"]],
        [["发明专利申请数（项）", "9"], ["受理发明专利", "4"]],
        [["近2年主营业务收入平均增长率（%）", "15.00"]],
        [["高新技术企业", "□是 □否"], ["管理体系认证", "□ISO9001 □其他"]],
        [["邮编", "350000", "电话", "0591-88888888"]],
        [["营业收入（万元）", "", "", "350"]],
    ],
)
def test_nothing_is_declared_by_blanks_dashes_and_other_labels(tmp_path: Path, rows: list[list[Cell]]) -> None:
    assert figures(read(tmp_path, ONE, table(*rows))) == {("invention_patents", "now"): (3, "项")}


def test_year_heads_reach_no_further_than_their_part(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["指标", "2019年", "", "2020年"],
        ["资产负债率（%）", "45.10", "", "46.20"],
        ["有效专利总数（项）", "12", "发明专利（项）", "3"],
        ["从业人数", "120", "研发人员数", "30"],
    ]
    got = figures(read(tmp_path, table(*rows)))
    assert got["debt_ratio", "2020"] == (46.2, "%")
    assert got["invention_patents", "now"] == (3, "项")
    assert got["employees", "now"] == (120, "人")


def test_a_label_under_another_means_both(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        [("有效专利（项）", 1, 2), "发明", "3"],
        ["实用新型", "8"],
        [("研发经费", 1, 2), "2020年总额（万元）", "500.5"],
        ["2020年占营业收入比重（%）", "6.1"],
    ]
    got = figures(read(tmp_path, table(*rows)))
    assert got == {
        ("invention_patents", "now"): (3, "项"),
        ("utility_patents", "now"): (8, "项"),
        ("rd_expense", "2020"): (500.5, "万元"),
        ("rd_expense_ratio", "2020"): (6.1, "%"),
    }


def test_one_figure_without_a_year_is_of_the_year_before_the_filing(tmp_path: Path) -> None:
    form = read(tmp_path, table(["营业收入（万元）", "8123.40"]))
    assert figures(form) == {("revenue", "2020"): (8123.4, "万元")}
    assert any("没有写明年度，按填报年度的上一年 2020 年核对" in n for n in form.notes)
    with pytest.raises(DeclarationError):
        read(tmp_path, table(["营业收入（万元）", "8123.40"]), filed=False)


def test_the_title_or_the_cover_gives_the_year_where_no_day_is_shown(tmp_path: Path) -> None:
    for head in ("2021年度专精特新“小巨人”企业申请书", "二〇二一年四月"):
        form = read(tmp_path, Paragraph(head), table(["上年度营业收入（万元）", "8123.40"]), filed=False)
        assert figures(form) == {("revenue", "2020"): (8123.4, "万元")}
        assert form.declaration.as_of == "2026-01-01"


def test_the_day_beside_the_signature_is_the_day_of_filing_and_an_offices_is_not(tmp_path: Path) -> None:
    own = table(["法定代表人（签名）：        （公章）      2021年5月6日"])
    office = table(["省级主管部门推荐意见：同意推荐  （盖章） 2021年5月28日"])
    form = read(tmp_path, ONE, own, office, filed=False)
    assert form.declaration.as_of == "2021-05-06"


def test_units_come_from_the_figure_the_label_or_the_remark(tmp_path: Path) -> None:
    head: list[Cell] = ["指标", "2019年", "2020年"]
    form = read(
        tmp_path, Paragraph("※ 金额单位：万元"), table(head, ["净利润", "700.1", "0.081亿元"], ["资产负债率", "45", "46%"])
    )
    assert figures(form) == {
        ("net_profit", "2019"): (700.1, "万元"),
        ("net_profit", "2020"): (0.081, "亿元"),
        ("debt_ratio", "2019"): (45, "%"),
        ("debt_ratio", "2020"): (46, "%"),
    }


def test_a_written_zero_and_a_negative_figure_are_declared(tmp_path: Path) -> None:
    form = read(tmp_path, table(["项目", "2019年", "2020年"], ["净利润（万元）", "-12.30", "(5.00)"]), table(["发明专利", "0"]))
    got = figures(form)
    assert got["net_profit", "2019"][0] == -12.3
    assert got["net_profit", "2020"][0] == -5.0
    assert got["invention_patents", "now"] == (0, "项")


def test_parts_are_added_and_said(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["企业技术中心", "国家级", "0", "省级", "1"], ["院士专家工作站", ("☑有 □无", 4)]]
    form = read(tmp_path, table(*rows), table(["项目", "2020年"], ["主持制修订标准数", "1"], ["参与制修订标准数", "2"]))
    got = figures(form)
    assert got["rd_institution_count", "now"] == (2, "项")
    assert got["standards_led_or_joined", "2020"] == (3, "项")
    assert any("研发机构 2 项，由" in n for n in form.notes)


def test_counts_in_a_line_of_text_stand_behind_cells(tmp_path: Path) -> None:
    line = table(["知识产权", "其中发明专利 4 项，实用新型专利 5 项"])
    got = figures(read(tmp_path, table(["发明专利（项）", "3"]), line))
    assert got == {("invention_patents", "now"): (3, "项"), ("utility_patents", "now"): (5, "项")}
    prose = table(["企业总体情况", "公司拥有发明专利 14 项。2020年营业收入 8000 万元。"])
    assert figures(read(tmp_path, ONE, prose)) == {("invention_patents", "now"): (3, "项")}


def test_every_metric_of_the_form_gets_a_finding_in_chinese(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["指标", "2020年"],
        ["主导产品国内市场占有率（%）", "12.5"],
        ["上缴税金（万元）", "300.1"],
        ["主持制修订标准数", "1"],
        ["主导产品本省排名", "第1名"],
    ]
    more = table(
        ["企业规模", "□中型 ☑小型 □微型"],
        ["从事该产品领域时间（年）", "8"],
        ["企业技术中心（个）", "1"],
        ["注册时间", "2010年3月2日"],
    )
    declaration = read(tmp_path, table(*rows), more).declaration
    found = cross_check(declaration, [], [], date(2021, 4, 30))
    assert len(found) == 8
    for finding in found:
        assert finding.verdict is Verdict.MISSING
        assert finding.metric not in finding.reason, finding.reason
        assert "请" in finding.reason


def test_parts_in_one_cell_and_parts_that_were_lost(tmp_path: Path) -> None:
    both = read(tmp_path, table(["企业技术中心", "国家级（个）", "0", "省级（个）2"]))
    assert figures(both) == {("rd_institution_count", "now"): (2, "项")}
    lost = read(tmp_path, ONE, table(["企业技术中心", "国家级（个）", "0"]))
    assert ("rd_institution_count", "now") not in figures(lost)
    assert any("没有读全" in n for n in lost.notes)


def scanned(*rows: tuple[str, str, str]) -> ReadDeclaration:
    """What recognised figures of 2020 declare: label, value, unit."""
    found = [FormEntry((label,), value, Look.FIGURE, "2020年", unit, printed=False) for label, value, unit in rows]
    return read_application(found, default_as_of=date(2026, 1, 1), signed=SIGNED, cover=COVER)


def test_a_recognised_figure_without_the_decimals_of_the_others_is_not_declared() -> None:
    rest = [(x, "500.12", "万元") for x in ("营业收入", "净利润", "资产总额", "研发费用")]
    short = scanned(*rest, ("上缴税金", "37242", "万元"))
    assert "tax_paid" not in {m for m, _ in figures(short)}
    assert any("上缴税金" in n and "没有小数" in n for n in short.notes)
    assert ("tax_paid", "2020") in figures(scanned(*rest[:3], ("上缴税金", "37242", "万元")))
    assert ("tax_paid", "2020") in figures(scanned(*[(x, "500", u) for x, _, u in rest], ("上缴税金", "37242", "万元")))
    assert ("tax_paid", "2020") in figures(scanned(*rest, ("上缴税金", "0", "万元")))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("□是  ☑否", [("是", False), ("否", True)]),
        ("是□ 否☑", [("是", False), ("否", True)]),
        ("■是□否", [("是", True), ("否", False)]),
        ("（√）是 （ ）否", [("是", True), ("否", False)]),
        ("是（√）  否（ ）", [("是", True), ("否", False)]),
        ("☒是 ☐否", [("是", True), ("否", False)]),
        ("是√ 否", None),
        ("☑是 否□", None),
        ("是 否", None),
    ],
)
def test_ticks(text: str, told: object) -> None:
    assert ticks(text) == told


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("其中：主营业务收入（万元）", "main_revenue"),
        ("①净利润总额（万元）※", "net_profit"),
        ("有效发明专利数量（件）", "invention_patents"),
        ("已授权实用新型专利数", "utility_patents"),
        ("计算机软件著作权登记证书（项）", "software_copyrights"),
        ("2020 年末 资产总额", "total_assets"),
        ("研发经费总额占营业收入总额比重（%）", "rd_expense_ratio"),
        ("主导产品销售收入占营业收入比重", "main_product_revenue_ratio"),
        ("研发人员占全部职工比重%）", "rd_staff_ratio"),
        ("净利润（万元", "net_profit"),
        ("净利润（扣非", None),
        ("营业外收入", None),
        ("净资产总额", None),
        ("发明专利申请数", None),
        ("有效专利总数", None),
        ("营业收入预测值", None),
        ("主营业务成本", None),
        ("研发人员工资", None),
        ("拟注册商标", None),
    ],
)
def test_labels(text: str, key: str | None) -> None:
    assert key_of(read_label(text).core) == key


def test_a_remark_that_changes_the_meaning_is_kept_apart() -> None:
    assert read_label("净利润（扣除非经常性损益，万元）").odd == "扣除非经常性损益"
    assert read_label("发明专利（含受理）").odd
    assert read_label("营业收入（经审计，万元）").odd == ""
    assert key_with_parents("发明", ["标准情况"]) is None
    assert near_label("营业牧入总额") == "营业收入总额"
    assert near_label("营业外收入") is None
