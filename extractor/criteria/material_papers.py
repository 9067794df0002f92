"""The papers of a package as materials: whose each is, of which years, and whether it is in force.

Nothing is called present that is not surely the enterprise's own, of the right kind and valid: what
cannot be said is left to a person, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.criteria.vocabulary import doc_type
from extractor.model import Claim, Document, Field, PageRef, Result
from extractor.values.identifiers import normalise_cert_no
from extractor.values.names import NameMatch, is_fragment, match_company
from extractor.values.paper_fields import HOLDER_FIELD, NUMBER_FIELDS

PaperState = Literal["good", "review", "expired", "not_yet", "wrong_entity", "no_evidence"]

SURE_TYPE = 0.6
SURE_NAME = 0.65
"""Below these the type of a paper, or the name on it, says nothing by itself."""

_ENDED = {"terminated", "invalidated", "abandoned", "suspended"}
_ENDS = re.compile("终止|中止|失效|无效宣告|暂停|撤[销消回]|注销|吊销|取消")
_REVIVES = re.compile("恢复|解除暂停|撤销暂停|维持|合同|协议|劳动")
_CERTIFICATES = frozenset(
    {"patent_certificate", "software_copyright", "trademark_certificate", "iso_certificate", "high_tech_certificate"}
)
READ_TYPES = frozenset(HOLDER_FIELD)
"""Types whose content is read; of others only that such a paper is there is known."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the enterprise is: its present and former names and its code."""

    names: tuple[str, ...]
    uscc: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A paper and how it stands. ``years``: the fiscal years, or the years of a list, that it covers; None: not known."""

    document: Document
    state: PaperState
    reason: str
    years: tuple[int, ...] | None
    months: tuple[str, str] | None = None
    """First and last month of a list (``2020-12``), where printed."""

    @property
    def pages(self) -> tuple[PageRef, ...]:
        """Its pages."""
        return self.document.pages


def judge_papers(result: Result, owner: Owner) -> tuple[Paper, ...]:
    """Every document of the package as a paper, in order."""
    claims: dict[str, list[Claim]] = {}
    for claim in result.claims:
        claims.setdefault(claim.document, []).append(claim)
    notices = [d for d in result.documents if _is_notice(d)]
    numbers = {n for d in result.documents if d.type in _CERTIFICATES and not d.excluded for n in _numbers_of(d)}
    out = []
    for document in result.documents:
        mine = claims.get(document.id, [])
        years, months = _years(document, mine)
        state, reason = _state(document, mine, owner, result.package.as_of, _ending(document, notices, numbers))
        out.append(Paper(document, state, reason, years, months))
    return tuple(out)


def _state(
    document: Document, claims: Sequence[Claim], owner: Owner, as_of: str, ending: tuple[PaperState, str] | None
) -> tuple[PaperState, str]:
    """How a paper stands, the surest ground against it first."""
    if document.excluded:
        return "no_evidence", f"不作为证据：{document.excluded}"
    if document.type not in READ_TYPES:
        return "review", "此类材料只识别到种类，内容请人工核对"
    if document.confidence < SURE_TYPE:
        return "review", "材料类型判断不够确定"
    whose = _whose(document, claims, owner)
    if whose is not None:
        return whose
    ended = ending or _term(document, claims, as_of)
    if ended is not None:
        return ended
    return _doubts(document, claims)


def _doubts(document: Document, claims: Sequence[Claim]) -> tuple[PaperState, str]:
    """What keeps an own paper in force from being taken as it is."""
    if document.type == "audit_report":
        opinion = _text(document.fields.get("opinion"))
        words = {"adverse": "注册会计师出具了否定意见", "disclaimer": "注册会计师无法表示意见", "": "没有读到审计意见"}
        return ("review", words[opinion]) if opinion in words else ("good", "")
    doubt = next((c.doubt for c in claims if c.doubt), None) if document.type in _CERTIFICATES else None
    return ("review", doubt) if doubt else ("good", "")


# --- whose it is


def _whose(document: Document, claims: Sequence[Claim], owner: Owner) -> tuple[PaperState, str] | None:
    """None where the paper is surely the enterprise's own; a code decides where both sides have one."""
    field = document.fields.get(HOLDER_FIELD[document.type])
    shown = _texts(field)
    code = _text(document.fields.get("uscc")) or next((c.subject_id for c in claims if c.subject_id), "") or ""
    if not owner.names:
        return "review", "未提供企业名称，请核对是否为本企业的材料"
    if code and owner.uscc and code.upper() == owner.uscc.upper():
        return None
    matches = {match_company(a, b) for a in shown for b in owner.names}
    if NameMatch.SAME in matches:
        differs = bool(code and owner.uscc)
        return ("review", "名称相同而统一社会信用代码不同，请核对") if differs else None
    if not shown:
        return "review", "没有读到单位（权利人）名称"
    sure = field is not None and _reading(field) >= SURE_NAME and not any(is_fragment(n) for n in shown)
    if NameMatch.OCR_NEAR in matches or not sure or not any("\u4e00" <= c <= "\u9fff" for n in shown for c in n):
        return "review", f"名称“{'、'.join(shown)}”是否为本企业，请核对"
    return "wrong_entity", f"名称为“{'、'.join(shown)}”"


