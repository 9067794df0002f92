"""Stray papers as drawn pages: kinds of ``data/strays.yaml`` with invented values, arranged at random."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from corpora.sentences.texts import Stray, stray_kinds
from corpora.training import invent as v
from corpora.training.arrange import arranged
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.pen import Rich, rich
from extractor.model import LabelledPage

_CELLS = {"p": "姓名|签|人员", "d": "日期|时间|时期", "m": "额|价|值|资|款|税", "g": "名称|物|品名|项目", "c": "企业|单位"}
"""What stands under a head that holds one of the words."""
_MARK = re.compile(r"@([cpdmnagtkiy])")


def strays(count: int, seed: int, *, unseen: bool = False) -> Iterator[LabelledPage]:
    """``count`` stray pages; the same arguments give the same pages.

    Args:
        count: how many.
        seed: of the random choice.
        unseen: kinds that are never learned from (then the pages are ``held_out``).
    """
    for n in range(count):
        rng = Random(f"strays/{seed}/{unseen}/{n}")
        kind = rng.choice(stray_kinds("strays_unseen.yaml" if unseen else "strays.yaml"))
        page = arranged(rng, _paper(rng, kind))
        yield page.model_copy(update={"tagged": False, "tags": (), "layout": f"stray-{kind.name}", "held_out": unseen})


def _paper(rng: Random, kind: Stray) -> Paper:
    day = v.dater(rng)
    makers: dict[str, Callable[[], str]] = {
        "c": lambda: v.company(rng),
        "p": lambda: v.person(rng),
        "d": lambda: day(v.day(rng)),
        "m": lambda: v.amount(v.money(rng)),
        "n": lambda: str(rng.randint(100, 99999)),
        "a": lambda: v.address(rng),
        "g": lambda: v.goods(rng),
        "t": lambda: v.phone(rng),
        "k": lambda: v.code(rng),
        "i": lambda: str(rng.randint(1, 9)),
        "y": lambda: str(rng.randint(2012, 2024)),
    }

    def fill(text: str) -> str:
        return _MARK.sub(lambda m: makers[m[1]](), text)

    labels = list(kind.labels)
    if labels and rng.random() < 0.5:
        labels = sorted(rng.sample(labels, rng.randint(max(1, len(labels) // 2), len(labels))), key=labels.index)
    body = [fill(part) for part in kind.body]
    paper = Paper(kind.type, rich(fill(rng.choice(kind.titles))), name=kind.name)
    paper.entries = [Entry(label, rich(fill(value))) for label, value in labels]
    paper.body = [rich(text) for text in (body if rng.random() < 0.6 else v.sample(rng, body, 0, len(body)))]
    if kind.head:
        paper.grids = [_grid(rng, list(kind.head), makers)]
    if rng.random() < 0.5:
        paper.foot = [rich(makers["c"]()), rich(makers["d"]())]
    if rng.random() < 0.3:
        paper.top = [rich(f"编号：{makers['k']()}")]
    return paper


def _grid(rng: Random, head: list[str], makers: dict[str, Callable[[], str]]) -> Grid:
    """A table with values after the words of its heads."""

    def cell(name: str, row: int) -> Rich:
        if "序号" in name or name == "项号":
            return rich(str(row))
        for mark, words in _CELLS.items():
            if any(word in name for word in words.split("|")):
                return rich(makers[mark]())
        return rich(rng.choice((makers["k"]()[:8], makers["n"](), makers["i"](), "合格", "台", "")))

    rows = tuple(tuple(cell(name, row) for name in head) for row in range(1, rng.randint(3, 18)))
    return Grid(tuple(head), rows)
