"""How long a self-test of many enterprises by all policies takes: ``python -m eval.bench_selftest [N]``.

Each set declares every figure that the policies ask for, with values of its own. Prints CPU seconds of one core.
"""

from __future__ import annotations

import argparse
import gc
import time
from datetime import date
from random import Random

from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import Facts, facts_from_declaration
from extractor.criteria.load import PolicyBook, load_policies
from extractor.criteria.nodes import Metric
from extractor.model import Declaration, Declared

DAY = date(2021, 5, 6)
_YEARS = ("2018", "2019", "2020")


def made_up(rng: Random, book: PolicyBook) -> Facts:
    """An enterprise that declares a figure for every metric of the policies, yearly ones for three years."""
    rows = [
        Declared(metric=m.key, period=period, value=_value(rng, m), unit="" if m.kind in ("flag", "tag", "date") else m.unit)
        for m in book.metrics.values()
        for period in (_YEARS if m.kind in ("money", "ratio") else ("now", "2020"))
    ]
    declaration = Declaration(name="示例", uscc=None, as_of=DAY.isoformat(), declared=tuple(rows))
    return facts_from_declaration(declaration, book.metrics)


def _value(rng: Random, metric: Metric) -> float | int | str:
    """A figure of a usual size."""
    if metric.kind == "money":
        return round(rng.uniform(100, 40_000), 2)
    if metric.kind == "ratio":
        return round(rng.uniform(1, 95), 2)
    if metric.kind == "flag":
        return rng.choice(("是", "否"))
    if metric.kind == "tag":
        return rng.choice(metric.values) if metric.values else "制造业"
    if metric.kind == "date":
        return f"{rng.randint(1995, 2019)}-{rng.randint(1, 12):02d}-15"
    return rng.randint(1, 12)


def seconds(count: int, book: PolicyBook) -> float:
    """CPU seconds for ``count`` sets by all policies; making the sets is not counted."""
    sets = [made_up(Random(k), book) for k in range(count)]
    for policy in book:
        evaluate(policy, made_up(Random(-1), book), book, self_test=True)
    gc.collect()
    started = time.process_time()
    while sets:
        # Each set is dropped when it is done, as a service would.
        facts = sets.pop()
        for policy in book:
            evaluate(policy, facts, book, self_test=True)
    return time.process_time() - started


def main() -> None:
    """Print the seconds for as many sets as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="?", type=int, default=1000)
    count = parser.parse_args().sets
    book = load_policies()
    print(f"{count} sets × {len(book)} policies: {seconds(count, book):.1f} s CPU")


if __name__ == "__main__":
    main()
