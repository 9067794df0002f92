"""``docs/service.md`` lists every setting with its default and meaning, and none besides."""

from __future__ import annotations

import re
from pathlib import Path

from api.settings import ServiceSettings
from extractor.intake import Limits

TEXT = (Path(__file__).parents[3] / "docs" / "service.md").read_text("utf-8")
ROOT = Path(__file__).parents[3]


def rows():
    table = TEXT.split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return {c[0].strip("` "): (c[1].strip("` "), c[2].strip()) for c in (re.split(r"(?<!\\)\|", line)[1:-1] for line in lines)}


def default(value):
    if value is None or value == "":
        return "空"
    if isinstance(value, Limits):  # ``tests/intake/test_limits.py`` holds its table against it
        return "见 limits.md"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def test_the_table_is_complete_both_ways():
    fields = ServiceSettings.model_fields
    assert rows() == {f"ZUOZHENG_{n.upper()}": (default(f.default), f.description) for n, f in fields.items()}


def test_other_places_name_only_settings_that_exist():
    known = {f"ZUOZHENG_{n.upper()}" for n in ServiceSettings.model_fields}
    for name in ("docs/service.md", "docker-compose.yml", "Dockerfile"):
        assert set(re.findall(r"ZUOZHENG_[A-Z0-9_]+", (ROOT / name).read_text("utf-8"))) <= known
