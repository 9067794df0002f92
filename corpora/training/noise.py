"""What scanning and reading do to a page: characters confused, boxes shifted, lines cut, glued, lost; tags kept in step.

The rates of character errors are measured (``confusions.py``, ``data/confusions.json``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from corpora.training.misreadings import Confusions, confusions
from corpora.training.pen import char_width
from corpora.training.wordings import words
from extractor.model import Box, LabelledPage, Line, Tag

Span = tuple[int, int, str, int, float]
"""A tag within its line: start, end, key, part, confidence."""


@dataclass(slots=True)
class _Run:
    """A line in the making; each belongs to one page only, so it may be changed in place."""

    text: str
    box: Box
    confidence: float = 1.0
    spans: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Strength:
    """How bad one page is; all but ``skew`` and ``stretch`` (factors of boxes) are probabilities per character, line or pair."""

    errors: float
    """Factor of the measured rates of character errors."""
    jitter: float
    """Standard deviation of a box's edges against its height."""
    skew: float
    stretch: tuple[float, float, float, float]
    """Factors and offsets: x, y, then what is added to both (fractions of the page)."""
    dropped: float
    split: float
    glued: float
    swapped: float
    dirt: float
    seal: float


def strength(rng: Random) -> Strength:
    """From a page as printed (a fifth of all) to a bad photo."""
    level = 0.0 if rng.random() < 0.2 else rng.random() ** 1.7
    sx, sy = (1 - rng.uniform(0, 0.12), 1 - rng.uniform(0, 0.12)) if rng.random() < 0.6 else (1.0, 1.0)
    return Strength(
        errors=level * 10,
        jitter=0.02 + 0.1 * level,
        skew=rng.gauss(0, 0.004) if rng.random() < 0.5 * level + 0.2 else 0.0,
        stretch=(sx, sy, rng.uniform(0, 1 - sx), rng.uniform(0, 1 - sy)),
        dropped=0.012 * level,
        split=rng.choice((0.0, 0.01, 0.04)) * (0.5 + level),
        glued=rng.choice((0.0, 0.05, 0.25, 0.5)),
        swapped=0.02 * level,
        dirt=1.5 * level,
        seal=0.35 if level else 0.1,
    )


def noisy(page: LabelledPage, rng: Random) -> LabelledPage:
    """The page as reading a scan of it might have given it; its tags stay on their text.

    A value whose characters are all lost has no tag any more; one that is partly lost keeps the rest.
    """
    how = strength(rng)
    runs = _runs(page)
    runs = _structure(rng, runs, how)
    widths = confusions().widths(rng)
    scanned = rng.random() < 0.85
    for run in runs:
        run.text = run.text.translate(widths)
        if scanned and (" " in run.text or "\u3000" in run.text):
            _drop_blanks(run)
    runs = _letters(rng, runs, how, confusions())
    if rng.random() < how.seal and runs:
        runs = _under_seal(rng, runs)
    runs = _placed(rng, runs, how)
    runs += [_dirt(rng) for _ in range(_count(rng, how.dirt))]
    return _page(page, _ordered(rng, runs, how))


def _count(rng: Random, mean: float) -> int:
    return int(mean) + (rng.random() < mean - int(mean))


def _runs(page: LabelledPage) -> list[_Run]:
    spans: dict[int, list[Span]] = {}
    for tag in page.tags:
        spans.setdefault(tag.line, []).append((tag.start, tag.end, tag.key, tag.part, tag.confidence))
    return [_Run(line.text, line.box, line.confidence, spans.get(k, [])) for k, line in enumerate(page.page.lines)]


def _page(page: LabelledPage, runs: Sequence[_Run]) -> LabelledPage:
    """The page with new lines."""
    lines = tuple(Line(text=run.text, box=run.box, confidence=run.confidence, origin="ocr") for run in runs)
    tags = tuple(
        Tag(line=k, start=a, end=b, key=key, part=part, confidence=sure)
        for k, run in enumerate(runs)
        for a, b, key, part, sure in run.spans
    )
    made = page.page.model_copy(update={"lines": lines, "tables": (), "source": "ocr"})
    return page.model_copy(update={"page": made, "tags": tags})


def _drop_blanks(run: _Run) -> None:
    """The text engine gives no blanks beside Chinese characters (measured: 4 of 199), and one between Latin ones (11 of 11).

    Lines of a text layer have them all.
    """
    text = run.text
    kept = [k for k, c in enumerate(text) if not c.isspace() or (text[k - 1] < "\u2e80" and text[k + 1] < "\u2e80" and c == " ")]
    if len(kept) == len(text):
        return
    # Where each character, and the end, lands.
    at, n = [], 0
    wanted = set(kept)
    for k in range(len(text)):
        at.append(n)
        n += k in wanted
    at.append(n)
    run.text = "".join(text[k] for k in kept)
    run.spans = [(at[a], at[b], key, part, sure) for a, b, key, part, sure in run.spans if at[b] > at[a]]


