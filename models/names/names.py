"""Names in a page's running text, each with the places where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.model import Evidence, Page
from models.names.errors import SpacyMissing
from models.names.page_text import PageText, page_text
from models.names.record import DEFAULT, Record, verify
from models.sequence.errors import ModelDamaged

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

USER_DATA = "zuozheng"
"""Key of ``doc.user_data``: file, page, and of every line its characters and box."""
_USUAL = {
    "ORG": re.compile(r"^.{2,}(?:公司|事务所|中心|大学|学院|研究院|委员会|[局部厅院所会社厂行]|合伙\)|合伙）)$"),
    "PER": re.compile(r"^[\u4e00-\u9fff]{2,4}$"),
    "ADDR": re.compile(r"^.{7,}(?:[号室层幢栋座楼弄]|\d)"),
    "PRODUCT": re.compile(r"^.{2,30}$"),
    "STD": re.compile(r"^[A-Z][A-Z/ ]{0,10}\s?\d"),
}
"""The form that names of a kind usually have."""
MOST_CHARS = 8000
"""Characters of a page that are read; more stand only on spreadsheets."""


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name and its places.

    ``kind``: one of ``KINDS``; ``text`` as printed, without line breaks; ``start`` and ``end`` in the page's
    running text (``page_text``); ``evidence``: one piece for each line it stands on; ``confidence``: the share of names
    that look like it (kind and form) that were right on passages kept aside, no judgement of this one.
    """

    kind: str
    text: str
    start: int
    end: int
    evidence: tuple[Evidence, ...]
    confidence: float


class Names:
    """A trained reader of names (a spaCy pipeline); not to be used by two threads at once."""

    def __init__(self, nlp: Language, record: Record) -> None:
        self.nlp = nlp
        self.record = record

    @classmethod
    def load(cls, folder: Path | None = None) -> Names:
        """The pipeline in ``folder`` after checking its hashes; None: the one that comes with the product.

        Raises:
            SpacyMissing: spaCy is not installed.
            ModelMissing: there is no pipeline, or a file is missing.
            ModelDamaged: a file is not the one that the record names, or spaCy refuses the pipeline.
        """
        where = folder or DEFAULT
        spacy = import_spacy()
        record = verify(where)
        try:
            return cls(spacy.load(where), record)
        except (OSError, ValueError, KeyError) as error:
            raise ModelDamaged(f"spaCy 无法打开名称模型 {where}，请检查 spaCy 的版本，或重新训练。") from error

    def find(self, page: Page) -> tuple[NameSpan, ...]:
        """The names on a page, in the order of its running text."""
        return spans(self.doc(page), page_text(page), self.record)

    def doc(self, page: Page) -> Doc:
        """The page as a ``Doc`` with its names as entities and the boxes of its lines as user data."""
        return self.nlp(page_doc(self.nlp, page_text(page)))


def import_spacy() -> Any:
    """The module ``spacy``.

    Raises:
        SpacyMissing: it is not installed.
    """
    try:
        import spacy
    except ImportError as error:
        raise SpacyMissing("没有安装 spaCy，不能识别正文中的名称；请运行：pip install 'zuozheng[spacy]'") from error
    return spacy


def page_doc(nlp: Language, text: PageText) -> Doc:
    """A page's running text as an unread ``Doc``; user data as in ``corpora.exchange.spacy_docbin``."""
    doc = nlp.make_doc(text.text[:MOST_CHARS])
    lines = [(first, text.page.lines[number]) for first, number in zip(text.starts, text.order, strict=True)]
    doc.user_data[USER_DATA] = {
        "file": text.page.file,
        "page": text.page.page,
        "lines": [{"start": first, "end": first + len(line.text), "box": list(line.box)} for first, line in lines],
    }
    return doc


def spans(doc: Doc, text: PageText, record: Record) -> tuple[NameSpan, ...]:
    """The entities of a read ``Doc`` as names with their places."""
    found = []
    for ent in doc.ents:
        said = ent.text.strip()
        start = ent.start_char + ent.text.find(said)
        if not said:
            continue
        plain = said.replace("\n", "")
        sure = record.precision.get(look(ent.label_, plain), record.precision.get(ent.label_, 0.5))
        found.append(NameSpan(ent.label_, plain, start, start + len(said), text.evidence(start, start + len(said)), sure))
    return tuple(found)


def look(kind: str, text: str) -> str:
    """The group of names that look alike: the kind, and whether the name has the form that its kind usually has."""
    usual = _USUAL.get(kind)
    return f"{kind}.usual" if usual is not None and usual.search(text) else f"{kind}.other"
