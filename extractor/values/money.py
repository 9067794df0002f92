"""Amounts of money in yuan: units of statements, figures with units, 大写金额."""

from __future__ import annotations

import re
from decimal import Decimal

from extractor.values.chinese import DIGITS, NUMERAL_CHARS, numeral, numeral_to_int, squeeze, to_halfwidth
from extractor.values.numbers import parse_number

UNIT_FACTORS: dict[str, int] = {
    "yuan": 1,
    "thousand_yuan": 1000,
    "ten_thousand_yuan": 10_000,
    "million_yuan": 1_000_000,
    "hundred_million_yuan": 100_000_000,
}
"""Unit of a statement -> yuan."""

_UNIT_WORDS = {"元": "yuan", "千元": "thousand_yuan", "仟元": "thousand_yuan", "万元": "ten_thousand_yuan"}
_UNIT_WORDS |= {"百万元": "million_yuan", "佰万元": "million_yuan", "亿元": "hundred_million_yuan"}
_UNIT = r"(?P<u>元|[千仟]\s?元|万\s?元|[百佰]\s?万\s?元|亿\s?元)"
_FOREIGN = re.compile(
    r"美元|美金|欧元|港[元币幣]|日元|日圆|英镑|澳元|澳门元|加元|新加坡元|新台币|台币|韩元|卢布|法郎|外币"
    r"|USD|HKD|EUR|JPY|GBP|AUD|CAD|SGD|TWD|KRW|US\$|HK\$|[$€£]",
    re.I,
)
_CNY = r"(?:人民币|RMB|CNY|¥)"
_FOREIGN_TABLE = re.compile(rf"币\s?[种别]\s*+(?::|为)?+\s*+\(?+(?!{_CNY}|元|$)|单位\s*:?\s*\(?(?:{_FOREIGN.pattern})", re.I)
_LABELLED = re.compile(
    rf"(?<!编制)(?<!报送)(?<!填报)(?<!申报)单\s?位\s?(?:[:;.]|均?[为以是系]|\(|均|\s)*(?:{_CNY}\s?)?\(?{_UNIT}"
    r"(?!(?!币|列|除|表示|百分|股)[a-zA-Z\u4e00-\u9fff])",
    re.I,
)
_STATED = re.compile(rf"{_CNY}\s?{_UNIT}\s?(?:列示|表示|列报|为单位|\))", re.I)
_BRACKETED = re.compile(rf"(?:^|[^\d])\(\s?(?:{_CNY}\s?)?{_UNIT}\s?\)\s?$", re.I)
_BARE = re.compile(rf"(?:{_CNY}\s?)?{_UNIT}", re.I)
_RMB = r"(?:RMB|CNY|¥)\s?(?:yuan\s?)?"
_OF_YUAN = r"(?:of )?(?:RMB|CNY|yuan)"
_LATIN = {
    "million_yuan": rf"{_RMB}(?:in\s)?(?:['’`]?000[,'’` ]?000s?|millions?|mn|mm)\b|millions? {_OF_YUAN}",
    "ten_thousand_yuan": rf"{_RMB}(?:in\s)?(?:['’`]?0000|10,?000s?|ten thousand)\b|ten thousand {_OF_YUAN}",
    "thousand_yuan": rf"{_RMB}(?:in\s)?(?:['’`]?000s?|thousands?)\b|(?<!ten )thousands? {_OF_YUAN}",
    "yuan": r"(?:unit|currency|in)s?[\s:]*(?:(?:RMB|CNY)\s?)?(?:\(?yuan\)?|RMB|CNY)\)?\s*$"
    r"|^\(?(?:RMB|CNY)\s?(?:yuan)?\)?$",
}


