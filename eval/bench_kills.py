"""Whether anything is lost, doubled or changed when processes are killed at random: ``kill -9`` of web, workers, readers, batch.

``python -m eval.bench_kills [--kills 100] [--seed S]`` runs the real service with a worker, hands packages in one by one and
as batches, and has ``zuozheng batch`` run beside. Random processes are killed at random moments and started again as their
supervisor or operator would. In the end every upload that was acknowledged must be there byte for byte, every package must
have exactly one result, equal to that of a run without any disturbance, and the chain of the log must be whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import func, select

from api.store.tables import LIVE_STATES, Run
from eval.bench_kills_house import Desk, Files, House, Sort, ended, families, kill, lay_out, sorts
from eval.bench_kills_look import Handed, Sent, Told, comparable, look, look_at_batches
from eval.bench_service_packages import batch_zip
from eval.bench_service_served import API, ServiceFailed, ok

PATIENCE_S = 1800.0
_MOST_LIVE = 30
"""Packages under way, above which nothing more is handed in."""
_DECLARED = "declared.json"


def main(argv: Sequence[str] | None = None) -> None:
    """Print a table and one JSON line; exit code 1 where anything was lost, doubled or changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sorts", type=int, default=6, help="how many different packages there are")
    parser.add_argument("--gap", type=float, default=6.0, help="longest time between two kills, in seconds")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
        told = disturbed(Path(folder), kills=args.kills, seed=args.seed, number=args.sorts, gap=args.gap)
    report(told)
    sys.exit(1 if told.wrong else 0)


def report(told: Told) -> None:
    """The table and the JSON line."""
    lines = {
        "kills": f"{sum(told.kills.values())} ({', '.join(f'{k} {n}' for k, n in sorted(told.kills.items()))})",
        "seconds": f"{told.seconds:.0f}",
        "uploads acknowledged": told.acknowledged,
        "uploads cut off (kept whole all the same)": f"{told.unanswered} ({told.kept_unanswered})",
        "results, one for each package": told.results,
        "rounds of zuozheng batch (results)": f"{told.batch_rounds} ({told.batch_results})",
        "batch run once more for what it could not do": told.batch_asked_again,
        "starts of service and batch": f"{told.service_starts} and {told.batch_starts}",
        "jobs taken over": told.taken_over,
        "lines of the log, chained": told.log_entries,
        "lost, doubled or changed": len(told.wrong),
    }
    for name, value in lines.items():
        sys.stdout.write(f"{name:44}{value}\n")
    for one in told.wrong:
        sys.stdout.write(f"  WRONG: {one}\n")
    sys.stdout.write(json.dumps(told.__dict__, ensure_ascii=False) + "\n")


