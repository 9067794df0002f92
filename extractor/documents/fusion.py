"""Rules and the field tagger brought together, field by field: agreement, dispute, filling in (``docs/fusion.md``).

Rules read first and stay in charge of statement rows, persons and whatever proves a paper worthless. The tagger may bear
out a value, throw doubt on it, or fill what the rules left empty; a person sees by ``method`` and ``note`` which it was.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from extractor.documents.fusion_checks import check, why
from extractor.documents.fusion_tags import Mention, Tagging, mentions, together
from extractor.documents.fusion_tidy import tidier
from extractor.documents.fusion_values import compared, relation
from extractor.documents.iso_standards import find_standards, system_of_standards
from extractor.documents.kinds import kind_of
from extractor.model import Field, Page
from extractor.values.dates import add_years
from extractor.values.identifiers import patent_kind
from extractor.values.names import looks_like_company
from models.calibration.groups import AGREED, DISPUTED, TAGGER

LOG = logging.getLogger(__name__)

DISPUTED_AT_MOST = 0.50
"""Confidence of a field on which both readings stand against each other: less than any verdict asks for."""
DECIDING: Mapping[str, frozenset[str]] = {
    "audit_report": frozenset({"entity", "fiscal_year"}),
    "financial_statements": frozenset({"entity", "fiscal_year"}),
    "rd_audit_report": frozenset({"entity"}),
    "tax_return": frozenset({"entity", "fiscal_year"}),
    "patent_certificate": frozenset({"kind", "patent_no", "patentees", "application_date", "grant_date"}),
    "software_copyright": frozenset({"registration_no", "certificate_no", "owners", "registration_date"}),
    "trademark_certificate": frozenset({"registration_no", "owner", "valid_from", "valid_until"}),
    "iso_certificate": frozenset({"certificate_no", "system", "holder", "uscc", "first_issue_date", "issue_date", "valid_until"}),
    "social_security_list": frozenset({"organization", "uscc", "period_from", "period_to", "headcount"}),
    "business_license": frozenset({"uscc", "name", "established"}),
    "high_tech_certificate": frozenset({"certificate_no", "holder", "issue_date", "valid_until"}),
}
"""Fields on which a verdict rests: a wrong one that is filled in may call a figure supported that is not."""
_CHECKED = ("uscc", "patent_no")
_ROWS_REST_ON = ("entity", "fiscal_year")
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff]{1,5}·[\u4e00-\u9fff]{1,6}|[A-Za-z][A-Za-z .·'-]{3,40}")
"""A holder who is a person."""
FILLED = "按规则未读出，由字段模型识别，请核对"
_SHOWN = 24
"""Characters of a printed text quoted in a note."""


def fused(document_type: str, fields: Mapping[str, Field], pages: Sequence[Page], tagging: Tagging) -> dict[str, Field]:
    """The fields of one document that may be evidence, after the tagger was heard.

    A mistake in here leaves the rules' fields as they are and is logged.

    Args:
        document_type: its type.
        fields: as the rules read them, uncalibrated.
        pages: its pages without slanted lines.
        tagging: the package's tags.
    """
    try:
        heard = mentions(document_type, pages, tagging)
        changed = {key: _field(document_type, key, fields, found, tagging) for key, found in heard.items()}
    except Exception as error:
        # Where, and not what: the message may hold what stands on the page.
        at = traceback.extract_tb(error.__traceback__)[-1]
        LOG.error("tags of a %s: %s in %s, line %s", document_type, type(error).__name__, at.name, at.lineno)
        return dict(fields)
    made = {**fields, **{key: field for key, field in changed.items() if field is not None}}
    return with_doubted_rows(document_type, made | _following(document_type, made))


def with_doubted_rows(document_type: str, fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields; where it is disputed whose statements these are or of which year, no figure of them is sure.

    Claims of figures take name and year as they stand, whatever their confidence (``extractor.claims.statements``).
    """
    disputed = [key for key in _ROWS_REST_ON if key in fields and fields[key].method.endswith(DISPUTED)]
    if not disputed:
        return dict(fields)
    note = "、".join(kind_of(document_type, key).label for key in disputed) + "有不同读法，请核对原件"
    return {k: _doubted(f, note) if kind_of(document_type, k).rows else f for k, f in fields.items()}


