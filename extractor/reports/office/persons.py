"""Names, ID and telephone numbers of persons, masked in papers that leave the office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from extractor.model import Result
from extractor.reports.text import clean

_ID = re.compile(r"(?<!\d)\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])\d{2}\d{3}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<![\d.,])1[3-9]\d{9}(?![\d.,])")
_PERSON_FIELDS = ("inventors", "auditors", "legal_representative")
_HOLDER_FIELDS = ("patentees", "owners", "owner", "holder")
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}[·•][\u4e00-\u9fff]{1,8}")
_BODY = re.compile("公司|厂|院|所|校|大学|中心|集团|局|委|部|社|店|站|室|会|队|馆|行|企业|工作室")


class Masker:
    """Masks the persons of one package in any text."""

    def __init__(self, result: Result) -> None:
        names = {n for n in _persons(result) if _PERSON.fullmatch(n) and not _BODY.search(n)}
        bodies = sorted({b for b in _bodies(result) if any(n in b for n in names)}, key=len, reverse=True)
        # Names of bodies first, so that a person's name within one stays.
        order = [*bodies, *sorted(names, key=len, reverse=True)]
        self._names = names
        self._find = re.compile("|".join(map(re.escape, order))) if names else None

    def __call__(self, text: str) -> str:
        """The text, harmless to show, with persons masked: ``张*``, ``3501**********1234``, ``138****5678``."""
        shown = _PHONE.sub(
            lambda m: f"{m[0][:3]}****{m[0][-4:]}", _ID.sub(lambda m: f"{m[0][:4]}{'*' * 10}{m[0][-4:]}", clean(text))
        )
        if self._find is None:
            return shown
        return self._find.sub(lambda m: m[0][0] + "*" * (len(m[0]) - 1) if m[0] in self._names else m[0], shown)


def _persons(result: Result) -> Iterator[str]:
    """Names that fields say are persons', and single persons who hold a right."""
    for document in result.documents:
        for key in (*_PERSON_FIELDS, *_HOLDER_FIELDS):
            field = document.fields.get(key)
            yield from _texts(field.value if field is not None else None)
        rows = document.fields.get("persons")
        for row in rows.value if rows is not None and isinstance(rows.value, list | tuple) else ():
            if isinstance(row, dict) and row.get("name"):
                yield str(row["name"]).strip()
    for claim in result.claims:
        yield from (n.strip() for n in (claim.subject, *claim.co_subjects))


def _bodies(result: Result) -> Iterator[str]:
    """Names of companies and other bodies, and of the files, which stay as they are."""
    yield result.package.enterprise or ""
    yield from (file.name for file in result.files)
    for claim in result.claims:
        yield from (n for n in (claim.subject, *claim.co_subjects) if _BODY.search(n))
    for document in result.documents:
        for key in (*_HOLDER_FIELDS, "entity", "organization", "name"):
            field = document.fields.get(key)
            yield from (n for n in _texts(field.value if field is not None else None) if _BODY.search(n))


def _texts(value: Any) -> Iterable[str]:
    """One text or several."""
    if isinstance(value, str):
        return (value.strip(),)
    return tuple(str(v).strip() for v in value if isinstance(v, str)) if isinstance(value, list | tuple) else ()
