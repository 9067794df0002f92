"""The package's verdict and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from extractor.model import Check, Finding, Verdict

PackageVerdict = Literal["pass", "fail", "review"]

_REFUTED = frozenset({Verdict.CONTRADICTED, Verdict.WRONG_ENTITY, Verdict.EXPIRED})


Policies = Sequence[Mapping[str, Any]]
"""``result.policies``: ``status`` (met, not_met, undetermined) and ``in_force`` of each."""


def summarise(findings: Sequence[Finding], checks: Sequence[Check] = (), policies: Policies = ()) -> PackageVerdict:
    """The verdict on the package.

    ``fail``: a declared figure is refuted (contradicted, or its evidence is expired or somebody
    else's), or a policy is not met. ``pass``: every figure is supported, no check failed, and every
    policy is met and in force. Else ``review``; that goes for a package of which neither figures nor
    policies were asked, too: nothing has been shown.
    """
    if {f.verdict for f in findings} & _REFUTED or any(p["status"] == "not_met" for p in policies):
        return "fail"
    return "review" if exit_code(findings, checks, policies) or not (findings or policies) else "pass"


def count_verdicts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings of each verdict, all verdicts named."""
    return {v.value: sum(f.verdict is v for f in findings) for v in Verdict}


def exit_code(findings: Sequence[Finding], checks: Sequence[Check] = (), policies: Policies = ()) -> int:
    """0: nothing needs a person; 1: something does (contract, exit codes).

    That is a figure that is not supported, a failed check, or a policy that is not met or not in force.
    """
    unsupported = any(f.verdict is not Verdict.SUPPORTED for f in findings)
    return int(unsupported or bool(failed(checks)) or not all(map(_settled, policies)))


def _settled(policy: Mapping[str, Any]) -> bool:
    """Whether a policy is met, by rules that apply."""
    return policy["status"] == "met" and bool(policy.get("in_force", True))


def failed(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that failed."""
    return tuple(c for c in checks if c.status == "failed")
