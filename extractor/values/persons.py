"""Persons' ID numbers: found, masked, and hashed; never passed on in clear.

Resident identity numbers: GB 11643-1999 (18 characters: region, birth date, order, ISO 7064 mod 11-2
check character) and the former 15-digit form without century and check.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from typing import NamedTuple

from stdnum.cn import ric

from extractor.values.checkdigits import uscc_is_valid
from extractor.values.chinese import squeeze, to_halfwidth

_AREAS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
PROVINCES = frozenset(str(code) for first, last in _AREAS for code in range(first, last + 1))
"""First two digits of region codes (GB/T 2260), 83: Taiwan residents' cards."""
_LETTERS = str.maketrans("OoQDIl|i", "00001111")
_RUN = re.compile(r"(?<![0-9A-Za-z*])[0-9OoQDIl|i]{15,40}[Xx×]?(?![A-Za-z*])")
_SPACED = re.compile(r"(?<![0-9A-Za-z*])[0-9OolI]+(?:[ \t\xa0-]{1,3}[0-9OolI]+)+(?:[ \t-]?[Xx×](?![0-9A-Za-z]))?(?![A-Za-z*])")
_LAYOUTS = {
    (6, 8, 4),
    (6, 4, 4, 4),
    (3, 3, 4, 4, 4),
    (4, 4, 4, 4, 2),
    (6, 8, 3, 1),
    (14, 4),
    (6, 12),
    (10, 8),
    (6, 4, 2, 2, 4),
}
_OTHER_NUMBER = re.compile(r"(?:注册号|证书号|登记号|编号|账号|帐号|卡号|电话|发票|单号|凭证号|文号|No\.?)\s*[::]?\s*$", re.I)


class IdHit(NamedTuple):
    """A resident ID number in running text: its span and its masked form."""

    start: int
    end: int
    masked: str


def _real_date(digits: str) -> bool:
    """Say whether eight digits are a birth date between 1900 and 2100."""
    if not digits.isdigit() or not 1900 <= int(digits[:4]) <= 2100:
        return False
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def is_resident_id(number: str) -> bool:
    """Check an 18-character resident ID number fully: region, birth date and check character."""
    number = number.upper()
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit() and _real_date(number[6:14])):
        return False
    # 9…: foreigners' permanent residence cards since 2023
    region = number[:2] in PROVINCES or number[0] == "9"
    return bool(region and number[17] == ric.calc_check_digit(number))


def _looks_like_id(number: str) -> bool:
    """Say whether 15 or 18 characters look like a resident ID number, misread check character included."""
    number = number.upper()
    if is_resident_id(number):
        # foreigners' cards and companies' credit codes both begin with 9
        return number[0] != "9" or not uscc_is_valid(number)
    if number[:2] not in PROVINCES:
        return False
    if len(number) == 18:
        body = number[:17].isdigit() and number[17] in "0123456789X"
        return body and _real_date(number[6:14]) and not uscc_is_valid(number)
    return len(number) == 15 and number.isdigit() and _real_date("19" + number[6:12])


def _lost_its_last(run: str) -> bool:
    """Say whether 17 digits are an ID number whose check character was not read: region and a living person's birth date."""
    return len(run) == 17 and run[:2] in PROVINCES and _real_date(run[6:14]) and 1920 <= int(run[6:10]) <= 2020


def find_ids(text: str) -> list[IdHit]:
    """Find resident ID numbers in running text, also with blanks or letters read for digits inside."""
    plain = to_halfwidth(text).replace("×", "X")
    hits: list[IdHit] = []
    for match in _RUN.finditer(plain):
        hits += _in_run(plain, match)
    for match in _SPACED.finditer(plain):
        hits += [hit for hit in _in_groups(match) if not any(hit.start < h.end and h.start < hit.end for h in hits)]
    return sorted(hits)


def _mask(number: str) -> str:
    return f"{number[:4]}{'*' * 10}{number[-4:].upper()}"


def _in_run(plain: str, match: re.Match[str]) -> list[IdHit]:
    """Judge an unbroken run; longer runs (cells glued together) need the check character."""
    run = match[0].translate(_LETTERS)
    if len(run) in (15, 18) and _looks_like_id(run):
        labelled_other = len(run) == 15 and _OTHER_NUMBER.search(plain[max(0, match.start() - 20) : match.start()])
        return [] if labelled_other else [IdHit(match.start(), match.end(), _mask(run))]
    if _lost_its_last(run):
        return [IdHit(match.start(), match.end(), _mask(run))]
    hits: list[IdHit] = []
    start = 0
    while len(run) > 18 and start + 18 <= len(run):
        window = run[start : start + 18]
        if window[:2] in PROVINCES and is_resident_id(window):
            hits.append(IdHit(match.start() + start, match.start() + start + 18, _mask(window)))
            start += 18
        else:
            start += 1
    return hits


def _in_groups(match: re.Match[str]) -> list[IdHit]:
    """Judge groups of digits with blanks between: a usual layout, or a right check character."""
    groups = [(found.start(), found.end()) for found in re.finditer(r"[^\s-]+", match[0])]
    hits: list[IdHit] = []
    first = 0
    while first < len(groups):
        for last in range(first + 1, len(groups)):
            joined = re.sub(r"[\s-]", "", match[0][groups[first][0] : groups[last][1]]).translate(_LETTERS)
            if len(joined) < 18:
                continue
            layout = tuple(end - start for start, end in groups[first : last + 1])
            sure = is_resident_id(joined) or layout in _LAYOUTS
            if len(joined) == 18 and sure and _looks_like_id(joined):
                offset = match.start()
                hits.append(IdHit(offset + groups[first][0], offset + groups[last][1], _mask(joined)))
                first = last
            break
        first += 1
    return hits


def mask_ids(text: str) -> str:
    """Mask every resident ID number: first four, ten stars, last four (``3501**********1234``).

    Credit codes, numbers with an impossible birth date and numbers masked already stay. The
    length changes only where blanks stood inside or the number had 15 digits (``find_ids`` gives spans).
    """
    for hit in reversed(find_ids(text)):
        text = text[: hit.start] + hit.masked + text[hit.end :]
    return text


def person_key(id_or_name: str, secret: bytes) -> str:
    """Return a keyed hash (HMAC-SHA256, hex) that tells persons apart without their number."""
    return hmac.new(secret, squeeze(id_or_name).upper().encode(), hashlib.sha256).hexdigest()
