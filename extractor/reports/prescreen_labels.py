"""How the lines of a batch (``batch.json``, ``docs/batches.md``) are shown: words for states and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.model import Verdict
from extractor.reports import labels

Row = Mapping[str, Any]

STATES: dict[str, tuple[str, Verdict]] = {
    "pass": ("通过", Verdict.SUPPORTED),
    "review": ("需复核", Verdict.UNSURE),
    "fail": ("不通过", Verdict.CONTRADICTED),
    "error": ("未能检查", Verdict.MISSING),
}
"""A package's state: its word and the verdict whose look it shares."""

SEVERITIES: dict[str, tuple[str, Verdict]] = {"alarm": ("请核对", Verdict.CONTRADICTED), "note": ("提示", Verdict.MISSING)}

KINDS: dict[str, str] = {
    "patent_no": "专利号",
    "certificate_no": "证书编号",
    "page_image": "页面",
    "market_share_letter": "市场占有率证明",
    "file": "文件",
    "same_enterprise": "同一企业多份材料",
}

STATUSES: dict[str, str] = {"met": "达标", "not_met": "未达标", "undetermined": "待定"}


def state_text(row: Row) -> str:
    """Symbol and word: never colour alone."""
    word, like = STATES[row["verdict"]]
    return f"{labels.VERDICTS[like].symbol} {word}"


def policy_text(row: Row) -> str:
    """``小巨人（第三批）：达标（a 档）``, one line per policy."""
    return "\n".join(_one_policy(p) for p in row["policies"])


def _one_policy(policy: Row) -> str:
    tier = f"（{policy['tier']}）" if policy.get("tier") else ""
    return f"{policy['name']}：{STATUSES.get(policy['status'], policy['status'])}{tier}"


def totals_text(summary: Row) -> str:
    """One line about the whole batch."""
    counts = "，".join(f"{word} {summary['verdicts'].get(state, 0)}" for state, (word, _) in STATES.items())
    return (
        f"共 {summary['packages']} 份材料：{counts}；读取 {summary['pages']} 页，"
        f"估计节省阅读约 {summary['hours_saved']:.1f} 小时；跨企业重复需核对 {summary['alarms']} 处"
    )
