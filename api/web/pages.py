"""The HTML pages; they hold no data of their own and call the API.

The header shows who is signed in, everything else is filled in by ``static/**.js``. Strangers never get here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from api.access import Identity, identity
from api.web.static_files import ADDRESS

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")
_TEMPLATES.env.globals["static"] = ADDRESS

ROLE_NAMES = {"admin": "管理员", "reviewer": "审核员", "submitter": "填报人"}
Who = Annotated[Identity, Depends(identity)]


def _page(request: Request, who: Identity, template: str, status: int = 200, **context: object) -> Response:
    """A page in the shell."""
    shown = {"who": who, "role_name": ROLE_NAMES[who.role], **context}
    return _TEMPLATES.TemplateResponse(request, template, shown, status_code=status)


@router.get("/")
def queue(request: Request, who: Who) -> Response:
    """The queue of packages and the upload."""
    return _page(request, who, "queue.html", nav="queue")


@router.get("/packages/{package_id}")
def desk(request: Request, who: Who, package_id: str) -> Response:
    """The reviewer's desk of one package."""
    return _page(request, who, "desk.html", nav="queue", package_id=package_id)


@router.get("/batches")
def batches(request: Request, who: Who) -> Response:
    """The batches and the upload of a new one."""
    return _page(request, who, "batches.html", nav="batches")


@router.get("/batches/{batch_id}")
def batch(request: Request, who: Who, batch_id: str) -> Response:
    """The ranked table of one batch."""
    return _page(request, who, "batch.html", nav="batches", batch_id=batch_id)


@router.get("/watch")
def watch(request: Request, who: Who) -> Response:
    """The re-check calendar."""
    return _page(request, who, "watch.html", nav="watch")


@router.get("/admin")
def admin(request: Request, who: Who) -> Response:
    """People, the audit log, organisations."""
    if not (who.may("admin") or who.operator):
        return _page(request, who, "refused.html", status=403, needs="管理员")
    return _page(request, who, "admin.html", nav="admin")


@router.get("/account")
def account(request: Request, who: Who) -> Response:
    """The own password and the own tokens."""
    return _page(request, who, "account.html", nav="account")
