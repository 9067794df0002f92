"""Numbers for Prometheus: what the web process counts itself, and what the database knows about everybody."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.ops.memory import process_rss
from api.service import Service
from api.store.tables import PackageRow, Run, Worker
from extractor.model import Verdict

# They double the number of series, and nobody asks for them.
disable_created_metrics()  # type: ignore[no-untyped-call]

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
"""Upper bounds in seconds; 0.3 is what a page may take at most in 95 of 100 cases."""
RATE_WINDOW_S = 60.0
"""Pages per second are those of so many seconds back."""


class RequestMetrics:
    """Requests answered by this process. Each application has its own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.pages = PageRate()
        self._seconds = Histogram(
            "zuozheng_request_seconds", "Time to answer a request; of a stream, to its start", ("method", "route"),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._count = Counter("zuozheng_requests", "Requests answered", ("method", "route", "status"), registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note an answered request; ``route`` is the template."""
        self._seconds.labels(method, route).observe(seconds)
        self._count.labels(method, route, str(status)).inc()


class PageRate:
    """Pages per second, from the totals seen at each look."""

    def __init__(self) -> None:
        self._last: dict[str, int] | None = None
        self._total = 0
        self._seen: deque[tuple[float, int]] = deque()

    def update(self, read: dict[str, int], at: float) -> float:
        """The rate since the oldest look within the window; 0 at the first look.

        Args:
            read: pages that each worker has read; workers come and go.
            at: monotonic time in seconds.
        """
        if self._last is not None:
            self._total += sum(max(n - self._last.get(worker, 0), 0) for worker, n in read.items())
        self._last = dict(read)
        while len(self._seen) > 1 and self._seen[1][0] <= at - RATE_WINDOW_S:
            self._seen.popleft()
        self._seen.append((at, self._total))
        (start, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - start) if end > start else 0.0


class StoreCollector(Collector):
    """What the database and the queue say at the moment of asking."""

    def __init__(self, service: Service, pages: PageRate) -> None:
        self._service = service
        self._pages = pages

    def collect(self) -> Iterator[Metric]:
        """All metrics; everything is read in one transaction."""
        with self._service.store.begin() as session:
            yield from self._work(session)
            yield from self._workers(list(session.scalars(select(Worker).order_by(Worker.id))))
        yield _gauge("zuozheng_queue_depth", "Runs waiting", "queue", self._service.jobs.depth())

    def _work(self, session: Session) -> Iterator[Metric]:
        states = select(Run.state, func.count()).group_by(Run.state)
        yield _gauge("zuozheng_jobs", "Runs by state", "state", _counts(session, states))
        current = select(Run.state, func.count()).join(PackageRow, PackageRow.run_id == Run.id).group_by(Run.state)
        yield _gauge("zuozheng_packages", "Packages by the state of their current run", "state", _counts(session, current))
        verdicts = select(PackageRow.verdict, func.count()).where(PackageRow.verdict.is_not(None)).group_by(PackageRow.verdict)
        yield _gauge("zuozheng_package_verdicts", "Packages by verdict", "verdict", _counts(session, verdicts))
        sums = [func.sum(PackageRow.screened["findings"][v.value].as_integer()) for v in Verdict]
        found = session.execute(select(*sums)).one()
        by_verdict = {v.value: int(n or 0) for v, n in zip(Verdict, found, strict=True)}
        yield _gauge("zuozheng_findings", "Findings of all packages by verdict", "verdict", by_verdict)

    def _workers(self, workers: list[Worker]) -> Iterator[Metric]:
        read = {w.id: w.pages_read for w in workers}
        yield _counter("zuozheng_pages_read", "Pages read", "worker", read)
        rate = self._pages.update(read, time.monotonic())
        yield GaugeMetricFamily("zuozheng_pages_per_second", f"Pages read per second, last {RATE_WINDOW_S:.0f} s", value=rate)
        taken = {w.id: w.taken_over for w in workers}
        yield _counter("zuozheng_jobs_taken_over", "Runs taken over from dead workers", "worker", taken)
        memory = GaugeMetricFamily("zuozheng_memory_bytes", "Resident memory", labels=("process", "part"))
        memory.add_metric(("web", "main"), process_rss())
        running = [w for w in workers if w.pid]
        for worker in running:
            memory.add_metric((worker.id, "main"), worker.rss)
            memory.add_metric((worker.id, "reader"), worker.reader_rss)
        yield memory
        beats = GaugeMetricFamily("zuozheng_worker_beat_seconds", "Unix time of a worker's last sign of life", labels=("worker",))
        for worker in running:
            beats.add_metric((worker.id,), worker.beat_at.timestamp())
        yield beats


def exposition(service: Service, requests: RequestMetrics) -> bytes:
    """All metrics in Prometheus' text format."""
    asked = CollectorRegistry()
    asked.register(StoreCollector(service, requests.pages))
    return generate_latest(requests.registry) + generate_latest(asked)


def _counts(session: Session, query: object) -> dict[str, int]:
    return {str(key): int(n) for key, n in session.execute(query)}  # type: ignore[call-overload]


def _gauge(name: str, about: str, label: str, values: dict[str, int]) -> Metric:
    metric = GaugeMetricFamily(name, about, labels=(label,))
    for key, value in sorted(values.items()):
        metric.add_metric((key,), value)
    return metric


def _counter(name: str, about: str, label: str, values: dict[str, int]) -> Metric:
    metric = CounterMetricFamily(name, about, labels=(label,))
    for key, value in sorted(values.items()):
        metric.add_metric((key,), value)
    return metric
