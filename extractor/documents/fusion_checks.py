"""What bears out a value or refutes it without asking who read it: check digits, order of dates, years in numbers, sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from extractor.documents.fusion_tidy import is_label
from extractor.documents.fusion_values import relation
from extractor.documents.kinds import kind_of
from extractor.model import Field
from extractor.values.dates import add_years
from extractor.values.identifiers import parse_patent_no, parse_uscc, patent_filing_year, patent_kind
from extractor.values.names import is_fragment, looks_like_company

Values = Mapping[str, Any]
"""The other fields' values by key, without those that nobody could read."""

_DATES = {
    "iso_certificate": ("first_issue_date", "issue_date", "valid_until"),
    "patent_certificate": ("application_date", "grant_date"),
    "trademark_certificate": ("valid_from", "valid_until"),
    "high_tech_certificate": ("issue_date", "valid_until"),
}
"""Dates of a paper in the order in which they come; only a first issue may be this issue."""
_LONGEST = timedelta(days=366 * 6)
"""No management-system certificate runs longer."""
_TRADEMARK_YEARS, _HIGH_TECH_YEARS = 10, 3
_SLACK = timedelta(days=1)
_FIRM = "事务所"


def check(document_type: str, key: str, value: Any, fields: Mapping[str, Field]) -> bool | None:
    """Whether the rest of the paper, or the value itself, bears a value out (True), refutes it (False) or says nothing (None).

    Args:
        document_type: the type.
        key: the field's key.
        value: a value of it, normalised.
        fields: the paper's fields as the rules read them; the field's own is left out.
    """
    others = {k: f.value for k, f in fields.items() if k != key and f.value not in (None, [], "")}
    kind = kind_of(document_type, key).kind
    if kind == "uscc":
        code = parse_uscc(str(value))
        return code is not None and bool(code.valid)
    if kind == "company":
        return _company(document_type, key, value, others)
    said = [answer for answer in (test(document_type, key, value, others) for test in _TESTS) if answer is not None]
    return None if not said else all(said)


def why(document_type: str, key: str) -> str:
    """What ``check`` goes by for that field, in plain Chinese, as the reason why a value was not taken."""
    kind = kind_of(document_type, key).kind
    if kind in ("uscc", "patent_no"):
        return "校验位不符"
    if kind in ("date", "period"):
        return "与其他日期或号码中的年份不合"
    return "名称不完整或为他方名称" if kind == "company" else "与其他字段不合"


def _company(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """A torn name is none, nor is a label; nobody certifies or audits himself. A legal form bears a name out."""
    names = [str(name) for name in (value if isinstance(value, list) else [value])]
    if any(is_fragment(name) or is_label(name) for name in names):
        return False
    if key == "firm" and not all(_FIRM in name for name in names):
        return False
    if key == "entity" and any(f"会计师{_FIRM}" in name for name in names):
        return False
    rest = [k for k in others if kind_of(document_type, k).kind == "company"]
    if any(relation(document_type, key, value, others[k]) == "same" for k in rest):
        return False
    return True if all(looks_like_company(name) for name in names) else None


def _patent(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """A patent number has its check digit, the kind and the year of filing; a filing date is never younger."""
    number = value if key == "patent_no" else others.get("patent_no")
    if document_type != "patent_certificate" or not isinstance(number, str) or key not in _PATENT_KEYS:
        return None
    found = parse_patent_no(number)
    if key == "patent_no" and (found is None or not found.valid):
        return False
    kind = value if key == "kind" else others.get("kind")
    filed = _day(value if key == "application_date" else others.get("application_date"))
    by_number, year = patent_kind(number), patent_filing_year(number)
    if (key != "application_date" and kind and by_number and kind != by_number) or (filed and year and filed.year > year):
        return False
    return True if key != "application_date" or (filed and filed.year == year) else None


_PATENT_KEYS = frozenset({"patent_no", "kind", "application_date"})


def _order(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """Dates come in their order."""
    order = _DATES.get(document_type, ())
    mine = _day(value)
    if key not in order or mine is None:
        return None
    said = []
    for other in order:
        theirs = _day(others.get(other))
        if other == key or theirs is None:
            continue
        first, second = (mine, theirs) if order.index(key) < order.index(other) else (theirs, mine)
        alike = {key, other} == {"first_issue_date", "issue_date"}
        said.append(first <= second if alike else first < second)
    return None if not said else all(said)


def _term(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """Terms of rights: three years, ten years; a management-system certificate runs for some years at most."""
    start_key, end_key = _TERMS.get(document_type, ("", ""))
    if key not in (start_key, end_key):
        return None
    start = _day(value if key == start_key else others.get(start_key))
    end = _day(value if key == end_key else others.get(end_key))
    if start is None or end is None:
        return None
    if document_type == "iso_certificate":
        return False if end - start > _LONGEST else None
    years = _HIGH_TECH_YEARS if document_type == "high_tech_certificate" else _TRADEMARK_YEARS
    if abs(add_years(start, years) - end) <= _SLACK:
        return True
    # A renewal of a trademark shows when it was first registered.
    return False if document_type == "high_tech_certificate" else None


_TERMS = {
    "iso_certificate": ("issue_date", "valid_until"),
    "trademark_certificate": ("valid_from", "valid_until"),
    "high_tech_certificate": ("issue_date", "valid_until"),
}


def _year_in_number(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """Numbers of software registrations and high-tech certificates hold the year of issue."""
    number_key, date_key, start = _YEARS.get(document_type, ("", "", 0))
    if key not in (number_key, date_key):
        return None
    number = value if key == number_key else others.get(number_key)
    day = value if key == date_key else others.get(date_key)
    if not isinstance(number, str) or not isinstance(day, str):
        return None
    return number[start : start + 4] == day[:4]


_YEARS = {
    "software_copyright": ("registration_no", "registration_date", 0),
    "high_tech_certificate": ("certificate_no", "issue_date", 2),
}


def _span(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """A period ends after it begins; a report is signed after the period it is about."""
    if key in ("period_from", "period_to"):
        first = value if key == "period_from" else others.get("period_from")
        last = value if key == "period_to" else others.get("period_to")
        return str(first) <= str(last) if first and last else None
    if key == "report_date" and (period := str(others.get("fiscal_year", ""))):
        return str(value)[:7] > (period if "-" in period else f"{period}-12")
    return None


def _rows_counted(document_type: str, key: str, value: Any, others: Values) -> bool | None:
    """As many rows as the printed total says; fewer may have been read, so they refute nothing."""
    return True if key == "headcount" and value == others.get("listed_persons") else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_TESTS: tuple[Callable[[str, str, Any, Values], bool | None], ...] = (
    _patent, _order, _term, _year_in_number, _span, _rows_counted,
)  # fmt: skip
