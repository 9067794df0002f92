"""Every request gets an id, one line in the log, and its place in the metrics. Raw paths and names are never logged."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.ops.logs import REQUEST_ID
from api.ops.metrics import RequestMetrics

LOG = logging.getLogger("zuozheng.requests")
HEADER = "X-Request-ID"
UNROUTED = "-"
"""The route of requests that reached none: strangers' and mistyped addresses."""
_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# Asked every few seconds by machines.
_DULL = {"/healthz", "/readyz", "/metrics"}


def install_requests(app: FastAPI) -> None:
    """Add the middleware; it must run before all others. The numbers are found at ``app.state.request_metrics``."""
    metrics = RequestMetrics()
    app.state.request_metrics = metrics
    app.add_middleware(Requests, metrics=metrics)


def route_template(scope: Scope) -> str:
    """The route that answered, with parameters by name (``/api/v1/packages/{package_id}``); ``-`` where none did."""
    route = scope.get("route")
    template = getattr(route, "path_format", None)
    if template is None:
        # A mounted folder: the file's name is not worth a series of its own.
        return f"{scope['root_path']}/*" if scope.get("endpoint") is not None and scope.get("root_path") else UNROUTED
    # The route knows its path only as written in its own router; the prefix is what stands before it.
    try:
        own = template.format(**scope.get("path_params", {}))
    except (KeyError, IndexError, ValueError):
        return str(template)
    path: str = scope["path"]
    return f"{path[: len(path) - len(own)]}{template}" if path.endswith(own) else str(template)


class Requests:
    """ASGI middleware, see the module."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with an id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _USABLE.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        token = REQUEST_ID.set(request_id)
        seen: dict[str, Any] = {"status": 500, "start": time.perf_counter(), "seconds": None}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
                seen["status"] = message["status"]
                if Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
                    # A stream lasts as long as somebody looks at it: what counts is when it began.
                    seen["seconds"] = time.perf_counter() - seen["start"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            self._note(scope, seen)
            REQUEST_ID.reset(token)

    def _note(self, scope: Scope, seen: dict[str, Any]) -> None:
        taken = time.perf_counter() - seen["start"]
        route, method, status = route_template(scope), _method(scope), seen["status"]
        self._metrics.observe(method, route, status, taken if seen["seconds"] is None else seen["seconds"])
        state = scope.get("state", {})
        if (tracing := getattr(scope["app"].state, "tracing", None)) is not None:
            tracing.note(method, route, status, taken, state["request_id"], Headers(scope=scope))
        fields = {"method": method, "route": route, "status": status, "ms": round(taken * 1000, 1)}
        who = state.get("identity")
        if who is not None:
            fields["user"] = who.user_id
        LOG.log(logging.DEBUG if route in _DULL and status < 400 else logging.INFO, "request", extra={"fields": fields})


def _method(scope: Scope) -> str:
    """The method; made-up ones share a name, so that they cannot fill the metrics."""
    method = str(scope["method"])
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"
