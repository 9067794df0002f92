"""The words of the free forms (``data/wordings.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    text = files("corpora.training").joinpath("data/wordings.yaml").read_text(encoding="utf-8")
    made: dict[str, dict[str, Any]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return made


def words(section: str, name: str) -> tuple[str, ...]:
    """A list of words; likelier ones stand there more than once."""
    return tuple(map(str, _all()[section][name]))


def tables(section: str, name: str) -> dict[str, tuple[str, ...]]:
    """Lists of words by key."""
    return {str(key): tuple(map(str, given)) for key, given in _all()[section][name].items()}


def pairs(section: str, name: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words that belong together."""
    return tuple((str(a), str(b)) for a, b in _all()[section][name])
