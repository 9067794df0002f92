"""Certificates, licences and lists as claims: one per paper, with its number and its term."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from extractor.claims import doubts, fields, terms
from extractor.claims.metrics import CERTIFICATE_PREFIX, NOW
from extractor.claims.statements import subject_id
from extractor.model import Claim, Document
from extractor.values import dates, identifiers

_PATENT_METRICS = {
    "invention": "invention_patents",
    "utility": "utility_patents",
    "design": "design_patents",
}


@dataclass(frozen=True, slots=True)
class _Paper:
    """What the modules below fill in; ``_claim`` turns it into a claim."""

    metric: str
    key: str | None
    valid_from: date | None
    valid_until: date | None
    used: Sequence[str]
    doubts: Sequence[str]


def paper_claims(document: Document, as_of: date) -> tuple[Claim, ...]:
    """The claims of a certificate, licence or list; ids are left empty."""
    maker = _MAKERS.get(document.type)
    return maker(document, as_of) if maker else ()


def _claim(document: Document, paper: _Paper) -> Claim:
    """A counted paper's claim: value 1, its number and term."""
    owners = fields.holders(document)
    found = [document.fields.get(k) for k in paper.used]
    unsure = [doubts.TYPE_UNSURE] if document.confidence < doubts.SURE_TYPE else []
    return Claim(
        id="",
        metric=paper.metric,
        period=NOW,
        value=1,
        unit="0/1" if paper.metric == "high_tech_enterprise" else "项",
        subject=owners[0] if owners else "",
        co_subjects=owners[1:],
        subject_id=subject_id(document),
        document=document.id,
        confidence=fields.lowest(found),
        method="certificate",
        evidence=fields.evidence(document, paper.used),
        key=paper.key,
        valid_from=paper.valid_from.isoformat() if paper.valid_from else None,
        valid_until=paper.valid_until.isoformat() if paper.valid_until else None,
        doubt=doubts.join([*unsure, *paper.doubts]),
    )


def _with_term(claim: Claim, document: Document) -> tuple[Claim, ...]:
    """The claim, and one saying until when that certificate is in force."""
    if claim.key is None or claim.valid_until is None:
        return (claim,)
    doubt = claim.doubt
    if _swapped(document, "valid_until") is not None:
        doubt = doubts.join([*doubts.split(doubt), f"有效期的{doubts.AMBIGUOUS_DATE}"])
    changed = {"value": claim.valid_until, "unit": "date", "doubt": doubt}
    return (claim, claim.model_copy(update={"metric": CERTIFICATE_PREFIX + claim.key, **changed}))


def _number(document: Document, key: str) -> tuple[str | None, list[str]]:
    """A certificate's number without blanks, and the doubts about it."""
    number = identifiers.normalise_cert_no(fields.text(document, key))
    if not number:
        return None, [doubts.NO_NUMBER]
    return number, doubts.text_doubts(document.fields.get(key), "证书号码")


def _swapped(document: Document, key: str) -> date | None:
    """The other reading of a date whose order of day and month could not be settled, else None."""
    field, day = document.fields.get(key), fields.day(document, key)
    if field is None or day is None or day.day > 12 or day.day == day.month:
        return None
    return _swap(day) if re.search("次序|歧义", field.note or "") else None


def _swap(day: date) -> date:
    """Day and month exchanged; both are at most 12."""
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def _date_doubts(document: Document, key: str, label: str, as_of: date | None = None) -> list[str]:
    """Doubts about the date field ``key``: not read, not clear, or ambiguous.

    With ``as_of``, an ambiguous date is no doubt where both readings lie on the same side of it.
    """
    day = fields.day(document, key)
    if day is None:
        return [f"{label}未识别"]
    other = _swapped(document, key)
    if other is not None:
        same_side = as_of is not None and as_of not in (day, other) and (day < as_of) == (other < as_of)
        return [] if same_side else [f"{label}的{doubts.AMBIGUOUS_DATE}"]
    return doubts.text_doubts(document.fields.get(key), label)


