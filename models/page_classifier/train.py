"""Training the page classifier: labelled pages in, a model folder out. Needs scikit-learn, never torch."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from extractor.model import LabelledPage
from models.calibration.measure import ece
from models.page_classifier import card
from models.page_classifier.classifier import PageClassifier, softmax
from models.page_classifier.features import Features, features
from models.page_classifier.fit import fit
from models.page_classifier.network import Network
from models.page_classifier.record import CARD, WEIGHTS, Record, TrainSettings, write_record
from models.sequence.errors import TrainingError
from models.sequence.progress import Teller, Told

Augment = Callable[[LabelledPage, Random], LabelledPage]
"""A page as reading might have given it: noise in text and boxes, lost lines."""
_FEWEST = 20
_READING = 0.4
"""Share of a training that goes into making the copies of the pages."""


def train(
    pages: Callable[[], Iterable[LabelledPage]],
    augment: Augment | None,
    out: Path,
    settings: TrainSettings | None = None,
    progress: Told = lambda _: None,
) -> Record:
    """Train on labelled pages and write the model into the folder ``out``; the same pages and seed give the same files.

    Pages of one document follow each other, its first one ``starts``. Held-out layouts are refused: they measure.

    Args:
        pages: makes what to learn from; asked once.
        augment: makes noisy copies; None: the pages as they are.
        out: folder of the model; made where it is missing.
        settings: how to train; None: as the model that comes with the product.
        progress: told how far it is.

    Raises:
        TrainingError: fewer than 20 pages with text, fewer than two types, or a page of a held-out layout.
    """
    chosen = settings or TrainSettings()
    tell = Teller(progress)
    given = [page for page in pages() if page.page.lines]
    _check(given)
    learn, aside = _aside(given, chosen)
    names = tuple(sorted({page.type for page in given}))
    tell(0.0, message=f"{len(learn)} 页用于学习，{len(aside)} 页用于校准")
    rows, labels = _variants(learn, augment, chosen, lambda done: tell(_READING * done))
    kept, kept_labels = _variants(aside, augment, chosen.model_copy(update={"seed": chosen.seed + 1}), lambda _: None)
    types, starts = _targets(labels, names)

    def learned(epoch: int, loss: float) -> None:
        tell(_READING + (1 - _READING) * epoch / chosen.epochs, epoch=epoch, loss=loss, message=f"第 {epoch} 轮")

    network = fit(rows, types, starts, len(names), chosen, learned)
    record = _calibrated(network, kept, _targets(kept_labels, names), names, chosen)
    out.mkdir(parents=True, exist_ok=True)
    (out / WEIGHTS).write_bytes(network.to_bytes())
    record = record.model_copy(
        update={
            "data": describe(given),
            "trained_with": {"python": platform.python_version(), "numpy": np.__version__, "scipy": version("scipy")},
        }
    )
    record = write_record(record, out)
    (out / CARD).write_text(card.text(record), encoding="utf-8")
    PageClassifier.load(out)
    return record


def describe(pages: Sequence[LabelledPage]) -> dict[str, object]:
    """What the pages are: their number by type, and a fingerprint of their texts and labels."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(f"{page.type}\0{page.starts}\0{page.page.text}\0".encode("utf-8", "replace"))
    counts = Counter(page.type for page in pages)
    return {"pages": len(pages), "types": dict(sorted(counts.items())), "fingerprint": digest.hexdigest()}


def _check(pages: Sequence[LabelledPage]) -> None:
    if len(pages) < _FEWEST or len({page.type for page in pages}) < 2:
        raise TrainingError(f"训练页面分类模型至少要 {_FEWEST} 页、两种文件类型，现有 {len(pages)} 页；请增加语料。")
    if any(page.held_out for page in pages):
        raise TrainingError("留作检验的版式（held_out）不能用于训练，请把这些页面去掉。")


def _aside(pages: Sequence[LabelledPage], settings: TrainSettings) -> tuple[list[LabelledPage], list[LabelledPage]]:
    """Whole documents to learn from, and others to calibrate on; the rarest type keeps its only document to learn from."""
    documents: list[list[LabelledPage]] = []
    for page in pages:
        if page.starts or not documents or documents[-1][-1].type != page.type:
            documents.append([])
        documents[-1].append(page)
    order = list(range(len(documents)))
    Random(settings.seed).shuffle(order)
    aside = set(order[: max(1, round(settings.dev_share * len(documents)))])
    learn = [page for n, document in enumerate(documents) if n not in aside for page in document]
    known = {page.type for page in learn}
    rest = [page for n in sorted(aside) for page in documents[n] if page.type in known]
    lost = [page for n in sorted(aside) for page in documents[n] if page.type not in known]
    return [*learn, *lost], rest or learn


def _variants(
    pages: Sequence[LabelledPage], augment: Augment | None, settings: TrainSettings, told: Callable[[float], None]
) -> tuple[list[Features], list[LabelledPage]]:
    """The features of the pages and of their noisy copies, and the page that each is of."""
    rng = Random(settings.seed)
    rows, labels = [], []
    for n, page in enumerate(pages):
        rows.append(features(page.page))
        labels.append(page)
        for _ in range(settings.copies if augment is not None else 0):
            assert augment is not None
            noisy = augment(page, rng)
            if noisy.page.lines:
                rows.append(features(noisy.page))
                labels.append(page)
        told((n + 1) / len(pages))
    return rows, labels


def _targets(pages: Sequence[LabelledPage], names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    number = {name: n for n, name in enumerate(names)}
    return (
        np.array([number[page.type] for page in pages], dtype=np.int64),
        np.array([page.starts for page in pages], dtype=np.float32),
    )


def _calibrated(
    network: Network,
    rows: Sequence[Features],
    truth: tuple[NDArray[np.int64], NDArray[np.float32]],
    names: tuple[str, ...],
    settings: TrainSettings,
) -> Record:
    """The record with the temperature (Guo et al. 2017, arXiv:1706.04599) and Platt's scaling of starts, and metrics."""
    types, starts = truth
    found = [network.logits(row) for row in rows]
    logits, begun = np.array([f[0] for f in found], dtype=np.float64), np.array([f[1] for f in found])
    tried = np.geomspace(0.3, 6.0, 61)
    own = np.arange(len(types))
    temperature = float(min(tried, key=lambda t: -np.log(softmax(logits / t)[own, types] + 1e-12).mean()))
    scale, shift = _platt(begun, starts)
    chances = softmax(logits / temperature)
    right = chances.argmax(axis=1) == types
    sure = 1.0 / (1.0 + np.exp(-(scale * begun + shift)))
    metrics = {
        "pages": float(len(types)),
        "accuracy": float(right.mean()),
        "starts_accuracy": float(((sure >= 0.5) == (starts >= 0.5)).mean()),
        "ece": ece(chances.max(axis=1).tolist(), right.tolist()),
    }
    return Record(
        types=names,
        temperature=temperature,
        starts_scale=scale,
        starts_shift=shift,
        settings=settings,
        data={},
        metrics={key: round(value, 5) for key, value in metrics.items()},
    )


def _platt(logits: NDArray[np.float64], starts: NDArray[np.float32]) -> tuple[float, float]:
    """Scale and shift of the logits of starts; (1, 0) where all pages are alike."""
    if starts.min() == starts.max():
        return 1.0, 0.0
    from sklearn.linear_model import LogisticRegression

    made = LogisticRegression(C=1.0).fit(logits.reshape(-1, 1), starts >= 0.5)
    return float(made.coef_[0, 0]), float(made.intercept_[0])
