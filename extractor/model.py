"""The types that every room speaks: pages, documents, claims, findings.

Coordinates: every box is ``(left, top, right, bottom)`` as fractions (0..1) of the
*upright* page, origin top left, so that it draws at any zoom. Pages are 1-based,
files are 0-based indexes into ``Result.files``. All types are frozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import Field as _F

Box = tuple[float, float, float, float]
"""(left, top, right, bottom), fractions of the upright page."""


def _rounded(box: Box) -> Box:
    """A box to 1/100,000 of the page: finer than a pixel, and short in JSON."""
    return (round(box[0], 5), round(box[1], 5), round(box[2], 5), round(box[3], 5))


class Frozen(BaseModel):
    """Base of all types: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- pages -----------------------------------------------------------------


class Line(Frozen):
    """One run of text on one base line, as read; never altered later.

    ``spans`` holds the (left, right) page fractions of each character of ``text``
    where known (same length as ``text``), else it is empty.
    """

    text: str
    box: Box
    confidence: float = 1.0
    spans: tuple[tuple[float, float], ...] = ()
    alt: str | None = None
    """Another reading that disagrees (made with a red seal suppressed); then ``confidence`` is capped."""
    origin: Literal["text", "ocr", "ocr_red", "ocr_clean", "sheet"] = "text"
    """``ocr_red``: read with red ink taken away; ``ocr_clean``: with a pale watermark taken away."""
    person: str | None = None
    """Keyed hash of the resident ID number printed here; ``text`` itself holds it masked."""
    slant: float = 0.0
    """Degrees off the base line of the page; only watermarks and seals are slanted."""

    @property
    def height(self) -> float:
        """Height as a fraction of the page height."""
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        """Width as a fraction of the page width."""
        return self.box[2] - self.box[0]

    @property
    def cx(self) -> float:
        """Horizontal centre."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def cy(self) -> float:
        """Vertical centre."""
        return (self.box[1] + self.box[3]) / 2


class Cell(Frozen):
    """A table cell; ``row``/``col`` are 0-based, spans at least 1."""

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    text: str
    box: Box
    confidence: float = 1.0


class Table(Frozen):
    """Lines grouped into a grid. Grouping only: the lines stay on the page."""

    box: Box
    n_rows: int
    n_cols: int
    cells: tuple[Cell, ...]
    ruled: bool

    def grid(self) -> list[list[str]]:
        """The texts as rows x columns; a merged cell's text stands in its first place only."""
        rows = [["" for _ in range(self.n_cols)] for _ in range(self.n_rows)]
        for c in self.cells:
            rows[c.row][c.col] = c.text
        return rows


class Seal(Frozen):
    """A stamp found by colour and shape; its text is not read here."""

    box: Box
    colour: Literal["red", "blue", "black"] = "red"


class Code(Frozen):
    """A QR code or bar code and its content."""

    kind: str
    text: str
    box: Box