def _doubted(field: Field, note: str) -> Field:
    """A statement row, and each period of it, at no more than a disputed field's confidence; a note is not said twice."""
    said = field.note if note in (field.note or "") else _joined(field.note, note)
    periods = {p: _doubted(own, note) for p, own in field.periods.items()} if field.periods else field.periods
    return field.model_copy(update={"confidence": min(field.confidence, DISPUTED_AT_MOST), "note": said, "periods": periods})


def is_heard(field: Field) -> bool:
    """Whether the tagger had a say in a field."""
    return field.method == TAGGER or field.method.endswith((AGREED, DISPUTED))


def _field(document_type: str, key: str, fields: Mapping[str, Field], found: Sequence[Mention], tagging: Tagging) -> Field | None:
    """The field after fusion; None where it stays as it is."""
    ruled = fields.get(key)
    if ruled is None or ruled.value in (None, "", []):
        return _filled(document_type, key, fields, found, tagging)
    if not compared(document_type, key):
        return None
    limits, many = tagging.thresholds, kind_of(document_type, key).many
    heard = _at_least(found, limits.agree, many=many)
    relations = [relation(document_type, key, ruled.value, m.value) for m in heard]
    if "same" in relations:
        return ruled.model_copy(update={"method": f"{ruled.method or 'rule'}{AGREED}"})
    better = _tidied(document_type, key, fields, found, tagging)
    if better is not None:
        return better
    apart = [m for m in _at_least(found, limits.dispute, many=many) if _contradicts(document_type, key, ruled.value, m.value)]
    if not apart or (not many and "like" in relations):
        return None
    return _disputed(document_type, key, fields, max(apart, key=lambda m: m.confidence), tagging)


def _at_least(found: Sequence[Mention], least: float, *, many: bool) -> list[Mention]:
    """The mentions that are so sure; of a field that repeats one of all of them, as each value may be tagged by itself."""
    sure = [m for m in found if m.confidence >= least]
    return [together(sure)] if many and sure else sure


def _contradicts(document_type: str, key: str, ruled: Any, other: Any) -> bool:
    """Whether both cannot be right; a further company beside all those that the rules read is a holder they missed."""
    how = relation(document_type, key, ruled, other)
    if how != "like" or not isinstance(ruled, list) or not isinstance(other, list):
        return how == "apart"
    more = [name for name in other if all(relation(document_type, key, [one], [name]) == "apart" for one in ruled)]
    return bool(more) and all(looks_like_company(str(name)) for name in more)


# --- filling in --------------------------------------------------------------


def _filled(
    document_type: str, key: str, fields: Mapping[str, Field], found: Sequence[Mention], tagging: Tagging
) -> Field | None:
    """A field that the rules left empty: by the surest mention, where the tagger is of one mind and nothing refutes it."""
    limits = tagging.thresholds
    sure = [m for m in found if m.confidence >= (limits.fill_deciding if _decides(document_type, key) else limits.fill)]
    if not sure:
        return None
    best = together(sure) if kind_of(document_type, key).many else max(sure, key=lambda m: m.confidence)
    if not kind_of(document_type, key).many and _rivals(document_type, key, best, found, limits.agree):
        return None
    bears = check(document_type, key, best.value, fields)
    if bears is False or (bears is None and not _may_be_unchecked(document_type, key, best.value)):
        return None
    return best.field(FILLED)


def _may_be_unchecked(document_type: str, key: str, value: Any) -> bool:
    """Whether a value may be filled in that nothing bears out: no number with check digits, of names only persons' in a list."""
    kind = kind_of(document_type, key)
    if kind.kind in _CHECKED:
        return False
    if kind.kind != "company":
        return True
    return kind.many and all(looks_like_company(name) or _PERSON.fullmatch(name) is not None for name in map(str, value))


def _decides(document_type: str, key: str) -> bool:
    return key in DECIDING.get(document_type, ())


def _rivals(document_type: str, key: str, best: Mention, found: Sequence[Mention], at_least: float) -> bool:
    """Whether the tagger also read something else there; of free texts the surest is taken."""
    if not compared(document_type, key):
        return False
    return any(m.confidence >= at_least and relation(document_type, key, best.value, m.value) == "apart" for m in found)


