"""One entry of an application form: what it asks for, of which year, and whether its value is surely read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from extractor.claims.application_labels import MONEY_UNIT, FormLabel, key_with_parents, near_label, read_label, ticks
from extractor.claims.metrics import NOW, metric_of
from extractor.values.dates import parse_date
from extractor.values.numbers import parse_number

_SURE = 0.9
"""A recognised text below this is not surely read."""
CHECK = "请核对后另行填报"
_YEARLY = frozenset(
    [
        "tax_paid",
        "main_product_revenue",
        "main_product_revenue_ratio",
        "market_share_national",
        "market_rank_province",
        "standards_led",
        "standards_joined",
        "standards_led_or_joined",
        "rd_staff_ratio",
    ]
)
"""Metrics of a year besides money and ratios. The other counts are as of now unless a year stands over them."""
_TIMELESS = frozenset({"years_in_segment", "equity_financing", "sme_size_class", "registration_date"})
_TICK_COUNTS = frozenset({"management_system_certs", "product_certs", "core_business_information_systems"})
_YES, _NO = frozenset("是有") | {"具备", "已获得"}, frozenset("否无") | {"不具备", "未获得", "没有"}
_UNIT_END = re.compile(rf"({MONEY_UNIT}|%|‰|项|件|个|人|名|位|家|年|次)$")
_YEAR = re.compile(r"(?:截[至止])?((?:19|20)\d\d)年?(?:度|末|年末|底|12月31日)?(?:数|数据|实际|实绩)?")


class Entry(Protocol):
    """A value of the form with its labels, as ``documents.application_form_fields.FormEntry`` gives it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The words that may name it, likeliest first."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Labels over or before these."""

    @property
    def value(self) -> str:
        """As printed, empty where nothing is."""

    @property
    def year(self) -> str:
        """The year head as printed."""

    @property
    def unit(self) -> str:
        """The unit of its cell or head."""

    @property
    def table_unit(self) -> str:
        """The unit of its whole table."""

    @property
    def page(self) -> int:
        """1-based."""

    @property
    def confidence(self) -> float:
        """Of the reading."""

    @property
    def printed(self) -> bool:
        """From a text layer, not recognised."""

    @property
    def inline(self) -> bool:
        """Found in a line of text."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry whose label is known: ``key`` of ``application_labels``, its year resolved (None: not told)."""

    key: str
    label: FormLabel
    entry: Entry
    period: str | None
    value: str = ""

    @property
    def name(self) -> str:
        """The label as the form shows it, with its year."""
        year = f"{self.period}年" if self.period and self.period.isdigit() else ""
        return f"“{self.label.core}”{year}"


@dataclass
class Reading:
    """The form being read: what it declares so far, and the notes with the figure they are about."""

    paged: bool
    default: date
    rows: list[dict[str, str]] = field(default_factory=list)
    notes: list[tuple[tuple[str, str], str]] = field(default_factory=list)

    def place(self, entry: Entry) -> str:
        """``申请书第2页``; a Word file has no pages."""
        return f"申请书第{entry.page}页" if self.paged else "申请书"

    def note(self, item: Item, text: str) -> None:
        """A note about a figure."""
        self.notes.append(((item.key, item.period or ""), f"{self.place(item.entry)}{item.name}{text}"))


def is_sure(entry: Entry) -> bool:
    """Whether the text of an entry was surely read."""
    return entry.printed or entry.confidence >= _SURE


def read_item(entry: Entry, filed: int | None, reading: Reading) -> Item | None:
    """The entry with its key and period; None where no label of it is known."""
    for place, text in enumerate(entry.labels):
        label = read_label(text)
        key = key_with_parents(label.core, (*entry.labels[place + 1 :], *entry.parents))
        if key is None:
            near = None if entry.printed or entry.inline else near_label(label.core)
            if near and parse_number(entry.value) is not None:
                text = f"{reading.place(entry)}“{label.core}”疑为“{near}”，没有采用，{CHECK}"
                reading.notes.append(((near, ""), text))
            continue
        if label.odd and not key.startswith("@"):
            if entry.value and re.search(r"\d", entry.value):
                text = f"{reading.place(entry)}“{label.core}（{label.odd}）”的口径不能确定，没有采用，{CHECK}"
                reading.notes.append(((key, label.odd), text))
            return None
        year = label.year or entry.year
        return Item(key, label, entry, _period(key, year, filed))
    return None


def _period(key: str, year: str, filed: int | None) -> str | None:
    """The period of a figure: the year told, ``now`` for what has none; empty: a yearly figure without year."""
    if key.startswith("@") or key in _TIMELESS:
        return NOW
    if not year:
        return "" if _yearly(key) else NOW
    plain = unicodedata.normalize("NFKC", re.sub(r"\s+", "", year))
    plain = re.sub(rf"\((?:{MONEY_UNIT}|%|项|个|人)\)", "", plain)
    if match := _YEAR.fullmatch(plain):
        return match[1]
    if filed is not None and re.fullmatch(r"(?:上一?年|去年)(?:度|末|年末)?(?:数|数据|实际)?", plain):
        return str(filed - 1)
    if filed is not None and re.fullmatch(r"(?:前年|上上年)(?:度|末|年末)?(?:数|数据|实际)?", plain):
        return str(filed - 2)
    return None


def _yearly(key: str) -> bool:
    return key in _YEARLY or metric_of(key).kind in ("money", "ratio")


