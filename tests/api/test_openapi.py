"""The OpenAPI document is complete, and every answer is one that it names."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from api.store.pictures import NoPicture, Pictures

HAN = re.compile("[\u4e00-\u9fff]")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


@ON_SQLITE
def test_every_operation_is_described_in_chinese(app):
    document = app.openapi()
    seen = set()
    for name, operation in operations(document):
        if not name.split()[1].startswith("/api/v1/"):
            continue
        assert HAN.search(operation["summary"]), name
        assert operation["operationId"] not in seen, name
        seen.add(operation["operationId"])
        for status in ("401", "403"):
            if "/auth/" not in name:
                assert status in operation["responses"], (name, status)
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                assert "application/problem+json" in answer["content"], (name, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "Problem" in document["components"]["schemas"]


@ON_SQLITE
def test_no_server_error_and_no_undocumented_status(app, client, people, token_as, finished_package, monkeypatch):
    def none(*args, **kwargs):
        raise NoPicture("这一页没有图片")

    # Pictures come from a child process that takes seconds to start; the pictures' own tests have it.
    monkeypatch.setattr(Pictures, "picture", none)
    package = finished_package("A")
    headers = token_as("A", "reviewer")
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    checked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/progress"):
            continue  # a stream; its own test reads it

        @settings(
            max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def fuzz(case):
            if "package_id" in case.path_parameters and len(str(case.path_parameters["package_id"])) % 2:
                case.path_parameters["package_id"] = package
            answer = case.call(headers=headers, timeout=120)
            case.validate_response(answer, checks=[not_a_server_error, status_code_conformance])

        fuzz()
        checked += 1
    assert checked >= 20