class Page(Frozen):
    """One read page, upright.

    ``width``/``height`` are the upright page's size in pixels of the image that was read
    (or points for a text layer); only their ratio matters. ``rotation`` is the clockwise
    turn (degrees) and ``skew`` the further clockwise turn that made the source upright; ``warp`` then set
    rows and columns straight (``extractor.values.warp``), empty where nothing was bent.
    ``lines`` are in reading order: top to bottom, left to right.
    """

    file: int
    page: int
    width: int
    height: int
    source: Literal["text", "ocr", "mixed", "sheet", "blank"]
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    seals: tuple[Seal, ...] = ()
    codes: tuple[Code, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    warp: tuple[float, ...] = ()
    name: str = ""
    """Sheet name for spreadsheets, else empty."""
    engine: str = ""
    look: str = ""
    """Fingerprint of the upright picture (64 hexadecimal digits, ``extractor.values.page_looks``); empty without one."""
    region: Box | None = None
    """Set when this is a part of a page (two certificates on one page); boxes still refer to the whole page."""
    part: int = 0
    """Which of the page's parts this is, from 0."""
    note: str | None = None
    """Why the page could not be read or is doubtful, in plain Chinese; else None."""
    deferred: bool = False
    """Only looked at: ``lines`` are the few that tell what the page is (``extractor.triage``)."""

    @property
    def text(self) -> str:
        """All lines, joined by newlines."""
        return "\n".join(line.text for line in self.lines)


class Glance(Frozen):
    """A page looked at from afar, to tell whether it must be read.

    ``page`` has the lines that were read all the same; ``boxes`` are those of all lines found on it.
    """

    page: Page
    boxes: tuple[Box, ...] = ()
    doubt: str = ""
    """Why the page must be read whatever stands on it, in plain Chinese (turned, coloured, sealed …); else empty."""
    loose: bool = False
    """Not running text or tables but few lines, or pictures: all of its short lines were read."""
    marked: bool = False
    """Large shapes stand on it that may be a mark across the page (样本, 初稿); nobody has read them."""
    cost: float = 0.0
    """What the look cost, as a share of what reading the page costs."""


class Tag(Frozen):
    """A stretch of a page's text that holds a field: ``lines[line].text[start:end]`` (``Page.lines``).

    A value printed over several lines has a tag on each, in reading order; ``part`` is 0 on the first, then 1, 2 …
    """

    line: int
    start: int
    end: int
    key: str
    """Of the field catalogue; a statement row's key without its period."""
    confidence: float = 1.0
    part: int = 0


class LabelledPage(Frozen):
    """A page as read, or as reading might have given it, and what truly stands on it: what models learn from."""

    page: Page
    type: str
    """Document type; those of ``corpora.format``, attachments and ``blank`` among them."""
    starts: bool
    """Whether a document begins with this page."""
    tags: tuple[Tag, ...] = ()
    tagged: bool = True
    """Whether ``tags`` are complete; False: only the type is known."""
    layout: str = ""
    held_out: bool = False


# --- documents -------------------------------------------------------------


class PageRef(Frozen):
    """A page of a file; ``region`` where a document takes only a part of it."""

    file: int
    page: int
    region: Box | None = None


class Evidence(Frozen):
    """Where a value stands: file, page (1-based), box and the text as printed."""

    file: int
    page: int
    box: Annotated[Box, AfterValidator(_rounded)]
    text: str


class Field(Frozen):
    """One extracted field of a document.

    ``value`` is normalised: ISO dates, numbers in yuan, identifiers without blanks; a list
    for fields that repeat; ``{period: number}`` for statement rows (then ``periods`` has
    each period's own reading). ``value`` None: the label is there, the value unreadable.
    """

    value: Any
    raw: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    periods: dict[str, Field] | None = None
    method: str = ""
    """How it was found, e.g. ``label``, ``statement_row``, ``check_digit_repair``, ``qr``."""
    scope: Literal["consolidated", "parent"] | None = None
    gate: Literal["ok", "failed", "unchecked"] = "unchecked"
    """Arithmetic gate, for statement figures."""
    note: str | None = None
    reading: float | None = _F(default=None, exclude=True)
    """The confidence of the reading itself where ``confidence`` is a calibrated probability; not part of the result."""


class Document(Frozen):
    """A document found in the package, with its fields by key of ``fields.yaml``."""

    id: str
    type: str
    confidence: float
    title: str = ""
    pages: tuple[PageRef, ...]
    fields: dict[str, Field] = _F(default_factory=dict)
    secondary: dict[str, Field] = _F(default_factory=dict)
    """Statement rows of the other scope (the parent company's, where consolidated ones decide)."""
    excluded: str | None = None
    """Why this paper proves nothing (受理通知书, 样本, 草稿 …), else None."""


# --- claims, findings ------------------------------------------------------


class Claim(Frozen):
    """What one document says about one metric. Money in 元, ratios in percent, counts as integers.

    For things that are counted (patents, certificates) one claim per paper: ``value`` 1,
    ``key`` its number, ``valid_from``/``valid_until`` its term (ISO dates, inclusive).
    """

    id: str
    metric: str
    period: str
    value: float | int | str | None
    unit: str
    subject: str
    document: str
    confidence: float
    method: str
    evidence: tuple[Evidence, ...] = ()
    scope: Literal["consolidated", "parent"] | None = None
    gate: Literal["ok", "failed", "unchecked"] = "unchecked"
    key: str | None = None
    subject_id: str | None = None
    """USCC of the subject where the document shows it."""
    co_subjects: tuple[str, ...] = ()
    """Further holders (co-owners)."""
    valid_from: str | None = None
    valid_until: str | None = None
    doubt: str | None = None
    """Why the claim must not prove anything by itself (未经审计, 无法表示意见, 号码校验位不符 …), plain Chinese."""


class Verdict(StrEnum):
    """What the evidence says about a declared figure (contract)."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    MISSING = "missing"
    EXPIRED = "expired"
    WRONG_ENTITY = "wrong_entity"
    UNSURE = "unsure"


class Declared(Frozen):
    """One declared figure as the enterprise wrote it."""

    metric: str
    period: str
    value: float | int | str
    unit: str = ""
    decimals: int | None = None
    """Decimals as written (``8123.40`` has 2); None: take them from the number."""


class Declaration(Frozen):
    """What the enterprise declared. ``as_of`` is an ISO date."""

    name: str
    uscc: str | None = None
    former_names: tuple[str, ...] = ()
    as_of: str
    declared: tuple[Declared, ...] = ()


class DeclaredValue(Frozen):
    """The declared value and unit, as shown in a finding."""

    value: float | int | str
    unit: str


class Finding(Frozen):
    """The verdict on one declared figure; ``reason`` is plain Chinese and names pages."""

    metric: str
    period: str
    declared: DeclaredValue
    verdict: Verdict
    claims: tuple[str, ...] = ()
    confidence: float
    reason: str
    evidenced: float | int | str | None = None
    """What the evidence says, in the declared unit, where it says one thing."""


class Check(Frozen):
    """An arithmetic or continuity check of a document (or across documents)."""

    check: str
    document: str
    status: Literal["ok", "failed", "skipped"]
    reason: str


# --- result ----------------------------------------------------------------


class FileInfo(Frozen):
    """An input file. ``error``: plain Chinese with a remedy, None when readable."""

    name: str
    sha256: str
    media_type: str
    pages: int
    error: str | None = None
    note: str | None = None


class PackageInfo(Frozen):
    """The package: its name and the day on which things must be valid."""

    name: str
    as_of: str
    enterprise: str | None = None
    uscc: str | None = None


class Summary(Frozen):
    """Totals. ``verdict``: pass, fail or review."""

    verdict: Literal["pass", "fail", "review"]
    findings: dict[str, int]
    pages: int
    pages_ocr: int
    seconds: float
    pages_deferred: int = 0
    """Pages that were only looked at, because nothing on them can matter."""
    engines: tuple[str, ...] = ()
    """What read the pages that are pictures: engine, version, weights, and the numbers it computes in (bf16, int8, f32)."""
    models: tuple[str, ...] = ()
    """Trained models that were heard beside the rules: name and the first digits of their SHA-256."""


class Result(Frozen):
    """``result.json`` (``docs/contract.md``)."""

    schema_: Literal["zuozheng.result/1"] = _F(default="zuozheng.result/1", alias="schema")
    package: PackageInfo
    files: tuple[FileInfo, ...]
    documents: tuple[Document, ...]
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    policies: tuple[dict[str, Any], ...] = ()
    summary: Summary

    def to_json(self, *, indent: int | None = 2) -> str:
        """The JSON text, keys as in the contract."""
        return self.model_dump_json(by_alias=True, indent=indent)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around ``boxes`` (at least one)."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))
