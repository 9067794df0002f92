"""Errors as answers: one shape, plain Chinese, nothing of the inside; and the OpenAPI says so."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import pytest
from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from api.errors import Conflict, NotFound, TooLarge
from api.problems import install_problems, responses
from extractor.claims.declared import DeclarationError
from extractor.criteria.load import UnknownPolicy
from extractor.intake import EncryptedFile

RAISED: dict[str, Exception] = {
    "conflict": Conflict("已被他人修改；请刷新后再试"),
    "declaration": DeclarationError("申报数据第 3 行缺少单位；请补上"),
    "policy": UnknownPolicy("没有政策 x；最接近的是 y"),
    "intake": EncryptedFile("文件有密码；请去掉密码后重新上传"),
    "bug": RuntimeError("secret 11010519491231002X at /srv/x.py"),
    "locked": OperationalError("SELECT secret", {}, sqlite3.OperationalError("database is locked")),
    "schema": OperationalError("SELECT secret", {}, sqlite3.OperationalError("no such column: x")),
    "data": DataError("INSERT secret", {}, ValueError("secret")),
    "http": HTTPException(418, "teapot secret"),
    "gone": HTTPException(404, "secret"),
}


class Body(BaseModel):
    number: Annotated[int, Field(ge=1)]
    name: Annotated[str, Field(min_length=2)]


@pytest.fixture(scope="module")
def app() -> FastAPI:
    made = FastAPI()
    install_problems(made)

    @made.get("/raise/{what}", responses=responses(Conflict, NotFound, TooLarge))
    def _raise(what: str) -> None:
        raise RAISED[what]

    @made.post("/body")
    def _body(body: Body, size: Annotated[int, Query(le=5)] = 1) -> Body:
        return body

    @made.get("/stream")
    def _stream() -> StreamingResponse:
        def parts():
            yield b"half"
            raise RuntimeError("secret")

        return StreamingResponse(parts())

    return made


@pytest.fixture(scope="module")
def client(app) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("conflict", 409, "conflict"),
        ("declaration", 422, "unusable"),
        ("policy", 422, "unusable"),
        ("intake", 422, "unusable"),
        ("bug", 500, "internal"),
        ("locked", 503, "not-ready"),
        ("schema", 500, "internal"),
        ("data", 422, "unusable"),
        ("http", 418, "http"),
        ("gone", 404, "not-found"),
    ],
)
def test_every_error_has_the_same_shape(client, what, status, code):
    answer = client.get(f"/raise/{what}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:zuozheng:{code}")
    assert body["title"]
    assert "；" in body["detail"]
    assert "secret" not in answer.text
    assert "1949" not in answer.text


def test_unknown_addresses_and_methods(client):
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    answer = client.delete("/body")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_fields_are_named_with_what_is_wrong(client):
    answer = client.post("/body?size=9", json={"number": 0, "name": "甲"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "size", "message": "不能大于 5"},
        {"field": "number", "message": "不能小于 1"},
        {"field": "name", "message": "太短，至少 2 个字"},
    ]
    assert client.post("/body", json={}).json()["errors"][0] == {"field": "number", "message": "必填"}
    assert client.post("/body", content=b"{", headers={"Content-Type": "application/json"}).json()["status"] == 422
    assert "11010519491231002X" not in client.post("/body", json={"number": "11010519491231002X"}).text


def test_half_an_answer_is_never_taken_for_whole(app):
    with pytest.raises(RuntimeError), TestClient(app) as client:
        client.get("/stream")


def test_the_description_tells_the_errors(client):
    schema = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in str(schema)
    assert schema["components"]["schemas"]["Problem"]["required"]
    raised = schema["paths"]["/raise/{what}"]["get"]["responses"]
    assert {"200", "401", "403", "404", "409", "413", "422", "503"} == set(raised)
    for status, answer in raised.items():
        if status != "200":
            assert list(answer["content"]) == ["application/problem+json"]
    body = schema["paths"]["/body"]["post"]["responses"]
    assert {"400", "413", "422"} <= set(body)
    assert schema == client.get("/openapi.json").json()
