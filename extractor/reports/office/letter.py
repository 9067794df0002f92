"""``补正通知.docx``: what an enterprise is asked to supplement, in neutral words, with exact pages.

Name of the office, date, deadline and contact are left blank for the office; persons are masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.model import Result
from extractor.reports.office.docx_kit import TITLE_FONT, Paper
from extractor.reports.office.persons import Masker
from extractor.reports.office.requests import requests

_BLANK = "＿" * 8


def write_letter(result: Result, policy_texts: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the notice; where nothing is open it says so.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    mask = Masker(result)
    items = requests(result, policy_texts)
    paper = Paper("补正通知")
    paper.line(f"{mask(result.package.enterprise or _BLANK)}：", bold=True)
    names = "、".join(dict.fromkeys(_called(t) for t in policy_texts if t.get("kind") != "screening"))
    opening = f"你单位提交的{names}申报材料收悉。经核对（有效性核验日 {result.package.as_of}），"
    if not items:
        paper.line(opening + "未发现需要补正的事项。", indent=True)
    else:
        paper.line(
            opening + "以下事项需要补充、核对或说明。请于＿＿＿＿年＿＿月＿＿日前一次性提交；下文未列出的材料无需重复提交。",
            indent=True, after=10,
        )  # fmt: skip
    for number, item in enumerate(items, start=1):
        paper.line(f"{number}. {mask(item.title)}", bold=True, font=TITLE_FONT, keep=True)
        for part, ask in enumerate(item.asks, start=1):
            paper.line(f"（{part}）{mask(ask)}", indent=True)
    if items:
        paper.line("上述页码为你单位所交文件的页码。已经提交、本通知没有读到的，请注明所在文件和页码，不必另交。", indent=True)
    paper.line("", after=6)
    paper.line(f"联系人：{_BLANK}    联系电话：{_BLANK}", keep=True)
    paper.line(f"（单位名称、盖章）{_BLANK}{_BLANK}", right=True, keep=True)
    paper.line("＿＿＿＿年＿＿月＿＿日", right=True)
    paper.save(path)


def _called(text: Mapping[str, Any]) -> str:
    """A policy in quotation marks, with its number."""
    inner = str(text["name"]).replace("“", "‘").replace("”", "’")
    return f"“{inner}”" + (f"（{text['doc_no']}）" if text.get("doc_no") else "")
