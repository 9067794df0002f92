"""One sheet with the declarations of many enterprises."""

from __future__ import annotations

from datetime import date

import pytest
from intake_files import xlsx

from extractor.claims.declared import DeclarationError
from extractor.claims.declared_many import entry_for, load_declarations

DAY = date(2021, 5, 6)
A, B = "福建闽江精密机械有限公司", "江西赣水阀门制造有限公司"
USCC = "91350100M000100Y43"
HEAD = ["企业名称", "统一社会信用代码", "材料包", "指标", "年度/期间", "数值", "单位"]


def load(tmp_path, rows, head=HEAD):
    path = tmp_path / "总表.xlsx"
    path.write_bytes(xlsx({"说明": [["请填写"]], "申报": [["某市申报总表"], head, *rows]}))
    return load_declarations(path, default_as_of=DAY)


def test_rows_are_grouped_by_enterprise_blanks_belonging_to_the_one_above(tmp_path):
    entries = load(tmp_path, [
        [A, USCC, "", "营业收入", "2020", 8123.4, "万元"],
        ["", "", "", "发明专利数", "目前", 3, "项"],
        [B, "", "", "营业收入", "2020", 5, "万元"],
        [A, "", "", "研发费用", "2020", 400, "万元"],
    ])  # fmt: skip
    assert [(e.name, e.uscc, [d.metric for d in e.declaration.declared]) for e in entries] == [
        (A, USCC, ["revenue", "invention_patents", "rd_expense"]),
        (B, "", ["revenue"]),
    ]
    assert entries[0].declaration.uscc == USCC
    assert entries[0].declaration.as_of == "2021-05-06"


def test_what_is_wrong_with_one_enterprise_is_its_own_error_with_the_row(tmp_path):
    entries = load(tmp_path, [[A, "", "", "营业收入", "2020", 5, "万元"], [B, "", "", "营业收入", "2020", "不少", "万元"],
                              ["", "", "丙", "没有这个指标", "", "", ""]])  # fmt: skip
    assert entries[0].error is None
    assert "第4行" in entries[1].error
    assert entries[2].declaration is None


def test_rows_that_name_nobody_are_an_error_of_their_own(tmp_path):
    (first, second) = load(tmp_path, [["", "", "", "营业收入", "2020", 5, "万元"], [A, "", "", "营业收入", "2020", 5, "万元"]])
    assert "第3行" in first.error
    assert second.name == A


def test_a_csv_in_gbk_reads_the_same(tmp_path):
    path = tmp_path / "总表.csv"
    path.write_bytes(f"企业名称,指标,期间,申报值,单位\n{A},营业收入,2020,8123.40,万元\n".encode("gb18030"))
    (entry,) = load_declarations(path, default_as_of=DAY)
    assert entry.declaration.declared[0].decimals == 2


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no workbook", "指标,期间\n营业收入,2020\n".encode()])
def test_what_is_no_such_sheet_is_refused(tmp_path, data):
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(DeclarationError):
        load_declarations(path, default_as_of=DAY)
    with pytest.raises(DeclarationError):
        load_declarations(tmp_path / "none.csv", default_as_of=DAY)


@pytest.mark.parametrize(
    ("package", "found"),
    [("03 甲.zip", None), ("甲", A), ("甲.ZIP", A), (f"02_{B}", B), (B, B), (f"x{USCC}y", "码"), ("别家公司", None)],
)
def test_packages_find_their_entry(tmp_path, package, found):
    rows = [[A, "", "甲.zip", "营业收入", "2020", 5, "万元"], [B, "", "", "营业收入", "2020", 5, "万元"],
            ["码", USCC, "", "营业收入", "2020", 5, "万元"]]  # fmt: skip
    entry = entry_for(package, load(tmp_path, rows))
    assert (entry.name if entry else None) == found


def test_two_names_in_a_packages_name_decide_nothing(tmp_path):
    rows = [[n, "", "", "营业收入", "2020", 5, "万元"] for n in (A, B)]
    assert entry_for(f"{A}与{B}", load(tmp_path, rows)) is None
