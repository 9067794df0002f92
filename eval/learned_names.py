"""The reader of names measured: on unseen templates and names, on passages written by hand, and on drawn pages; time and memory.

``python -m eval.learned_names MODEL [--pages FILE] [--count N]``;
FILE holds ``LabelledPage`` with tags (``corpora.training.store``).
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from corpora.catalogue import all_fields
from corpora.sentences import Marked, passages
from corpora.sentences.hand import hand_passages
from eval.learned_pages import read_pages
from extractor.model import LabelledPage
from models.names import Names
from models.names.measure import score
from models.names.page_text import page_text
from models.names.record import KindScore

_KIND = {"company": "ORG", "person": "PER", "address": "ADDR"}
_BY_KEY = {"address": "ADDR", "standards": "STD", "standard": "STD"}


def kind_of_key(key: str) -> str | None:
    """The kind of name that a field's value is, if it is one."""
    spec = all_fields().get(key)
    return _BY_KEY.get(key) or (_KIND.get(spec.kind) if spec is not None else None)


def partly_marked(pages: Iterable[LabelledPage], *, least: int = 60) -> Iterable[Marked]:
    """Running text of labelled pages with the names that their tags hold; pages with few characters are left out."""
    for page in pages:
        text = page_text(page.page)
        at = dict(zip(text.order, text.starts, strict=True))
        spans = sorted(
            (at[tag.line] + tag.start, at[tag.line] + tag.end, kind)
            for tag in page.tags
            if tag.part == 0 and tag.line in at and (kind := kind_of_key(tag.key)) is not None
        )
        apart = [s for n, s in enumerate(spans) if n == 0 or s[0] >= spans[n - 1][1]]
        if len(text.text) >= least and apart:
            yield text.text, tuple(apart)


def measured(names: Names, given: Sequence[Marked]) -> dict[str, KindScore]:
    """Exact spans by kind."""
    found = [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in names.nlp.pipe(text for text, _ in given)]
    return score([spans for _, spans in given], found)


def recalled(names: Names, pages: Sequence[LabelledPage]) -> dict[str, tuple[int, int]]:
    """By kind: (names of the pages' tags that were found, all of them); the names it finds beside them cannot be judged."""
    counts: dict[str, list[int]] = {}
    for text, spans in partly_marked(pages):
        got = {(e.start_char, e.end_char, e.label_) for e in names.nlp(text).ents}
        for span in spans:
            held = counts.setdefault(span[2], [0, 0])
            held[0] += span in got
            held[1] += 1
    return {kind: (hit, n) for kind, (hit, n) in sorted(counts.items())}


def _table(title: str, found: dict[str, KindScore]) -> None:
    print(f"\n{title}\n| kind | n | precision | recall | F1 |\n| --- | ---: | ---: | ---: | ---: |")
    for kind, m in found.items():
        print(f"| {kind} | {m.n} | {m.precision:.3f} | {m.recall:.3f} | {m.f1:.3f} |")


def _memory() -> float:
    """Greatest resident memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure the reader of names.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--count", type=int, default=800)
    given = parser.parse_args()
    before, began = _memory(), time.perf_counter()
    names = Names.load(given.model)
    print(f"loading: {time.perf_counter() - began:.2f} s, {_memory() - before:.0f} MB more")
    _table("unseen templates and names, clean", measured(names, list(passages(given.count, 7, unseen=True, noise=0.0))))
    _table("unseen templates and names, damaged", measured(names, list(passages(given.count, 8, unseen=True, noise=1.0))))
    _table("written by hand", measured(names, list(hand_passages())))
    text = "".join(t for t, _ in passages(10, 9))[:1000]
    names.nlp(text)
    spent = []
    for _ in range(10):
        began = time.perf_counter()
        names.nlp(text)
        spent.append(time.perf_counter() - began)
    print(f"\n{1000 * sorted(spent)[5]:.1f} ms for {len(text)} characters; {_memory() - before:.0f} MB more than before loading")
    if given.pages:
        print("drawn pages, tags found:", recalled(names, read_pages(given.pages)))


if __name__ == "__main__":
    main()
