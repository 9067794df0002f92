"""The organisation's people (administrators), and the organisations (whoever runs the service)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict
from pydantic import Field as _F

from api.access import Identity, Role, operator, require
from api.errors import Conflict
from api.people import accounts
from api.problems import responses
from api.service import Service, service
from api.store.tables import Organisation, User

router = APIRouter(tags=["单位与人员"])
Parts = Annotated[Service, Depends(service)]
Admin = Annotated[Identity, Depends(require("admin"))]
Operator = Annotated[Identity, Depends(operator)]
PageNumber = Annotated[int, Query(ge=1, le=100_000, description="第几页，从 1 起")]
PageSize = Annotated[int, Query(ge=1, le=200, description="每页条数")]
Login = Annotated[str, _F(min_length=2, max_length=64, description="登录名：字母、汉字、数字或 . _ @ -")]
Name = Annotated[str, _F(min_length=1, max_length=100, pattern=r"\S", description="姓名")]
Subject = Annotated[str | None, _F(default=None, max_length=200, description="统一身份认证里的编号（sub）；空字符串：解除绑定")]


class UserInfo(BaseModel):
    """A person of the organisation."""

    id: str = _F(description="账号编号")
    login: str = _F(description="登录名")
    name: str = _F(description="姓名")
    role: Role = _F(description="admin 管理员 · reviewer 审核员 · submitter 填报人")
    operator: bool = _F(description="是否系统运维人员")
    disabled: bool = _F(description="是否已停用")
    must_change_password: bool = _F(description="还没有修改一次性口令")
    oidc_linked: bool = _F(description="是否已绑定统一身份认证")
    created_at: datetime


class UserPage(BaseModel):
    """People by login."""

    items: list[UserInfo]
    total: int
    page: int
    page_size: int


class UserAnswer(BaseModel):
    """A person made or changed."""

    user: UserInfo
    one_time_password: str | None = _F(description="一次性口令，只在这里显示一次；没有重置时为空")


class NewUser(BaseModel):
    """A person to be made."""

    model_config = ConfigDict(json_schema_extra={"example": {"login": "wang", "name": "王审核", "role": "reviewer"}})

    login: Login
    name: Name
    role: Role
    oidc_subject: Subject


class UserChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "admin"}})

    name: Annotated[str | None, _F(default=None, min_length=1, max_length=100, pattern=r"\S", description="姓名")]
    role: Role | None = None
    disabled: bool | None = _F(default=None, description="true 停用，false 恢复")
    reset_password: bool = _F(default=False, description="改为新的一次性口令")
    oidc_subject: Subject


class OrganisationInfo(BaseModel):
    """An organisation and how many people it has; nothing of what it does."""

    id: str
    name: str
    users: int = _F(description="账号个数")
    created_at: datetime


class OrganisationPage(BaseModel):
    """Organisations by name."""

    items: list[OrganisationInfo]
    total: int
    page: int
    page_size: int


class FirstAdmin(BaseModel):
    """The first administrator of a new organisation."""

    login: Login
    name: Name


class NewOrganisation(BaseModel):
    """An organisation to be made."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "示范区科技局", "admin": {"login": "kjj-admin", "name": "李管理"}}}
    )

    name: str = _F(min_length=1, max_length=200, pattern=r"\S", description="单位名称")
    admin: FirstAdmin


class OrganisationAnswer(BaseModel):
    """An organisation just made."""

    organisation: OrganisationInfo
    admin: UserAnswer


@router.get("/users", operation_id="list_users", summary="本单位的账号（管理员）")
def get_users(parts: Parts, who: Admin, page: PageNumber = 1, page_size: PageSize = 50) -> UserPage:
    """The organisation's people."""
    with parts.store.begin() as session:
        rows, total = accounts.list_users(session, who, page=page, page_size=page_size)
    return UserPage(items=[_user(row) for row in rows], total=total, page=page, page_size=page_size)


@router.post("/users", operation_id="create_user", summary="新建账号（管理员）", status_code=201, responses=responses(Conflict))
def post_user(parts: Parts, who: Admin, new: NewUser) -> UserAnswer:
    """A new person, with a one-time password or linked to the identity provider."""
    with parts.store.begin() as session:
        made = accounts.create_user(
            session, who, login=new.login, name=new.name, role=new.role, oidc_subject=_subject(parts, new.oidc_subject) or None
        )
    return UserAnswer(user=_user(made.user), one_time_password=made.password)


@router.patch(
    "/users/{user_id}", operation_id="change_user", summary="修改账号、停用、重置口令（管理员）", responses=responses(Conflict)
)
def patch_user(parts: Parts, who: Admin, user_id: str, change: UserChange) -> UserAnswer:
    """Change a person of the organisation."""
    wanted = accounts.Change(
        name=change.name, role=change.role, disabled=change.disabled, reset_password=change.reset_password,
        oidc_subject=_subject(parts, change.oidc_subject),
    )  # fmt: skip
    with parts.store.begin() as session:
        made = accounts.change_user(session, who, user_id, wanted)
    return UserAnswer(user=_user(made.user), one_time_password=made.password)


@router.get("/organisations", operation_id="list_organisations", summary="所有单位（系统运维人员）")
def get_organisations(parts: Parts, who: Operator, page: PageNumber = 1, page_size: PageSize = 50) -> OrganisationPage:
    """All organisations by name."""
    with parts.store.begin() as session:
        rows, total = accounts.list_organisations(session, page=page, page_size=page_size)
    return OrganisationPage(items=[_organisation(*row) for row in rows], total=total, page=page, page_size=page_size)


@router.post(
    "/organisations", operation_id="create_organisation", summary="新建单位及其首位管理员（系统运维人员）", status_code=201,
    responses=responses(Conflict),
)  # fmt: skip
def post_organisation(parts: Parts, who: Operator, new: NewOrganisation) -> OrganisationAnswer:
    """A new organisation; its administrator's one-time password is shown this once."""
    with parts.store.begin() as session:
        organisation, made = accounts.create_organisation(
            session, who, name=new.name, admin_login=new.admin.login, admin_name=new.admin.name
        )
    return OrganisationAnswer(
        organisation=_organisation(organisation, 1), admin=UserAnswer(user=_user(made.user), one_time_password=made.password)
    )


def _subject(parts: Service, subject: str | None) -> str | None:
    return accounts.linked_subject(parts.settings.oidc_issuer, subject.strip()) if subject and subject.strip() else subject and ""


def _user(row: User) -> UserInfo:
    return UserInfo.model_validate(
        {
            "id": row.id, "login": row.login, "name": row.name, "role": row.role, "operator": row.operator,
            "disabled": row.disabled, "must_change_password": row.must_change_password,
            "oidc_linked": row.oidc_subject is not None, "created_at": row.created_at,
        }
    )  # fmt: skip


def _organisation(row: Organisation, users: int) -> OrganisationInfo:
    return OrganisationInfo(id=row.id, name=row.name, users=users, created_at=row.created_at)
