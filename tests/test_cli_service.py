"""The service's commands as people run them: start, stop, and what is said when something stands in the way."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from api.audit import record
from api.ops.serving import AddressUnusable, PortInUse, bind, welcome
from api.people.setup import first_start
from api.settings import ServiceSettings
from api.store.engine import MIGRATIONS, Store, make_engine, migrate, newest_revision
from extractor.cli import app

COMMANDS = ["serve", "worker", "audit", "backup", "restore", "retention", "reset-password"]


def run(*args, **env):
    """A command in a process of its own: exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "extractor.cli_start", *map(str, args)],
        capture_output=True, text=True, timeout=120, env={**os.environ, **env}, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def invoke(*args):
    """A command in this process."""
    done = CliRunner().invoke(app, [str(a) for a in args])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def data(tmp_path):
    """The data folder of a service that has been started once."""
    folder = tmp_path / "data"
    engine = make_engine(ServiceSettings(_env_file=None, data_dir=folder).database)
    migrate(engine)
    with Store(engine).begin() as session:
        record(session, None, "sign_in")
    engine.dispose()
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_chinese(command):
    code, out, _ = invoke(command, "--help")
    assert code == 0
    assert len(re.findall("[一-鿿]", out)) > 15


FILES = ["cv2", "numpy", "PIL", "openpyxl", "docx", "lxml", "pypdfium2", "python_calamine", "icalendar"]
SELDOM = ["openvino", "sklearn", "matplotlib", "alembic", "authlib", "joserfc", "httpx2", "cryptography"]


@pytest.mark.parametrize(
    ("start", "not_yet"),
    [
        ("extractor.cli_start", [*FILES, *SELDOM, "api", "pydantic", "extractor.model"]),
        ("extractor.cli", [*FILES[2:], *SELDOM, "cv2", "fastapi", "sqlalchemy", "extractor.conclude"]),
        ("api.ops.serving, api.app", [*FILES, *SELDOM, "dbos", "extractor.conclude", "extractor.documents.split"]),
        ("api.ops.embedded, api.jobs.worker", [*SELDOM, "openpyxl", "icalendar", "fastapi", "uvicorn", "extractor.conclude"]),
    ],
    ids=["script", "command line", "web", "worker"],
)
def test_what_is_heavy_is_loaded_when_it_is_needed(start, not_yet):
    code = f"import sys, {start}; print(*(m for m in {not_yet} if m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


def served(process):
    """The address and the lines said so far."""
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0], said
    raise AssertionError("".join(said) + process.stderr.read())


def test_starts_answers_and_stops(tmp_path):
    command = [sys.executable, "-m", "extractor.cli_start", "serve", "--port", "0", "--data-dir", str(tmp_path / "data")]
    environment = {**os.environ, "ZUOZHENG_EMBEDDED_WORKERS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        address, said = served(process)
        assert re.search(r"账号 admin，一次性口令 \S{8,}（", "".join(said))
        with urllib.request.urlopen(f"{address}/healthz", timeout=30) as answer:
            assert answer.status == 200
            assert "server" not in answer.headers
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address, timeout=30)
        workers = [int(p) for p in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        process.wait(30)
        assert time.monotonic() - started < 20
        assert process.returncode == 0
        assert workers
        assert not any(Path(f"/proc/{w}").exists() for w in workers)
    finally:
        process.kill()
        process.communicate()
    code, out, _ = invoke("audit", "verify", "--data-dir", tmp_path / "data")
    assert (code, "未被改动" in out) == (0, True)


def test_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = run("serve", "--port", port, "--data-dir", tmp_path)
    assert (code, out) == (2, "")
    assert f"端口 {port} 已被占用" in err
    assert "--port" in err
    assert len(err.splitlines()) == 1


def test_addresses_that_cannot_be_used():
    with pytest.raises(AddressUnusable, match="--host 127"):
        bind("no.such.host.invalid", 0)
    with bind("127.0.0.1", 0) as taken, pytest.raises(PortInUse):
        bind("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"host": "127.0.0.1"}, "按 Ctrl-C 停止"),
        ({"host": "0.0.0.0"}, "HTTPS"),
        ({"host": "0.0.0.0"}, "其他电脑"),
    ],
)
def test_what_is_said_when_it_is_up(settings, told):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        said = welcome(ServiceSettings(_env_file=None, **settings), listening)
        assert f"http://127.0.0.1:{listening.getsockname()[1]}" in said
    assert told in said
    assert ("HTTPS" in said) == (settings["host"] == "0.0.0.0")


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"]])
def test_a_data_folder_that_cannot_be_written(tmp_path, monkeypatch, command):
    for place in ("logs", "serving"):  # this process keeps its own log
        monkeypatch.setattr(f"api.ops.{place}.configure_logging", lambda settings: None)
    (tmp_path / "file").write_text("in the way")
    code, _, err = invoke(*command, "--data-dir", tmp_path / "file" / "data")
    assert code == 2
    assert "无法写入" in err