def parse_unit(text: str) -> str | None:
    """Read the unit of a table from its header line: a key of ``UNIT_FACTORS``, or None.

    Knows ``单位：人民币万元``, ``(人民币百万元)``, ``营业收入（万元）``, ``以人民币千元列示``, ``RMB'000``,
    ``Unit: RMB yuan``. Foreign currency, no unit, or two different units give None.
    ``编制单位`` is not a unit.
    """
    line = re.sub(r"\s+", " ", to_halfwidth(text)).strip()
    if not line or len(line) > _MAX_HEADER or _FOREIGN_TABLE.search(line):
        return None
    for candidate in (line, squeeze(text)):
        units = _chinese_units(candidate) or _latin_units(candidate)
        if units:
            return units.pop() if len(units) == 1 else None
    return None


def _chinese_units(line: str) -> set[str]:
    """Collect the units named in Chinese: labelled or stated ones before bracketed or bare ones."""
    named = {match["u"] for pattern in (_LABELLED, _STATED) for match in pattern.finditer(line)}
    if not named and not _FOREIGN.search(line):
        found = _BRACKETED.search(line) or _BARE.fullmatch(line)
        named = {found["u"]} if found else set()
    return {_UNIT_WORDS[re.sub(r"\s", "", unit)] for unit in named}


def _latin_units(line: str) -> set[str]:
    """Collect the unit that a header names in English, the largest notation first."""
    if _FOREIGN.search(line):
        return set()
    return {next((unit for unit, pattern in _LATIN.items() if re.search(pattern, line, re.I)), "")} - {""}


def unit_factor(unit_label: str) -> Decimal | None:
    """Return the yuan per declared unit (``万元``, ``人民币元``, ``ten_thousand_yuan``), or None."""
    label = squeeze(unit_label)
    if label in UNIT_FACTORS:
        return Decimal(UNIT_FACTORS[label])
    label = re.sub(r"^(?:人民币|RMB|CNY)|\(?人民币\)?$", "", label, flags=re.I)
    unit = _UNIT_WORDS.get(label) or {"万": "ten_thousand_yuan", "亿": "hundred_million_yuan"}.get(label)
    return Decimal(UNIT_FACTORS[unit]) if unit else None


