"""Readers of a running service: browsers with a cache, six connections and pauses like a person's; what each request took."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx2

from eval.bench_service_served import API, PASSWORD, ServiceFailed

CONNECTIONS = 6
"""How many requests a browser has under way with one server."""
FOLLOWED = 4
"""How many packages the queue follows by events; they are part of the six connections."""
STRIP = 8
"""Thumbnails in sight when a desk is opened."""
THUMBNAIL_PX = 240
THINK_S = (1.0, 3.0)
_ASSET = re.compile(r'"(/static/[^"]+)"')
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+|/static/[^"']+)["']""")
_MAX_AGE = re.compile(r"max-age=(\d+)")


@dataclass(frozen=True)
class Sample:
    """One request: its class, how long until its last byte (a stream: its first), and why it was not answered well."""

    kind: str
    seconds: float
    bytes: int
    error: str | None = None


@dataclass
class Notes:
    """What all readers of one benchmark saw."""

    samples: list[Sample] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    """Seconds from the click on a package until its desk and first picture are there."""
    pictures: set[str] = field(default_factory=set)
    """Addresses of pictures that somebody has asked for: the next one asking gets the one that was made then."""
    assets: dict[str, list[str]] = field(default_factory=dict)
    """By static file, which further ones it loads."""


@dataclass
class _Cached:
    etag: str
    fresh_until: float
    response: httpx2.Response | None
    """As first answered; None for a picture, which nobody here looks at."""


class Browser:
    """One signed-in person's browser.

    Args:
        client: connections and cookies.
        notes: where requests are noted.
    """

    def __init__(self, client: httpx2.AsyncClient, notes: Notes) -> None:
        self._client = client
        self._notes = notes
        self._cache: dict[str, _Cached] = {}
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def get(self, kind: str, url: str, **parameters: str | int) -> httpx2.Response | None:
        """Ask, unless the browser still has it; None where there was no good answer."""
        key = f"{url}?{parameters}"
        kept = self._cache.get(key)
        if kept is not None and time.monotonic() < kept.fresh_until:
            return kept.response
        headers = {"If-None-Match": kept.etag} if kept is not None and kept.etag else {}
        response = await self.send(kind, "GET", url, params=parameters, headers=headers)
        if response is not None and response.status_code == 304 and kept is not None:
            response = kept.response
        elif response is not None:
            self._keep(key, response)
        return response

    async def send(self, kind: str, method: str, url: str, **how: Any) -> httpx2.Response | None:
        """One request, noted; None where it was not answered well."""
        async with self._slots:
            started = time.perf_counter()
            try:
                response = await self._client.request(method, url, **how)
            except httpx2.HTTPError as error:
                self._note(kind, started, 0, f"{method} {url}: {type(error).__name__}")
                return None
            wrong = f"{method} {url}: {response.status_code} {response.text[:200]}" if response.status_code >= 400 else None
            self._note(kind, started, len(response.content), wrong)
            return None if wrong else response

    def _note(self, kind: str, started: float, size: int, error: str | None = None) -> None:
        self._notes.samples.append(Sample(kind, time.perf_counter() - started, size, error))

    def _keep(self, key: str, response: httpx2.Response) -> None:
        how = response.headers.get("cache-control", "")
        if "no-store" in how or response.status_code != 200:
            return
        age = _MAX_AGE.search(how)
        picture = response.headers.get("content-type", "").startswith("image/")
        fresh_until = time.monotonic() + float(age[1] if age else 0)
        self._cache[key] = _Cached(response.headers.get("etag", ""), fresh_until, None if picture else response)

    async def page(self, path: str) -> None:
        """An HTML page with its style sheets and scripts, each script's imports after it."""
        html = await self.get("page", path)
        if html is None:
            return
        await self._assets(path, html.text)

    async def _assets(self, source: str, text: str) -> None:
        wanted = dict.fromkeys(_ASSET.findall(text))
        seen: set[str] = set(wanted)
        while wanted:
            await asyncio.gather(*(self._asset(url) for url in wanted))
            wanted = dict.fromkeys(u for url in wanted for u in self._notes.assets.get(url, ()) if u not in seen)
            seen.update(wanted)

    async def _asset(self, url: str) -> None:
        got = await self.get("static", url)
        if got is not None and url.endswith(".js") and url not in self._notes.assets:
            self._notes.assets[url] = [urljoin(url, found) for found in _IMPORT.findall(got.text)]

    async def picture(self, url: str, **parameters: int) -> None:
        """A page's picture, or with ``width`` its thumbnail."""
        key = f"{url}?{parameters}"
        made = "made before" if key in self._notes.pictures else "new"
        self._notes.pictures.add(key)
        await self.get(f"{'thumbnail' if parameters else 'picture'}, {made}", url, **parameters)

    async def follow(self, package: str) -> None:
        """A package's progress until it ends or nobody looks any more; noted is how long the first event takes."""
        async with self._slots:
            started = time.perf_counter()
            try:
                async with self._client.stream("GET", f"{API}/packages/{package}/progress") as stream:
                    first = True
                    async for _ in stream.aiter_bytes():
                        if first:
                            self._note("progress", started, 0, None if stream.status_code == 200 else str(stream.status_code))
                        first = False
            except httpx2.HTTPError as error:
                self._note("progress", started, 0, f"progress: {type(error).__name__}")


