"""Where things stand on the page of the HTML report, and links that lead there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractor.model import Evidence, Result
from extractor.reports import labels, view
from extractor.reports.cards import Card, Figure, spot_of
from extractor.reports.crops import Spot

_MOST_LINKS = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to an anchor of the page; plain text without one."""

    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Anchors:
    """Where things stand on the page: cards by finding, crops by finding and spot, documents by index."""

    result: Result
    cards: dict[int, Card] = field(default_factory=dict)
    shots: dict[tuple[int | None, Spot], str] = field(default_factory=dict)

    @classmethod
    def of(cls, result: Result, cards: Iterable[Card], others: Iterable[Figure]) -> Anchors:
        """The anchors of all cards and of the figures beside them."""
        found = cls(result)
        for card in cards:
            found.cards[card.index] = card
            for figure in card.figures:
                found._add(figure, card.index)
        for figure in others:
            found._add(figure, None)
        return found

    def _add(self, figure: Figure, finding: int | None) -> None:
        for spot in figure.spots:
            self.shots.setdefault((finding, spot), figure.anchor)
            self.shots.setdefault((None, spot), figure.anchor)

    def findings(self, indexes: Sequence[int]) -> tuple[Link, ...]:
        """Links to finding cards."""
        cards = [self.cards[i] for i in indexes if i in self.cards]
        return tuple(Link(f"{c.metric} {c.period} {labels.VERDICTS[c.verdict].word}", c.anchor) for c in cards)

    def places(self, evidence: Sequence[Evidence], findings: Sequence[int]) -> tuple[Link, ...]:
        """Links to the crops of some evidence, each page once, nearest to its own findings."""
        found: dict[str, Link] = {}
        for piece in evidence:
            text, spot = view.place(self.result, piece), spot_of(piece)
            keys = [(i, spot) for i in findings] + [(None, spot)]
            anchor = next((self.shots[k] for k in keys if k in self.shots), "")
            if text not in found or not found[text].anchor:
                found[text] = Link(text, anchor)
        links = tuple(found.values())
        rest = (Link(f"等 {len(links)} 处"),) if len(links) > _MOST_LINKS else ()
        return links[:_MOST_LINKS] + rest

    def papers(self, needs: Sequence[str]) -> tuple[Link, ...]:
        """Links to the documents of some types that are in the package and may be evidence."""
        found = [
            Link(f"{view.document_title(d)} {view.page_ranges(self.result, d)}", f"d{i}")
            for i, d in enumerate(self.result.documents, start=1)
            if d.type in needs and d.excluded is None
        ]
        rest = [Link(f"等 {len(found)} 份")] if len(found) > _MOST_LINKS else []
        return tuple(found[:_MOST_LINKS] + rest)
