"""Policies in ``report.xlsx``: a sheet for each, a row per condition, never a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from extractor.model import Result
from extractor.reports.xlsx_report import write_xlsx
from tests.reports.policy_dicts import policy_dict


def _book(result: Result, path: Path, *policies: dict[str, Any]) -> Workbook:
    write_xlsx(result.model_copy(update={"policies": policies}), path)
    return load_workbook(path)


def _rows(book: Workbook, title: str) -> list[dict[str, Any]]:
    heads, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_a_row_for_each_condition(result: Result, tmp_path: Path) -> None:
    book = _book(result, tmp_path / "r.xlsx", policy_dict())
    rows = {r["条件"]: r for r in _rows(book, "示例“小巨人”企业")}
    revenue = rows["上年度营业收入1亿元以上"]
    assert revenue == {
        "部分": "条件", "序号": "1", "条件": "上年度营业收入1亿元以上", "结论": "✗ 未达标", "要求": "不低于 10,000 万元",
        "期间": "2020年", "实际": "8,123.45 万元", "差距": "还差 1,876.55 万元", "依据": "有证据",
        "证据位置": "审计报告.pdf 第6页", "核对项": "营业收入 2020年 相符", "需补材料": None, "说明": "营业收入",
    }  # fmt: skip
    assert rows["研发费用占比"]["依据"] == "仅申报，未计入"
    assert rows["研发费用占比"]["结论"] == "? 待定"
    assert rows["研发费用占比"]["实际"] == "2019年 5.2%；2020年 5.55%"
    assert rows["福建企业"]["序号"] == "3.1"
    assert rows["已有称号"]["需补材料"] is None
    assert rows["近三年重大安全事故"]["结论"] == "? 待排除"
    assert rows["增长率"]["实际"] == "0–10 分"
    assert rows["总分"]["要求"] == "满分 100 分，合格线 60 分"


def test_conditions_are_indented_by_their_depth(result: Result, tmp_path: Path) -> None:
    sheet = _book(result, tmp_path / "r.xlsx", policy_dict())["示例“小巨人”企业"]
    assert [sheet.cell(r, 3).alignment.indent for r in (2, 3, 5, 6)] == [0, 1, 1, 2]


def test_the_outcomes_name_the_sheets(result: Result, tmp_path: Path) -> None:
    book = _book(result, tmp_path / "r.xlsx", policy_dict(), policy_dict(status="undetermined"))
    first, second = _rows(book, "政策结论")
    assert (first["结论"], second["结论"]) == ("✗ 未达标", "? 待定")
    assert (first["最低分"], first["最高分"], first["合格线"]) == (24.999, 92, 60)
    assert first["当日效力"] == "不是现行政策"
    assert book.sheetnames[1:4] == ["政策结论", first["工作表"], second["工作表"]]


def test_sheet_names_are_allowed_and_differ(result: Result, tmp_path: Path) -> None:
    names = ["长" * 60, "长" * 60, "a/b\\c*d?e:[f]", "'引号'", "证据", "History", "", "政策结论", "长" * 31 + "尾"]
    book = _book(result, tmp_path / "r.xlsx", *[policy_dict(name=n) for n in names])
    assert len({t.casefold() for t in book.sheetnames}) == len(names) + 6
    assert all(0 < len(t) <= 31 and not set(t) & set("[]:*?/\\") and t.strip("'") == t for t in book.sheetnames)


def test_no_text_of_a_policy_is_a_formula(result: Result, tmp_path: Path, hostile_texts: tuple[str, ...]) -> None:
    children = [{"kind": "leaf", "text": t, "material": t, "note": t, "actual": {"text": t}} for t in hostile_texts]
    policies = [
        policy_dict(name=t, doc_no=t, notes=[t], conditions={"kind": "all", "text": t, "children": children})
        for t in hostile_texts[:12]
    ]
    book = _book(result, tmp_path / "r.xlsx", *policies)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(c.data_type in {"s", "n"} and c.hyperlink is None for c in row)


def test_without_policies_there_is_no_sheet(result: Result, tmp_path: Path) -> None:
    assert "政策结论" not in _book(result, tmp_path / "r.xlsx").sheetnames
