"""What docs/security.md names is there, and its checklist leaves nothing of level 2 out."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
LEVEL_2 = {
    "1.1": 7, "1.2": 4, "1.4": (1, 4, 5), "1.5": 4, "1.6": 4, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 1, "1.11": 2, "1.12": (2,),
    "1.14": 6,
    "2.1": 12, "2.2": 3, "2.3": 3, "2.4": 6, "2.5": 7, "2.6": 3, "2.7": 6, "2.8": 7, "2.9": 3, "2.10": 4,
    "3.1": 1, "3.2": 4, "3.3": 4, "3.4": 5, "3.5": 3, "3.7": 1, "4.1": (1, 2, 3, 5), "4.2": 2, "4.3": 3,
    "5.1": 5, "5.2": 8, "5.3": 10, "5.4": 3, "5.5": 4, "6.1": 3, "6.2": 6, "6.3": 2, "6.4": 2,
    "7.1": 4, "7.2": 2, "7.3": (1, 3, 4), "7.4": 3, "8.1": 4, "8.2": 3, "8.3": 8, "9.1": 3, "9.2": 4, "10.2": 2, "10.3": 3,
    "11.1": 8,
    "12.1": 3, "12.2": 1, "12.3": 6, "12.4": 2, "12.5": 2, "12.6": 1, "13.1": (1, 3, 4, 5), "13.2": (1, 2, 3, 5, 6),
    "13.3": 2, "13.4": 2,
    "14.1": 4, "14.2": 6, "14.3": (2, 3), "14.4": 7, "14.5": 4,
}  # fmt: skip
"""Requirements of levels 1 and 2 in ASVS 4.0.3, by section: how many, or which."""


def test_every_named_file_and_test_is_there():
    for name in re.findall(r"`((?:[a-z_]+/)+\w+\.py)(?=[`:])", TEXT):
        assert (ROOT / name).is_file() or (ROOT / "tests" / name).is_file(), name
    named = re.findall(r"`((?:[a-z_]+/)+\w+\.py)::(\w+)`", TEXT)
    assert len(named) > 20
    for name, test in named:
        path = ROOT / name if (ROOT / name).is_file() else ROOT / "tests" / name
        assert re.search(rf"^def {test}\(", path.read_text("utf-8"), re.MULTILINE), f"{name}::{test}"


def test_every_requirement_of_level_2_has_one_row():
    rows = [line.split("|")[1:3] for line in TEXT.partition("## OWASP")[2].splitlines() if re.match(r"\| \d", line)]
    told: list[str] = []
    for ids, met in rows:
        assert met.strip() in ("yes", "partly", "no", "n/a"), ids
        for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?", ids):
            section, _, number = first.rpartition(".")
            told += [f"{section}.{n}" for n in range(int(number), int((last or first).rpartition(".")[2]) + 1)]
    wanted = [f"{s}.{n}" for s, ns in LEVEL_2.items() for n in (range(1, ns + 1) if isinstance(ns, int) else ns)]
    assert sorted(told) == sorted(wanted), set(told) ^ set(wanted)