def _patent(document: Document, as_of: date) -> tuple[Claim, ...]:
    """A patent certificate. The kind is the printed one, else the one in the number."""
    number, found = _patent_number(document)
    by_number = identifiers.patent_kind(number) if number else None
    printed = fields.text(document, "kind")
    kind = printed if printed in _PATENT_METRICS else by_number
    if kind not in _PATENT_METRICS:
        return ()
    if by_number and printed in _PATENT_METRICS and by_number != printed:
        found.append("专利类型与专利号不符")
    filed = fields.day(document, "application_date")
    granted = fields.day(document, "grant_date")
    found += _date_doubts(document, "grant_date", "授权公告日", as_of)
    if filed is not None and granted is not None and granted <= filed:
        found.append("授权公告日不晚于申请日，日期可能识别有误")
    until, term_doubts = _patent_term(document, kind, number, filed, as_of)
    paper = _Paper(
        _PATENT_METRICS[kind],
        number,
        granted,
        until,
        ("patent_no", "patentees", "grant_date", "application_date"),
        [*found, *term_doubts],
    )
    claim = _claim(document, paper)
    # An end estimated from the number bounds the term, it is not a date to show.
    return _with_term(claim, document) if filed is not None else (claim,)


def _patent_number(document: Document) -> tuple[str | None, list[str]]:
    """The patent number (``ZL`` form) and doubts; a right check digit settles the reading."""
    raw = fields.text(document, "patent_no")
    if not raw:
        return None, [doubts.NO_NUMBER]
    found = identifiers.parse_patent_no(raw)
    if found is None or not found.valid:
        return found.value if found else identifiers.normalise_cert_no(raw), [doubts.CHECK_DIGIT]
    return found.value, []


def _patent_term(
    document: Document, kind: str, number: str | None, filed: date | None, as_of: date
) -> tuple[date | None, list[str]]:
    """Last day of the patent's term and the doubts about it.

    Where the filing date was not read, the filing year in the number bounds the term: that
    is enough unless the term could end in the year around ``as_of``.
    """
    if filed is not None:
        found = _date_doubts(document, "application_date", "申请日")
        year = identifiers.patent_filing_year(number or "")
        # A divisional application's number may be younger than its filing date, never older.
        if year is not None and year < filed.year:
            found.append("申请日与专利号的年份不符")
        return terms.patent_last_day(kind, filed), found
    year = identifiers.patent_filing_year(number or "")
    if year is None:
        return None, ["申请日未识别，无法计算专利期限"]
    earliest = terms.patent_last_day(kind, date(year - terms.DIVISIONAL_MARGIN_YEARS, 1, 1))
    latest = terms.patent_last_day(kind, date(year, 12, 31))
    if as_of <= earliest or as_of > latest:
        return earliest, []
    return earliest, ["申请日未识别，专利可能已在截止日前期满"]


def _software(document: Document, as_of: date) -> tuple[Claim, ...]:
    """A software registration; in force for 50 years (计算机软件保护条例 第十四条), so no end here."""
    key = "registration_no" if fields.text(document, "registration_no") else "certificate_no"
    number, found = _number(document, key)
    registered = fields.day(document, "registration_date")
    dated = _date_doubts(document, "registration_date", "登记日期", as_of)
    used: tuple[str, ...] = (key, "owners", "registration_date")
    last = _registered_by(number, as_of)
    if dated and last is not None and not found:
        # A seal often lies on the date: then the number's year decides, and the date is no part of the claim.
        registered, dated, used = last, [], (key, "owners")
    paper = _Paper("software_copyrights", number, registered, None, used, [*found, *dated])
    return (_claim(document, paper),)


def _registered_by(number: str | None, as_of: date) -> date | None:
    """The last day of the year a 登记号 begins with (``2017SR359615``), where that year is over at ``as_of``.

    The number is given out at registration, so the software was registered by that day whatever the date shows.
    """
    year = terms.leading_year(number)
    return date(year, 12, 31) if year is not None and year < as_of.year else None


def _trademark(document: Document, as_of: date) -> tuple[Claim, ...]:
    """A trademark: ten years from registration (商标法 第三十九条) unless another end is printed."""
    number, found = _number(document, "registration_no")
    start = fields.day(document, "valid_from")
    found += _date_doubts(document, "valid_from", "注册日期", as_of)
    until = fields.day(document, "valid_until")
    if until is not None:
        found += _date_doubts(document, "valid_until", "有效期", as_of) + _order(start, until)
    elif start is not None:
        until = dates.add_years(start, 10) - timedelta(days=1)
    used = ("registration_no", "owner", "valid_from", "valid_until")
    return _with_term(_claim(document, _Paper("trademarks", number, start, until, used, found)), document)


