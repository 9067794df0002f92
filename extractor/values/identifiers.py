"""Identifiers of papers and companies: patents, credit codes, certificates.

Check digits decide whether a reading is believed (``checkdigits``). Persons' numbers are in ``persons``;
their functions are offered here too.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from extractor.values import checkdigits
from extractor.values.checkdigits import (
    OCR_CONFUSIONS,
    USCC_ALPHABET,
    org_check,
    patent_check,
    repair,
    uscc_is_valid,
)
from extractor.values.chinese import squeeze, to_halfwidth
from extractor.values.persons import PROVINCES, find_ids, is_resident_id, mask_ids, person_key

__all__ = [
    "OCR_CONFUSIONS",
    "Identifier",
    "find_ids",
    "find_patent_nos",
    "find_usccs",
    "mask_ids",
    "normalise_cert_no",
    "parse_copyright_no",
    "parse_hnte_no",
    "parse_org_code",
    "parse_patent_no",
    "parse_uscc",
    "patent_filing_year",
    "patent_kind",
    "person_key",
    "repair",
]


class Identifier(NamedTuple):
    """An identifier in canonical form.

    ``valid``: the check digit is right (None: this kind has none). ``repaired``: a misread
    character was replaced, which the check digit or the fixed form made unique.
    """

    value: str
    valid: bool | None
    repaired: bool


Hit = tuple[Identifier, int, int]
"""An identifier with its span in the text."""

_PLAIN = str.maketrans(dict.fromkeys("—–‐‑‒―−─━﹣ー", "-") | dict.fromkeys("·•．・。∙", ".") | dict.fromkeys("×✕χΧхХ✖", "X"))
_OCR = "0-9OoQDIil|ZzSsBGbqgATX"
_GAP = r"[ \t.\-_]{0,2}"
_ZL = r"(?:[Z2乙]\s?[L1I|l])"
_PATENT = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?P<zl>{_ZL})[\s.:]{{0,3}})?"
    rf"(?P<body>[{_OCR}](?:{_GAP}[{_OCR}]){{11}})[ .,\-]{{0,3}}(?P<check>[{_OCR}x])(?![0-9A-Za-z])"
)
_OLD_PATENT = re.compile(
    rf"(?<![0-9A-Za-z])(?P<zl>{_ZL})[\s.:]{{0,3}}"
    rf"(?P<body>[{_OCR}](?:{_GAP}[{_OCR}]){{7}})[ .,\-]{{0,3}}(?P<check>[{_OCR}x])(?![0-9A-Za-z]|\s?[.-]?\d)"
)
_PATENT_LABEL = re.compile(r"(?:专利|申请)(?:申请)?(?:号码?)?\s*:?\s*$")


def _patent_is_valid(digits: str) -> bool:
    """Check 13 (or 9) characters: year, kind digit, check digit."""
    body, check = digits[:-1], digits[-1]
    if not (body.isascii() and body.isdigit()) or patent_check(body) != check:
        return False
    if len(body) == 12:
        return 1985 <= int(body[:4]) <= 2100 and body[4] in "12389"
    return (int(body[:2]) >= 85 or int(body[:2]) <= 3) and body[2] in "12389"


def _patent(match: re.Match[str], fix: bool) -> Identifier:
    """Make the canonical form, repairing when asked and the check fails."""
    raw = re.sub(r"[ \t.\-_]", "", match["body"]) + match["check"]
    valid, repaired = _patent_is_valid(raw.upper()), False
    if fix and not valid:
        # Letters read for digits only: mod 11 cannot tell which of two digits was misread
        # (measured: a unique digit-for-digit repair is wrong in about half of all cases).
        fixed = checkdigits.repair(_digits_for_small(raw), "0123456789X", _patent_is_valid, max_changes=0)
        if fixed:
            raw, valid, repaired = fixed, True, True
    return Identifier(f"ZL{raw[:-1]}.{raw[-1]}".upper(), valid, repaired)


def _digits_for_small(raw: str) -> str:
    """Upper-case except where the small letter looks like another digit than the capital (b, q, g, l)."""
    return "".join({"l": "1", "b": "6", "q": "9", "g": "9", "i": "1"}.get(char, char.upper()) for char in raw)


def find_patent_nos(text: str, repair: bool = False) -> list[Hit]:
    """Find Chinese patent numbers in running text: (identifier, start, end).

    ZL (also misread) or a label (专利号, 申请号) or the point before the check digit must be there.
    """
    plain = to_halfwidth(text).translate(_PLAIN)
    hits: list[Hit] = []
    for match in [*_PATENT.finditer(plain), *_OLD_PATENT.finditer(plain)]:
        if any(match.start() < end and start < match.end() for _, start, end in hits):
            continue
        found = _patent(match, repair)
        pointed = "." in plain[match.start("body") : match.end()]
        if match["zl"] or _PATENT_LABEL.search(plain[max(0, match.start() - 20) : match.start()]) or (pointed and found.valid):
            hits.append((found, match.start(), match.end()))
    return sorted(hits, key=lambda hit: hit[1])


def parse_patent_no(text: str, repair: bool = False) -> Identifier | None:
    """Read the one patent (or application) number of a text, canonical ``ZL202023020906.X``.

    12 digits and check digit since 2003-10, 8 before. ``valid`` says whether year, kind and
    check digit are right; ``repair`` replaces a misread character where only one replacement is valid.
    """
    plain = to_halfwidth(text).translate(_PLAIN).strip()
    if match := _PATENT.fullmatch(plain):
        found = _patent(match, repair)
        return found if match["zl"] or found.valid else None
    distinct = {hit[0] for hit in find_patent_nos(plain, repair)}
    return distinct.pop() if len(distinct) == 1 else None


def _patent_digits(no: str) -> str | None:
    found = re.fullmatch(r"(?:ZL)?(\d{12}|\d{8})\.?[0-9X]", squeeze(no).upper())
    return found[1] if found else None


def patent_kind(no: str) -> Literal["invention", "utility", "design"] | None:
    """Return the kind by the kind digit: 1/8 invention, 2/9 utility model, 3 design (8 and 9: PCT)."""
    digits = _patent_digits(no)
    if digits is None:
        return None
    kind = digits[4] if len(digits) == 12 else digits[2]
    if kind in "18":
        return "invention"
    if kind in "29":
        return "utility"
    return "design" if kind == "3" else None


def patent_filing_year(no: str) -> int | None:
    """Return the year of application that the number carries; two digits before 2003-10 are 1985..2003."""
    digits = _patent_digits(no)
    if digits is None:
        return None
    if len(digits) == 12:
        return int(digits[:4])
    short = int(digits[:2])
    return 1900 + short if short >= 85 else 2000 + short if short <= 3 else None


_TIGHT = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
_LOOSE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[ \t-]{0,2}[0-9A-Za-z]){17}(?![0-9A-Za-z])")
_USCC_LOOK = re.compile(r"[1-9ANYG][1-9A-Z][1-8IZSB][0-9OIZSBDQL]{5}[0-9A-Z]{10}")


def _uscc(raw: str, fix: bool) -> Identifier | None:
    """Judge 18 characters; None where they do not look like a credit code at all."""
    code = raw.upper()
    if not _USCC_LOOK.fullmatch(code):
        return None
    if uscc_is_valid(code):
        return Identifier(code, True, False)
    if is_resident_id(code):
        return None
    fixed = checkdigits.repair(code, USCC_ALPHABET, uscc_is_valid, max_changes=1) if fix else None
    if fixed and not all(_provable(code, place) for place in range(18) if code[place] != fixed[place]):
        fixed = None
    return Identifier(fixed, True, True) if fixed else Identifier(code, False, False)


def _provable(code: str, place: int) -> bool:
    """Say whether a change at this place is more than a guess.

    Impossible characters and letters among the region's digits are; within the organisation code both
    check digits agree on it. Elsewhere a single check digit cannot tell which character was misread.
    """
    impossible = code[place] not in USCC_ALPHABET or (place in range(2, 8) and not code[place].isdigit())
    return impossible or place in range(8, 17)


def find_usccs(text: str, repair: bool = False) -> list[Hit]:
    """Find unified social credit codes in running text: (identifier, start, end).

    Those with blanks inside count only when their check digits are right. Resident ID numbers are none.
    """
    plain = to_halfwidth(text).translate(_PLAIN)
    hits: list[Hit] = []
    for pattern in (_TIGHT, _LOOSE):
        for match in pattern.finditer(plain):
            if any(match.start() < end and start < match.end() for _, start, end in hits):
                continue
            found = _uscc(re.sub(r"[ \t-]", "", match[0]), repair)
            if found and (found.valid or pattern is _TIGHT):
                hits.append((found, match.start(), match.end()))
    return sorted(hits, key=lambda hit: hit[1])


_CODE_LABEL = re.compile(r"^(?:.*?(?:代码|号码?)|USCC|No\.?)(?:\([^)]*\))?:?", re.I)


def parse_uscc(text: str, repair: bool = False) -> Identifier | None:
    """Read the one unified social credit code of a text (GB 32100), blanks and small letters allowed.

    ``valid`` needs both check digits; ``repair`` replaces a misread character (and letters the
    alphabet lacks) where the result is unique, never one digit of the region by another.
    """
    code = _CODE_LABEL.sub("", squeeze(text).translate(_PLAIN))
    code = re.sub(r"[-.:]", "", code)
    if len(code) == 18 and code.isascii():
        return _uscc(code, repair)
    distinct = {hit[0] for hit in find_usccs(text, repair)}
    return distinct.pop() if len(distinct) == 1 else None


def parse_org_code(text: str) -> Identifier | None:
    """Read an organisation code (GB 11714), canonical ``MA000100-Y`` with its hyphen."""
    code = squeeze(text).translate(_PLAIN).upper()
    match = re.fullmatch(r"(?:.*(?:代码|号)(?:\(.*\))?:?)?([0-9A-Z]{8})-?([0-9X])", code)
    if not match:
        return None
    return Identifier(f"{match[1]}-{match[2]}", org_check(match[1]) == match[2], False)


_HNTE = re.compile(r"(?<![0-9A-Za-z])[G6C]\s?(?P<kind>[RFS5])(?P<tail>(?:[ .-]{0,2}[0-9OoIlDSBZ]){12})(?![0-9A-Za-z])")
_SMALL_GAPS = re.compile(r"[\s.\-]")
_TO_DIGITS = str.maketrans("OoDQIl|ZSB", "0000111258")


def parse_hnte_no(text: str) -> Identifier | None:
    """Read the number of a high-tech certificate: GR (GF: 复审, GS), year, province, six digits.

    No check digit exists (``valid`` None); letters read for its digits are set right and reported.
    """
    found: set[Identifier] = set()
    for match in _HNTE.finditer(to_halfwidth(text).translate(_PLAIN)):
        raw = _SMALL_GAPS.sub("", match[0])
        digits = _SMALL_GAPS.sub("", match["tail"]).translate(_TO_DIGITS)
        value = f"G{match['kind'].replace('5', 'S')}{digits}"
        if 2008 <= int(digits[:4]) <= 2100 and digits[4:6] in PROVINCES:
            found.add(Identifier(value, None, value != raw))
    return found.pop() if len(found) == 1 else None


_COPYRIGHT = re.compile(
    r"(?<![0-9A-Za-z])(?P<year>[12]\s?[09Oo](?:\s?[0-9Oo]){2})\s?(?P<mark>[S5]\s?R)"
    r"(?P<tail>(?:\s?[0-9OolI]){4,8})(?![0-9A-Za-z])",
    re.I,
)


def parse_copyright_no(text: str) -> Identifier | None:
    """Read a software copyright's registration number, e.g. ``2017SR359615`` (year, SR, 4 to 8 digits)."""
    found: set[Identifier] = set()
    for match in _COPYRIGHT.finditer(to_halfwidth(text).translate(_PLAIN)):
        raw = re.sub(r"\s", "", match[0]).upper()
        year = re.sub(r"\s", "", match["year"]).translate(_TO_DIGITS)
        tail = re.sub(r"\s", "", match["tail"]).translate(_TO_DIGITS)
        if 1991 <= int(year) <= 2100:
            found.add(Identifier(f"{year}SR{tail}", None, raw != f"{year}SR{tail}"))
    return found.pop() if len(found) == 1 else None


def normalise_cert_no(text: str) -> str:
    """Return a certificate number for comparing: no blanks, half-width, capitals, one kind of dash."""
    dashes = str.maketrans(dict.fromkeys("—–‐‑‒―−─━﹣ー", "-"))
    return squeeze(text).translate(dashes).upper().strip(":.,;、。")
