from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.jobs import opening
from extractor.intake import Limits
from tests.api.jobs.conftest import paper


def test_the_opener_survives_its_process(tmp_path: Path) -> None:
    opener = opening.Opener()
    with pytest.raises(opening.ParserDied):
        opener._run(os._exit, 9)
    (tmp_path / "a.pdf").write_bytes(paper(1))
    assert [f.pages for f in opener.open(tmp_path / "a.pdf", tmp_path, Limits())] == [1]
    opener.close()
