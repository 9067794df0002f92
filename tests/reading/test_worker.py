"""The reading worker survives pages that kill it; the other pages are read."""

import os
import signal
from dataclasses import dataclass

import numpy as np

from extractor.intake import BrokenFile, ImagePage, Limits
from extractor.reading.worker import ReadingWorker


@dataclass(frozen=True)
class BlankPage(ImagePage):
    def image(self):
        return np.full((200, 150, 3), 255, np.uint8)


@dataclass(frozen=True)
class KillerPage(ImagePage):
    """Stands in for an out-of-memory kill or a crash in native code."""

    def image(self):
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class BrokenPage(ImagePage):
    def image(self):
        raise BrokenFile("图片已损坏，请重新上传")


def pages(tmp_path, kinds):
    return [kind(0, i, tmp_path / "x.png", Limits()) for i, kind in enumerate(kinds, 1)]


def test_a_killed_worker_costs_one_page(tmp_path):
    kinds = [BlankPage, KillerPage, BlankPage, BlankPage, KillerPage, BlankPage]
    with ReadingWorker() as worker:
        read = list(worker.read(pages(tmp_path, kinds)))
    assert [p.page for p in read] == [1, 2, 3, 4, 5, 6]
    assert [p.note is not None for p in read] == [False, True, False, False, True, False]
    assert "重新扫描" in read[1].note


def test_a_broken_page_carries_its_reason(tmp_path):
    with ReadingWorker() as worker:
        first, second = worker.read(pages(tmp_path, [BrokenPage, BlankPage]))
    assert first.note == "图片已损坏，请重新上传"
    assert second.note is None


def test_no_pages_start_no_process():
    with ReadingWorker() as worker:
        assert list(worker.read([])) == []
        assert worker._pool is None
