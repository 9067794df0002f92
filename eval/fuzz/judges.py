"""From inputs to outcomes: evidence by the way of a package, everything else by its loader."""

from __future__ import annotations

import shutil
import time
import traceback
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from eval.fuzz import children
from eval.fuzz.case import Case, Outcome, Verdict
from eval.fuzz.loaders import LIMITS
from eval.fuzz.watch import Yard
from extractor.intake import IntakeError, SourceFile, open_package, page_sources
from extractor.intake.process import ParserProcess, ProcessDied, ProcessHung
from extractor.model import Page

PAGES = 4
"""Pages that are read of an input."""
LOAD_SECONDS, PAGE_SECONDS, START_SECONDS = 10.0, 20.0, 120.0
"""How long a loader, a page, and a new process may take."""
_KILLED = ("程序异常退出", "已停止")
"""In what the product says of a file whose process was ended."""
_FOREVER = 10**9


class Judges:
    """Keeps one process for loaders and one for pages over all inputs; a context manager.

    Args:
        yard: where inputs lie and temporary files may.
        load_seconds: how long a loader may take.
    """

    def __init__(self, yard: Yard, load_seconds: float = LOAD_SECONDS) -> None:
        self._yard = yard
        self._load_seconds = load_seconds
        self._loading = ParserProcess(children.prepare_loading, (), tasks=_FOREVER, memory=1 << 40, main=False)
        self._reading = ParserProcess(children.prepare_reading, (), main=False)

    def __enter__(self) -> Judges:
        """Return itself; processes start with the first input that needs them."""
        return self

    def __exit__(self, *args: object) -> None:
        """End the processes."""
        for process in (self._loading, self._reading):
            process.kill()
            process.stop()

    @property
    def loading_pid(self) -> int | None:
        """Of the process of the loaders."""
        return self._loading.pid

    def outcomes(self, cases: Sequence[Case]) -> list[Outcome]:
        """What came of each; evidence goes as one package, in halves where that fails as a whole."""
        shutil.rmtree(self._yard.inputs)
        folder = self._yard.inputs / "package"
        folder.mkdir(parents=True)
        evidence = [c for c in cases if c.format.load is None]
        for case in cases:
            place = folder if case.format.load is None else self._yard.inputs
            (place / case.name).write_bytes(case.data)
        found = self._packages(folder, evidence)
        for case in cases:
            if case.format.load is not None:
                found[case.number] = self._loaded(case, self._yard.inputs / case.name)
        return [found[case.number] for case in cases]

    # --- loaders ------------------------------------------------------------------

    def _loaded(self, case: Case, path: Path) -> Outcome:
        assert case.format.load is not None
        form = case.format
        return self._asked(children.judge, form.load, form.expected, form.chinese, path)

    def _asked(self, task: Callable[..., children.Told], *args: object) -> Outcome:
        _start(self._loading)
        started, seconds = time.monotonic(), self._load_seconds
        verdict: Verdict
        try:
            verdict, told = self._loading.run(task, *args, seconds=seconds)  # type: ignore[assignment]
        except ProcessHung:
            verdict, told = "failed", f"hung: no answer within {seconds:.0f} seconds"
        except ProcessDied:
            verdict, told = "failed", f"the process died:\n{traceback.format_exc()}"
        return Outcome(verdict, told, time.monotonic() - started)

    # --- evidence -----------------------------------------------------------------

    def _packages(self, folder: Path, cases: Sequence[Case]) -> dict[int, Outcome]:
        if not cases:
            return {}
        started = time.monotonic()
        try:
            return self._package(folder, cases)
        except Exception:  # whatever opening a package did not foresee is what is looked for
            if len(cases) == 1:
                return {cases[0].number: Outcome("failed", traceback.format_exc(), time.monotonic() - started)}
        found: dict[int, Outcome] = {}
        middle = len(cases) // 2
        for part in (cases[:middle], cases[middle:]):
            smaller = self._yard.inputs / f"part-{part[0].number}-{len(part)}"
            smaller.mkdir()
            for case in part:
                (smaller / case.name).write_bytes(case.data)
            found |= self._packages(smaller, part)
        return found

    def _package(self, folder: Path, cases: Sequence[Case]) -> dict[int, Outcome]:
        started = time.monotonic()
        with open_package(folder, LIMITS, self._yard.temp) as package:
            each = (time.monotonic() - started) / len(cases)
            by_number: dict[int, list[SourceFile]] = {}
            for file in package.files:
                by_number.setdefault(int(file.name[:7]), []).append(file)
            return {c.number: self._read(c, by_number.get(c.number, []), each) for c in cases}

    def _read(self, case: Case, files: Sequence[SourceFile], opening: float) -> Outcome:
        for process in (self._loading, self._reading):
            _start(process)
        started = time.monotonic()
        if not files:
            return Outcome("failed", "the file is not listed in the package", opening)
        outcomes = [self._file(case, file) for file in files]
        worst = max(outcomes, key=lambda o: ("read", "refused", "limits", "failed").index(o.verdict))
        if worst.verdict == "refused" and any(o.verdict == "read" for o in outcomes):
            worst = Outcome("read")
        return Outcome(worst.verdict, worst.told, opening + time.monotonic() - started)

    def _file(self, case: Case, file: SourceFile) -> Outcome:
        if file.error is not None:
            return _refusal(file.error)
        pages: list[Page] = []
        refused = Outcome("read")
        try:
            for source in islice(page_sources(file, LIMITS), PAGES):
                _start(self._reading)
                found = self._reading.run(children.read_page, source, seconds=PAGE_SECONDS)
                if isinstance(found, Page):
                    pages.append(found)
                else:
                    refused = _refusal(found)
        except ProcessHung:
            return Outcome("limits", f"a page was not read within {PAGE_SECONDS:.0f} seconds, and its process ended")
        except ProcessDied:
            return Outcome("limits", "the process that read a page died of its limits, or crashed")
        except IntakeError as error:
            return _refusal(error.message)
        except Exception:  # as above
            return Outcome("failed", traceback.format_exc())
        if refused.verdict == "failed" or not pages:
            return refused
        rest = self._asked(children.conclude_pages, file, pages, case.format.form)
        return rest if rest.verdict == "failed" else Outcome("read")


def _start(process: ParserProcess) -> None:
    """Start a process where there is none, so that its start does not count to an input."""
    if process.pid is None:
        process.run(children.ready, seconds=START_SECONDS)


def _refusal(message: str) -> Outcome:
    """What a person is told; it must be Chinese."""
    if not children.is_chinese(message):
        return Outcome("failed", f"message is not Chinese: {message!r}")
    verdict: Verdict = "limits" if any(word in message for word in _KILLED) else "refused"
    return Outcome(verdict, message)
