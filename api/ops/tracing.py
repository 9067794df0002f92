"""Traces for OpenTelemetry, where a collector is named (extra ``otel``): one span per request, with nothing personal in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.ops.opening import CannotStart
from api.settings import ServiceSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter


class TracingMissing(CannotStart):
    """A collector is named, but the extra is not installed."""


class Tracing:
    """Makes spans of requests that have been answered.

    Not the instrumentation for FastAPI: it would send raw addresses, which may hold names of files.

    Args:
        exporter: where the spans go.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": "zuozheng"}), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("zuozheng.requests")

    def note(self, method: str, route: str, status: int, seconds: float, request_id: str, headers: Mapping[str, str]) -> None:
        """A request that took so long and has just been answered; ``headers`` may carry the caller's ``traceparent``."""
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind, Status, StatusCode

        end = time.time_ns()
        span = self._tracer.start_span(
            f"{method} {route}",
            context=extract({k: v for k, v in headers.items() if k in ("traceparent", "tracestate")}),
            kind=SpanKind.SERVER,
            start_time=end - round(seconds * 1e9),
            attributes={
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "request_id": request_id,
            },
        )
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end)

    def close(self) -> None:
        """Send what is waiting."""
        self._provider.shutdown()


def tracing(settings: ServiceSettings) -> Tracing | None:
    """Tracing to ``settings.otel_endpoint`` (OTLP over HTTP); None where none is set.

    Raises:
        TracingMissing: the extra ``otel`` is not installed.
    """
    if not settings.otel_endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ModuleNotFoundError as error:
        raise TracingMissing(
            "设置了 ZUOZHENG_OTEL_ENDPOINT，但没有安装 OpenTelemetry；请执行 pip install 'zuozheng[otel]'，或去掉该设置"
        ) from error
    return Tracing(OTLPSpanExporter(endpoint=f"{settings.otel_endpoint.rstrip('/')}/v1/traces"))
