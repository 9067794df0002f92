"""Deterministic split of a corpus into train, dev and test: by enterprise, never by page or file.

All papers of one enterprise share names, seals, auditors and layouts; a page of it in ``train``
would tell about its pages in ``test``. So lines are first joined into groups, and the hash of a
group's name decides. The same group falls into the same split in every corpus and every run,
whatever else the corpus holds; shares are therefore met on average, not exactly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corpora.format import Corpus, CorpusError, Label, LabelledDocument
from extractor.values.chinese import squeeze
from extractor.values.names import normalise_company

SHARES: Mapping[str, float] = {"train": 0.6, "dev": 0.2, "test": 0.2}
_HOLDERS = ("entity", "organization", "holder", "name", "owner", "owners", "patentees")
"""Fields that say whose paper it is."""


class ShareError(ValueError):
    """Shares that do not divide a corpus; the message is Chinese."""


def split(corpus: Corpus, shares: Mapping[str, float] = SHARES) -> dict[str, Corpus]:
    """Corpora by name of the split, each with the same root; lines keep their order.

    Args:
        corpus: any corpus.
        shares: name of the split to its share; they must add up to 1.

    Raises:
        ShareError: the shares are no division.
    """
    names = assign(corpus.labels, shares)
    return {
        name: corpus.model_copy(
            update={"labels": [label for label, mine in zip(corpus.labels, names, strict=True) if mine == name]}
        )
        for name in shares
    }


def assign(labels: Iterable[Label], shares: Mapping[str, float] = SHARES) -> list[str]:
    """The split of each label, in order. Raises ShareError."""
    if not shares or any(share < 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        raise ShareError("各部分的比例须为非负数且合计为 1，例如 0.6,0.2,0.2")
    return [_drawn(group, shares) for group in groups(labels)]


def groups(labels: Iterable[Label]) -> list[str]:
    """The name of the group each label belongs to, in order: lines of one group are never parted.

    Lines belong together when they name the same enterprise, or lie in the same package. Lines with
    neither go by the holders that their documents name, and else stand alone.
    """
    all_labels = list(labels)
    packages = [label.package.rstrip("/") for label in all_labels if label.package is not None]
    keys = [_keys(label, packages) for label in all_labels]
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        leader.setdefault(key, key)
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for mine in keys:
        for other in mine[1:]:
            # The smaller name leads, so that the order of lines does not matter.
            low, high = sorted((find(mine[0]), find(other)))
            leader[high] = low
    return [find(mine[0]) for mine in keys]


def write_splits(corpus: Corpus, shares: Mapping[str, float] = SHARES) -> Path:
    """Write ``splits.json`` beside ``corpus.json``: path of each file or package to its split.

    Raises:
        ShareError: the shares are no division.
        CorpusError: the file cannot be written.
    """
    chosen = assign(corpus.labels, shares)
    content: dict[str, Any] = {
        "shares": dict(shares),
        "labels": {label.package or label.file: name for label, name in zip(corpus.labels, chosen, strict=True)},
    }
    path = corpus.root / "splits.json"
    try:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"不能写入 {path}：{error.strerror or error}") from error
    return path


def _keys(label: Label, packages: list[str]) -> list[str]:
    """What a line may share with others; never empty. Enterprises sort before paths."""
    keys = [_enterprise(label.enterprise)] if label.enterprise and label.enterprise.strip() else []
    path = (label.package or label.file or "").rstrip("/")
    inside = [package for package in packages if path == package or path.startswith(f"{package}/")]
    keys += [f"package:{package}" for package in inside]
    if not keys:
        keys = sorted({_enterprise(name) for document in label.documents or [] for name in _holders(document)})
    return keys or [f"path:{path}"]


def _enterprise(name: str) -> str:
    return f"enterprise:{squeeze(normalise_company(name)).upper()}"


def _holders(document: LabelledDocument) -> list[str]:
    if document.excluded:
        return []
    found: list[str] = []
    for key in _HOLDERS:
        value = document.fields.get(key)
        found += (
            [value] if isinstance(value, str) else [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
        )
    return [name for name in found if name.strip()]


def _drawn(group: str, shares: Mapping[str, float]) -> str:
    number = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") / 2**64
    reached = 0.0
    for name, share in shares.items():
        reached += share
        if number < reached:
            return name
    # Rounding of the sum of shares: the last split that takes anything.
    return [name for name, share in shares.items() if share > 0][-1]
