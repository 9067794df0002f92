"""Ways to tell what a page is, behind one form: cue rules, the trained classifier, both together, spaCy's ``textcat``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from extractor.documents.split import SURE, Seen, look, split
from extractor.model import LabelledPage, Page
from models.page_classifier import PageClassifier
from models.page_classifier.combine import Combination

NONE = "other"
"""What the product calls a page without any cue."""


@dataclass(frozen=True, slots=True)
class Said:
    """Probabilities (or scores) by type, and that a document starts."""

    types: dict[str, float]
    starts: float

    @property
    def best(self) -> tuple[str, float]:
        """The likeliest type."""
        return max(self.types.items(), key=lambda item: item[1]) if self.types else (NONE, 0.0)


Candidate = Callable[[Page], Said]


def rule_scores(seen: Seen) -> dict[str, float]:
    """The rules' score by type, attachments among them."""
    scores = {name: cue.score for name, cue in seen.cues.items() if cue.score >= SURE}
    note = seen.attachment
    if note is not None and note.score >= SURE:
        scores[note.type] = max(note.score, scores.get(note.type, 0.0))
    return scores


def by_rules(page: Page) -> Said:
    """What the rules say of the page alone; nothing where they see no cue."""
    seen = look(page)
    scores = rule_scores(seen)
    note, start = seen.attachment, seen.best("start")
    if note is not None and note.excluded and (start is None or note.score >= start[1].score):
        scores = {note.type: note.score}
    first = start[1].score if start is not None else 0.0
    return Said(scores, max(first, note.score if note is not None else 0.0))


def by_model(model: PageClassifier) -> Candidate:
    """The trained classifier alone."""

    def say(page: Page) -> Said:
        guess = model.classify(page)
        return Said(guess.types, guess.starts)

    return say


def by_both(model: PageClassifier, weights: Combination) -> Candidate:
    """Rules and classifier, weighed; a page that the rules call a notice stays one."""

    def say(page: Page) -> Said:
        guess, rules = model.classify(page), by_rules(page)
        note = look(page).attachment
        if note is not None and note.excluded and rules.types == {note.type: note.score}:
            return rules
        starts = rules.starts if rules.types and rules.starts >= SURE else guess.starts
        return Said(weights.types(rules.types, guess), starts)

    return say


def in_context(pages: Sequence[LabelledPage]) -> list[str]:
    """The type that the product gives each page where every document is a file of its own: later pages follow the first."""
    files: list[list[Page]] = []
    for page in pages:
        if page.starts or not files:
            files.append([])
        files[-1].append(page.page.model_copy(update={"file": len(files) - 1, "page": len(files[-1]) + 1}))
    found: list[str] = []
    for file in files:
        types = {p.page: piece.type for piece in split(file) for p in piece.pages}
        found += [types.get(p.page, NONE) for p in file]
    return found


def untyped(page: Page) -> bool:
    """Whether the rules see no cue on the page."""
    return not by_rules(page).types


# --- spaCy textcat ----------------------------------------------------------------------


def page_string(page: Page, most: int = 1500) -> str:
    """The page's text for ``textcat``: level lines, figures as one sign."""
    return "\n".join(line.text for line in page.lines if not line.slant and line.text.strip())[:most]


def train_textcat(pages: Sequence[LabelledPage], seed: int, epochs: int, told: Callable[[int], None] = lambda _: None) -> Any:
    """A blank ``zh`` pipeline with a bag-of-n-grams ``textcat`` (types) trained on the pages."""
    import spacy
    from spacy.training import Example
    from thinc.api import Adam, fix_random_seed

    fix_random_seed(seed)
    nlp = spacy.blank("zh")
    model = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": True,
        "ngram_size": 3,
        "no_output_layer": False,
        "length": 65536,
    }
    pipe: Any = nlp.add_pipe("textcat", config={"model": model})
    types = sorted({page.type for page in pages})
    for name in types:
        pipe.add_label(name)
    examples = [
        Example.from_dict(nlp.make_doc(page_string(page.page)), {"cats": {t: float(t == page.type) for t in types}})
        for page in pages
    ]
    nlp.initialize(lambda: examples[:50])
    optimizer = Adam(1e-3)
    rng = Random(seed)
    for epoch in range(epochs):
        rng.shuffle(examples)
        for at in range(0, len(examples), 32):
            nlp.update(examples[at : at + 32], sgd=optimizer)
        told(epoch + 1)
    return nlp


def by_textcat(nlp: Any) -> Candidate:
    """SpaCy's ``textcat``; it says nothing of starts."""

    def say(page: Page) -> Said:
        return Said(dict(nlp(page_string(page)).cats), 0.5)

    return say


def typed(pages: Iterable[LabelledPage]) -> list[LabelledPage]:
    """The pages that have text."""
    return [page for page in pages if any(line.text.strip() for line in page.page.lines)]