def disturbed(folder: Path, *, kills: int, seed: int, number: int, gap: float, batch: bool = True) -> Told:
    """The whole run: results without disturbance, the same with kills, and what came of it.

    Args:
        folder: an empty one.
        kills: how many processes are killed.
        seed: of whom and when.
        number: sorts of packages.
        gap: longest time between two kills in seconds.
        batch: whether ``zuozheng batch`` runs beside the service.

    Raises:
        ServiceFailed: service or batch did not start, or never came to an end.
    """
    packages, chance, told = sorts(number), random.Random(seed), Told()
    lay_out(folder / "source", packages[: max(1, number // 2)])
    house, desk = House(folder), Desk(folder, folder / "source") if batch else None
    with ended(house, desk):
        house.start()
        with closing(Hand(house, packages)) as hand:
            hand.hand_in_all()
            first = desk.undisturbed() if desk is not None else {}
            _settle(house)
            began = time.monotonic()
            hand.begin()
            try:
                told.kills = _kill_at_random(house, desk, kills, chance, gap)
                _awake(house)
                hand.wait_for_one()
            finally:
                hand.end()
            _settle(house)
            if desk is not None:
                desk.finish()
            told.seconds = round(time.monotonic() - began, 1)
            with house.opened() as (store, blobs):
                look(store, blobs, hand.handed, hand.results(), told)
    if desk is not None:
        look_at_batches(desk, first, told)
        told.batch_starts = desk.starts
    told.service_starts = house.starts
    return told


# --- handing in ------------------------------------------------------------------------


class Hand:
    """Somebody who hands packages in, again and again; ``handed``: what came of it.

    Args:
        house: the service, running.
        packages: what there is to hand in.
    """

    def __init__(self, house: House, packages: Sequence[Sort]) -> None:
        self._house = house
        self._packages = packages
        self._client = house.client()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="hand", daemon=True)
        self._count = 0
        self.handed = Handed()
        self.broken: BaseException | None = None

    def hand_in_all(self) -> None:
        """Every sort once by each way, undisturbed: their results are what those of all copies must be."""
        for one in self._packages:
            self._single(one)
        self._batch(self._packages)
        self.handed.before = set(self.handed.sent)

    def begin(self) -> None:
        """Go on until ``end``."""
        self._thread.start()

    def wait_for_one(self) -> None:
        """Until something has been acknowledged since ``begin``."""
        _until(lambda: len(self.handed.sent) > len(self.handed.before) or not self._thread.is_alive())

    def end(self) -> None:
        """Stop, with the upload in hand finished or given up.

        Raises:
            ServiceFailed: something else than a broken connection had ended it before.
        """
        self._stop.set()
        self._thread.join()
        if self.broken is not None:
            raise ServiceFailed(f"handing in ended: {self.broken!r}")

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def results(self) -> dict[str, Any]:
        """``result.json`` of what was acknowledged, by the package's id; None where there is none."""
        found = {}
        for ident in self.handed.sent:
            answer = self._client.get(f"{API}/packages/{ident}/result")
            found[ident] = comparable(answer.json()) if answer.status_code == 200 else None
        return found

    def _go_on(self) -> None:
        try:
            while not self._stop.is_set():
                self._once()
        except BaseException as error:  # told where it is waited for
            self.broken = error

    def _once(self) -> None:
        try:
            live = ok(self._client.get(f"{API}/packages", params={"state": "live", "page_size": 1}))["total"]
            if live >= _MOST_LIVE:
                time.sleep(0.2)
            elif self._count % 4 == 3:
                self._batch([self._packages[(self._count + i) % len(self._packages)] for i in (0, 1)])
            else:
                self._single(self._packages[self._count % len(self._packages)])
        except (httpx2.TransportError, ServiceFailed):
            time.sleep(0.3)  # nobody there just now

    def _single(self, one: Sort) -> None:
        files = self._copy(one)
        sent = _sent(one, "single", files)
        parts = [("files", (name, data)) for name, data in files.items()]
        answer = self._post(f"{API}/packages", parts, {"name": one.name}, [sent])
        self.handed.sent[str(answer["id"])] = sent

    def _batch(self, some: Sequence[Sort]) -> None:
        copies = {one.name: self._copy(one) for one in some}
        sent = {one.name: _sent(one, "batch", copies[one.name]) for one in some}
        parts = [("files", ("批次.zip", batch_zip(copies)))]
        batch = self._post(f"{API}/batches", parts, {}, list(sent.values()))["id"]
        _until(lambda: self._known(str(batch), sent))

    def _known(self, batch: str, sent: dict[str, Sent]) -> bool:
        """Look up the packages of an acknowledged batch; whether the service was there to tell."""
        try:
            found = ok(self._client.get(f"{API}/packages", params={"batch": batch, "page_size": 50}))["items"]
        except (httpx2.TransportError, ServiceFailed):
            return False
        missing = set(sent) - {p["name"] for p in found}
        if missing:
            raise AssertionError(f"batch {batch} was acknowledged without {missing}")
        self.handed.sent |= {str(p["id"]): sent[p["name"]] for p in found}
        return True

    def _post(self, path: str, parts: Any, data: dict[str, str], sent: list[Sent]) -> Any:
        try:
            return ok(self._client.post(path, files=parts, data=data))
        except (httpx2.TransportError, ServiceFailed):
            self.handed.unanswered += sent
            raise

    def _copy(self, one: Sort) -> Files:
        self._count += 1
        return {**one.copy(self._count), _DECLARED: one.declared.encode()}


def _sent(one: Sort, way: str, files: Files) -> Sent:
    return Sent(one.name, way, {name: hashlib.sha256(data).hexdigest() for name, data in files.items()})


# --- killing -----------------------------------------------------------------------------


def _kill_at_random(house: House, desk: Desk | None, kills: int, chance: random.Random, gap: float) -> dict[str, int]:
    """Kill, and start again what supervisors and operators start; how many of which kind."""
    done: Counter[str] = Counter()
    while done.total() < kills:
        _awake(house)
        time.sleep(chance.uniform(0.05, gap))
        if desk is not None:
            desk.tend()
        found = families(house, desk)
        kind = chance.choice(sorted(found) or [""])
        if kind and kill(found[kind], chance):
            done[kind] += 1
    return dict(done)


def _awake(house: House) -> None:
    """The operator starts the service again where it has gone."""
    if house.process is not None and house.pid is None:
        house.process.wait()
        house.start()


def _settle(house: House) -> None:
    """Wait until no run is under way.

    Raises:
        ServiceFailed: it takes too long.
    """

    def settled() -> bool:
        _awake(house)  # the last kill may have been its
        return not _live(house)

    _until(settled)


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > until:
            raise ServiceFailed("packages are still not finished")
        time.sleep(0.3)


def _live(house: House) -> int:
    with house.opened() as (store, _), store.begin() as session:
        return session.scalar(select(func.count()).select_from(Run).where(Run.state.in_(LIVE_STATES))) or 0


if __name__ == "__main__":
    main()
