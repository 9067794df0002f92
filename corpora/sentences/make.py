"""Passages of running text with marked names, as a page would show them, from a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from corpora.sentences.parts import CHARACTERS, MAKERS, WORDS, Parts
from corpora.sentences.texts import sentences

KINDS = ("ORG", "PER", "ADDR", "PRODUCT", "STD")
"""Organisations, persons, addresses, products, standards."""
Marked = tuple[str, tuple[tuple[int, int, str], ...]]
"""A text and its names: (first character, end, kind), in order, never overlapping."""
_SLOT = re.compile(r"\{(\w+?)(\d?)\}")
_DIGITS = "零一二三四五六七八九"
_CONFUSED = {
    a: b
    for pair in ("日目", "己已", "未末", "人入", "土士", "O0", "l1", "干千", "大太", "口囗", "B8", "S5")
    for a, b in ((pair[0], pair[1]), (pair[1], pair[0]))
}


def passages(count: int, seed: int, *, unseen: bool = False, noise: float = 0.5) -> Iterator[Marked]:
    """``count`` passages of one to five sentences; the same arguments give the same passages.

    Args:
        count: how many.
        seed: of the random choice.
        unseen: sentences and parts of names that are never learned from.
        noise: share of passages that are damaged as reading damages them (look-alikes, lost punctuation, blanks, line breaks).
    """
    for n in range(count):
        rng = Random(f"passages/{seed}/{unseen}/{n}")
        parts = Parts(rng, unseen)
        made: Marked = ("", ())
        for k in range(rng.choice((1, 1, 2, 3, 4, 5))):
            glue = rng.choice(("", "\n", "\n")) if k else ""
            made = _joined(made, glue, sentence(parts))
        yield _damaged(made, rng) if rng.random() < noise else made


def sentence(parts: Parts) -> Marked:
    """One sentence; some have no names."""
    given = sentences("templates_unseen.txt" if parts.unseen else "templates.txt")
    template = parts.rng.choice(given)
    text, spans, held, at = "", [], dict[str, str](), 0
    for slot in _SLOT.finditer(template):
        text += template[at : slot.start()]
        at = slot.end()
        name, number = slot.groups()
        kind, maker = MAKERS.get(name, ("", None))
        if maker is None:
            text += _plain(name, parts, held)
            continue
        key = name + number
        held.setdefault(key, maker(parts))
        spans.append((len(text), len(text) + len(held[key]), kind))
        text += held[key]
    return text + template[at:], tuple(spans)


def _plain(name: str, parts: Parts, held: dict[str, str]) -> str:
    """What is no name: dates, sums, numbers; ``short`` is the short form of a company."""
    rng = parts.rng
    year = rng.randint(2008, 2025)
    if name == "date":
        month, day = rng.randint(1, 12), rng.randint(1, 28)
        numerals = "".join(_DIGITS[int(c)] for c in str(year)).replace("零", rng.choice("零〇○"))
        ways = (
            f"{year}年{month}月{day}日",
            f"{year}-{month:02d}-{day:02d}",
            f"{year}.{month}.{day}",
            f"{numerals}年{_DIGITS[month % 10]}月",
        )
        return rng.choice(ways)
    if name == "money":
        value = rng.uniform(1000, 90_000_000)
        return rng.choice((f"{value:,.2f}元", f"{value / 10000:.2f}万元", f"{value:.2f}", f"人民币{int(value / 10000)}万元"))
    if name == "title":
        tail = rng.choice(("", "的制备方法", "及其控制方法", "结构"))
        return f"一种{rng.choice(('高精度', '可调节', '基于视觉的', '便于安装的', ''))}{parts.pick(WORDS['things'])}{tail}"
    if name == "no":
        letters = rng.choice(("", "GR", "ZL", "CNAS", "0350", "Q", "HT-", "闽会审字[2023]第"))
        return letters + "".join(rng.choice("0123456789") for _ in range(rng.randint(5, 13)))
    if name == "short":
        return parts.brand() + rng.choice(("", "", "公司", "股份", "科技"))
    if name == "bank":
        return rng.choice(("中国工商银行", "中国建设银行", "招商银行", "兴业银行")) + parts.pick(WORDS["cities"]) + "分行"
    return {
        "year": str(year),
        "n": str(rng.randint(1, 12)),
        "pct": f"{rng.uniform(1, 99):.2f}%",
        "tel": f"0{rng.randint(10, 99)}{rng.randint(1, 9)}-{rng.randint(2_000_000, 8_999_999)}",
        "city": parts.pick(WORDS["cities"]),
    }[name]


def _joined(first: Marked, glue: str, second: Marked) -> Marked:
    start = len(first[0]) + len(glue)
    moved = tuple((a + start, b + start, kind) for a, b, kind in second[1])
    return first[0] + glue + second[0], first[1] + moved


def _damaged(marked: Marked, rng: Random) -> Marked:
    """The passage as reading might give it: characters changed or lost, blanks and line breaks put in."""
    text, spans = marked
    strength = rng.choice((0.005, 0.01, 0.03))
    breaks = rng.choice((0, 0, 24, 38))
    out: list[str] = []
    places: list[int] = []
    for k, char in enumerate(text):
        places.append(sum(map(len, out[-1:])) + (places[-1] if places else 0))
        out.append(_read(char, rng, strength) + ("\n" if breaks and k % breaks == breaks - 1 else ""))
    places.append(places[-1] + len(out[-1]) if out else 0)
    whole = "".join(out)
    moved = []
    for a, b, kind in spans:
        start, end = places[a], places[b]
        inner = whole[start:end]
        start, end = start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
        if start < end:
            moved.append((start, end, kind))
    return whole, tuple(moved)


def _read(char: str, rng: Random, strength: float) -> str:
    """A character as read."""
    if char in "（），。：；、“”" and rng.random() < 0.15:
        return rng.choice(("", {"（": "(", "）": ")", "，": ",", "：": ":", "；": ";"}.get(char, char)))
    if rng.random() >= strength:
        return char
    shape = rng.random()
    if shape < 0.6:
        return _CONFUSED.get(char, rng.choice(CHARACTERS))
    return "" if shape < 0.8 else char + " "
