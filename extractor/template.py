"""The declaration form: every figure that policies ask for, as rows to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from extractor.claims.figure_names import period_text
from extractor.claims.metrics import metric_of
from extractor.criteria.form_rows import FormRow, form_rows
from extractor.criteria.load import load_policies
from extractor.reports.template_xlsx import Input, TemplateHead, TemplateRow

_UNITS = {"flag": "是/否", "date": "日期", "tag": "可多项"}


def declaration_form(ids: Sequence[str], day: date) -> tuple[list[TemplateRow], TemplateHead]:
    """Rows and head of the form for policies, for ``reports.template_xlsx`` to write.

    Args:
        ids: of policies; each counts once.
        day: the day of application, which says what years are asked for.

    Raises:
        UnknownPolicy: there is no such policy.
        PolicyError: the policies cannot be loaded.
    """
    book = load_policies()
    policies = [book.get(p) for p in dict.fromkeys(ids)]
    rows = [template_row(row) for row in form_rows(policies, book, day)]
    return rows, TemplateHead(tuple(p.name for p in policies), day.isoformat())


def template_row(row: FormRow) -> TemplateRow:
    """A row of the form as it is shown."""
    note = [row.definition, row.counting]
    if row.parts:
        note.append(f"由{'、'.join(row.parts)}计算；填了这些可不填本行")
    if row.instead_of:
        note.append(f"用于计算{'、'.join(row.instead_of)}")
    return TemplateRow(
        section=row.section,
        label=metric_of(row.metric).label,
        period=period_text(row.period, year_end=row.year_end),
        unit=_UNITS.get(row.unit, row.unit),
        input=_input(row),
        least=None if row.signed else 1 if row.kind == "rank" else 0,
        options=row.options,
        note="\n".join(n for n in note if n),
        evidence="、".join(row.evidence),
        demand="\n".join(row.demands),
        code=f"{row.metric}@{row.period}",
    )


def _input(row: FormRow) -> Input:
    """How the figure is filled in; grades (A, B) are text."""
    if row.kind == "rank":
        return "text" if row.unit == "级" else "count"
    if row.kind == "count":
        # Points and averages have decimals.
        return "number" if row.unit == "分" or row.metric.endswith("_avg") else "count"
    return "flag" if row.kind == "flag" else "date" if row.kind == "date" else "tags" if row.kind == "tag" else "number"
