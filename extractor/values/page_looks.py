"""How alike two pages look: the distance of their fingerprints (``Page.look``)."""

from __future__ import annotations

LOOK_BITS = 256


def look_distance(a: str, b: str) -> int:
    """In how many of the 256 bits two fingerprints differ.

    Raises:
        ValueError: one of them is empty or no hexadecimal number.
    """
    return (int(a, 16) ^ int(b, 16)).bit_count()
