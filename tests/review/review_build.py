"""A package made by hand, and corrections of it; all names and numbers are invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from extractor.conclude import conclude
from extractor.intake import SourceFile
from extractor.model import Declaration, Declared, Document, Page, Result
from extractor.review.apply import revised
from extractor.review.revisions import revisions_of
from models.calibration import load_calibration
from tests.documents.certificate_layouts import HIGH_TECH, INVENTION_2020, LICENCE_PORTRAIT, UTILITY_OLD
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance_page, income, income_page, value
from tests.documents.test_audit_report import opinion_page
from tests.documents.test_split import numbered

SHA = "a" * 64
CALIBRATION = load_calibration()
REVENUE = value(income(), "营业收入", 0)
PRIOR = value(income(), "营业收入", 1)
NET_PROFIT = value(income(), "净利润", 0)
"""Of 2022 and 2021, in yuan."""
REPORT_AT = 3
"""The page on which the audit report begins in ``package_pages``."""


def misread(page: Page, printed: str, read: str) -> Page:
    """The page with one printed text read as another one."""
    assert any(printed in x.text for x in page.lines)
    lines = tuple(
        x.model_copy(update={"text": x.text.replace(printed, read), "spans": ()}) if printed in x.text else x for x in page.lines
    )
    return page.model_copy(update={"lines": lines})


def report_pages(layout: Layout | None = None) -> list[Page]:
    """Opinion, balance sheet and income statement of 2022."""
    chosen = layout or Layout()
    return [opinion_page(), balance_page(chosen), income_page(chosen)]


def package_pages(report: Sequence[Page] | None = None) -> list[Page]:
    """A licence, a patent, an audit report, a high-tech certificate and a further patent, in one file."""
    first = [make_page(*LICENCE_PORTRAIT), make_page(*INVENTION_2020)]
    last = [make_page(*HIGH_TECH["one column, spaced"]), make_page(*UTILITY_OLD)]
    return numbered([*first, *(report or report_pages()), *last])


def files() -> list[SourceFile]:
    """The one file of the package."""
    return [SourceFile(0, "材料.pdf", SHA, "application/pdf", 7, None, None, Path("材料.pdf"))]


def declaration(*declared: tuple[str, str, float, str]) -> Declaration:
    """What the audited company declared: metric, period, value, unit."""
    made = tuple(Declared(metric=m, period=p, value=v, unit=u) for m, p, v, u in declared)
    return Declaration(name=ENTITY, as_of="2023-05-06", declared=made)


def at(page: int, part: int = 0) -> dict[str, Any]:
    """The place of a document by its first page."""
    return {"file": 0, "sha256": SHA, "page": page, "part": part}


def revision(kind: str, page: int, number: int = 1, **more: Any) -> dict[str, Any]:
    """A correction as the service keeps it."""
    place = more.pop("place", at(page))
    return {"id": f"r{number}", "kind": kind, "who": "林审核", "when": "2023-05-08T09:30:00+08:00", "place": place, **more}


def figure(field: str, value_: float | None, period: str = "2022", number: int = 1, **more: Any) -> dict[str, Any]:
    """A correction of a figure of the audit report."""
    more = {"document_type": "audit_report", "field": field, "period": period, "value": value_, **more}
    return revision("field", more.pop("page", REPORT_AT), number, **more)


def documents(pages: Sequence[Page], *revisions: dict[str, Any]) -> tuple[Document, ...]:
    """The package's documents with corrections."""
    return revised(pages, [_info(f) for f in files()], revisions_of(revisions), CALIBRATION).documents


def superseded(pages: Sequence[Page], *revisions: dict[str, Any]) -> tuple[str, ...]:
    """The corrections that count no longer."""
    return revised(pages, [_info(f) for f in files()], revisions_of(revisions), CALIBRATION).superseded


def result(pages: Sequence[Page], declared: Declaration | None, *revisions: dict[str, Any]) -> Result:
    """The package concluded with corrections."""
    return conclude(
        name="材料",
        files=files(),
        pages=pages,
        declaration=declared,
        day=date(2023, 5, 6),
        calibration=CALIBRATION,
        revisions=revisions_of(revisions),
    )


def verdicts(found: Result) -> dict[str, str]:
    """Metric (and period where there are several years) to verdict."""
    return {f"{f.metric}/{f.period}": f.verdict.value for f in found.findings}


def _info(file: SourceFile) -> Any:
    from extractor.model import FileInfo

    return FileInfo(name=file.name, sha256=file.sha256, media_type=file.media_type, pages=file.pages)