def _following(document_type: str, fields: Mapping[str, Field]) -> dict[str, Field]:
    """What follows from fields that were filled in, as the rules conclude it from those they read."""
    out: dict[str, Field] = {}
    for source, key, conclude in _FOLLOWS.get(document_type, ()):
        known = fields.get(source)
        if known is None or known.method != TAGGER or not known.value or (key in fields and fields[key].value is not None):
            continue
        value = conclude(known.value)
        if value is not None and check(document_type, key, value, fields) is not False:
            out[key] = known.model_copy(update={"value": value})
    return out


_FOLLOWS: Mapping[str, tuple[tuple[str, str, Callable[[Any], Any]], ...]] = {
    "high_tech_certificate": (("issue_date", "valid_until", lambda day: add_years(date.fromisoformat(day), 3).isoformat()),),
    "patent_certificate": (("patent_no", "kind", patent_kind),),
    "iso_certificate": (("standards", "system", lambda names: system_of_standards(find_standards("\n".join(names)))),),
}
"""Of a filled field (first) another one (second) follows: a term by law, the kind in a number, the system of a standard."""


def _tidied(
    document_type: str, key: str, fields: Mapping[str, Field], found: Sequence[Mention], tagging: Tagging
) -> Field | None:
    """The tagger's name or number where the rules' is the same with a label glued to it, or a torn part of it."""
    limits, ruled = tagging.thresholds, fields[key]
    sure = [m for m in found if m.confidence >= (limits.fill_deciding if _decides(document_type, key) else limits.fill)]
    if not sure:
        return None
    tried = [together(sure)] if kind_of(document_type, key).many else sorted(sure, key=lambda m: -m.confidence)
    for mention in tried:
        if (
            tidier(document_type, key, ruled.value, mention.value)
            and check(document_type, key, mention.value, fields) is not False
        ):
            return mention.field(
                f"规则读作“{_shown(ruled.value)}”（{_where(ruled)}），多出或缺少的文字不属于该项，取字段模型的读法"
            )
    return None


# --- disputes ----------------------------------------------------------------


def _disputed(document_type: str, key: str, fields: Mapping[str, Field], other: Mention, tagging: Tagging) -> Field:
    """Both read something, and not the same: a check decides, else the field is doubtful and names both readings."""
    ruled = fields[key]
    ours, theirs = (check(document_type, key, value, fields) for value in (ruled.value, other.value))
    both = f"规则读作“{_shown(ruled.value)}”（{_where(ruled)}），字段模型读作“{_shown(other.value)}”（{_where(other.field())}）"
    decision = _decision(ours, theirs, refuted_only=kind_of(document_type, key).kind == "company")
    reason = why(document_type, key)
    if decision == "rule":
        return ruled.model_copy(update={"note": _joined(ruled.note, f"{both}；后者{reason}，未采用")})
    if decision == "tagger" and other.confidence >= tagging.thresholds.fill_deciding:
        return other.field(f"{both}；前者{reason}，取后者，请核对")
    note = _joined(ruled.note, f"{both}，无法判定，请核对原件")
    sure = min(ruled.confidence, DISPUTED_AT_MOST)
    return ruled.model_copy(update={"confidence": sure, "note": note, "method": f"{ruled.method or 'rule'}{DISPUTED}"})


def _decision(ours: bool | None, theirs: bool | None, *, refuted_only: bool) -> str:
    """``rule``, ``tagger`` or ``""``: the one that is borne out while the other is not, or the one that is not refuted.

    The tagger's is never taken only because the rule's is refuted. With ``refuted_only`` neither is taken without the
    other being refuted: that a name has a legal form makes no other name wrong.
    """
    if refuted_only:
        return "rule" if theirs is False and ours is not False else "tagger" if ours is False and theirs is True else ""
    if ours is not False and theirs is not True and ours is not theirs:
        return "rule"
    return "tagger" if theirs is True and ours is not True else ""


def _shown(value: Any) -> str:
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 2 * _SHOWN else f"{text[: 2 * _SHOWN]}…"


def _where(field: Field) -> str:
    """Page and printed text of a field's first evidence."""
    if not field.evidence:
        return "位置未知"
    first = field.evidence[0]
    text = first.text if len(first.text) <= _SHOWN else f"{first.text[:_SHOWN]}…"
    return f"第{first.page}页“{text}”"


def _joined(note: str | None, more: str) -> str:
    return f"{note}；{more}" if note else more
