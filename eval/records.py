"""What an evaluation run observed, one record per judged thing; every metric is computed from these alone.

Written as ``observations.jsonl``: one JSON object per line, its type under ``"record"``. The file holds
values read from the evidence: it is as confidential as the corpus itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as _F
from pydantic import TypeAdapter, ValidationError

from extractor.model import Box, Frozen, Line

FILE_NAME = "observations.jsonl"
NOT_EVIDENCE = "not_evidence"
"""The one class of every page and paper that proves nothing (attachments, notices, specimens, drafts)."""
NO_DOCUMENT = "none"
"""Given where the product put a labelled page into no document."""


class ObservationsError(ValueError):
    """Observations that are missing or cannot be read; the message is plain Chinese with a remedy."""


class Spot(Frozen):
    """A place to look at. ``file`` is the name inside the package, ``box`` fractions of the upright page."""

    file: str
    page: int
    box: Box


class _Observed(Frozen):
    """What all records share.

    ``package``: path in the corpus of what was checked (a package or a single file); ``file``: the name
    of the file inside it. ``cluster``: the enterprise, else the package: what bootstrap draws.
    ``layout``, ``held_out``, ``difficulty``: as labelled, else empty or false.
    """

    package: str
    file: str = ""
    cluster: str = ""
    difficulty: str = ""
    layout: str = ""
    held_out: bool = False

    @property
    def unit(self) -> str:
        """The cluster that bootstrap draws; the package where no enterprise is labelled."""
        return self.cluster or self.package


class PageRecord(_Observed):
    """One page. Types are classes of papers (``NOT_EVIDENCE`` for all that prove nothing), None: not labelled.

    ``expected_starts``/``got_starts``: how many papers begin on the page, None: not labelled. ``edits`` of
    ``chars`` true characters, None without true text. ``rotation``, ``skew``, ``warp`` and ``hidden`` (lines with
    persons' ID numbers, masked) are what it takes to show the page again.
    """

    record: Literal["page"] = "page"
    page: int
    source: str = ""
    expected_type: str | None = None
    got_type: str | None = None
    expected_starts: int | None = None
    got_starts: int | None = None
    edits: int | None = None
    chars: int | None = None
    rotation: int = 0
    skew: float = 0.0
    warp: tuple[float, ...] = ()
    hidden: tuple[Line, ...] = ()


class DocumentRecord(_Observed):
    """A labelled paper and what it was found as; ``expected`` None: found, and nobody labelled it."""

    record: Literal["document"] = "document"
    expected: str | None
    got: str | None
    title: str = ""
    confidence: float = 0.0
    right: bool
    spot: Spot | None = None


class FieldRecord(_Observed):
    """A labelled field of a labelled paper (statement rows: one per period).

    ``kind`` as in ``fields.yaml`` without its arguments; ``confidence`` and ``method`` are the reading's, 0 and empty
    where nothing was read; ``gate``: of a statement figure; ``present``: a value was read. ``best_iou``, ``box_hit``:
    evidence against the true boxes (``eval.places``), None where no true box is labelled or the value is wrong.
    """

    record: Literal["field"] = "field"
    type: str
    field: str
    period: str = ""
    kind: str = "text"
    key: bool = False
    """Whether claims rest on this field (``eval.fields.KEY_FIELDS``)."""
    expected: Any
    got: Any
    confidence: float = 0.0
    method: str = ""
    gate: str | None = None
    exact: bool
    present: bool
    best_iou: float | None = None
    box_hit: bool | None = None
    spot: Spot | None = None
    expected_spot: Spot | None = None

    @property
    def name(self) -> str:
        """``field`` or ``field/period``, as box labels name it."""
        return f"{self.field}/{self.period}" if self.period else self.field


class ClaimRecord(_Observed):
    """A figure of a statement as a claim: ``expected`` None: nothing of it is labelled; ``got`` None: no claim."""

    record: Literal["claim"] = "claim"
    type: str
    metric: str
    period: str
    expected: float | None
    got: float | None
    confidence: float = 0.0
    right: bool


class FindingRecord(_Observed):
    """The verdict on a declared figure; ``got`` is ``absent`` where the product gave none."""

    record: Literal["finding"] = "finding"
    metric: str
    period: str
    expected: str
    got: str
    confidence: float = 0.0
    planted: str | None = None
    declared: str = ""
    evidenced: str = ""
    reason: str = ""
    spot: Spot | None = None


class PackageRecord(_Observed):
    """One check: how many pages and seconds, or why it failed."""

    record: Literal["package"] = "package"
    pages: int = 0
    pages_ocr: int = 0
    seconds: float = 0.0
    failed: str | None = None


class RunInfo(Frozen):
    """How a run was made. ``peak_rss``: bytes, of the reading process; ``cached``: pages may come from a cache."""

    record: Literal["run"] = "run"
    schema_: Literal["zuozheng.observations/1"] = _F(default="zuozheng.observations/1", alias="schema")
    date: str = ""
    version: str = ""
    commit: str = ""
    command: str = ""
    corpus: str = ""
    seed: int | None = None
    split: str = ""
    engine: str = ""
    calibration: str = ""
    cached: bool = False
    seconds: float = 0.0
    pages: int = 0
    peak_rss: int = 0


Record = PageRecord | DocumentRecord | FieldRecord | ClaimRecord | FindingRecord | PackageRecord
_ANY: TypeAdapter[Any] = TypeAdapter(Annotated[Record | RunInfo, _F(discriminator="record")])


@dataclass(slots=True)
class Records:
    """All observations of one run."""

    run: RunInfo = field(default_factory=RunInfo)
    pages: list[PageRecord] = field(default_factory=list)
    documents: list[DocumentRecord] = field(default_factory=list)
    fields: list[FieldRecord] = field(default_factory=list)
    claims: list[ClaimRecord] = field(default_factory=list)
    findings: list[FindingRecord] = field(default_factory=list)
    packages: list[PackageRecord] = field(default_factory=list)

    def __iter__(self) -> Iterator[Record]:
        """Every record, in the order of the lists."""
        for each in self._lists():
            yield from each

    def _lists(self) -> tuple[list[Any], ...]:
        return (self.pages, self.documents, self.fields, self.claims, self.findings, self.packages)

    def add(self, record: Record) -> None:
        """Put a record into its list."""
        match record:
            case PageRecord():
                self.pages.append(record)
            case DocumentRecord():
                self.documents.append(record)
            case FieldRecord():
                self.fields.append(record)
            case ClaimRecord():
                self.claims.append(record)
            case FindingRecord():
                self.findings.append(record)
            case PackageRecord():
                self.packages.append(record)

    def extend(self, records: Iterable[Record]) -> None:
        """Put records into their lists."""
        for record in records:
            self.add(record)


def dump(records: Records) -> str:
    """The text of ``observations.jsonl``, the run's line first."""
    lines = [records.run.model_dump_json(by_alias=True), *(r.model_dump_json() for r in records)]
    return "\n".join(lines) + "\n"


def load(path: Path) -> Records:
    """Read the observations of a run: the file, or the folder that holds it.

    Raises:
        ObservationsError: it is not there, or a line is no record; names the line.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ObservationsError(f"读不到评测记录 {file}；请先用 zuozheng eval 语料 --out 目录 生成") from error
    records = Records()
    for number, line in enumerate(lines, 1):
        try:
            found = _ANY.validate_json(line)
        except ValidationError as error:
            what = json.dumps(error.errors()[0]["msg"], ensure_ascii=False)
            raise ObservationsError(f"{file.name} 第 {number} 行不是评测记录（{what}）；请用当前版本重新评测") from error
        if isinstance(found, RunInfo):
            records.run = found
        else:
            records.add(found)
    return records
