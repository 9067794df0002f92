"""Findings as cards: each with the page crops that prove or refute it, and what was read there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.model import Box, Claim, Evidence, Finding, Result, Verdict, union
from extractor.reports import labels, values, view
from extractor.reports.crops import Album, Picture, Shot, Spot
from extractor.reports.text import one_line, paragraph

_MOST_FIGURES = 16
"""Crops per finding; the places beyond are named in a line of text."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a caption: what a claim says, the texts as printed, and remarks."""

    value: str
    quotes: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """The ``view`` of one crop with its boxes, or, without ``picture``, evidence that has no page image."""

    anchor: str
    spots: tuple[Spot, ...]
    picture: Picture | None
    view: Box
    boxes: tuple[Box, ...]
    thumb: Picture | None
    thumb_boxes: tuple[Box, ...]
    blurred: bool
    place: str
    paper: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One finding as shown. ``index``: its place in ``result.findings``."""

    anchor: str
    index: int
    verdict: Verdict
    metric: str
    period: str
    declared: str
    evidenced: str
    reason: str
    confidence: str
    figures: tuple[Figure, ...]
    further: str


def spot_of(evidence: Evidence) -> Spot:
    """Where a piece of evidence lies."""
    return Spot(evidence.file, evidence.page, evidence.box)


def finding_spots(result: Result) -> list[Spot]:
    """All evidence of all findings, the riskiest findings first."""
    return [
        spot_of(evidence)
        for finding in view.by_risk(result)
        for claim in view.claims_of(result, finding)
        for evidence in claim.evidence
    ]


def make_cards(result: Result, album: Album) -> list[Card]:
    """A card for each finding, the riskiest first."""
    indexes = {id(f): i for i, f in enumerate(result.findings)}
    return [_card(result, f, indexes[id(f)], album, f"f{i}") for i, f in enumerate(view.by_risk(result), start=1)]


def _card(result: Result, finding: Finding, index: int, album: Album, anchor: str) -> Card:
    """The finding with its figures."""
    figures = _claim_figures(result, view.claims_of(result, finding), album, anchor)
    hidden = figures[_MOST_FIGURES:]
    return Card(
        anchor=anchor,
        index=index,
        verdict=finding.verdict,
        metric=one_line(labels.metric_label(finding.metric), 80),
        period=one_line(labels.period_label(finding.period), 40),
        declared=one_line(values.declared_text(finding), 120),
        evidenced=one_line(values.evidenced_text(finding), 120),
        reason=paragraph(finding.reason),
        # How sure one can be that something is absent is not a reading's confidence.
        confidence="" if finding.verdict == Verdict.MISSING else f"{finding.confidence:.0%}",
        figures=tuple(figures[:_MOST_FIGURES]),
        further="、".join(dict.fromkeys(f.place for f in hidden)),
    )


def _claim_figures(result: Result, claims: list[Claim], album: Album, anchor: str) -> list[Figure]:
    """One figure per crop, in the claims' order; evidence on one crop shares it."""
    papers = {d.id: view.document_title(d) for d in result.documents}
    grouped: dict[str, list[tuple[Claim, Evidence]]] = {}
    for claim in claims:
        for evidence in claim.evidence:
            grouped.setdefault(_crop_key(album, evidence), []).append((claim, evidence))
    found = []
    for i, members in enumerate(grouped.values(), start=1):
        facts: dict[str, tuple[Claim, list[str]]] = {}
        for claim, evidence in members:
            facts.setdefault(claim.id, (claim, []))[1].append(evidence.text)
        lines = tuple(_fact(c, quotes) for c, quotes in facts.values())
        paper = papers.get(members[0][0].document, "")
        found.append(_figure(result, [e for _, e in members], album, f"{anchor}-{i}", paper, lines))
    return found


def other_figures(result: Result, texts: Mapping[Evidence, Sequence[str]], album: Album, prefix: str) -> list[Figure]:
    """Figures of evidence that belongs to no finding; ``texts``: what each piece shows."""
    grouped: dict[str, list[Evidence]] = {}
    for evidence in texts:
        grouped.setdefault(_crop_key(album, evidence), []).append(evidence)
    found = []
    for i, members in enumerate(grouped.values(), start=1):
        quotes: dict[str, list[str]] = {}
        for evidence in members:
            quotes.setdefault("；".join(texts[evidence]), []).append(evidence.text)
        facts = tuple(Fact(one_line(said, 200), _quotes(q), ()) for said, q in quotes.items())
        found.append(_figure(result, members, album, f"{prefix}{i}", view.paper_at(result, members[0]), facts))
    return found


def _crop_key(album: Album, evidence: Evidence) -> str:
    """Equal for evidence that is shown on one crop (or, without a picture, lies on one page)."""
    shot = album.shots.get(spot_of(evidence))
    return shot.crop.id if shot else f"{evidence.file}-{evidence.page}"


def _figure(
    result: Result, members: Iterable[Evidence], album: Album, anchor: str, paper: str, facts: tuple[Fact, ...]
) -> Figure:
    """The figure of evidence that shares one crop (or, without a picture, one page)."""
    evidence = list(members)
    spots = tuple(dict.fromkeys(spot_of(e) for e in evidence))
    shots: list[Shot] = [album.shots[s] for s in spots if s in album.shots]
    return Figure(
        anchor=anchor,
        spots=spots,
        picture=shots[0].crop if shots else None,
        view=union(s.view for s in shots) if shots else (0.0, 0.0, 0.0, 0.0),
        boxes=tuple(dict.fromkeys(s.box for s in shots)),
        thumb=shots[0].thumb if shots else None,
        thumb_boxes=tuple(dict.fromkeys(s.thumb_box for s in shots)),
        blurred=any(s.blurred for s in shots),
        place=view.place(result, evidence[0]),
        paper=paper,
        facts=facts,
    )


def _fact(claim: Claim, quotes: list[str]) -> Fact:
    """The caption line of one claim."""
    what = f"{labels.metric_label(claim.metric)} {labels.period_label(claim.period)}"
    value = claim.key if claim.key else f"{what} {values.claim_text(claim)}"
    remarks = (
        "、".join((claim.subject, *claim.co_subjects)),
        labels.SCOPES.get(claim.scope or "", ""),
        _term(claim),
        "勾稽未通过" if claim.gate == "failed" else "",
        claim.doubt or "",
    )
    return Fact(one_line(value, 120), _quotes(quotes), tuple(one_line(r, 160) for r in remarks if r))


def _quotes(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts as printed, each once, on one line."""
    return tuple(q for q in dict.fromkeys(one_line(t, 160) for t in texts) if q)


def _term(claim: Claim) -> str:
    """The claim's term in words, or an empty text."""
    if claim.valid_from and claim.valid_until:
        return f"有效期 {claim.valid_from} 至 {claim.valid_until}"
    if claim.valid_until:
        return f"有效期至 {claim.valid_until}"
    return f"有效期自 {claim.valid_from}" if claim.valid_from else ""
