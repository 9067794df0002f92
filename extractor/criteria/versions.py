"""Which policies apply on a day: a 2021 application is judged by the 2021 rules, a 2026 one by those of 2026."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from extractor.criteria.load import PolicyBook
from extractor.criteria.nodes import Policy
from extractor.criteria.vocabulary import STATUS_WORDS

_OPEN_END = date(9999, 12, 31)
NATIONAL = "国家"
# Calls for one round: over when the round closes. What makes a title goes on until the next standard.
_ONE_ROUND = frozenset({"key_support", "fund_project", "screening", "listing_pool"})
_PROVINCE = {"三明": "福建", "厦门": "福建", "宁波": "浙江", "青岛": "山东", "深圳": "广东"}


def jurisdictions(of: str) -> tuple[str, ...]:
    """A jurisdiction and those around it, the nearest first: ``三明``, ``福建``, ``国家``."""
    found = [of]
    if of in _PROVINCE:
        found.append(_PROVINCE[of])
    return tuple(dict.fromkeys([*found, NATIONAL]))


def starts(policy: Policy) -> date:
    """The first day on which a policy applies.

    As written, but not before the year it was made for; else the day it was issued; else that year's first day
    or that of its first round.
    """
    new_year = date(policy.year, 1, 1)
    if policy.valid_from:
        return max(date.fromisoformat(policy.valid_from), new_year)
    if policy.issued:
        return date.fromisoformat(policy.issued)
    rounds = [date.fromisoformat(w.opens or w.closes) for w in policy.application_window if w.opens or w.closes]
    return min([new_year, *rounds])


def ends(policy: Policy, book: PolicyBook) -> date:
    """The last day on which new filings go by a policy.

    As written; else the day before the policy that supersedes it. A document that says neither ends with its
    round, or, where it makes a title, when the next one of a later year begins for the same tier, in the
    same jurisdiction or nationwide.
    """
    key = ("ends", policy.id)
    if key not in book.memo:
        book.memo[key] = _ends(policy, book)
    return cast(date, book.memo[key])


def _ends(policy: Policy, book: PolicyBook) -> date:
    """The same, worked out."""
    if policy.valid_until:
        return date.fromisoformat(policy.valid_until)
    if policy.superseded_by:
        return starts(book.policies[policy.superseded_by]) - timedelta(days=1)
    closes = max((w.closes for w in policy.application_window if w.closes), default="")
    if policy.kind in _ONE_ROUND and closes and not policy.status:
        return date.fromisoformat(closes)
    later = [
        starts(other)
        for other in book
        if other.year > policy.year
        and family(other) == family(policy)
        and other.jurisdiction in jurisdictions(policy.jurisdiction)
        and not (other.jurisdiction == NATIONAL != policy.jurisdiction and policy.status)
        and other.status != "method"
    ]
    return min(later) - timedelta(days=1) if later else _OPEN_END


def family(policy: Policy) -> str:
    """What a policy decides about: its tier without the batch or branch, re-checks apart."""
    tier = policy.tier
    return tier if policy.kind == "recheck" or "·" not in tier else tier.replace("·国家级推荐", "")


def in_force(
    book: PolicyBook, as_of: date, jurisdiction: str | None = None, tier: str | None = None, kind: str | None = None
) -> tuple[Policy, ...]:
    """The policies by which one files on a day, the nearest jurisdiction first.

    Args:
        book: all policies.
        as_of: the day.
        jurisdiction: only this one and those around it (``三明`` gives 三明, 福建 and 国家).
        tier: only this tier.
        kind: only this kind (``recognition``, ``recheck`` …).
    """
    near = jurisdictions(jurisdiction) if jurisdiction else None
    found = [
        p
        for p in book
        if p.status != "method"
        and (near is None or p.jurisdiction in near)
        and tier in (None, p.tier)
        and kind in (None, p.kind)
        and starts(p) <= as_of <= ends(p, book)
    ]
    return tuple(sorted(found, key=lambda p: near.index(p.jurisdiction)) if near else found)


def applicable(book: PolicyBook, as_of: date, jurisdiction: str, tier: str, kind: str | None = None) -> Policy | None:
    """The one policy for a tier on a day: the nearest jurisdiction's, of these the latest; None where there is none."""
    found = in_force(book, as_of, jurisdiction, tier, kind)
    nearest = [p for p in found if p.jurisdiction == found[0].jurisdiction]
    return max(nearest, key=starts, default=None)


def state(policy: Policy, book: PolicyBook, as_of: date) -> str:
    """A policy's state on a day in Chinese: ``现行（2026-04-01 起）``, ``已停用，改用 …``, ``尚未施行``."""
    if policy.status == "method":
        return STATUS_WORDS["method"]
    first, last = starts(policy), ends(policy, book)
    if as_of < first:
        return f"尚未施行（{first} 起）"
    if as_of > last:
        instead = f"，改用 {policy.superseded_by}" if policy.superseded_by else ""
        return f"新申请已停用（至 {last}）{instead}"
    word = STATUS_WORDS["in_force"] if policy.status in ("", "superseded") else STATUS_WORDS[policy.status]
    return f"{word}（{first} 起" + ("）" if last == _OPEN_END else f"，至 {last}）")
