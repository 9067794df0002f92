"""Mutators of bytes: any format, no knowledge of it but its tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

MOST_BYTES = 256 * 1024
"""No input grows beyond this: the fuzzer looks for odd content, not for size."""

EDGES: tuple[int, ...] = (
    0, 1, 2, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1000, 1023, 1024, 4096, 32767, 32768, 65535,
    65536, 2**24-1, 2**24, 2**31-1, 2**31, 2**32-1, 2**32, 2**53, 2**63-1, 2**63, 2**64-1, 2**64,
)  # fmt: skip
"""Numbers at which programs go wrong."""
_WRITTEN = (
    b"-1", b"0", b"00", b"-0", b"0.0", b"1e9", b"1e309", b"-1e309", b"1e-400", b"NaN", b"nan", b"Infinity", b"-inf", b"0x10",
    b"1_000", b"9" * 20, b"9" * 400, b"9" * 5000, b"1."+b"0" * 400+b"1", b"", b" ", b"+1", b".5", b"5.", b"1,000",
    b"\xef\xbc\x91",
)  # fmt: skip
_ODD = (
    b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80",
    b"\xe2\x80\xae", b"\x1b[31m", b"\r\n", b"\xe2\x80\xa8", b"%s%n", b"../../zz-escaped", b"/tmp/zz-escaped", b"{{7*7}}",
    b"'\"><", b"=1+1", b"\xf0\x9f\x98\x80", b"\xcc\x81" * 50,
)  # fmt: skip
_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

Mutator = Callable[[Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]
"""Called with the chance, the bytes, all seeds of the format, and its tokens."""


def mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """The bytes after one mutation."""
    return rng.choice(MUTATORS)(rng, data, seeds, tokens)[:MOST_BYTES]


def _place(rng: Random, data: bytes, room: int = 0) -> int:
    return rng.randrange(max(1, len(data) - room + 1)) if data else 0


def _span(rng: Random, data: bytes) -> tuple[int, int]:
    """A place and an end after it; mostly short."""
    at = _place(rng, data)
    longest = rng.choice((4, 16, 64, max(1, len(data))))
    return at, min(len(data), at + rng.randint(1, longest))


def _flip(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8)) if out else 0):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _set(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at, end = _span(rng, data)
    fill = rng.choice((b"\0", b"\xff", b"\x7f", b" ", b"9", b"A", rng.randbytes(1)))
    return data[:at] + (fill * (end - at) if rng.random() < 0.6 else rng.randbytes(end - at)) + data[end:]


def _delete(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at, end = _span(rng, data)
    return data[:at] + data[end:]


def _duplicate(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at, end = _span(rng, data)
    to = _place(rng, data)
    return data[:to] + data[at:end] * rng.choice((1, 1, 2, 30)) + data[to:]


def _swap(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    a, b, c, d = sorted(_place(rng, data) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _splice(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    other = rng.choice(seeds)
    at, end = _span(rng, other)
    if rng.random() < 0.3:
        return data[: _place(rng, data)] + other[at:]
    to = _place(rng, data)
    return data[:to] + other[at:end] + data[to + (end - at if rng.random() < 0.5 else 0) :]


def _truncate(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at = _place(rng, data)
    return data[:at] if rng.random() < 0.8 else data[at:]


def _length_field(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A number of 1, 2, 4 or 8 bytes becomes an edge, the file's size, or a little more or less than it was."""
    size = rng.choice((1, 2, 4, 4, 8))
    if len(data) < size:
        return data
    at, order = _place(rng, data, size), rng.choice(("little", "big"))
    before = int.from_bytes(data[at : at + size], "little" if order == "little" else "big")
    value = rng.choice((rng.choice(EDGES), before + rng.choice((-1, 1, 16)), len(data), before * 2))
    return data[:at] + (value % (1 << 8 * size)).to_bytes(size, "little" if order == "little" else "big") + data[at + size :]


def _token(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    word = rng.choice((*tokens, *_ODD))
    found = [t for t in tokens if t in data]
    if found and rng.random() < 0.5:
        old = rng.choice(found)
        places = [m.start() for m in re.finditer(re.escape(old), data)]
        at = rng.choice(places)
        return data[:at] + word + data[at + len(old) :]
    at = _place(rng, data)
    return data[:at] + word + data[at + (len(word) if rng.random() < 0.5 else 0) :]


def _number(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A number written in digits becomes another."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return _length_field(rng, data, seeds, tokens)
    old = rng.choice(found)
    word = rng.choice((rng.choice(_WRITTEN), b"%d" % rng.choice(EDGES), b"-%d" % rng.choice(EDGES), rng.choice(found)[0]))
    return data[: old.start()] + word + data[old.end() :]


def _noise(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at = _place(rng, data)
    return data[:at] + rng.randbytes(rng.choice((1, 4, 100))) + data[at:]


MUTATORS: tuple[Mutator, ...] = (
    _flip, _flip, _set, _delete, _duplicate, _swap, _splice, _truncate, _length_field, _length_field, _token, _token,
    _number, _number, _noise,
)  # fmt: skip
"""Often used ones stand twice."""
