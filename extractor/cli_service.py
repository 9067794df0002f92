"""``zuozheng serve, worker, audit, backup, restore, verify, retention, reset-password``: running the service and its data.

Nothing heavy is imported before it is needed, so that the service answers soon after its start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from extractor.reports.text import shown_line

if TYPE_CHECKING:
    from api.settings import ServiceSettings

DataDirOpt = Annotated[
    Path | None, typer.Option("--data-dir", help="数据目录，默认 zuozheng-data 或 ZUOZHENG_DATA_DIR", show_default=False)
]

audit = typer.Typer(help="操作日志：谁在何时做了什么。", no_args_is_help=True)


@audit.callback()
def _audit() -> None:
    """操作日志：谁在何时做了什么。"""


def serve(
    host: Annotated[str | None, typer.Option("--host", help="监听地址，默认 127.0.0.1（只供本机）", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="监听端口，默认 8000；0：任取空闲端口", show_default=False)
    ] = None,
    data_dir: DataDirOpt = None,
) -> None:
    """启动审核服务：网页、接口和自带的处理进程。第一次启动会建好数据库，并显示地址与一次性登录口令。

    其余设置用环境变量 ZUOZHENG_…（或当前目录的 .env 文件），见 docs/service.md。

    例：zuozheng serve --data-dir 数据目录
    """
    settings = _settings(host=host, port=port, data_dir=data_dir)
    with _plain_failures():
        from api.ops.serving import serve as run

        run(settings, _say)


def worker(
    name: Annotated[
        str | None, typer.Option("--name", help="固定名称，须与其他处理进程不同；默认主机名加序号", show_default=False)
    ] = None,
    data_dir: DataDirOpt = None,
) -> None:
    """再启动一个处理进程，与 serve 用同一个数据库和材料存储。按 Ctrl-C 停止，手上的页读完才停，其余由别的进程接着办。

    例：ZUOZHENG_DATABASE_URL=postgresql+psycopg://… zuozheng worker --name 机房二号
    """
    settings = _settings(worker_name=name, data_dir=data_dir)
    with _plain_failures():
        from api.ops.embedded import work
        from api.ops.logs import configure_logging

        configure_logging(settings)
        work(settings, settings.worker_name)


@audit.command("verify")
def audit_verify(
    noted: Annotated[
        str | None, typer.Option("--noted", help="以前抄录的末条校验值：须在日志中，否则日志被整个重写过", show_default=False)
    ] = None,
    data_dir: DataDirOpt = None,
) -> None:
    """核对操作日志是否完整、未被改动。退出码：0 完整；1 被改动，并指出第一条有问题的记录；2 无法核对。"""
    settings = _settings(data_dir=data_dir)
    with _plain_failures():
        from api.audit import verify

        proof = verify(_store(settings)[0], noted.strip().lower() if noted else None)
    _say(proof.reason if proof.ok else f"操作日志有问题：{proof.reason}。请保留现场并与备份比对")
    _say(f"末条校验值：{proof.head}")
    raise typer.Exit(0 if proof.ok else 1)


def backup(
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件（ZIP），不能已经存在", show_default=False)],
    data_dir: DataDirOpt = None,
) -> None:
    """备份全部数据（数据库与材料），服务不必停。备份与材料同样保密。

    例：zuozheng backup 备份-20260701.zip
    """
    settings = _settings(data_dir=data_dir)
    with _plain_failures():
        from api.ops.backup import back_up

        store, blobs = _store(settings)
        made = back_up(store, blobs, file)
    _say(f"备份完成：{file}（{sum(made.rows.values())} 条记录，{made.blobs} 个文件，{made.bytes / 1e6:.1f} MB）")
    if made.missing or made.damaged:
        _stop(
            f"备份已写好，但原数据本身不全：缺 {len(made.missing)} 个材料文件、{len(made.damaged)} 个已损坏；"
            "请检查磁盘，并保留以前的备份",
            code=1,
        )


def restore(
    file: Annotated[Path, typer.Argument(help="zuozheng backup 生成的文件", show_default=False)],
    data_dir: DataDirOpt = None,
) -> None:
    """把备份恢复到空的数据目录（或空的数据库与存储）。可从 SQLite 恢复到 PostgreSQL，反之亦然。

    例：zuozheng restore 备份-20260701.zip --data-dir 新目录
    """
    settings = _settings(data_dir=data_dir)
    with _plain_failures():
        from api.audit import verify
        from api.ops.backup import restore as put_back
        from api.ops.opening import check_data_dir, plainly
        from api.store.blobs import Blobs

        check_data_dir(settings)
        with plainly(settings):
            made = put_back(file, settings.database, Blobs(settings.blobs))
        proof = verify(_store(settings)[0])
    _say(f"恢复完成：{sum(made.rows.values())} 条记录，{made.blobs} 个文件（备份于 {made.made_at:%Y-%m-%d %H:%M} UTC）")
    _say(f"操作日志：{proof.reason}")
    raise typer.Exit(0 if proof.ok and not made.missing and not made.damaged else 1)


def verify(data_dir: DataDirOpt = None) -> None:
    """核对全部数据：每个材料文件和核对结果与其校验值、每页读取结果、操作日志。服务不必停；材料多时需几分钟。

    退出码：0 全部完好；1 有损坏或缺失，逐个列出；2 无法核对。

    例：zuozheng verify --data-dir 数据目录
    """
    settings = _settings(data_dir=data_dir)
    with _plain_failures():
        from api.ops.opening import plainly
        from api.ops.verify import verify_all

        store, blobs = _store(settings)
        with plainly(settings):
            found = verify_all(store, blobs)
    for word, lost in (("已损坏", found.damaged), ("缺失", found.missing)):
        for one in lost:
            what, remedy = ("核对结果", "点“重新处理”") if one.result else ("材料文件", "重新上传同一个文件，或从备份恢复")
            _say(f"{what}{word}：{one.sha256}（材料包 {'、'.join(one.packages) or '无'}）；请{remedy}")
    for key in found.damaged_pages:
        _say(f"读取结果已损坏：{key}；对该材料包点“重新处理”时会重新读取")
    _say(f"共核对 {found.files} 个文件、{found.pages} 页读取结果；操作日志：{found.log.reason}")
    if not found.whole:
        _stop("数据不全或有损坏，见上；请检查磁盘，并保留以前的备份", code=1)
    _say("全部完好")


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出会删除什么，不删除")] = False,
    data_dir: DataDirOpt = None,
) -> None:
    """删除已过保留期限（ZUOZHENG_RETENTION_DAYS）的材料包，及上传中断留下的文件。处理进程每天也会自动做一次。

    例：ZUOZHENG_RETENTION_DAYS=365 zuozheng retention --dry-run
    """
    settings = _settings(data_dir=data_dir)
    with _plain_failures():
        from api.ops.opening import check_exists, plainly
        from api.ops.retention import sweep

        check_exists(settings)
        with plainly(settings):
            from api.service import make_service

            service = make_service(settings)
            swept = sweep(service, dry_run=dry_run)
            service.jobs.close()
    if settings.retention_days is None:
        _say("没有设置保留期限（ZUOZHENG_RETENTION_DAYS），材料包一直保留。")
    verb = "将删除" if dry_run else "已删除"
    _say(f"{verb}：到期的材料包 {len(swept.packages)} 个，无主的文件 {swept.orphans} 个")
    for package in swept.packages:
        _say(f"  {package}")


def reset_password(
    login: Annotated[str, typer.Argument(help="账号的登录名，如 admin", show_default=False)], data_dir: DataDirOpt = None
) -> None:
    """重置一个账号的口令，显示新的一次性口令。供唯一的管理员忘记口令时在服务器上使用，服务不必停；会记入操作日志。

    例：zuozheng reset-password admin
    """
    settings = _settings(data_dir=data_dir)
    with _plain_failures():
        from api.ops.opening import plainly
        from api.people.accounts import reset_password as reset

        store, _ = _store(settings)
        with plainly(settings):
            password = reset(store, login)
    _say(f"新的一次性口令：{password}（只显示这一次，登录后须改成自己的；原来的登录已全部退出）")


def _say(line: str) -> None:
    # The address and the way to stop are several lines; each is shown as plain text.
    sys.stdout.write("".join(f"{shown_line(part)}\n" for part in line.split("\n")))
    sys.stdout.flush()


def _stop(message: str, code: int = 2) -> NoReturn:
    sys.stderr.write(f"zuozheng: {shown_line(message)}\n")
    raise typer.Exit(code)


def _settings(**given: Any) -> ServiceSettings:
    """The settings: what was given on the command line before the environment."""
    from api.settings import SettingsUnusable, read_settings

    try:
        return read_settings(**{k: v for k, v in given.items() if v is not None})
    except SettingsUnusable as error:
        _stop(str(error))


def _store(settings: ServiceSettings) -> Any:
    """Database and files of a service that has been started before.

    Raises:
        CannotStart: they cannot be used.
    """
    from api.ops.opening import check_exists, open_store

    check_exists(settings)
    return open_store(settings)


@contextmanager
def _plain_failures() -> Iterator[None]:
    """Turn every foreseen failure into one line and exit code 2."""
    from api.errors import ServiceError
    from api.ops.backup import BackupError
    from api.ops.opening import CannotStart

    try:
        yield
    except (CannotStart, BackupError) as error:
        _stop(error.message)
    except ServiceError as error:
        _stop(error.detail)
