"""The declaration: what the enterprise wrote in its application, from JSON, CSV or XLSX.

The JSON form is the contract's (``docs/contract.md``, "What goes in"); ``former_names`` may be
added to ``enterprise``. Numbers keep their decimals as written: they decide how exactly the
evidence must agree.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from extractor.claims import sheet
from extractor.claims.figure_names import as_policy_period, period_key
from extractor.claims.metrics import NOW, form_of, metric_key, metric_of
from extractor.model import Declaration, Declared
from extractor.values.chinese import digits_to_int, squeeze
from extractor.values.dates import parse_date
from extractor.values.numbers import parse_number

DECLARED_NAMES = ("declared.json", "declared.xlsx", "declared.csv")
"""Files at the top of a package that hold its declared figures; the first one found counts."""
_YES = frozenset({"是", "有", "yes", "true", "y", "√", "1"})
_NO = frozenset({"否", "无", "没有", "no", "false", "n", "×", "0"})
_NOW_WORDS = frozenset({"now", "目前", "当前", "现在", "至今", "截止日", "截至目前", "截止日期", "现有"})
_TRAILING_UNIT = re.compile(r"([万亿]?美元|人民币元|百万元|千万元|[千仟万亿]元|元|%|‰|项|件|个|人|名|年|位|次|倍|级|分)$")
_SAME_UNITS = (frozenset("项件个"), frozenset("人名位"))
_MOST_GRADE = 4
"""Characters of a grade (``AAA``)."""


class DeclarationError(Exception):
    """A declaration that cannot be used; the message is plain Chinese and names the place."""


def load_declaration(path: Path, *, default_as_of: date) -> Declaration:
    """Read the declared figures.

    Args:
        path: a ``.json``, ``.csv`` or ``.xlsx`` file; the content decides, then the suffix.
        default_as_of: the day on which things must be valid where the file names none.

    Raises:
        DeclarationError: unreadable, or a row that cannot be understood.
    """
    try:
        head = path.read_bytes()[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError as error:
        raise DeclarationError(f"申报文件“{path.name}”打不开：请检查路径和权限") from error
    if not head:
        raise DeclarationError(f"申报文件“{path.name}”是空的，请用模板重新填报")
    try:
        if head[:1] in (b"{", b"["):
            return _from_json(path, default_as_of)
        if head[:2] == b"PK":
            return from_sheet(sheet.read_xlsx(path), default_as_of)
        if head[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF") or path.suffix.lower() == ".json":
            raise DeclarationError(f"申报文件“{path.name}”不是 JSON、CSV 或 XLSX，请另存为其中一种")
        return from_sheet(sheet.read_csv(path), default_as_of)
    except sheet.SheetError as error:
        raise DeclarationError(f"申报文件“{path.name}”：{error}") from error


def parse_declaration(data: Any, *, default_as_of: date) -> Declaration:
    """Read the JSON form already parsed (floats as Decimal keep their decimals).

    Raises:
        DeclarationError: a key that is missing or cannot be understood.
    """
    if not isinstance(data, Mapping):
        raise DeclarationError("申报文件应是一个 JSON 对象，含 enterprise 和 declared")
    enterprise = data.get("enterprise", {})
    if not isinstance(enterprise, Mapping):
        raise DeclarationError("enterprise 应是一个对象，含 name（企业名称）和 uscc（统一社会信用代码）")
    rows = data.get("declared")
    if not isinstance(rows, list):
        raise DeclarationError("缺少 declared（申报数据的列表）")
    former = enterprise.get("former_names", data.get("former_names", []))
    former = [former] if isinstance(former, str) else former
    if not isinstance(former, list) or not all(isinstance(n, str) for n in former):
        raise DeclarationError("former_names（曾用名）应是名称的列表")
    declared = [_item(row, f"declared 第{i}项") for i, row in enumerate(rows, start=1)]
    return _build(
        _string(enterprise, "name", "enterprise"),
        _string(enterprise, "uscc", "enterprise"),
        former,
        _string(data, "as_of", "顶层"),
        declared,
        default_as_of,
    )


def _from_json(path: Path, default_as_of: date) -> Declaration:
    """Read a JSON file."""
    try:
        data = json.loads(path.read_text("utf-8-sig"), parse_float=Decimal, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise DeclarationError(f"申报文件“{path.name}”不是 UTF-8 编码，请另存为 UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}列"
        raise DeclarationError(f"申报文件“{path.name}”不是正确的 JSON（{where}），请检查逗号、引号和括号") from error
    except (RecursionError, ValueError, InvalidOperation) as error:  # of more than 4300 digits, of exponents as long
        raise DeclarationError(f"申报文件“{path.name}”嵌套过深或数字过长，不是申报数据，请更正") from error
    return parse_declaration(data, default_as_of=default_as_of)


def _constant(name: str) -> Decimal:
    """Refuse NaN and Infinity."""
    raise DeclarationError(f"申报数据中有 {name}，不是可以核对的数字，请更正")


def from_sheet(found: sheet.Sheet, default_as_of: date) -> Declaration:
    """Read the rows of a spreadsheet.

    Raises:
        SheetError: no declared figure in it.
        DeclarationError: a row that cannot be understood.
    """
    declared = [_declared(*_named(row), row.value, row.unit, row.where) for row in found.rows]
    if not declared:
        raise sheet.SheetError("没有填写任何申报值，请填好“申报值”一列")
    names = re.split(r"[、;；,，\n]+", found.enterprise.get("former_names", ""))
    name, uscc = found.enterprise.get("name", ""), found.enterprise.get("uscc", "")
    return _build(name, uscc, names, found.enterprise.get("as_of", ""), declared, default_as_of)


def _named(row: sheet.Row) -> tuple[str, str]:
    """Metric and period of a row: by its code where what the row shows says nothing else.

    A row that was copied and changed still carries the old code: what people see then counts.
    """
    metric, _, period = row.code.rpartition("@")
    if form_of(metric) is None:
        return row.metric, row.period
    shown = metric_key(row.metric) if row.metric.strip() else metric
    at = _period(row.period, False, row.where, row.metric) if row.period.strip() else period
    if (shown, at) == (metric, period):
        return metric, period
    if form_of(shown) is None:
        raise DeclarationError(f"{row.where} 的指标“{row.metric}”与该行的编码不一致，请改回模板中的名称，或清空该行的编码")
    return shown, row.period


def _string(data: Mapping[str, Any], key: str, where: str) -> str:
    """A text, empty where the key is missing or null."""
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DeclarationError(f"{where} 的 {key} 应是文字，现为“{value}”")
    return value.strip()


def _item(row: Any, where: str) -> Declared:
    """One entry of the JSON list."""
    if not isinstance(row, Mapping):
        raise DeclarationError(f"{where} 应是一个对象，含 metric、period、value、unit")
    for key in ("metric", "value"):
        if row.get(key) is None:
            raise DeclarationError(f"{where} 缺少 {key}")
    value = row["value"]
    if not isinstance(value, str | int | Decimal | float):
        raise DeclarationError(f"{where} 的 value 应是数字或文字")
    period = row.get("period")
    if not isinstance(row["metric"], str) or not isinstance(row.get("unit") or "", str):
        raise DeclarationError(f"{where} 的 metric 和 unit 应是文字")
    return _declared(row["metric"], "" if period is None else str(period), value, row.get("unit") or "", where)


def _build(name: str, uscc: str, former: list[str], as_of: str, declared: list[Declared], default_as_of: date) -> Declaration:
    """Check the whole and put it together."""
    day = parse_date(as_of) if as_of else default_as_of
    if day is None:
        raise DeclarationError(f"截止日期（as_of）“{as_of}”不是日期，请按 2021-05-06 的写法填写")
    declared = [d.model_copy(update={"period": as_policy_period(d.period, day.year)}) for d in declared]
    seen: set[tuple[str, str, bool]] = set()
    for d in declared:
        # A figure in dollars is another one than that in yuan.
        which = (d.metric, d.period, d.unit.endswith("美元"))
        if which in seen:
            label = f"{metric_of(d.metric).label}（{d.period}）"
            raise DeclarationError(f"{label} 申报了两次，请只保留一个")
        seen.add(which)
    return Declaration(
        name=name,
        uscc=squeeze(uscc).upper() or None,
        former_names=tuple(n.strip() for n in former if n.strip()),
        as_of=day.isoformat(),
        declared=tuple(declared),
    )


def _declared(metric: str, period: str, value: str | float | Decimal, unit: str, where: str) -> Declared:
    """One declared figure from its parts as written."""
    if not metric.strip():
        raise DeclarationError(f"{where} 没有写指标名称")
    key = metric_key(metric)
    kind, form = metric_of(key).kind, form_of(key)
    time = _period(period, kind in ("money", "ratio"), where, metric)
    if form == "date":
        return Declared(metric=key, period=time, value=_date_text(value, where, metric), unit="date")
    if form == "flag":
        return Declared(metric=key, period=time, value=_flag(value, where, metric), unit="0/1", decimals=0)
    if isinstance(value, bool):
        if form is not None:
            raise DeclarationError(f"{where} “{metric}”的值是 {value}，应是{'文字' if form == 'tag' else '数字'}")
        return Declared(metric=key, period=time, value=int(value), unit=unit.strip(), decimals=0)
    if form == "tag":
        return _tags(key, time, value, where, metric)
    if isinstance(value, str):
        return _from_text(key, time, value, unit, where)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return _number(key, time, number, unit.strip(), where)


def _tags(key: str, period: str, value: str | float | Decimal, where: str, metric: str) -> Declared:
    """One or several words; which ones a policy knows is for the policy to say."""
    if not isinstance(value, str) or not value.strip() or parse_number(value) is not None:
        raise DeclarationError(f"{where} “{metric}”的值“{value}”应是文字，可填多个，用“、”分开")
    return Declared(metric=key, period=period, value=value.strip(), unit="tag")


def _from_text(key: str, period: str, text: str, unit: str, where: str) -> Declared:
    """A value written as text: thousands separators, full-width digits, a unit behind it."""
    plain, form = squeeze(text), form_of(key)
    unit = unicodedata.normalize("NFKC", unit).strip()
    match = _TRAILING_UNIT.search(plain)
    if match and plain != match[1]:
        plain = plain[: match.start()]
        if unit and unit != match[1] and not any({unit, match[1]} <= same for same in _SAME_UNITS):
            raise DeclarationError(f"{where} 的值“{text}”与单位“{unit}”不一致，请只写一处单位")
        unit = unit or match[1]
    if unit in ("名", "级"):
        # 第三名, 二级
        plain = plain.removeprefix("第")
        plain = str(digits_to_int(plain)) if len(plain) == 1 and digits_to_int(plain) is not None else plain
    number = parse_number(plain)
    if number is None or number.nil:
        if form == "rank" and plain.isascii() and 0 < len(plain) <= _MOST_GRADE and plain.isalpha():
            return Declared(metric=key, period=period, value=plain.upper(), unit=unit)
        if form is None:
            return Declared(metric=key, period=period, value=text.strip(), unit=unit)
        raise DeclarationError(f"{where} 的值“{text}”不是数字，请更正（未申报的项目请留空）")
    return _number(key, period, number.value, unit, where, number.decimals)


def _number(key: str, period: str, value: Decimal, unit: str, where: str, decimals: int | None = None) -> Declared:
    """A number with its decimals as written; ``decimals`` where the text says so."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() > 15:
        raise DeclarationError(f"{where} 的值“{value}”不是可以核对的数字，请更正")
    written = max(0, -exponent) if decimals is None else decimals
    whole = written == 0 or (metric_of(key).unit in ("项", "人") and value == int(value))
    shown = int(value) if whole else float(value)
    return Declared(metric=key, period=period, value=shown, unit=unit, decimals=0 if whole else written)


