"""The tables. Ids are UUID strings; times are UTC; JSON columns hold the shapes named beside them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Fixed names, so that migrations can alter constraints on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LIVE_STATES = ("queued", "planning", "reading", "judging")


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh id."""
    return str(uuid.uuid4())


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone; SQLite keeps none, so UTC is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC out."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Organisation(Base):
    """An office or an enterprise; its data is seen by nobody else."""

    __tablename__ = "organisations"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class User(Base):
    """A person who may sign in. ``operator``: may also set up organisations (not see their data)."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    login: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    operator: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    oidc_subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignIn(Base):
    """A browser session; ``id`` is the SHA-256 of the cookie's value."""

    __tablename__ = "sign_ins"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column()


class SignInAttempt(Base):
    """A wrong password, for the limit; ``key`` is a hash of login or address."""

    __tablename__ = "sign_in_attempts"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(default=now)


class ApiToken(Base):
    """A token for programs; ``hash`` is the SHA-256 of the secret. ``scope``: ``api``, or ``calendar`` for the feed only."""

    __tablename__ = "api_tokens"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(20), default="api")
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()


class AuditEntry(Base):
    """One line of the append-only log; ``hash`` covers the line and ``previous``, so nothing can be taken out unseen."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column()
    org_id: Mapped[str | None] = mapped_column(String(36), index=True)
    user_id: Mapped[str | None] = mapped_column(String(36))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="", index=True)
    """``package:<id>``, ``user:<id>`` …"""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Batch(Base):
    """Many packages handed in at once."""

    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)
    as_of: Mapped[date | None] = mapped_column()
    """As handed in for all packages; None: each one's own day."""
    policies: Mapped[list[Any]] = mapped_column(default=list)
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    """What was noticed on taking it in: packages without declaration, rows without package …"""
    cancelled_at: Mapped[datetime | None] = mapped_column()


class Comparison(Base):
    """What repeats across the packages of a batch and earlier ones; worked out anew when ``key`` no longer fits."""

    __tablename__ = "comparisons"
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    org_id: Mapped[str] = mapped_column(String(36), index=True)
    key: Mapped[str] = mapped_column(String(64))
    """Digest of the packages that were compared, with their versions."""
    at: Mapped[datetime] = mapped_column()
    seconds: Mapped[float] = mapped_column()
    """How long it took."""
    repeats: Mapped[list[Any]] = mapped_column()
    """As answered (``work.batches_shapes.RepeatShape``)."""
    alarmed: Mapped[list[Any]] = mapped_column()
    """Ids of the packages of the batch that have an alarm."""


class PackageRow(Base):
    """One enterprise's package. Current judgement: ``result`` (blob of ``result.json``) and its short forms for lists."""

    __tablename__ = "packages"
    __table_args__ = (Index("ix_packages_org_id_created_at", "org_id", "created_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    enterprise: Mapped[str | None] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    as_of: Mapped[date | None] = mapped_column()
    declaration: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """``extractor.model.Declaration`` as JSON; None: only read."""
    declared_file: Mapped[int | None] = mapped_column()
    """Index among ``UploadedFile`` of the file that holds the declaration (kept, but no evidence)."""
    policies: Mapped[list[Any]] = mapped_column(default=list)
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    """What was noticed on taking it in and on judging it: an unreadable declaration, a correction that fits no more …"""
    created_by: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)
    run_id: Mapped[str | None] = mapped_column(String(36))
    """The latest run: done, failed or under way."""
    result_run: Mapped[str | None] = mapped_column(String(36))
    """The run on whose pages the current result rests; another one than ``run_id`` while the package is read again."""
    result: Mapped[str | None] = mapped_column(String(64))
    """Blob of the current result, revisions applied, with what the desk shows beside it (``work.results``)."""
    judged_at: Mapped[datetime | None] = mapped_column()
    verdict: Mapped[str | None] = mapped_column(String(10), index=True)
    risk: Mapped[float | None] = mapped_column()
    screened: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """``extractor.prescreen.Screened`` as JSON."""
    version: Mapped[int] = mapped_column(default=0)
    """Goes up with every new judgement; answers carry it as ETag."""
    decision: Mapped[str | None] = mapped_column(String(20))
    """``recommend`` (推荐), ``return`` (退回补正), ``reject`` (不予推荐)."""
    decision_note: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(36))
    signature: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None] = mapped_column()


