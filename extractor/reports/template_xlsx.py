"""``declared.xlsx``: the form in which an enterprise writes its figures, from plain rows.

Numbers keep the general format on purpose: a format with fixed decimals would make ``8123`` look like
``8123.00``, and the evidence would have to agree to the cent.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from extractor.reports.files import write_atomically

Input = Literal["number", "count", "flag", "date", "tags", "text"]

HEADS = {
    "板块": 11,
    "指标": 34,
    "期间": 16,
    "申报值": 22,
    "单位": 8,
    "填报说明": 52,
    "佐证材料": 26,
    "政策要求": 52,
    "编码（勿改）": 12,
}
_VALUE, _UNIT, _CODE = 4, 5, 9
_FORM, _GUIDE, _OPTIONS = "申报数据", "填报说明", "选项"
_ENTERPRISE = ("企业名称", "统一社会信用代码", "曾用名", "截止日期")
_FIRST_ENTERPRISE = 2
_HEAD_ROW = _FIRST_ENTERPRISE + len(_ENTERPRISE) + 1

_THIN = Side(style="thin", color="D5DAE0")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_INPUT_FILL = PatternFill("solid", fgColor="FFF9E5")
_BAND_FILLS = (PatternFill("solid", fgColor="F4F6F8"), PatternFill("solid", fgColor="FFFFFF"))
_HEAD_FONT, _HEAD_FILL = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="34495E")
_WRAP = Alignment(wrap_text=True, vertical="center")
_OPEN = Protection(locked=False)
_TEXT, _DATE = "@", "yyyy-mm-dd"
_PROMPT_LIMIT = 250  # ECMA-376: 255 characters
_LINE = 15  # points of one line of text


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One figure to fill in. ``code`` is read back by the program; ``least``: the smallest number allowed, None for any."""

    section: str
    label: str
    period: str
    unit: str
    input: Input
    least: int | None
    options: tuple[str, ...]
    note: str
    evidence: str
    demand: str
    code: str


@dataclass(frozen=True, slots=True)
class TemplateHead:
    """What the form is for: the policies by name, and the deadline as an ISO date."""

    policies: tuple[str, ...]
    as_of: str

    @property
    def title(self) -> str:
        """The heading of the form."""
        return f"申报数据表（{'；'.join(self.policies)}）"


def write_xlsx(rows: Sequence[TemplateRow], head: TemplateHead, path: Path) -> None:
    """Write the form as a workbook, all or nothing.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    book = Workbook()
    book.properties.creator = "zuozheng"
    book.remove(book.worksheets[0])
    form, guide, options = (book.create_sheet(name) for name in (_FORM, _GUIDE, _OPTIONS))
    ranges = _write_options(options, rows)
    _write_head(form, head)
    _write_rows(form, rows)
    _validate(form, rows, ranges)
    _lay_out(form)
    _write_guide(guide, rows, head)
    buffer = io.BytesIO()
    book.save(buffer)
    write_atomically(path, buffer.getvalue())


def write_csv(rows: Sequence[TemplateRow], head: TemplateHead, path: Path) -> None:
    """Write the form as CSV, with a mark by which Excel knows UTF-8.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([name, head.as_of if name == _ENTERPRISE[-1] else ""] for name in _ENTERPRISE)
    writer.writerow(HEADS)
    writer.writerows(_cells(row) for row in rows)
    write_atomically(path, b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8"))


def _cells(row: TemplateRow) -> tuple[str, ...]:
    """A row's cells, the value left blank."""
    return (row.section, row.label, row.period, "", row.unit, row.note, row.evidence, row.demand, row.code)


def _write_head(sheet: Worksheet, head: TemplateHead) -> None:
    """Title, enterprise, and the heads of the columns."""
    sheet.cell(1, 1, head.title).font = Font(bold=True, size=14)
    for number, name in enumerate(_ENTERPRISE, start=_FIRST_ENTERPRISE):
        sheet.cell(number, 1, name).font = Font(bold=True)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=2)
        sheet.merge_cells(start_row=number, end_row=number, start_column=3, end_column=5)
        for column in range(3, 6):
            cell = sheet.cell(number, column)
            cell.fill, cell.border, cell.protection = _INPUT_FILL, _BORDER, _OPEN
        sheet.cell(number, 3).number_format = _DATE if name == _ENTERPRISE[-1] else _TEXT
    sheet.cell(_FIRST_ENTERPRISE + len(_ENTERPRISE) - 1, 3, date.fromisoformat(head.as_of))
    for column, (title, width) in enumerate(HEADS.items(), start=1):
        cell = sheet.cell(_HEAD_ROW, column, title)
        cell.font, cell.fill, cell.alignment, cell.border = _HEAD_FONT, _HEAD_FILL, _WRAP, _BORDER
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write_rows(sheet: Worksheet, rows: Sequence[TemplateRow]) -> None:
    """One row per figure; sections alternate in shade."""
    sections = list(dict.fromkeys(row.section for row in rows))
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        fill = _BAND_FILLS[sections.index(row.section) % 2]
        for column, text in enumerate(_cells(row), start=1):
            cell = sheet.cell(number, column)
            if text:
                cell.value = text
                cell.data_type = "s"
            cell.alignment, cell.border, cell.fill = _WRAP, _BORDER, fill
        value = sheet.cell(number, _VALUE)
        value.fill, value.protection = _INPUT_FILL, _OPEN
        value.number_format = {"date": _DATE, "tags": _TEXT, "text": _TEXT}.get(row.input, "General")
        sheet.row_dimensions[number].height = _height(row)


