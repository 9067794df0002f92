"""A tagger that says what a test wants it to say."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractor.documents.fusion_tags import Tagging
from extractor.model import Page, Tag

Said = tuple[str, str, float]
"""Key, printed text (the parts of a value on several rows joined by ``|``), confidence."""


@dataclass
class Says:
    """Tags each text where a line of the page shows it. ``asked``: the pages it was given."""

    said: tuple[Said, ...]
    asked: list[Page] = field(default_factory=list)

    def tag(self, page: Page) -> tuple[Tag, ...]:
        self.asked.append(page)
        out = []
        for key, text, confidence in self.said:
            for part, printed in enumerate(text.split("|")):
                for n, line in enumerate(page.lines):
                    start = line.text.find(printed)
                    if start >= 0:
                        end = start + len(printed)
                        out.append(Tag(line=n, start=start, end=end, key=key, confidence=confidence, part=part))
                        break
        return tuple(out)


def tagging(*said: Said) -> Tagging:
    return Tagging(Says(said), "field_tagger stub")
