"""Figures that come from testing an enterprise against another policy (the self-test tools of cultivation pools)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from extractor.criteria.answers import Answer
from extractor.criteria.judge import Judged, compare
from extractor.criteria.kleene import MET, OPEN
from extractor.criteria.known import Known, joined, weakest
from extractor.criteria.load import PolicyBook
from extractor.criteria.nodes import Group, Leaf, Policy

INNOVATION = "创新能力"
_POOL_TITLE = "培育库入库企业"


class Tester(Protocol):
    """What a self-test needs of an evaluation."""

    book: PolicyBook

    def tree(self, policy: Policy) -> Answer:
        """The conditions of a policy."""


def judge_self_test(context: Tester, leaf: Leaf) -> Judged:
    """The share of conditions met, or the number of innovation items met, of the policy in ``ladders``."""
    tree = context.tree(context.book.policies[leaf.ladders[0]])
    if leaf.metrics[0] == "self_test_conditions_passed_ratio":
        items = self_test_items(tree)
        low, high = counted(items)
        full = len(items) or 1
        return _judged(leaf, Fraction(100 * low, full), Fraction(100 * high, full), items)
    items = innovation_items(tree)
    low, high = counted(items)
    return _judged(leaf, Fraction(low), Fraction(high), items)


def self_test_items(tree: Answer) -> list[Answer]:
    """The single conditions of a policy with all its ``all`` groups unfolded; being in the pool is none of them."""
    return [a for a in _unfolded(tree) if not _pool(a)]


def innovation_items(tree: Answer) -> list[Answer]:
    """The items under the groups labelled 创新能力."""
    groups = [a for a in tree.walk() if a.label == INNOVATION]
    return [child for group in groups for child in group.children]


def counted(items: list[Answer]) -> tuple[int, int]:
    """How many are met at least, and how many may be."""
    met = sum(a.status == MET for a in items)
    return met, met + sum(a.status == OPEN for a in items)


def _unfolded(answer: Answer) -> Iterator[Answer]:
    """Everything that must hold by itself."""
    if isinstance(answer.node, Group) and answer.node.how == "all":
        for child in answer.children:
            yield from _unfolded(child)
    else:
        yield answer


def _pool(answer: Answer) -> bool:
    """Whether a condition asks for being in the cultivation pool itself."""
    value = answer.node.value if isinstance(answer.node, Leaf) else ()
    return isinstance(value, tuple) and bool(value) and all(isinstance(v, str) and _POOL_TITLE in v for v in value)


def _judged(leaf: Leaf, low: Fraction, high: Fraction, items: list[Answer]) -> Judged:
    """A leaf against a number within bounds."""
    used = [k for a in items for b in a.walk() if b.status != OPEN and (k := b.known) is not None]
    known = Known(low, high, weakest(used), joined(used))
    return Judged(compare(leaf, known), known)
