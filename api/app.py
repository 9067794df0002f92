"""The application: parts, routes, errors, put together. ``uvicorn`` serves what ``create_app`` returns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from api.ops import routes as ops_routes
from api.ops.requests import install_requests
from api.people.guard import install_guard
from api.problems import install_problems
from api.routes import audit, auth, batches, exports, oidc, packages, people, review, watch
from api.service import make_service
from api.settings import ServiceSettings
from api.web import pages as web_pages
from api.web.static_files import FOLDER, VersionedFiles

API = "/api/v1"
THREADS = 120
"""Requests at work at once: so many as 20 browsers have connections."""


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """The whole service without its workers."""
    parts = make_service(settings or ServiceSettings())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # Those who wait for a picture to be made must not keep all others waiting.
        current_default_thread_limiter().total_tokens = THREADS
        yield
        parts.pictures.close()
        parts.jobs.close()
        parts.store.engine.dispose()

    app = FastAPI(
        title="佐证核对 zuozheng",
        version="1",
        description="上传企业申报佐证材料，逐项核对申报数据。所有错误以 RFC 9457 problem+json 返回。",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = parts
    install_problems(app)
    for room in (auth, oidc, people, packages, review, exports, batches, watch, audit):
        app.include_router(room.router, prefix=API)
    app.include_router(ops_routes.router)
    app.include_router(web_pages.router)
    app.mount("/static", VersionedFiles(directory=FOLDER), name="static")
    # The last one added runs first: every request gets its number, then strangers are turned away.
    install_guard(app)
    install_requests(app)
    return app
