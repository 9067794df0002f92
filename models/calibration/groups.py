"""Kinds of field that share a calibration curve.

A group's name goes from the general to the special, parts joined by dots: where no curve was
fitted for ``figure.checked``, that of ``figure`` serves, and where there is none, that of ``all``.
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


def group_of(key: str, kind: str, *, rows: bool = False, gate: str | None = None) -> str:
    """The group of a field.

    Args:
        key: the field's key; texts called ``…_no`` or ``…_code`` are identifiers without a check digit.
        kind: its kind in the field catalogue (``fields.yaml``).
        rows: whether it is a row of a statement (one figure per period).
        gate: what the statement's arithmetic said about the figure: ``ok``, ``failed``, ``unchecked``;
            None where that is not known.

    >>> group_of("certificate_no", "text"), group_of("revenue", "money", rows=True, gate="ok")
    ('identifier.plain', 'figure.checked')
    """
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