def _iso(document: Document, as_of: date) -> tuple[Claim, ...]:
    """A management system certificate, in force from its (first) issue to the last day inclusive."""
    number, found = _number(document, "certificate_no")
    issued = "issue_date" if fields.day(document, "issue_date") is not None else "first_issue_date"
    start = fields.day(document, issued)
    until = fields.day(document, "valid_until")
    found += _date_doubts(document, issued, "发证日期", as_of)
    found += _date_doubts(document, "valid_until", "有效期", as_of)
    found += _order(start, until)
    used = ("certificate_no", "holder", issued, "valid_until")
    return _with_term(_claim(document, _Paper("management_system_certs", number, start, until, used, found)), document)


def _high_tech(document: Document, as_of: date) -> tuple[Claim, ...]:
    """A high-tech certificate: three years from the day of issue.

    高新技术企业认定管理办法 第九条; the last day is the corresponding day three years on
    (民法典 第二百零一、二百零二条: the first day is not counted).
    """
    number, found = _number(document, "certificate_no")
    start = fields.day(document, "issue_date")
    found += _date_doubts(document, "issue_date", "发证日期")
    lawful = dates.add_years(start, 3) if start is not None else None
    printed = fields.day(document, "valid_until")
    until = min((d for d in (lawful, printed) if d is not None), default=None)
    if lawful is not None and printed is not None and abs((lawful - printed).days) > 1:
        found.append("有效期与发证日期相差不是三年")
    if until is None:
        found.append("有效期未识别")
    used = ("certificate_no", "holder", "issue_date", "valid_until")
    return _with_term(_claim(document, _Paper("high_tech_enterprise", number, start, until, used, found)), document)


def _order(start: date | None, until: date | None) -> list[str]:
    """A doubt where a certificate ends before it begins."""
    if start is not None and until is not None and until <= start:
        return ["有效期早于发证日期，日期可能识别有误"]
    return []


def _licence(document: Document, as_of: date) -> tuple[Claim, ...]:
    """Years since establishment (whole years up to ``as_of``) and the date itself."""
    established = fields.day(document, "established")
    found = _date_doubts(document, "established", "成立日期")
    used = ("established", "name", "uscc")
    claim = _claim(document, _Paper("registered_years", None, established, None, used, found))
    years = terms.full_years(established, as_of) if established else None
    day = established.isoformat() if established else None
    return (
        claim.model_copy(update={"value": years, "unit": "年", "method": "label"}),
        claim.model_copy(update={"metric": "registration_date", "value": day, "unit": "date", "method": "label"}),
    )


def _insured(document: Document, as_of: date) -> tuple[Claim, ...]:
    """Headcount of a social-security list; the total and the listed rows must agree (contract)."""
    total, rows = _integer(document, "headcount"), _integer(document, "listed_persons")
    found = _count_doubts(document, total, rows)
    period = fields.text(document, "period_to") or fields.text(document, "period_from")
    if not period:
        found.append("名单未写明费款所属期")
    used = tuple(k for k in ("headcount", "listed_persons") if k in document.fields)
    for key in used:
        found += doubts.text_doubts(document.fields[key], "参保人数")
    claim = _claim(document, _Paper("employees", None, None, None, (*used, "organization"), found))
    value = total if total is not None else rows
    changed = {"value": value, "unit": "人", "period": period, "method": "headcount"}
    return (claim.model_copy(update=changed),)


def _count_doubts(document: Document, total: int | None, rows: int | None) -> list[str]:
    """Doubts from comparing the total with the rows.

    A certificate that states a total and lists nobody stands; rows without a total stand where
    they were counted in a spreadsheet, since a scanned list may lack a page.
    """
    if total is None and rows is None:
        return ["参保人数未识别"]
    if total is None:
        listed = document.fields["listed_persons"]
        exact = listed.gate == "ok" or listed.method.startswith("sheet")
        return [] if exact else ["名单没有合计人数，无法核对是否完整"]
    if rows is None:
        return ["名单行数未能数清"] if "listed_persons" in document.fields else []
    return [f"{doubts.ROWS_DIFFER}（合计 {total} 人，名单 {rows} 行）"] if total != rows else []


def _integer(document: Document, key: str) -> int | None:
    """An integer field, or None."""
    field = document.fields.get(key)
    if field is None or isinstance(field.value, bool) or not isinstance(field.value, int | float):
        return None
    return int(field.value) if float(field.value).is_integer() else None


_MAKERS: dict[str, Callable[[Document, date], tuple[Claim, ...]]] = {
    "patent_certificate": _patent,
    "software_copyright": _software,
    "trademark_certificate": _trademark,
    "iso_certificate": _iso,
    "high_tech_certificate": _high_tech,
    "business_license": _licence,
    "social_security_list": _insured,
}
