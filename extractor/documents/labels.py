"""Labels on rows: where 专利号： stands, however it was spaced, and whichever slip the OCR made in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from extractor.documents.rows import Run, fold

_COLONS = frozenset(":：∶︰")
_COLON = re.compile(r"[:：∶︰]")
_TWIN = re.compile(r"[\s/|.,'’&()a-z-]{0,60}[:：∶︰]|\((?:[^()\u4e00-\u9fff]{1,40})\)")
_BEFORE = set("；;。,，:：)）】]|/、")
_LABEL_GAP = 0.6
_GLUED = 0.9
_WORD_GOES_ON = re.compile(r"^(的|应当|应|可|须|必须|是|在|于|将|或|和|及|与|未|不|自(?!\d|公元|二|然)|向|以|对|由|为止|之日|等)")
_PERSON = re.compile(r"[于向和应以](?!当|该|在)[\u4e00-\u9fff]{1,2}")
"""A short rest is a person whose surname is such a word (法定代表人于文新)."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label found: its key, the row and where in the row it stands.

    ``sure``: 1 with a colon, 0.95 before a gap or line end, 0.9 glued to its value; less for an OCR slip.
    """

    key: str
    row: int
    start: int
    end: int
    after: int
    sure: float


class LabelIndex:
    """The labels of one paper, folded, longest first; found by their first and last characters."""

    def __init__(self, labels: Mapping[str, Iterable[str]]) -> None:
        pairs = {fold(text): key for key, texts in labels.items() for text in texts}
        self.pairs = sorted(pairs.items(), key=lambda p: -len(p[0]))
        self.longest = len(self.pairs[0][0]) if self.pairs else 0
        self.firsts: dict[str, list[tuple[str, str]]] = {}
        self.ends: dict[str, list[int]] = {}
        """Places in ``pairs`` of the labels (4 or more characters) that begin or end with a character."""
        self.tails: dict[str, set[str]] = {}
        for place, (text, key) in enumerate(self.pairs):
            self.firsts.setdefault(text[:1], []).append((text, key))
            if len(text) >= 4:
                for char in {text[0], text[-1]}:
                    self.ends.setdefault(char, []).append(place)
            for start in range(1, len(text)):
                self.tails.setdefault(text[start:], set()).add(key)

    def at(self, text: str, pos: int) -> tuple[str, int] | None:
        """Key and length of the longest label at ``pos``."""
        for label, key in self.firsts.get(text[pos : pos + 1], ()):
            if text.startswith(label, pos):
                return key, len(label)
        return None

    def tail_at(self, text: str, pos: int) -> tuple[str, int] | None:
        """The one label that may have lost its head here, keeping two characters and a colon (``利号：``)."""
        for end in range(pos + 2, min(pos + 8, len(text))):
            keys = self.tails.get(text[pos:end]) if text[end] in _COLONS else None
            if keys is not None and len(keys) == 1:
                return next(iter(keys)), end - pos
        return None

    def ends_here(self, text: str) -> bool:
        """Whether ``text`` begins with the last characters of a label and a colon (``号：``)."""
        return any(text[end] in _COLONS and text[:end] in self.tails for end in range(1, min(8, len(text))))

    def nearly_at(self, text: str, pos: int) -> tuple[str, int] | None:
        """The label (4 or more characters) that the text at ``pos`` shows with a slip; None if two tie.

        Of stretches with equally many slips the one that begins and ends as the label does (专利权、人).
        """
        best: list[tuple[float, bool, str, int]] = []
        if not text[pos : pos + 1].isalnum() or self.at(text, pos + 1) is not None:
            return None
        near = {place for char in set(text[pos : pos + self.longest + 1]) for place in self.ends.get(char, ())}
        for label, key in (self.pairs[place] for place in sorted(near)):
            n = len(label)
            for size in (n, n - 1, n + 1):
                part = text[pos : pos + size]
                if len(part) < 3 or (part[0] != label[0] and part[-1] != label[-1]):
                    continue
                slips = Levenshtein.distance(label, part, score_cutoff=1 if n < 7 else 2)
                if slips <= (1 if n < 7 else 2):
                    best.append((slips / n, part[0] != label[0] or part[-1] != label[-1], key, len(part)))
        best.sort(key=lambda b: b[:2])
        if not best or any(b[0] == best[0][0] and b[2] != best[0][2] for b in best[1:]):
            return None
        return best[0][2], best[0][3]


def label_index(labels: Mapping[str, Iterable[str]]) -> LabelIndex:
    """The index of a paper's labels, built once for the same wordings."""
    return _label_index(tuple((key, tuple(texts)) for key, texts in labels.items()))


@lru_cache(maxsize=64)
def _label_index(labels: tuple[tuple[str, tuple[str, ...]], ...]) -> LabelIndex:
    return LabelIndex(dict(labels))


def _opens(row: Run, pos: int) -> bool:
    """Whether a stretch begins at ``pos``: row start or after white space."""
    return pos == 0 or row.gaps[pos] >= _LABEL_GAP


def _end(row: Run, pos: int) -> tuple[int, float] | None:
    """Where the value starts after a label that ends before ``pos``, and how sure that makes the label."""
    key = row.folded
    if pos >= len(row):
        return pos, 0.95
    if _COLON.match(key, pos):
        return pos + 1, 1.0
    twin = _TWIN.match(key, pos)
    if twin:
        end = twin.end()
        return (end + 1, 1.0) if end < len(row) and _COLON.match(key, end) else (end, 0.95)
    if row.gaps[pos] >= _LABEL_GAP:
        return pos, 0.95
    rest = row.key[pos:]
    return None if _WORD_GOES_ON.match(rest) and not _PERSON.fullmatch(rest) else (pos, _GLUED)


def labels_in(row: Run, index: int, labels: LabelIndex) -> list[Label]:
    """All labels of a row, left to right, none overlapping."""
    out: list[Label] = []
    pos = 0
    while pos < len(row):
        hit, slip = labels.at(row.folded, pos), 1.0
        opens = _opens(row, pos)
        starts = opens or row.glyphs[pos - 1].char in _BEFORE
        if hit is None and starts:
            hit, slip = labels.nearly_at(row.folded, pos), 0.9
        if hit is None and opens:
            hit, slip = labels.tail_at(row.folded, pos), 0.85
        if hit is None:
            pos += 1
            continue
        key, size = hit
        end = _end(row, pos + size)
        # glued to its value a label must open its stretch: 国籍、地址变更等 is running text
        glued = end is not None and end[1] == _GLUED and (slip < 1 or not opens)
        if end is None or (not starts and end[1] < 1.0) or glued:
            pos += 1
            continue
        out.append(Label(key, index, pos, pos + size, end[0], end[1] * slip if starts else 0.85 * slip))
        pos = max(end[0], pos + size)
    return out
