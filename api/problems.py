"""Errors as answers: whatever goes wrong becomes RFC 9457 problem details in plain Chinese, and the OpenAPI says so."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import (
    PROBLEM_JSON,
    BadRequest,
    Forbidden,
    NotFound,
    NotReady,
    NotSignedIn,
    Problem,
    ServiceError,
    TooLarge,
    Unusable,
)  # fmt: skip
from extractor.claims.declared import DeclarationError
from extractor.claims.sheet import SheetError
from extractor.criteria.decisions import DecisionError
from extractor.criteria.load import UnknownPolicy
from extractor.intake.errors import IntakeError

LOG = logging.getLogger("zuozheng.errors")

OPEN_PATHS = frozenset({"/healthz", "/openapi.json"})
"""What strangers may GET; the guard and the description agree through this."""

_IN_WORDS = {
    400: "请求的格式有误；请刷新页面后重试，程序调用请对照 /openapi.json",
    404: "没有这个地址；请从首页重新进入，程序调用请核对 /openapi.json 里的路径",
    405: "这个地址不支持此操作；程序调用请核对 /openapi.json 里的方法",
    413: "上传的内容过大；请分批上传",
}
_FIELD_WORDS = {
    "missing": "必填",
    "json_invalid": "不是有效的 JSON",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_too_long": "太长，最多 {max_length} 个字",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "必须大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "必须小于 {lt}",
    "literal_error": "只能是 {expected} 之一",
    "enum": "只能是 {expected} 之一",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "date_from_datetime_parsing": "应为日期，如 2025-06-30",
    "date_parsing": "应为日期，如 2025-06-30",
    "date_type": "应为日期，如 2025-06-30",
    "uuid_parsing": "编号的格式不对",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "extra_forbidden": "没有这一项",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
}


class ServerFault(ServiceError):
    """A mistake in the program; the log has it under the request's number."""

    def __init__(self) -> None:
        super().__init__("服务内部出错，未做任何更改；请稍后重试，仍不行请把请求编号告诉管理员")


class MethodNotAllowed(ServiceError):
    """The address exists, but not for this method."""

    status, code, title = 405, "method-not-allowed", "不支持此操作"


class _Other(ServiceError):
    """A status of the framework that has no class of its own."""

    code: ClassVar[str] = "http"
    title: ClassVar[str] = "请求未能完成"


_BY_STATUS: dict[int, type[ServiceError]] = {
    400: BadRequest, 401: NotSignedIn, 403: Forbidden, 404: NotFound, 405: MethodNotAllowed, 413: TooLarge, 422: Unusable,
    503: NotReady,
}  # fmt: skip


def request_id_of(scope: Scope) -> str:
    """The request's number, empty where none was given."""
    return str(scope.get("state", {}).get("request_id", ""))


def problem_response(
    error: ServiceError, request_id: str = "", *, status: int | None = None,
    errors: list[dict[str, str]] | None = None, headers: Mapping[str, str] | None = None,
) -> JSONResponse:  # fmt: skip
    """The answer for an error.

    Args:
        error: what went wrong.
        request_id: the request's number.
        status: instead of the class's own.
        errors: which fields are wrong, as ``{"field", "message"}``.
        headers: further headers.
    """
    body: Problem = error.problem(request_id).model_copy(update={"errors": errors} | ({"status": status} if status else {}))
    extra = dict(headers or {})
    if body.status == 401:
        extra.setdefault("WWW-Authenticate", 'Bearer realm="zuozheng"')
    return JSONResponse(body.model_dump(exclude_none=True), body.status, extra, PROBLEM_JSON)


def install_problems(app: FastAPI) -> None:
    """Let every error be answered as a problem, and describe it so in the OpenAPI."""

    def of_service(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ServiceError)
        if error.status >= 500:
            LOG.error("%s", error.code, exc_info=error)  # its detail may name a file
        return problem_response(error, request_id_of(request.scope))

    def of_content(request: Request, error: Exception) -> JSONResponse:
        return problem_response(Unusable(str(error)), request_id_of(request.scope))

    app.add_exception_handler(ServiceError, of_service)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    for kind in (DeclarationError, SheetError, DecisionError, UnknownPolicy, IntakeError):
        app.add_exception_handler(kind, of_content)
    for trouble in (OperationalError, InterfaceError, TimeoutError):
        app.add_exception_handler(trouble, _of_database)
    app.add_exception_handler(DataError, _of_data)
    app.add_middleware(Unexpected)
    _describe(app)


