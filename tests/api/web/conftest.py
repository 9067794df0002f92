"""Fixtures for tests in a browser (the system's Chromium; ``ZUOZHENG_TEST_CHROMIUM`` names another).

Here a module shares one service and its database, unlike in ``tests/api/conftest.py``, whose fixtures of the same names these
replace; whoever changes a person's account takes one that the module's other tests leave alone.

``live``
    The address of the whole service, without workers, on SQLite; served in a thread.
``page_as``
    ``page_as("A", "reviewer")`` or ``page_as("A", "reviewer", width=3840, height=2160)``: a page of a signed-in person, who has
    one browser context per module; ``fresh=True`` signs in anew. What a page writes to the console as an error, and what is
    thrown in it, fails the test at the end; expected ones go into ``page_as.forgiven`` (parts of the message).
``faults``
    ``faults(page)``: what axe-core finds that is serious or critical, as text.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service
from tests.api.conftest import PASSWORD, ClientAs, People, clients_of, make_people, settings_for

ARGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
# Chromium refuses its sandbox to the superuser only.
ARGS += ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """On SQLite only: what a browser shows does not depend on the database."""
    data = tmp_path_factory.mktemp("data")
    shutil.copy(sqlite_template, data / "zuozheng.sqlite")
    made = create_app(settings_for("sqlite", data))
    yield made
    made.state.service.store.engine.dispose()


@pytest.fixture(scope="module")
def service(app: FastAPI) -> Service:
    return app.state.service


@pytest.fixture(scope="module")
def people(service: Service) -> People:
    return make_people(service)


@pytest.fixture(scope="module")
def live(app: FastAPI, people: People) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def client_as(app: FastAPI, live: str, people: People) -> Iterator[ClientAs]:
    with clients_of(app, people) as signed_in:
        yield signed_in


@pytest.fixture
def client(app: FastAPI, live: str) -> Iterator[TestClient]:
    """A stranger."""
    stranger = TestClient(app, raise_server_exceptions=False)
    yield stranger
    stranger.close()


# Not for the session: its event loop would stay running in the thread of all later tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    known = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    path = os.environ.get("ZUOZHENG_TEST_CHROMIUM") or next(filter(None, known), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


class Contexts:
    """Signed-in browser contexts, one per person."""

    def __init__(self, browser: Browser, live: str, people: People) -> None:
        self._browser, self._live, self._people = browser, live, people
        self._kept: dict[tuple[str, str], BrowserContext] = {}

    def of(self, organisation: str, role: str) -> BrowserContext:
        key = (organisation, role)
        if key not in self._kept:
            self._kept[key] = self.fresh(organisation, role)
        return self._kept[key]

    def fresh(self, organisation: str, role: str) -> BrowserContext:
        context = self._browser.new_context(base_url=self._live, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(10_000)
        login = self._people[(organisation, role)].login
        answer = context.request.post("/api/v1/auth/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.ok, answer.text()
        return context

    def close(self) -> None:
        for context in self._kept.values():
            context.close()


@pytest.fixture(scope="module")
def _contexts(browser: Browser, live: str, people: People) -> Iterator[Contexts]:
    contexts = Contexts(browser, live, people)
    yield contexts
    contexts.close()


class Pages:
    """Makes pages, and keeps what went wrong in them."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._open: list[Page | BrowserContext] = []
        self.errors: list[str] = []
        self.forgiven: list[str] = []

    def __call__(self, organisation: str, role: str, *, width: int = 1366, height: int = 768, fresh: bool = False) -> Page:
        context = (self._contexts.fresh if fresh else self._contexts.of)(organisation, role)
        page = context.new_page()
        self._open.append(context if fresh else page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        return page

    def close(self) -> None:
        for one in self._open:
            one.close()
        left = [e for e in self.errors if not any(part in e for part in self.forgiven)]
        assert not left, left


@pytest.fixture
def page_as(_contexts: Contexts) -> Iterator[Pages]:
    pages = Pages(_contexts)
    yield pages
    pages.close()


@pytest.fixture(scope="session")
def faults():
    def find(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        bad = [v for v in found if v["impact"] in ("serious", "critical")]
        return [f"{v['id']}: {[n['html'][:160] for n in v['nodes'][:4]]}" for v in bad]

    return find
