"""All office files of one package, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.model import Result
from extractor.reports.office.letter import write_letter
from extractor.reports.office.materials_sheet import write_materials
from extractor.reports.office.summary_sheet import write_summary_sheet
from extractor.reports.office.tick_list import write_tick_list
from extractor.reports.office_names import LETTER, MATERIALS, SUMMARY, TICKS


def write_office_files(result: Result, policy_texts: Sequence[Mapping[str, Any]], out_dir: Path) -> list[Path]:
    """Write the files for the policies of ``result.policies``; the folder is there already.

    Args:
        result: the checked package; its ``policies`` hold the answers.
        policy_texts: what the reports cannot know of each policy: ``id``, ``name``, ``doc_no``, ``materials``
            (name, state, reason, pages …), ``asks`` and ``evidence_types``.
        out_dir: where to.

    Returns:
        The files written.

    Raises:
        ReportWriteError: a file cannot be written.
    """
    paths = [out_dir / name for name in (LETTER, TICKS, MATERIALS, SUMMARY)]
    write_letter(result, policy_texts, paths[0])
    write_tick_list(result, policy_texts, paths[1])
    write_materials(result, policy_texts, paths[2])
    write_summary_sheet([result], paths[3])
    return paths