def with_default_year(items: Sequence[Item], filed: int | None, reading: Reading) -> list[Item]:
    """Figures without a year are those of the year before the filing, where their label has but one value."""
    out = []
    for item in items:
        if item.period is None:
            if item.entry.value and _number(item) is not None:
                reading.note(item, f"的年度“{item.entry.year}”不能确定，没有采用，{CHECK}")
            continue
        if item.period:
            out.append(item)
            continue
        same = [i for i in items if i.key == item.key and not i.entry.inline]
        if item.entry.inline and any(i.period for i in same):
            continue
        if not item.entry.value:
            continue
        if _number(item) is None:
            _unreadable(item, reading)
            continue
        # on a scan the head that is missing may have been there
        if filed is None or not item.entry.printed or any(i is not item and i.entry.value for i in same):
            reading.note(item, f"没有写明年度，没有采用，{CHECK}")
            continue
        made = replace(item, period=str(filed - 1))
        reading.notes.append(
            (("", item.key), f"{reading.place(item.entry)}“{item.label.core}”没有写明年度，按填报年度的上一年 {filed - 1} 年核对")
        )
        out.append(made)
    return out


def _number(item: Item) -> str | None:
    """The number of an entry as text without its unit; None where it is none."""
    text = unicodedata.normalize("NFKC", item.entry.value).strip().removeprefix("第")
    text = _UNIT_END.sub("", re.sub(r"\s+(?=[\u4e00-\u9fff%])", "", text)).strip()
    number = parse_number(text)
    return None if number is None or number.nil else text


def read_value(item: Item, reading: Reading) -> Item | None:
    """The item with its value as text; None where nothing is declared (a note says so where a person must look)."""
    entry, text = item.entry, item.entry.value
    if not text:
        return None
    kind = metric_of(item.key).kind
    if any(c in text for c in "□☐☑☒√✓✔■"):
        return _ticked(item, reading)
    if kind == "flag" or item.key in ("~expert_station", "~postdoc_station"):
        plain = re.sub(r"\s+", "", text)
        if plain in _YES | _NO and entry.printed:
            return _known(replace(item, value="1" if plain in _YES else "0"), reading)
    if kind == "date":
        day = parse_date(text)
        if day is not None and is_sure(entry):
            return replace(item, value=day.isoformat())
        if re.search(r"\d", text):
            reading.note(item, f"{'填的不是日期' if entry.printed else '读不清'}，{CHECK}")
        return None
    if item.key == "sme_size_class":
        match = re.fullmatch(r"(大|中|小|微)型?(?:企业)?", text)
        return _known(replace(item, value=f"{match[1]}型"), reading) if match else None
    number = _number(item)
    if number is not None:
        return _known(replace(item, value=number), reading)
    _unreadable(item, reading)
    return None


def _known(item: Item, reading: Reading) -> Item | None:
    """The item, unless it was not surely recognised."""
    if is_sure(item.entry):
        return item
    reading.note(item, f"读不清，{CHECK}")
    return None


def _unreadable(item: Item, reading: Reading) -> None:
    """Note a value that is no number, unless it is a label or words beside the figure."""
    text = item.entry.value
    nil = (number := parse_number(text)) is not None and number.nil
    if nil or item.entry.inline or key_with_parents(read_label(text).core, item.entry.labels) is not None:
        return
    if item.entry.printed:
        if re.search(r"\d", text) and len(text) <= 40:
            reading.note(item, f"填的是“{text}”，不是可以核对的数字，{CHECK}")
    elif metric_of(item.key).kind == "flag" or item.key in _TICK_COUNTS:
        reading.note(item, f"的勾选读不清，{CHECK}")
    elif re.search(r"\d", text) or (len(text) <= 3 and not re.search(r"[\u4e00-\u9fff]", text)):
        reading.note(item, f"读不清，{CHECK}")


def _ticked(item: Item, reading: Reading) -> Item | None:
    """Tick boxes: yes or no, one of several, or how many. Marks on a scan are never taken as read."""
    marked = ticks(item.entry.value) if item.entry.printed else None
    chosen = [o for o, on in marked or () if on]
    if marked is None:
        if metric_of(item.key).kind != "unproven" or item.key in _TICK_COUNTS:
            reading.note(item, f"的勾选读不清，{CHECK}")
        return None
    if item.key in _TICK_COUNTS:
        if any(re.match(r"其[他它]", o) for o in chosen):
            reading.note(item, f"勾选了“其他”，项数不能确定，{CHECK}")
            return None
        return replace(item, value=str(len(chosen))) if chosen else None
    if item.key == "sme_size_class":
        sizes = [o[0] for o in chosen if o[:1] in "大中小微"]
        return replace(item, value=f"{sizes[0]}型") if len(sizes) == 1 else None
    if metric_of(item.key).kind == "flag" or item.key.startswith("~"):
        said = {o in _YES for o in chosen if o in _YES | _NO}
        if len(said) == 1:
            return replace(item, value="1" if said.pop() else "0")
        if chosen:
            reading.note(item, f"的勾选不能确定，{CHECK}")
    return None


def comparable(item: Item) -> tuple[str, str]:
    """The value without its way of writing, and the unit of money: equal for equal figures."""
    number = parse_number(item.value)
    unit = unit_of(item) if metric_of(item.key).kind == "money" else ""
    return (str(number.value.normalize()) if number else item.value, unit)


def unit_of(item: Item) -> str:
    """The unit of a figure: written with it, in its label, cell or head, over its table; else the metric's."""
    text = unicodedata.normalize("NFKC", item.entry.value).strip()
    tail = _UNIT_END.search(text)
    own = tail[1] if tail else ""
    unit = own or item.label.unit or item.entry.unit
    metric = metric_of(item.key)
    if metric.unit in ("元", "万元"):
        return unit or item.entry.table_unit
    return unit or metric.unit
