"""How a declared figure is named on a form, in Chinese, and read back without loss.

A figure is a metric, what narrows it, and a period. A narrowed metric is written
``standards_led[levels=国家,行业][scope=…]``, on a form ``主持制定标准数〔级别：国家、行业〕〔范围：…〕``. Periods on
forms name their years (``2018-2020_sum``, 2018—2020年合计), so that they stay true when the deadline is changed;
``as_policy_period`` turns them into the policies' own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from extractor.values.chinese import squeeze

_QUALIFIERS = {"levels": "级别", "systems": "体系", "boards": "板块", "scope": "范围"}
_BY_LABEL = {label: key for key, label in _QUALIFIERS.items()}
_SYSTEMS = {"quality": "质量管理", "ip": "知识产权"}
_SYSTEM_KEYS = {label: key for key, label in _SYSTEMS.items()}
_KEYED = re.compile(r"\[(levels|systems|boards|scope)=([^\]]*)\]")
_LABELLED = re.compile(r"〔(级别|体系|板块|范围)[:：]([^〕]*)〕")

_HOW = {"sum": "合计", "avg": "平均", "cagr": "复合增长", "each": "每年", "any": "任一年"}
_HOW_KEYS = {label: key for key, label in _HOW.items()} | {"累计": "sum", "总计": "sum", "总额": "sum", "均值": "avg"}
_WORDS = {"cumulative": "历年累计", "since_title": "获得称号以来", "now": "截止日"}
_WORD_KEYS = {label: key for key, label in _WORDS.items()} | {"累计": "cumulative", "历年累计数": "cumulative"}
_YEAR = r"((?:19|20)\d\d)年?"
_DASH = r"(?:-|—|–|－|~|～|至|到)"
_SPAN_TEXT = re.compile(rf"{_YEAR}{_DASH}{_YEAR}度?({'|'.join(_HOW_KEYS)})")
_WINDOW_TEXT = re.compile(rf"{_YEAR}{_DASH}{_YEAR}度?")
_SINCE_TEXT = re.compile(rf"{_YEAR}(?:以来|至今|起)")
_NEAR_TEXT = re.compile(rf"(?:近|最近)([两二三五235])(?:个)?年({'|'.join(_HOW_KEYS)})")
_SPAN = re.compile(r"(\d{4})-(\d{4})_(sum|avg|cagr|each|any)")
_COUNTS = {"两": 2, "二": 2, "三": 3, "五": 5}
# The spans for which policies have words of their own.
_POLICY_COUNTS = (2, 3, 5)


def split_name(metric: str) -> tuple[str, str]:
    """A metric key and what narrows it: ``("standards_led", "[levels=国家,行业]")``."""
    base, bracket, rest = metric.partition("[")
    return base, bracket + rest


def narrowed_label(label: str, narrowing: str) -> str:
    """A label with what narrows the metric, as a form shows it."""
    return label + "".join(f"〔{_QUALIFIERS[k]}：{_words_out(k, text)}〕" for k, text in _KEYED.findall(narrowing))


def split_label(text: str) -> tuple[str, str]:
    """The reverse: the label alone, and what narrows it as a metric key has it."""
    found = {_BY_LABEL[k]: words for k, words in _LABELLED.findall(text)}
    narrowing = "".join(f"[{k}={_words_in(k, found[k])}]" for k in _QUALIFIERS if k in found)
    return _LABELLED.sub("", text), narrowing


def _words_out(key: str, text: str) -> str:
    if key == "scope":
        return text
    return "、".join(_SYSTEMS.get(w, w) if key == "systems" else w for w in text.split(","))


def _words_in(key: str, text: str) -> str:
    if key == "scope":
        return text
    words = [w.strip() for w in re.split("[、,，]", text) if w.strip()]
    return ",".join(_SYSTEM_KEYS.get(w, w) if key == "systems" else w for w in words)


def period_text(period: str, *, year_end: bool = False) -> str:
    """A period as a form shows it: ``2020年末``, ``2018—2020年合计``, ``截止日``.

    Args:
        period: a year, ``now``, ``cumulative``, ``since_title``, ``since_2019``, ``years_2020_2022`` or
            ``2018-2020_sum``; anything else comes back as it is.
        year_end: the figure is that of the year's last day.
    """
    if re.fullmatch(r"\d{4}", period):
        return f"{period}年末" if year_end else f"{period}年"
    if span := _SPAN.fullmatch(period):
        return f"{span[1]}—{span[2]}年{_HOW[span[3]]}"
    if window := re.fullmatch(r"years_(\d{4})_(\d{4})", period):
        return f"{window[1]}—{window[2]}年"
    if since := re.fullmatch(r"since_(\d{4})", period):
        return f"{since[1]}年以来"
    return _WORDS.get(period, period)


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_SPAN_TEXT, lambda m: f"{m[1]}-{m[2]}_{_HOW_KEYS[m[3]]}"),
    (_WINDOW_TEXT, lambda m: f"years_{m[1]}_{m[2]}"),
    (_SINCE_TEXT, lambda m: f"since_{m[1]}"),
    (_NEAR_TEXT, lambda m: f"last_{_COUNTS.get(m[1]) or m[1]}_years_{_HOW_KEYS[m[2]]}"),
)


def period_key(text: str) -> str | None:
    """The period of several years, or of all time, that a text means; None for any other."""
    plain = squeeze(text)
    if plain in _WORD_KEYS:
        return _WORD_KEYS[plain]
    return next((make(match) for pattern, make in _READINGS if (match := pattern.fullmatch(plain))), None)


def as_policy_period(period: str, year: int) -> str:
    """``2018-2020_sum`` as the policies say it in an application of ``year``: ``last_3_years_sum`` in 2021.

    A span that does not end with the year before stays as it is: it is not what any policy then asks.
    """
    span = _SPAN.fullmatch(period)
    if span is None:
        return period
    first, last = int(span[1]), int(span[2])
    count = last - first + 1
    fits = last == year - 1 and count in _POLICY_COUNTS
    return f"last_{count}_years_{span[3]}" if fits else period
