"""The way to the identity provider and back; browsers only, so not part of the API's description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.errors import NotFound, ServiceError
from api.people.sign_in import cookie_name
from api.people.sign_in_page import safe_target, sign_in_page
from api.routes.auth import set_session_cookie
from api.service import Service, service

if TYPE_CHECKING:
    from api.people.oidc import Provider

router = APIRouter(include_in_schema=False)
Parts = Annotated[Service, Depends(service)]
JOURNEY, PATH = "zz_oidc", "/api/v1/auth/oidc"
_LASTS_S = 600


def _provider(request: Request, parts: Service) -> Provider:
    """The provider, kept with the application because it knows the keys."""
    issuer = parts.settings.oidc_issuer
    if not issuer:
        raise NotFound("没有启用统一身份认证；请用登录名和口令登录")
    from api.people.oidc import Provider  # heavy, and seldom configured

    state = request.app.state
    if getattr(state, "oidc_provider", None) is None:
        state.oidc_provider = Provider(issuer)
    found: Provider = state.oidc_provider
    return found


def _callback(request: Request) -> str:
    return f"{request.base_url}{PATH[1:]}/callback"


@router.get("/auth/oidc/start")
def get_start(request: Request, parts: Parts, next: str = "/") -> Response:
    """Send the browser to the provider."""
    provider = _provider(request, parts)
    from api.people import oidc

    try:
        url, journey = oidc.start(parts.settings, provider, callback=_callback(request), target=safe_target(next))
    except ServiceError as error:
        return sign_in_page(parts.settings, target=next, error=error.detail, status=error.status)
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        JOURNEY,
        journey.packed(),
        max_age=_LASTS_S,
        path=PATH,
        secure=parts.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/auth/oidc/callback")
def get_callback(request: Request, parts: Parts) -> Response:
    """Back from the provider: open a session, or say why not."""
    provider = _provider(request, parts)
    from api.people import oidc

    target = "/"
    try:
        journey = oidc.Journey.unpacked(request.cookies.get(JOURNEY))
        target = safe_target(journey.target)
        subject = oidc.subject_of(
            parts.settings, provider, callback=_callback(request), journey=journey, answer=dict(request.query_params)
        )
        done = oidc.sign_in_as(parts.store, parts.settings, subject, request.cookies.get(cookie_name(parts.settings)))
    except ServiceError as error:
        answer: Response = sign_in_page(parts.settings, target=target, error=error.detail, status=error.status)
    else:
        answer = RedirectResponse(target, 303)
        set_session_cookie(answer, parts.settings, done.cookie)
    answer.delete_cookie(JOURNEY, path=PATH)
    return answer
