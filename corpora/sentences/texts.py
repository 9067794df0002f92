"""The texts in ``data``: sentences one by line, kinds of stray papers as YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml


@lru_cache(maxsize=8)
def sentences(name: str) -> tuple[str, ...]:
    r"""The lines of a file of sentences; empty lines and those that begin with ``#`` are left out, ``\n`` is a line break."""
    text = (files("corpora.sentences") / "data" / name).read_text(encoding="utf-8")
    return tuple(line.replace("\\n", "\n") for line in text.split("\n") if line.strip() and not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class Stray:
    """A kind of stray paper. ``labels``: label to value, with marks (``strays``); ``head``: columns of its table, if any."""

    name: str
    type: str
    titles: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()
    body: tuple[str, ...] = ()
    head: tuple[str, ...] = ()


@lru_cache(maxsize=2)
def stray_kinds(name: str) -> tuple[Stray, ...]:
    """The kinds of a YAML file."""
    raw = yaml.safe_load((files("corpora.sentences") / "data" / name).read_text(encoding="utf-8"))
    return tuple(
        Stray(
            one["name"],
            one["type"],
            tuple(one["titles"]),
            tuple((str(label), str(value)) for label, value in one.get("labels", {}).items()),
            tuple(one.get("body", ())),
            tuple(one.get("head", ())),
        )
        for one in raw
    )