class Reader:
    """Somebody who looks through the queue and at packages.

    Args:
        browser: theirs.
        notes: where whole pages are noted.
        chance: what they do next.
    """

    def __init__(self, browser: Browser, notes: Notes, chance: random.Random) -> None:
        self._browser = browser
        self._notes = notes
        self._chance = chance

    async def read(self, until: float) -> None:
        """Go on until a moment of the monotonic clock."""
        await asyncio.sleep(self._chance.uniform(0, THINK_S[1]))
        while time.monotonic() < until:
            packages = await self._queue()
            ready = [p["id"] for p in packages if p["version"]]
            if ready:
                await self._package(self._chance.choice(ready), until)
            if self._chance.random() < 0.2:
                await self._think(self._chance.choice((self._watch, self._batches))())

    async def _think(self, first: Awaitable[Any]) -> Any:
        done = await first
        await asyncio.sleep(self._chance.uniform(*THINK_S))
        return done

    async def _queue(self) -> list[dict[str, Any]]:
        """The list, sorted or searched; what is under way is followed while they look."""
        await asyncio.gather(self._browser.page("/"), self._browser.get("me", f"{API}/auth/me"))
        sort = self._chance.choice(("risk", "-created", "name"))
        first, live = await asyncio.gather(
            self._browser.get("list", f"{API}/packages", sort=sort, page_size=50),
            self._browser.get("list", f"{API}/packages", state="live", page_size=FOLLOWED),
        )
        async with _meanwhile([self._browser.follow(p["id"]) for p in _items(live)]):
            await asyncio.sleep(self._chance.uniform(*THINK_S))
            if self._chance.random() < 0.3:
                word = str(self._chance.randint(0, 99))
                await self._think(self._browser.get("list", f"{API}/packages", q=word, page_size=50))
        return _items(first)

    async def _package(self, ident: str, until: float) -> None:
        """Open the desk and look at the evidence of some findings; now and then say that one is right."""
        started = time.perf_counter()
        await asyncio.gather(self._browser.page(f"/packages/{ident}"), self._browser.get("me", f"{API}/auth/me"))
        got, _ = await asyncio.gather(
            self._browser.get("desk", f"{API}/packages/{ident}/desk"), self._browser.get("policies", f"{API}/policies")
        )
        if got is None:
            return
        desk = got.json()
        pictured = [(p["file"], p["page"]) for p in desk["pages"] if p["picture"]]
        shown = [(e["file"], e["page"]) for f in desk["findings"] for e in f["evidence"][:1]] or pictured
        if not pictured:
            return
        await self._look(ident, next((at for at in shown if at in pictured), pictured[0]))
        self._notes.opened.append(time.perf_counter() - started)
        async with _meanwhile([self._strip(ident, pictured)]):
            await self._go_through(ident, desk, [at for at in shown if at in pictured] + pictured, until)

    async def _go_through(self, ident: str, desk: dict[str, Any], places: list[tuple[int, int]], until: float) -> None:
        for _ in range(self._chance.randint(4, 10)):
            await asyncio.sleep(self._chance.uniform(*THINK_S))
            if time.monotonic() > until:
                return
            await self._step(ident, desk, self._chance.choice(places))

    async def _strip(self, ident: str, pages: list[tuple[int, int]]) -> None:
        """The thumbnails that are in sight, one after the other."""
        for file, page in pages[:STRIP]:
            await self._browser.picture(_picture(ident, (file, page)), width=THUMBNAIL_PX)

    async def _step(self, ident: str, desk: dict[str, Any], at: tuple[int, int]) -> None:
        await self._look(ident, at)
        if self._chance.random() < 0.3:
            await self._browser.get("text", f"{API}/packages/{ident}/pages/{at[0]}/{at[1]}/text")
        if self._chance.random() < 0.1 and desk["findings"]:
            finding = self._chance.choice(desk["findings"])["key"]
            url = f"{API}/packages/{ident}/findings/{finding.replace('|', '%7C')}/review"
            await self._browser.send("review", "POST", url, json={"action": "accept", "version": desk["version"]})

    async def _look(self, ident: str, at: tuple[int, int]) -> None:
        await self._browser.picture(_picture(ident, at))

    async def _watch(self) -> None:
        await asyncio.gather(self._browser.page("/watch"), self._browser.get("watch", f"{API}/watch"))

    async def _batches(self) -> None:
        await self._browser.page("/batches")
        found = _items(await self._browser.get("batches", f"{API}/batches"))
        if found:
            ident = found[0]["id"]
            await asyncio.gather(
                self._browser.page(f"/batches/{ident}"), self._browser.get("batch", f"{API}/batches/{ident}")
            )  # fmt: skip


