"""``zuozheng serve``: the web process, its embedded workers, and an orderly end."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from api.ops.loading import loading
from api.ops.logs import configure_logging
from api.ops.opening import CannotStart, check_data_dir, plainly
from api.ops.supervisor import Supervisor, beats_of
from api.settings import ServiceSettings

BACKLOG = 2048
GRACE_S = 2
"""How long open answers may take to end; progress streams would never."""


class PortInUse(CannotStart):
    """Another program listens there."""


class AddressUnusable(CannotStart):
    """The machine cannot listen at the address."""


class _Server(uvicorn.Server):
    """Says when it is there."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(settings: ServiceSettings, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Args:
        settings: port 0 takes any free one.
        say: shows a line to whoever started the service.

    Raises:
        CannotStart: one of its kinds; nothing has been started then.
    """
    configure_logging(settings)
    check_data_dir(settings)
    listening = bind(settings.host, settings.port)
    signal.signal(signal.SIGTERM, _end)
    supervisor, traces = Supervisor(settings), None

    def up() -> None:
        # Only now: workers load as much code as the server, and would slow its start.
        supervisor.start(lambda: beats_of(app.state.service.store, settings.hostname))
        # The first reviewer's first page must not wait for a process to start.
        app.state.service.pictures.warm()
        say(welcome(settings, listening))

    try:
        with loading():
            # Heavy, and not needed to say that the port is taken.
            from api.app import create_app
            from api.ops.leftovers import sweep_staging
            from api.ops.tracing import tracing
            from api.people.setup import first_start
        with plainly(settings):
            traces = tracing(settings)
            app = create_app(settings)
            sweep_staging(settings.data_dir, starting=True)
            admin = first_start(app.state.service.store)
        if admin is not None:
            say(f"首次登录：账号 {admin.login}，一次性口令 {admin.password}（只显示这一次，登录后须改为自己的口令）")
        app.state.tracing = traces
        app.state.supervisor = supervisor
        _Server(_config(app, settings), up).run([listening])
    except KeyboardInterrupt:
        say("正在停止……")
    finally:
        listening.close()
        supervisor.stop()
        if traces is not None:
            traces.close()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _config(app: object, settings: ServiceSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )


def bind(host: str, port: int) -> socket.socket:
    """A socket listening at the address.

    Raises:
        PortInUse: somebody else is there.
        AddressUnusable: the address is not this machine's, or needs rights we do not have.
    """
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # On POSIX it sets SO_REUSEADDR: else the port would stay closed for a minute after a stop.
        return socket.create_server(address[:2], family=kind, backlog=BACKLOG)
    except OSError as error:
        raise _refused(host, port, error) from error


def _refused(host: str, port: int, error: OSError) -> CannotStart:
    if error.errno == errno.EADDRINUSE:
        return PortInUse(
            f"端口 {port} 已被占用，可能服务已在运行；"
            f"请换一个端口（--port {port + 1 if port < 65535 else 8000}），或先停止占用它的程序"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return AddressUnusable(f"没有权限监听端口 {port}；请用 1024 以上的端口（--port 8000）")
    return AddressUnusable(
        f"无法监听 {host}（{error.strerror or error}）；只供本机用写 --host 127.0.0.1，供其他电脑用写 --host 0.0.0.0"
    )


def welcome(settings: ServiceSettings, listening: socket.socket) -> str:
    """What to tell when the service is up: its address, and how to stop it."""
    port = listening.getsockname()[1]
    everywhere = settings.host in ("0.0.0.0", "::")
    host = "127.0.0.1" if everywhere else settings.host
    lines = [f"佐证核对服务已启动：http://{f'[{host}]' if ':' in host else host}:{port}"]
    if everywhere:
        lines.append(f"其他电脑请用本机的名称或 IP 地址访问，例如 http://{settings.hostname}:{port}")
    if not _loopback(settings.host) and not settings.secure_cookies:
        lines.append("注意：服务对其他电脑开放，但登录信息未经加密；请经 HTTPS 反向代理访问，并设 ZUOZHENG_SECURE_COOKIES=true")
    return "\n".join([*lines, "按 Ctrl-C 停止"])


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
