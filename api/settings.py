"""Settings of the service: environment variables ``ZUOZHENG_…`` or a file ``.env``; all in ``docs/service.md``."""

from __future__ import annotations

import socket
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from extractor.intake.limits import Limits
from models.registry import DEFAULT_TAGGER, ModelError, check_tagger

MB = 1024 * 1024
UPLOADS = "uploads"
"""Folder of the data folder in which uploads wait while they arrive, each in a folder ``up-<process id>-…``."""


class ServiceSettings(BaseSettings):
    """What can be set, with its default. Every field is documented in ``docs/service.md`` (a test says so)."""

    model_config = SettingsConfigDict(
        env_prefix="ZUOZHENG_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Field(default=Path("zuozheng-data"), description="数据目录：数据库、材料与缓存都在其中")
    database_url: str = Field(
        default="", description="数据库地址（SQLAlchemy），空：数据目录里的 SQLite；例 postgresql+psycopg://用户:口令@主机/库"
    )
    blob_url: str = Field(
        default="", description="材料存放处（fsspec），空：数据目录下的 blobs；例 s3://桶/前缀、file:///共享目录"
    )
    host: str = Field(default="127.0.0.1", description="监听地址")
    port: int = Field(default=8000, ge=0, le=65535, description="监听端口")
    trusted_proxies: str = Field(default="", description="反向代理的 IP（逗号分隔），只信它们转来的来源地址与 https；空：都不信")
    embedded_workers: int = Field(default=1, ge=0, le=64, description="serve 自带的处理进程个数，0：不带")
    worker_name: str = Field(default="", description="处理进程的固定名称，空：主机名加序号")
    engine: str = Field(default="openvino", description="文字识别引擎")
    tagger: str = Field(
        default=DEFAULT_TAGGER, description="与规则一同读字段的模型：off 不用，auto 用随产品提供的（有的话），或模型目录"
    )
    threads: int | None = Field(default=None, ge=1, description="每个处理进程读页用几个处理器，空：全部处理器平分")
    reading_processes: int | None = Field(
        default=None,
        ge=1,
        description="每个处理进程的读页子进程个数，空：每个处理器一个，空闲内存不够时减少（每个约需 1.2 GB）",
    )
    page_batch: int = Field(default=8, ge=1, le=200, description="一批读几页，至少每个读页子进程 3 页；进程被杀后最多重读这一批")
    heartbeat_s: float = Field(default=5.0, gt=0, description="处理进程报到的间隔（秒）")
    dead_after_s: float = Field(default=25.0, gt=0, description="多久没有报到就算停了，任务由别的进程接手（秒）")
    poll_s: float = Field(default=0.5, gt=0, description="查看队列的间隔（秒）")
    worker_niceness: int = Field(
        default=15,
        ge=0,
        le=19,
        description="serve 自带的处理进程让出处理器的程度（nice）：越大，网页越不受影响；机器另有繁重任务时可调小",
    )
    running_per_worker: int = Field(default=4, ge=1, description="一个处理进程同时在办的材料包个数（读页总是轮流）")
    running_per_organisation: int = Field(default=2, ge=1, description="一个处理进程里同一单位同时在办的材料包个数")
    max_upload_mb: int = Field(default=2048, ge=1, description="一次上传的总大小上限（MB）")
    max_upload_files: int = Field(default=2000, ge=1, description="一次上传的文件个数上限")
    intake: Limits = Field(default=Limits(), description="读取材料的各项上限，每项一个环境变量，见 docs/limits.md")
    session_hours: float = Field(default=12.0, gt=0, description="登录多久后须重新登录（小时）")
    sign_in_attempts: int = Field(default=10, ge=1, description="同一账号或同一来源 15 分钟内可试错几次口令")
    secure_cookies: bool = Field(default=False, description="只经 HTTPS 发送登录标识；对外服务时须打开")
    metrics_token: str = Field(default="", description="读取 /metrics、/readyz 的口令（Bearer），空：须登录的系统运维人员")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="日志级别（JSON，不含个人信息）")
    otel_endpoint: str = Field(default="", description="OpenTelemetry 收集器地址（OTLP/HTTP），空：不发送")
    retention_days: int | None = Field(default=None, ge=1, description="材料包办结后保留几天，空：一直保留")
    minutes_per_page: float = Field(default=1.0, gt=0, description="估算人工阅读一页所需分钟，用于“节省的工时”")
    oidc_issuer: str = Field(default="", description="统一身份认证（OIDC）的发行者地址，空：不用")
    oidc_client_id: str = Field(default="", description="OIDC 客户端编号")
    oidc_client_secret: str = Field(default="", description="OIDC 客户端密钥")
    oidc_name: str = Field(default="统一身份认证", description="登录页上 OIDC 按钮的文字")

    @cached_property
    def database(self) -> str:
        """The database's address: as set, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'zuozheng.sqlite'}"

    @cached_property
    def jobs_database(self) -> str:
        """The address of the job system's tables: the same PostgreSQL, or a SQLite file of its own."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'jobs.sqlite'}"

    @cached_property
    def blobs(self) -> str:
        """Where blobs lie, as fsspec takes it."""
        return self.blob_url or f"file://{(self.data_dir / 'blobs').resolve()}"

    @property
    def hostname(self) -> str:
        """The name of the machine, as workers call themselves."""
        return socket.gethostname()


class SettingsUnusable(Exception):
    """Settings that cannot be used; the message is plain Chinese with a remedy."""


def read_settings(**given: Any) -> ServiceSettings:
    """The settings: what is given before the environment, that before the file ``.env``.

    Raises:
        SettingsUnusable: a value is none for its setting, the model set is missing or damaged, or the file is no text.
    """
    try:
        settings = ServiceSettings(**given)
        check_tagger(settings.tagger)
        return settings
    except ModelError as error:
        raise SettingsUnusable(f"设置有误：ZUOZHENG_TAGGER；{error}") from error
    except ValidationError as error:
        names = "、".join(sorted({f"ZUOZHENG_{str(e['loc'][0]).upper()}" for e in error.errors() if e["loc"]}))
        raise SettingsUnusable(f"设置有误：{names}；请对照 docs/service.md 改正环境变量或 .env 文件") from error
    except SettingsError as error:  # values that hold others are written as JSON
        raise SettingsUnusable(
            "设置有误：ZUOZHENG_INTAKE 不是正确的 JSON；请改为一项一行，如 ZUOZHENG_INTAKE__MAX_FILES=500"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsUnusable("设置有误：.env 文件不是 UTF-8 编码；请另存为 UTF-8") from error
