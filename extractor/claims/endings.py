"""Papers that end a certificate: register copies and notices of lapse, suspension or withdrawal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import Levenshtein

from extractor.claims import fields
from extractor.model import Document
from extractor.values.identifiers import normalise_cert_no
from extractor.values.paper_fields import HOLDER_FIELD, NUMBER_FIELDS

# 专利权终止通知书, 无效宣告请求审查决定书, 认证证书暂停/撤销/注销通知, 商标注销公告, 取消高新技术企业资格的公告 …
_ENDS = re.compile(r"终止|中止|失效|无效宣告|暂停|撤销|撤消|撤回|注销|吊销|取消")
# … but 恢复 (in force again), a lifted suspension and a refused invalidation end nothing, nor does the end of a contract.
_REVIVES = re.compile(r"恢复|解除暂停|撤销暂停|维持|合同|协议|劳动")
_ENDED = frozenset({"terminated", "invalidated", "abandoned", "suspended"})
_DATES = ("date", "issue_date", "report_date")
_SUBJECTS = {
    "patent_certificate": "专利",
    "trademark_certificate": "商标",
    "iso_certificate": "认证",
    "software_copyright": "软件|著作权|软著",
    "high_tech_certificate": "高新",
}


# Letters and figures that scans confuse: two certificates of one package never differ by these alone.
_ALIKE = str.maketrans("OQDILZSBG", "000112586")
_LIKE = 2
"""Numbers that differ by at most so many characters may be the same one, misread."""


@dataclass(frozen=True, slots=True)
class Endings:
    """Notices by the number of the certificate they end.

    ``near``: by a certificate's number, a notice whose own number fits no certificate but resembles this one.
    ``unclear``: notices of which it is not known what they end, and why not.
    """

    by_number: dict[str, Document]
    near: dict[str, Document]
    unclear: tuple[tuple[Document, str], ...]

    def of(self, number: str | None) -> Document | None:
        """The notice that ends the certificate, or None."""
        return self.by_number.get(_key(number)) if number else None

    def perhaps(self, number: str | None) -> Document | None:
        """The notice that may mean the certificate, its number being almost the same; or None."""
        return self.near.get(_key(number)) if number else None


def find(documents: Iterable[Document], types: Iterable[str], day: date) -> Endings:
    """The notices that are known on ``day``, by their titles or a ``legal_status`` field.

    ``types``: the certificates' types; an unclear notice about others is left out.
    """
    documents, types = list(documents), list(types)
    by_number: dict[str, Document] = {}
    near: dict[str, Document] = {}
    unclear: list[tuple[Document, str]] = []
    everywhere = {k for d in documents if d.type in HOLDER_FIELD for k in _keys(d)}
    own = {k for d in documents if d.type in types for k in _keys(d)}
    for document in documents:
        if not _ends(document) or any((d := fields.day(document, k)) and d > day for k in _DATES):
            continue
        keys = _keys(document)
        by_number |= dict.fromkeys(keys, document)
        if document.type in HOLDER_FIELD or not _is_about(document, types):
            continue
        if not keys:
            unclear.append((document, "未识别所指证书"))
        elif not everywhere.intersection(keys) and not fields.text(document, "patent_no"):
            # A patent number has a check digit and is read rightly: that patent is not among the papers.
            alike = [k for k in own if any(_resemble(k, n) for n in keys)]
            near |= dict.fromkeys(alike, document)
            if not alike:
                unclear.append((document, "所写号码与材料中的证书均对不上"))
    return Endings(by_number, near, tuple(unclear))


def _keys(document: Document) -> tuple[str, ...]:
    """The paper's numbers for comparing."""
    return tuple(_key(n) for name in NUMBER_FIELDS for n in fields.texts(document, name))


def _key(number: str) -> str:
    """A number for comparing, characters that scans confuse made one."""
    return normalise_cert_no(number).translate(_ALIKE)


def _resemble(a: str, b: str) -> bool:
    """Whether one number may be the other, misread or cut."""
    return Levenshtein.distance(a, b, score_cutoff=_LIKE) <= _LIKE or (min(len(a), len(b)) >= 6 and (a in b or b in a))


def _is_about(document: Document, types: Iterable[str]) -> bool:
    """Whether the notice is about such certificates; one whose title does not say so may be about any."""
    about = [_SUBJECTS[t] for t in types if t in _SUBJECTS]
    if not about:
        return False
    said = re.search("|".join(_SUBJECTS.values()), document.title)
    return said is None or re.search("|".join(about), document.title) is not None


def _ends(document: Document) -> bool:
    """Whether the paper says that a right has ended."""
    status = fields.text(document, "legal_status")
    if status:
        return status in _ENDED
    # Only papers that are none of the certificates themselves speak of an end in their title.
    told = document.excluded is not None or document.type not in HOLDER_FIELD
    return told and bool(_ENDS.search(document.title)) and not _REVIVES.search(document.title)
