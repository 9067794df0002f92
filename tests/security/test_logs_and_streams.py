"""Log lines, metrics, progress events and headers: nothing that is quoted in them can pass for another line or field."""

from __future__ import annotations

import json
import logging
import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from api.ops.logs import JsonLines
from api.ops.metrics import _counter, _gauge, exposition
from api.store.tables import Worker, now
from api.work.downloads import disposition
from api.work.progress import _event
from extractor.intake.names import is_unsafe
from tests.security.hostile import ACTING, HOSTILE

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXTS = st.one_of(st.text(), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))
PERSONAL = ("11010519491231002X", "13812345678", "wang@example.com")


def line_of(message: str, **fields: object) -> str:
    record = logging.LogRecord("zuozheng.x", logging.WARNING, "x", 1, "%s", (message,), None)
    record.fields = fields
    return JsonLines().format(record)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(message=TEXTS, field=TEXTS, number=st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_log_line_is_one_object_whatever_is_logged(message: str, field: str, number: float) -> None:
    line = line_of(message, text=field, nested={"a": [field, None, True]}, number=number)
    assert len(line.splitlines()) == 1
    assert ACTING.search(line) is None
    told = json.loads(line)
    assert set(told) == {"time", "level", "logger", "message", "text", "nested", "number"}
    assert (told["level"], told["logger"], told["number"]) == ("WARNING", "zuozheng.x", number)
    if not re.search(r"\d{11}|@", message):
        assert told["message"] == message


@pytest.mark.parametrize("personal", PERSONAL)
@pytest.mark.parametrize("before", ["", "\n", "\r", "\t", "\x08", "\x0c", "\x1b", '"', "\\", "\u2028"])
def test_personal_numbers_are_blotted_out_behind_an_escape(personal: str, before: str) -> None:
    """Before, ``\\n`` and a number became ``\\n11010…``, in which the ``n`` stood right before the number and hid it."""
    line = line_of(f"身份证{before}{personal}", text=f"{before}{personal}", many=[{"k": f"甲{before}{personal}"}])
    assert personal not in line
    assert json.loads(line)["text"] == f"{before}***"


@pytest.mark.parametrize("number", [13812345678, -13812345678, 110105194912310021, 13812345678.5])
def test_numbers_of_a_line_stay_numbers(number: float) -> None:
    assert json.loads(line_of("x", bytes=number))["bytes"] == number


# --- metrics --------------------------------------------------------------------


@pytest.mark.parametrize("text", [t for t in HOSTILE if "\x00" not in t])
def test_a_label_is_one_value(text: str) -> None:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Given(Collector):
        def collect(self):
            yield _gauge("zz_g", "x", "state", {text: 1, "b": 2})
            yield _counter("zz_c", "x", "worker", {text: 3})

    registry = CollectorRegistry()
    registry.register(Given())
    lines = generate_latest(registry).decode()
    samples = [line for line in lines.split("\n") if line and not line.startswith("#")]
    assert len(samples) == 3
    parsed = [s for f in text_string_to_metric_families(lines) for s in f.samples]
    assert sorted((s.name, s.value) for s in parsed) == [("zz_c_total", 3.0), ("zz_g", 1.0), ("zz_g", 2.0)]


@ONE
def test_a_worker_by_any_name_is_told_as_one(app, service):
    name = 'x"} 1\nzuozheng_forged{a="b'
    with service.store.begin() as session:
        session.add(Worker(id=name, host="h", pid=1, beat_at=now(), pages_read=7))
    told = exposition(service, app.state.request_metrics).decode()
    assert not re.search("^zuozheng_forged", told, re.MULTILINE)


# --- progress -------------------------------------------------------------------


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(text=TEXTS)
def test_an_event_is_one_event(text: str) -> None:
    told = _event("progress", {"state": "reading", "doing": text})
    lines = re.split("\r\n|\r|\n", told)
    assert [line.partition(":")[0] for line in lines] == ["event", "data", "", ""]
    assert json.loads(lines[1].removeprefix("data: "))["doing"] == text


# --- names in headers -------------------------------------------------------------


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(name=TEXTS, end=st.sampled_from(["", ".pdf", " 标注.zip", " 初筛汇总.xlsx"]))
def test_a_download_has_one_harmless_name(name: str, end: str) -> None:
    header = disposition(name + end, ascii_name="labels.zip")
    header.encode("ascii")
    found = re.fullmatch(r"attachment; filename=\"labels\.zip\"; filename\*=UTF-8''([A-Za-z0-9_.~%-]+)", header)
    assert found is not None, header
    shown = unquote(found[1], errors="strict")
    assert ACTING.search(shown) is None
    assert not set(shown) & set('\\/:*?"<>|')
    assert not is_unsafe(shown)
    assert shown == shown.strip(". ")
    assert 0 < len(shown) <= 180
    if end and name.strip(". "):
        assert shown.endswith(end.rpartition(".")[2]), "the end tells the kind of file"


def test_ordinary_names_are_kept():
    for name in ("2022年度审计报告.pdf", "材料 50%.zip", "O'Brien & Söhne.docx"):
        assert unquote(disposition(name).partition("''")[2]) == name
    assert unquote(disposition("长" * 300 + ".xlsx").partition("''")[2]) == "长" * 175 + ".xlsx"
