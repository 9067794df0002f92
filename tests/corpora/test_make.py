"""Corpora of single documents."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from corpora import format as corpus_format
from corpora import make
from corpora.synth import engine, others
from corpora.validate import validate


@pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
def test_small_corpus_is_complete_and_repeatable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every labelled file is there and labelled soundly; the same seed gives the same labels."""
    monkeypatch.setattr(make, "schedule", lambda rng, n: [others.contract, others.honour][:n])
    roots = [make.make_corpus(2, 11, tmp_path / name) for name in ("a", "b")]
    first, second = (corpus_format.load(root) for root in roots)
    assert first.labels == second.labels
    assert validate(roots[0]) == []
    assert len(first.files) == 2
    assert all((first.root / str(label.file)).stat().st_size > 500 for label in first.files)


def test_every_type_comes_before_any_is_repeated() -> None:
    """A schedule as long as the list of makers holds each once."""
    assert set(make.schedule(Random(1), len(make.MAKERS))) == {maker for _, maker, _ in make.MAKERS}
    assert len(make.schedule(Random(1), 70)) == 70
