"""The door: strangers get no further, before any of the request's body is read. All is closed unless it is named here."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import time
from urllib.parse import parse_qs

from anyio import to_thread
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError, TimeoutError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import Identity
from api.errors import Forbidden, NotSignedIn, ServiceError, TooLarge
from api.ops.routes import has_metrics_token
from api.people.sign_in import cookie_name, session_identity
from api.people.sign_in_page import sign_in_page
from api.people.tokens import CALENDAR_PATH, token_identity
from api.problems import OPEN_PATHS, database_problem, problem_response, request_id_of
from api.service import Service

LOG = logging.getLogger(__name__)

SIGN_IN_PATH = "/api/v1/auth/sign-in"
OIDC_PATHS = frozenset({"/api/v1/auth/oidc/start", "/api/v1/auth/oidc/callback"})
ACCOUNT_PAGE = "/account"
BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of a request that is no upload of files."""
_UPLOADS = re.compile(r"/api/v1/(packages|batches|packages/[^/]+/declaration)")
"""Where forms with files are taken, which the upload reads in pieces and limits itself; elsewhere a form is a body like any."""
_TOO_LARGE = "提交的内容过大；请减少内容，或改用文件上传"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_ONE_TIME_PASSWORD = frozenset(
    {("GET", "/api/v1/auth/me"), ("POST", "/api/v1/auth/password"), ("POST", "/api/v1/auth/sign-out"), ("GET", ACCOUNT_PAGE)}
)
STATIC = "/static/"
KNOWN_FOR_S = 60.0
"""So long a session once seen may fetch style sheets and scripts, which hold no data, without another look: a first
visit asks for some forty of them at once."""
_MOST_KNOWN = 10_000
_PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""Of answers that are no pages of ours: opened on their own, pictures and downloads can neither run nor load anything."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers hide where a sign-in form came from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class CsrfMissing(Forbidden):
    """A browser's change without the session's CSRF token: perhaps another site's doing."""

    code = "csrf"


class MustChangePassword(Forbidden):
    """Signed in with a one-time password, which has to be changed first."""

    code = "must-change-password"


def install_guard(app: FastAPI) -> None:
    """Add the middleware."""
    app.add_middleware(Guard)


class Guard:
    """ASGI middleware; who asks is found at ``request.state.identity`` afterwards."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known: dict[bytes, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        service: Service = scope["app"].state.service
        sender = _with_headers(scope, service, send)
        refusal = await self._refusal(scope, service)
        await (self._app if refusal is None else refusal)(scope, _limited(scope, receive), sender)

    async def _refusal(self, scope: Scope, service: Service) -> Response | None:
        """The answer to somebody who may not enter; None: come in."""
        request = HTTPConnection(scope)
        path, method = scope["path"], scope["method"]
        if _is_open(service, path, method):
            return None
        if has_metrics_token(scope, service.settings) or self._may_have_static(request, path, method):
            return None
        try:
            who = await to_thread.run_sync(_who, service, request)
        except (DBAPIError, TimeoutError) as error:
            LOG.error("database trouble", exc_info=error)
            return problem_response(database_problem(error), request_id_of(scope))
        wants_page = method == "GET" and not path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
        if who is None:
            if wants_page:
                return sign_in_page(service.settings, target=_asked_for(scope))
            return problem_response(
                NotSignedIn("请先登录；程序调用请带上访问令牌（Authorization: Bearer …）"), request_id_of(scope)
            )
        scope.setdefault("state", {})["identity"] = who
        self._remember(request)
        objection = _objection(who, request, path, method)
        if isinstance(objection, MustChangePassword) and wants_page:
            return RedirectResponse(ACCOUNT_PAGE, 303)
        return problem_response(objection, request_id_of(scope)) if objection else None

    def _may_have_static(self, request: HTTPConnection, path: str, method: str) -> bool:
        if not path.startswith(STATIC) or method not in ("GET", "HEAD"):
            return False
        digest = _digest(request)
        return digest is not None and self._known.get(digest, 0.0) > time.monotonic()

    def _remember(self, request: HTTPConnection) -> None:
        digest = _digest(request)
        if digest is None or _bearer(request) is not None:
            return
        now = time.monotonic()
        if len(self._known) >= _MOST_KNOWN:
            self._known = {key: until for key, until in self._known.items() if until > now}
        self._known[digest] = now + KNOWN_FOR_S


def _cookie(request: HTTPConnection) -> str | None:
    service: Service = request.scope["app"].state.service
    return request.cookies.get(cookie_name(service.settings))


def _digest(request: HTTPConnection) -> bytes | None:
    """What a session is remembered by: not its secret."""
    cookie = _cookie(request)
    return None if cookie is None else hashlib.sha256(cookie.encode()).digest()


def _is_open(service: Service, path: str, method: str) -> bool:
    if path in OPEN_PATHS:
        return method in ("GET", "HEAD")
    if path in OIDC_PATHS:
        return method == "GET" and bool(service.settings.oidc_issuer)
    return path == SIGN_IN_PATH and method == "POST"


def _bearer(request: HTTPConnection) -> str | None:
    """The token in the request; None where there is no such header at all."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _who(service: Service, request: HTTPConnection) -> Identity | None:
    """The person behind a token or a cookie. A wrong token is not made good by a cookie."""
    secret = _bearer(request)
    cookie = _cookie(request)
    path = request.scope["path"]
    query = parse_qs(request.scope.get("query_string", b"").decode("latin-1"))
    with service.store.begin() as session:
        if secret is not None:
            who = token_identity(session, secret, "api")
            return who or (token_identity(session, secret, "calendar") if path == CALENDAR_PATH else None)
        if path == CALENDAR_PATH and "token" in query:
            return token_identity(session, query["token"][0], "calendar")
        return session_identity(session, cookie) if cookie else None


def _objection(who: Identity, request: HTTPConnection, path: str, method: str) -> ServiceError | None:
    """Why somebody signed in may still not do this."""
    if who.csrf is not None and method not in SAFE_METHODS:
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), who.csrf.encode()):
            return CsrfMissing("页面已过期；请刷新页面后重试")
    if who.must_change_password and (method, path) not in _WITH_ONE_TIME_PASSWORD and not path.startswith(STATIC):
        return MustChangePassword("您用的是一次性口令；请先到“我的账号”改为自己的口令")
    if not _is_upload(request) and _content_length(request) > BODY_LIMIT:
        return TooLarge(_TOO_LARGE)
    return None


def _content_length(request: HTTPConnection) -> int:
    given = request.headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _is_upload(request: HTTPConnection) -> bool:
    """Whether the body is a form with files, at an address that takes such."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return False
    return bool(_UPLOADS.fullmatch(request.scope["path"]))


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Let no more through than fits: other bodies are held in memory as a whole, and need not say how long they are."""
    if _is_upload(HTTPConnection(scope)):
        return receive
    taken = 0

    async def piece() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_LIMIT:
            raise TooLarge(_TOO_LARGE)
        return message

    return piece


def _asked_for(scope: Scope) -> str:
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    return bytes(raw + (b"?" + query if query else b"")).decode("latin-1")


def _with_headers(scope: Scope, service: Service, send: Send) -> Send:
    """Put the security headers on every answer; a route's own ones stand."""

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", _DATA_POLICY if scope["path"].startswith("/api/") else _PAGE_POLICY)
            headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith(STATIC) else "no-store")
            if service.settings.secure_cookies:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await send(message)

    return answer
