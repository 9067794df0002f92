"""Numbers as printed in cells and in running text.

Nothing is guessed: a text that could be two numbers, or whose groups of thousands do not
add up, gives None. ``repair_number`` offers likely readings, flagged, for a person to judge.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

from extractor.values.chinese import to_halfwidth


class Number(NamedTuple):
    """A number as written: no unit applied (``5 万元`` has the value 5).

    ``decimals`` counts the digits after the point; ``nil`` marks a dash, which counts as 0.
    """

    value: Decimal
    decimals: int
    nil: bool
    raw: str


class RepairedNumber(NamedTuple):
    """A number that needed a guess: ``changes`` says which, in plain Chinese."""

    number: Number
    changes: str


_DASHES = str.maketrans(dict.fromkeys("—–‐‑‒―−─━﹣ー", "-") | dict.fromkeys("’‘`´′", "'"))
_POINTS = str.maketrans("。·", "..")
_NIL = re.compile(r"-{1,6}|/{1,2}|[一]{1,2}")
_PREFIX = re.compile(r"(?:RMB|CNY|人民币|¥|Y(?=\d))[::]?\s*", re.I)
_SUFFIX = re.compile(
    r"\s*(?:(?:人民币)?(?:百万|千万|[千万亿])?元(?:整|正)?|(?:百万|千万|[万亿])|%|项|人|个|件|名|家|位|份|台|套)$"
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.A)
_COMMAS = re.compile(r"(?!0)\d{1,3}(?:[,'、]\d{3})+(?:\.\d+)?", re.A)
_DOTS = re.compile(r"(?!0)\d{1,3}(?:[,.'、]\d{3}){1,6}\.\d{2}", re.A)
_BLANKS = re.compile(r"(?!0)\d{1,3}(?: \d{3}){2,}\.\d{2}", re.A)
_MAX_DIGITS = 20
_MAX_CELL = 60


def parse_number(text: str) -> Number | None:
    """Read a whole cell as one number, or None.

    Accepts full-width characters, thousands separators (and a point or 、 read in their place
    where the groups are consistent), blanks beside a separator, ¥/RMB/人民币 before, a unit
    after (which is not applied), negatives as ``-1``, ``(1)``, ``△1``, ``▲1``; nil dashes.
    """
    body = to_halfwidth(text).translate(_DASHES).translate(_POINTS).strip()
    if not body or len(body) > _MAX_CELL:
        return None
    if _NIL.fullmatch(re.sub(r"\s+", "", body)):
        return Number(Decimal(0), 0, True, text)
    negative, body = _strip_marks(body)
    if negative is None:
        return None
    digits = _digits(body)
    if digits is None:
        return None
    value = Decimal(digits)
    return Number(-value if negative else value, len(digits.partition(".")[2]), False, text)


def _strip_marks(body: str) -> tuple[bool | None, str]:
    """Take off sign, currency, unit and brackets: (is negative, rest); None for two signs."""
    signs, unit, currency = 0, False, False
    for _ in range(4):
        before = body
        if not unit and (stripped := _SUFFIX.sub("", body)) != body:
            unit, body = True, stripped
        if not currency and (mark := _PREFIX.match(body)):
            currency, body = True, body[mark.end() :]
        body = body.strip()
        if body[:1] == "(" and body[-1:] == ")":
            signs, body = signs + 1, body[1:-1].strip()
        elif body[:1] in ("△", "▲"):
            signs, body = signs + 1, body[1:].strip()
        elif body[:1] == "-" or re.match(r"一\d", body):
            signs, body = signs + 1, body[1:]
            # a dash apart from its number may be the nil of the next cell
            if body[:1].isspace():
                return None, body
        elif body[:1] == "+":
            return (None, body) if signs else (False, body[1:])
        if body == before:
            break
    return (None, body) if signs > 1 else (signs == 1, body)


def _digits(body: str) -> str | None:
    """Return plain digits with at most one point, or None where the grouping is doubtful."""
    if not body.isascii() and "、" not in body:
        return None
    pieces = body.split()
    if len(pieces) > 1:
        if _BLANKS.fullmatch(" ".join(pieces)):
            return "".join(pieces)
        for cut in range(1, len(pieces)):
            left, right = "".join(pieces[:cut]), "".join(pieces[cut:])
            if _well_formed(left) and _well_formed(right):
                return None
        body = "".join(pieces)
    return _well_formed(body)


def _well_formed(body: str) -> str | None:
    """Strip the separators of a consistent number; None for an inconsistent one."""
    if sum(char.isdigit() for char in body) > _MAX_DIGITS:
        return None
    if _PLAIN.fullmatch(body):
        whole, _, _ = body.partition(".")
        odd = len(whole) > 1 and whole[0] == "0" and (body != whole or len(whole) > 4)
        return None if odd else body
    if _COMMAS.fullmatch(body):
        return re.sub(r"[,'、]", "", body)
    if _DOTS.fullmatch(body):
        return re.sub(r"[,.'、]", "", body[:-3]) + body[-3:]
    return None


_LETTERS = {
    "O": "0",
    "o": "0",
    "D": "0",
    "Q": "0",
    "I": "1",
    "l": "1",
    "|": "1",
    "i": "1",
    "S": "5",
    "s": "5",
}
_LETTERS |= {"B": "8", "Z": "2", "z": "2", "G": "6", "b": "6", "q": "9", "g": "9"}
_COMMA_POINT = re.compile(r"(.*\d[,.]\d{3}),(\d{2})(\D*)", re.S)


def repair_number(text: str) -> RepairedNumber | None:
    """Offer a reading of a number that ``parse_number`` refuses, with what was changed.

    Replaces letters that OCR confuses with digits, and a last comma before two digits by a
    point. Never proof by itself: the caller must confirm it (arithmetic gate) or show it.
    None where nothing plausible is left or nothing needed a change.
    """
    if parse_number(text) is not None:
        return None
    half = to_halfwidth(text)
    fixed = "".join(_LETTERS.get(char, char) for char in half)
    # at least half of the characters must have been digits, else it is a word
    if sum(char.isdigit() for char in half) * 2 < sum(char.isalnum() for char in half):
        return None
    changes = "字母改作数字" if fixed != half else ""
    number = parse_number(fixed)
    if number is None and (match := _COMMA_POINT.fullmatch(fixed)):
        number = parse_number(f"{match[1]}.{match[2]}{match[3]}")
        changes = "、".join(filter(None, [changes, "末位逗号改作小数点"]))
    return RepairedNumber(number._replace(raw=text), changes) if number and changes else None


_SIGNS = r"(?:(?:RMB|CNY|人民币)\s*:?\s*|[¥(△▲-]\s?){0,4}"
_TOKEN = re.compile(rf"{_SIGNS}[0-9A-Za-z](?:[,.] (?=\d)|[0-9A-Za-z,.、'/:~_+-])*\)?", re.I)
_NOT_AFTER = re.compile(r"\s*(?:[月日号时室楼栋幢层页条款章节期版届批](?!以)|季度|分(?![公之])|年(?:度|月|末|初|\d|$|\W))")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_BEFORE = re.compile(r"(?:第|No\.?|[号码编]\s*:|电话:?|邮编:?|[A-Za-z_/]|\d\s*[./:-])\s*$", re.I)
_LEFT, _ID_DIGITS = 12, 11


def find_numbers(text: str) -> list[tuple[Number, int, int]]:
    """Find the numbers in running text: (number, start, end), left to right.

    Dates, ordinals (第3页), identifiers, ranges (1-12), times, enumerations (1) and numbers glued
    to letters are left out, and so is what could be one number or two (``123，456元``).
    """
    half = to_halfwidth(text).translate(_DASHES)
    spans = [(match.start(), match.end()) for match in _TOKEN.finditer(half)]
    return [hit for start, end in spans for hit in _numbers_in(text, half, start, end)]


def _trim(half: str, start: int, end: int) -> tuple[int, int]:
    """Cut punctuation and unmatched brackets off a token."""
    while end > start and half[end - 1] in ",.、'/:~_+- ":
        end -= 1
    if half[end - 1] == ")" and "(" not in half[start:end]:
        end -= 1
    if half[start] == "(" and half[end - 1] != ")":
        start += 1
    return start, end


def _numbers_in(text: str, half: str, start: int, end: int) -> list[tuple[Number, int, int]]:
    """Judge one token: a number, several joined by Chinese commas, or nothing."""
    start, end = _trim(half, start, end)
    after = half[end : end + 4]
    dated = _NOT_AFTER.match(after) or (after.lstrip()[:1] == "年" and _YEAR.search(half[start:end]))
    if dated or _NOT_BEFORE.search(half[max(0, start - _LEFT) : start]):
        return []
    whole = parse_number(text[start:end])
    # among full-width digits the comma is full-width anyway
    breaks = [i for i in range(start + 1, end) if text[i] in "，、" and text[i - 1].isascii()]
    # three groups and two decimals cannot be a list of numbers
    if not breaks or (whole is not None and len(breaks) > 1 and whole.decimals == 2):
        return _accept(text, whole, start, end)
    if whole is not None:
        return []
    edges = [start - 1, *breaks, end]
    pieces = [(left + 1, right) for left, right in pairwise(edges)]
    return [hit for a, b in pieces if a < b for hit in _accept(text, parse_number(text[a:b]), a, b)]


def _accept(text: str, number: Number | None, start: int, end: int) -> list[tuple[Number, int, int]]:
    """Refuse nil dashes, enumerations in brackets and digit strings that are identifiers."""
    if number is None or number.nil:
        return []
    token = to_halfwidth(text[start:end])
    plain = token.strip("() -－—¥△▲")
    if plain.isdigit() and (len(plain) >= _ID_DIGITS or token[:1] == "("):
        return []
    return [(number, start, end)]


def agrees(declared: Decimal, decimals: int, evidence: Decimal) -> bool:
    """Say whether the evidence, rounded half up or truncated to ``decimals``, is the declared value.

    Both rounding and truncation go by magnitude (away from, respectively towards, zero).

    Raises:
        ValueError: ``decimals`` is negative.
    """
    if decimals < 0:
        raise ValueError("decimals must not be negative")
    if not (declared.is_finite() and evidence.is_finite()) or evidence.adjusted() > 40 or decimals > 40:
        return False
    step = Decimal(1).scaleb(-decimals)
    with localcontext() as context:
        context.prec = 100
        return declared in (evidence.quantize(step, ROUND_HALF_UP), evidence.quantize(step, ROUND_DOWN))
