"""For the test that goes the whole way: the service as people start it, people with browsers, and pictures for the docs."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

ROOT = Path(__file__).parents[3]
LAPTOP, SCREEN_4K = (1366, 768), (3840, 2160)
PICTURES_WANTED = bool(os.environ.get("ZUOZHENG_SCREENSHOTS"))
"""Whether the pictures of the documentation are to be taken anew; else a run of the tests changes no file."""
PICTURE_BYTES = 300_000
PICTURE_WIDTH = 1920
"""A picture of a 4K screen is kept at half size: it shows the arrangement."""
STOP_S = 30
PATIENCE_MS = 30_000
OWN_PASSWORD = "yuanxiao-2026-Hedui"

NOT_SHOWN = """([page, box]) => {
  const pane = document.querySelector('.pane.active') ?? document.querySelector('.pane');
  const image = pane.querySelector('.layer img'), mark = pane.querySelector('.spot.strong');
  if (pane.querySelector('.page-choice').value !== page) return 'another page';
  if (!image?.complete || image.naturalWidth < 300) return 'no picture';
  if (!mark) return 'no box';
  const [i, m, s] = [image, mark, pane.querySelector('.stage')].map((n) => n.getBoundingClientRect());
  if (m.left < s.left - 1 || m.right > s.right + 1 || m.top < s.top - 1 || m.bottom > s.bottom + 1) return 'out of view';
  const off = [(m.left - i.left) / i.width - box[0], (m.top - i.top) / i.height - box[1],
               (m.right - i.left) / i.width - box[2], (m.bottom - i.top) / i.height - box[3]];
  return off.some((x) => Math.abs(x) > 0.02) ? `elsewhere on the page: ${off}` : '';
}"""
"""Why the place on the page is not to be seen, or nothing."""

Faults = Callable[[Page], list[str]]


@dataclass(frozen=True)
class Service:
    """A running ``zuozheng serve``: its address, the sign-in that it said once, and where its log goes."""

    address: str
    login: str
    password: str
    log: Path

    def failures(self) -> list[str]:
        """What the service itself calls an error, and tracebacks that nobody caught."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.startswith(('{"time"', "Traceback")) and not _is_fine(line)]


def _is_fine(line: str) -> bool:
    return line.startswith("{") and json.loads(line)["level"] not in ("ERROR", "CRITICAL")


@contextmanager
def served(folder: Path) -> Iterator[Service]:
    """Start the service on any free port with an empty data folder, and stop it afterwards."""
    log = folder / "log.jsonl"
    command = [sys.executable, "-m", "extractor.cli_start", "serve", "--port", "0", "--data-dir", str(folder / "data")]
    own = {k: v for k, v in os.environ.items() if not k.startswith("ZUOZHENG_")}
    environment = {**own, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "ZUOZHENG_WORKER_NICENESS": "0"}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=folder, env=environment, encoding="utf-8")
    try:
        yield _said(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=STOP_S)
        finally:
            process.kill()
    assert process.returncode == 0, log.read_text(encoding="utf-8")


def _said(process: subprocess.Popen[str], log: Path) -> Service:
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if "按 Ctrl-C 停止" in line:
            first = re.search(r"账号 (\S+?)，一次性口令 (\S+?)（", said)
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert first, said
            assert address, said
            return Service(address[0], first[1], first[2], log)
    raise AssertionError(f"the service did not start:\n{said}\n{log.read_text(encoding='utf-8')}")


def take_picture(page: Page, name: str, folder: Path) -> None:
    """``NAME-WIDTH.png`` of the page as it stands; where pictures are wanted, small enough to be kept."""
    width = (page.viewport_size or {})["width"]
    path = folder / f"{name}-{width}.png"
    taken = page.screenshot(animations="disabled", path=path)
    if not PICTURES_WANTED:
        return
    shot = Image.open(io.BytesIO(taken)).convert("RGB")
    shot.thumbnail((PICTURE_WIDTH, PICTURE_WIDTH))
    # The usual way of choosing colours loses those of small things, such as the boxes.
    few = shot.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    assert path.stat().st_size < PICTURE_BYTES, f"{path.name}: {path.stat().st_size} bytes"


class Person:
    """Somebody with a browser of their own. What goes wrong in it is kept in ``errors``."""

    def __init__(self, browser: Browser, service: Service, faults: Faults) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=service.address, viewport=dict(zip(("width", "height"), LAPTOP, strict=True)),
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self._faults = faults
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message) -> None:
        # That strangers are refused is meant.
        if message.type == "error" and "401" not in message.text:
            self.errors.append(f"{message.text} {message.location['url']}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def accessible(self, state: str) -> None:
        """No serious fault, and nothing that could only be reached by scrolling sideways."""
        assert self._faults(self.page) == [], state
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), state

    def sign_in(self, login: str, one_time: str) -> None:
        """With a one-time password, which has to be changed before anything else."""
        page = self.page
        page.goto("/")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("口令").fill(one_time)
        self.press("Enter")
        page.wait_for_url("**/account")
        expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(0)
        self.accessible("password to be changed")
        page.get_by_label("一次性口令").fill(one_time)
        page.get_by_label("新口令").fill(OWN_PASSWORD)
        page.get_by_label("再输一遍").fill(OWN_PASSWORD)
        self.press("Enter")
        expect(page.get_by_role("heading", name="材料包", exact=True)).to_be_visible()

    def api(self, path: str) -> dict:
        answer = self.context.request.get(f"/api/v1{path}")
        assert answer.ok, answer.text()
        return answer.json()
