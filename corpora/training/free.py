"""Free forms: pages of every type in arrangements and wordings that nobody has drawn, milliseconds each."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from corpora.training import (
    papers_accounts,
    papers_audit,
    papers_iso,
    papers_licence,
    papers_others,
    papers_rights,
    papers_social,
    papers_statements,
)
from corpora.training.arrange import arranged
from corpora.training.invent import traditional
from corpora.training.paper import Paper
from extractor.model import LabelledPage

_TRADITIONAL = 0.03
"""Share of pages in traditional characters."""

MAKERS: tuple[tuple[Callable[[Random], Paper], int], ...] = (
    (papers_iso.make, 32),
    (papers_social.make, 24),
    (papers_rights.patent, 11),
    (papers_rights.software, 8),
    (papers_rights.trademark, 11),
    (papers_licence.licence, 9),
    (papers_licence.high_tech, 5),
    (papers_audit.audit_page, 27),
    (papers_statements.statement, 7),
    (papers_accounts.rd_audit, 6),
    (papers_accounts.tax_return, 6),
    (papers_others.make, 34),
)
"""(maker, weight): management systems and insurance lists, of which there are the most forms, are above a third."""


def free_page(rng: Random) -> LabelledPage:
    """A page of a random type."""
    maker = rng.choices([m for m, _ in MAKERS], [w for _, w in MAKERS])[0]
    page = arranged(rng, maker(rng))
    return _traditional(page) if rng.random() < _TRADITIONAL else page


def _traditional(page: LabelledPage) -> LabelledPage:
    """The page in traditional characters; lengths and tags stay."""
    lines = tuple(line.model_copy(update={"text": traditional(line.text)}) for line in page.page.lines)
    return page.model_copy(update={"page": page.page.model_copy(update={"lines": lines})})