class UploadedFile(Base):
    """A file as it was handed in; its bytes are the blob ``sha256``."""

    __tablename__ = "uploaded_files"
    __table_args__ = (UniqueConstraint("package_id", "position"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(1000))
    """Path inside the package with ``/``."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)


class Run(Base):
    """One pass over a package by the workers; ``id`` is also the workflow's id."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    org_id: Mapped[str] = mapped_column(String(36))
    interactive: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(12), default="queued", index=True)
    cancel: Mapped[bool] = mapped_column(default=False)
    """Somebody asked to stop it."""
    pages_total: Mapped[int] = mapped_column(default=0)
    pages_done: Mapped[int] = mapped_column(default=0)
    doing: Mapped[str] = mapped_column(String(300), default="")
    error: Mapped[str | None] = mapped_column(Text)
    worker: Mapped[str | None] = mapped_column(String(100))
    attempts: Mapped[int] = mapped_column(default=0)
    """How often workers began or took it over since a page of it was last read."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()
    reader: Mapped[str | None] = mapped_column(String(100))
    """Engine and version of the code that read it."""


class RunFile(Base):
    """A file as the run saw it: ZIPs unpacked; ``extractor.intake.SourceFile`` without its path."""

    __tablename__ = "run_files"
    __table_args__ = (UniqueConstraint("run_id", "position"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(1000))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """Empty where its bytes could not be taken in."""
    media_type: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int] = mapped_column()
    error: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class RevisionRow(Base):
    """A person's correction (``extractor.review.Revision`` as JSON); ``undone_at`` where it was taken back."""

    __tablename__ = "revisions"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int] = mapped_column()
    revision: Mapped[dict[str, Any]] = mapped_column()
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None] = mapped_column()
    undone_by: Mapped[str | None] = mapped_column(String(36))


class FindingReview(Base):
    """What a reviewer said of one finding; the latest counts. ``finding`` is ``metric|period``."""

    __tablename__ = "finding_reviews"
    __table_args__ = (Index("ix_finding_reviews_package_id_finding", "package_id", "finding"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"))
    finding: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(20))
    """``accept``, ``reject`` or ``comment``."""
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()
    """``PackageRow.version`` that was looked at."""
    verdict: Mapped[str] = mapped_column(String(20))
    """The machine's verdict that was looked at."""
    made_by: Mapped[str] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column()
    """When the person took it back; it counts no more."""


class ConditionDecision(Base):
    """What a person decided about a condition of a policy (``extractor.criteria.answers.Decision``)."""

    __tablename__ = "condition_decisions"
    __table_args__ = (UniqueConstraint("package_id", "condition"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"))
    condition: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(default=now)


class MarkRow(Base):
    """Something by which two packages can be seen to share a paper (``extractor.prescreen.Mark``)."""

    __tablename__ = "marks"
    __table_args__ = (Index("ix_marks_org_id_kind_value", "org_id", "kind", "value"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    org_id: Mapped[str] = mapped_column(String(36))
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(300))
    mark: Mapped[dict[str, Any]] = mapped_column()


class WatchRow(Base):
    """A date to watch (``extractor.prescreen.WatchItem`` as JSON)."""

    __tablename__ = "watch_items"
    __table_args__ = (Index("ix_watch_items_org_id_due", "org_id", "due"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    org_id: Mapped[str] = mapped_column(String(36))
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    due: Mapped[date] = mapped_column()
    item: Mapped[dict[str, Any]] = mapped_column()


class ChangeNotice(Base):
    """A change at an enterprise (new name, merger …) that must be reported within 30 days."""

    __tablename__ = "change_notices"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(300))
    happened_on: Mapped[date] = mapped_column()
    reported_on: Mapped[date | None] = mapped_column()
    made_by: Mapped[str] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(default=now)


class Worker(Base):
    """A worker process; ``beat_at`` goes on while it lives, ``claimed_at`` while another takes over its jobs."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int] = mapped_column()
    started_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now)
    claimed_at: Mapped[datetime | None] = mapped_column()
    pages_read: Mapped[int] = mapped_column(default=0)
    taken_over: Mapped[int] = mapped_column(default=0)
    """Jobs of dead workers that this one took over."""
    rss: Mapped[int] = mapped_column(BigInteger, default=0)
    """Memory of the process in bytes."""
    reader_rss: Mapped[int] = mapped_column(BigInteger, default=0)
    """Memory of its reading process in bytes."""


class Keyed(Base):
    """Single values, such as the key of the hashes that tell persons apart (``person_key``, hexadecimal)."""

    __tablename__ = "keyed"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