# --- lines cut, glued, dropped -------------------------------------------------------------


def _structure(rng: Random, runs: Sequence[_Run], how: Strength) -> list[_Run]:
    made: list[_Run] = []
    for run in runs:
        if rng.random() < how.dropped:
            continue
        before = made[-1] if made else None
        if how.glued and before is not None and _near(before, run) and rng.random() < how.glued:
            made[-1] = _glue(rng, before, run)
        elif how.split and len(run.text) > 5 and rng.random() < how.split:
            made += _cut(run, rng.randint(2, len(run.text) - 2))
        else:
            made.append(run)
    return made


def _near(a: _Run, b: _Run) -> bool:
    """On one row, the second right of the first at less than about two characters."""
    tall = a.box[3] - a.box[1]
    level = abs((a.box[1] + a.box[3]) - (b.box[1] + b.box[3])) < 0.7 * tall
    return level and 0 <= b.box[0] - a.box[2] < 1.6 * tall and abs((b.box[3] - b.box[1]) - tall) < 0.5 * tall


def _glue(rng: Random, a: _Run, b: _Run) -> _Run:
    between = " " if rng.random() < 0.25 else ""
    shift = len(a.text) + len(between)
    spans = a.spans + [(s + shift, e + shift, key, part, sure) for s, e, key, part, sure in b.spans]
    box = (a.box[0], min(a.box[1], b.box[1]), max(a.box[2], b.box[2]), max(a.box[3], b.box[3]))
    return _Run(a.text + between + b.text, box, min(a.confidence, b.confidence), spans)


def _cut(run: _Run, at: int) -> list[_Run]:
    """A line in two at a character; a value across the cut goes on in the second with the next part."""
    text = run.text
    left_end, right_start = len(text[:at].rstrip()), at + len(text[at:]) - len(text[at:].lstrip())
    if not left_end or right_start >= len(text):
        return [run]
    wide = sum(map(char_width, text)) or 1.0
    x = run.box[0] + (run.box[2] - run.box[0]) * sum(map(char_width, text[:at])) / wide
    first, second = [], []
    for s, e, key, part, sure in run.spans:
        if s < left_end:
            first.append((s, min(e, left_end), key, part, sure))
        if e > right_start:
            second.append((max(s, right_start) - right_start, e - right_start, key, part + (s < left_end), sure))
    left, top, right, bottom = run.box
    return [
        _Run(text[:left_end], (left, top, x, bottom), run.confidence, first),
        _Run(text[right_start:], (x, top, right, bottom), run.confidence, second),
    ]


# --- characters ----------------------------------------------------------------------------


def _letters(rng: Random, runs: Sequence[_Run], how: Strength, known: Confusions) -> list[_Run]:
    """Characters confused, lost and added; jumps from error to error, so that clean text costs nothing."""
    rate = known.rate * how.errors
    if rate <= 0:
        for run in runs:
            run.confidence = _sure(rng, 0)
        return list(runs)
    made: list[_Run] = []
    gap = _gap(rng, rate)
    for run in runs:
        count, edits = len(run.text), 0
        text, spans = run.text, run.spans
        at = gap
        while at < count:
            text, spans = _edit(rng, run, text, spans, at + len(text) - count, known)
            edits += 1
            at += 1 + _gap(rng, rate)
        gap = at - count
        run.confidence = _sure(rng, edits)
        if not edits:
            made.append(run)
        elif text.strip():
            made.append(_trimmed(_Run(text, run.box, run.confidence, spans)))
    return made


def _gap(rng: Random, rate: float) -> int:
    """Characters until the next error."""
    return int(math.log(1 - rng.random()) / math.log(1 - min(rate, 0.5)))


def _sure(rng: Random, edits: int) -> float:
    return round(max(0.5, 1 - 0.04 * rng.random() ** 2 - edits * (0.01 + 0.08 * rng.random())), 4)


def _edit(rng: Random, run: _Run, text: str, spans: list[Span], at: int, known: Confusions) -> tuple[str, list[Span]]:
    if not 0 <= at < len(text):
        return text, spans
    kind = known.kind(rng, text[at])
    if kind == "substitution":
        return text[:at] + known.other(rng, text[at]) + text[at + 1 :], spans
    if kind == "insertion":
        return text[:at] + known.added(rng) + text[at:], [
            (s + (s >= at), e + (e > at), key, part, sure) for s, e, key, part, sure in spans
        ]
    return text[:at] + text[at + 1 :], _without(spans, at)


