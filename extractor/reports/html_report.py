"""``report.html``: one self-contained page, each finding beside the page crop that proves or refutes it.

No script, no external resource; a strict content security policy pins the one style sheet by
its hash. Every text from evidence is cleaned and escaped (Jinja2 autoescape). Each picture is
embedded once, as an SVG image that crops refer to with ``<use>``; boxes are drawn as vectors,
so they stay sharp and print without background graphics.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from extractor.model import (
    Box,
    Claim,
    Document,
    Evidence,
    Finding,
    Result,
    Verdict,
    union,
)
from extractor.reports import labels, values, view
from extractor.reports.crops import Album, Picture, Shot, Spot, make_album
from extractor.reports.files import write_atomically
from extractor.reports.text import one_line, paragraph

_TEMPLATES = Path(__file__).parent / "templates"
_MOST_FIGURES = 16
"""Crops per finding; the places beyond are named in a line of text."""
_PRIVATE_TYPES = frozenset({"social_security_list"})
"""Documents that list persons: their crops show only the evidence row."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a caption: what a claim says, the texts as printed, and remarks."""

    value: str
    quotes: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """The ``view`` of one crop with its boxes, or, without ``picture``, evidence that has no page image."""

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
    """One finding as shown."""

    anchor: str
    verdict: Verdict
    metric: str
    period: str
    declared: str
    evidenced: str
    reason: str
    confidence: str
    figures: tuple[Figure, ...]
    further: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a document as shown."""

    label: str
    value: str
    place: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as shown."""

    title: str
    pages: str
    confidence: str
    excluded: str
    rows: tuple[Row, ...]


def write_html(result: Result, path: Path, page_image: Callable[[int, int], bytes | None]) -> None:
    """Write the report, all or nothing.

    ``page_image(file_index, page)`` returns the upright page as JPEG bytes, or None where
    there is no picture of it (spreadsheets); it is asked once per page that evidence lies on.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    write_atomically(path, render_html(result, page_image).encode("utf-8", "replace"))


def render_html(result: Result, page_image: Callable[[int, int], bytes | None]) -> str:
    """The report as HTML text."""
    album = make_album(_spots(result), page_image, _private_pages(result))
    cards = [_card(result, f, album, f"f{i}") for i, f in enumerate(view.by_risk(result), start=1)]
    css = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return _environment().get_template("report.html.j2").render(
        result=result,
        title=one_line(result.package.enterprise or result.package.name, 80),
        summary=labels.SUMMARY[result.summary.verdict],
        verdicts=labels.VERDICTS,
        counts=view.counts(result),
        groups=[(v, [c for c in cards if c.verdict == v]) for v in view.counts(result)],
        cards=cards,
        album=album,
        papers=[_paper(result, d) for d in result.documents],
        failed_files=view.failed_files(result),
        noted_files=view.noted_files(result),
        checks=view.checks_by_status(result),
        check_status=labels.CHECK_STATUS,
        css=Markup(css),  # our own file, not evidence
        css_hash=_digest(css),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    """The template environment: everything escaped, unknown names are errors."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = one_line
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    environment.filters["px"] = lambda number: f"{number:.1f}"
    environment.filters["check_label"] = labels.check_label
    return environment


def _digest(css: str) -> str:
    """The style sheet's hash as a content security policy source (W3C CSP level 2)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")


def _spot(evidence: Evidence) -> Spot:
    return Spot(evidence.file, evidence.page, evidence.box)


def _spots(result: Result) -> list[Spot]:
    """All evidence of all findings, the riskiest findings first."""
    return [
        _spot(evidence)
        for finding in view.by_risk(result)
        for claim in view.claims_of(result, finding)
        for evidence in claim.evidence
    ]


def _private_pages(result: Result) -> frozenset[tuple[int, int]]:
    """Pages that list persons."""
    return frozenset((ref.file, ref.page) for d in result.documents if d.type in _PRIVATE_TYPES for ref in d.pages)


def _card(result: Result, finding: Finding, album: Album, anchor: str) -> Card:
    """The finding with its figures."""
    figures = _figures(result, view.claims_of(result, finding), album)
    hidden = figures[_MOST_FIGURES:]
    return Card(
        anchor=anchor,
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


def _figures(result: Result, claims: list[Claim], album: Album) -> list[Figure]:
    """One figure per crop, in the claims' order; evidence on one crop shares it."""
    papers = {d.id: view.document_title(d) for d in result.documents}
    grouped: dict[str, list[tuple[Claim, Evidence, Shot | None]]] = {}
    for claim in claims:
        for evidence in claim.evidence:
            shot = album.shots.get(_spot(evidence))
            key = shot.crop.id if shot else f"{evidence.file}-{evidence.page}"
            grouped.setdefault(key, []).append((claim, evidence, shot))
    return [_figure(result, members, papers) for members in grouped.values()]


def _figure(
    result: Result,
    members: list[tuple[Claim, Evidence, Shot | None]],
    papers: dict[str, str],
) -> Figure:
    """The figure of evidence that shares one crop (or, without a picture, one page)."""
    shots = [shot for _, _, shot in members if shot]
    facts: dict[str, tuple[Claim, list[str]]] = {}
    for claim, evidence, _ in members:
        facts.setdefault(claim.id, (claim, []))[1].append(one_line(evidence.text, 160))
    claim, evidence, _ = members[0]
    return Figure(
        picture=shots[0].crop if shots else None,
        view=union(s.view for s in shots) if shots else (0.0, 0.0, 0.0, 0.0),
        boxes=tuple(dict.fromkeys(s.box for s in shots)),
        thumb=shots[0].thumb if shots else None,
        thumb_boxes=tuple(dict.fromkeys(s.thumb_box for s in shots)),
        blurred=any(s.blurred for s in shots),
        place=view.place(result, evidence),
        paper=papers.get(claim.document, ""),
        facts=tuple(_fact(c, quotes) for c, quotes in facts.values()),
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
    return Fact(
        value=one_line(value, 120),
        quotes=tuple(q for q in dict.fromkeys(quotes) if q),
        remarks=tuple(one_line(r, 160) for r in remarks if r),
    )


def _term(claim: Claim) -> str:
    """The claim's term in words, or an empty text."""
    if claim.valid_from and claim.valid_until:
        return f"有效期 {claim.valid_from} 至 {claim.valid_until}"
    if claim.valid_until:
        return f"有效期至 {claim.valid_until}"
    return f"有效期自 {claim.valid_from}" if claim.valid_from else ""


def _paper(result: Result, document: Document) -> Paper:
    """The document with its fields."""
    return Paper(
        title=view.document_title(document),
        pages=view.page_ranges(result, document),
        confidence=f"{document.confidence:.0%}",
        excluded=one_line(document.excluded or "", 200),
        rows=tuple(
            Row(
                label=one_line(labels.field_label(document.type, key), 40),
                value=one_line(values.field_text(key, field.value), 400),
                place=view.places(result, field.evidence, most=1),
                confidence=f"{field.confidence:.0%}",
                note=one_line(field.note or "", 160),
            )
            for key, field in document.fields.items()
        ),
    )
