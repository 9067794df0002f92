"""What a tagged stretch of text says, by the field's kind, and whether two readings of a field say the same.

The parsers are those the rules use: ``extractor.values`` and the document types' own for what only they know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from extractor.documents import (
    audit_text,
    business_license,
    high_tech_certificate,
    patent_certificate,
    social_security_list,
    trademark_certificate,
)
from extractor.documents import software_copyright as software
from extractor.documents.certificates import companies_of, day_of, people_of, text_of
from extractor.documents.iso_numbers import parse_certificate_no
from extractor.documents.iso_standards import find_standards, system_of_standards, system_of_title
from extractor.documents.kinds import FieldKind, kind_of
from extractor.values.chinese import squeeze, to_halfwidth
from extractor.values.dates import find_dates, parse_date, parse_period
from extractor.values.identifiers import normalise_cert_no, parse_copyright_no, parse_patent_no, parse_uscc
from extractor.values.months import find_months
from extractor.values.names import (
    NameMatch,
    clean_company,
    find_companies,
    is_fragment,
    looks_like_company,
    match_company,
    normalise_company,
)
from extractor.values.traditional import simplified

Relation = Literal["same", "like", "apart"]
"""``like``: not the same, but no contradiction either: a shorter or longer part of it, another script, a misread letter."""
Parser = Callable[[str], Any]
"""Text to value; None for what cannot be such a value."""

RULES_ALONE = frozenset(
    {"opinion", "statement_unit", "consolidated", "legal_status", "persons", "listed_persons", "rd_projects", "declarations"}
)
"""Fields that are never made from tags, as statement rows are not: whole sentences, tables or sums decide them."""
_COMPARED = frozenset({"company", "date", "period", "uscc", "patent_no", "money", "integer"})
_NUMBER_ENDINGS = ("_no", "_code")
_LAST = ("valid_until", "period_to")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ALIKE = str.maketrans("OQDIL|SBZ", "000111582")
_FEWEST_SHARED = 4
"""Characters that a number must have to be a part of a longer one."""
_NUMBER_SIGN = re.compile(r"^\s*(?:№|[Nn][Oo]\.?\s|[Nn]o\.)\s*[:：.]?\s*")
_COUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d.%])")
_MARK = re.compile(r"[A-Z]{3,6}(?:-[A-Z]{3})?", re.IGNORECASE)
_CLOSING = re.compile(r"(?:12月31日|12[-/.]31)$")


def readable(document_type: str, key: str) -> bool:
    """Whether tags of ``key`` may give a field of that type."""
    kind = kind_of(document_type, key)
    return bool(kind.label) and not kind.rows and key not in RULES_ALONE and not kind.kind.startswith(("row", "boolean"))


def compared(document_type: str, key: str) -> bool:
    """Whether two readings of the field are held against each other; free texts and persons are only filled in."""
    kind = kind_of(document_type, key).kind
    return kind in _COMPARED or kind.startswith("enum") or _is_number(key, kind)


def parse(document_type: str, key: str, text: str) -> Any:
    """The field's value, normalised as in the catalogue, or None; a list for fields that repeat.

    >>> parse("iso_certificate", "valid_until", "2022年3月1日至2025年2月28日")
    '2025-02-28'
    """
    kind = kind_of(document_type, key)
    parser = _BY_FIELD.get((document_type, key)) or _by_kind(key, kind)
    return parser(text.strip()) if parser is not None and text.strip() else None


# --- parsers ---------------------------------------------------------------


def _by_kind(key: str, kind: FieldKind) -> Parser | None:
    if kind.kind == "date":
        return lambda text: _day(text, last=key in _LAST)
    if kind.kind == "company":
        return _companies if kind.many else _company
    if kind.kind == "person":
        return people_of if kind.many else _person
    if _is_number(key, kind.kind):
        return _number
    return _KINDS.get(kind.kind)


def _is_number(key: str, kind: str) -> bool:
    return kind == "text" and key.endswith(_NUMBER_ENDINGS)


def _day(text: str, *, last: bool) -> str | None:
    """One day as ISO date; of a range its first or last end. None where day and month may be swapped."""
    hits = find_dates(text)
    if len(hits) == 2 and not any(hit.ambiguous for hit in hits) and hits[0].value < hits[1].value:
        return hits[1 if last else 0].value.isoformat()
    day = day_of(text)
    return day.isoformat() if day is not None else None


def _company(text: str) -> str | None:
    """One company's name; of a longer text the only company in it."""
    name = clean_company(text)
    if not looks_like_company(name):
        inside = [found for found, _, _ in find_companies(text)]
        if len(inside) == 1:
            name = inside[0]
    return None if len(name) < 4 or is_fragment(name) or not re.search(r"[^\W\d]", name) else name


