"""What makes a package's papers recognisable elsewhere: numbers, files, letters, pages.

A mark is small and holds no text of the page: numbers of papers as they are, everything else as fingerprints
and the names of companies. ``repeats`` compares the marks of many packages.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from extractor.model import Document, Field, Frozen, Page, Result
from extractor.values.chinese import squeeze
from extractor.values.identifiers import normalise_cert_no, parse_patent_no
from extractor.values.names import clean_company, find_companies, normalise_company
from extractor.values.paper_fields import HOLDER_FIELD

MarkKind = Literal["patent_no", "certificate_no", "page_image", "market_share_letter", "file"]

_CERTIFICATES: Mapping[str, tuple[str, str]] = {
    "software_copyright": ("registration_no", "软件著作权登记号"),
    "trademark_certificate": ("registration_no", "商标注册号"),
    "iso_certificate": ("certificate_no", "管理体系认证证书编号"),
    "high_tech_certificate": ("certificate_no", "高新技术企业证书编号"),
}
"""The field that tells one certificate of a type from every other, and its name."""
_SURE = 0.8
"""A number read less surely may be a part of another one."""
_LEAST_DIGITS = 4
_NOT_OWN = frozenset({"application_form"})
"""What the enterprise fills in itself is a form: its pages look alike everywhere."""
_LEAST_TEXT = 30
"""Characters below which a page is near-empty: a blank back, a divider, a photo."""
_LEAST_TEXT_ALONE = 80
"""The same for pages without a picture, which are compared by their text alone."""
_LETTER = re.compile(
    r"(?:市场占有率|市场份额|占有率|市场地位|行业地位|行业排名).{0,20}(?:证明|说明函?|报告|证书|函)(?:书|材料)?$"
)
_LETTER_ROWS = 8
_LETTER_NO = re.compile(r"[\u4e00-\u9fffA-Z]{1,14}[〔\[【(]20\d\d[〕\]】)](?:第|字第)?\d{1,5}号")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DATE_LIKE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?")
_SPECIFIC_DIGITS = 5
_MOST_NUMBERS, _MOST_NAMES = 60, 12


class Mark(Frozen):
    """Something by which a paper can be recognised in another package.

    ``value``: a number in canonical form, or a fingerprint: 64 hexadecimal digits of a picture (``Page.look``), else
    ``text:`` or ``sha256:`` and a digest. ``names``: companies named there (holders, for certificates).
    ``numbers``: fingerprints of the figures on a page that are not dates. ``page`` is None for whole files.
    """

    kind: MarkKind
    value: str
    label: str
    file: str
    page: int | None = None
    names: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


class PackageMarks(Frozen):
    """The marks of one package and whose it is; the name is empty where nobody knows."""

    package: str
    enterprise: str = ""
    uscc: str | None = None
    marks: tuple[Mark, ...] = ()


def marked(result: Result, pages: Sequence[Page], package: str = "") -> PackageMarks:
    """The marks of a checked package with its enterprise: as declared, else by its one business licence.

    Args:
        result: the checked package.
        pages: its read pages.
        package: its name in the batch; the result's own where empty.
    """
    name, uscc = result.package.enterprise or "", result.package.uscc
    if not name and not uscc:
        licences = [d for d in result.documents if d.type == "business_license" and d.excluded is None]
        owners = {(_text(d.fields.get("name")), _text(d.fields.get("uscc"))) for d in licences}
        name, uscc = owners.pop() if len(owners) == 1 else ("", None)
    return PackageMarks(
        package=package or result.package.name, enterprise=name, uscc=uscc or None, marks=package_marks(result, pages)
    )  # fmt: skip


def package_marks(result: Result, pages: Sequence[Page]) -> tuple[Mark, ...]:
    """Everything in a package that may turn up in another one, in the order of its pages.

    Numbers come from papers that count as evidence; a patent number needs a right check digit. Pages of application
    forms, of papers that prove nothing, and near-empty ones (blank backs, photos without text) give no mark.
    """
    own = {normalise_company(result.package.enterprise)} if result.package.enterprise else set()
    papers = {(r.file, r.page): d for d in result.documents for r in d.pages}
    found = [m for d in result.documents if d.excluded is None for m in _numbers_of(result, d)]
    named: dict[int, dict[str, None]] = {}
    for page in pages:
        paper = papers.get((page.file, page.page))
        names = _names(page)
        named.setdefault(page.file, {}).update(dict.fromkeys(names))
        if paper is None or (paper.excluded is None and paper.type not in _NOT_OWN):
            found += _page_marks(page, paper, result.files[page.file].name, names, own)
    for index, file in enumerate(result.files):
        if file.sha256 and file.error is None:
            names = tuple(named.get(index, ()))[: _MOST_NAMES * 2]
            found.append(Mark(kind="file", value=f"sha256:{file.sha256}", label="文件", file=file.name, names=names))
    return tuple(found)


def _numbers_of(result: Result, document: Document) -> Iterator[Mark]:
    """The number of a certificate, surely read."""
    key, label = ("patent_no", "专利号") if document.type == "patent_certificate" else _CERTIFICATES.get(document.type, ("", ""))
    field = document.fields.get(key)
    text = _text(field)
    if field is None or not text:
        return
    if key == "patent_no":
        number = parse_patent_no(text)
        if number is None or not number.valid:
            return
        kind: MarkKind = "patent_no"
        value = number.value
    else:
        kind, value = "certificate_no", normalise_cert_no(text)
        reading = field.confidence if field.reading is None else field.reading
        if reading < _SURE or sum(c.isdigit() for c in value) < _LEAST_DIGITS:
            return
    at = field.evidence[0] if field.evidence else document.pages[0]
    yield Mark(
        kind=kind,
        # Two bodies may give out the same number for different things.
        value=value if kind == "patent_no" else f"{document.type}:{value}",
        label=f"{label} {value}",
        file=result.files[at.file].name,
        page=at.page,
        names=_holders(document),
    )


def _page_marks(page: Page, paper: Document | None, file: str, names: tuple[str, ...], own: set[str]) -> Iterator[Mark]:
    """The marks of a page that shows enough to be told from others."""
    text = squeeze(page.text)
    if page.source == "blank" or len(text) < _LEAST_TEXT:
        return
    numbers = _numbers(page)
    if _is_letter(page, paper):
        number = _LETTER_NO.search(text)
        value = f"no:{number[0]}" if number else f"text:{_digest(_without(text, names, own))}"
        label = f"市场占有率证明{f' {number[0]}' if number else ''}"
        yield Mark(
            kind="market_share_letter", value=value, label=label, file=file, page=page.page, names=names, numbers=numbers
        )  # fmt: skip
    look = page.look
    if not look and len(text) >= _LEAST_TEXT_ALONE:
        look = f"text:{_digest(_without(text, names, own))}"
    if look:
        yield Mark(kind="page_image", value=look, label="页面", file=file, page=page.page, names=names, numbers=numbers)


def _is_letter(page: Page, paper: Document | None) -> bool:
    """Whether a page is a letter on market share, by its document's type or its own title."""
    if paper is not None and paper.type == "market_share_proof":
        return (page.file, page.page) == (paper.pages[0].file, paper.pages[0].page)
    if paper is not None and paper.type in HOLDER_FIELD:
        return False
    return any(_LETTER.search(squeeze(line.text)) for line in page.lines[:_LETTER_ROWS])


