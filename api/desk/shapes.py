"""The shapes that the API answers with; every description is shown in the OpenAPI document.

``page`` is 1-based, ``file`` an index into the files of the package's result, ``box`` fractions of the upright page.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as _F

from api.desk.examples import DESK_EXAMPLE, PACKAGE_EXAMPLE, PAGE_TEXT_EXAMPLE
from extractor.model import Box

RunState = Literal["queued", "planning", "reading", "judging", "done", "failed", "cancelled"]
Decided = Literal["recommend", "return", "reject"]
Said = Literal["accept", "reject", "comment"]
Status = Literal["met", "not_met", "undetermined"]


class Shape(BaseModel):
    """Base of all that is sent and answered: no unknown keys."""

    model_config = ConfigDict(extra="forbid")


class PersonName(Shape):
    """Who did something."""

    id: str = _F(description="用户编号")
    name: str = _F(description="姓名")


class RunShape(Shape):
    """A pass of the workers over a package."""

    id: str
    state: RunState = _F(
        description="queued 排队、planning 整理文件、reading 读取、judging 核对、done 完成、failed 失败、cancelled 已停止"
    )
    pages_done: int
    pages_total: int
    doing: str = _F(description="正在做什么")
    error: str | None = _F(description="失败原因与办法")
    interactive: bool = _F(description="是否优先于批量")
    created_at: datetime
    finished_at: datetime | None


class DecisionShape(Shape):
    """What the reviewer decided about the whole package."""

    decision: Decided = _F(description="recommend 推荐、return 退回补正、reject 不予推荐")
    note: str
    signature: str = _F(description="签名")
    by: PersonName
    at: datetime


class Package(Shape):
    """A package as lists and headers show it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": PACKAGE_EXAMPLE})

    id: str
    name: str
    enterprise: str | None
    uscc: str | None = _F(description="统一社会信用代码")
    as_of: date | None = _F(description="材料须在这一天有效；空：核对当天")
    policies: list[str] = _F(description="按哪些政策核对（编号）")
    batch: str | None = _F(description="所属批次编号")
    created_at: datetime
    created_by: PersonName
    run: RunShape | None = _F(description="最近一次读取；空：还没有开始")
    verdict: Literal["pass", "fail", "review"] | None = _F(description="空：还没有结果")
    risk: float | None = _F(description="0..1，越大越需要人看")
    counts: dict[str, int] = _F(description="各结论的申报项数")
    score: float | None = _F(description="初筛分 0..100")
    reasons: list[str] = _F(description="主要原因，最重要的在前")
    missing_materials: list[str]
    declared: int | None = _F(description="申报数据项数；空：没有申报数据，只读取材料")
    remarks: list[str] = _F(description="接收与核对时注意到的问题")
    decision: DecisionShape | None
    version: int = _F(description="每次重新核对加一；修改请求须带上所看到的版本")


class Packages(Shape):
    """A page of packages."""

    items: list[Package]
    total: int
    page: int
    page_size: int


class Spot(Shape):
    """A place on a page."""

    file: int
    page: int
    box: Box
    text: str = _F(default="", description="原文")
    document: str | None = _F(default=None, description="所在材料的编号")


class PlaceShape(Shape):
    """Where a document begins; revisions name documents so."""

    file: int
    sha256: str
    page: int
    part: int = 0


class FieldRef(Shape):
    """A field that feeds a finding and can be corrected."""

    document: str
    document_place: PlaceShape
    document_type: str
    field: str
    label: str
    period: str | None
    secondary: bool = _F(description="母公司报表的行（合并报表为准时）")
    value: Any
    kind: str
    evidence: list[Spot]


class FigureShape(Shape):
    """A value as data and as people write it."""

    value: float | int | str | None
    text: str
    unit: str = ""


class FindingReviewShape(Shape):
    """What a reviewer said of a finding. ``stale``: the verdict has changed since."""

    action: Said
    comment: str
    by: PersonName
    at: datetime
    stale: bool = _F(description="此后结论已变，须再看")


class FindingShape(Shape):
    """A declared figure beside its evidence."""

    key: str
    metric: str
    label: str
    period: str
    period_label: str
    declared: FigureShape
    evidenced: FigureShape | None
    verdict: Literal["supported", "contradicted", "missing", "expired", "wrong_entity", "unsure"]
    verdict_label: str
    confidence: float
    reason: str
    evidence: list[Spot]
    claims: list[str]
    conditions: list[str] = _F(description="用到这一项的政策条件编号")
    fields: list[FieldRef] = _F(description="可以更正的字段")
    review: FindingReviewShape | None
    comments: list[FindingReviewShape] = _F(description="全部意见，旧的在前")


