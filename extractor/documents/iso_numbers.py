"""Number of a management-system certificate and credit code of its holder."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.finders import Value, field_of, rows
from extractor.model import Field, Page
from extractor.values.dates import find_dates
from extractor.values.identifiers import Identifier, find_usccs, normalise_cert_no, parse_uscc

_NUMBER = re.compile(r"(?:No\.?|NO\.?|Nr\.?)?[:：.]?\s*((?:[\[(（]?[A-Z0-9][A-Z0-9\-/.·()（） \]]*)[A-Z0-9)）])", re.IGNORECASE)
_CHINESE_NUMBER = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()（）\[\]〔〕-]{2,20}第?\s?[A-Za-z0-9-]{2,}号")
_BETWEEN = re.compile(r"(?:认证|注册)?(?:证书?)?字?第\s*([A-Za-z0-9][A-Za-z0-9\-/.·() ]{3,})\s*号")
"""A number in Latin letters and figures between 第 and 号, which are none of it."""
_RENEWAL = re.compile(r"(?<=\d)R([OQIL])(?=[SML](?:$|[/-]))")
"""The renewal count before the size letter (``…R0S``) is a digit by the bodies' common scheme; OCR reads letters."""


def parse_certificate_no(text: str) -> str | None:
    """The certificate number at the head of ``text``, capitals without blanks; None for a date, code or words.

    >>> parse_certificate_no("00121 Q3 1234R0M/3500")
    '00121Q31234R0M/3500'
    """
    text = text.strip(" :：")
    if find_dates(text) and find_dates(text)[0].start == 0:
        return None
    if between := _BETWEEN.fullmatch(text):
        text = between[1]
    elif chinese := _CHINESE_NUMBER.match(text):
        return normalise_cert_no(chinese[0])
    match = _NUMBER.match(text)
    if match is None:
        return None
    number = re.split(r"\s{2,}|\s(?=[A-Z]?[a-z]{2})", match[1])[0]
    number = re.sub(r"(?<=[0-9])(?:Page|Date|Issue|Valid|Rev).*$", "", number, flags=re.IGNORECASE)
    opened, closed = (len(re.findall(marks, number)) for marks in ("[(（]", "[)）]"))
    if opened != closed:
        # the number stands in a bracket itself, or what follows it does
        number = re.split(r"[(（]" if opened > closed else r"[)）]", number)[0] or number
    clean = _RENEWAL.sub(lambda m: "R" + ("1" if m[1] in "IL" else "0"), normalise_cert_no(number).strip("/.-"))
    if sum(c.isdigit() for c in clean) < 3 or not 5 <= len(clean) <= 40 or find_usccs(clean):
        return None
    return clean


def certificate_no(values: Sequence[Value], page: Page) -> Field | None:
    """The certificate's number: by its label, else ``No. …`` in the upper half."""
    best: tuple[float, Field] | None = None
    for value in values:
        for part in (value.head(),):
            number = None if value.where == "empty" else parse_certificate_no(part.text)
            if number is None:
                continue
            own = value.sure - (0.2 if re.search(r"[\u4e00-\u9fff]", part.text[:2]) else 0.0)
            made = field_of(part, number)
            if best is None or own > best[0]:
                best = (own, made)
    if best is not None:
        return best[1]
    for row in rows(page):
        if (between := _BETWEEN.fullmatch(row.key)) and row.box[3] < 0.5 and (number := parse_certificate_no(row.key)):
            return field_of(Value("", (row.slice(*between.span(1)),), 0.95, "pattern"), number)
        match = re.search(
            r"(?:(?:^|[^A-Za-z])(?:No|NO|Nr|№)[.:：]{1,2}|^(?:Certificate|CERTIFICATE)(?=[A-Z]*\d))\s*([A-Z0-9][A-Z0-9/.-]{5,})",
            row.key,
        )
        if match and row.box[3] < 0.5 and (number := parse_certificate_no(match[1])):
            return field_of(Value("", (row.slice(*match.span(1)),), 0.8, "pattern"), number)
    return None


def uscc(values: Sequence[Value], page: Page) -> Field | None:
    """The holder's credit code: by its label, else the one valid code of the page; repaired when unique."""
    for value in values:
        if value.where == "empty":
            continue
        found = parse_uscc(value.head().text, repair=True)
        if found is not None:
            return _uscc_field(value.head(), found)
    hits = [(row, hit) for row in rows(page) for hit in find_usccs(row.text) if hit[0].valid]
    if len({hit[0].value for _, hit in hits}) == 1:
        row, hit = hits[0]
        at = row.key.upper().find(hit[0].value)
        run = row.slice(at, at + 18) if at >= 0 else row
        return _uscc_field(Value("", (run,), 0.9, "pattern"), hit[0])
    return None


def _uscc_field(value: Value, found: Identifier) -> Field:
    if found.repaired:
        return field_of(value, found.value, method="check_digit_repair", sure=0.9, note="按校验位纠正了一个误读字符")
    if found.valid is False:
        made = field_of(value, found.value, note="统一社会信用代码校验位不符，请核对原件")
        return made.model_copy(update={"confidence": min(made.confidence, 0.5)})
    return field_of(value, found.value)
