"""The package's verdict and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from extractor.model import Check, Finding, Verdict

PackageVerdict = Literal["pass", "fail", "review"]

_REFUTED = frozenset({Verdict.CONTRADICTED, Verdict.WRONG_ENTITY, Verdict.EXPIRED})


def summarise(findings: Sequence[Finding], checks: Sequence[Check] = ()) -> PackageVerdict:
    """The verdict on the package.

    ``fail``: a declared figure is refuted (contradicted, or its evidence is expired or somebody
    else's). ``pass``: every figure is supported and no check failed. Else ``review``; that goes for
    a package without declared figures, too: nothing has been shown.
    """
    verdicts = {f.verdict for f in findings}
    if verdicts & _REFUTED:
        return "fail"
    if verdicts == {Verdict.SUPPORTED} and not failed(checks):
        return "pass"
    return "review"


def count_verdicts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings of each verdict, all verdicts named."""
    return {v.value: sum(f.verdict is v for f in findings) for v in Verdict}


def exit_code(findings: Sequence[Finding], checks: Sequence[Check] = ()) -> int:
    """0: nothing needs a person; 1: a figure is not supported or a check failed (contract, exit codes)."""
    return int(any(f.verdict is not Verdict.SUPPORTED for f in findings) or bool(failed(checks)))


def failed(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that failed."""
    return tuple(c for c in checks if c.status == "failed")