def _height(row: TemplateRow) -> float:
    """Enough lines for the longest text; Excel does not work it out for files that it did not write."""
    widths = [(row.label, "指标"), (row.note, "填报说明"), (row.evidence, "佐证材料"), (row.demand, "政策要求")]
    # A Chinese character is as wide as two Latin ones.
    lines = [sum(-(-2 * len(part) // (HEADS[head] - 2)) or 1 for part in text.split("\n")) for text, head in widths]
    return min(409.0, _LINE * max(lines) + 4.0)


# --- what may be filled in


def _validate(sheet: Worksheet, rows: Sequence[TemplateRow], ranges: dict[tuple[str, ...], str]) -> None:
    """Data validation of the inputs; equal rules share one entry."""
    rules: dict[tuple[Input, int | None, tuple[str, ...]], DataValidation] = {}
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        key = (row.input, row.least, row.options if row.input == "tags" else ())
        if row.input == "text" or (row.input == "tags" and not row.options):
            continue
        if key not in rules:
            rules[key] = _rule(row, ranges.get(row.options, ""))
            sheet.add_data_validation(rules[key])
        rules[key].add(sheet.cell(number, _VALUE))
    for name, prompt in _ENTERPRISE_PROMPTS.items():
        rule = DataValidation(
            type="date" if name == _ENTERPRISE[-1] else "textLength", operator="greaterThanOrEqual", formula1="0"
        )
        rule.allow_blank, rule.showErrorMessage = True, False
        rule.promptTitle, rule.prompt, rule.showInputMessage = name, prompt, True
        sheet.add_data_validation(rule)
        rule.add(sheet.cell(_FIRST_ENTERPRISE + _ENTERPRISE.index(name), 3))


_ENTERPRISE_PROMPTS = {
    "企业名称": "与营业执照一致的全称",
    "统一社会信用代码": "18 位代码",
    "曾用名": "材料中出现过旧名称时填写，多个用“、”分开",
    "截止日期": "申报截止日，如 2021-05-06；证书、年限等按这一天判断",
}


def _rule(row: TemplateRow, options: str) -> DataValidation:
    """The rule for a kind of input, with a message that says how to fill it in."""
    if row.input == "flag":
        rule, says = DataValidation(type="list", formula1='"是,否"'), "请填“是”或“否”；不申报请留空"
    elif row.input == "date":
        rule, says = DataValidation(type="date", operator="greaterThan", formula1="1"), "请填日期，如 2012-03-01"
    elif row.input == "tags":
        rule, says = (
            DataValidation(type="list", formula1=options),
            "可从下拉表选一项；有多项时直接填写，用“、”分开（名称见“选项”表）",
        )
    elif row.input == "count":
        rule, says = (
            DataValidation(type="whole", operator="greaterThanOrEqual", formula1=str(row.least or 0)),
            "请填整数；不申报请留空",
        )
    elif row.least is None:
        rule = DataValidation(type="decimal", operator="between", formula1="-1000000000000", formula2="1000000000000")
        says = "请填数字，亏损或下降填负数；不申报请留空"
    else:
        rule, says = (
            DataValidation(type="decimal", operator="greaterThanOrEqual", formula1=str(row.least)),
            "请填不小于 0 的数字；不申报请留空",
        )
    rule.allow_blank = True
    # Several words from a list are no entry of the list: shown, never refused.
    rule.showErrorMessage = row.input != "tags"
    rule.errorTitle, rule.error = "填写有误", says[:_PROMPT_LIMIT]
    rule.promptTitle, rule.prompt, rule.showInputMessage = "填写提示", says[:_PROMPT_LIMIT], True
    return rule


def _write_options(sheet: Worksheet, rows: Sequence[TemplateRow]) -> dict[tuple[str, ...], str]:
    """A column for each list of words; returns the range of each list (long lists do not fit into a rule)."""
    lists = {row.options: row.label for row in rows if row.input == "tags" and row.options}
    ranges = {}
    for column, (options, label) in enumerate(lists.items(), start=1):
        letter = get_column_letter(column)
        head = sheet.cell(1, column, f"{label}（可选名称）")
        head.font, head.fill, head.alignment = _HEAD_FONT, _HEAD_FILL, _WRAP
        for number, option in enumerate(options, start=2):
            sheet.cell(number, column, option)
        sheet.column_dimensions[letter].width = 44
        ranges[options] = f"'{sheet.title}'!${letter}$2:${letter}${len(options) + 1}"
    sheet.freeze_panes = "A2"
    if not lists:
        sheet.sheet_state = "hidden"
    return ranges


# --- layout and guide


def _lay_out(sheet: Worksheet) -> None:
    """Frozen, filtered, code hidden, labels locked without a password, set to print on A4 landscape."""
    sheet.freeze_panes = f"{get_column_letter(_VALUE)}{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(_CODE)}{sheet.max_row}"
    sheet.column_dimensions[get_column_letter(_CODE)].hidden = True
    sheet.protection.sheet = True
    # False: allowed while protected.
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.formatCells = False
    sheet.protection.autoFilter = sheet.protection.sort = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"


_GUIDE_LINES = (
    "只填“申报数据”表中的浅黄色单元格：上方的企业信息，和“申报值”一列。",
    "留空表示未申报，不会当作 0；确实为零请填 0。填“/”“—”“不适用”也视为未申报。",
    "金额按“单位”一列填写（一般为万元）；百分比填 45.68 表示 45.68%，也可以写成 45.68%；两种写法都认。",
    "写几位小数就按几位小数核对，请与申报书一致；末尾的 0 也算（如 8123.40），需要保留时请把单元格设为两位小数。",
    "比率、增长率可以直接填，也可以只填用来计算它的数值（见各行说明），由系统计算；两者都填时以计算结果判断政策条件，所填比率另行核对。",
    "是否类请选“是”或“否”；日期写作 2012-03-01；注册地、行业、称号等可填多项，用“、”分开，名称见“选项”表。",
    "截止日期决定“上年”“近两年”指哪几年；本表已按表中的年度列出各行，截止日期改到另一年时请重新生成表格。",
    "可以调整列宽、筛选和设置格式；需要移动、删除行或增加列时，先在“审阅”中撤销工作表保护（没有密码）。",
    "请不要改动隐藏的“编码”列；该列被删去时，按指标名称和期间识别。",
    "填好后保存，用 zuozheng selftest 自测，或用 zuozheng check 与佐证材料一并核对。",
)


def _write_guide(sheet: Worksheet, rows: Sequence[TemplateRow], head: TemplateHead) -> None:
    """How to fill it in, and what it is for."""
    sheet.column_dimensions["A"].width = 110
    counts = "、".join(f"{s} {sum(r.section == s for r in rows)} 项" for s in dict.fromkeys(r.section for r in rows))
    lines = ["适用政策：" + "；".join(head.policies), f"截止日期：{head.as_of}；共 {len(rows)} 项：{counts}"]
    texts = [*lines, *(f"{i}. {line}" for i, line in enumerate(_GUIDE_LINES, start=1))]
    sheet.cell(1, 1, "填报须知").font = Font(bold=True, size=14)
    for number, text in enumerate(texts, start=2):
        line = sheet.cell(number, 1, text)
        line.alignment = _WRAP
        sheet.row_dimensions[number].height = _LINE * (-(-2 * len(text) // 108)) + 4.0
