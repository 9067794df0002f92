"""``推荐汇总表.xlsx``: one line per enterprise; what the evidence does not show stays blank, with a remark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from extractor.model import Result
from extractor.reports import view
from extractor.reports.office.nodes import Node, classes, proven_class, walk
from extractor.reports.office.persons import Masker
from extractor.reports.office.sheet_kit import Book
from extractor.reports.text import one_line

_HEADS = {
    "序号": 7,
    "企业名称": 40,
    "主导产品名称（拟对外发布）": 34,
    "是否省级专精特新": 14,
    "所属分类（a/b/c）": 14,
    "备注": 60,
}
_NONE: Mapping[str, str] = MappingProxyType({})


def write_summary_sheet(results: Sequence[Result], path: Path, *, products: Mapping[str, str] = _NONE) -> None:
    """Write the recommendation summary of one or many packages, in the given order.

    Args:
        results: the checked packages.
        path: the file.
        products: the main product's name by enterprise, as it is to be published.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    book = Book()
    rows: list[list[str | int]] = [[number, *summary_row(result, products)] for number, result in enumerate(results, start=1)]
    note = "空白处须由人工填写；“所属分类”“是否省级专精特新”仅在材料足以证明时填写。"
    book.sheet("推荐汇总表", "推荐汇总表", _HEADS, rows, note)
    book.save(path)


def summary_row(result: Result, products: Mapping[str, str] = _NONE) -> list[str]:
    """The cells of one enterprise after its number."""
    name = result.package.enterprise or ""
    product = products.get(name, "")
    titled, title_remark = _provincial(result)
    letter, class_remark = _class(result)
    remarks = [
        "" if name else f"未提供企业名称（材料包：{result.package.name}）",
        "" if product else "主导产品名称待企业确认",
        title_remark,
        class_remark,
    ]
    return [one_line(name), one_line(product), titled, letter, Masker(result)("；".join(r for r in remarks if r))]


def _provincial(result: Result) -> tuple[str, str]:
    """Whether it holds the province's title, where proven; else a remark."""
    for policy in result.policies:
        for node in walk(policy.get("conditions", {})):
            if node.get("metric") != "existing_title" or node.get("basis") not in ("evidenced", "person"):
                continue
            tags = node.get("actual", {}).get("tags", ())
            if node.get("status") == "met" and any(t.startswith("省级专精特新") for t in tags):
                return "是", ""
    shown = [d for d in result.documents if d.type == "award_certificate" and "专精特新" in d.title]
    where = "；".join(view.page_ranges(result, d) for d in shown[:3])
    return "", f"是否省级专精特新待核（材料见 {where}）" if where else "是否省级专精特新待核（材料中没有证明）"


def _class(result: Result) -> tuple[str, str]:
    """The class that the evidence proves, or a remark."""
    policies: list[Node] = [p for p in result.policies if classes(p)]
    if not policies:
        return "", "所属分类未判定（所选政策不分 a、b、c 类）" if result.policies else "所属分类未判定（没有选择政策）"
    letters = {proven_class(p) for p in policies}
    if len(letters) == 1 and (letter := letters.pop()):
        return letter, ""
    open_ = [n["label"] for n in classes(policies[0]) if n.get("status") != "not_met" or n.get("basis") == "declared"]
    return "", f"所属分类待核（尚不能排除 {'、'.join(open_)} 类）" if open_ else "材料表明 a、b、c 三类均不符合，请核对"
