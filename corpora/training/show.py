"""A labelled page as text, its tags inline, for people to look at."""

from __future__ import annotations

from extractor.model import LabelledPage, Tag


def show(page: LabelledPage) -> str:
    """The page's type, layout and lines; each tag as ``⟦key:text⟧`` (``key.1`` on the second line of a value)."""
    by_line: dict[int, list[Tag]] = {}
    for tag in page.tags:
        by_line.setdefault(tag.line, []).append(tag)
    head = f"# {page.type} {page.layout}{' starts' if page.starts else ''}{'' if page.tagged else ' untagged'}"
    rows = []
    for k, line in enumerate(page.page.lines):
        left, top, right, bottom = (round(x * 1000) for x in line.box)
        rows.append(f"{top:4d}-{bottom:<4d} {left:4d}-{right:<4d} {_inline(line.text, by_line.get(k, []))}")
    return "\n".join((head, *rows))


def _inline(text: str, tags: list[Tag]) -> str:
    made, at = "", 0
    for tag in sorted(tags, key=lambda t: t.start):
        name = tag.key + (f".{tag.part}" if tag.part else "")
        made += text[at : tag.start] + f"⟦{name}:{text[tag.start : tag.end]}⟧"
        at = tag.end
    return made + text[at:]
