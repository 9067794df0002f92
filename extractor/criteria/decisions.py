"""What persons decided, from a file: ``{"cn-…#conditions.all[3]": {"status", "who", "when", "why"}}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from extractor.criteria.answers import Decision
from extractor.criteria.load import PolicyBook
from extractor.criteria.nodes import Leaf, Manual, Node, Policy, walk

_STATUS: dict[object, Literal["met", "not_met"]] = {"met": "met", "not_met": "not_met", "符合": "met", "不符合": "not_met"}
_KEYS = ("status", "who", "when", "why")


class DecisionError(Exception):
    """A file of decisions that cannot be used; the message is plain Chinese and names the entry."""


def load_decisions(path: Path, book: PolicyBook) -> dict[str, Decision]:
    """Read what persons decided, by the key of a condition or veto.

    For a veto ``met`` means that it holds.

    Raises:
        DecisionError: unreadable, an unknown key, or an entry that is not understood.
    """
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise DecisionError(f"人工判定文件“{path.name}”打不开：请检查路径和权限") from error
    except UnicodeDecodeError as error:
        raise DecisionError(f"人工判定文件“{path.name}”不是 UTF-8 编码，请另存为 UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}列"
        raise DecisionError(f"人工判定文件“{path.name}”不是正确的 JSON（{where}），请检查逗号、引号和括号") from error
    except (RecursionError, ValueError) as error:  # Python makes no whole numbers of more than 4300 digits
        raise DecisionError(f"人工判定文件“{path.name}”嵌套过深或数字过长，不是人工判定，请更正") from error
    if not isinstance(data, dict):
        raise DecisionError(f"人工判定文件“{path.name}”应是一个 JSON 对象：条件编号 → status、who、when、why")
    return {key: _decision(key, entry, book) for key, entry in data.items()}


def _decision(key: str, entry: Any, book: PolicyBook) -> Decision:
    """One entry."""
    where = f"人工判定“{key}”"
    policy = book.policies.get(key.split("#")[0])
    if policy is None or "#" not in key or key.split("@")[0] not in decidable(policy):
        hint = f"；{policy.id} 的条件编号见 zuozheng policies show {policy.id} --json" if policy is not None else ""
        raise DecisionError(f"{where}：没有这一编号的条件或否决情形{hint}")
    if not isinstance(entry, Mapping):
        raise DecisionError(f"{where}：应是一个对象，含 status、who、when、why")
    if unknown := [str(k) for k in entry if k not in _KEYS]:
        raise DecisionError(f"{where}：不认识的项“{unknown[0]}”（可用：{'、'.join(_KEYS)}）")
    status = entry.get("status")
    if not isinstance(status, str) or status not in _STATUS:
        raise DecisionError(f"{where}：status 应为 met（符合）或 not_met（不符合）")
    who, when, why = (entry.get(k, "") for k in ("who", "when", "why"))
    if not isinstance(who, str) or not who.strip():
        raise DecisionError(f"{where}：缺少 who（判定人）")
    if not isinstance(why, str):
        raise DecisionError(f"{where}：why（理由）应是文字")
    return Decision(_STATUS[status], who.strip(), _day(where, when), why.strip())


def _day(where: str, when: object) -> str:
    """The day of a decision."""
    try:
        return date.fromisoformat(str(when)).isoformat()
    except ValueError as error:
        raise DecisionError(f"{where}：when（判定日期）应写成 YYYY-MM-DD，例如 2026-06-30") from error


def decidable(policy: Policy) -> frozenset[str]:
    """The keys of all conditions and vetoes of a policy that a person may decide: no groups, no references."""
    tops: list[Node] = [policy.conditions, *(a.node for a in policy.advisory)]
    tops += [v.test for v in policy.vetoes if v.test is not None]
    for item in policy.scoring.all_items if policy.scoring is not None else ():
        tops += [n for n in (item.when, *(b.when for b in item.bands)) if n is not None]
    return frozenset([n.key for top in tops for n in walk(top) if isinstance(n, Leaf | Manual)] + [v.key for v in policy.vetoes])