def _flag(value: str | float | Decimal, where: str, metric: str) -> int:
    """1 or 0."""
    word = squeeze(str(value)).lower().removesuffix(".0")
    if word in _YES | _NO:
        return int(word in _YES)
    raise DeclarationError(f"{where} “{metric}”的值“{value}”应填“是”或“否”（1 或 0）")


def _date_text(value: str | float | Decimal, where: str, metric: str) -> str:
    """An ISO date."""
    day = parse_date(str(value)) if isinstance(value, str) else None
    if day is None:
        raise DeclarationError(f"{where} “{metric}”的值“{value}”不是日期，请按 2021-05-06 的写法填写")
    return day.isoformat()


def _period(text: str, yearly: bool, where: str, metric: str) -> str:
    """``YYYY``, ``YYYY-MM``, ``now``, a period of several years (``figure_names``); other texts as they are.

    A figure of a year needs one; the last day of a year (2020-12-31, 2020年末) means that year.
    """
    plain = squeeze(text)
    if not plain:
        if yearly:
            raise DeclarationError(f"{where} “{metric}”没有写期间，请写明年度，如 2020")
        return NOW
    if plain.lower() in _NOW_WORDS:
        return NOW
    if several := period_key(plain):
        return several
    if match := re.fullmatch(r"((?:19|20)\d\d)(?:\.0)?(?:年|年度|年末|年底|年度末|-12-31|年12月31日|/12/31)?", plain):
        return match[1]
    if match := re.fullmatch(r"((?:19|20)\d\d)(?:年|-|/|\.)(\d{1,2})月?", plain):
        return f"{match[1]}-{int(match[2]):02d}"
    return plain
