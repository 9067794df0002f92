"""What a corpus holds, in numbers; and the tables that show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from corpora.catalogue import catalogue
from corpora.format import Corpus, Label, LabelledDocument
from corpora.split import groups

UNSTATED = "unstated"
"""Stands for a label that does not say its difficulty or layout."""


class Statistics(BaseModel):
    """Counts of a corpus. Maps go from name to count; ``layouts`` from document type to layout to count.

    ``enterprises`` are the groups that a split keeps together. ``pages`` are pages of documents that
    say theirs. ``fields`` counts labelled values, ``absent`` those labelled as not there, ``boxes``
    places, ``quads`` places with corners, ``text_files`` files with true text lines.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    origin: str
    files: int
    packages: int
    enterprises: int
    documents: int
    pages: int
    fields: int
    absent: int
    boxes: int
    quads: int
    text_files: int
    excluded: int
    held_out: int
    types: dict[str, int]
    held_out_types: dict[str, int]
    layouts: dict[str, dict[str, int]]
    difficulties: dict[str, int]
    levels: dict[str, int]
    findings: dict[str, int]
    planted: dict[str, int]
    fields_by_key: dict[str, int]


def statistics(corpus: Corpus) -> Statistics:
    """Count what ``corpus`` holds; nothing but its labels is read."""
    documents = [document for label in corpus.files for document in label.documents or []]
    values = [value for document in documents for value in document.fields.values()]
    places = [place for document in documents for places in document.boxes.values() for place in places]
    findings = [finding for label in corpus.packages for finding in label.findings or []]
    return Statistics(
        name=corpus.info.name,
        origin=corpus.info.origin,
        files=len(corpus.files),
        packages=len(corpus.packages),
        enterprises=len(set(groups(corpus.labels))),
        documents=len(documents),
        pages=sum(_pages(label) for label in corpus.files),
        fields=sum(value is not None for value in values),
        absent=sum(value is None for value in values),
        boxes=len(places),
        quads=sum(place.quad is not None for place in places),
        text_files=sum(label.text is not None for label in corpus.files),
        excluded=sum(document.excluded for document in documents),
        held_out=sum(document.held_out for document in documents),
        types=_counted(document.type for document in documents),
        held_out_types=_counted(document.type for document in documents if document.held_out),
        layouts=_layouts(documents),
        difficulties=_counted(label.difficulty or UNSTATED for label in corpus.files),
        levels=_counted(UNSTATED if label.level is None else str(label.level) for label in corpus.files),
        findings=_counted(finding.verdict.value for finding in findings),
        planted=_counted(finding.planted or "none" for finding in findings),
        fields_by_key=_counted(f"{d.type}.{key}" for d in documents for key, v in d.fields.items() if v is not None),
    )


def print_statistics(found: Statistics, console: Console) -> None:
    """Print the counts as tables."""
    console.print(f"语料 {found.name}（{'真实' if found.origin == 'real' else '合成'}）", style="bold")
    table = Table("内容", "数量")
    rows = (
        ("材料包", found.packages),
        ("文件", found.files),
        ("企业（划分时不拆开的单位）", found.enterprises),
        ("文件中的材料", found.documents),
        ("其中不能作为证据的", found.excluded),
        ("其中留出版式（编写规则时未见过）", found.held_out),
        ("材料页数", found.pages),
        ("字段标注", found.fields),
        ("标为没有的字段", found.absent),
        ("位置标注", found.boxes),
        ("其中带四角", found.quads),
        ("带逐行文字的文件", found.text_files),
    )
    for label, count in rows:
        table.add_row(label, str(count))
    console.print(table)
    if found.types:
        console.print(_types_table(found))
    for title, counts in (
        ("难度", found.difficulties),
        ("退化程度", found.levels),
        ("应得结论", found.findings),
        ("植入的错误", found.planted),
    ):
        if counts:
            console.print(_counts_table(title, counts))


def _types_table(found: Statistics) -> Table:
    table = Table("材料类型", "份数", "留出版式", "版式", "字段标注")
    for kind, count in found.types.items():
        fields = sum(n for key, n in found.fields_by_key.items() if key.startswith(f"{kind}."))
        layouts = "、".join(f"{name} {n}" for name, n in found.layouts.get(kind, {}).items() if name != UNSTATED)
        fields_text = str(fields) if kind in catalogue() else "—"
        table.add_row(kind, str(count), str(found.held_out_types.get(kind, 0)), layouts or "—", fields_text)
    return table


def _counts_table(title: str, counts: Mapping[str, int]) -> Table:
    table = Table(title, "数量")
    for name, count in counts.items():
        table.add_row(name, str(count))
    return table


def _counted(names: Iterable[str]) -> dict[str, int]:
    """Counts, the most frequent first, then by name: the same corpus prints the same."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _layouts(documents: Iterable[LabelledDocument]) -> dict[str, dict[str, int]]:
    """By type: ``layout`` up to its first dash is the layout's name, what follows are traits of the one paper."""
    by_type: dict[str, list[str]] = {}
    for document in documents:
        by_type.setdefault(document.type, []).append(document.layout.partition("-")[0] or UNSTATED)
    return {kind: _counted(names) for kind, names in sorted(by_type.items())}


def _pages(label: Label) -> int:
    return len({page for document in label.documents or [] for page in document.pages or ()})


def as_json(found: Statistics) -> dict[str, Any]:
    """The counts as plain objects, for ``--json``."""
    return found.model_dump()
