"""The plan of a package: its papers (not drawn yet), what they prove, and what the enterprise declares."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from corpora.packages import notices
from corpora.packages.expected import Facts, expect
from corpora.synth.engine import SynthDocument
from corpora.synth.names import Enterprise
from extractor.model import Verdict

_TRIES = 40
"""A maker draws its layout by chance; one that cannot show what the plan needs is drawn again."""


class PlanError(RuntimeError):
    """A document does not show what its plan says: the labels would be false."""


@dataclass(frozen=True)
class Paper:
    """A document to be drawn: ``maker(rng, owner, **options)``.

    ``truth``: fields that the finished document must carry (a subset; for statement rows per period; a function
    says whether a value will do).
    ``word``: printed across every page (样本, 征求意见稿), so that it proves nothing. ``copies``: handed in so often.
    """

    maker: Callable[..., SynthDocument]
    owner: Enterprise
    seed: str
    options: dict[str, Any] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)
    word: str = ""
    copies: int = 1

    def draw(self, layouts: str) -> SynthDocument:
        """The document, in one of the ``layouts`` (``all``, ``seen``, ``held_out``) of its kind.

        Raises:
            PlanError: no layout shows what ``truth`` asks for.
        """
        options = dict(self.options)
        if "layouts" in inspect.signature(self.maker).parameters:
            options["layouts"] = layouts
        for attempt in range(_TRIES):
            made = self.maker(Random(f"{self.seed}/{attempt}"), self.owner, **options)
            if all(_shows(made.fields.get(key), value) for key, value in self.truth.items()):
                return notices.across(made, self.word) if self.word else made
        raise PlanError(f"生成的“{made.title}”（{made.layout}）与计划不符：{self.truth}")


def _shows(found: Any, wanted: Any) -> bool:
    """Whether a field holds the wanted value, or at least the wanted periods of it."""
    if callable(wanted):
        return bool(wanted(found))
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(k in found and abs(found[k] - v) < 0.005 for k, v in wanted.items())
    return bool(found == wanted)


@dataclass(frozen=True)
class Row:
    """A declared figure, the verdict it must get, and the kind of error planted (None: nothing is wrong)."""

    metric: str
    period: str
    value: Decimal | date
    unit: str
    verdict: Verdict
    planted: str | None


@dataclass
class Plan:
    """A package in the making; ``year`` is the year of its statements."""

    seed: str
    owner: Enterprise
    stranger: Enterprise
    year: int
    facts: Facts
    papers: list[Paper] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def as_of(self) -> date:
        """The day on which everything must be valid."""
        return self.facts.as_of

    def add(
        self,
        maker: Callable[..., SynthDocument],
        owner: Enterprise | None = None,
        *,
        word: str = "",
        copies: int = 1,
        **more: Any,
    ) -> None:
        """Put in a paper (of the enterprise itself unless ``owner`` is given); ``more``: ``options`` and ``truth``."""
        seed = f"{self.seed}/{len(self.papers)}"
        self.papers.append(Paper(maker, owner or self.owner, seed, word=word, copies=copies, **more))

    def declare(self, metric: str, period: str, value: Decimal | date | int, unit: str, slip: str | None = None) -> Row | None:
        """Declare a figure; ``slip`` names the error in it.

        The verdict follows from the evidence: a slip may come out right by chance (then nothing is
        planted), and what the contract leaves open is not declared (None), nor is anything twice.
        """
        if any((row.metric, row.period) == (metric, period) for row in self.rows):
            return None
        said = Decimal(value) if isinstance(value, int) else value
        answer = expect(self.facts, metric, period, said, unit)
        if answer is None:
            return None
        planted = None
        if answer.verdict is not Verdict.SUPPORTED:
            planted = answer.why if answer.why not in (None, "not_shown") else slip or (answer.why and "no_evidence")
            if planted is None:
                raise PlanError(f"{metric} {period} 按计划应属实，却是 {answer.verdict.value}")
        row = Row(metric, period, said, unit, answer.verdict, planted)
        self.rows.append(row)
        return row
