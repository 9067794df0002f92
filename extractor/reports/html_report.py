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

from extractor.model import Document, Result
from extractor.reports import labels, policy_html, policy_view, values, view
from extractor.reports.anchors import Anchors
from extractor.reports.cards import finding_spots, make_cards, other_figures, spot_of
from extractor.reports.crops import make_album
from extractor.reports.files import write_atomically
from extractor.reports.text import one_line

_TEMPLATES = Path(__file__).parent / "templates"
_STYLES = ("report.css", "policies.css")
_PRIVATE_TYPES = frozenset({"social_security_list"})
"""Documents that list persons: their crops show only the evidence row."""


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
    policies = policy_view.policy_views(result.policies)
    spots = finding_spots(result)
    texts = policy_html.other_texts(policies, frozenset(spots))
    album = make_album([*spots, *(spot_of(e) for e in texts)], page_image, _private_pages(result))
    cards = make_cards(result, album)
    others = other_figures(result, texts, album, "e")
    anchors = Anchors.of(result, cards, others)
    css = "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in _STYLES)
    return _environment().get_template("report.html.j2").render(
        result=result,
        title=one_line(result.package.enterprise or result.package.name, 80),
        summary=labels.SUMMARY[result.summary.verdict],
        verdicts=labels.VERDICTS,
        counts=view.counts(result),
        groups=[(v, [c for c in cards if c.verdict == v]) for v in view.counts(result)],
        cards=cards,
        policies=policy_html.sections(policies, anchors),
        others=others,
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


def _private_pages(result: Result) -> frozenset[tuple[int, int]]:
    """Pages that list persons."""
    return frozenset((ref.file, ref.page) for d in result.documents if d.type in _PRIVATE_TYPES for ref in d.pages)


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
