"""How a model was made: settings, data, versions, figures; the model card and the pictures of the curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.field_tagger.settings import Shape, TrainSettings
from models.sequence.folder import HASHES

CARD, CURVES, CURVES_JSON = "CARD.md", "curves.png", "curves.json"


class DataRecord(BaseModel):
    """What was learned from: how many pages, of which types and layouts, and the SHA-256 over all of them."""

    model_config = ConfigDict(extra="forbid")

    pages: int
    learn: int
    dev: int
    fingerprint: str
    types: dict[str, int]
    layouts: int


class TrainingRecord(BaseModel):
    """``record.json``. ``metrics``: rates per key on the dev pages (``models.field_tagger.measure``), as read with noise.

    ``agreement``: share of the dev pages' characters to which the exported network gives the label that torch gives.
    ``scale``: confidences (``models.field_tagger.confidence``). ``sha256`` by file, added when the record is written.
    """

    model_config = ConfigDict(extra="forbid")

    schema_: str = Field(default="zuozheng.field_tagger/1", alias="schema")
    date: str
    tokens: str = "characters"
    shape: Shape
    settings: TrainSettings
    data: DataRecord
    versions: dict[str, str]
    machine: dict[str, Any]
    seconds: float
    steps: int
    repeatable: bool
    parameters: int
    size: int
    metrics: dict[str, dict[str, float | int]]
    scale: dict[str, float]
    calibration_error: float
    reliability: list[dict[str, float | int]]
    agreement: float
    sha256: dict[str, str] = Field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON types, without the hashes."""
        return self.model_dump(mode="json", by_alias=True, exclude={HASHES})


def write_curves(folder: Path, curve: list[dict[str, float]], dev: list[dict[str, float]]) -> None:
    """``curves.json`` and its picture: loss by step, F1 on the dev pages by epoch."""
    text = json.dumps({"learn": curve, "dev": dev}, indent=1)
    (folder / CURVES_JSON).write_text(text + "\n", encoding="utf-8")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), dpi=90, layout="constrained")
    left, right = figure.subplots(1, 2)
    if curve:
        left.plot([c["step"] for c in curve], [c["loss"] for c in curve], linewidth=0.8)
        left.set_yscale("log")
    left.set(xlabel="step", ylabel="loss", title="learning")
    if dev:
        for name in ("f1", "precision", "recall"):
            right.plot([d["epoch"] for d in dev], [d[name] for d in dev], marker="o", label=name)
        right.legend()
    right.set(xlabel="epoch", title="pages kept for measuring")
    figure.savefig(folder / CURVES, metadata={"Software": None})


def card(record: TrainingRecord) -> str:
    """The model card, in Markdown."""
    data, s = record.data, record.settings
    whole = record.metrics["all"]
    rows = [
        f"| {key} | {m['precision']:.3f} | {m['recall']:.3f} | {m['f1']:.3f} | {m['n']} |"
        for key, m in sorted(record.metrics.items(), key=lambda item: (item[0] != "all", item[0]))
    ]
    network = (
        f"A user's own encoder (`{s.encoder}`), fine-tuned."
        if s.encoder
        else f"convolutions over single characters, LiLT over lines ({record.shape.layers} layers, {record.shape.hidden} wide), "
        f"from scratch; windows of {record.shape.window} characters."
    )
    repeat = (
        "Same settings, data, versions and number of threads give the same model."
        if record.repeatable
        else "It was ended by the clock, so it does not repeat exactly."
    )
    return f"""# Field tagger

Marks on a read page which characters hold which field. Made on {record.date} by `zuozheng models train field_tagger`.

- **Network:** {network} {record.parameters:,} weights, {record.size / 1e6:.1f} MB as ONNX with int8 weights.
- **Data:** {data.learn:,} pages to learn from and {data.dev:,} to measure on, {data.layouts} layouts, no held-out one.
  Fingerprint `{data.fingerprint}`.
- **Training:** seed {s.seed}, {s.epochs} epochs, {record.steps:,} steps, {record.seconds / 60:.0f} minutes
  on {record.machine["device"]} ({record.machine["threads"]} threads{", bf16" if record.machine["bf16"] else ""}). {repeat}
- **Export:** gives the same label as torch to {record.agreement:.3%} of the characters.
- **Confidence:** slope {record.scale["slope"]:.2f}, shift {record.scale["shift"]:.2f}; calibration error on the dev pages
  {record.calibration_error:.3f}.

## On the dev pages, with the noise of reading
A span counts as right when its first and last character and its key are right. F1 over all: **{whole["f1"]:.3f}**.

| key | precision | recall | F1 | spans |
| --- | --- | --- | --- | --- |
{chr(10).join(rows)}

![curves]({CURVES})

## Limits
- The pages it learned from are drawn, not real; its dev pages have layouts it has seen. How it does on others is told by
  `zuozheng models eval`.
- It knows no check digits, sums or dates: what it finds is a proposal that the product checks.
- Persons and declarations are not tagged. Of very long pages only head and foot are looked at.
- Slanted lines (watermarks, seals) are not seen.
"""
