"""The parts of the service's benchmark that need no service."""

from __future__ import annotations

import asyncio
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from eval.bench_service import by_class, percentile
from eval.bench_service_packages import batch_zip, copies, samples, scans
from eval.bench_service_readers import Browser, Notes, Sample
from extractor.intake import open_package

BASE = {"审计报告.pdf": b"%PDF-1.4", "证书/1.jpg": b"\xff\xd8\xff", "declared.json": b"{}"}


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.9, 9), (1.0, 10), (0.01, 1)])
def test_percentile(share, value):
    assert percentile(range(1, 11), share) == value


def test_latency_by_class_leaves_the_slow_password_out_of_all():
    found = by_class([Sample("desk", 0.1, 2000), Sample("desk", 0.3, 4000), Sample("sign-in", 5.0, 10)])
    assert found["desk"].p50 == 100.0
    assert found["desk"].kb == 3.0
    assert (found["all"].requests, found["all"].most) == (2, 300.0)


def test_copies_differ_in_every_page_but_not_in_what_is_declared():
    made = copies([BASE], 3)
    assert list(made) == ["第0001号", "第0002号", "第0003号"]
    for name, data in BASE.items():
        assert len({files[name] for files in made.values()}) == (1 if name == "declared.json" else 3)
        assert all(files[name].startswith(data) for files in made.values())
    assert len({files["扫描.jpg"] for files in scans([BASE], 5).values()}) == 5


def test_batch_is_a_folder_for_each_package():
    names = zipfile.ZipFile(io.BytesIO(batch_zip(copies([BASE], 2)))).namelist()
    assert "第0002号/证书/1.jpg" in names
    assert len(names) == 2 * len(BASE)


def test_a_copy_is_still_read_as_what_it_is(tmp_path):
    files = copies(samples(), 1)["第0001号"]
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with open_package(tmp_path) as opened:
        assert all(f.error is None for f in opened.files if f.name != "declared.json")


class TestBrowser:
    """What a browser asks for, and what it keeps."""

    def look(self, *urls, headers):
        asked = []

        def answer(request):
            asked.append(request.headers.get("if-none-match"))
            known = request.headers.get("if-none-match") == "x"
            return httpx2.Response(304 if known else 200, headers=headers, json={"items": []})

        async def go():
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://test") as client:
                browser = Browser(client, notes)
                return [await browser.get("list", url) for url in urls]

        notes = Notes()
        # A thread of its own: a browser test before this one may have left its event loop running.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, go()).result(), asked, notes

    def test_asks_again_only_when_what_it_has_is_old(self):
        _, asked, notes = self.look("/a", "/a", headers={"cache-control": "private, max-age=60", "etag": "x"})
        assert asked == [None]
        assert len(notes.samples) == 1

    def test_asks_whether_it_has_changed(self):
        got, asked, _ = self.look("/a", "/a", headers={"cache-control": "no-cache", "etag": "x"})
        assert asked == [None, "x"]
        assert got[1].json() == {"items": []}

    def test_keeps_nothing_that_must_not_be_kept(self):
        assert self.look("/a", "/a", headers={"cache-control": "no-store", "etag": "x"})[1] == [None, None]
