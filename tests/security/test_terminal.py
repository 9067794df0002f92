"""Whatever names, papers and labels hold, the command line shows it as text, and a line stays one line."""

from __future__ import annotations

import io
import json
import logging
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.table import Table
from typer import Exit
from typer.testing import CliRunner

from corpora.statistics import print_statistics, statistics
from extractor import cli_batch
from extractor.cli import app
from extractor.cli_batch_jobs import Job
from extractor.cli_batch_workers import Event
from extractor.cli_common import page_progress, plain_logs, say, say_json, stop, tell
from extractor.intake.batch import Parcel
from extractor.reports.printing import PlainConsole
from extractor.reports.text import inert_json, shown_line
from tests.security.hostile import ACTING, HOSTILE

OWN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
"""What rich writes for colours and bars."""
TEXTS = st.one_of(st.text(), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))


def harmless(shown: str) -> None:
    left = ACTING.search(OWN.sub("", shown))
    assert left is None, f"{left!r} in {shown!r}"


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(text=TEXTS)
def test_a_message_is_one_line_without_anything_that_acts(text: str) -> None:
    line = shown_line(text)
    assert "\n" not in line
    assert len(line.splitlines()) <= 1
    harmless(line)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(value=st.recursive(TEXTS, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXTS, v, max_size=3), max_leaves=6))
def test_json_means_the_same_and_acts_on_nothing(value: object) -> None:
    text = inert_json(json.dumps(value, ensure_ascii=False))
    harmless(text)
    assert len(text.splitlines()) <= 1
    assert json.loads(text) == value


@pytest.mark.parametrize("text", HOSTILE)
def test_every_way_to_say_something(text: str, capsys) -> None:
    tell(f"《{text}》未能读取")
    say(f"已写入 {text}")
    say_json(json.dumps({"name": text}, ensure_ascii=False))
    with pytest.raises(Exit):
        stop(f"找不到《{text}》")
    told = capsys.readouterr()
    assert told.err.count("\n") == 2
    assert told.out.count("\n") == 2
    harmless(told.out + told.err)


def test_a_name_is_no_markup_on_a_bar(monkeypatch, capsys) -> None:
    """Rich takes brackets for markup: a file called ``[/b].pdf`` once ended the check."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with page_progress() as on_page:
        for number, text in enumerate((*HOSTILE, "[/b].pdf", "[bold"), start=1):
            on_page(number, len(HOSTILE) + 2, text)
    harmless(capsys.readouterr().err)


@pytest.mark.parametrize("colour", ["1", ""])
def test_packages_of_a_batch_are_named_harmlessly(monkeypatch, capsys, colour: str) -> None:
    monkeypatch.setenv("FORCE_COLOR", colour)
    with cli_batch._progress(len(HOSTILE)) as tell_of:
        for number, text in enumerate(HOSTILE):
            job = Job(Parcel(f"{number}{text}", Path("x"), ""), Path("x"), "", None)
            tell_of(Event("started", job))
            tell_of(Event("page", job, done=20, total=40, text=text))
            tell_of(Event("failed" if number % 2 else "finished", job, text=text))
    told = capsys.readouterr().err
    harmless(told)


def test_tables_and_titles_take_no_markup() -> None:
    out = io.StringIO()
    console = PlainConsole(file=out, width=400, force_terminal=True)
    table = Table(*HOSTILE[:3], title="[/title]")
    for text in (*HOSTILE, "[/b]", ":smile:"):
        table.add_row(text, "[red]x[/red]", text)
        console.print(text)
    console.print(table)
    shown = out.getvalue()
    harmless(shown)
    assert "[red]x[/red]" in OWN.sub("", shown)
    assert ":smile:" in OWN.sub("", shown)


def test_statistics_of_a_corpus_with_hostile_labels(tmp_path) -> None:
    from corpora.format import Corpus, CorpusInfo, Label

    labels = [
        Label.model_validate(
            {"file": f"files/{i}.png", "enterprise": text or "x", "documents": [{"type": "iso_certificate", "layout": text}]}
        )
        for i, text in enumerate((*HOSTILE, "[/b]"))
    ]
    out = io.StringIO()
    corpus = Corpus(root=tmp_path, info=CorpusInfo(name="\x1b[2J[/b]", origin="real"), labels=labels)
    print_statistics(statistics(corpus), PlainConsole(file=out, width=140))
    harmless(out.getvalue())
    assert "[/b]" in out.getvalue()


def test_what_is_logged_on_a_terminal_is_text() -> None:
    last = logging.lastResort
    assert last is not None
    before = last.formatter
    plain_logs()
    try:
        for text in HOSTILE:
            harmless(last.format(logging.LogRecord("x", logging.WARNING, "x", 1, "检查《%s》时程序出错", (text,), None)))
    finally:
        last.setFormatter(before)


def test_a_check_of_files_with_hostile_names(tmp_path) -> None:
    package = tmp_path / "包\x1b[2J[b]"
    package.mkdir()
    (package / "[").mkdir()
    names = ("\x1b]0;x\x07.csv", "[/b].csv", "发票\u202efdp.csv", "-rf.csv", "=1+1.csv", "\x9b2J.csv", "x\ny.csv", "\x1b[31m.pdf")
    for name in names:
        (package / name).write_text("指标,数值\n\x1b[31m营业收入\u202e,=1+1\n", encoding="utf-8")
    declared = tmp_path / "declared.csv"
    declared.write_text("企业名称,\x1b[31m某公司\u202e\n指标,期间,申报值,单位\n\x1b[2J[/b]营收,2022,1,万元\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(package), "--as-of", "2023-05-06", "--declared", str(declared)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    harmless(done.stdout)
    harmless(done.stderr)
    assert "[/b].csv" in done.stdout + done.stderr
