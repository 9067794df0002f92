"""Papers put on a sheet: title, head, statements in blocks of random forms, tables, foot, small print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from corpora.training.blocks import BLOCK_WEIGHTS, BLOCKS, Area, above, beside, inline, table
from corpora.training.paper import Entry, Paper
from corpora.training.pen import A4, Align, Rich, Sheet, plain, rich
from extractor.model import LabelledPage


def arranged(rng: Random, paper: Paper) -> LabelledPage:
    """The paper on a sheet, in a layout that nobody has drawn before."""
    wide = rng.random() < 0.16
    size = (842.0, 595.0) if wide else A4
    if rng.random() < 0.12:  # photos and cuttings
        size = (size[0] * rng.uniform(0.85, 1.1), size[1] * rng.uniform(0.7, 1.1))
    sheet = Sheet(size, stretch=rng.uniform(0.9, 1.1), leaf=rng.uniform(1.1, 1.55))
    font = rng.uniform(8.0, 14.5) * (0.85 if paper.grids else 1.0)
    margin = rng.uniform(0.06, 0.16) * size[0]
    area = Area(margin, rng.uniform(0.04, 0.12) * size[1], size[0] - 2 * margin, font)
    form = "plain" if paper.plain else rng.choices(("column", "side", "halves", "split"), (60, 14, 13, 13))[0]
    made, shape = _FORMS[form](rng, sheet, area, paper)
    _marks(rng, sheet, paper, margin)
    _shrink(sheet, made)
    return sheet.page(paper.type, paper.starts, f"free-{paper.name or paper.type}-{shape}")


def _shrink(sheet: Sheet, y: float) -> None:
    """What runs over the foot of the sheet is made smaller, as a clerk would."""
    low = max((run.box[3] for run in sheet.runs), default=y)
    if low <= sheet.size[1] - 14:
        return
    f = (sheet.size[1] - 14) / low
    for run in sheet.runs:
        a, b, c, d = run.box
        mid = sheet.size[0] / 2
        run.box = (mid + (a - mid) * max(f, 0.72), b * f, mid + (c - mid) * max(f, 0.72), d * f)


# --- whole sheets ------------------------------------------------------------------------


def _column(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> tuple[float, str]:
    """Everything below each other."""
    y = _head(rng, sheet, area, paper)
    y = _body_and_entries(rng, sheet, Area(area.x, y, area.width, area.size), paper)
    y = _grids(rng, sheet, Area(area.x, y + 4, area.width, area.size), paper)
    return _foot(rng, sheet, Area(area.x, y + area.size, area.width, area.size), paper), "column"


def _side(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> tuple[float, str]:
    """A narrow column at one side holds some statements and perhaps the foot."""
    left = rng.random() < 0.6
    share = rng.uniform(0.22, 0.36)
    gap = area.size * 2
    bar, main = area.width * share - gap, area.width * (1 - share)
    bar_x, main_x = (area.x, area.x + area.width * share) if left else (area.x + main + gap, area.x)
    aside = [e for e in paper.entries if len(plain(e.value)) < 42 and rng.random() < 0.6]
    rest = [e for e in paper.entries if e not in aside]
    top = _head(rng, sheet, Area(main_x, area.y, main, area.size), paper)
    y = _body_and_entries(rng, sheet, Area(main_x, top, main, area.size), _with(paper, rest))
    small = area.size * rng.uniform(0.65, 0.95)
    block = rng.choice((above, above, inline))
    y2 = block(rng, sheet, Area(bar_x, rng.choice((area.y, top, top + 60)), bar, small), aside)
    y = _grids(rng, sheet, Area(area.x, max(y, y2) + 4, area.width, area.size), paper)
    if rng.random() < 0.4 and not paper.grids:
        return max(y, _foot(rng, sheet, Area(bar_x, max(y2 + small * 2, y), bar, small), paper)), "side"
    return _foot(rng, sheet, Area(main_x, max(y, y2) + area.size, main, area.size), paper), "side"


def _halves(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> tuple[float, str]:
    """Statements in two halves; where there are two languages, one in each."""
    y = _head(rng, sheet, area, paper)
    gap = area.size * rng.uniform(1.2, 3)
    half = (area.width - gap) / 2
    small = area.size * rng.uniform(0.75, 0.95)
    both = [e for e in paper.entries if e.label_en]
    if both and len(both) > len(paper.entries) // 2:
        first = [Entry(e.label, e.value) for e in paper.entries]
        second = [Entry(e.label_en or e.label, e.value_en or e.value) for e in paper.entries]
        name = "tongues"
    else:
        cut = rng.randint(1, max(1, len(paper.entries) - 1))
        first, second, name = list(paper.entries[:cut]), list(paper.entries[cut:]), "halves"
    y = _body(rng, sheet, Area(area.x, y, area.width, area.size), paper.body)
    block = rng.choice((inline, inline, above, beside))
    y1 = block(rng, sheet, Area(area.x, y, half, small), first)
    y2 = block(rng, sheet, Area(area.x + half + gap, y, half, small), second)
    y = _grids(rng, sheet, Area(area.x, max(y1, y2) + 4, area.width, area.size), paper)
    return _foot(rng, sheet, Area(area.x, y + area.size, area.width, area.size), paper), name


def _split(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> tuple[float, str]:
    """Letter paper: the issuer above everything; statements partly above, partly below the running text."""
    foot = list(paper.foot)
    y = area.y
    if foot and rng.random() < 0.8:
        y = sheet.put(
            area.x,
            y,
            foot.pop(0),
            area.size * rng.uniform(0.9, 1.7),
            width=area.width,
            align=rng.choice(("left", "center", "right")),
        )
        y += area.size * rng.uniform(0.2, 2)
    y = _head(rng, sheet, Area(area.x, y, area.width, area.size), paper)
    cut = rng.randint(0, len(paper.entries))
    y = _blocks(rng, sheet, Area(area.x, y, area.width, area.size), list(paper.entries[:cut]))
    y = _body(rng, sheet, Area(area.x, y, area.width, area.size), paper.body)
    y = _blocks(rng, sheet, Area(area.x, y, area.width, area.size), list(paper.entries[cut:]))
    y = _grids(rng, sheet, Area(area.x, y + 4, area.width, area.size), paper)
    return _foot(rng, sheet, Area(area.x, y + area.size, area.width, area.size), paper, foot), "letter"


def _plain(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> tuple[float, str]:
    """Running text from margin to margin."""
    y = _head(rng, sheet, area, paper)
    leading = rng.uniform(1.3, 2.0)
    for text in (*(rich(e.label + "：", *e.value) for e in paper.entries), *paper.body):
        y = sheet.put(area.x, y, rich(rng.choice(("", "　　")), *text), area.size, width=area.width, leading=leading)
        y += area.size * 0.3
    y = _grids(rng, sheet, Area(area.x, y + 4, area.width, area.size), paper)
    return _foot(rng, sheet, Area(area.x, y + area.size, area.width, area.size), paper), "plain"


_FORMS: dict[str, Callable[[Random, Sheet, Area, Paper], tuple[float, str]]] = {
    "column": _column,
    "side": _side,
    "halves": _halves,
    "split": _split,
    "plain": _plain,
}


def _with(paper: Paper, entries: list[Entry]) -> Paper:
    return Paper(**{**paper.__dict__, "entries": entries})


# --- pieces of a sheet -------------------------------------------------------------------


def _head(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> float:
    """Small texts at the top, the title, the title in English."""
    y = area.y
    early = [t for t in paper.top if rng.random() < 0.6]
    for text in early:
        align: Align = rng.choice(("left", "right", "right", "center"))
        y = sheet.put(area.x, y, text, area.size * rng.uniform(0.7, 1.0), width=area.width, align=align)
    align = rng.choice(("center", "center", "center", "left"))
    big = area.size * rng.uniform(1.3, 2.9)
    for text, size in ((paper.title, big), (paper.title_en, big * rng.uniform(0.4, 0.8))):
        if not text:
            continue
        room = area.width / max(1.0, sheet.width_of(plain(text), 1.0))
        y = sheet.put(
            area.x, y, _spread(rng, text), max(min(size, room * 0.98), area.size), width=area.width, align=align, leading=1.5
        )
    for text in (t for t in paper.top if t not in early):
        align = rng.choice(("center", "left", "right"))
        y = sheet.put(area.x, y, text, area.size * rng.uniform(0.75, 1.0), width=area.width, align=align)
    return y + area.size * rng.uniform(0.3, 2)


def _spread(rng: Random, text: Rich) -> Rich:
    """Short titles are sometimes spread by blanks."""
    if len(plain(text)) > 8 or rng.random() < 0.75:
        return text
    return tuple((" ".join(t), key) for t, key in text)


def _body_and_entries(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> float:
    entries = list(paper.entries)
    if not paper.ordered and rng.random() < 0.5:
        rng.shuffle(entries)
    if not paper.body:
        return _blocks(rng, sheet, area, entries)
    early = entries[: rng.choice((0, 0, 1, 1, 2, len(entries)))]
    y = _blocks(rng, sheet, area, early)
    y = _body(rng, sheet, Area(area.x, y, area.width, area.size), paper.body)
    return _blocks(rng, sheet, Area(area.x, y, area.width, area.size), entries[len(early) :])


def _body(rng: Random, sheet: Sheet, area: Area, texts: Sequence[Rich]) -> float:
    """Sentences, centred or from the margin; a value that stands alone is often large."""
    y = area.y
    align: Align = rng.choice(("center", "center", "left"))
    large = rng.choice((1.0, 1.0, 1.3, 1.6))
    leading = rng.uniform(1.4, 2.1)
    for text in texts:
        alone = len(text) == 1 and bool(text[0][1]) and len(text[0][0]) < 40
        long = len(plain(text)) > 60
        size = area.size * (large if alone else 1.0)
        said = rich("　　", *text) if long and rng.random() < 0.6 else text
        y = sheet.put(area.x, y, said, size, width=area.width, align="left" if long else align, leading=leading)
        y += area.size * rng.uniform(0, 0.5)
    return y


def _blocks(rng: Random, sheet: Sheet, area: Area, entries: list[Entry]) -> float:
    """The statements cut into one to three groups, each in a form of its own."""
    y = area.y
    cuts = (
        sorted(rng.sample(range(1, len(entries)), min(len(entries) - 1, rng.choice((0, 0, 0, 1, 1, 2)))))
        if len(entries) > 1
        else []
    )
    edges = [0, *cuts, len(entries)]
    main = rng.choices(BLOCKS, BLOCK_WEIGHTS)[0]
    for a, b in pairwise(edges):
        block = main if a == 0 else rng.choices(BLOCKS, BLOCK_WEIGHTS)[0]
        y = block(rng, sheet, Area(area.x, y, area.width, area.size), entries[a:b]) + area.size * rng.uniform(0, 1.4)
    return y


def _grids(rng: Random, sheet: Sheet, area: Area, paper: Paper) -> float:
    y = area.y
    for grid in paper.grids:
        y = table(rng, sheet, Area(area.x, y, area.width, area.size), grid) + area.size * 0.5
    for text in paper.below:
        align: Align = rng.choice(("left", "left", "right"))
        y = sheet.put(area.x, y, text, area.size * 0.95, width=area.width, align=align)
    return y


def _foot(rng: Random, sheet: Sheet, area: Area, paper: Paper, foot: Sequence[Rich] | None = None) -> float:
    """Issuer, date and signature, then small print; perhaps at the very bottom."""
    texts = list(paper.foot if foot is None else foot)
    y = area.y
    room = sheet.size[1] - y - 20
    if room > 120 and rng.random() < 0.6:
        y += rng.uniform(0, room - 90)
    align: Align = rng.choice(("right", "right", "center", "left"))
    if len(texts) >= 2 and rng.random() < 0.25:
        half = area.width / 2
        for k in range(0, len(texts), 2):
            y = max(sheet.put(area.x + j * half, y, t, area.size, width=half - area.size) for j, t in enumerate(texts[k : k + 2]))
    else:
        x, width = (
            (area.x + area.width * 0.45, area.width * 0.55) if align == "right" and rng.random() < 0.6 else (area.x, area.width)
        )
        centre: Align = "center" if x != area.x else align
        for text in texts:
            y = sheet.put(x, y, text, area.size * rng.choice((1.0, 1.0, 1.15)), width=width, align=centre)
    small = area.size * rng.uniform(0.55, 0.85)
    for note in paper.notes:
        y = sheet.put(area.x, y, rich(note), small, width=area.width, align=rng.choice(("left", "left", "center")), leading=1.4)
    return y


def _marks(rng: Random, sheet: Sheet, paper: Paper, margin: float) -> None:
    """Texts of logos near a corner or at the foot."""
    if not paper.marks:
        return
    width, height = sheet.size
    low = max((run.box[3] for run in sheet.runs), default=0)
    size = rng.uniform(6, 11)
    x = rng.choice((margin * 0.6, width * 0.4, width - margin - 90))
    y = rng.choice((8.0, low + size, low + size)) if low < height - 60 else max(low + 4, 8.0)
    across = rng.random() < 0.5
    for text in paper.marks:
        sheet.put(x, y, text, size, width=150)
        if across:
            x += sheet.width_of(plain(text), size) + size * 3
        else:
            y += size * 1.5
