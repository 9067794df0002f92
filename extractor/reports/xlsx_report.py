"""``report.xlsx``: findings, policies, evidence, documents, files and checks for people who work in a spreadsheet.

Texts come from untrusted evidence; ``cells`` keeps every one of them a plain string.
"""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from extractor.model import Claim, Document, Result, Verdict
from extractor.reports import labels, values, view
from extractor.reports.cells import Value, colour, fill
from extractor.reports.files import write_atomically
from extractor.reports.policy_sheets import add_policy_sheets


def write_xlsx(result: Result, path: Path) -> None:
    """Write the workbook, all or nothing.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    book = Workbook()
    book.properties.creator = "zuozheng"
    book.remove(book.worksheets[0])
    _findings(book.create_sheet("核对结果"), result)
    add_policy_sheets(book, result)
    _claims(book.create_sheet("证据"), result)
    _documents(book.create_sheet("文件材料"), result)
    _files(book.create_sheet("文件清单"), result)
    _checks(book.create_sheet("勾稽校验"), result)
    buffer = io.BytesIO()
    book.save(buffer)
    write_atomically(path, buffer.getvalue())


def _findings(sheet: Worksheet, result: Result) -> None:
    """One row per declared figure, riskiest first."""
    heads = {"结论": 12, "指标": 24, "期间": 10, "申报值": 16, "证据值": 16, "单位": 8, "理由": 70, "证据位置": 40,
             "可信度": 9, "证据编号": 16}  # fmt: skip
    rows: list[list[Value]] = []
    verdicts: list[Verdict] = []
    for finding in view.by_risk(result):
        label = labels.VERDICTS[finding.verdict]
        evidence = [e for claim in view.claims_of(result, finding) for e in claim.evidence]
        verdicts.append(finding.verdict)
        rows.append([
            f"{label.symbol} {label.word}",
            labels.metric_label(finding.metric),
            labels.period_label(finding.period),
            finding.declared.value,
            finding.evidenced,
            finding.declared.unit,
            finding.reason,
            view.places(result, evidence, most=20),
            finding.confidence,
            "、".join(finding.claims),
        ])  # fmt: skip
    fill(sheet, heads, rows, percent=("可信度",))
    for row, verdict in enumerate(verdicts, start=2):
        colour(sheet.cell(row, 1), labels.VERDICTS[verdict].fill)


def _claims(sheet: Worksheet, result: Result) -> None:
    """One row per claim: what one document says about one metric."""
    heads = {"编号": 8, "指标": 24, "期间": 10, "数值": 18, "单位": 8, "主体": 30, "证号": 24, "有效期起": 12,
             "有效期止": 12, "材料": 10, "位置": 36, "原文": 40, "口径": 12, "勾稽": 12, "读取方式": 16,
             "可信度": 9, "存疑": 40}  # fmt: skip
    fill(
        sheet,
        heads,
        (_claim_row(result, claim) for claim in result.claims),
        percent=("可信度",),
    )


def _claim_row(result: Result, claim: Claim) -> list[Value]:
    """The cells of one claim."""
    return [
        claim.id,
        labels.metric_label(claim.metric),
        labels.period_label(claim.period),
        claim.value,
        claim.unit,
        "、".join((claim.subject, *claim.co_subjects)),
        claim.key,
        claim.valid_from,
        claim.valid_until,
        claim.document,
        view.places(result, claim.evidence, most=20),
        "\n".join(dict.fromkeys(e.text for e in claim.evidence)),
        labels.SCOPES.get(claim.scope or "", ""),
        labels.GATES[claim.gate],
        labels.method_label(claim.method),
        claim.confidence,
        claim.doubt,
    ]


def _documents(sheet: Worksheet, result: Result) -> None:
    """One row per field of each document; a document without fields gets one row."""
    heads = {"编号": 8, "材料类型": 22, "标题": 30, "材料页": 30, "字段": 20, "值": 44, "原文": 44, "位置": 32,
             "可信度": 9, "读取方式": 16, "备注": 40}  # fmt: skip
    rows = (row for document in result.documents for row in _document_rows(result, document))
    fill(sheet, heads, rows, percent=("可信度",))


def _document_rows(result: Result, document: Document) -> list[list[Value]]:
    """The rows of one document."""
    head: list[Value] = [
        document.id,
        labels.document_label(document.type),
        document.title,
        view.page_ranges(result, document),
    ]
    excluded = f"不作为证据：{document.excluded}" if document.excluded else ""
    rows: list[list[Value]] = [
        [
            *head,
            labels.field_label(document.type, key),
            values.field_text(key, field.value, most=2000),
            field.raw,
            view.places(result, field.evidence, most=20),
            field.confidence,
            labels.method_label(field.method),
            "；".join(filter(None, (excluded, field.note))),
        ]
        for key, field in document.fields.items()
    ]
    return rows or [[*head, "", "", "", "", document.confidence, "", excluded]]


def _files(sheet: Worksheet, result: Result) -> None:
    """One row per input file."""
    heads = {
        "序号": 7,
        "文件名": 50,
        "类型": 28,
        "页数": 8,
        "读取情况": 60,
        "SHA-256": 68,
    }
    rows: list[list[Value]] = []
    for i, file in enumerate(result.files, start=1):
        state = f"未能读取：{file.error}" if file.error else (file.note or "已读取")
        rows.append([i, file.name, file.media_type, file.pages, state, file.sha256])
    fill(sheet, heads, rows)
    for row, file in enumerate(result.files, start=2):
        if file.error:
            colour(sheet.cell(row, 5), labels.VERDICTS[Verdict.CONTRADICTED].fill)


def _checks(sheet: Worksheet, result: Result) -> None:
    """One row per check, failures first."""
    heads = {"结果": 12, "校验": 40, "材料": 10, "说明": 80}
    checks = view.checks_by_status(result)
    rows = [
        [
            " ".join(labels.CHECK_STATUS[c.status]),
            labels.check_label(c.check),
            c.document,
            c.reason,
        ]
        for c in checks
    ]
    fill(sheet, heads, rows)
    fills = {
        "failed": Verdict.CONTRADICTED,
        "skipped": Verdict.MISSING,
        "ok": Verdict.SUPPORTED,
    }
    for row, check in enumerate(checks, start=2):
        colour(sheet.cell(row, 1), labels.VERDICTS[fills[check.status]].fill)
