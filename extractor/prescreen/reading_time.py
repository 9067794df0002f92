"""How long a person would have read: an estimate, by minutes a page.

No measurement stands behind the minutes; they are meant to be low, so that the estimate promises too little
rather than too much. An office that has timed its own people sets its own (``docs/batches.md``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extractor.model import Result, Verdict

_MINUTES: Mapping[str, float] = {
    # Leafing through for the statements, opinion, entity and years.
    "audit_report": 0.3,
    "rd_audit_report": 0.3,
    "financial_statements": 0.5,
    "tax_return": 0.5,
    # Number, holder and dates, compared with the list in the application.
    "patent_certificate": 1.0,
    "software_copyright": 1.0,
    "trademark_certificate": 1.0,
    "iso_certificate": 1.0,
    "high_tech_certificate": 1.0,
    "business_license": 1.0,
    # Counting rows.
    "social_security_list": 1.0,
}


@dataclass(frozen=True)
class Pace:
    """Minutes a page by document type, for pages of any other paper, and to look at one open point by hand."""

    minutes: Mapping[str, float] = field(default_factory=lambda: dict(_MINUTES))
    other: float = 0.1
    open_point: float = 2.0


DEFAULT_PACE = Pace()


def hours_saved(result: Result, pace: Pace = DEFAULT_PACE) -> float:
    """Hours of reading that the check spared: all pages read by hand, less the points that a person must still look at.

    Never below 0; rounded to 0.01 hours.
    """
    by_hand = sum(len(d.pages) * pace.minutes.get(d.type, pace.other) for d in result.documents)
    left = sum(f.verdict is not Verdict.SUPPORTED for f in result.findings) + sum(c.status == "failed" for c in result.checks)
    return round(max(0.0, by_hand - left * pace.open_point) / 60, 2)
