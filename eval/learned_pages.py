"""Page classifiers compared on one split: accuracy, macro-F1, starts, calibration, false evidence.

``python -m eval.learned_pages MODEL --pages NAME=FILE …`` where a file holds ``LabelledPage`` (``corpora.training.store``).
``--fit FILE`` fits the combination of rules and model on pages that the model did not learn from and stores it in MODEL;
``--textcat FILE`` trains spaCy's ``textcat`` on the pages of FILE to compare with.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpora.training.store import load
from eval.documents import EVIDENCE_TYPES
from eval.learned_candidates import (
    Candidate,
    Said,
    by_both,
    by_model,
    by_rules,
    by_textcat,
    in_context,
    rule_scores,
    train_textcat,
    typed,
    untyped,
)
from extractor.documents.split import look
from extractor.model import LabelledPage
from models.calibration.measure import ece
from models.page_classifier import PageClassifier
from models.page_classifier.card import text as card_text
from models.page_classifier.combine import Combination, fit_combination
from models.page_classifier.record import CARD, COMBINATION, write_record

FORM = "application_form"
NOT_EVIDENCE = "not_evidence"


def read_pages(path: Path) -> list[LabelledPage]:
    """The labelled pages with text in a file (``corpora.training.store``)."""
    return typed(load(path))


def page_class(kind: str) -> str:
    """The type where it is evidence or the application form, else one class for all that proves nothing."""
    return kind if kind in EVIDENCE_TYPES or kind == FORM else NOT_EVIDENCE


def judge(pages: Sequence[LabelledPage], say: Candidate) -> dict[str, Any]:
    """The measures of one candidate.

    ``accuracy`` and ``macro_f1`` over classes (``page_class``); ``fine``: accuracy over types; ``false_evidence``: pages of
    papers that are no evidence and were called evidence; ``missed``: evidence not called so; ``starts_f1``; ``ece`` of the
    best type's probability; ``ms``: median milliseconds a page.
    """
    said: list[Said] = []
    spent = []
    for page in pages:
        began = time.perf_counter()
        said.append(say(page.page))
        spent.append(time.perf_counter() - began)
    truth = [page_class(page.type) for page in pages]
    got = [page_class(one.best[0]) for one in said]
    right = [t == g for t, g in zip(truth, got, strict=True)]
    fine = [page.type == one.best[0] for page, one in zip(pages, said, strict=True)]
    begins = [(page.starts, one.starts >= 0.5) for page, one in zip(pages, said, strict=True)]
    return {
        "pages": len(pages),
        "accuracy": _share(right),
        "macro_f1": round(macro_f1(truth, got), 4),
        "fine": _share(fine),
        "starts_f1": round(_f1(sum(a and b for a, b in begins), sum(b for _, b in begins), sum(a for a, _ in begins)), 4),
        "ece": round(ece([min(1.0, one.best[1]) for one in said], fine), 4),
        "false_evidence": sum(t == NOT_EVIDENCE and g not in (NOT_EVIDENCE, FORM) for t, g in zip(truth, got, strict=True)),
        "missed": sum(g == NOT_EVIDENCE and t not in (NOT_EVIDENCE, FORM) for t, g in zip(truth, got, strict=True)),
        "ms": round(1000 * sorted(spent)[len(spent) // 2], 2) if spent else 0.0,
        "errors": Counter(f"{t} > {g}" for t, g, ok in zip(truth, got, right, strict=True) if not ok).most_common(8),
    }


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4) if right else 0.0


def _f1(hit: int, got: int, true: int) -> float:
    return 2 * hit / (got + true) if got + true else 0.0


def macro_f1(truth: Sequence[str], got: Sequence[str]) -> float:
    """The mean F1 over the classes that occur in ``truth``."""
    pairs, wanted, given = Counter(zip(truth, got, strict=True)), Counter(truth), Counter(got)
    return sum(_f1(pairs[c, c], given[c], wanted[c]) for c in wanted) / len(wanted) if wanted else 0.0


def fit_and_store(folder: Path, pages: Sequence[LabelledPage]) -> Combination:
    """Fit the combination on ``pages`` and put it into the model's folder; its record then names it."""
    model = PageClassifier.load(folder)
    fitted = fit_combination([(rule_scores(look(p.page)), model.classify(p.page), p.type) for p in pages])
    (folder / COMBINATION).write_text(fitted.model_dump_json(indent=1) + "\n", encoding="utf-8")
    record = write_record(model.record, folder)
    (folder / CARD).write_text(card_text(record), encoding="utf-8")
    return fitted


def table(found: Mapping[str, Mapping[str, dict[str, Any]]]) -> str:
    """Set by candidate, as Markdown."""
    keys = ("pages", "accuracy", "macro_f1", "fine", "starts_f1", "ece", "false_evidence", "missed", "ms")
    rows = [f"| set | candidate | {' | '.join(keys)} |", f"| --- | --- |{' ---: |' * len(keys)}"]
    for name, candidates in found.items():
        for who, figures in candidates.items():
            rows.append(f"| {name} | {who} | {' | '.join(str(figures[key]) for key in keys)} |")
    return "\n".join(rows)


def compare(
    sets: Mapping[str, Sequence[LabelledPage]], candidates: Mapping[str, Candidate]
) -> dict[str, dict[str, dict[str, Any]]]:
    """All candidates on all sets, and on the pages of each set on which the rules see no cue."""
    found = {}
    for name, pages in sets.items():
        found[name] = {who: judge(pages, say) for who, say in candidates.items()}
        blind = [page for page in pages if untyped(page.page)]
        if blind:
            found[f"{name}, no cue"] = {who: judge(blind, say) for who, say in candidates.items()}
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare page classifiers.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--pages", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--fit", type=Path)
    parser.add_argument("--textcat", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.fit:
        print(fit_and_store(given.model, read_pages(given.fit)).model_dump())
    model = PageClassifier.load(given.model)
    candidates: dict[str, Candidate] = {"rules": by_rules, "model": by_model(model)}
    if (given.model / COMBINATION).is_file():
        candidates["both"] = by_both(model, Combination.load(given.model))
    if given.textcat:
        candidates["textcat"] = by_textcat(train_textcat(read_pages(given.textcat), 1, 4, lambda n: print(f"textcat: epoch {n}")))
    sets = {name: read_pages(Path(file)) for name, _, file in (item.partition("=") for item in given.pages)}
    found = compare(sets, candidates)
    print(table(found))
    for name, pages in sets.items():
        truth, got = [page_class(page.type) for page in pages], [page_class(kind) for kind in in_context(pages)]
        wrong = Counter(f"{t} > {g}" for t, g in zip(truth, got, strict=True) if t != g)
        share = _share([t == g for t, g in zip(truth, got, strict=True)])
        print(
            f"{name}: rules with the pages before: accuracy {share}, macro F1 {macro_f1(truth, got):.4f}, {wrong.most_common(5)}"
        )
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
