"""What keeps a policy from being met: the shortest list of things still to be reached or shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractor.criteria.answers import Answer
from extractor.criteria.kleene import MET, NOT_MET, Status
from extractor.criteria.nodes import Group, Leaf, Manual
from extractor.criteria.shown import Gap


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that is missing. ``choice``: other ways of reaching the same are open, too."""

    text: str
    status: Status
    answer: Answer
    gap: Gap | None = None
    choice: bool = False


def shortfalls(answer: Answer) -> tuple[Shortfall, ...]:
    """What is missing, in the order of the policy; of alternatives the one that is nearest."""
    return tuple(_walk(answer, False))


def _walk(answer: Answer, choice: bool) -> Iterator[Shortfall]:
    """The missing conditions under an answer."""
    if answer.status == MET:
        return
    if isinstance(answer.node, Leaf | Manual):
        yield Shortfall(describe(answer), answer.status, answer, answer.gap, choice)
        return
    if not isinstance(answer.node, Group) or answer.node.how == "all":
        for child in answer.children:
            yield from _walk(child, choice)
        return
    wanting = sorted((c for c in answer.children if c.status != MET), key=_cost)
    reached = len(answer.children) - len(wanting)
    for child in wanting[: answer.node.need - reached]:
        yield from _walk(child, len(answer.children) > answer.node.need)


def _cost(answer: Answer) -> tuple[int, int, int]:
    """How far an alternative is: how much is missing, how much of that has no amount, how much surely fails."""
    found = list(_walk(answer, False))
    return len(found), sum(s.gap is None for s in found), sum(s.status == NOT_MET for s in found)


def describe(answer: Answer) -> str:
    """``营业收入 还差 320 万元``; without an amount, what is asked and what is there, or what would settle it."""
    if isinstance(answer.node, Manual):
        return f"{answer.text}：待人工判定" if answer.status != NOT_MET else f"{answer.text}：人工判定不符合"
    gap, actual, required = answer.gap, answer.actual, answer.required
    if gap is not None:
        return f"{answer.metric_label} {gap.text}"
    if answer.status == NOT_MET and required is not None:
        return f"{answer.text}：要求{required.text}，现为{actual.text if actual and actual.text else '不符'}"
    return f"{answer.text}：{answer.material}"