def _companies(text: str) -> list[str] | None:
    names = companies_of(text)
    return None if names is None or any(is_fragment(name) for name in names) else names


def _person(text: str) -> str | None:
    name = text_of(text)
    return None if name is None or re.search(r"\d{3}", name) else re.sub(r"(?<=[^\x00-\x7f])\s+", "", name)


def _period(text: str) -> str | None:
    """A whole year or a month; a balance sheet's last day of December is its year."""
    period = parse_period(text)
    if period is not None:
        return period
    day = parse_date(text)
    if day is not None and (day.month, day.day) == (12, 31):
        return str(day.year)
    hits = find_dates(text)
    if len(hits) == 2 and hits[0].value.year == hits[1].value.year and _CLOSING.search(squeeze(text)):
        return str(hits[0].value.year)
    return None


def _months(last: bool) -> Parser:
    def parser(text: str) -> str | None:
        months = find_months(text)
        return months[-1 if last else 0] if 1 <= len(months) <= 2 and months[0] <= months[-1] else None

    return parser


def _uscc(text: str) -> str | None:
    found = parse_uscc(text, repair=True)
    return found.value if found is not None else None


def _patent_no(text: str) -> str | None:
    found = parse_patent_no(text, repair=True)
    return found.value if found is not None else None


def _copyright_no(text: str) -> str | None:
    found = parse_copyright_no(text)
    return found.value if found is not None else None


def _number(text: str) -> str | None:
    """A number of a paper, as printed without blanks; it has figures in it."""
    number = audit_text.paired(squeeze(re.sub(r"^[^0-9A-Za-z\u4e00-\u9fff〔(\[]*", "", text)).strip(":,.;。"))
    return number if re.search(r"\d", number) and 3 <= len(number) <= 60 else None


def _count(text: str) -> int | None:
    """The one number of persons in a text."""
    found = {int(m.replace(",", "")) for m in _COUNT.findall(to_halfwidth(text))}
    return found.pop() if len(found) == 1 else None


def _patent_kind(text: str) -> str | None:
    plain = squeeze(simplified(text))
    kinds = {kind for name, kind in patent_certificate.KINDS.items() if name.removesuffix("专利证书") in plain}
    return kinds.pop() if len(kinds) == 1 else None


def _system(text: str) -> str | None:
    """The system by its name, also a short one (质量体系), or by a standard's number."""
    whole = text if "管理" in text else text.replace("体系", "管理体系")
    return system_of_title(simplified(whole)) or system_of_standards(find_standards(text))


def _certificate_no(text: str) -> str | None:
    """The number of a management-system certificate without the sign before it."""
    return parse_certificate_no(_NUMBER_SIGN.sub("", text))


def _software_no(text: str) -> str | None:
    """A registration's serial number; of changes and supplements (软著变补字) as printed."""
    plain = squeeze(simplified(text))
    return software._certificate_no(plain) or (
        plain if re.fullmatch(r"软著[\u4e00-\u9fff]{1,4}字第?[0-9A-Z]{5,12}号?", plain) else None
    )


def _yuan(text: str) -> float | None:
    return business_license._yuan(text.strip().strip("()（）"))


def _standards(text: str) -> list[str] | None:
    return [s.text for s in find_standards(text)] or None


def _marks(text: str) -> list[str] | None:
    return list(dict.fromkeys(mark.upper() for mark in _MARK.findall(text))) or None


