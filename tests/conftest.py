"""Shared fixtures. With ``ZUOZHENG_NO_SKIP`` set, a skipped test is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ALLOWED_SKIP = "root"
"""A test that cannot apply to the superuser names it in its reason."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.Item, None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("ZUOZHENG_NO_SKIP") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if ALLOWED_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped although nothing may be skipped here: {reason}"


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample package's evidence folder."""
    return Path(__file__).parent.parent / "corpora" / "samples" / "minjiang" / "evidence"
