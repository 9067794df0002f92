"""Which fields of a document type a person can correct, and how what a person typed becomes a value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extractor.documents.kinds import catalogue
from extractor.review.errors import RevisionError
from extractor.values.chinese import squeeze
from extractor.values.dates import parse_date, parse_period
from extractor.values.field_words import ENUM_VALUES
from extractor.values.identifiers import parse_patent_no, parse_uscc
from extractor.values.money import parse_money
from extractor.values.numbers import parse_number

PERIOD = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2]))?", re.A)
_ENUM = re.compile(r"enum\((.*)\)")
_WHOLE_LISTS = ("row", "declaration")
"""Kinds of which a document holds whole lists; nobody corrects those cell by cell."""
_YES_NO = {"是": True, "true": True, "合并": True, "否": False, "false": False, "不是": False}
_ATTACHMENTS = (
    "standard_document", "product_certificate", "rd_institution_approval", "market_share_proof", "credit_report",
    "award_certificate", "contract",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EditableField:
    """A field that a person can correct.

    ``kind``: text, company, person, date, period, money (yuan), integer, percent, boolean, patent_no, uscc or enum.
    ``many``: the value is a list. ``rows``: one value per period. ``options``: value and Chinese word, for enum.
    """

    key: str
    label: str
    kind: str
    many: bool = False
    rows: bool = False
    options: tuple[tuple[str, str], ...] = ()


@lru_cache
def editable_fields(document_type: str) -> tuple[EditableField, ...]:
    """The fields of a document type in the catalogue's order; none for attachments."""
    found = []
    for key, spec in catalogue().get(document_type, {}).items():
        kind = str(spec["kind"])
        listed = _ENUM.fullmatch(kind)
        if kind.startswith(_WHOLE_LISTS):
            continue
        words = ENUM_VALUES.get(key, {})
        options = tuple((o, words.get(o, o)) for o in listed[1].split(",")) if listed else ()
        plain = "enum" if listed else kind
        found.append(
            EditableField(key, str(spec["label"]), plain, bool(spec.get("many")), bool(spec.get("rows")), options)
        )  # fmt: skip
    return tuple(found)


def known_types() -> tuple[str, ...]:
    """The document types that a person can give a paper."""
    return (*(t for t in catalogue() if t != "other"), *_ATTACHMENTS, "other")


def field_of(document_type: str, key: str) -> EditableField:
    """The field ``key`` of a document type.

    Raises:
        RevisionError: there is none that a person can correct.
    """
    found = next((f for f in editable_fields(document_type) if f.key == key), None)
    if found is None:
        raise RevisionError(f"这类材料没有可更正的字段“{key}”，请从列出的字段中选择")
    return found


def value_of(field: EditableField, typed: Any) -> Any:
    """The field's value from what a person typed, or from an already normalised one; None stays None.

    Dates become ISO, money a number in yuan (``8123.45万元`` is converted), identifiers lose their blanks.

    Raises:
        RevisionError: it is no such value; says what is expected.
    """
    if typed is None:
        return None
    if not field.many:
        return _single(field, typed)
    items = typed if isinstance(typed, list | tuple) else re.split(r"[;；\n]", str(typed))
    values = [_single(field, item) for item in items if str(item).strip()]
    if not values:
        raise RevisionError(f"{field.label}没有填写；确实没有或无法辨认时，请选择“没有或无法辨认”")
    return values


def _single(field: EditableField, typed: Any) -> Any:
    read, expected = _READERS.get(field.kind, (_text, "非空文字"))
    value = _option(field, typed) if field.kind == "enum" else read(typed)
    if value is None:
        wanted = "、".join(word for _, word in field.options) if field.kind == "enum" else expected
        raise RevisionError(f"{field.label}“{typed}”不合要求，应为：{wanted}")
    return value


def _option(field: EditableField, typed: Any) -> str | None:
    return next((value for value, word in field.options if typed in (value, word)), None)


def _text(typed: Any) -> str | None:
    return typed.strip() or None if isinstance(typed, str) else None


def _money(typed: Any) -> float | None:
    if isinstance(typed, int | float):
        return None if isinstance(typed, bool) or not math.isfinite(typed) else float(typed)
    amount = parse_money(str(typed))
    return None if amount is None else float(amount)


def _number(typed: Any) -> float | None:
    if isinstance(typed, int | float):
        return None if isinstance(typed, bool) or not math.isfinite(typed) else float(typed)
    number = parse_number(str(typed))
    return None if number is None or number.nil else float(number.value)


def _integer(typed: Any) -> int | None:
    number = _number(typed)
    return int(number) if number is not None and number.is_integer() else None


def _boolean(typed: Any) -> bool | None:
    return typed if isinstance(typed, bool) else _YES_NO.get(squeeze(str(typed)).lower())


def _date(typed: Any) -> str | None:
    found = parse_date(typed) if isinstance(typed, str) else None
    return found.isoformat() if found else None


def period_of(typed: Any) -> str | None:
    """``2020`` or ``2020-06`` from what a person typed, or None."""
    text = str(typed).strip()
    return text if PERIOD.fullmatch(text) else parse_period(text)


def _patent_no(typed: Any) -> str | None:
    found = parse_patent_no(typed) if isinstance(typed, str) else None
    return found.value if found else None


def _uscc(typed: Any) -> str | None:
    found = parse_uscc(typed) if isinstance(typed, str) else None
    return found.value if found else None


_READERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "money": (_money, "金额（元，如 81234500.00；或带单位，如 8123.45万元）"),
    "percent": (_number, "百分数的数值，如 12.5"),
    "integer": (_integer, "整数，如 35"),
    "boolean": (_boolean, "是 或 否"),
    "date": (_date, "日期，如 2021-05-06 或 2021年5月6日"),
    "period": (period_of, "年度或月份，如 2022 或 2022-06"),
    "patent_no": (_patent_no, "专利号，如 ZL202520615612.5"),
    "uscc": (_uscc, "18 位统一社会信用代码"),
}