def _hnte_no(text: str) -> str | None:
    return high_tech_certificate._number(text)


def _plain(text: str) -> str | None:
    """A text, without blanks between its Chinese parts and a full stop at its end."""
    return business_license._plain(text)


_KINDS: Mapping[str, Parser] = {
    "text": _plain,
    "period": _period,
    "uscc": _uscc,
    "patent_no": _patent_no,
    "money": _yuan,
    "integer": _count,
}
_BY_FIELD: Mapping[tuple[str, str], Parser] = {
    ("patent_certificate", "kind"): _patent_kind,
    ("patent_certificate", "certificate_no"): lambda text: patent_certificate._digits(re.sub(r"[^0-9OoIl]", "", text)) or None,
    ("patent_certificate", "grant_no"): patent_certificate._grant_no,
    ("software_copyright", "certificate_no"): _software_no,
    ("software_copyright", "registration_no"): _copyright_no,
    ("software_copyright", "title"): software.title_of,
    ("trademark_certificate", "registration_no"): trademark_certificate._labelled_number,
    ("trademark_certificate", "nice_class"): trademark_certificate.class_of,
    ("iso_certificate", "certificate_no"): _certificate_no,
    ("iso_certificate", "system"): _system,
    ("iso_certificate", "standards"): _standards,
    ("iso_certificate", "accreditation"): _marks,
    ("social_security_list", "period_from"): _months(last=False),
    ("social_security_list", "period_to"): _months(last=True),
    ("social_security_list", "verification_code"): social_security_list._code,
    ("business_license", "name"): business_license._name,
    ("business_license", "entity_type"): business_license._entity_type,
    ("business_license", "legal_representative"): business_license._person,
    ("business_license", "scope"): business_license._scope,
    ("high_tech_certificate", "certificate_no"): _hnte_no,
}


# --- comparing -------------------------------------------------------------


def relation(document_type: str, key: str, a: Any, b: Any) -> Relation:
    """How two values of a field stand to each other.

    Blanks, width and brackets make no difference; a part of a name, another script and the letters that scans confuse
    are no contradiction.
    """
    kind = kind_of(document_type, key)
    if kind.kind == "company":
        return _companies_relation(_listed(a), _listed(b))
    if kind.kind == "period":
        one, other = str(a), str(b)
        return "same" if one == other else "like" if one.startswith(other) or other.startswith(one) else "apart"
    if kind.kind in ("money", "integer", "percent"):
        return "same" if abs(float(a) - float(b)) <= 0.005 else "apart"
    if kind.kind == "date" or kind.kind.startswith("enum"):
        return "same" if a == b else "apart"
    return _texts_relation(" ".join(map(str, _listed(a))), " ".join(map(str, _listed(b))))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _texts_relation(a: str, b: str) -> Relation:
    one, other = (re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", normalise_cert_no(x).upper()) for x in (a, b))
    if one == other:
        return "same"
    if one.translate(_ALIKE) == other.translate(_ALIKE):
        return "like"
    short, long = sorted((one, other), key=len)
    return "like" if len(short) >= _FEWEST_SHARED and short in long else "apart"


def _companies_relation(a: list[Any], b: list[Any]) -> Relation:
    """Of two lists of names: as unlike as the names that the other list does not have; a shorter list is no contradiction."""
    own = [str(x) for x in a]
    theirs = [str(x) for x in b]
    left = [x for x in own if not any(_names(x, y) == "same" for y in theirs)]
    right = [y for y in theirs if not any(_names(x, y) == "same" for x in own)]
    if not left and not right:
        return "same"
    if not left or not right:
        return "like"
    return "like" if all(any(_names(x, y) == "like" for y in right) for x in left) else "apart"


def _names(a: str, b: str) -> Relation:
    one, other = (re.sub(r"[\s()]", "", normalise_company(x)) for x in (a, b))
    if one == other:
        return "same"
    if bool(_HAN.search(one)) != bool(_HAN.search(other)):
        return "like"
    short, long = sorted((one, other), key=len)
    if short in long or match_company(a, b, certain=False) is not NameMatch.DIFFERENT:
        return "like"
    return "apart"
