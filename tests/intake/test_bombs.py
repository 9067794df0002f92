"""Each bomb is refused, or harmless, within 5 seconds and 300 MB, and what lies beside it is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import bombs
import intake_files as make
import page_tasks
import pytest
from watching import watched

from extractor.intake import IntakeError, open_package
from extractor.intake.limits import MB
from extractor.intake.process import ParserProcess, ProcessDied

IN_CHILDREN = True
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc; only Linux bounds address space")
PAGE_SECONDS, MOST_MEMORY = 5.0, 300 * MB
MOST_SECONDS = 30.0 if "PYTEST_XDIST_WORKER" in os.environ else PAGE_SECONDS
"""Wall time tells little where other tests run beside this one: alone, the five seconds hold."""


@pytest.mark.parametrize("bomb", bombs.REFUSED, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_when_it_is_opened(tmp_path: Path, bomb: Callable[[], bytes]) -> None:
    kind, words = bombs.REFUSED[bomb]
    (tmp_path / f"1.{kind}").write_bytes(bomb())
    (tmp_path / "2.png").write_bytes(make.picture())
    with watched() as seen, open_package(tmp_path) as package:
        *refused, good = package.files
    assert seen.seconds < MOST_SECONDS
    assert 0 < seen.peak < MOST_MEMORY
    assert good.name == "2.png"
    assert (good.error, good.pages) == (None, 1)
    assert refused
    assert all(f.error is not None and "请" in f.error and f.pages == 0 for f in refused)
    assert any(words in (f.error or "") for f in refused)


@pytest.mark.parametrize("bomb", bombs.OPENING, ids=lambda bomb: bomb.__name__)
def test_a_bomb_of_a_page_costs_that_page(tmp_path: Path, bomb: Callable[[], bytes]) -> None:
    (path := tmp_path / "1.pdf").write_bytes(bomb())
    with open_package(path) as package:
        assert package.files[0].error is None
    process = ParserProcess(page_tasks.prepare, (), main=False)
    # One page's error, for whoever reads pages.
    with watched() as seen, suppress(IntakeError, ProcessDied):
        process.run(page_tasks.read, path, seconds=PAGE_SECONDS)
    process.stop()
    assert seen.seconds < MOST_SECONDS
    assert 0 < seen.peak < MOST_MEMORY
