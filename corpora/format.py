"""The labelled corpus format of ``docs/contract.md``: corpus.json, labels.jsonl, files/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from extractor.model import Verdict


class CorpusError(ValueError):
    """A corpus folder that does not follow the format."""


class _Loose(BaseModel):
    # Corpora made by people carry notes of their own; unknown keys are kept, never refused.
    model_config = ConfigDict(extra="allow", frozen=True)


class CorpusInfo(_Loose):
    """``corpus.json``: where the corpus comes from and under which licence."""

    name: str
    licence: str = ""
    origin: Literal["real", "synthetic"] = "synthetic"
    seed: int | None = None


class LabelledDocument(_Loose):
    """One document of a file. ``fields``: absent = not labelled, ``None`` = labelled as not there.

    ``excluded``: the paper looks like evidence and must prove nothing.
    """

    type: str
    pages: list[int] | None = None
    fields: dict[str, Any] = {}
    excluded: bool = False


class ExpectedFinding(_Loose):
    """The verdict that a package's evidence must give."""

    metric: str
    period: str
    verdict: Verdict


class Label(_Loose):
    """One line of ``labels.jsonl``: of a ``file`` or a ``package``; paths are relative to the corpus."""

    file: str | None = None
    package: str | None = None
    declared: str | None = None
    documents: list[LabelledDocument] | None = None
    findings: list[ExpectedFinding] | None = None


class Corpus(_Loose):
    """A corpus in memory; ``root`` is its folder."""

    root: Path
    info: CorpusInfo
    labels: list[Label]

    @property
    def files(self) -> list[Label]:
        """The lines that label single files."""
        return [label for label in self.labels if label.file is not None]

    @property
    def packages(self) -> list[Label]:
        """The lines that label packages."""
        return [label for label in self.labels if label.package is not None]


def load(root: Path) -> Corpus:
    """Read a corpus folder.

    Raises:
        CorpusError: a file is missing or a line does not follow the format; names the line.
    """
    try:
        info = CorpusInfo.model_validate_json((root / "corpus.json").read_text(encoding="utf-8"))
        lines = (root / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    except (OSError, ValidationError) as error:
        raise CorpusError(f"语料目录 {root} 缺少 corpus.json 或 labels.jsonl，或内容不合格式：{error}") from error
    labels = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            label = Label.model_validate_json(line)
        except ValidationError as error:
            raise CorpusError(f"labels.jsonl 第 {number} 行不合格式：{error}") from error
        if (label.file is None) == (label.package is None):
            raise CorpusError(f"labels.jsonl 第 {number} 行须恰有 file 或 package 之一")
        labels.append(label)
    return Corpus(root=root, info=info, labels=labels)


def save(root: Path, info: CorpusInfo, labels: list[Label]) -> None:
    """Write ``corpus.json`` and ``labels.jsonl`` under ``root`` (the files themselves are already there)."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "corpus.json").write_text(
        json.dumps(info.model_dump(exclude_none=True), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    lines = [json.dumps(_plain(label), ensure_ascii=False) for label in labels]
    (root / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(label: Label) -> dict[str, Any]:
    # Top-level None means "not given"; a None inside ``fields`` is a label and must stay.
    made = {key: value for key, value in label.model_dump(mode="json").items() if value is not None}
    for document in made.get("documents", []):
        if document.get("pages") is None:
            document.pop("pages", None)
        if not document.get("excluded"):
            document.pop("excluded", None)
    return made
