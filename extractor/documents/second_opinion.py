"""Papers in which no rule saw what they are: the page classifier's guess, where the paper bears it out (``docs/fusion.md``).

Rules know the titles and words that they were written for; a certificate in a layout of its own shows none of them. The
classifier never outvotes a rule and never lifts an exclusion: a paper that calls itself a notice, specimen or draft stays one.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.documents.fusion import DECIDING
from extractor.documents.fusion_tags import Tagging
from extractor.model import Document, Page

SURE = 0.8
"""Least probability of a type.

Of 391 uncued pages (25 of held-out layouts, 72 free forms, 294 stray papers) 60 were above it, all of that type.
"""
TYPES_GUESSED = frozenset({
    "iso_certificate", "high_tech_certificate", "patent_certificate", "software_copyright", "trademark_certificate",
    "business_license", "social_security_list",
})  # fmt: skip
"""Types that may be guessed: papers of a page or few. Reports and returns are told by their statements."""
MOST_PAGES = 3
BEARING = 3
"""Deciding fields that the paper must show, each read; else the guess is dropped."""
GUESSED = "（类型由模型判断，请核对）"
"""Ends the title of a paper that was typed so."""


def guessed_type(pages: Sequence[Page], tagging: Tagging) -> tuple[str, float] | None:
    """The type of a paper by its pages, and its probability; None where the classifier is not sure or not of one mind."""
    if len(pages) > MOST_PAGES:
        return None
    guesses = [tagging.guess(page) for page in pages]
    found = [g for g in guesses if g is not None]
    if len(found) < len(pages):
        return None
    kind, probability, starts = found[0]
    further = any(g[0] != kind or g[2] >= 0.5 for g in found[1:])
    if kind not in TYPES_GUESSED or probability < SURE or starts < 0.5 or further:
        return None
    return kind, probability


def borne_out(document: Document) -> bool:
    """Whether a paper shows enough fields of the type that was guessed."""
    shown = [f for key, f in document.fields.items() if key in DECIDING.get(document.type, ()) and f.value not in (None, "", [])]
    return len(shown) >= BEARING
