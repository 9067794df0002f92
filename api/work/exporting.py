"""Results to take away: the reports of the command line, made from the stored result, with what reviewers said."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.desk.shapes import Desk
from api.errors import NotFound, NotReady
from api.service import Service
from api.store.pictures import NoPicture
from api.work.results import Current
from extractor.criteria.load import UnknownPolicy
from extractor.reports.files import ReportWriteError
from extractor.reports.json_report import write_json
from extractor.reports.labels import SUMMARY
from extractor.reports.office_names import LETTER, MATERIALS, TICKS

if TYPE_CHECKING:
    from extractor.reports.cells import Value

What = Literal["result.json", "report.html", "report.xlsx", "supplement", "precheck", "materials"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SAID = {"accept": "同意系统结论", "reject": "不同意系统结论", "comment": "意见"}
_DECIDED = {"recommend": "推荐", "return": "退回补正", "reject": "不予推荐"}


@dataclass(frozen=True)
class Kind:
    """An export: its file name for people and in ASCII, and its media type."""

    name: str
    ascii_name: str
    media_type: str


KINDS: dict[What, Kind] = {
    "result.json": Kind("result.json", "result.json", "application/json"),
    "report.html": Kind("核对报告.html", "report.html", "text/html; charset=utf-8"),
    "report.xlsx": Kind("核对报告.xlsx", "report.xlsx", XLSX),
    "supplement": Kind(LETTER, "supplement.docx", _DOCX),
    "precheck": Kind(TICKS, "precheck.docx", _DOCX),
    "materials": Kind(MATERIALS, "materials.xlsx", XLSX),
}


def export(service: Service, what: What, found: Current, run_id: str, desk: Desk) -> bytes:
    """The bytes of one export.

    Args:
        service: the parts.
        what: which one.
        found: the package's current result.
        run_id: the run that read its pages, for pictures.
        desk: what reviewers said.

    Raises:
        NotReady: it cannot be written.
        BlobStoreError: a page's file cannot be read.
    """
    # Heavy, and the server starts without them.
    from extractor.reports.html_report import write_html
    from extractor.reports.office.letter import write_letter
    from extractor.reports.office.materials_sheet import write_materials
    from extractor.reports.office.tick_list import write_tick_list

    result, office = found.result, found.office

    def picture(file: int, page: int) -> bytes | None:
        try:
            return service.pictures.picture(service.store, run_id, file, page)
        except NoPicture:
            return None  # a sheet, or a page that could not be read: the report shows the place in words

    writers: dict[What, Callable[[Path], object]] = {
        "result.json": lambda path: write_json(result, path),
        "report.html": lambda path: write_html(result, path, picture),
        "report.xlsx": lambda path: _write_sheets(found, desk, path),
        "supplement": lambda path: write_letter(result, office, path),
        "precheck": lambda path: write_tick_list(result, office, path),
        "materials": lambda path: write_materials(result, office, path),
    }
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / KINDS[what].ascii_name
        try:
            writers[what](path)
        except ReportWriteError as error:
            raise NotReady(str(error)) from error
        return path.read_bytes()


def blank_form(policy_id: str, day: date) -> tuple[bytes, str]:
    """The declaration form of a policy as XLSX, and the policy's name.

    Args:
        policy_id: which policy.
        day: the day of application.

    Raises:
        NotFound: there is no such policy.
        NotReady: it cannot be written.
    """
    from extractor.reports.template_xlsx import write_xlsx
    from extractor.template import declaration_form

    try:
        rows, head = declaration_form([policy_id], day)
        with tempfile.TemporaryDirectory(prefix="form-") as folder:
            path = Path(folder) / "declared.xlsx"
            write_xlsx(rows, head, path)
            return path.read_bytes(), head.policies[0]
    except UnknownPolicy as error:
        raise NotFound(str(error)) from error
    except ReportWriteError as error:
        raise NotReady(str(error)) from error


def _write_sheets(found: Current, desk: Desk, path: Path) -> None:
    """The workbook, with a sheet of what reviewers said and decided, where they did."""
    from openpyxl import load_workbook

    from extractor.reports.cells import fill
    from extractor.reports.xlsx_report import write_xlsx

    write_xlsx(found.result, path)
    rows = _opinions(desk)
    if not rows:
        return
    book = load_workbook(path)
    heads = {"对象": 40, "系统结论": 12, "审核": 16, "意见": 70, "审核人": 14, "时间": 20}
    fill(book.create_sheet("审核意见"), heads, rows)
    book.save(path)


def _opinions(desk: Desk) -> list[Sequence[Value]]:
    rows: list[Sequence[Value]] = []
    if (decision := desk.package.decision) is not None:
        word = _DECIDED[decision.decision]
        at = f"{decision.at:%Y-%m-%d %H:%M} UTC"
        outcome = SUMMARY[desk.package.verdict][0] if desk.package.verdict else ""
        rows.append(["整个材料包", outcome, word, decision.note, decision.signature, at])
    for finding in desk.findings:
        about = f"{finding.label}（{finding.period_label}）"
        for said in finding.comments:
            word = _SAID[said.action] + ("（此后结论已变）" if said.stale else "")
            at = f"{said.at:%Y-%m-%d %H:%M} UTC"
            rows.append([about, finding.verdict_label, word, said.comment, said.by.name, at])
    for revision in desk.revisions:
        word = "更正（已被后来的更正取代）" if revision.superseded else "更正"
        about = revision.summary
        rows.append([about, "", word, revision.why, revision.by.name, f"{revision.at:%Y-%m-%d %H:%M} UTC"])
    return rows
