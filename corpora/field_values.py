"""Values of fields in labels: is a value of the field's kind, and how a text that a person typed becomes one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from corpora.catalogue import FieldSpec
from extractor.values.chinese import squeeze
from extractor.values.dates import parse_date, parse_period
from extractor.values.identifiers import parse_patent_no, parse_uscc
from extractor.values.money import parse_money
from extractor.values.numbers import parse_number
from extractor.values.persons import find_ids

PERIOD = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2]))?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES = frozenset({"true", "是", "合并", "yes", "y", "1", "√"})
_NO = frozenset({"false", "否", "不是", "no", "n", "0", "×"})


class ValueTextError(ValueError):
    """A text that is no value of the field's kind; the message is Chinese and says what is expected."""


# --- values in labels.jsonl ---------------------------------------------------


def value_problem(spec: FieldSpec, value: Any) -> str | None:
    """What is wrong with a labelled value (Chinese, with the shape that is expected), or None.

    ``None`` as value means labelled as not there, and is always right.
    """
    if value is None:
        return None
    if spec.rows:
        return _rows_problem(value)
    if spec.many:
        if not isinstance(value, list) or not value:
            return '应为非空列表，如 ["甲", "乙"]；确实没有时写 null'
        return next((found for found in (_single_problem(spec, item) for item in value) if found), None)
    return _single_problem(spec, value)


def _rows_problem(value: Any) -> str | None:
    expected = '应为按年度的数（单位：元），如 {"2022": 579374501.21, "2021": 534036500.95}'
    if not isinstance(value, dict) or not value:
        return expected
    wrong = [str(period) for period in value if not PERIOD.fullmatch(str(period))]
    if wrong:
        return f"年度“{wrong[0]}”应写成 YYYY 或 YYYY-MM"
    return expected if any(item is not None and not _is_number(item) for item in value.values()) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_uscc(value: Any) -> bool:
    found = parse_uscc(value) if isinstance(value, str) else None
    return found is not None and found.value == value


def _is_patent_no(value: Any) -> bool:
    found = parse_patent_no(value) if isinstance(value, str) else None
    return found is not None and found.value == value


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "money": (_is_number, "应为数（单位：元），不加引号、逗号或“万元”，如 81234500.0"),
    "percent": (_is_number, "应为百分数的数值，如 12.5 表示 12.5%"),
    "integer": (lambda v: isinstance(v, int) and not isinstance(v, bool), "应为整数，如 35"),
    "boolean": (lambda v: isinstance(v, bool), "应为 true 或 false"),
    "date": (_is_date, "应为日期 YYYY-MM-DD，如 2021-05-06"),
    "period": (lambda v: isinstance(v, str) and PERIOD.fullmatch(v) is not None, '应为字符串 "YYYY" 或 "YYYY-MM"，如 "2022"'),
    "patent_no": (_is_patent_no, '应为专利号，如 "ZL202520615612.5"'),
    "uscc": (_is_uscc, "应为 18 位统一社会信用代码，大写、不含空格"),
    "declaration": (lambda v: isinstance(v, dict), '应为申报数据，如 {"metric": "revenue", "period": "2020", "value": 1}'),
}


def _single_problem(spec: FieldSpec, value: Any) -> str | None:
    if isinstance(value, str) and find_ids(value):
        return "含完整的居民身份证号，须遮盖为“3501**********1234”的形式"
    if spec.kind == "enum":
        return None if value in spec.options else f"只能是 {'、'.join(spec.options)} 之一"
    if spec.kind == "row":
        return _row_problem(spec, value)
    if spec.kind in _SHAPES:
        right, expected = _SHAPES[spec.kind]
        return None if right(value) else expected
    return None if isinstance(value, str) and value.strip() else "应为非空文字"


def _row_problem(spec: FieldSpec, value: Any) -> str | None:
    if not isinstance(value, dict) or not value or not set(value) <= set(spec.options):
        return f"每项应为对象，只含 {'、'.join(spec.options)}"
    if any(isinstance(item, str) and find_ids(item) for item in value.values()):
        return "含完整的居民身份证号，须遮盖为“3501**********1234”的形式"
    return None


# --- texts typed by a person ---------------------------------------------------


def from_text(spec: FieldSpec, text: str) -> Any:
    """One value of the field's kind from a text as a person types it (money in 元, or with its unit).

    Raises:
        ValueTextError: the text is no such value.
    """
    plain = text.strip()
    if not plain:
        raise ValueTextError("文字为空")
    if spec.rows or spec.kind in ("money", "percent", "integer"):
        return _number(spec, plain)
    if spec.kind in _PARSERS:
        parse, expected = _PARSERS[spec.kind]
        value = parse(plain)
        if value is None:
            raise ValueTextError(f"“{plain}”{expected}")
        return value
    if spec.kind == "enum":
        if plain not in spec.options:
            raise ValueTextError(f"“{plain}”不在可选值中：{'、'.join(spec.options)}")
        return plain
    if spec.kind in ("row", "declaration"):
        raise ValueTextError("这类字段不能在标注工具中填写，请直接写入 labels.jsonl")
    if find_ids(plain):
        raise ValueTextError("含完整的居民身份证号，须遮盖为“3501**********1234”的形式")
    return plain


def to_text(spec: FieldSpec, value: Any) -> str:
    """One value as the text that ``from_text`` reads back; numbers are written plainly, in 元."""
    if spec.kind == "boolean":
        return "是" if value else "否"
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Never in powers of ten, whatever the size.
        return format(Decimal(str(value)).normalize(), "f") if value else "0"
    return str(value)


def _number(spec: FieldSpec, text: str) -> float | int:
    if spec.rows or spec.kind == "money":
        amount = parse_money(text)
        if amount is None:
            raise ValueTextError(f"“{text}”不是金额；请写元数（81234500.00）或带单位（8123.45万元）")
        return float(amount)
    number = parse_number(text)
    if number is None or number.nil:
        raise ValueTextError(f"“{text}”不是一个数")
    if spec.kind == "integer":
        if number.value != number.value.to_integral_value():
            raise ValueTextError(f"“{text}”不是整数")
        return int(number.value)
    return float(number.value)


def _date(text: str) -> str | None:
    found = parse_date(text)
    return found.isoformat() if found else None


def _period(text: str) -> str | None:
    return text if PERIOD.fullmatch(text) else parse_period(text)


def _boolean(text: str) -> bool | None:
    word = squeeze(text).lower()
    return True if word in _YES else False if word in _NO else None


def _patent_no(text: str) -> str | None:
    found = parse_patent_no(text)
    return found.value if found else None


def _uscc(text: str) -> str | None:
    found = parse_uscc(text)
    return found.value if found else None


_PARSERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "date": (_date, "不是一个明确的日期；请写成 2021-05-06 或 2021年5月6日"),
    "period": (_period, "不是年度或月份；请写成 2022 或 2022-06"),
    "boolean": (_boolean, "应为 是 或 否"),
    "patent_no": (_patent_no, "不是专利号；请写成 ZL202520615612.5"),
    "uscc": (_uscc, "不是统一社会信用代码；应为 18 位"),
}
