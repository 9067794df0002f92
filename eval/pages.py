"""Pages of one file against their labels: class of paper, where papers begin, character errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from corpora.format import LabelledDocument, TextLine
from eval.documents import paper_class
from eval.places import level_box
from eval.records import NO_DOCUMENT, NOT_EVIDENCE, PageRecord
from eval.text_errors import Run, compare_lines
from extractor.model import Document, Page, Result
from extractor.values.persons import mask_ids


def page_records(
    labelled: Sequence[LabelledDocument],
    truth: Sequence[TextLine],
    pages: dict[int, Page],
    read: Sequence[Document],
    result: Result | None,
    common: dict[str, Any],
) -> Iterator[PageRecord]:
    """One record for each page that was read or is labelled.

    Args:
        labelled: the file's labelled documents, empty pages left out.
        truth: the true lines of the pages, where the corpus has them.
        pages: the pages as read, by number.
        read: the documents read in this file, their pages cut down to it.
        result: the whole result; tells where documents of several files begin.
        common: what the records share.
    """
    expected = _labelled_pages(labelled, sorted(pages))
    begins = [(d.pages[0].file, d.pages[0].page) for d in result.documents] if result is not None else []
    lines: dict[int, list[TextLine]] = {}
    for line in truth:
        lines.setdefault(line.page, []).append(line)
    for number in sorted({*pages, *expected}):
        page, labels = pages.get(number), expected.get(number)
        got = [paper_class(d.type, d.excluded) for d in read if any(p.page == number for p in d.pages)]
        own = {**common, **_layout(labels)}
        edits, chars = _text(page, lines.get(number, ()))
        yield PageRecord(
            **own,
            page=number,
            source=page.source if page is not None else "",
            **(_judged(labels, got) if labels is not None else {}),
            expected_starts=None if labels is None else sum(_first(d) == number for d in labels),
            got_starts=None if labels is None else sum(page is not None and at == (page.file, number) for at in begins),
            edits=edits,
            chars=chars,
            rotation=page.rotation if page is not None else 0,
            skew=page.skew if page is not None else 0.0,
            warp=page.warp if page is not None else (),
            hidden=tuple(x.model_copy(update={"person": "hidden"}) for x in page.lines if x.person) if page is not None else (),
        )


def _labelled_pages(labelled: Sequence[LabelledDocument], numbers: Sequence[int]) -> dict[int, list[LabelledDocument]]:
    """The labelled documents of each page; a file's only document without pages fills it.

    Pages that no label names are not judged, nor is a file of which several documents have no pages.
    """
    if len(labelled) == 1 and not labelled[0].pages:
        return {number: [labelled[0]] for number in numbers or [1]}
    found: dict[int, list[LabelledDocument]] = {}
    for document in labelled:
        for number in document.pages or ():
            found.setdefault(number, []).append(document)
    return found


def _first(document: LabelledDocument) -> int:
    return min(document.pages) if document.pages else 1


def _layout(labels: Sequence[LabelledDocument] | None) -> dict[str, Any]:
    return {"layout": labels[0].layout, "held_out": any(d.held_out for d in labels)} if labels else {}


def _judged(labels: Sequence[LabelledDocument], got: Sequence[str]) -> dict[str, Any]:
    """The class labelled and the class given; of several papers on one page the one that was not found, if any."""
    wanted = [paper_class(d.type, d.excluded) for d in labels]
    missing = next((w for w in wanted if w not in got), None)
    if missing is None:
        return {"expected_type": wanted[0], "got_type": wanted[0]}
    if missing == NOT_EVIDENCE and not got:
        # Read as empty: it proves nothing either way.
        return {"expected_type": missing, "got_type": missing}
    spare = next((g for g in got if g not in wanted), None)
    return {"expected_type": missing, "got_type": spare or (got[0] if got else NO_DOCUMENT)}


def _text(page: Page | None, truth: Sequence[TextLine]) -> tuple[int | None, int | None]:
    """(edits, true characters) of a page; None without true text. ID numbers are compared masked, as they are kept."""
    if not truth or page is None:
        return None, None
    true = [Run(mask_ids(line.text), level_box(line.box, page)) for line in truth]
    read = [Run(line.text, line.box, line.confidence) for line in page.lines if not line.slant]
    found = compare_lines(true, read)
    return found.errors, found.characters
