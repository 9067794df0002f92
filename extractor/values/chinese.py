"""Chinese numerals and character widths.

Numeral forms: ordinary (一二三), financial capitals (壹贰叁) and the zeros that scans show
(〇 ○ ◯ 零). A numeral is read loosely, written again by the rules of 《支付结算办法》附一 and
《会计基础工作规范》第五十二条, and accepted only when both agree: what nobody writes gives None.
"""

from __future__ import annotations

import re

_FULL_TO_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}

DIGITS: dict[str, int] = {
    char: value
    for value, chars in enumerate(
        ["零〇○◯", "一壹弌", "二贰貳弍", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
    )
    for char in chars
}
"""Every numeral character and its digit."""

_CANONICAL = str.maketrans(
    {char: "零一二三四五六七八九"[value] for char, value in DIGITS.items()}
    | {
        "两": "二",
        "兩": "二",
        "拾": "十",
        "佰": "百",
        "仟": "千",
        "萬": "万",
        "億": "亿",
        "廿": "二十",
        "卅": "三十",
    }
)
NUMERAL_CHARS = "".join(DIGITS) + "两兩十拾百佰千仟万萬亿億廿卅"
"""Every character that a numeral may hold."""

_PLACES = {"十": 10, "百": 100, "千": 1000}
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\xad]+")


def to_halfwidth(text: str) -> str:
    """Turn full-width ASCII, the ideographic blank and ￥ into their half-width forms.

    One character becomes one character, so positions stay true. Chinese punctuation
    that has no ASCII twin (。、【】《》) stays; full-width brackets （） become ().
    """
    return text.translate(_FULL_TO_HALF)


def squeeze(text: str) -> str:
    """Remove all white space and zero-width characters and turn to half-width.

    Brackets thereby become ``()``; names shown to people go through ``names.clean_company``.
    """
    return _SPACE.sub("", to_halfwidth(text))


def digits_to_int(text: str) -> int | None:
    """Read numerals digit by digit: ``二〇二一`` -> 2021; None if any other character occurs.

    Latin O, o and the digits 0-9 are accepted among the Chinese ones, as scans mix them.
    """
    digits = ""
    for char in squeeze(text):
        if char in DIGITS:
            digits += str(DIGITS[char])
        elif char in "Oo":
            digits += "0"
        elif char in "0123456789":
            digits += char
        else:
            return None
    return int(digits) if 0 < len(digits) <= 30 else None


def numeral_to_int(text: str) -> int | None:
    """Read a Chinese numeral: ``一百二十三`` -> 123, ``壹亿零伍万`` -> 100050000.

    Skipped places need their 零 (一千零五; never the colloquial 一千五); a leading 十 may go
    without 一, a leading 拾 may not. None for anything else, and from 10**16 on.
    """
    text = squeeze(text)
    if not text or text[0] == "拾" or any(char not in NUMERAL_CHARS for char in text):
        return None
    plain = text.translate(_CANONICAL)
    if plain == "零":
        return 0
    value = _loose(plain)
    if not 0 < value < 10**16:
        return None
    return value if re.fullmatch(_written(value), plain) else None


def _loose(plain: str) -> int:
    """Evaluate a canonical numeral without judging its form."""
    if "亿" in plain:
        high, low = plain.split("亿", 1)
        return _loose(high) * 10**8 + _loose(low)
    if "万" in plain:
        high, low = plain.split("万", 1)
        return _loose(high) * 10**4 + _loose(low)
    total, digit = 0, 0
    for char in plain:
        if char in _PLACES:
            total += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit


def _written(value: int) -> str:
    """Return the pattern of the accepted ways to write ``value`` (> 0) in canonical characters."""
    pattern = _pattern(value)
    return "一?" + pattern[1:] if pattern.startswith("一十") else pattern


def _pattern(value: int) -> str:
    for base, mark in ((10**8, "亿"), (10**4, "万")):
        if value < base:
            continue
        high, low = divmod(value, base)
        text = _pattern(high) + mark
        if not low:
            return text
        if low < base // 10:
            return text + "零" + _pattern(low)
        # 壹拾万(零)柒仟: the 零 for an empty place of units is optional
        return text + ("零?" if high % 10 == 0 else "") + _pattern(low)
    return _section(value)


def _section(value: int) -> str:
    """Write 1..9999 in canonical characters."""
    text, gap = "", False
    for place, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + mark
            gap = False
        else:
            gap = True
    return text


def numeral(value: int, *, capitals: bool = False) -> str:
    """Write a whole number (0 <= value < 10**16) as a Chinese numeral, in 大写 with ``capitals``.

    Raises:
        ValueError: The value is out of range.
    """
    if not 0 <= value < 10**16:
        raise ValueError(f"numeral: {value} is out of range")
    text = _pattern(value).replace("零?", "零") if value else "零"
    if capitals:
        text = text.translate(str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟"))
    return text
