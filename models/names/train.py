"""Training the reader of names: marked passages in, a spaCy pipeline out. Needs the extra ``spacy``; never torch or a network."""

from __future__ import annotations

import hashlib
import platform
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from models.names import card
from models.names.measure import score
from models.names.names import import_spacy, look
from models.names.record import CARD, KINDS, Record, TrainSettings, write_record
from models.sequence.errors import TrainingError
from models.sequence.progress import Teller, Told

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

Marked = tuple[str, tuple[tuple[int, int, str], ...]]
"""A text and its names: (first character, end, kind), in order, never overlapping."""
_FEWEST = 20
_SURE_PRIOR = 4.0
"""Answers, half of them right, that are added to every group before its share of right ones is taken."""


def train(
    passages: Callable[[], Iterable[Marked]],
    partial: Callable[[], Iterable[Marked]] | None,
    out: Path,
    settings: TrainSettings | None = None,
    progress: Told = lambda _: None,
) -> Record:
    """Train on marked passages and write the pipeline into the folder ``out``; the same passages and seed give the same weights.

    Args:
        passages: makes texts of which all names are marked; asked once. A share of them is kept aside to measure on.
        partial: makes texts of which only some names are marked (drawn pages); nothing is learned from the rest of them.
        out: folder of the model; what an earlier training left there is replaced.
        settings: how to train.
        progress: told how far it is.

    Raises:
        SpacyMissing: spaCy is not installed.
        TrainingError: fewer than 20 passages, or ``out`` holds something else.
    """
    spacy = import_spacy()
    chosen = settings or TrainSettings()
    tell = Teller(progress)
    given = list(passages())
    if len(given) < _FEWEST:
        raise TrainingError(f"训练名称模型至少要 {_FEWEST} 段文字，现有 {len(given)} 段；请增加语料。")
    aside = max(1, round(chosen.dev_share * len(given)))
    dev, learn = given[:aside], given[aside:]
    spacy.util.fix_random_seed(chosen.seed)
    nlp = spacy.blank("zh")
    nlp.add_pipe("ner", config={"model": architecture(chosen)})
    for kind in KINDS:
        nlp.get_pipe("ner").add_label(kind)
    some = list(partial()) if partial is not None else []
    examples = [example(nlp, marked, whole=True) for marked in learn] + [example(nlp, marked, whole=False) for marked in some]
    tell(0.0, message=f"{len(examples)} 段用于学习，{len(dev)} 段用于检验")
    _fit(nlp, examples, chosen, tell)
    _replace(nlp, out)
    found = [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(text for text, _ in dev)]
    record = Record(
        settings=chosen,
        data=describe(given, some),
        metrics=score([spans for _, spans in dev], found),
        precision=_precision(dev, found),
        trained_with={"python": platform.python_version(), "spacy": version("spacy"), "thinc": version("thinc")},
    )
    record = write_record(record, out)
    (out / CARD).write_text(card.text(record), encoding="utf-8")
    return record


def architecture(settings: TrainSettings) -> dict[str, Any]:
    """The network: hashed characters, convolutions over their neighbours, and a transition system that marks the names."""
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": settings.width,
                "attrs": ["ORTH", "SHAPE"],
                "rows": [settings.rows, 500],
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": settings.width,
                "window_size": 1,
                "maxout_pieces": 3,
                "depth": settings.depth,
            },
        },
    }


def example(nlp: Language, marked: Marked, *, whole: bool) -> Example:
    """A passage as spaCy learns from it; not ``whole``: what is not marked is unknown rather than no name."""
    from spacy.training import Example

    text, spans = marked
    doc, known = nlp.make_doc(text), nlp.make_doc(text)
    found = [known.char_span(a, b, label=kind, alignment_mode="expand") for a, b, kind in spans]
    known.set_ents([span for span in found if span is not None], default="outside" if whole else "missing")
    return Example(doc, known)


def describe(passages: Sequence[Marked], partial: Sequence[Marked]) -> dict[str, Any]:
    """What was learned from: passages, names by kind, and a fingerprint of all."""
    digest = hashlib.sha256(repr((list(passages), list(partial))).encode("utf-8", "replace"))
    kinds = Counter(kind for _, spans in passages for _, _, kind in spans)
    return {
        "passages": len(passages),
        "partly_marked": len(partial),
        "names": dict(sorted(kinds.items())),
        "fingerprint": digest.hexdigest(),
    }


def _fit(nlp: Language, examples: list[Example], settings: TrainSettings, tell: Teller) -> None:
    from thinc.api import Adam

    nlp.initialize(lambda: examples[:200])
    optimizer = Adam(settings.rate, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True)
    rng = Random(settings.seed)
    total = settings.epochs * len(examples)
    done = 0
    for epoch in range(settings.epochs):
        rng.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in _batches(examples, settings.batch):
            optimizer.learn_rate = settings.rate * min(1.0, 2.0 * (1.0 - done / total) + 0.02)
            nlp.update(batch, sgd=optimizer, drop=settings.dropout, losses=losses)
            done += len(batch)
            tell(done / total, epoch=epoch + 1)
        tell(done / total, epoch=epoch + 1, loss=losses.get("ner", 0.0) / len(examples), message=f"第 {epoch + 1} 轮")


def _batches(examples: Sequence[Example], characters: int) -> Iterable[list[Example]]:
    """Batches of about as many characters as told."""
    held: list[Example] = []
    size = 0
    for one in examples:
        held.append(one)
        size += len(one.reference)
        if size >= characters:
            yield held
            held, size = [], 0
    if held:
        yield held


def _replace(nlp: Language, out: Path) -> None:
    """Write the pipeline where nothing, or an earlier pipeline, lies."""
    if out.exists() and any(out.iterdir()):
        if not (out / "config.cfg").is_file():
            raise TrainingError(f"目录 {out} 中有别的文件，请换一个空目录。")
        shutil.rmtree(out)
    nlp.to_disk(out)


def _precision(dev: Sequence[Marked], found: Sequence[Sequence[tuple[int, int, str]]]) -> dict[str, float]:
    """By group of names that look alike, and by kind: the share that was right, drawn a little to one half."""
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for (text, truth), got in zip(dev, found, strict=True):
        for a, b, kind in got:
            for group in (kind, look(kind, text[a:b].strip().replace("\n", ""))):
                count[group] += 1
                right[group] += (a, b, kind) in truth
    return {g: round((right[g] + _SURE_PRIOR / 2) / (n + _SURE_PRIOR), 4) for g, n in sorted(count.items())}
