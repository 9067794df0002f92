"""Papers that end a certificate: register copies and notices of lapse, suspension or withdrawal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from extractor.claims import fields
from extractor.model import Document
from extractor.values.identifiers import normalise_cert_no

# 专利权终止通知书, 无效宣告请求审查决定书, 认证证书暂停/撤销/注销通知, 商标注销公告 …
_ENDS = re.compile(r"终止|中止|失效|无效宣告|暂停|撤销|撤消|撤回|注销|吊销")
# … but 恢复 (in force again), a lifted suspension and a refused invalidation end nothing.
_REVIVES = re.compile(r"恢复|解除暂停|撤销暂停|维持")
_ENDED = frozenset({"terminated", "invalidated", "abandoned", "suspended"})
_DATES = ("date", "issue_date", "report_date")
_SUBJECTS = {
    "patent_certificate": "专利",
    "trademark_certificate": "商标",
    "iso_certificate": "认证",
    "software_copyright": "软件|著作权|软著",
    "high_tech_certificate": "高新",
}


@dataclass(frozen=True, slots=True)
class Endings:
    """Notices by the number of the certificate they end; ``unclear`` ones name none that was read."""

    by_number: dict[str, Document]
    unclear: tuple[Document, ...]

    def of(self, number: str | None) -> Document | None:
        """The notice that ends the certificate, or None."""
        return self.by_number.get(normalise_cert_no(number)) if number else None


def find(documents: Iterable[Document], types: Iterable[str], day: date) -> Endings:
    """The notices that are known on ``day``, by their titles or a ``legal_status`` field.

    ``types``: the certificates' types; an unclear notice about others is left out.
    """
    by_number: dict[str, Document] = {}
    unclear: list[Document] = []
    about = "|".join(_SUBJECTS[t] for t in types if t in _SUBJECTS)
    for document in documents:
        if not _ends(document) or any((d := fields.day(document, k)) and d > day for k in _DATES):
            continue
        numbers = [n for key in fields.NUMBER_FIELDS for n in fields.texts(document, key)]
        by_number |= {normalise_cert_no(number): document for number in numbers}
        if not numbers and about and re.search(about, document.title):
            unclear.append(document)
    return Endings(by_number, tuple(unclear))


def _ends(document: Document) -> bool:
    """Whether the paper says that a right has ended."""
    status = fields.text(document, "legal_status")
    if status:
        return status in _ENDED
    # Only papers that are none of the certificates themselves speak of an end in their title.
    told = document.excluded is not None or document.type not in fields.HOLDER_FIELD
    return told and bool(_ENDS.search(document.title)) and not _REVIVES.search(document.title)
