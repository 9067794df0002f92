"""Kinds of field that share a calibration curve.

A group's name goes from the general to the special, parts joined by dots: where no curve was
fitted for ``figure.checked``, that of ``figure`` serves, and where there is none, that of ``all``.

What the field tagger says of a field is the last part (``docs/fusion.md``): ``date.agreed`` where it reads the same,
``date.tagged`` where only it reads anything, ``date.disputed`` where it reads something else. It is told by the
field's ``method``; without a tagger there are no such groups.
"""

from __future__ import annotations

from collections.abc import Iterator

ALL = "all"

_PLAIN = {
    "text": "text",
    "company": "company",
    "person": "person",
    "date": "date",
    "period": "period",
    "integer": "count",
    "percent": "percent",
    "money": "money",
    "boolean": "enum",
    "patent_no": "identifier.checked",
    "uscc": "identifier.checked",
    "id_masked": "identifier.masked",
}
_GATES = {"ok": "figure.checked", "failed": "figure.failed", "unchecked": "figure.unchecked"}
_NUMBER_ENDINGS = ("_no", "_code")

TAGGER = "tagger"
"""In ``Field.method``: the value that the field tagger found, by itself (``tagger``) or beside a rule (``label+tagger``)."""
AGREED, DISPUTED = f"+{TAGGER}", f"/{TAGGER}"
"""End of a rule's ``method`` where the tagger reads the same, and where it reads something else that may be right."""


def group_of(key: str, kind: str, *, rows: bool = False, gate: str | None = None, method: str = "") -> str:
    """The group of a field.

    Args:
        key: the field's key; texts called ``…_no`` or ``…_code`` are identifiers without a check digit.
        kind: its kind in the field catalogue (``fields.yaml``).
        rows: whether it is a row of a statement (one figure per period).
        gate: what the statement's arithmetic said about the figure: ``ok``, ``failed``, ``unchecked``;
            None where that is not known.
        method: how it was read (``Field.method``), which tells what the field tagger said.

    >>> group_of("certificate_no", "text"), group_of("revenue", "money", rows=True, gate="ok")
    ('identifier.plain', 'figure.checked')
    >>> group_of("issue_date", "date", method="label+tagger")
    'date.agreed'
    """
    return _by_kind(key, kind, rows, gate) + _by_tagger(method)


def _by_tagger(method: str) -> str:
    if method == TAGGER:
        return ".tagged"
    return ".agreed" if method.endswith(AGREED) else ".disputed" if method.endswith(DISPUTED) else ""


def _by_kind(key: str, kind: str, rows: bool, gate: str | None) -> str:
    if rows:
        return _GATES.get(gate or "", "figure")
    if kind.startswith("enum"):
        return "enum"
    if kind == "text" and key.endswith(_NUMBER_ENDINGS):
        return "identifier.plain"
    return _PLAIN.get(kind, "rows" if kind.startswith(("row", "declaration")) else "text")


def ancestry(group: str) -> Iterator[str]:
    """The group, then ever more general ones, ``all`` last.

    >>> list(ancestry("figure.checked"))
    ['figure.checked', 'figure', 'all']
    """
    while group and group != ALL:
        yield group
        group, _, _ = group.rpartition(".")
    yield ALL