# --- in force


def _term(document: Document, claims: Sequence[Claim], as_of: str) -> tuple[PaperState, str] | None:
    """Whether a certificate's term has ended or not begun; None where it runs, or is none of a certificate."""
    if document.type not in _CERTIFICATES:
        return None
    counted = [c for c in claims if not c.metric.startswith("certificate_valid_until")]
    for claim in counted:
        if claim.valid_until and claim.valid_until < as_of and not claim.doubt:
            return "expired", f"有效期至 {claim.valid_until}"
        if claim.valid_from and claim.valid_from > as_of and not claim.doubt:
            return "not_yet", f"{claim.valid_from} 才生效，晚于 {as_of}"
    return None if counted else ("review", "没有读到证书的要素，不能判断是否有效")


def _is_notice(document: Document) -> bool:
    """Whether a paper says that a right has ended."""
    status = _text(document.fields.get("legal_status"))
    if status:
        return status in _ENDED
    told = document.excluded is not None or document.type not in READ_TYPES
    return told and bool(_ENDS.search(document.title)) and not _REVIVES.search(document.title)


def _ending(document: Document, notices: Sequence[Document], numbers: set[str]) -> tuple[PaperState, str] | None:
    """What notices say of a certificate: it has ended, it may have, or nothing."""
    if document.type not in _CERTIFICATES or document.excluded:
        return None
    mine = set(_numbers_of(document))
    for notice in notices:
        title = notice.title or doc_type(notice.type)
        meant = set(_numbers_of(notice))
        if notice.id == document.id or mine & meant:
            return "expired", f"“{title}”写明权利已终止、暂停或失效"
        if notice.type not in _CERTIFICATES and not (meant & numbers):
            return "review", f"另有“{title}”，未能认定所指证书，请核对是否即为此证"
    return None


def _numbers_of(document: Document) -> tuple[str, ...]:
    """The numbers on a paper, for comparing."""
    return tuple(normalise_cert_no(n) for key in NUMBER_FIELDS for n in _texts(document.fields.get(key)))


# --- years


def _years(document: Document, claims: Iterable[Claim]) -> tuple[tuple[int, ...] | None, tuple[str, str] | None]:
    """The years that a paper covers, and the months of a list; None where not printed or not read."""
    if document.type == "social_security_list":
        first, last = (_text(document.fields.get(k)) for k in ("period_from", "period_to"))
        first, last = first or last, last or first
        if not re.match(r"\d{4}", first):
            return None, None
        return tuple(range(int(first[:4]), int(last[:4]) + 1)), (first, last)
    field = document.fields.get("fiscal_year")
    if field is not None and re.match(r"(?:19|20)\d\d", str(field.value or "")):
        return ((int(str(field.value)[:4]),), None) if _reading(field) >= SURE_NAME else (None, None)
    if document.type == "rd_audit_report":
        own = {int(c.period) for c in claims if c.period.isdigit()}
        return (tuple(sorted(own)), None) if own else (None, None)
    return None, None


# --- fields


def _reading(field: Field) -> float:
    """How surely a field was read."""
    return field.confidence if field.reading is None else field.reading


def _text(field: Field | None) -> str:
    """A field's text, or an empty string."""
    return "" if field is None or field.value is None else str(field.value).strip()


def _texts(field: Field | None) -> tuple[str, ...]:
    """The texts of a field that may repeat."""
    if field is None or field.value is None:
        return ()
    values = field.value if isinstance(field.value, list | tuple) else [field.value]
    return tuple(text for v in values if v is not None and (text := str(v).strip()))


def field_text(document: Document, key: str) -> str:
    """A field's text by its key, or an empty string."""
    return _text(document.fields.get(key))


def by_type(papers: Iterable[Paper]) -> Mapping[str, tuple[Paper, ...]]:
    """The papers by document type."""
    found: dict[str, tuple[Paper, ...]] = {}
    for paper in papers:
        found[paper.document.type] = (*found.get(paper.document.type, ()), paper)
    return found
