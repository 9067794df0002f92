"""The shapes that the API takes; every description is shown in the OpenAPI document."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict
from pydantic import Field as _F

from api.desk.shapes import Said, Shape
from api.work.clean import CleanText

Note = Annotated[CleanText, _F(max_length=4000)]
Version = Annotated[int, _F(ge=0, le=2**31 - 1, description="所看到的版本（Desk.version）")]
Key = Annotated[CleanText, _F(max_length=200)]
FileNumber = Annotated[int, _F(ge=0, le=1_000_000)]
PageNumber = Annotated[int, _F(ge=1, le=1_000_000)]
Fraction = Annotated[float, _F(ge=0, le=1, allow_inf_nan=False)]


class PackageChanges(Shape):
    """What may be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "闽江精密 2026", "as_of": "2026-06-30"}})

    name: CleanText | None = _F(default=None, min_length=1, max_length=300)
    as_of: date | None = None
    policies: list[Key] | None = _F(default=None, max_length=20)
    declaration: dict[str, Any] | None = _F(default=None, description="申报数据，格式同 declared.json；替换原有的")
    version: Version | None = None


class ReviewIn(Shape):
    """What the reviewer says of a finding."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"action": "accept", "comment": "", "version": 1}})

    action: Said
    comment: Note = ""
    version: Version


class ConditionIn(Shape):
    """What a person decides about a condition."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"condition": "cn-2026-little-giant#conditions.all[0]", "status": "met", "why": "已核对原件", "version": 1}
        },
    )

    condition: Key
    status: Literal["met", "not_met"]
    why: Note = _F(min_length=1)
    version: Version | None = None


class DecisionIn(Shape):
    """The reviewer's decision about the package, or its withdrawal."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"decision": "recommend", "note": "材料齐全", "signature": "李审核", "version": 1}},
    )

    decision: Literal["recommend", "return", "reject", "withdraw"]
    note: Note = ""
    signature: CleanText = _F(default="", max_length=100, description="签名；推荐、退回、不予推荐时必填")
    password: str | None = _F(default=None, max_length=1000, description="口令；填写时会核对，签名更有力")
    version: Version | None = None


class PlaceIn(Shape):
    """Where a document begins, as the desk gave it."""

    file: FileNumber
    sha256: str = _F(pattern="^[0-9a-f]{64}$")
    page: PageNumber
    part: FileNumber = 0


class SpotIn(Shape):
    """A place on a page that the reviewer points at."""

    file: FileNumber
    sha256: str = _F(pattern="^[0-9a-f]{64}$")
    page: PageNumber
    box: tuple[Fraction, Fraction, Fraction, Fraction]
    text: Key = ""


class _RevisionIn(Shape):
    place: PlaceIn
    why: Note = _F(default="", description="理由")
    version: Version


Typed = Note | int | float | bool | Annotated[list[Note], _F(max_length=500)] | None


class FieldIn(_RevisionIn):
    """A field read rightly."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "field",
                "place": {"file": 0, "sha256": "9f" * 32, "page": 1, "part": 0},
                "document_type": "audit_report",
                "field": "revenue",
                "period": "2020",
                "value": "8123.45万元",
                "why": "原件第6页看得清楚",
                "version": 1,
            }
        },
    )

    kind: Literal["field"]
    document_type: Key
    field: Key
    period: Key | None = None
    secondary: bool = False
    value: Typed = _F(description="正确的值：可带单位；null 表示没有或无法辨认")
    evidence: list[SpotIn] = _F(default=[], max_length=20)


class TypeIn(_RevisionIn):
    """A paper of another type."""

    kind: Literal["document_type"]
    document_type: Key


class ExclusionIn(_RevisionIn):
    """A paper that proves nothing; ``reason`` null: it is evidence after all."""

    kind: Literal["exclusion"]
    reason: Note | None


class SplitIn(_RevisionIn):
    """A new paper begins on this page."""

    kind: Literal["split"]
    document_type: Key | None = None


class JoinIn(_RevisionIn):
    """A page that continues the paper before it."""

    kind: Literal["join"]


RevisionIn = Annotated[FieldIn | TypeIn | ExclusionIn | SplitIn | JoinIn, _F(discriminator="kind")]
