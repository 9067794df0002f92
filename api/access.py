"""Who is asking, and what the role allows. The middleware in ``people.guard`` has turned strangers away before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from starlette.requests import Request

from api.errors import Forbidden, NotSignedIn

Role = Literal["admin", "reviewer", "submitter"]
_RANK: dict[str, int] = {"submitter": 0, "reviewer": 1, "admin": 2}


@dataclass(frozen=True)
class Identity:
    """A signed-in person or their program. Everything is looked up within ``org_id``, without exception."""

    user_id: str
    org_id: str
    login: str
    name: str
    role: Role
    operator: bool = False
    must_change_password: bool = False
    sign_in: str | None = None
    """Id of the browser session; None for a token."""
    csrf: str | None = None
    """What the browser must send as ``X-CSRF-Token``."""

    def may(self, role: Role) -> bool:
        """Whether the role is this one or above (submitter < reviewer < admin)."""
        return _RANK[self.role] >= _RANK[role]


def identity(request: Request) -> Identity:
    """The person behind the request.

    Raises:
        NotSignedIn: nobody; only reached where a route was left open by mistake.
    """
    found = getattr(request.state, "identity", None)
    if found is None:
        raise NotSignedIn("请先登录")
    return cast(Identity, found)


def require(role: Role) -> Callable[[Request], Identity]:
    """A dependency: the person behind the request, who must have this role or one above.

    Raises:
        Forbidden: the role does not allow it.
    """

    def check(request: Request) -> Identity:
        who = identity(request)
        if not who.may(role):
            names = {"admin": "管理员", "reviewer": "审核员", "submitter": "填报人"}
            raise Forbidden(f"此操作需要{names[role]}权限；请联系本单位管理员")
        return who

    return check


def operator(request: Request) -> Identity:
    """A dependency: whoever runs the service and sets up organisations.

    Raises:
        Forbidden: somebody else.
    """
    who = identity(request)
    if not who.operator:
        raise Forbidden("此操作只有系统运维人员可用；请联系系统运维人员")
    return who


def browser_only(request: Request) -> Identity:
    """A dependency: somebody at the browser. A leaked token must not be able to make itself further ones.

    Raises:
        Forbidden: a program with a token.
    """
    who = identity(request)
    if who.sign_in is None:
        raise Forbidden("此操作须在网页上登录后进行，不能用访问令牌")
    return who
