"""Making texts from evidence harmless to show: no control, escape or direction characters.

Nothing is hidden: what is taken out leaves a visible sign, so that a reviewer sees
that something stood there.
"""

from __future__ import annotations

import re

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
# DEL, C1, direction marks and overrides (they reorder digits on screen), surrogates, non-characters.
_FORBIDDEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# JSON itself escapes C0 in its texts; outside of them nothing of all this may stand.
_ACTING = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    r"""The text with line breaks as ``\n`` and without characters that act on a terminal, XML or layout.

    C0 control characters become their Unicode control pictures (ESC → ␛); C1, direction
    overrides, lone surrogates and non-characters become U+FFFD.
    """
    text = _LINE_BREAKS.sub("\n", text).replace("\t", " ")
    text = _INVISIBLE.sub("", text)
    text = _CONTROL.sub(lambda m: chr(0x2400 + ord(m.group())), text)
    return _FORBIDDEN.sub("\ufffd", text)


def shown_line(text: str) -> str:
    """``clean`` on a single line of any length: a message with a name in it is one line, whatever the name holds."""
    return clean(text).replace("\n", " ")


def inert_json(text: str) -> str:
    """JSON text, its meaning unchanged, in which characters that act on a terminal or end a line stand as escapes."""
    return _ACTING.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def one_line(text: str, limit: int = 200) -> str:
    """``clean`` on a single line of at most ``limit`` characters, cut with an ellipsis."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def paragraph(text: str, limit: int = 2000) -> str:
    """``clean`` with its line breaks, of at most ``limit`` characters, cut with an ellipsis."""
    cleaned = clean(text).strip()
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"