def test_a_database_out_of_reach(tmp_path, monkeypatch):
    monkeypatch.setenv("ZUOZHENG_DATABASE_URL", "postgresql+psycopg://someone:geheim@127.0.0.1:9/none")
    code, _, err = invoke("audit", "verify", "--data-dir", tmp_path)
    assert code == 2
    assert "无法连接数据库 postgresql+psycopg://someone:***@127.0.0.1:9/none" in err
    assert "geheim" not in err


@pytest.mark.parametrize("url", ["nonsense", "mysql://u@h/d", "postgresql://u@h/d"])
def test_a_database_address_that_is_none(tmp_path, monkeypatch, url):
    monkeypatch.setenv("ZUOZHENG_DATABASE_URL", url)
    code, _, err = invoke("audit", "verify", "--data-dir", tmp_path)
    assert code == 2
    assert "ZUOZHENG_DATABASE_URL" in err


def test_a_database_of_a_newer_version(data):
    engine = create_engine(f"sqlite:///{data}/zuozheng.sqlite")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    code, _, err = invoke("audit", "verify", "--data-dir", data)
    assert code == 2
    assert "更新版本的程序" in err


def test_migrations_are_named_by_revision_in_order():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == newest_revision()


def test_a_database_that_is_none(tmp_path):
    (tmp_path / "zuozheng.sqlite").write_bytes(b"this is no database " * 100)
    code, _, err = invoke("audit", "verify", "--data-dir", tmp_path)
    assert code == 2
    assert "从备份恢复" in err


@pytest.mark.parametrize("command", [["audit", "verify"], ["backup", "b.zip"], ["retention"]])
def test_a_folder_without_a_service_is_not_made_one(tmp_path, command):
    code, _, err = invoke(*command, "--data-dir", tmp_path / "typo")
    assert code == 2
    assert "--data-dir" in err
    assert not (tmp_path / "typo").exists()


def test_a_wrong_setting_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ZUOZHENG_PAGE_BATCH", "many")
    code, _, err = invoke("audit", "verify", "--data-dir", tmp_path)
    assert code == 2
    assert "ZUOZHENG_PAGE_BATCH" in err
    assert "many" not in err


def test_tampering_is_told_with_exit_code_1(data):
    engine = create_engine(f"sqlite:///{data}/zuozheng.sqlite")
    with engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE audit SET action = 'nothing'"))
    engine.dispose()
    code, out, _ = invoke("audit", "verify", "--data-dir", data)
    assert code == 1
    assert "第 1 条" in out


def test_backup_and_restore(data, tmp_path):
    code, out, err = invoke("backup", tmp_path / "b.zip", "--data-dir", data)
    assert (code, err) == (0, "")
    assert "备份完成" in out
    code, out, err = invoke("restore", tmp_path / "b.zip", "--data-dir", tmp_path / "new")
    assert (code, err) == (0, "")
    assert "未被改动" in out
    code, _, err = invoke("restore", tmp_path / "b.zip", "--data-dir", data)
    assert code == 2
    assert "空的" in err


def test_retention_without_a_term(data):
    code, out, _ = invoke("retention", "--dry-run", "--data-dir", data)
    assert code == 0
    assert "一直保留" in out
    assert "材料包 0 个" in out


def test_a_new_password_for_a_forgotten_one(data):
    engine = make_engine(ServiceSettings(_env_file=None, data_dir=data).database)
    first = first_start(Store(engine))
    engine.dispose()
    code, out, _ = invoke("reset-password", "admin", "--data-dir", data)
    found = re.search(r"一次性口令：(\S+?)（", out)
    assert (code, bool(found)) == (0, True)
    assert found[1] != first.password
    code, out, err = invoke("reset-password", "niemand", "--data-dir", data)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "没有登录名为“niemand”" in err
