"""Sign-in, one's own account, tokens."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as _F
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.access import Identity, Role, browser_only, identity
from api.errors import Conflict, Forbidden, NotFound, NotReady, NotSignedIn, TooManyAttempts
from api.people import sign_in, tokens
from api.people.sign_in_page import safe_target, sign_in_page
from api.problems import problem_response, request_id_of, responses
from api.service import Service, service
from api.settings import ServiceSettings
from api.store.tables import ApiToken, Organisation

router = APIRouter(tags=["账号"])
Parts = Annotated[Service, Depends(service)]
Me = Annotated[Identity, Depends(identity)]
AtBrowser = Annotated[Identity, Depends(browser_only)]
_BODY_LIMIT = 16 * 1024
_MALFORMED = "登录信息不完整；请填写登录名与口令"


class Person(BaseModel):
    """A person who may sign in."""

    id: str = _F(description="账号编号")
    login: str = _F(description="登录名")
    name: str = _F(description="姓名")
    role: Role = _F(description="admin 管理员 · reviewer 审核员 · submitter 填报人")
    operator: bool = _F(description="是否系统运维人员（可新建单位）")
    must_change_password: bool = _F(description="是否须先修改一次性口令")


class OrganisationName(BaseModel):
    """An organisation."""

    id: str = _F(description="单位编号")
    name: str = _F(description="单位名称")


class MeAnswer(BaseModel):
    """Who is signed in."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "user": {
                    "id": "0b0f6f0e-6f0a-4b0e-9f5e-0c5a3f0e1a11", "login": "wang", "name": "王审核", "role": "reviewer",
                    "operator": False, "must_change_password": False,
                },
                "organisation": {"id": "5a9c0c55-51a9-4a3e-8d4b-7b0f3c1d2e10", "name": "示范市工业和信息化局"},
                "csrf": "q3J9mP0d6yX2bT5v",
            }
        }
    )  # fmt: skip

    user: Person
    organisation: OrganisationName
    csrf: str | None = _F(description="网页登录时改动请求须带的 X-CSRF-Token；用令牌时为空")


class Credentials(BaseModel):
    """What is typed at the sign-in page."""

    model_config = ConfigDict(json_schema_extra={"example": {"login": "wang", "password": "······"}})

    login: str = _F(min_length=1, max_length=200, description="登录名")
    password: str = _F(min_length=1, max_length=500, description="口令")
    next: str = _F(default="/", max_length=2100, description="登录后打开的页面（仅表单）")


class PasswordChange(BaseModel):
    """One's own new password."""

    old: str = _F(min_length=1, max_length=500, description="原口令")
    new: str = _F(min_length=1, max_length=500, description="新口令，10 至 200 个字符，至少两种字符")


class TokenWish(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "夜间批量上传", "scope": "api", "days": 365}})

    name: str = _F(min_length=1, max_length=100, pattern=r"\S", description="用途")
    scope: tokens.Scope = _F(default="api", description="api：本人能做的全部 · calendar：只能读取到期日历")
    days: int | None = _F(default=365, ge=1, le=3660, description="有效天数，空：长期有效")


class TokenInfo(BaseModel):
    """A token without its secret."""

    id: str = _F(description="令牌编号")
    name: str = _F(description="用途")
    scope: tokens.Scope
    created_at: datetime
    last_used_at: datetime | None = _F(description="最近使用时间，按分钟记")
    expires_at: datetime | None = _F(description="到期时间，空：长期有效")


class NewToken(TokenInfo):
    """A token just made."""

    token: str = _F(description="令牌本身，只在这里显示一次")


class TokenPage(BaseModel):
    """Tokens."""

    items: list[TokenInfo]
    total: int
    page: int
    page_size: int


def me_answer(parts: Service, who: Identity) -> MeAnswer:
    """Who is signed in, as answered."""
    with parts.store.begin() as session:
        organisation = session.get_one(Organisation, who.org_id)
    return MeAnswer(
        user=Person(
            id=who.user_id, login=who.login, name=who.name, role=who.role, operator=who.operator,
            must_change_password=who.must_change_password,
        ),
        organisation=OrganisationName(id=organisation.id, name=organisation.name),
        csrf=who.csrf,
    )  # fmt: skip


# --- signing in and out --------------------------------------------------------


class ForeignOrigin(Forbidden):
    """A sign-in form of another site."""

    code = "foreign-origin"


_SIGN_IN_BODY: dict[str, Any] = {
    "security": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": Credentials.model_json_schema()},
            "application/x-www-form-urlencoded": {"schema": Credentials.model_json_schema()},
        },
    },
}


@router.post(
    "/auth/sign-in",
    operation_id="sign_in",
    summary="登录",
    description="JSON：返回本人信息并设置 Cookie；网页表单：成功后转到 next，失败时返回登录页。内容不完整也答复 401。",
    response_model=MeAnswer,
    responses=responses(NotSignedIn, ForeignOrigin, TooManyAttempts, NotReady)
    | {303: {"description": "表单登录成功，转到原来要去的页面"}},
    openapi_extra=_SIGN_IN_BODY,
)
async def post_sign_in(request: Request, parts: Parts) -> Response:
    """Check login and password, open a browser session."""
    form = not request.headers.get("content-type", "").startswith("application/json")
    given: Credentials | None = None
    try:
        if not _same_origin(request):
            raise ForeignOrigin("登录请求来自别的网站；请直接打开本系统登录（经代理访问时，代理须原样传递 Host）")
        given = await _credentials(request, form=form)
        done = await run_in_threadpool(_sign_in, request, parts, given)
        if form:
            answer: Response = RedirectResponse(safe_target(given.next), 303)
        else:
            body = await run_in_threadpool(me_answer, parts, done.who)
            answer = JSONResponse(body.model_dump(mode="json"))
    except (NotSignedIn, TooManyAttempts, ForeignOrigin) as error:
        if form and "text/html" in request.headers.get("accept", ""):
            return sign_in_page(
                parts.settings, target=given.next if given else "/", error=error.detail,
                login=given.login if given else "", status=error.status,
            )  # fmt: skip
        return problem_response(error, request_id_of(request.scope))
    set_session_cookie(answer, parts.settings, done.cookie)
    return answer