class GroupShape(Shape):
    """Findings of one condition."""

    title: str
    policy: str | None
    condition: str | None
    status: Status | None
    findings: list[str]


class PageRefShape(Shape):
    """A page of a file."""

    file: int
    page: int


class DocumentFieldShape(Shape):
    """A field of a document; statement rows come once per period."""

    key: str
    label: str
    period: str | None
    secondary: bool
    value: Any
    text: str
    kind: str
    confidence: float
    method: str
    note: str | None
    evidence: list[Spot]


class DocumentShape(Shape):
    """A paper of the package."""

    id: str
    type: str
    type_label: str
    title: str
    confidence: float
    excluded: str | None = _F(description="为何不作为证据")
    place: PlaceShape
    pages: list[PageRefShape]
    fields: list[DocumentFieldShape]


class FileShape(Shape):
    """A file as read; ``position`` is its index."""

    position: int
    name: str
    sha256: str = _F(description="内容的 SHA-256；更正以它和页码指明位置（revisions 的 place）")
    pages: int
    error: str | None
    note: str | None
    media_type: str


class UploadShape(Shape):
    """A file as it was handed in."""

    position: int
    name: str
    size: int
    declared: bool = _F(description="这是申报数据文件")


class PageShape(Shape):
    """A page: its size in pixels (only the ratio matters) and what it belongs to."""

    file: int
    page: int
    width: int
    height: int
    source: str
    note: str | None
    label: str = _F(description="所在材料")
    document: str | None
    picture: bool = _F(description="有没有页面图片（表格没有）")


class CheckShape(Shape):
    """An arithmetic check."""

    check: str
    label: str
    document: str
    status: Literal["ok", "failed", "skipped"]
    reason: str


class MaterialShape(Shape):
    """A material that a policy asks for."""

    policy: str
    name: str
    status: str = _F(description="present、missing、expired、wrong_year、wrong_entity、review、not_claimed、optional")
    status_label: str
    note: str
    papers: list[str] = _F(description="材料编号")
    pages: list[PageRefShape]


class RevisionShape(Shape):
    """A correction. ``superseded``: a later re-split or re-type made it void."""

    id: str
    kind: str
    summary: str
    by: PersonName
    at: datetime
    why: str
    superseded: bool


class TypeShape(Shape):
    """A document type to choose."""

    type: str
    label: str


class OptionShape(Shape):
    """A value to choose."""

    value: str
    label: str


class EditableShape(Shape):
    """A field that a person may set."""

    key: str
    label: str
    kind: str
    many: bool
    rows: bool = _F(description="每个年度一个值")
    options: list[OptionShape]


class CanShape(Shape):
    """What the person who asks may do."""

    review: bool
    decide: bool
    unmask: bool
    delete: bool


class Desk(Shape):
    """Everything that the reviewer's desk shows of a package."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DESK_EXAMPLE})

    package: Package
    version: int
    groups: list[GroupShape]
    findings: list[FindingShape]
    documents: list[DocumentShape]
    files: list[FileShape]
    uploads: list[UploadShape]
    pages: list[PageShape]
    checks: list[CheckShape]
    policies: list[dict[str, Any]] = _F(description="同 result.json 的 policies，加 title")
    materials: list[MaterialShape]
    revisions: list[RevisionShape]
    document_types: list[TypeShape]
    editable: dict[str, list[EditableShape]]
    can: CanShape


class PageLine(Shape):
    """A line of a page; identity numbers are masked."""

    text: str
    box: Box


class PageText(Shape):
    """The text of a page as read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": PAGE_TEXT_EXAMPLE})

    width: int
    height: int
    lines: list[PageLine]


class PolicyChoice(Shape):
    """A policy to choose."""

    id: str
    name: str
    jurisdiction: str
    tier: str
    doc_no: str
    status: str
    kind: str
    in_force: bool = _F(description="今天是否适用")


class Policies(Shape):
    """The policies that ship."""

    items: list[PolicyChoice]


class HistoryEntry(Shape):
    """A line of the package's history."""

    id: int
    at: datetime
    by: PersonName | None
    action: str
    action_label: str
    detail: dict[str, Any]


class History(Shape):
    """A page of the history, newest first."""

    items: list[HistoryEntry]
    total: int
    page: int
    page_size: int
