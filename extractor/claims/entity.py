"""Whose paper is it: the enterprise's own, somebody else's, or not to be said.

Contract: USCC first where both sides have it, else the names, normalised; former names count;
co-owners count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from extractor.claims import doubts
from extractor.model import Claim, Declaration
from extractor.values import names
from extractor.values.checkdigits import uscc_is_valid

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Whose(Enum):
    """OWN; NEAR: own but for what may be a misread character; UNKNOWN; OTHER: somebody else's."""

    OWN = "own"
    NEAR = "near"
    UNKNOWN = "unknown"
    OTHER = "other"


def whose(claim: Claim, declaration: Declaration, holder_confidence: float = 1.0) -> Whose:
    """Whose the claim's paper is.

    ``holder_confidence`` is how surely the holder's name was read: a name that differs but was
    not read surely says nothing.
    """
    names_say = _by_names((claim.subject, *claim.co_subjects), declaration, holder_confidence)
    codes_say = _by_code(claim.subject_id, declaration.uscc)
    if codes_say is None:
        return names_say
    if codes_say is Whose.OTHER and claim.co_subjects and names_say is Whose.OWN:
        return Whose.OWN
    if codes_say is Whose.NEAR:
        return Whose.NEAR if names_say in (Whose.OWN, Whose.NEAR) else Whose.OTHER
    return codes_say


def _by_code(code: str | None, own: str | None) -> Whose | None:
    """What the USCCs say; None where they decide nothing.

    NEAR: they differ by at most two characters, as a misread or mistyped code does.
    """
    if not code or not own:
        return None
    code, own = code.upper(), own.upper()
    if code == own:
        return Whose.OWN
    if not uscc_is_valid(own):
        return None
    if len(code) == len(own) and sum(a != b for a, b in zip(code, own, strict=True)) <= 2:
        return Whose.NEAR
    return Whose.OTHER


def _by_names(holders: Iterable[str], declaration: Declaration, confidence: float) -> Whose:
    """What the names say: the best match of any holder with the present or a former name."""
    shown = [h for h in holders if h.strip()]
    own = [n for n in (declaration.name, *declaration.former_names) if n.strip()]
    if not shown or not own:
        return Whose.UNKNOWN
    certain = confidence >= doubts.SURE_TEXT and not any(names.is_fragment(h) for h in shown)
    matches = {names.match_company(h, o, certain=certain) for h in shown for o in own}
    if names.NameMatch.SAME in matches:
        return Whose.OWN
    torn = any(names.is_part_of(h, o) or names.runs_on(h, o) for h in shown for o in own)
    if torn or names.NameMatch.OCR_NEAR in matches:
        return Whose.NEAR
    if not certain or not any(_CHINESE.search(h) for h in shown):
        # A foreign-language name cannot be compared with a Chinese one.
        return Whose.UNKNOWN
    return Whose.OTHER
