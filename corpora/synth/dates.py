"""Write dates in the notations that real papers use."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CN = "〇一二三四五六七八九"


def between(rng: Random, first: date, last: date) -> date:
    """A random day in the closed interval."""
    return first + timedelta(days=rng.randint(0, (last - first).days))


def plus_years(day: date, years: int, minus_days: int = 0) -> date:
    """The same day ``years`` later (29 February becomes 28), less ``minus_days``."""
    try:
        moved = day.replace(year=day.year + years)
    except ValueError:
        moved = day.replace(year=day.year + years, day=28)
    return moved - timedelta(days=minus_days)


def chinese_number(n: int) -> str:
    """1..31 in Chinese numerals."""
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else CN[tens] + "十")
    return head + (CN[ones] if ones else "")


def chinese(day: date, zero: str = "〇") -> str:
    """``二〇二二年三月一日``; ``zero``: 〇, ○, O or 零, all of which occur in print."""
    year = "".join(CN[int(c)] for c in str(day.year)).replace("〇", zero)
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def arabic(day: date, pad: bool = False, spaced: bool = False) -> str:
    """``2022年3月1日``, padded ``2022年03月01日``, or spaced ``2022 年 3 月 1 日``."""
    month, dom = (f"{day.month:02d}", f"{day.day:02d}") if pad else (str(day.month), str(day.day))
    return f"{day.year} 年 {month} 月 {dom} 日" if spaced else f"{day.year}年{month}月{dom}日"


def written(rng: Random, day: date, languages: str = "zh") -> str:
    """A random notation; ``languages``: ``zh``, ``num`` (digits only) or ``en``."""
    name = MONTHS[day.month - 1]
    choices = {
        "zh": (
            arabic(day),
            arabic(day, pad=True),
            arabic(day, spaced=True),
            f"{day:%Y-%m-%d}",
            f"{day:%Y.%m.%d}",
            chinese(day),
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y/%m/%d}",
        ),
        "num": (f"{day:%Y-%m-%d}", f"{day:%Y.%m.%d}", f"{day:%Y/%m/%d}"),
        "en": (
            f"{day.day:02d}-{name[:3]}-{day.year}",
            f"{name} {day.day}, {day.year}",
            f"{day.day} {name} {day.year}",
            f"{day:%Y-%m-%d}",
            f"{name[:3]}. {day.day:02d}, {day.year}",
            f"{day.day:02d} {name[:3]} {day.year}",
        ),
    }
    return rng.choice(choices[languages])
