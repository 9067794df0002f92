"""What a training is told, and the shape of the network."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """The network: convolutions over characters, LiLT over lines.

    ``window``: characters seen at once; ``overlap``: of these, how many the window before has seen too.
    ``limit``: the most characters of a page that are looked at. ``lines``: the most lines of a window that are told apart.
    ``kernel``: width of the convolutions. ``hidden``: a multiple of 6 and of ``heads`` times ``shrink``.
    ``shrink``: how much narrower the stream for places is than the one for text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: int = 144
    layers: int = 2
    heads: int = 4
    feed_forward: int = 288
    shrink: int = 4
    kernel: int = 5
    window: int = 768
    overlap: int = 96
    limit: int = 2048
    lines: int = 160


class TrainSettings(BaseModel):
    """How a training runs; with the same settings, data, library versions and threads it gives the same model.

    ``seed``: of the order of pages, the noise and the first weights. ``pages``: how many the data had been asked for (recorded
    only). ``epochs``: how often each page is seen. ``batch``: characters in a step. ``rate``: greatest learning rate.
    ``unknown``: share of characters that are shown as unknown. ``dev_every``: of so many blocks of ``block`` pages that follow
    each other one is kept for measuring. ``minutes``: end by then (rate falling with time), None: no end; such a training does
    not repeat exactly. ``threads``: of the processor, None: all. ``device``: None takes a GPU when there is one.
    ``bf16``: multiply in bfloat16, None: where the processor or GPU does so fast. ``save_minutes``: between two checkpoints.
    ``keys``: of the fields; empty: those that occur in the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 1
    pages: int = 0
    epochs: int = 2
    batch: int = 4096
    rate: float = 2e-3
    decay: float = 0.01
    dropout: float = 0.0
    unknown: float = 0.02
    warm_up: float = 0.04
    block: int = 20
    dev_every: int = 25
    minutes: float | None = None
    threads: int | None = None
    device: str | None = None
    bf16: bool | None = None
    save_minutes: float = 5.0
    vocabulary: int = 6000
    keys: tuple[str, ...] = ()
    encoder: str | None = None
    shape: Shape = Shape()
