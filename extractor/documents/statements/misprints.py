"""Characters of labels and headers that recognisers give in another form."""

from __future__ import annotations

import re

_TRADITIONAL = str.maketrans(
    "營負債貨項預財額費員資產計總權潤業務應賬帳銷長動淨稅損減價餘積備現屬歸東與實發際開無遞據譽續經貸遠變",
    "营负债货项预财额费员资产计总权润业务应账账销长动净税损减价余积备现属归东与实发际开无递据誉续经贷远变",
)
"""Recognisers give small print in traditional characters."""
_LIABILITIES = re.compile(r"[负费员][债借]")
"""负债 in small print; no other word of a statement looks like it."""


def simplified(text: str) -> str:
    """A label or header in simplified characters."""
    return text.translate(_TRADITIONAL)


def repaired(text: str) -> str:
    """A label with 负债 where only that can be meant."""
    return _LIABILITIES.sub("负债", text)
