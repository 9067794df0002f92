"""Texts from outside that every database can keep: no NUL, no half characters."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def checked(value: Any) -> Any:
    """The value, all texts in it looked at.

    Raises:
        ValueError: a text holds NUL or half of a surrogate pair; the message is for people.
    """
    if isinstance(value, str) and _UNKEEPABLE.search(value):
        raise ValueError("含有无法保存的控制字符，请删去后重试")
    if isinstance(value, dict):
        for key, item in value.items():
            checked(key)
            checked(item)
    elif isinstance(value, list):
        for item in value:
            checked(item)
    return value


CleanText = Annotated[str, AfterValidator(checked)]
"""A text that can be kept."""
