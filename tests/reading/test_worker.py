"""The reading worker survives pages that kill it; the other pages are read."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from extractor.intake import BrokenFile, ImagePage, Limits
from extractor.model import Line, Page
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


@dataclass(frozen=True)
class DarkLinePage(ImagePage):
    """A page with grey paper, so that what is blacked out shows."""

    def image(self):
        return np.full((1600, 1200, 3), 200, np.uint8)


def shown(worker, source, page, **how):
    data = worker.picture(source, page, **how)
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)


def test_pictures_hide_id_and_phone_numbers_unless_asked_for_all(tmp_path):
    (source,) = pages(tmp_path, [DarkLinePage])
    lines = (
        Line(text="1101**********002X", box=(0.1, 0.1, 0.5, 0.15), person="k"),
        Line(text="13800138000", box=(0.1, 0.5, 0.5, 0.55)),
        Line(text="81,234,500.00", box=(0.1, 0.8, 0.5, 0.85)),
    )
    page = Page(file=0, page=1, width=1200, height=1600, source="ocr", lines=lines)
    with ReadingWorker() as worker:
        masked, whole = shown(worker, source, page), shown(worker, source, page, masked=False)
    high, wide = masked.shape
    assert [masked[round(y * high), round(0.3 * wide)] < 60 for y in (0.125, 0.525, 0.825)] == [True, True, False]
    assert whole.min() > 150


_PARENT = """
import sys, time
sys.path[:0] = {path!r}
from test_worker import BlankPage
from extractor.intake import Limits
from extractor.reading.worker import ReadingWorker
from pathlib import Path
if __name__ == "__main__":
    worker = ReadingWorker()
    list(worker.read([BlankPage(0, 1, Path("x.png"), Limits())]))
    print(*worker._pool._processes, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_the_reading_process_ends_when_its_parent_is_killed(tmp_path):
    here = Path(__file__)
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(path=[str(here.parent), str(here.parents[2])]), encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
        parent.wait()
        killed = time.monotonic()
        while alive(child) and time.monotonic() - killed < 10:
            time.sleep(0.05)
        assert time.monotonic() - killed < 2.5


def alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