_WORDS = {"": 1, "十": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SCALED = re.compile(
    r"(?P<n>[^元圆圓万萬亿億千仟百佰十拾整正]*\d)(?P<k>[十百佰千仟]?)(?P<w>[万萬亿億]?)(?P<y>[元圆圓]?)(?:整|正)?"
)
_CURRENCY = re.compile(r"\(?(?:人民币|RMB|CNY)\)?:?", re.I)
_UNIT_AT_END = re.compile(r"\(((?:[千仟]|[百佰]?[万萬]|[亿億])?[元圆圓])\)$")
_MAX_HEADER, _MAX_AMOUNT = 400, 120


def parse_money(text: str, unit: str = "yuan") -> Decimal | None:
    """Read one amount in yuan; a bare number is in ``unit`` (a key of ``UNIT_FACTORS``).

    A unit in the text wins (``3,000.00万``, ``1000万元整``, ``伍佰万元人民币``). Foreign currency,
    a nil dash, and two amounts that differ (大写 beside 小写) give None.

    Raises:
        KeyError: ``unit`` is unknown.
    """
    factor = Decimal(UNIT_FACTORS[unit])
    text = re.sub(r"\(?[大小]写\)?:?", "", squeeze(text))
    if not text or len(text) > _MAX_AMOUNT or _FOREIGN.search(text):
        return None
    amounts = [_amount(part, factor) for part in _parts(text)]
    first = amounts[0] if amounts else None
    return first if all(amount == first for amount in amounts) else None


def _parts(text: str) -> list[str]:
    """Split 大写(小写) pairs; a lone amount stays whole."""
    match = re.fullmatch(r"(.*[元圆圓角分整正])[,;]?\(?(¥?(?:RMB|人民币)?:?¥?\d[^()]*)\)?", text, re.I)
    if match and not re.search(r"\d", match[1]):
        return [match[1], match[2]]
    return [text]


def _amount(text: str, factor: Decimal) -> Decimal | None:
    """Read one amount without a second one beside it."""
    negative_brackets = text.startswith("(") and text.endswith(")") and re.fullmatch(r"\(¥?[\d,.]+\)", text)
    core = text if negative_brackets else _UNIT_AT_END.sub(r"\1", _CURRENCY.sub("", text))
    chinese = parse_chinese_amount(core)
    if chinese is None and core[-1:] in tuple("万萬亿億"):
        chinese = parse_chinese_amount(core + "元")
    if chinese is not None:
        return chinese
    if (match := _SCALED.fullmatch(core)) and (match["k"] or match["w"] or match["y"]):
        scale = _WORDS[match["k"]] * {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}.get(match["w"], 1)
        number = parse_number(match["n"])
        if match["k"] and not match["w"] and not match["y"]:
            return None
        return number.value * scale if number and not number.nil else None
    if re.search(r"[^\d\s,.'、¥()△▲+\-—–−]", core):
        return None
    number = parse_number(core)
    return number.value * factor if number and not number.nil else None


_AMOUNT = re.compile(
    rf"(?:(?P<yuan>[{NUMERAL_CHARS}]+)[元圆圓])?"
    rf"(?:(?P<z>[零〇○])?(?:(?P<jiao>[{''.join(DIGITS)}])角)?(?P<zf>[零〇○])?(?:(?P<fen>[{''.join(DIGITS)}])分)?)"
    r"(?:整|正)?"
)


def parse_chinese_amount(text: str) -> Decimal | None:
    """Read an amount written out in Chinese (大写金额) in yuan; None on anything odd.

    Grammar: 《支付结算办法》附一; 圆 for 元, 正 for 整, ordinary numerals for capitals accepted.
    元 (or 角, 分) must be there: 壹佰万 alone is no amount.
    """
    text = squeeze(text)
    text = re.sub(r"^\(?(?:人民币|RMB)\)?[::]?|^\(?大写\)?[::]?|\(?人民币\)?$", "", text, flags=re.I)
    match = _AMOUNT.fullmatch(text)
    if not match or not (match["yuan"] or match["jiao"] or match["fen"]):
        return None
    yuan = numeral_to_int(match["yuan"]) if match["yuan"] else 0
    if yuan is None:
        return None
    jiao = DIGITS[match["jiao"]] if match["jiao"] else 0
    fen = DIGITS[match["fen"]] if match["fen"] else 0
    if not _zeros_fit(match, yuan, jiao):
        return None
    return Decimal(yuan) + Decimal(jiao * 10 + fen) / 100


def _zeros_fit(match: re.Match[str], yuan: int, jiao: int) -> bool:
    """Judge the 零 after 元: needed before a lone 分, allowed before 角 when the yuan end in 0."""
    zero, before_fen = match["z"], match["zf"]
    if zero and not match["jiao"] and not match["fen"]:
        return False
    if match["fen"] and not match["jiao"]:
        # the pattern gives the first 零 to ``z``
        return bool(zero) == bool(match["yuan"]) and not before_fen
    if before_fen:
        return False
    return not (zero and (not match["yuan"] or yuan % 10))


def format_chinese_amount(amount: Decimal) -> str:
    """Write an amount (0 <= amount < 10**16, whole 分) as 大写金额: ``壹拾元零伍分``.

    Raises:
        ValueError: The amount is negative, too large, or has fractions of a 分.
    """
    cents = amount * 100
    if amount < 0 or cents != cents.to_integral_value():
        raise ValueError(f"cannot be written in 大写: {amount}")
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    capital = "零壹贰叁肆伍陆柒捌玖"
    text = numeral(yuan, capitals=True) + "元" if yuan or not rest else ""
    if jiao:
        text += capital[jiao] + "角"
    elif fen and text:
        text += "零"
    return text + (capital[fen] + "分" if fen else "整")
