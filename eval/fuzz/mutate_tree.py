"""Mutators of trees: JSON, lines of JSON, YAML. A text that is no tree any more is mutated as bytes."""

from __future__ import annotations

import copy
import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import yaml

from eval.fuzz.mutate import EDGES, MOST_BYTES, mutated

_LONG = "9" * 5000
_TEXTS = (
    "", " ", "\0", "\ud800", "😀", "x" * 70_000, "2021-99-99", "0000-00-00", "9999-12-31", "1e400", "NaN", "-1", "now", "null",
    "../../zz-escaped", "/tmp/zz-escaped", "=1+1", "\u202e", "٣", "１２３", "²", "壹佰",
    "第三名", "__class__", "cn-gansu-2021-zjtx",
    "%s{0}", "a" * 300 + ".csv", _LONG,
)  # fmt: skip
_RAW = (
    "NaN",
    "Infinity",
    "-Infinity",
    _LONG,
    "-" + _LONG,
    "1e999999999",
    "1E-999999999",
    "0." + "0" * 4400 + "1",
    '"\\ud800"',
    "-0",
    "1.0",
    "01",
    "tru",
)
"""Written into JSON as they stand."""
_MARK = "\u0001raw%d\u0001"
_YAML_RAW = (
    ".inf", ".nan", "-.inf", "2021-02-30", "2021-13-01T25:61:61Z", "0x" + "f" * 4000, "1:2:3:99", _LONG, "!!binary x",
    "!!timestamp x", "!!int x", "!!float x", "!!python/object:os.system x", "&a [*a]", "*b", "<<", "? x", "!!set {a, b}",
    "!!omap [a: 1]", "!!null x", "!!bool x", "0b2", "'", "%x", "=",
)  # fmt: skip
_DEEP = 60_000
_MOST_PARSED, _MOST_PLACES = 32 * 1024, 5_000
"""Larger texts are mutated as bytes: a few changes upon one another could make them a thousand times as large."""


def json_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """One value of the tree changed."""
    if rng.random() < 0.03:
        return _nested(rng, data)
    try:
        tree = json.loads(data if len(data) <= _MOST_PARSED else b"")
    except (ValueError, RecursionError):
        return mutated(rng, data, seeds, tokens)
    return _dumped(rng, _changed(rng, tree, list(_RAW)))[:MOST_BYTES]


def lines_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """One value of one line's tree changed, or the lines themselves."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            lines.insert(at, rng.choice(lines))
        case 1:
            lines[at] = mutated(rng, lines[at], seeds, tokens)
        case _:
            lines[at] = json_mutated(rng, lines[at], seeds, tokens).replace(b"\n", b" ")
    return b"\n".join(lines)


def packed_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A packed JSON text with one value changed."""
    try:
        plain = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return mutated(rng, data, seeds, tokens)
    return gzip.compress(json_mutated(rng, plain, [plain], tokens), 1, mtime=0)


def yaml_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """One value of the tree changed."""
    if rng.random() < 0.03:
        return _nested(rng, data)
    try:
        tree = yaml.safe_load(data if len(data) <= _MOST_PARSED else b"[")
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError, KeyError, IndexError):
        return mutated(rng, data, seeds, tokens)  # a text that a mutation before this broke; PyYAML raises any of these
    raw = list(_YAML_RAW)
    try:
        text = yaml.safe_dump(_changed(rng, tree, raw), allow_unicode=True, sort_keys=False, width=1000)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return mutated(rng, data, seeds, tokens)
    for i, word in enumerate(raw):
        quoted = json.dumps(_MARK % i)
        text = text.replace(quoted, word).replace(f'"\\x01raw{i}\\x01"', word)
    return text.encode("utf-8", "replace")[:MOST_BYTES]


def _nested(rng: Random, data: bytes) -> bytes:
    depth = rng.choice((100, 1100, 5000, _DEEP))
    opened, closed = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"[[", b"]]"), (b"- ", b"")))
    at = rng.choice((0, data.find(b":") + 1))
    return data[:at] + opened * depth + b"1" + (closed * depth if rng.random() < 0.7 else b"") + data[at:]


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every value of the tree as what holds it, and where."""
    found: list[tuple[Any, Any]] = []
    todo = [tree]
    while todo and len(found) < _MOST_PLACES:  # aliases of YAML make trees that have no end
        holder = todo.pop()
        inside = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        for key, value in inside:
            found.append((holder, key))
            todo.append(value)
    return found


def _changed(rng: Random, tree: Any, raw: list[str]) -> Any:
    places = _places(tree)
    if not places:
        return _value(rng, tree, tree, raw)
    holder, key = rng.choice(places)
    match rng.randrange(10):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.extend([holder[key]] * rng.choice((1, 2, 40)))
        case 2 if isinstance(holder, list):
            rng.shuffle(holder)
        case 1 | 2:
            holder[rng.choice((*_TEXTS[:20], "extra", f"{key} "))] = holder[key]
        case 3 if isinstance(holder, dict):
            value = holder.pop(key)
            holder[rng.choice((rng.choice(_TEXTS), str(key).upper(), f"{key}s"))] = value
        case 4:
            other, place = rng.choice(places)
            if place in other if isinstance(other, dict) else True:
                holder[key] = copy.deepcopy(other[place])
        case _:
            holder[key] = _value(rng, holder[key], tree, raw)
    return tree


def _value(rng: Random, old: Any, tree: Any, raw: list[str]) -> Any:
    """Another value, often of another type."""
    edge = rng.choice(EDGES)
    makers: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: rng.random() < 0.5,
        lambda: rng.choice((edge, -edge, edge + 0.5, -edge * 1e300, 1e-310, 0.1 + 0.2)),
        lambda: rng.choice(_TEXTS),
        lambda: [],
        lambda: {},
        lambda: [old],
        lambda: {"": old},
        lambda: [old] * 50,
        lambda: str(old) + rng.choice(_TEXTS),
        lambda: _MARK % rng.randrange(len(raw)),
        lambda: _MARK % rng.randrange(len(raw)),
    )
    return rng.choice(makers)()


def _dumped(rng: Random, tree: Any) -> bytes:
    text = json.dumps(tree, ensure_ascii=rng.random() < 0.3, indent=rng.choice((None, 1)))
    for i, word in enumerate(_RAW):
        text = text.replace(json.dumps(_MARK % i), word)
    return text.encode("utf-8", "surrogatepass" if rng.random() < 0.3 else "replace")
