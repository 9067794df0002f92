"""The shapes of batches as answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field as _F

from api.desk.shapes import Decided, PersonName, RunState, Shape
from extractor.prescreen.marks import MarkKind
from extractor.prescreen.ranking import PolicyStanding, ScorePart, State

BatchState = Literal["live", "done", "cancelled"]


class Counts(Shape):
    """How many packages came out how; those that are not finished count nowhere."""

    # Named "pass" outside, which is no name in Python.
    passed: int = _F(default=0, alias="pass", description="通过")
    review: int = _F(default=0, description="需复核")
    fail: int = _F(default=0, description="不通过")
    error: int = _F(default=0, description="未能检查")


class BatchShape(Shape):
    """A batch in the list."""

    id: str
    name: str
    created_at: datetime
    created_by: PersonName
    as_of: date | None = _F(description="材料须在这一天有效；null：各材料包自己的日期")
    policies: list[str]
    remarks: list[str] = _F(description="接收时注意到的：申报总表与材料包对不上的、未读取的文件……")
    state: BatchState = _F(description="live 处理中、done 已办完、cancelled 已取消")
    packages: int = _F(description="材料包个数")
    finished: int = _F(description="已处理完（含失败、取消）的个数")
    pages_done: int
    pages_total: int = _F(description="目前已清点出的页数")
    counts: Counts
    hours_saved: float = _F(description="估计节省的人工阅读（小时）")


class Batches(Shape):
    """A page of the list."""

    items: list[BatchShape]
    total: int
    page: int
    page_size: int


class RankedPackage(Shape):
    """A package in the ranked table (``prescreen.ranking.Screened``)."""

    id: str = _F(description="材料包编号")
    package: str = _F(description="材料包名称")
    enterprise: str
    uscc: str | None
    state: RunState | None = _F(description="最近一次处理的状态")
    verdict: State | None = _F(description="pass 通过、review 需复核、fail 不通过、error 未能检查；null 还没有结果")
    error: str | None = _F(description="未能检查的原因与办法")
    score: float | None = _F(description="0–100，同一结论内按它排序")
    parts: list[ScorePart] = _F(description="得分的组成")
    risk: float | None = _F(description="0–1，多急需人看")
    reasons: list[str] = _F(description="理由，重要的在前")
    missing: list[str] = _F(description="缺少的材料")
    findings: dict[str, int] = _F(description="各结论的申报数据项数")
    policies: list[PolicyStanding]
    files: int
    unread_files: int
    pages: int
    seconds: float
    hours_saved: float
    decision: Decided | None = _F(description="审核结论")


class RepeatPlaceShape(Shape):
    """Where a repeated mark stands."""

    id: str = _F(description="材料包编号")
    package: str
    enterprise: str
    file: str
    index: int | None = _F(description="文件在结果 files 中的序号")
    page: int | None = _F(description="从 1 起；null：整个文件")
    earlier: bool = _F(description="是否属于本批以前交来的材料包")


class RepeatShape(Shape):
    """One mark in several packages."""

    kind: MarkKind | Literal["same_enterprise"]
    value: str
    label: str
    severity: Literal["alarm", "note"] = _F(description="alarm 请核对、note 有正当理由的说明")
    reason: str
    places: list[RepeatPlaceShape]


class BatchDetail(BatchShape):
    """A batch with its ranked table and what repeats across packages."""

    ranked: list[RankedPackage] = _F(description="名次顺序；还没有结果的在最后")
    repeats: list[RepeatShape] = _F(description="不同企业的材料中相同的内容，含本单位以前的材料包；处理中隔一会儿更新一次")
