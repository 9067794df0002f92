"""``report.html``: one file, no script, nothing from outside, everything escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from extractor.model import Result, Verdict
from extractor.reports import labels
from extractor.reports.files import ReportWriteError
from extractor.reports.html_report import render_html, write_html

PageImage = Callable[[int, int], bytes | None]

_VOID = {"meta", "image", "use", "rect", "br"}


class _Reader(HTMLParser):
    """Collects tags, attributes and text; fails on tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.styles: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.styles.append(data)
        else:
            self.text += data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def _assert_self_contained(reader: _Reader) -> None:
    assert not {
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "form",
        "base",
        "img",
    } & set(reader.tags)
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name != "style"
        if name in {"href", "src", "action", "data"}:
            assert value.startswith(("#", "data:image/jpeg;base64,")), value[:80]
    assert len(reader.styles) == 1
    assert "url(" not in reader.styles[0]
    assert "@import" not in reader.styles[0]


def test_every_finding_stands_with_symbol_word_and_values(result: Result, page_image: PageImage) -> None:
    reader = _read(render_html(result, page_image))
    _assert_self_contained(reader)
    for verdict in Verdict:
        label = labels.VERDICTS[verdict]
        assert f"{label.symbol}{label.word}" in reader.text
        assert label.meaning in reader.text
    for text in ("福建示例精密机械有限公司", "91350100M000100Y43", "2021-05-06", "8,123.45 万元", "审计报告.pdf 第6页",
                 "81,234,500.00", "存在不符", "合同.pdf", "文件有打开密码", "差 100.00 元", "受理通知书不能证明已授权",
                 "无保留意见", "3501**********1234"):  # fmt: skip
        assert text in reader.text


def test_risk_stands_before_support(result: Result, page_image: PageImage) -> None:
    html = render_html(result, page_image)
    order = [html.index(f'id="g-{v.value}"') for v in labels.VERDICTS]
    assert order == sorted(order)


def test_hostile_texts_stay_texts(hostile_result: Result, page_image: PageImage) -> None:
    html = render_html(hostile_result, page_image)
    reader = _read(html)
    _assert_self_contained(reader)
    assert "<script>alert(1)</script>" in reader.text
    assert "{{ 7*7 }}" in reader.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)


def test_the_policy_allows_this_style_sheet_and_nothing_else(result: Result, page_image: PageImage) -> None:
    reader = _read(render_html(result, page_image))
    policy = next(v for t, n, v in reader.attributes if n == "content" and "default-src" in v)
    digest = base64.b64encode(hashlib.sha256(reader.styles[0].encode()).digest()).decode()
    assert policy.split("; ")[:3] == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
    ]


def test_each_picture_is_embedded_once_and_used(result: Result, page_image: PageImage) -> None:
    reader = _read(render_html(result, page_image))
    embedded = [v for t, n, v in reader.attributes if t == "image" and n == "id"]
    used = [v.removeprefix("#") for t, n, v in reader.attributes if t == "use"]
    assert len(embedded) == len(set(embedded))
    assert set(used) == set(embedded)
    assert len(used) > len(embedded)  # revenue and research expense also prove the ratio


def test_every_crop_has_its_box_drawn(result: Result, page_image: PageImage) -> None:
    html = render_html(result, page_image)
    crops = re.findall(r'<svg class="crop".*?</svg>', html, re.DOTALL)
    assert len(crops) >= 5
    assert all("<rect" in crop for crop in crops)


def test_pages_without_image_and_lists_of_persons_are_explained(result: Result, page_image: PageImage) -> None:
    text = _read(render_html(result, page_image)).text
    assert "该页没有页面图像" in text
    assert "其余已模糊" in text
    without = _read(render_html(result, lambda file, page: None))
    assert "image" not in without.tags
    assert "81,234,500.00" in without.text


def test_a_package_without_declared_figures_lists_its_documents(result: Result, page_image: PageImage) -> None:
    text = _read(render_html(result.model_copy(update={"findings": ()}), page_image)).text
    assert "未做核对" in text
    assert "会计" in text or "审计报告" in text


def test_the_file_is_utf8_and_a_missing_folder_is_named(hostile_result: Result, page_image: PageImage, tmp_path: Path) -> None:
    write_html(hostile_result, tmp_path / "report.html", page_image)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(ReportWriteError, match="请检查输出目录"):
        write_html(hostile_result, tmp_path / "missing" / "report.html", page_image)
