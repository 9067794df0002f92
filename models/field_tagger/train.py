"""Train a field tagger from start to end (needs the extra ``train``). torch is imported only when training begins."""

from __future__ import annotations

import datetime
import platform
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from extractor.model import LabelledPage
from models.field_tagger import runtime
from models.field_tagger.batches import Augment, CharacterCoder, Coder, Seen
from models.field_tagger.confidence import calibration_error, fit_scale
from models.field_tagger.labels import Labels, best, write_labels
from models.field_tagger.measure import Count, agreement, reliability, table
from models.field_tagger.record import CARD, CURVES, CURVES_JSON, DataRecord, TrainingRecord, card, write_curves
from models.field_tagger.settings import TrainSettings
from models.field_tagger.store import Store, split, stored
from models.sequence.errors import TrainingError
from models.sequence.folder import write_record
from models.sequence.vocabulary import make_vocabulary, read_vocabulary

if TYPE_CHECKING:
    from torch import nn

    from models.field_tagger.loop import Loop
    from models.sequence.progress import Progress

WORK = "work"
"""Folder within the model's for what only the training needs: pages and checkpoint."""
LEAST_AGREEMENT = 0.995
CHECKED = 200
"""Dev pages on which the exported network is compared with the trained one."""
__all__ = ["TrainSettings", "TrainingError", "TrainingRecord", "train"]


@dataclass(frozen=True, slots=True)
class _Prepared:
    store: Store
    learn: Sequence[int]
    dev: Sequence[Seen]
    coder: Coder
    model: nn.Module
    data: DataRecord


def train(
    pages: Callable[[], Iterable[LabelledPage]],
    augment: Augment,
    out: Path,
    settings: TrainSettings,
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    resume: bool = False,
) -> TrainingRecord:
    """Train a tagger and write its folder.

    Args:
        pages: makes the labelled pages, the same ones each time; asked once, then kept in ``out``.
        augment: a page as reading might have given it (noise); called anew in each epoch.
        out: folder of the model; ``work`` in it has pages and checkpoint and may be deleted afterwards.
        settings: how to train.
        progress: is told every few seconds how far it is.
        resume: go on from the checkpoint in ``out`` where there is one; the outcome is the same as without a break.

    Raises:
        TrainingError: the extra ``train`` is not installed, there is no data, the checkpoint belongs to another
            training, the loss is no number, or the exported network does not agree with the trained one.
    """
    try:
        from models.field_tagger import loop
    except ImportError as error:
        raise TrainingError("训练需要 torch 与 transformers：请运行 pip install 'zuozheng[train]'。") from error
    work = out / WORK
    work.mkdir(parents=True, exist_ok=True)
    loop.machine(settings)
    ready = _prepare(pages, augment, work, settings, again=resume)

    def measure(_: int) -> dict[str, float]:
        count, _values = _measured(run, ready)
        whole = table(count, ready.coder.labels)["all"]
        return {name: float(whole[name]) for name in ("f1", "precision", "recall")}

    run = loop.Loop(ready.model, ready.store, ready.learn, ready.coder, augment, settings, work, measure, progress)
    if resume:
        run.resume()
    state = run.run()
    write_curves(out, state.curve, state.dev)
    return _finish(run, ready, out, settings)


def _prepare(
    pages: Callable[[], Iterable[LabelledPage]], augment: Augment, work: Path, settings: TrainSettings, *, again: bool
) -> _Prepared:
    import torch

    store = stored(pages, work / "pages.jsonl.gz", again=again)
    learn, dev = split(len(store), settings.block, settings.dev_every)
    found: set[str] = set()
    types: Counter[str] = Counter()
    layouts: set[str] = set()
    for page in store:
        found.update(tag.key for tag in page.tags)
        types[page.type] += 1
        layouts.add(page.layout)
    labels = Labels(settings.keys or tuple(sorted(found)))
    torch.manual_seed(settings.seed)
    coder: Coder
    if settings.encoder:
        from models.field_tagger.encoder import load_encoder

        model, coder = load_encoder(Path(settings.encoder), labels, settings.shape, work / runtime.VOCABULARY)
    else:
        from models.field_tagger.network import Tagger

        path = work / runtime.VOCABULARY
        texts = (line.text for i in learn for line in store[i].page.lines)
        vocabulary = read_vocabulary(path) if again and path.is_file() else make_vocabulary(texts, path, size=settings.vocabulary)
        coder = CharacterCoder(vocabulary, labels, settings.shape)
        model = Tagger(len(vocabulary), len(labels), settings.shape, settings.dropout)
    # Dev pages get their noise once, so that epochs compare.
    kept = [coder.see(augment(store[i], random.Random(f"dev/{settings.seed}/{i}"))) for i in dev]
    data = DataRecord(
        pages=len(store), learn=len(learn), dev=len(dev), fingerprint=store.fingerprint, types=dict(sorted(types.items())),
        layouts=len(layouts),
    )  # fmt: skip
    return _Prepared(store, learn, kept, coder, model, data)


