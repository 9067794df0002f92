"""The card of a reader of names: what it is for, what it learned from, how well it does, what it must not be used for."""

from __future__ import annotations

from models.names.record import Record


def text(record: Record) -> str:
    """``CARD.md`` for a record."""
    rows = "\n".join(f"| {k} | {m.n} | {m.precision:.3f} | {m.recall:.3f} | {m.f1:.3f} |" for k, m in record.metrics.items())
    data, settings = record.data, ", ".join(f"{name} {value}" for name, value in record.settings.model_dump().items())
    return f"""# Names in running text

Marks organisations (ORG), persons (PER), addresses (ADDR), products (PRODUCT) and standards (STD) in Chinese text:
opinions and notes of audit reports, notices, contracts, sentences of certificates. A spaCy pipeline (blank `zh`, one token per
character, `ner`) trained from scratch; no word vectors, no pretrained weights.

## Learned from
{data["passages"]} passages made from templates with invented names and {data["partly_marked"]} drawn pages of which only
some names are marked; fingerprint `{data["fingerprint"][:16]}`. No real enterprise, no real person.

Settings: {settings}.

## Measured on passages kept aside
The same templates, other names. Figures on wordings and names that it has never seen are in `docs/names.md`.

| kind | n | precision | recall | F1 |
| --- | ---: | ---: | ---: | ---: |
{rows}

## Limits
- It proposes; it proves nothing. A name counts only where a rule or a person agrees.
- The confidence is the share of right answers among names that look alike, not a judgement of the single name.
- Tables, seals and slanted marks are not running text: it was not made for them.
"""
