"""The fuzzer itself: it notices what it looks for, is the same for the same seed, and finds nothing in a brief run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.fuzz import __main__ as program
from eval.fuzz import run, watch
from eval.fuzz.case import Case, Outcome, make_case
from eval.fuzz.formats import FORMATS, Format
from eval.fuzz.judges import Judges
from eval.fuzz.report import as_json, keep, table
from tests.fuzz import misbehaving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="watches memory and processes as Linux tells them")

BRIEF = 120
BAD = Format("bad", "txt", lambda: (b"",), load=misbehaving.read, expected=(misbehaving.Refused,))
NOTICED = {
    b"raises": "ZeroDivisionError",
    b"hangs": "hung",
    b"dies": "died",
    b"escapes": "escaped",
    b"home": ".remembered",
    b"here": "here",
    b"leaves": "left in the temporary folder",
    b"english": "not Chinese",
}


@pytest.fixture(scope="module")
def judges() -> Iterator[tuple[Judges, watch.Yard]]:
    """The processes of the fuzzer, and where it works."""
    with watch.yard() as place, Judges(place, load_seconds=0.5) as made:
        yield made, place


def outcomes(judges: tuple[Judges, watch.Yard], *contents: bytes) -> list[Outcome]:
    """What the fuzzer says of readers that misbehave so, in one batch."""
    return run.checked(*judges, [Case(n, BAD, f"{n:07d}.txt", content) for n, content in enumerate(contents)])


@pytest.mark.parametrize("content", NOTICED, ids=lambda c: c.decode())
def test_misbehaviour_is_noticed(judges: tuple[Judges, watch.Yard], content: bytes) -> None:
    (found,) = outcomes(judges, content)
    assert found.verdict == "failed"
    assert NOTICED[content] in found.told


def test_the_others_of_a_batch_are_not_blamed(judges: tuple[Judges, watch.Yard]) -> None:
    found = outcomes(judges, b"fine", b"refuses", b"escapes", b"fine", b"raises", b"fine")
    assert [o.verdict for o in found] == ["read", "refused", "failed", "read", "failed", "read"]


def test_a_seed_gives_the_same_inputs() -> None:
    formats = tuple(FORMATS.values())
    numbers = range(sum(f.share for f in formats))
    first = [make_case(n, 7, formats) for n in numbers]
    assert first == [make_case(n, 7, formats) for n in numbers]
    assert [c.data for c in first] != [make_case(n, 8, formats).data for n in numbers]
    assert {c.format.key for c in first} == set(FORMATS)


def test_a_brief_run_finds_nothing_and_every_seed_is_read() -> None:
    formats = tuple(FORMATS.values())
    cases = [make_case(n, 1, formats) for n in range(BRIEF)]
    good = [(f, seed) for f in formats for seed in f.seeds()]
    cases += [Case(n, f, f"{n:07d}.{f.suffix}", seed) for n, (f, seed) in enumerate(good, 1000)]
    with watch.yard() as place, Judges(place) as judges:
        found = run.checked(judges, place, cases)
    bad = [(c.number, c.format.key, o.told) for c, o in zip(cases, found, strict=True) if o.verdict in ("failed", "limits")]
    assert bad == []
    assert {o.verdict for o in found[BRIEF:]} == {"read"}
    assert {o.verdict for o in found[:BRIEF]} == {"read", "refused"}


def test_failures_are_kept_and_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "bad", BAD)
    monkeypatch.setattr(program, "fuzz", lambda **given: _one_failure(given["keep"]))
    assert program.main(["--inputs", "1", "--out", str(tmp_path)]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["failures"] == [12]
    assert (tmp_path / "0000012.bad.txt").read_bytes() == b"raises"
    assert "ZeroDivisionError" in (tmp_path / "0000012.bad.txt.txt").read_text()
    assert program.main(["--replay", str(tmp_path / "0000012.bad.txt")]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out


def _one_failure(keep_it: object) -> run.Summary:
    case, outcome = Case(12, BAD, "0000012.txt", b"raises"), Outcome("failed", "ZeroDivisionError", 0.5)
    assert callable(keep_it)
    keep_it(case, outcome)
    summary = run.Summary(1, failures=[(case, outcome)], rss=[10, 11, 12], loader_rss=[1, 1, 1])
    summary.tallies["bad"] = run.Tally()
    summary.tallies["bad"].add(case, outcome)
    return summary


def test_growth_is_a_failure_in_long_runs_only() -> None:
    grown = run.Summary(1, rss=[100, 120, 100 + run.MOST_GROWTH_MB + 1])
    grown.tallies["pdf"] = run.Tally(inputs=run.ENOUGH)
    assert grown.leaks
    assert "GROWS" in table(grown)
    grown.tallies["pdf"].inputs = 100
    assert not grown.leaks
    assert json.loads(as_json(grown))["rss_mb"][0] == 100


def test_wrong_arguments_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--formats", "pdf,nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
    (tmp_path / "a.bin").write_bytes(b"")
    assert program.main(["--replay", str(tmp_path / "a.bin")]) == 2
    assert "--formats" in capsys.readouterr().err


def test_kept_names_tell_number_and_format(tmp_path: Path) -> None:
    case = Case(34, FORMATS["ofd"], "0000034.pdf", b"x")
    keep(tmp_path, case, Outcome("failed", "why"))
    assert run.case_of_file(tmp_path / "0000034.ofd.pdf") == case
