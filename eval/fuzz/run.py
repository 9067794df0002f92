"""The fuzzer's loop: inputs in batches, outcomes counted, failures kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from eval.fuzz.case import Case, Outcome, make_case
from eval.fuzz.formats import FORMATS, Format
from eval.fuzz.judges import LOAD_SECONDS, Judges
from eval.fuzz.watch import Yard, rss, yard

BATCH = 120
"""Inputs that go as one package, as far as they are evidence."""
MOST_GROWTH_MB = 32.0
"""Growth of this process between a tenth of the inputs and all of them that counts as a leak; judged from ``ENOUGH`` on."""
ENOUGH = 5000
_MARKS = (0.1, 0.5, 1.0)


@dataclass
class Tally:
    """Of one format: how many inputs ended how, and the slowest."""

    inputs: int = 0
    read: int = 0
    refused: int = 0
    limits: int = 0
    failed: int = 0
    slowest: float = 0.0
    slowest_number: int = 0

    def add(self, case: Case, outcome: Outcome) -> None:
        """Count an input."""
        self.inputs += 1
        setattr(self, outcome.verdict, getattr(self, outcome.verdict) + 1)
        if outcome.seconds > self.slowest:
            self.slowest, self.slowest_number = outcome.seconds, case.number


@dataclass
class Summary:
    """What a run found. ``rss``: MB of this process at a tenth, half, all of the inputs; ``loader_rss``: of the loaders."""

    seed: int
    tallies: dict[str, Tally] = field(default_factory=dict)
    failures: list[tuple[Case, Outcome]] = field(default_factory=list)
    seconds: float = 0.0
    rss: list[float] = field(default_factory=list)
    loader_rss: list[float] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """How many inputs there were."""
        return sum(t.inputs for t in self.tallies.values())

    @property
    def leaks(self) -> bool:
        """Whether this process grew more than chance explains."""
        return self.inputs >= ENOUGH and len(self.rss) > 1 and max(self.rss[1:]) - self.rss[0] > MOST_GROWTH_MB


def chosen(keys: Sequence[str]) -> tuple[Format, ...]:
    """The formats of these keys; all without any. Raises KeyError."""
    return tuple(FORMATS[k] for k in keys) if keys else tuple(FORMATS.values())


def fuzz(
    *,
    inputs: int,
    seed: int,
    formats: Sequence[Format],
    seconds: float | None = None,
    load_seconds: float = LOAD_SECONDS,
    first: int = 0,
    tell: Callable[[Summary, int], None] = lambda summary, inputs: None,
    keep: Callable[[Case, Outcome], None] = lambda case, outcome: None,
) -> Summary:
    """Make inputs and see what becomes of them.

    Args:
        inputs: how many.
        seed: of the chance; the same seed and formats give the same inputs.
        formats: which.
        seconds: stop after so many; None: when all are done.
        load_seconds: how long a loader may take.
        first: the number of the first input.
        tell: called after every batch.
        keep: called with every failure.
    """
    cases = (make_case(n, seed, formats) for n in range(first, first + inputs))
    return _run(cases, inputs, seed, seconds, load_seconds, tell, keep)


def replay(case: Case, load_seconds: float = LOAD_SECONDS) -> Outcome:
    """What comes of one input."""
    with yard() as place, Judges(place, load_seconds) as judges:
        return checked(judges, place, [case])[0]


def _run(
    cases: Iterator[Case],
    inputs: int,
    seed: int,
    seconds: float | None,
    load_seconds: float,
    tell: Callable[[Summary, int], None],
    keep: Callable[[Case, Outcome], None],
) -> Summary:
    started = time.monotonic()
    summary = Summary(seed)
    with yard() as place, Judges(place, load_seconds) as judges:
        while batch := list(islice(cases, BATCH)):
            for case, outcome in zip(batch, checked(judges, place, batch), strict=True):
                summary.tallies.setdefault(case.format.key, Tally()).add(case, outcome)
                if outcome.verdict == "failed":
                    summary.failures.append((case, outcome))
                    keep(case, outcome)
            summary.seconds = time.monotonic() - started
            late = seconds is not None and summary.seconds >= seconds
            while len(summary.rss) < len(_MARKS) and (late or summary.inputs >= inputs * _MARKS[len(summary.rss)]):
                summary.rss.append(rss())
                summary.loader_rss.append(rss(judges.loading_pid) if judges.loading_pid else 0.0)
            tell(summary, inputs)
            if late:
                break
    return summary


def checked(judges: Judges, place: Yard, cases: Sequence[Case]) -> list[Outcome]:
    """The outcomes, with files where none may be as failures of the inputs that made them."""
    outcomes = judges.outcomes(cases)
    found = _traces(place)
    if not found:
        return outcomes
    if len(cases) == 1:
        before = outcomes[0].told if outcomes[0].verdict == "failed" else ""
        return [replace(outcomes[0], verdict="failed", told="\n".join(t for t in (found, before) if t))]
    middle = len(cases) // 2
    parts = checked(judges, place, cases[:middle]) + checked(judges, place, cases[middle:])
    if all(p.verdict != "failed" for p in parts):
        parts[0] = replace(parts[0], verdict="failed", told=f"{found}, by one of the {len(cases)} inputs from this one on")
    return parts


def _traces(place: Yard) -> str:
    outside, left = place.strangers(), place.left()
    told = [f"changed outside the temporary folder: {', '.join(outside[:5])}" if outside else ""]
    told.append(f"left in the temporary folder: {', '.join(left[:5])}" if left else "")
    return "; ".join(t for t in told if t)


def case_of_file(path: Path, key: str | None = None) -> Case:
    """The input that ``--out`` kept, or any file as one of format ``key``.

    Raises:
        KeyError: there is no such format, or the name does not tell it.
    """
    parts = path.name.split(".")
    number = int(parts[0]) if parts[0].isdecimal() and len(parts[0]) == 7 else 0
    format_ = FORMATS[key or (parts[1] if len(parts) > 2 else "")]
    suffix = parts[-1] if len(parts) > 2 else format_.suffix
    return Case(number, format_, f"{number:07d}.{suffix}".rstrip("."), path.read_bytes())
