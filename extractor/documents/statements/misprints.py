"""Characters of labels and headers that recognisers give in another form."""

from __future__ import annotations

import re

from extractor.values import traditional

_LIABILITIES = re.compile(r"[负费员][债借]")
"""负债 in small print; no other word of a statement looks like it."""


def simplified(text: str) -> str:
    """A label or header in simplified characters."""
    return traditional.simplified(text).replace("帐", "账")


def repaired(text: str) -> str:
    """A label with 负债 where only that can be meant."""
    return _LIABILITIES.sub("负债", text)
