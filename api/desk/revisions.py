"""Corrections in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extractor.model import Result
from extractor.reports import labels, values
from extractor.review.errors import RevisionError
from extractor.review.places import key_of, parts_of, said
from extractor.review.revisions import (
    ExclusionRevision,
    FieldRevision,
    JoinRevision,
    Revision,
    SplitRevision,
    TypeRevision,
)


def summary(revision: Revision, result: Result) -> str:
    """``《审计报告.pdf》第1页 审计报告：营业收入（2020年）改为 81,234,500.00 元``."""
    where = said(revision.place, result.files)
    match revision:
        case FieldRevision():
            kind = labels.document_label(revision.document_type)
            field = labels.field_label(revision.document_type, revision.field)
            period = f"（{labels.period_label(revision.period)}）" if revision.period else ""
            return f"{where} {kind}：{field}{period}{_became(revision)}"
        case TypeRevision():
            return f"{where} 的材料类型改为 {labels.document_label(revision.document_type)}"
        case ExclusionRevision():
            return f"{where} 的材料{f'不作为证据：{revision.reason}' if revision.reason else '恢复作为证据'}"
        case SplitRevision():
            kind = f"（{labels.document_label(revision.document_type)}）" if revision.document_type else ""
            return f"从 {where} 起另成一份材料{kind}"
        case JoinRevision():
            return f"{where} 并入前一份材料"


def superseded(revisions: Sequence[Revision], result: Result) -> set[str]:
    """Ids of corrections whose document a later re-split or re-type has taken away."""
    parts = parts_of(result.documents)
    begins: dict[Any, str] = {parts[d.id][0]: d.type for d in result.documents}
    out = set()
    for revision in revisions:
        if isinstance(revision, SplitRevision | JoinRevision):
            continue
        try:
            found = begins.get(key_of(revision.place, result.files))
        except RevisionError:
            found = None
        wanted = revision.document_type if isinstance(revision, FieldRevision | TypeRevision) else found
        if found is None or found != wanted:
            out.add(revision.id)
    return out


def _became(revision: FieldRevision) -> str:
    if revision.value is None:
        return "标为没有或无法辨认"
    return f"改为 {values.field_text(revision.field, revision.value)}"
