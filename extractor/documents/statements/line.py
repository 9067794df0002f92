"""The rows of one column and the sums among them: what the arithmetic gate works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from extractor.documents.statements.catalogue import Name

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of one column: its name, its value (None: blank or unreadable) and decimals printed."""

    name: Name
    value: Decimal | None
    decimals: int = 2
    seen: bool = False
    """Something stands there that could not be read."""


@dataclass(frozen=True, slots=True)
class Identity:
    """``sum(sign * value) == 0``. ``strict``: when it fails, a member must be wrong (nothing else can enter)."""

    text: str
    terms: tuple[tuple[int, str, Decimal], ...]
    strict: bool
    slack: Decimal

    @property
    def gap(self) -> Decimal:
        """How far it is from holding."""
        return sum((s * v for s, _, v in self.terms), ZERO)

    @property
    def holds(self) -> bool:
        """Whether it holds within the rounding of its terms."""
        return abs(self.gap) <= self.slack

    @property
    def empty(self) -> bool:
        """Whether it says nothing: fewer than two terms differ from zero."""
        return self.nonzero < 2

    @property
    def nonzero(self) -> int:
        """How many terms differ from zero."""
        return sum(v != 0 for _, _, v in self.terms)

    @property
    def members(self) -> frozenset[str]:
        """The keys it speaks about."""
        return frozenset(k for _, k, v in self.terms if v != 0 or k)


def first_values(lines: Iterable[Line]) -> dict[str, Decimal]:
    """Key -> its first value; blanks left out."""
    out: dict[str, Decimal] = {}
    for line in lines:
        if line.name.key and line.value is not None:
            out.setdefault(line.name.key, line.value)
    return out