def set_session_cookie(answer: Response, settings: ServiceSettings, cookie: str) -> None:
    """Hand the browser its session."""
    answer.set_cookie(
        sign_in.cookie_name(settings), cookie, max_age=int(settings.session_hours * 3600), path="/",
        secure=settings.secure_cookies, httponly=True, samesite="lax",
    )  # fmt: skip


def client_address(request: Request) -> str:
    """Where the request comes from; behind a proxy the server has put in what the proxy says."""
    return request.client.host if request.client else ""


def _sign_in(request: Request, parts: Service, given: Credentials) -> sign_in.SignedIn:
    return sign_in.sign_in(
        parts.store, parts.settings, login=given.login, password=given.password, address=client_address(request),
        old_cookie=request.cookies.get(sign_in.cookie_name(parts.settings)),
    )  # fmt: skip


async def _credentials(request: Request, *, form: bool) -> Credentials:
    """The body, whatever it is, as credentials; it is read only as far as credentials can go."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _BODY_LIMIT:
            raise NotSignedIn(_MALFORMED)
    try:
        if not form:
            return Credentials.model_validate(json.loads(bytes(body)))
        fields = parse_qs(bytes(body).decode(), strict_parsing=True, max_num_fields=20)
        return Credentials.model_validate({key: values[0] for key, values in fields.items()})
    except (ValidationError, ValueError, RecursionError) as error:
        raise NotSignedIn(_MALFORMED) from error


def _same_origin(request: Request) -> bool:
    """Whether the form stood on a page of ours, as far as the browser says; programs say nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or _host(urlsplit(origin).netloc) == _host(request.headers.get("host", ""))


def _host(place: str) -> str:
    return place.lower().removesuffix(":80").removesuffix(":443")


@router.post("/auth/sign-out", operation_id="sign_out", summary="退出登录", status_code=204)
def post_sign_out(
    parts: Parts,
    who: AtBrowser,
    everywhere: Annotated[bool, Query(description="其他浏览器上的登录也全部退出；访问令牌不受影响")] = False,
) -> Response:
    """End the browser session, or all of the person's."""
    sign_in.sign_out(parts.store, who, everywhere=everywhere)
    answer = Response(status_code=204)
    name, secure = sign_in.cookie_name(parts.settings), parts.settings.secure_cookies
    answer.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


@router.get("/auth/me", operation_id="me", summary="本人信息")
def get_me(parts: Parts, who: Me) -> MeAnswer:
    """Who is signed in."""
    return me_answer(parts, who)


@router.post(
    "/auth/password",
    operation_id="change_password",
    summary="修改本人口令",
    description="其他浏览器上的登录随之失效。",
    status_code=204,
    responses=responses(Conflict, TooManyAttempts),
)
def post_password(parts: Parts, who: AtBrowser, change: PasswordChange) -> Response:
    """Change one's own password."""
    sign_in.change_password(parts.store, parts.settings, who, old=change.old, new=change.new)
    return Response(status_code=204)


# --- tokens --------------------------------------------------------------------


@router.get("/tokens", operation_id="list_tokens", summary="访问令牌", responses=responses(NotFound))
def get_tokens(
    parts: Parts,
    who: Me,
    user: Annotated[str | None, Query(max_length=36, description="别人的（管理员），空：本人的")] = None,
) -> TokenPage:
    """One's own tokens; an administrator may look at those of others."""
    with parts.store.begin() as session:
        items = [TokenInfo(**_token(row)) for row in tokens.list_tokens(session, who, user)]
    return TokenPage(items=items, total=len(items), page=1, page_size=tokens.MAX_TOKENS)


@router.post(
    "/tokens", operation_id="create_token", summary="新建本人的访问令牌", status_code=201, responses=responses(Conflict)
)  # fmt: skip
def post_token(parts: Parts, who: AtBrowser, wish: TokenWish) -> NewToken:
    """Make a token; its secret is shown this once."""
    with parts.store.begin() as session:
        row, secret = tokens.create_token(session, who, name=wish.name.strip(), scope=wish.scope, days=wish.days)
    return NewToken(token=secret, **_token(row))


@router.delete("/tokens/{token_id}", operation_id="revoke_token", summary="撤销访问令牌", status_code=204)
def delete_token(parts: Parts, who: AtBrowser, token_id: str) -> Response:
    """Take back a token: one's own, or of anybody in the organisation for an administrator."""
    with parts.store.begin() as session:
        tokens.revoke_token(session, who, token_id)
    return Response(status_code=204)


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "scope": row.scope, "created_at": row.created_at, "last_used_at": row.last_used_at,
        "expires_at": row.expires_at,
    }  # fmt: skip