def _without(spans: Sequence[Span], at: int) -> list[Span]:
    moved = [(s - (s > at), e - (e > at), key, part, sure) for s, e, key, part, sure in spans]
    return [span for span in moved if span[1] > span[0]]


def _trimmed(run: _Run) -> _Run:
    """Without blanks at the ends, in the line and in its values."""
    text = run.text.strip()
    lead = len(run.text) - len(run.text.lstrip())
    spans = []
    for s, e, key, part, sure in run.spans:
        a, b = max(0, s - lead), min(len(text), e - lead)
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if b > a:
            spans.append((a, b, key, part, sure))
    return _Run(text, run.box, run.confidence, spans)


def _under_seal(rng: Random, runs: Sequence[_Run]) -> list[_Run]:
    """A seal over a line or two, mostly near the foot: characters under its rim are lost or read wrongly."""
    anchor = rng.choice(runs[len(runs) // 2 :] if rng.random() < 0.75 else list(runs))
    x, y = rng.uniform(anchor.box[0], anchor.box[2]), (anchor.box[1] + anchor.box[3]) / 2
    made = []
    for run in runs:
        cy = (run.box[1] + run.box[3]) / 2
        if abs(cy - y) > 0.065 or run.box[2] < x - 0.1 or run.box[0] > x + 0.1 or rng.random() < 0.45:
            made.append(run)
            continue
        wide = max(run.box[2] - run.box[0], 1e-6)
        chord = 0.095 * math.sqrt(max(0.0, 1 - ((cy - y) / 0.07) ** 2))
        text, spans, lost = run.text, list(run.spans), 0
        for rim in (x + chord, x - chord):  # right first, so that places stay right
            at = round((rim - run.box[0]) / wide * len(run.text))
            for k in range(at + rng.randint(0, 1), at - 1, -1):
                if 0 <= k < len(text) and rng.random() < 0.5:
                    text, spans, lost = text[:k] + text[k + 1 :], _without(spans, k), lost + 1
        if text.strip():
            made.append(_trimmed(_Run(text, run.box, max(0.4, run.confidence - 0.1 * lost - rng.random() * 0.1), spans)))
    return made


# --- places --------------------------------------------------------------------------------


def _placed(rng: Random, runs: Sequence[_Run], how: Strength) -> list[_Run]:
    """Boxes after scaling, a small turn and the detector's unrest."""
    sx, sy, dx, dy = how.stretch
    random = rng.random
    for run in runs:
        left, top, right, bottom = run.box
        # The sum of two even draws is near enough to a bell; 2.4 makes its deviation that of ``jitter``.
        unrest = how.jitter * (bottom - top) * 2.4
        fall = dy + how.skew * ((left + right) / 2 - 0.5)
        run.box = _inside(
            sx * left + dx + unrest * (random() + random() - 1),
            sy * top + fall + unrest * 0.7 * (random() + random() - 1),
            sx * right + dx + unrest * (random() + random() - 1),
            sy * bottom + fall + unrest * 0.7 * (random() + random() - 1),
        )
    return list(runs)


def _inside(a: float, b: float, c: float, d: float) -> Box:
    """The box within the page and not empty."""
    if a < 0.0 or b < 0.0 or c > 1.0 or d > 1.0 or c - a < 1e-3 or d - b < 1e-3:
        a, b = min(max(a, 0.0), 0.998), min(max(b, 0.0), 0.998)
        c, d = min(max(c, a + 1e-3), 1.0), min(max(d, b + 1e-3), 1.0)
    return round(a, 5), round(b, 5), round(c, 5), round(d, 5)


_SCRAPS = words("noise", "scraps")


def _dirt(rng: Random) -> _Run:
    """A scrap read from a seal, a border or a picture."""
    x, y, tall = rng.random() * 0.95, rng.random() * 0.97, rng.uniform(0.006, 0.03)
    text = rng.choice(_SCRAPS) if rng.random() < 0.8 else "".join(rng.choice(_SCRAPS)[0] for _ in range(rng.randint(2, 4)))
    return _Run(text, _inside(x, y, x + tall * 0.7 * len(text), y + tall), round(rng.uniform(0.35, 0.9), 4))


def _ordered(rng: Random, runs: Sequence[_Run], how: Strength) -> list[_Run]:
    """Rows from the top, each from the left, as reading orders them; a row's neighbours are sometimes exchanged."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda r: r.box[1] + r.box[3]):
        middle = (run.box[1] + run.box[3]) / 2
        if rows and rows[-1][0].box[1] <= middle <= rows[-1][0].box[3]:
            rows[-1].append(run)
        else:
            rows.append([run])
    made = [run for row in rows for run in sorted(row, key=lambda r: r.box[0])]
    for k in range(len(made) - 1):
        if rng.random() < how.swapped:
            made[k], made[k + 1] = made[k + 1], made[k]
    return made