def _measured(run: Loop, ready: _Prepared) -> tuple[Count, list[NDArray[np.float32]]]:
    from models.field_tagger.loop import outputs

    samples = [s for seen in ready.dev for s in seen.samples]
    given = iter(outputs(run.model, samples, run.machine, run.settings.batch))
    count, values = Count(), []
    for seen in ready.dev:
        page = ready.coder.values(seen, [next(given) for _ in seen.samples])
        values.append(page)
        if len(page):
            count.add(page, seen.goal, seen.chars.first)
    return count, values


def _finish(run: Loop, ready: _Prepared, out: Path, settings: TrainSettings) -> TrainingRecord:
    # The exported network computes in float32, so it is compared and measured with the trained one in float32.
    import torch

    from models.field_tagger.export import export
    from models.field_tagger.loop import Machine

    run.machine = Machine(torch.device("cpu"), False, run.machine.threads)
    device = str(next(run.model.parameters()).device)
    run.model.cpu()
    _, trained = _measured(run, ready)
    export(run.model, out / runtime.MODEL)
    (out / runtime.VOCABULARY).write_bytes((out / WORK / runtime.VOCABULARY).read_bytes())
    write_labels(ready.coder.labels, out / runtime.LABELS)
    count, same = _exported(out / runtime.MODEL, ready, trained)
    least, right = np.array(count.least), np.array(count.was_right, bool)
    scale = fit_scale(least, right)
    sure = scale(least)
    record = TrainingRecord(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        tokens="pieces" if settings.encoder else "characters",
        shape=settings.shape,
        settings=settings,
        data=ready.data,
        versions=_versions(),
        machine={"device": device, "threads": run.machine.threads, "bf16": run.used_bf16, "system": platform.machine()},
        seconds=round(run.state.seconds, 1),
        steps=run.state.step,
        repeatable=not run.state.hurried,
        parameters=sum(p.numel() for p in run.model.parameters()),
        size=(out / runtime.MODEL).stat().st_size,
        metrics=table(count, ready.coder.labels),
        scale={"slope": round(scale.slope, 5), "shift": round(scale.shift, 5)},
        calibration_error=round(calibration_error(sure, right), 4),
        reliability=reliability(sure.tolist(), right.tolist()),
        agreement=round(same, 6),
    )
    if same < LEAST_AGREEMENT:
        raise TrainingError(
            f"导出的模型与训练所得不一致（仅 {same:.2%} 的字符标签相同），请勿使用；请检查 torch 与 openvino 的版本。"
        )
    (out / CARD).write_text(card(record), encoding="utf-8")
    names = [runtime.MODEL, runtime.VOCABULARY, runtime.LABELS, CARD, CURVES, CURVES_JSON]
    return TrainingRecord.model_validate(write_record(out, record.plain(), names))


def _exported(path: Path, ready: _Prepared, trained: Sequence[NDArray[np.float32]]) -> tuple[Count, float]:
    """What the exported network finds on the dev pages, and how far it agrees with the trained one."""
    network = runtime.Network(path, precision="f32")
    count, here, there = Count(), [], []
    for i, (seen, values) in enumerate(zip(ready.dev, trained, strict=True)):
        own = ready.coder.values(seen, [network(s) for s in seen.samples])
        if not len(own):
            continue
        count.add(own, seen.goal, seen.chars.first)
        if i < CHECKED:
            here.append(best(own, seen.chars.first))
            there.append(best(values, seen.chars.first))
    return count, agreement(here, there)


def _versions() -> dict[str, str]:
    names = ("zuozheng", "torch", "transformers", "tokenizers", "onnx", "openvino", "numpy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}
