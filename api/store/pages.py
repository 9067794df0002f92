"""Read pages of all packages, kept among the blobs: a file that was read once costs nothing the second time."""

from __future__ import annotations

import logging
import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.errors import NotReady
from api.store.blobs import Blobs
from api.store.engine import Store
from api.store.tables import Keyed
from extractor.intake import PageSource
from extractor.model import Page
from extractor.reading.cache import intact, keepable, page_bytes, page_of, reader_version

LOG = logging.getLogger(__name__)
_PERSON_KEY = "person_key"


class PagesGone(NotReady):
    """Read pages of a package are no longer there."""

    code = "pages-gone"


class PageStore:
    """Pages under ``pages/<file sha>/<reader>/<page>.json.gz``; a ``PageKeeper`` for ``extractor``.

    ``reader`` names the engine and the version of the code that reads now. What an older version read stays
    under its own name, so that packages judged then can be judged again. A page that could not be read is kept
    for its own run only (``pages/<file sha>/run-<id>/…``): the next run tries again.

    Args:
        blobs: where the bytes lie.
        store: the database, which holds the key of the persons' hashes.
        engine: name of the text engine.
    """

    def __init__(self, blobs: Blobs, store: Store, engine: str) -> None:
        self._blobs = blobs
        self._store = store
        self._engine = engine
        self._secret: bytes | None = None
        self._reader: str | None = None

    @property
    def reader(self) -> str:
        """Engine and version of the code that reads pages now."""
        if self._reader is None:
            self._reader = f"{self._engine}-{reader_version()}"
        return self._reader

    @property
    def secret(self) -> bytes:
        """The key of the hashes that tell persons apart; one for the whole service, made once."""
        if self._secret is None:
            self._secret = bytes.fromhex(self._person_key())
        return self._secret

    def _person_key(self) -> str:
        wanted = select(Keyed.value).where(Keyed.key == _PERSON_KEY)
        with self._store.begin() as session:
            found = session.scalar(wanted)
        if found is not None:
            return found
        try:
            with self._store.begin() as session:
                session.add(Keyed(key=_PERSON_KEY, value=secrets.token_hex(16)))
        except IntegrityError:
            LOG.debug("another process made the key first")
        with self._store.begin() as session:
            return session.scalars(wanted).one()

    # --- as a keeper of pages ----------------------------------------------

    def get(self, source: PageSource, sha256: str) -> Page | None:
        """The page as this version read it before, or None; ``sha256`` is that of the file."""
        return self.page(sha256, source.page, source.file, reader=self.reader)

    def put(self, source: PageSource, sha256: str, page: Page) -> None:
        """Keep a page for every package; one that could not be read is not kept."""
        if keepable(page):
            self.keep(sha256, page, reader=self.reader, run_id=None)

    # --- as a run needs it -------------------------------------------------

    def page(self, sha256: str, number: int, file: int, *, reader: str, run_id: str | None = None) -> Page | None:
        """A page as ``reader`` read it, or as this run failed to read it; None where it has to be read.

        Args:
            sha256: of the file's bytes.
            number: 1-based page number.
            file: the file number that the page shall carry.
            reader: ``Run.reader``.
            run_id: the run whose failed pages count, too.
        """
        for key in _keys(sha256, number, reader, run_id):
            data = self._blobs.get_named(key)
            if data is None:
                continue
            try:
                return page_of(data, file)
            except ValueError as error:
                LOG.warning("a stored page is damaged and will be read again: %s", error)
        return None

    def keep(self, sha256: str, page: Page, *, reader: str, run_id: str | None) -> None:
        """Keep a page: for everybody, or for this run only where it could not be read."""
        shared, *own = _keys(sha256, page.page, reader, run_id)
        if keepable(page):
            self._blobs.put_named(shared, page_bytes(page))
        elif own:
            self._blobs.put_named(own[0], page_bytes(page))

    def has(self, sha256: str, number: int, *, reader: str, run_id: str | None = None) -> bool:
        """Whether ``page`` would most likely find one: what is damaged does not count, so that it is read anew."""
        return any(self._sound(key) for key in _keys(sha256, number, reader, run_id))

    def _sound(self, key: str) -> bool:
        data = self._blobs.get_named(key)
        return data is not None and intact(data)


def _keys(sha256: str, number: int, reader: str, run_id: str | None) -> list[str]:
    keys = [f"pages/{sha256}/{reader}/{number}.json.gz"]
    if run_id is not None:
        keys.append(f"pages/{sha256}/run-{run_id}/{number}.json.gz")
    return keys
