"""The labelled corpus format of ``docs/contract.md``: corpus.json, labels.jsonl, files/."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.model import Box, Verdict

Difficulty = Literal["clean", "scan", "photo", "hard"]


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


Point = tuple[float, float]
"""(x, y) as fractions of a page's width and height."""


class Place(_Loose):
    """Where a value stands. ``page`` is 1-based in the file.

    ``box``: fractions of the page after the quarter turn that sets it upright (never deskewed).
    ``quad``: the same place as four corners (clockwise from the text's top left) in fractions of the
    page as stored in the file; tighter than ``box`` on skewed pages, absent in labels made by hand.
    """

    page: int = Field(ge=1)
    box: Box
    quad: tuple[Point, Point, Point, Point] | None = None


class LabelledDocument(_Loose):
    """One document of a file. ``fields``: absent = not labelled, ``None`` = labelled as not there.

    ``boxes``: by field key (``revenue/2020`` for one period of a statement row), every place where the
    value stands. ``excluded``: the paper looks like evidence and must prove nothing. ``layout``: the
    variety it was laid out in; ``held_out``: a layout that no rule was written against.
    """

    type: str
    pages: list[int] | None = None
    fields: dict[str, Any] = {}
    boxes: dict[str, list[Place]] = {}
    excluded: bool = False
    layout: str = ""
    held_out: bool = False


class ExpectedFinding(_Loose):
    """The verdict that a package's evidence must give."""

    metric: str
    period: str
    verdict: Verdict
    planted: str | None = None
    """The kind of error planted in the declared figure or the evidence; None: nothing is wrong."""


class TextLine(_Loose):
    """A true line of text of a page, for character error rates; the box as in ``Place``."""

    page: int = Field(ge=1)
    text: str
    box: Box


class Label(_Loose):
    """One line of ``labels.jsonl``: of a ``file`` or a ``package``; paths are relative to the corpus.

    ``enterprise``: whose papers these are (USCC or name); the unit that splits never cut.
    ``text``: file with the true lines of the pages (JSON array of ``TextLine``).
    """

    file: str | None = None
    package: str | None = None
    enterprise: str | None = None
    difficulty: Difficulty | None = None
    level: int | None = None
    """How strongly the pages were degraded, 0 (not) to 3."""
    text: str | None = None
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
        # Only newlines end a line: texts may hold U+2028 and the like, at which ``splitlines`` would cut.
        lines = (root / "labels.jsonl").read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise CorpusError(f"语料目录 {root} 缺少 corpus.json 或 labels.jsonl，或内容不合格式：{error}") from error
    labels = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            label = Label.model_validate_json(line)
        except ValidationError as error:
            raise CorpusError(
                f"labels.jsonl 第 {number} 行不合格式，运行 zuozheng corpus check 可列出全部问题：{error}"
            ) from error
        if (label.file is None) == (label.package is None):
            raise CorpusError(f"labels.jsonl 第 {number} 行须恰有 file 或 package 之一")
        labels.append(label)
    return Corpus(root=root, info=info, labels=labels)


def merged(old: Iterable[Label], new: Iterable[Label]) -> list[Label]:
    """Labels with those of the same file or package replaced in place by ``new``, and the rest of ``new`` after them."""
    fresh = {label.file or label.package: label for label in new}
    kept = [fresh.pop(label.file or label.package, label) for label in old]
    return [*kept, *fresh.values()]


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
        for key in ("excluded", "held_out", "layout", "boxes"):
            if not document.get(key):
                document.pop(key, None)
        for place in (place for places in document.get("boxes", {}).values() for place in places):
            if place.get("quad") is None:
                place.pop("quad", None)
    for finding in made.get("findings", []):
        if finding.get("planted") is None:
            finding.pop("planted", None)
    return made
