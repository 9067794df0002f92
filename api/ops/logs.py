"""Logs: one JSON object per line, with the request's id and without personal data."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from api.settings import ServiceSettings
from extractor.reports.text import inert_json

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request under way; every line that is logged meanwhile carries it."""

# Last line of defence only: nothing personal should be handed to a logger at all.
_EDGE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_PERSONAL = re.compile(
    rf"{_EDGE}(?:\d{{6}}(?:19|20)\d{{2}}(?:0[1-9]|1[0-2])\d{{5}}[\dXx]|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}})"
    rf"{_END}|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
)
_QUIET = {
    "uvicorn.error": "WARNING",
    "alembic": "WARNING",
    "dbos": "WARNING",
    "httpx": "WARNING",
    "httpx2": "WARNING",
    "fsspec": "WARNING",
}


def redact(text: str) -> str:
    """The text with ID numbers, mobile numbers and mail addresses blotted out."""
    return _PERSONAL.sub("***", text)


def error_shape(error: BaseException) -> dict[str, Any]:
    """What may be told of an exception: kinds and places. Its message can quote the evidence, so it stays out."""
    shape: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-12:]],
    }
    if isinstance(error, OSError) and error.strerror:
        shape["os"] = error.strerror
    # Database drivers: the kind of failure without the statement's parameters.
    original = getattr(error, "orig", None)
    if isinstance(original, BaseException):
        shape["database"] = f"{type(original).__name__} {getattr(original, 'sqlstate', None) or ''}".strip()
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        shape["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return shape


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, the request's id, and the record's ``fields``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = error_shape(record.exc_info[1])
        return inert_json(json.dumps(_redacted(line), ensure_ascii=False, default=str))


def _redacted(value: Any) -> Any:
    """The same with all texts redacted: before they are escaped, for an escape before a number would hide it."""
    if isinstance(value, dict):
        return {_redacted(k): _redacted(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float) else redact(str(value))


def configure_logging(settings: ServiceSettings) -> None:
    """Send all logs of this process to standard error as JSON lines, at ``settings.log_level``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name, level in _QUIET.items():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(logging.getLevelName(level), logging.getLevelName(settings.log_level)))
