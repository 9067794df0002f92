"""A policy against what is known of an enterprise: a tree of three-valued answers.

By evidence (the default) a declared figure decides nothing: a condition met by it alone stays
undetermined and says so (``declared_met``). In a self-test declared figures decide, marked as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from extractor.criteria.answers import (
    AdvisoryAnswer,
    Answer,
    Decision,
    Outcome,
    PolicyAnswer,
    Score,
    VetoAnswer,
)
from extractor.criteria.facts import Facts
from extractor.criteria.judge import judge
from extractor.criteria.kleene import MET, NOT_MET, OPEN, Status, at_least
from extractor.criteria.known import Lookup
from extractor.criteria.load import PolicyBook
from extractor.criteria.nodes import Group, Leaf, Manual, Node, Policy, Ref, Veto
from extractor.criteria.scoring import judge_score, score_policy
from extractor.criteria.self_test import judge_self_test

NO_DECISIONS: Mapping[str, Decision] = {}


@dataclass(slots=True, eq=False)
class Context:
    """One enterprise at one day, in one of the two ways of looking, with what has been worked out."""

    book: PolicyBook
    lookup: Lookup
    self_test: bool
    decisions: Mapping[str, Decision]
    outcomes: dict[int, Outcome]
    scores: dict[str, Score] = field(default_factory=dict)
    trees: dict[str, Answer] = field(default_factory=dict)

    def tree(self, policy: Policy) -> Answer:
        """The conditions of a policy, worked out once."""
        found = self.trees.get(policy.id)
        if found is None:
            found = self.trees[policy.id] = self.node(conditions_of(policy, self.book))
        return found

    def node(self, node: Node) -> Answer:
        """The answer for a node and everything under it."""
        if self.decisions and (decision := self.decisions.get(node.key)) is not None and not isinstance(node, Group | Ref):
            return Answer(node, decision.status, self.outcome(node) if isinstance(node, Leaf) else None, (), decision)
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, Leaf):
            outcome = self.outcomes.get(node.ident) or self.outcome(node)
            return Answer(node, outcome.judged.status, outcome)
        if isinstance(node, Manual):
            return cast(Answer, self.book.memo.get(node)) or self._unseen(node)
        tree = self.tree(self.book.policies[node.policy])
        return Answer(node, tree.status, None, (tree,))

    def _group(self, group: Group) -> Answer:
        """The answer for a group.

        A thousand enterprises by all policies make four million answers: leaves are answered here without a call,
        and groups of questions that nobody has answered are the same for every enterprise.
        """
        if self.decisions:
            children = [self.node(child) for child in group.children]
            return Answer(group, at_least(group.need, [c.status for c in children]), None, tuple(children))
        unseen = self.book.memo.get(group)
        if unseen is not None:
            return cast(Answer, unseen)
        children, outcomes, asked = [], self.outcomes, True
        for child in group.children:
            if child.__class__ is Leaf:
                outcome = outcomes.get(child.ident) or self.outcome(child)
                children.append(Answer(child, outcome.judged.status, outcome))
                asked = False
            else:
                children.append(self.node(child))
                asked = asked and child in self.book.memo
        found = Answer(group, at_least(group.need, [c.status for c in children]), None, tuple(children))
        if asked:
            self.book.memo[group] = found
        return found

    def _unseen(self, node: Manual) -> Answer:
        """A question that nobody has answered is the same for every enterprise."""
        found = self.book.memo[node] = Answer(node, OPEN)
        return found

    def outcome(self, leaf: Leaf) -> Outcome:
        """How a leaf comes out; leaves that ask the same are judged once."""
        if leaf.ladders:
            # Scores and self-tests hang on decisions and on whole policies.
            special = judge_score if leaf.metrics[0] == "policy_score" else judge_self_test
            return Outcome(leaf, self.lookup, special(self, leaf), not self.self_test)
        found = self.outcomes.get(leaf.ident)
        if found is None:
            judged = judge(self.lookup, leaf, strict=not self.self_test)
            found = self.outcomes[leaf.ident] = Outcome(leaf, self.lookup, judged, not self.self_test)
        return found

    def score(self, policy: str) -> Score | None:
        """The score of a policy's table, worked out once; None where it has none."""
        if policy not in self.scores:
            found = score_policy(self, self.book.policies[policy])
            if found is None:
                return None
            self.scores[policy] = found
        return self.scores[policy]


def context_of(
    facts: Facts,
    book: PolicyBook,
    *,
    as_of: date | None = None,
    self_test: bool = False,
    decisions: Mapping[str, Decision] = NO_DECISIONS,
) -> Context:
    """A context; what does not hang on decisions is remembered with the facts."""
    day = as_of or facts.as_of
    key = (day, self_test, book)
    if key not in facts.memo:
        facts.memo[key] = Context(book, Lookup.of(facts, book.metrics, day), self_test, NO_DECISIONS, {})
    kept = cast(Context, facts.memo[key])
    return replace(kept, decisions=decisions, scores={}, trees={}) if decisions else kept


