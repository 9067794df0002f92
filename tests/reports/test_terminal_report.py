"""The terminal report: complete, narrow, colourless when piped, deaf to escapes."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from extractor.model import Result, Verdict
from extractor.reports import labels
from extractor.reports.terminal import print_documents, print_result


def _printed(result: Result, width: int, *, documents: bool = False, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
    )
    (print_documents if documents else print_result)(result, console)
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 116, 200])
@pytest.mark.parametrize("documents", [False, True])
def test_no_line_is_wider_than_the_terminal(result: Result, width: int, documents: bool) -> None:
    assert max(cell_len(line) for line in _printed(result, width, documents=documents).splitlines()) <= width


@pytest.mark.parametrize("width", [80, 160])
def test_everything_that_matters_is_there(result: Result, width: int) -> None:
    shown = re.sub(r"\s", "", _printed(result, width))
    for verdict in Verdict:
        assert labels.VERDICTS[verdict].symbol + labels.VERDICTS[verdict].word in shown
    for text in (
        "营业收入",
        "8,123.45万元",
        "2020年",
        "合同.pdf：文件有打开密码",
        "差100.00元",
        "存在不符",
        "共8项",
        "46页",
    ):
        assert text in shown
    for text in ("审计报告.pdf", "参保名单.xlsx"):
        assert text in shown


def test_risk_is_printed_before_support(result: Result) -> None:
    shown = _printed(result, 160)
    assert shown.index("研发费用 ") < shown.index("营业收入 ")


def test_piped_output_has_no_escapes(result: Result) -> None:
    assert "\x1b" not in _printed(result, 80)


def test_documents_show_fields_pages_and_exclusion(result: Result) -> None:
    shown = re.sub(r"\s", "", _printed(result, 80, documents=True))
    for text in (
        "审计报告.pdf第1–3、6页",
        "无保留意见",
        "未读出（印章遮挡）",
        "不作为证据：受理通知书",
        "合同.pdf",
    ):
        assert text in shown


@pytest.mark.parametrize("documents", [False, True])
def test_hostile_texts_have_no_effect(hostile_result: Result, documents: bool) -> None:
    shown = _printed(hostile_result, 80, documents=documents, colour=True)
    own = re.compile(r"\x1b\[[0-9;]*m")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", own.sub("", shown))
    assert "[bold red]" in re.sub(r"\s", "", own.sub("", shown)).replace("[boldred]", "[bold red]")
    assert "\x1b]8" not in shown


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
def test_terminals_without_unicode_get_words_not_errors(result: Result, hostile_result: Result, encoding: str) -> None:
    for one in (result, hostile_result):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        print_result(one, Console(file=stream, width=80))
        print_documents(one, Console(file=stream, width=80))
        stream.flush()


def test_a_package_without_declared_figures_says_so(result: Result) -> None:
    assert "没有申报数据" in _printed(result.model_copy(update={"findings": ()}), 80)