def _of_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [{"field": _field(e["loc"]), "message": _message(e)} for e in error.errors()]
    detail = "；".join(f"{e['field']}：{e['message']}" for e in errors[:5]) or "内容有误"
    return problem_response(Unusable(f"填写的内容有误（{detail}）；请改正后再提交"), request_id_of(request.scope), errors=errors)


def _field(place: Iterable[object]) -> str:
    parts = [str(p) for p in place]
    return ".".join(parts[1:] if len(parts) > 1 and parts[0] in ("body", "query", "path", "header", "cookie") else parts)


def _message(error: Mapping[str, Any]) -> str:
    """One field's mistake in Chinese; what a validator of ours says is Chinese already."""
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    words = _FIELD_WORDS.get(error["type"], "格式不正确")
    context = {"expected": "", "min_length": 1, "max_length": "", **error.get("ctx", {})}
    return words.format_map(context | {"expected": _choices(str(context["expected"]))})


def _choices(expected: str) -> str:
    """``'live', 'done' or 'open'`` of the framework as ``live、done、open``."""
    return "、".join(re.findall("'([^']*)'", expected)) or expected


def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, _Other)
    detail = _IN_WORDS.get(error.status_code, "请求未能完成；请刷新页面后重试")
    return problem_response(kind(detail), request_id_of(request.scope), status=error.status_code, headers=error.headers)


def database_problem(error: Exception) -> ServiceError:
    """What a failure of the database means for the asker: out of reach or busy is 503, all else a fault of ours."""
    words = str(error).lower()
    sqlite = "sqlite" in type(getattr(error, "orig", None)).__module__
    if sqlite and not any(w in words for w in ("locked", "unable to open", "disk", "readonly", "busy")):
        return ServerFault()
    return NotReady("数据库暂时无法访问或过于繁忙，未做任何更改；请稍后重试，仍不行请管理员检查数据库与磁盘")


def _of_database(request: Request, error: Exception) -> JSONResponse:
    LOG.error("database trouble", exc_info=error)
    return problem_response(database_problem(error), request_id_of(request.scope))


def _of_data(request: Request, error: Exception) -> JSONResponse:
    LOG.warning("the database cannot hold a value: %s", type(getattr(error, "orig", error)).__name__)
    return problem_response(
        Unusable("内容里有无法保存的字符或过大的数；请删去特殊字符后重试"), request_id_of(request.scope)
    )  # fmt: skip


class Unexpected:
    """ASGI middleware: a mistake in the program is logged and answered with 500, without a word about the inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer where nobody else has."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            if started:
                raise  # half an answer is out: the connection must break, so that nobody takes it for whole
            LOG.error("unexpected error", exc_info=error)
            await problem_response(ServerFault(), request_id_of(scope))(scope, receive, send)


# --- in the OpenAPI description ------------------------------------------------


def responses(*errors: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """The ``responses=`` of a route that can fail with these, beside the ones every route has (401, 403, 422, 503 …)."""
    out: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        title = f"{out[error.status]['description']}；{error.title}" if error.status in out else error.title
        out[error.status] = _described(error, title)
    return out


def _described(error: type[ServiceError], title: str) -> dict[str, Any]:
    example = {
        "type": f"urn:zuozheng:{error.code}", "title": error.title, "status": error.status,
        "detail": "……（出了什么事、怎么办）", "code": error.code, "request_id": "3f1c9a52",
    }  # fmt: skip
    return {
        "description": title,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


def _describe(app: FastAPI) -> None:
    """Replace FastAPI's own description of errors by what is really answered."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        if "Problem" not in schema.setdefault("components", {}).setdefault("schemas", {}):
            _complete(schema)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> None:
    schemas = schema["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "zz_session", "description": "网页登录；改动须另带 X-CSRF-Token"},
        "token": {"type": "http", "scheme": "bearer", "description": "访问令牌，在“我的账号”里新建"},
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete_operation(path, method, operation)


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    own: list[type[ServiceError]] = []
    if path not in OPEN_PATHS and operation.get("security") != []:
        operation.setdefault("security", [{"session": []}, {"token": []}])
        own += [NotSignedIn, Forbidden, NotReady]
    if "requestBody" in operation:
        own += [BadRequest, TooLarge]
    if "{" in path:
        own.append(NotFound)
    if "HTTPValidationError" in str(answers.get("422")):
        answers.pop("422")  # FastAPI's own shape
        own.append(Unusable)
    for error in own:
        answers.setdefault(str(error.status), _described(error, error.title))