def _numbers(page: Page) -> tuple[int, ...]:
    """Fingerprints of the figures of a page with five digits and more that are no dates; the same sample everywhere."""
    found = {m.replace(",", "") for line in page.lines for m in _NUMBER.findall(squeeze(line.text))}
    specific = {f for f in found if len(f.replace(".", "")) >= _SPECIFIC_DIGITS and not _DATE_LIKE.fullmatch(f)}
    return tuple(sorted(zlib.crc32(f.encode()) for f in specific)[:_MOST_NUMBERS])


def _names(page: Page) -> tuple[str, ...]:
    """Companies named on a page; a name may run over a line break."""
    text = f"{page.text}\n{''.join(line.text for line in page.lines)}"
    found = (clean_company(name) for name, _, _ in find_companies(text))
    return tuple(dict.fromkeys(found))[:_MOST_NAMES]


def _holders(document: Document) -> tuple[str, ...]:
    """Whose certificate it is, as read."""
    field = document.fields.get(HOLDER_FIELD.get(document.type, ""))
    if field is None or field.value is None:
        return ()
    values = field.value if isinstance(field.value, list | tuple) else [field.value]
    return tuple(str(v).strip() for v in values if v)


def _without(text: str, names: Sequence[str], own: set[str]) -> str:
    """A text without the names of companies: a copy in which only the name was changed is still a copy."""
    for name in sorted({squeeze(n) for n in names} | own, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _text(field: Field | None) -> str:
    """A field's text, empty where it was not read."""
    return str(field.value).strip() if field is not None and field.value is not None else ""
