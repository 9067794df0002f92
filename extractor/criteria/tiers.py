"""Where an enterprise stands: cultivation pools in layers, and the ladder of titles; what the next step needs.

Every tier has three values. ``placed`` is named only when it is certain; ``possible`` are those still open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from extractor.criteria.answers import Answer, Decision
from extractor.criteria.evaluate import NO_DECISIONS, Context, conditions_of, context_of
from extractor.criteria.facts import NOW, Facts
from extractor.criteria.kleene import MET, NOT_MET, OPEN, Status
from extractor.criteria.load import PolicyBook
from extractor.criteria.missing import Shortfall, shortfalls
from extractor.criteria.nodes import Group, Leaf, Policy, walk
from extractor.criteria.self_test import counted, self_test_items
from extractor.criteria.tags import overlaps
from extractor.criteria.versions import applicable

RECOMMEND, RAISE, WATCH = "重点推荐", "重点提升", "重点关注"
FOCUS_NOTE = (
    "原文件未给出重点推荐、重点提升、重点关注的界线，此处推定：全部条件达标为重点推荐，达标过半为重点提升，其余为重点关注"
)

_RUNGS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("创新型", ("科技和创新型中小企业", "创新型"), ("创新型中小企业", "科技型中小企业")),
    ("专精特新", ("专精特新中小企业",), ("省级专精特新中小企业",)),
    ("小巨人", ("小巨人",), ("国家级专精特新小巨人",)),
)
"""Name, the tiers of policies that award it (the first that has one in force), the titles that say it is held."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier and whether the enterprise is in it (or may be). ``policy``: by which policy; ``held``: has the title."""

    name: str
    status: Status
    policy: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an enterprise stands, from the lowest tier to the highest.

    ``placed``: the tier that is certain, else empty; ``next``: the one to reach; ``missing``: what that needs.
    """

    name: str
    tiers: tuple[Tier, ...]
    placed: str
    possible: tuple[str, ...]
    next: str
    missing: tuple[Shortfall, ...]
    note: str = ""


def place_on_ladder(
    book: PolicyBook,
    facts: Facts,
    *,
    jurisdiction: str = "国家",
    as_of: date | None = None,
    self_test: bool = False,
    decisions: Mapping[str, Decision] = NO_DECISIONS,
) -> Placement:
    """创新型 → 专精特新 → 小巨人, by the rules in force on the day in a jurisdiction.

    A tier's status says whether its conditions are met (vetoes are for persons); ``placed`` is the
    highest title held, or else the highest whose conditions are met.
    """
    context = context_of(facts, book, as_of=as_of, self_test=self_test, decisions=decisions)
    day = context.lookup.as_of
    found: list[tuple[Tier, Policy | None]] = []
    for name, tiers, titles in _RUNGS:
        policies = (applicable(book, day, jurisdiction, tier, "recognition") for tier in tiers)
        policy = next((p for p in policies if p is not None), None)
        status = context.tree(policy).status if policy is not None else OPEN
        held = _held(context, titles)
        if policy is not None or held:
            found.append((Tier(name, status, policy.id if policy is not None else "", held), policy))
    reached = max((i for i, (t, _) in enumerate(found) if t.held), default=None)
    if reached is None:
        reached = max((i for i, (t, _) in enumerate(found) if t.status == MET), default=-1)
    above = found[reached + 1 :]
    return Placement(
        name="创新型—专精特新—小巨人",
        tiers=tuple(t for t, _ in found),
        placed=found[reached][0].name if reached >= 0 else "",
        possible=tuple(t.name for t, _ in above if t.status != NOT_MET),
        next=above[0][0].name if above else "",
        missing=shortfalls(context.tree(step)) if above and (step := above[0][1]) is not None else (),
    )


def _held(context: Context, titles: tuple[str, ...]) -> bool:
    """Whether one of the titles is held."""
    known = context.lookup.known("existing_title", NOW, strict=not context.self_test)
    return known is not None and known.tags is not None and overlaps("existing_title", known.tags, titles) is True


def place_in_pool(
    book: PolicyBook,
    facts: Facts,
    *,
    jurisdiction: str,
    as_of: date | None = None,
    self_test: bool = False,
    decisions: Mapping[str, Decision] = NO_DECISIONS,
) -> tuple[Placement, ...]:
    """The layers of a pool that goes by self-tests (精选层, 创新层, 基础层), one placement for each self-test tool."""
    context = context_of(facts, book, as_of=as_of, self_test=self_test, decisions=decisions)
    layers = [p for p in book if p.jurisdiction == jurisdiction and _by_self_test(p)]
    ladders = dict.fromkeys(ladder for p in layers for ladder in _ladders(p))
    return tuple(_layered(context, ladder, list(reversed(layers))) for ladder in ladders)


def _layered(context: Context, ladder: str, layers: list[Policy]) -> Placement:
    """The placement by one self-test; ``layers`` from the lowest."""
    tiers = []
    for policy in layers:
        node = conditions_of(policy, context.book)
        mine = [c for c in node.children if c.key.endswith(f"@{ladder}")] if isinstance(node, Group) else []
        tiers.append(Tier(policy.tier.split("·")[-1], context.node(mine[0] if mine else node).status, policy.id))
    tree = context.tree(context.book.policies[ladder])
    return _placement(context.book.policies[ladder].name, tiers, tree)


def place_by_share(
    book: PolicyBook,
    facts: Facts,
    target: str,
    *,
    as_of: date | None = None,
    self_test: bool = False,
    decisions: Mapping[str, Decision] = NO_DECISIONS,
) -> Placement:
    """重点推荐, 重点提升 or 重点关注 by the share of a target policy's conditions that are met (see ``FOCUS_NOTE``).

    Raises:
        UnknownPolicy: there is no such target.
    """
    policy = book.get(target)
    context = context_of(facts, book, as_of=as_of, self_test=self_test, decisions=decisions)
    tree = context.tree(policy)
    items = self_test_items(tree)
    low, high = (Fraction(n, len(items) or 1) for n in counted(items))
    all_, half = _line(low, high, Fraction(1)), _line(low, high, Fraction(1, 2))
    middle: Status = NOT_MET if all_ == MET or half == NOT_MET else MET if (all_, half) == (NOT_MET, MET) else OPEN
    opposite: dict[Status, Status] = {MET: NOT_MET, NOT_MET: MET, OPEN: OPEN}
    tiers = [Tier(WATCH, opposite[half], target), Tier(RAISE, middle, target), Tier(RECOMMEND, all_, target)]
    return replace(_placement(policy.name, tiers, tree), note=FOCUS_NOTE)


def _line(low: Fraction, high: Fraction, line: Fraction) -> Status:
    """Whether a share reaches a line."""
    return MET if low >= line else NOT_MET if high < line else OPEN


def _placement(name: str, tiers: list[Tier], tree: Answer) -> Placement:
    """Exclusive tiers, from the lowest, and what the policy tested against still needs."""
    placed = next((t.name for t in reversed(tiers) if t.status == MET), "")
    possible = tuple(t.name for t in tiers if t.status != NOT_MET)
    lowest = placed or (possible[0] if possible else "")
    names = [t.name for t in tiers]
    above = names[names.index(lowest) + 1 :] if lowest else []
    return Placement(name, tuple(tiers), placed, possible, above[0] if above else "", shortfalls(tree) if above else ())


def _by_self_test(policy: Policy) -> bool:
    """Whether a pool's layers go by self-tests."""
    return policy.kind == "cultivation_pool" and bool(_ladders(policy))


def _ladders(policy: Policy) -> tuple[str, ...]:
    """The policies that a pool's self-tests run."""
    leaves = [n for n in walk(policy.conditions) if isinstance(n, Leaf) and n.metrics[0].startswith("self_test_")]
    return tuple(dict.fromkeys(ladder for leaf in leaves for ladder in leaf.ladders))
