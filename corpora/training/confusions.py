"""Character errors of the text engine, measured by comparing its lines with true ones (``misreadings.py`` draws from them).

To measure: read pages whose lines are known, write one JSON object per page
(``{"true": [{"text", "box"}], "read": [{"text", "box", "confidence"}]}``, boxes in one frame) to a file and run
``python -m corpora.training.confusions READINGS OUT``.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from extractor.model import Box

_OVERLAP = 0.6
"""Least share of the smaller box that a true and a read line share to be one line."""
_ALIKE = 0.5
"""Lines that agree less are not readings of each other."""


_FORMS = str.maketrans(
    dict.fromkeys("—–－", "-")
    | dict.fromkeys("“”", '"')
    | dict.fromkeys("‘’", "'")
    | dict.fromkeys("○◯", "〇")
    | dict.fromkeys("●•・", "·")
)


class ReadingsError(ValueError):
    """A file of readings that cannot be used; the message is Chinese and says what is expected."""


@dataclass
class Counts:
    """What was counted; ``pairs``: (true, read) to its weight; weights are the confidences of the lines read."""

    characters: int = 0
    lines: int = 0
    pages: int = 0
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    folds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Signs read in their other width or form (（ as (), which is no error: (true, read) to how often."""
    added: Counter[str] = field(default_factory=Counter)

    def add(self, true: str, read: str, confidence: float) -> None:
        """Count one line."""
        self.lines += 1
        self.characters += len(true)
        self.seen.update(true)
        for edit in Levenshtein.editops(true, read):
            if edit.tag == "replace":
                pair = true[edit.src_pos], read[edit.dest_pos]
                if plain(pair[0]) == plain(pair[1]):
                    self.folds[pair] += 1
                    continue
                self.substitutions += 1
                self.pairs[pair] += confidence  # type: ignore[assignment]
            elif edit.tag == "insert":
                self.insertions += 1
                self.added[read[edit.dest_pos]] += confidence  # type: ignore[assignment]
            else:
                self.deletions += 1
                self.lost[true[edit.src_pos]] += confidence  # type: ignore[assignment]


def plain(sign: str) -> str:
    """A sign without its width and form: brackets, colons, dashes and quotation marks have several."""
    return unicodedata.normalize("NFKC", sign).translate(_FORMS)


def measure(pages: Iterable[Mapping[str, Any]]) -> Counts:
    """Count the errors of pages as the module's text describes them; lines that were cut or glued are left out."""
    counts = Counts()
    for page in pages:
        counts.pages += 1
        true, read = page["true"], page["read"]
        claimed: Counter[int] = Counter()
        matches = []
        for line in true:
            over = [k for k, other in enumerate(read) if _shared(line["box"], other["box"]) > _OVERLAP]
            claimed.update(over)
            matches.append((line, over))
        for line, over in matches:
            if len(over) != 1 or claimed[over[0]] != 1:
                continue
            got = read[over[0]]
            a, b = "".join(line["text"].split()), "".join(got["text"].split())
            if "*" not in a and Levenshtein.normalized_similarity(a, b) >= _ALIKE:
                counts.add(a, b, float(got.get("confidence", 1.0)))
    return counts


def _shared(a: Box, b: Box) -> float:
    """Shared area against the smaller box."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    least = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return wide * high / least if wide > 0 and high > 0 and least > 0 else 0.0


def as_data(counts: Counts, most: int = 600) -> dict[str, Any]:
    """The counts as rates per character and the commonest pairs with their weights (``data/confusions.json``)."""
    chars = max(1, counts.characters)
    return {
        "pages": counts.pages,
        "lines": counts.lines,
        "characters": counts.characters,
        "substitution": round(counts.substitutions / chars, 6),
        "insertion": round(counts.insertions / chars, 6),
        "deletion": round(counts.deletions / chars, 6),
        "folds": [
            [a, b, round(n / counts.seen[a], 3)]
            for (a, b), n in sorted(counts.folds.items(), key=lambda x: (-x[1], x[0]))
            if counts.seen[a] >= 5
        ],
        "pairs": [[a, b, round(n, 3)] for (a, b), n in sorted(counts.pairs.items(), key=lambda x: (-x[1], x[0]))[:most]],
        "lost": [[a, round(n, 3)] for a, n in sorted(counts.lost.items(), key=lambda x: (-x[1], x[0]))[:120]],
        "added": [[a, round(n, 3)] for a, n in sorted(counts.added.items(), key=lambda x: (-x[1], x[0]))[:80]],
    }


def readings(path: Path) -> list[dict[str, Any]]:
    """The pages of a file of readings. Raises ReadingsError."""
    try:
        pages = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise ReadingsError(f"无法读取 {path.name}，应为每行一个 JSON 对象（true、read）：{error}") from error
    if not pages or any(not {"true", "read"} <= page.keys() for page in pages):
        raise ReadingsError(f"{path.name} 每行须有 true 和 read 两个列表")
    return pages


def main(arguments: Sequence[str]) -> None:
    """Measure READINGS and write OUT."""
    source, out = (Path(a) for a in arguments)
    data = as_data(measure(readings(source)))
    rows = {key: data[key] for key in data if not isinstance(data[key], list)}
    text = json.dumps(rows, ensure_ascii=False, indent=1).removesuffix("\n}")
    for key in ("folds", "pairs", "lost", "added"):
        text += f',\n "{key}": [\n  ' + ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in data[key]) + "\n ]"
    out.write_text(text + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
