"""What is logged is JSON, line by line, and nothing personal gets into it."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.ops.logs import JsonLines, error_shape, redact
from api.ops.requests import HEADER
from api.store.pages import PagesGone

ID_NUMBER = "350102199003071234"
PHONE = "13800138000"
NAME = "欧阳娜娜"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    # The test's own client says where it goes.
    handler.addFilter(lambda record: not record.name.startswith("httpx"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@given(st.text(), st.sampled_from([ID_NUMBER, "35010219900307123X", PHONE, "+86 138-0013-8000", "zhang.san@qq.com"]))
def test_personal_numbers_are_blotted_out(around, personal):
    around = around.replace("\0", "")
    assert personal not in redact(f"{around} {personal}，{around}")


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_ids_stay(number, sha):
    assert redact(str(number)) == str(number)
    assert redact(sha.hex()) == sha.hex()


def test_an_error_is_told_without_its_message(logged):
    try:
        try:
            raise ValueError(f"{NAME} {ID_NUMBER}")
        except ValueError as error:
            raise RuntimeError(f"《{NAME}.pdf》") from error
    except RuntimeError as error:
        logging.getLogger("any").error("failed", exc_info=error)
    (line,) = lines(logged)
    assert line["error"]["type"] == "builtins.RuntimeError"
    assert line["error"]["cause"] == "builtins.ValueError"
    assert "test_logs.py" in line["error"]["at"][0]
    assert NAME not in logged.getvalue()


def test_a_driver_error_is_told_by_its_kind():
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError

    with create_engine("sqlite://").connect() as connection, pytest.raises(OperationalError) as caught:
        connection.execute(text("SELECT :x FROM nowhere"), {"x": NAME})
    shape = error_shape(caught.value)
    assert shape["database"] == "OperationalError"
    assert NAME not in json.dumps(shape, ensure_ascii=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_personal_is_logged(app, client_as, logged):
    @app.get("/api/v1/broken/{name}")
    def broken(name: str):
        raise RuntimeError(f"{name} {ID_NUMBER}")

    @app.get("/api/v1/gone/{name}")
    def gone(name: str):
        raise PagesGone(f"《{name}.pdf》的读取结果已不在")

    reviewer = client_as("A", "reviewer")
    assert reviewer.get(f"/api/v1/gone/{NAME}").status_code == 503
    text = f"姓名 {NAME} 身份证 {ID_NUMBER} 手机 {PHONE}".encode()
    files = [("files", (f"证件/{NAME}{ID_NUMBER}.txt", text, "text/plain"))]
    data = {"name": f"{NAME} {PHONE}", "declaration": f'{{"{NAME}": "{PHONE}"'}
    reviewer.post("/api/v1/packages", files=files, data=data)
    reviewer.post("/api/v1/packages", json={"name": NAME})
    reviewer.get("/api/v1/packages", params={"q": f"{NAME}{PHONE}"})
    reviewer.get(f"/api/v1/packages/{uuid.uuid4()}/findings/{NAME}")
    reviewer.get(f"/{NAME}/{ID_NUMBER}")
    reviewer.post("/api/v1/auth/sign-in", json={"login": NAME, "password": PHONE})
    reviewer.get("/healthz", headers={HEADER: ID_NUMBER})
    assert reviewer.get(f"/api/v1/broken/{NAME}").status_code == 500
    found = lines(logged)
    assert any(line.get("route") == "/api/v1/broken/{name}" and line["status"] == 500 for line in found)
    for secret in (NAME, ID_NUMBER, PHONE, "mimi-hao"):
        assert secret not in logged.getvalue()
        assert json.dumps(secret)[1:-1] not in logged.getvalue()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lines_of_a_request_carry_its_id(app, client_as, logged):
    @app.get("/api/v1/chatty")
    def chatty():
        logging.getLogger("inside").info("hello")
        return 1

    answer = client_as("A", "reviewer").get("/api/v1/chatty")
    inside, request = (next(x for x in lines(logged) if x["message"] == m and x.get("route") in (None, "/api/v1/chatty"))
                       for m in ("hello", "request"))  # fmt: skip
    assert inside["request_id"] == request["request_id"] == answer.headers[HEADER]
    assert (request["method"], request["status"]) == ("GET", 200)
    assert request["user"]
