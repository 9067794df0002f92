"""The corrections a person can make. They address papers by where they begin, as ids change when papers are split anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from extractor.model import Box, Frozen
from extractor.review.errors import RevisionError
from extractor.values.persons import mask_ids


def _masked(value: Any) -> Any:
    """Texts typed by a person hold no ID number either."""
    if isinstance(value, str):
        return mask_ids(value.strip())
    return [_masked(item) for item in value] if isinstance(value, list | tuple) else value


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _fraction(box: Box) -> Box:
    if not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
        raise ValueError("left < right and top < bottom, within 0..1")
    return box


Text = Annotated[str, AfterValidator(_masked)]
Moment = Annotated[str, AfterValidator(_moment)]
"""ISO 8601 date and time."""


class Spot(Frozen):
    """A place on a page that a person points at. ``file``: 0-based; ``page``: 1-based; ``box``: fractions of the upright page."""

    file: int = Field(ge=0)
    sha256: str = Field(min_length=1)
    """Of the file: its number changes when files are added, and its content must not have changed."""
    page: int = Field(ge=1)
    box: Annotated[Box, AfterValidator(_fraction)]
    text: Text = ""


class Place(Frozen):
    """Where a document begins. ``part``: which paper of that page, from 0, where a page holds several."""

    file: int = Field(ge=0)
    sha256: str = Field(min_length=1)
    """As in ``Spot``."""
    page: int = Field(ge=1)
    part: int = Field(default=0, ge=0)


class _Revision(Frozen):
    """What all corrections have: who made it (name as shown), when and why."""

    id: str = Field(min_length=1)
    who: str
    when: Moment
    why: Text = ""
    place: Place


class FieldRevision(_Revision):
    """A field's value as a person reads it.

    ``value``: as typed or normalised (money in yuan); None: not there, or not legible. ``period``: of a statement
    row (``2020``, ``2020-06``), else None. ``secondary``: the row of the other scope (``Document.secondary``).
    """

    kind: Literal["field"] = "field"
    document_type: str
    field: str
    period: str | None = None
    secondary: bool = False
    value: Annotated[Any, AfterValidator(_masked)]
    evidence: tuple[Spot, ...] = ()


class TypeRevision(_Revision):
    """The document that begins here is of another type; ``other`` proves nothing. It keeps its pages."""

    kind: Literal["document_type"] = "document_type"
    document_type: str


class ExclusionRevision(_Revision):
    """The document that begins here proves nothing, and why; None: it is evidence after all (a mark was misread)."""

    kind: Literal["exclusion"] = "exclusion"
    reason: Text | None


class SplitRevision(_Revision):
    """A new document begins here, of a type that the person gives or the page itself shows."""

    kind: Literal["split"] = "split"
    document_type: str | None = None


class JoinRevision(_Revision):
    """What stands here continues the document before it."""

    kind: Literal["join"] = "join"


Structural = SplitRevision | JoinRevision | TypeRevision
Revision = Annotated[FieldRevision | TypeRevision | ExclusionRevision | SplitRevision | JoinRevision, Field(discriminator="kind")]
_MANY: TypeAdapter[tuple[Revision, ...]] = TypeAdapter(tuple[Revision, ...])


def revisions_of(data: Sequence[Any]) -> tuple[Revision, ...]:
    """Corrections from JSON values, in their order.

    Raises:
        RevisionError: one of them is not of the shape above.
    """
    try:
        return _MANY.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RevisionError(f"更正的内容不合格式（{where}：{first['msg']}），请刷新页面后重新填写") from error
