"""``材料清单.xlsx``: per policy, which material is there, missing, expired, of the wrong year, or to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.model import Document, PageRef, Result
from extractor.reports import view
from extractor.reports.office.persons import Masker
from extractor.reports.office.sheet_kit import Book

_HEADS = {"序号": 7, "材料名称": 46, "材料种类": 22, "要求": 26, "年份": 16, "情况": 14, "所在位置": 44, "说明": 54}
_ASKED = {
    "always": "必交",
    "claimed": "已申报相应内容，须交",
    "not_claimed": "未申报，不需要",
    "perhaps": "涉及时须交",
    "optional": "非必交",
}


def write_materials(result: Result, policy_texts: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the list: a sheet for every policy.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    book, mask = Book(), Masker(result)
    listed = [t for t in policy_texts if t.get("materials")]
    for text in listed:
        rows = [_row(result, mask, n, m) for n, m in enumerate(text.get("materials", ()), start=1)]
        book.sheet(text["name"], f"材料清单：{text['name']}", _HEADS, rows, _note(result, text))
    if not listed:
        why = "所选政策没有列出材料" if policy_texts else "没有选择政策"
        book.sheet("材料清单", "材料清单", _HEADS, [], why)
    book.save(path)


def _note(result: Result, text: Mapping[str, Any]) -> str:
    """Totals under the title."""
    found = Counter(m["word"] for m in text.get("materials", ()))
    counted = "，".join(f"{word} {n}" for word, n in found.items())
    return f"{result.package.enterprise or ''}  核验日 {result.package.as_of}  {text.get('doc_no', '')}  {counted}"


def _row(result: Result, mask: Masker, number: int, material: Mapping[str, Any]) -> list[str | int]:
    """One material."""
    asked = _ASKED.get(material.get("asked", ""), "")
    when = material.get("when", "")
    return [
        number,
        material["name"],
        material.get("doc_label", ""),
        f"{asked}（{when}）" if when else asked,
        "、".join(map(str, material.get("years", ()))),
        material["word"],
        pages_text(result, material.get("pages", ())),
        mask(material.get("reason", "")),
    ]


def pages_text(result: Result, pages: Sequence[Mapping[str, int]]) -> str:
    """``扫描件.pdf 第3–6、9页``."""
    refs = tuple(PageRef(file=p["file"], page=p["page"]) for p in pages)
    return view.page_ranges(result, Document(id="", type="other", confidence=1.0, pages=refs))
