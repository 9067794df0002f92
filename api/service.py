"""What every request needs: settings, database, blobs, jobs, page pictures; made once, found at ``request.app.state.service``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from api.jobs.client import Jobs
from api.settings import ServiceSettings
from api.store.blobs import Blobs
from api.store.engine import Store, make_engine, migrate
from api.store.pages import PageStore
from api.store.pictures import Pictures


@dataclass(frozen=True)
class Service:
    """The parts, put together by ``create_app``."""

    settings: ServiceSettings
    store: Store
    blobs: Blobs
    pages: PageStore
    pictures: Pictures
    jobs: Jobs


def make_service(settings: ServiceSettings) -> Service:
    """Open the database (created or upgraded) and the blob store."""
    engine = make_engine(settings.database)
    migrate(engine)
    store = Store(engine)
    blobs = Blobs(settings.blobs)
    pages = PageStore(blobs, store, settings.engine)
    return Service(settings, store, blobs, pages, Pictures(blobs, pages, settings), Jobs(settings, store))


def service(request: Request) -> Service:
    """The parts, as a dependency."""
    return cast(Service, request.app.state.service)