class _meanwhile:
    """Tasks that go on inside the block and end with it."""

    def __init__(self, what: list[Coroutine[Any, Any, None]]) -> None:
        self._what = what
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> None:
        self._tasks = [asyncio.create_task(one) for one in self._what]

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task


def _picture(ident: str, at: tuple[int, int]) -> str:
    return f"{API}/packages/{ident}/pages/{at[0]}/{at[1]}/picture"


def _items(response: httpx2.Response | None) -> list[dict[str, Any]]:
    return list(response.json()["items"]) if response is not None else []


async def read_for(url: str, logins: list[str], seconds: float, seed: int, ready: Callable[[], None]) -> Notes:
    """Let everybody sign in, then read for so long.

    Args:
        url: the service's address.
        logins: one reader each; the password is ``PASSWORD``.
        seconds: how long; requests under way then are waited for.
        seed: of what they do.
        ready: called when all are signed in, before the clock starts.

    Raises:
        ServiceFailed: somebody could not sign in.
    """
    notes = Notes()
    limits = httpx2.Limits(max_connections=CONNECTIONS)
    clients = [httpx2.AsyncClient(base_url=url, timeout=60, limits=limits, follow_redirects=True) for _ in logins]
    try:
        readers = []
        for number, (client, login) in enumerate(zip(clients, logins, strict=True)):
            browser = Browser(client, notes)
            me = await browser.send("sign-in", "POST", f"{API}/auth/sign-in", json={"login": login, "password": PASSWORD})
            if me is None:
                raise ServiceFailed(f"{login} could not sign in: {notes.samples[-1].error}")
            client.headers["X-CSRF-Token"] = me.json()["csrf"]
            client.headers["Accept"] = "text/html,*/*"
            readers.append(Reader(browser, notes, random.Random(f"{seed} {number}")))
        ready()
        until = time.monotonic() + seconds
        await asyncio.gather(*(reader.read(until) for reader in readers))
    finally:
        await asyncio.gather(*(client.aclose() for client in clients))
    return notes
