"""Files that offices put on record: the initial review, the summary sheet, the list of materials, the supplement notice."""

from extractor.reports.office.files import write_office_files
from extractor.reports.office.summary_sheet import write_summary_sheet

__all__ = ["write_office_files", "write_summary_sheet"]
