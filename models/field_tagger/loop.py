"""The training loop (needs the extra ``train``): steps, learning rate, checkpoints."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.field_tagger.batches import IGNORED, Augment, Batch, Coder, Sample, chunk_batches, chunks, grouped, padded
from models.field_tagger.settings import TrainSettings
from models.field_tagger.store import Store
from models.sequence.errors import TrainingError
from models.sequence.progress import Progress

TOLD_EVERY = 5.0
"""Seconds between two reports of progress."""


@dataclass
class State:
    """Where a training stands.

    ``hurried``: it goes by the clock, as it would not end in time. ``curve``: step, epoch, loss, rate; ``dev``: epoch and
    rates on the pages kept for measuring.
    """

    epoch: int = 0
    chunk: int = 0
    step: int = 0
    seconds: float = 0.0
    hurried: bool = False
    curve: list[dict[str, float]] = field(default_factory=list)
    dev: list[dict[str, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and how the network computes."""

    device: torch.device
    bf16: bool
    threads: int

    def autocast(self) -> AbstractContextManager[Any]:
        """The context in which the network runs."""
        return torch.autocast(self.device.type, torch.bfloat16) if self.bf16 else nullcontext()


def machine(settings: TrainSettings) -> Machine:
    """Prepare torch so that a training repeats: fixed threads, algorithms that always add up in one order."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # Filling memory that is written next anyway would take a tenth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    threads = settings.threads or os.cpu_count() or 1
    torch.set_num_threads(threads)
    name = settings.device or ("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda":
        # The fast attention of GPUs adds up in any order when it learns.
        torch.backends.cuda.enable_flash_sdp(False)
        torch.backends.cuda.enable_mem_efficient_sdp(False)
        torch.backends.cuda.enable_cudnn_sdp(False)
    bf16 = settings.bf16 if settings.bf16 is not None else _fast_bf16(device)
    return Machine(device, bf16, threads)


def _fast_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    # Only tiles (AMX) gain; elsewhere bfloat16 is imitated or no faster.
    return device.type == "cpu" and bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())


def rate_at(done: float, settings: TrainSettings) -> float:
    """The learning rate when ``done`` (0..1) of a training is done: a straight rise, then half a cosine to nearly 0."""
    if done < settings.warm_up:
        return settings.rate * max(done / settings.warm_up, 0.02)
    rest = (done - settings.warm_up) / (1 - settings.warm_up)
    return settings.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(rest, 1.0))))


def optimiser(model: nn.Module, settings: TrainSettings) -> torch.optim.AdamW:
    """AdamW; nothing pulls tables, biases and norms towards 0."""
    tables = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    pulled = [p for p in model.parameters() if p.ndim > 1 and id(p) not in tables]
    free = [p for p in model.parameters() if p.ndim <= 1 or id(p) in tables]
    groups = [{"params": pulled, "weight_decay": settings.decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=settings.rate, betas=(0.9, 0.98))


def tensors(batch: Batch, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor | None, Tensor]:
    """A batch as ids, boxes, first, mask (None where nothing is padded), goal."""
    mask = None if batch.mask.all() else torch.from_numpy(batch.mask).to(device)
    ids, boxes, first, goal = (torch.from_numpy(a).to(device) for a in (batch.ids, batch.boxes, batch.first, batch.goal))
    return ids, boxes, first, mask, goal


class Loop:
    """A training from where ``state`` stands to its end.

    Args:
        model: the network.
        store: all pages; ``learn`` and ``dev`` are numbers of its pages.
        coder: pages to samples.
        augment: noise, made anew in each epoch.
        settings: of the training.
        work: folder of checkpoints.
        measure: called after each epoch; gives what is kept in the curves.
        progress: called every few seconds.
    """

    def __init__(
        self, model: nn.Module, store: Store, learn: Sequence[int], coder: Coder, augment: Augment, settings: TrainSettings,
        work: Path, measure: Callable[[int], dict[str, float]], progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        self.machine = machine(settings)
        self.used_bf16 = self.machine.bf16
        self.model = model.to(self.machine.device)
        self.store, self.learn, self.coder, self.augment = store, learn, coder, augment
        self.settings, self.measure, self.progress = settings, measure, progress
        self.optimiser = optimiser(self.model, settings)
        self.checkpoint = work / "checkpoint.pt"
        self.state = State()
        self._losses: list[float] = []
        self._begun = self._saved = self._told = time.monotonic()
        self._before, self._done_before = 0.0, 0.0

    def run(self) -> State:
        """Train to the end; returns where it stands then."""
        self._begun = self._saved = time.monotonic()
        self._before = self.state.seconds
        self._done_before = self._done(0.0, len(chunks(self.learn, 0, 0)))
        while self.state.epoch < self.settings.epochs and not self._late():
            parts = chunks(self.learn, self.settings.seed, self.state.epoch)
            while self.state.chunk < len(parts) and not self._late():
                self._chunk(parts[self.state.chunk], len(parts))
                self.state.chunk += 1
                if time.monotonic() - self._saved > self.settings.save_minutes * 60:
                    self.save()
            self.state.dev.append({"epoch": self.state.epoch + 1, "step": self.state.step, **self.measure(self.state.epoch)})
            self.state.epoch, self.state.chunk = self.state.epoch + 1, 0
            self.save()
        return self.state

    def _late(self) -> bool:
        return self.settings.minutes is not None and self._seconds() > self.settings.minutes * 60

    def _seconds(self) -> float:
        return self._before + time.monotonic() - self._begun

    def _done(self, within: float, parts: int = 1) -> float:
        by_pages = (self.state.epoch + (self.state.chunk + within) / parts) / self.settings.epochs
        limit = 0.0 if self.settings.minutes is None else self.settings.minutes * 60
        gained, seconds = by_pages - self._done_before, time.monotonic() - self._begun
        # Only a training that would not end in time goes by the clock; any other repeats exactly.
        if limit and gained > 0 and self._before + seconds + seconds * (1 - by_pages) / gained > limit:
            self.state.hurried = True
        return min(max(by_pages, self._seconds() / limit if self.state.hurried and limit else 0.0), 1.0)

    def _chunk(self, pages: Sequence[int], parts: int) -> None:
        s = self.settings
        batches = list(
            chunk_batches(
                self.store,
                pages,
                self.coder,
                self.augment,
                seed=s.seed,
                epoch=self.state.epoch,
                tokens=s.batch,
                unknown=s.unknown,
            )
        )
        for i, batch in enumerate(batches):
            done = self._done(i / len(batches), parts)
            self._step(batch, rate_at(done, s))
            self._tell(done)

    def _step(self, batch: Batch, rate: float) -> None:
        # What is left out while learning follows from the step alone, so a resumed training leaves out the same.
        torch.manual_seed((self.settings.seed * 1_000_003 + self.state.step) % 2**63)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.model.train()
        ids, boxes, first, mask, goal = tensors(batch, self.machine.device)
        with self.machine.autocast():
            values = self.model(ids, boxes, first, mask)
        loss = functional.cross_entropy(values.float().flatten(0, 1), goal.flatten(), ignore_index=IGNORED)
        if not torch.isfinite(loss):
            raise TrainingError("训练发散（损失不是有限值）：请降低学习率后重新训练。")
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.state.step += 1
        self._losses.append(loss.item())
        if self.state.step % 20 == 0:
            mean = float(np.mean(self._losses[-20:]))
            self.state.curve.append({"step": self.state.step, "epoch": self.state.epoch, "loss": round(mean, 5), "rate": rate})

    def _tell(self, done: float) -> None:
        now = time.monotonic()
        if now - self._told < TOLD_EVERY:
            return
        self._told = now
        gained = done - self._done_before
        left = (now - self._begun) * (1 - done) / gained if gained > 0.002 else None
        loss = float(np.mean(self._losses[-50:]))
        rate = self.optimiser.param_groups[0]["lr"]
        self.progress(Progress(done, self.state.epoch + 1, self.state.step, loss, rate, self._seconds(), left))

    def save(self) -> None:
        """Write a checkpoint; the one before stays until the new one is whole."""
        self.state.seconds = self._seconds()
        part = self.checkpoint.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "state": vars(self.state),
                "made_with": made_with(self.settings, self.store),
            },
            part,
        )
        part.replace(self.checkpoint)
        self._saved = time.monotonic()

    def resume(self) -> bool:
        """Go on from the checkpoint; False: there is none.

        Raises:
            TrainingError: it belongs to other settings or data.
        """
        if not self.checkpoint.is_file():
            return False
        saved = torch.load(self.checkpoint, map_location=self.machine.device, weights_only=True)
        if saved["made_with"] != made_with(self.settings, self.store):
            raise TrainingError("断点与本次训练的设置或数据不同，不能继续：请用相同参数，或换一个输出目录重新训练。")
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.state = State(**saved["state"])
        return True


def made_with(settings: TrainSettings, store: Store) -> str:
    """What must be the same for a training to go on: settings that change the outcome, and the data."""
    return settings.model_dump_json(exclude={"minutes", "save_minutes", "threads"}) + store.fingerprint


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Nothing is left out and nothing learned."""
    was = model.training
    model.train(False)
    with torch.inference_mode():
        yield
    model.train(was)


def outputs(model: nn.Module, samples: Sequence[Sample], where: Machine, tokens: int) -> list[NDArray[np.float32]]:
    """Values (tokens, labels) of each sample, in the order given."""
    order = sorted(range(len(samples)), key=lambda i: len(samples[i]))
    out: dict[int, NDArray[np.float32]] = {}
    at = iter(order)
    with evaluating(model):
        for group in grouped([samples[i] for i in order], tokens):
            ids, boxes, first, mask, _ = tensors(padded(group), where.device)
            with where.autocast():
                values = model(ids, boxes, first, mask).float().cpu().numpy()
            for sample, row in zip(group, values, strict=True):
                out[next(at)] = row[: len(sample)]
    return [out[i] for i in range(len(samples))]
