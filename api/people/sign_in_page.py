"""The page that strangers get, whatever page they asked for. It stands alone: nothing else is open to them."""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from starlette.responses import HTMLResponse

from api.settings import ServiceSettings

_TEMPLATES = Path(__file__).parent / "templates"
_OWN_ADDRESS = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]{0,2000}")


@lru_cache(maxsize=1)
def _template() -> Template:
    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=select_autoescape()).get_template("sign_in.html")


def safe_target(target: str | None) -> str:
    """Where to go after signing in: a page of this service, else the first one."""
    if not target or not _OWN_ADDRESS.fullmatch(target) or target.startswith(("/api/", "/static/")):
        return "/"
    return target


def sign_in_page(
    settings: ServiceSettings, *, target: str = "/", error: str = "", login: str = "", status: int = 401
) -> HTMLResponse:
    """The sign-in page.

    Args:
        settings: whether there is a second way to sign in.
        target: the page that was asked for.
        error: what went wrong with the last attempt, plain Chinese.
        login: what was typed as login then.
        status: of the answer.
    """
    nonce = secrets.token_urlsafe(16)
    html = _template().render(
        nonce=nonce, target=safe_target(target), error=error, login=login[:100],
        oidc_name=settings.oidc_name if settings.oidc_issuer else "",
    )  # fmt: skip
    sources = f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:"
    policy = f"{sources}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(html, status, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})
