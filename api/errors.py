"""What may go wrong in the service, each with a status and a remedy, answered as RFC 9457 problem details."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic import Field as _F

PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """The shape of every error answer (RFC 9457): what it is, and what to do about it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:zuozheng:not-found",
                "title": "没有找到",
                "status": 404,
                "detail": "没有这个材料包，可能已被删除；请回到列表重新选择",
                "code": "not-found",
                "request_id": "3f1c9a52",
            }
        }
    )

    type: str = _F(description="类型，urn:zuozheng:<code>")
    title: str = _F(description="一句话说明")
    status: int = _F(description="HTTP 状态码")
    detail: str = _F(description="出了什么事、怎么办")
    code: str = _F(description="英文代码")
    request_id: str = _F(default="", description="请求编号，报障时请附上")
    errors: list[dict[str, str]] | None = _F(default=None, description="字段错误：field、message")


class ServiceError(Exception):
    """Base: ``detail`` is plain Chinese with a remedy."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "服务出错"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def problem(self, request_id: str = "") -> Problem:
        """The answer to send."""
        return Problem(
            type=f"urn:zuozheng:{self.code}", title=self.title, status=self.status, detail=self.detail, code=self.code,
            request_id=request_id,
        )  # fmt: skip


class BadRequest(ServiceError):
    """The request cannot be used as it is."""

    status, code, title = 400, "bad-request", "请求有误"


class NotSignedIn(ServiceError):
    """Nobody is signed in, or the session has ended."""

    status, code, title = 401, "not-signed-in", "请先登录"


class Forbidden(ServiceError):
    """Signed in, but the role does not allow it, or the CSRF token is missing."""

    status, code, title = 403, "forbidden", "没有权限"


class NotFound(ServiceError):
    """Not there, or another organisation's."""

    status, code, title = 404, "not-found", "没有找到"


class Conflict(ServiceError):
    """The state has changed meanwhile, or does not allow it."""

    status, code, title = 409, "conflict", "状态不允许"


class TooLarge(ServiceError):
    """The upload goes over a limit."""

    status, code, title = 413, "too-large", "上传过大"


class Unusable(ServiceError):
    """Understood, but the content cannot be used (a declaration without figures, an unknown policy …)."""

    status, code, title = 422, "unusable", "内容无法使用"


class TooManyAttempts(ServiceError):
    """Too many wrong passwords."""

    status, code, title = 429, "too-many-attempts", "尝试次数过多"


class NotReady(ServiceError):
    """The service cannot do it just now (database or storage out of reach)."""

    status, code, title = 503, "not-ready", "服务暂不可用"


class NoRoom(NotReady):
    """What was sent cannot be kept: the disk is full, or may not be written."""

    code, title = "no-room", "服务器存储不可用"
