"""The reading worker's processes work side by side and survive pages that kill them; the other pages are read."""

import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from extractor.intake import BrokenFile, ImagePage, Limits, PdfPage
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


@dataclass(frozen=True)
class SlowPage(BlankPage):
    """Later ones are done sooner."""

    def image(self):
        time.sleep(0.4 / self.page)
        return super().image()


@dataclass(frozen=True)
class PageInProcess(ImagePage):
    """Says by its name which process read it."""

    def image(self):
        raise BrokenFile(str(os.getpid()))


@dataclass(frozen=True)
class DyingOncePage(BlankPage):
    """Stands in for a process that somebody killed: the page is read the second time."""

    def image(self):
        if not self.path.exists():
            self.path.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().image()


@dataclass(frozen=True)
class MistakenPage(ImagePage):
    """A mistake in the program."""

    def image(self):
        raise AttributeError("no such thing")


class CannotTravel(Exception):
    def __init__(self, one, two):
        super().__init__("half of it")


@dataclass(frozen=True)
class StrangePage(ImagePage):
    def image(self):
        raise CannotTravel(1, 2)


@dataclass(frozen=True)
class LastPage(BlankPage):
    """Takes longer than anybody waits."""

    def image(self):
        time.sleep(60)
        return super().image()


def pages(tmp_path, kinds):
    return [kind(0, i, tmp_path / "x.png", Limits()) for i, kind in enumerate(kinds, 1)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_killed_process_costs_one_page(tmp_path, processes):
    kinds = [BlankPage, KillerPage, BlankPage, BlankPage, KillerPage, BlankPage]
    with ReadingWorker(processes=processes) as worker:
        read = list(worker.read(pages(tmp_path, kinds)))
    assert [p.page for p in read] == [1, 2, 3, 4, 5, 6]
    assert [p.note is not None for p in read] == [False, True, False, False, True, False]
    assert "重新扫描" in read[1].note


def test_a_page_whose_process_was_killed_by_somebody_else_is_read_again(tmp_path):
    with ReadingWorker(processes=2) as worker:
        read = list(worker.read(pages(tmp_path, [BlankPage, DyingOncePage, BlankPage])))
    assert [p.note for p in read] == [None, None, None]


def test_pages_come_in_order_and_side_by_side(tmp_path):
    with ReadingWorker(processes=2) as worker:
        read = list(worker.read(pages(tmp_path, [SlowPage] * 5)))
        assert [p.page for p in read] == [1, 2, 3, 4, 5]
        assert len(worker.pids) == 2


def test_no_more_processes_than_pages(tmp_path):
    with ReadingWorker(processes=4) as worker:
        for _ in range(3):
            assert len(list(worker.read(pages(tmp_path, [BlankPage])))) == 1
        assert len(worker.pids) == 1


def test_a_process_that_holds_too_much_is_replaced_between_pages(tmp_path):
    with ReadingWorker(processes=1, memory=1) as worker:
        read = [p.note for p in worker.read(pages(tmp_path, [PageInProcess] * 2))]
        assert len(set(read)) == 2
        assert worker.pids == []
        assert worker.peak_rss() > 1_000_000
    with ReadingWorker(processes=1) as worker:
        read = [p.note for p in worker.read(pages(tmp_path, [PageInProcess] * 2))]
        assert read == [str(*worker.pids)] * 2


def test_a_mistake_in_the_program_is_told_and_the_worker_goes_on(tmp_path):
    with ReadingWorker(processes=1) as worker:
        with pytest.raises(AttributeError, match="no such thing") as told:
            list(worker.read(pages(tmp_path, [MistakenPage, BlankPage])))
        assert "test_worker.py" in told.value.__notes__[0]
        with pytest.raises(RuntimeError, match="half of it"):
            list(worker.read(pages(tmp_path, [StrangePage])))
        assert len(list(worker.read(pages(tmp_path, [BlankPage])))) == 1


def test_leaving_waits_for_no_page(tmp_path):
    with ReadingWorker(processes=2) as worker:
        read = worker.read(pages(tmp_path, [BlankPage, LastPage, LastPage, LastPage]))
        assert next(read).page == 1
        started = time.monotonic()
    assert time.monotonic() - started < 20
    assert worker.pids == []


def test_what_is_sent_holds_no_picture(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(cv2.imencode(".png", np.full((2000, 1500, 3), 200, np.uint8))[1].tobytes())
    for source in (ImagePage(0, 1, path, Limits()), PdfPage(0, 1, path, Limits())):
        if isinstance(source, ImagePage):
            assert source.image().shape == (2000, 1500, 3)
            assert source.dpi is None or source.dpi > 0
        assert len(pickle.dumps(source)) < 1000


def test_a_broken_page_carries_its_reason(tmp_path):
    with ReadingWorker(processes=1) as worker:
        first, second = worker.read(pages(tmp_path, [BrokenPage, BlankPage]))
    assert first.note == "图片已损坏，请重新上传"
    assert second.note is None


@pytest.mark.parametrize("looking", [True, False])
def test_a_look_or_a_search_for_marks_that_kills_its_process_fails_the_page(tmp_path, looking):
    sources = pages(tmp_path, [KillerPage, BrokenPage, BlankPage])
    seen = [Page(file=0, page=s.page, width=9, height=9, source="ocr", deferred=True) for s in sources]
    with ReadingWorker(processes=2) as worker:
        if looking:
            found = list(worker.look(sources))
            assert (found[2].source, found[2].note) == ("blank", None)
        else:
            found = list(worker.marked(zip(sources[:2], seen[:2], strict=True)))
    assert [p.page for p in found] == ([1, 2, 3] if looking else [1, 2])
    assert "重新扫描" in found[0].note
    assert found[1].note == "图片已损坏，请重新上传"
    assert not any(p.deferred for p in found)


def test_no_pages_start_no_process():
    with ReadingWorker() as worker:
        assert list(worker.read([])) == []
        assert worker.pids == []


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
    with ReadingWorker(processes=1) as worker:
        masked, whole = shown(worker, source, page), shown(worker, source, page, masked=False)
    high, wide = masked.shape
    assert [masked[round(y * high), round(0.3 * wide)] < 60 for y in (0.125, 0.525, 0.825)] == [True, True, False]
    assert whole.min() > 150


_PARENT = """
import sys, time
sys.path[:0] = {path!r}
from test_worker import SlowPage
from extractor.intake import Limits
from extractor.reading.worker import ReadingWorker
from pathlib import Path
if __name__ == "__main__":
    worker = ReadingWorker(processes=2)
    list(worker.read(SlowPage(0, n, Path("x.png"), Limits()) for n in (1, 2)))
    print(*worker.pids, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_the_reading_processes_end_when_its_parent_is_killed(tmp_path):
    here = Path(__file__)
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(path=[str(here.parent), str(here.parents[2])]), encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        assert all(alive(child) for child in children)
        parent.kill()
        parent.wait()
        killed = time.monotonic()
        while any(alive(child) for child in children) and time.monotonic() - killed < 10:
            time.sleep(0.05)
        assert time.monotonic() - killed < 2.5


def alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
