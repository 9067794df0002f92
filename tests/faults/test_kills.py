"""The short form of ``eval.bench_kills``: of the service alone, as the command for batches takes long to start."""

from __future__ import annotations

from pathlib import Path

from eval.bench_kills import disturbed, report


def test_nothing_is_lost_when_processes_are_killed(tmp_path: Path, capsys) -> None:
    told = disturbed(tmp_path, kills=3, seed=1, number=1, gap=1.0, batch=False)
    report(told)
    assert told.wrong == []
    assert sum(told.kills.values()) == 3
    assert told.results == told.acknowledged >= 1
    assert "changed                    0" in capsys.readouterr().out
