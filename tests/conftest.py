"""Shared fixtures. With ``ZUOZHENG_NO_SKIP`` set, a skipped test is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ALLOWED_SKIP = "root"
"""A test that cannot apply to the superuser names it in its reason."""


LONGEST = (
    "test_gate", "test_end_to_end", "test_desk", "test_pages_browser", "test_application_end_to_end", "test_ocr_page",
    "test_whole_way", "test_workers", "test_marks", "test_cli_policies", "test_cli_corpus",
)  # fmt: skip
"""Files that take a minute or so: begun first, or one process would be at them long after the others have finished."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


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
