"""The card of a page classifier: what it is for, what it learned from, how well it does, what it must not be used for."""

from __future__ import annotations

from models.page_classifier.record import Record


def text(record: Record) -> str:
    """``CARD.md`` for a record."""
    counts = "\n".join(f"| `{kind}` | {n} |" for kind, n in dict(record.data["types"]).items())
    metrics = "\n".join(f"| {name} | {value:g} |" for name, value in record.metrics.items())
    settings = ", ".join(f"{name} {value}" for name, value in record.settings.model_dump().items())
    return f"""# Page classifier

Says for one read page of which document type it is, and whether a document begins with it. Input: the lines of the page
and their boxes. Hashed character n-grams with the coarse place of their line, one hidden layer of
{record.settings.hidden} units, weights in eight bits; runs on NumPy alone.

It is a second opinion beside the cue rules. It does not say whether a paper proves anything (notices, specimens and
drafts are told by rules), and it knows no type that is not in the list below.

## Learned from
{record.data["pages"]} pages, fingerprint `{str(record.data["fingerprint"])[:16]}`; invented enterprises and persons only.

| type | pages |
| --- | ---: |
{counts}

Settings: {settings}.

## Measured on pages kept aside
Layouts that it has seen, other documents, noisy copies among them. Figures on layouts that it has not seen, and on papers
read by the text engine, are in `docs/page-classifier.md`.

| measure | value |
| --- | ---: |
{metrics}
"""
