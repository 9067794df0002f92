"""Just enough DER (ITU-T X.690) to find names, times and digests in a signed value. Nothing is verified here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER, BIT_STRING, OCTET_STRING, OID = 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
_STRINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1A: "ascii", 0x1E: "utf-16-be"}
_CONSTRUCTED = 0x20
_MAX_DEPTH = 24
_MAX_NODES = 20_000

ORGANISATION, COMMON_NAME = "2.5.4.10", "2.5.4.3"


class DerError(Exception):
    """The bytes are no DER, or nested too deeply."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its tag byte, its bytes, and what it is made of where it is constructed."""

    tag: int
    data: bytes
    children: tuple[Node, ...] = ()

    @property
    def text(self) -> str:
        """The text of a string or a time; empty for anything else."""
        coding = _STRINGS.get(self.tag, "ascii" if self.tag in {UTC_TIME, GENERALIZED_TIME} else "")
        return self.data.decode(coding, errors="replace").strip("\0 ") if coding else ""

    @property
    def bits(self) -> bytes:
        """The bytes of a BIT STRING or OCTET STRING."""
        return self.data[1:] if self.tag == BIT_STRING else self.data

    @property
    def oid(self) -> str:
        """An object identifier in dots; empty for anything else."""
        if self.tag != OID or not self.data:
            return ""
        numbers, value = [min(self.data[0] // 40, 2)], 0
        numbers.append(self.data[0] - 40 * numbers[0])
        for byte in self.data[1:]:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        return ".".join(map(str, numbers))


def parse(data: bytes) -> Node:
    """The outermost value. Raises DerError."""
    budget = [_MAX_NODES]
    node, _ = _read(data, 0, len(data), 0, budget)
    return node


def _read(data: bytes, at: int, end: int, depth: int, budget: list[int]) -> tuple[Node, int]:
    budget[0] -= 1
    if depth > _MAX_DEPTH or budget[0] < 0 or at + 2 > end:
        raise DerError
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        # Indefinite lengths are BER; no value here is longer than four bytes can say.
        if not 1 <= size <= 4 or at + size > end:
            raise DerError
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
    stop = at + length
    if stop > end or tag & 0x1F == 0x1F:
        raise DerError
    children = []
    if tag & _CONSTRUCTED:
        inner = at
        while inner < stop:
            child, inner = _read(data, inner, stop, depth + 1, budget)
            children.append(child)
    return Node(tag, data[at:stop], tuple(children)), stop


def walk(node: Node) -> Iterator[Node]:
    """The node and all under it, outermost first."""
    yield node
    for child in node.children:
        yield from walk(child)


def subject(certificate: bytes) -> str:
    """Whom an X.509 certificate names: its common name, else its organisation; empty where it is none."""
    try:
        node = parse(certificate)
    except DerError:
        return ""
    return subject_of(node)


def subject_of(certificate: Node) -> str:
    """As :func:`subject`, for a certificate parsed already (RFC 5280, 4.1: subject follows the validity)."""
    if not certificate.children:
        return ""
    fields = certificate.children[0].children
    if fields and fields[0].tag == 0xA0:  # version
        fields = fields[1:]
    if len(fields) < 5 or fields[3].tag != SEQUENCE or fields[4].tag != SEQUENCE:
        return ""
    named = {n.children[0].oid: n.children[1].text for n in walk(fields[4]) if len(n.children) == 2 and n.children[0].oid}
    return named.get(COMMON_NAME) or named.get(ORGANISATION) or ""