def evaluate(
    policy: Policy,
    facts: Facts,
    book: PolicyBook,
    *,
    as_of: date | None = None,
    self_test: bool = False,
    decisions: Mapping[str, Decision] = NO_DECISIONS,
) -> PolicyAnswer:
    """Whether an enterprise meets a policy.

    Args:
        policy: the policy to judge by, whatever its dates (``versions`` says which applies).
        facts: what is known; do not change them afterwards.
        book: all policies, for references and metrics.
        as_of: the day of the application; its year is Y of the periods. Without one, the facts' own day. On
            another day figures stated for "now" say nothing.
        self_test: declared figures decide where the evidence is silent.
        decisions: what persons decided, by the ``key`` of a node or veto (``policy id#path``).
    """
    context = context_of(facts, book, as_of=as_of, self_test=self_test, decisions=decisions)
    conditions = context.tree(policy)
    vetoes = _vetoes(context, policy)
    return PolicyAnswer(
        policy=policy,
        as_of=context.lookup.as_of,
        self_test=self_test,
        conditions=conditions,
        vetoes=vetoes,
        status=_overall(conditions.status, vetoes),
        metrics=book.metrics,
        advisory=tuple([AdvisoryAnswer(a, context.node(a.node)) for a in policy.advisory]),
        score=context.score(policy.id) if policy.scoring is not None else None,
    )


def _vetoes(context: Context, policy: Policy) -> tuple[VetoAnswer, ...]:
    """All vetoes; those that only persons decide are the same for every enterprise until one has."""
    if context.decisions or any(v.test is not None for v in policy.vetoes):
        return tuple([_veto(context, v) for v in policy.vetoes])
    key = ("vetoes", policy.id)
    if key not in context.book.memo:
        context.book.memo[key] = tuple([_veto(context, v) for v in policy.vetoes])
    return cast("tuple[VetoAnswer, ...]", context.book.memo[key])


def _veto(context: Context, veto: Veto) -> VetoAnswer:
    """Whether a veto holds: by its test, or as a person decided; nobody has looked at the others."""
    test = context.node(veto.test) if veto.test is not None else None
    decision = context.decisions.get(veto.key)
    status: Status = decision.status if decision else test.status if test is not None else OPEN
    return VetoAnswer(veto, status, test, decision)


def _overall(conditions: Status, vetoes: tuple[VetoAnswer, ...]) -> Status:
    """The conditions, and no filing veto that holds or was not looked at."""
    counted = [v.status for v in vetoes if v.counted]
    if conditions == NOT_MET or MET in counted:
        return NOT_MET
    return OPEN if OPEN in (conditions, *counted) else MET


def conditions_of(policy: Policy, book: PolicyBook) -> Node:
    """The policy's conditions; where they name several self-tests, one tree for each: every tool tiers by itself."""
    key = ("by ladder", policy.id)
    if key not in book.memo:
        book.memo[key] = _by_ladder(policy.conditions, book)
    return cast(Node, book.memo[key])


def _by_ladder(node: Node, book: PolicyBook) -> Node:
    """``any`` of the tree with one self-test each, where its leaves name the same several."""
    ladders = {leaf.ladders for leaf in _leaves(node) if leaf.metrics[0].startswith("self_test_") and len(leaf.ladders) > 1}
    if len(ladders) != 1 or not isinstance(node, Group):
        return node
    (several,) = ladders
    trees = tuple(
        replace(with_ladder(node, ladder), key=f"{node.key}@{ladder}", label=f"按“{book.policies[ladder].name}”自测")
        for ladder in several
    )
    return Group(node.key, node.path, "any", 1, trees)


def with_ladder(group: Group, ladder: str) -> Group:
    """The tree with all self-tests by one policy only."""
    children: list[Node] = []
    for child in group.children:
        if isinstance(child, Group):
            children.append(with_ladder(child, ladder))
        elif isinstance(child, Leaf) and ladder in child.ladders:
            children.append(replace(child, ladders=(ladder,), key=f"{child.key}@{ladder}"))
        else:
            children.append(child)
    return replace(group, children=tuple(children))


def _leaves(node: Node) -> list[Leaf]:
    """All leaves of a tree; references are not followed."""
    if isinstance(node, Group):
        return [leaf for child in node.children for leaf in _leaves(child)]
    return [node] if isinstance(node, Leaf) else []


__all__ = ["Context", "Decision", "Ref", "context_of", "evaluate"]
