"""Licences of all that is installed with the product, from its own metadata; the direct ones are listed in docs/security.md."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FAMILIES = {
    "MIT": r"\bMIT\b(?!-CMU)|\bMIT-0\b",
    "HPND": r"MIT-CMU|HPND",
    "BSD": r"\b0?BSD\b",
    "Apache-2.0": r"Apache",
    "PSF": r"PSF|Python Software Foundation",
    "LGPL": r"LGPL|Lesser General Public",
    "MPL-2.0": r"MPL|Mozilla Public",
    "ISC": r"\bISC\b",
    "Zlib": r"\bZlib\b",
    "CC0": r"\bCC0",
}
"""Licences that the project may stand beside, by the words that tell them."""
STRONG = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )General Public License|Affero|SSPL|Commons Clause|proprietary", re.IGNORECASE)
TABLE = re.compile(r"<!-- licences -->\n(.*?)<!-- /licences -->", re.DOTALL)


def name_of(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def direct() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(r) for r in project["dependencies"]]


def installed() -> dict[str, Distribution]:
    """The direct dependencies and all that they need."""
    found: dict[str, Distribution] = {}

    def walk(wanted: Requirement) -> None:
        if wanted.marker and not any(wanted.marker.evaluate({"extra": e}) for e in ("", *wanted.extras)):
            return
        name = name_of(wanted.name)
        if name in found:
            return
        try:
            found[name] = distribution(wanted.name)
        except PackageNotFoundError:
            return  # for another system
        for line in found[name].requires or ():
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in ("", *wanted.extras)):
                inner.marker = None
                walk(inner)

    for requirement in direct():
        walk(requirement)
    return found


def told(one: Distribution) -> str:
    """What a package says of its licence: the expression, else the classifiers and the first words of the free text."""
    expression = one.metadata.get("License-Expression")
    if expression:
        return expression
    classified = [c for c in one.metadata.get_all("Classifier") or () if c.startswith("License ::")]
    free = (one.metadata.get("License") or "").split("\n")[0][:80]
    return " / ".join([*classified, free])


def families(one: Distribution) -> list[str]:
    return [family for family, words in FAMILIES.items() if re.search(words, told(one))]


def test_nothing_installed_forbids_or_hides_its_terms():
    found = installed()
    assert len(found) > 60
    for name, one in found.items():
        assert families(one), f"{name}: {told(one)!r} is no licence that is known here"
        alternatives = told(one).split(" OR ")
        assert any(not STRONG.search(a) for a in alternatives), f"{name}: {told(one)!r}"


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("GNU General Public License v2 (GPLv2)", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", False),
        ("MIT", False),
    ],
)
def test_the_check_knows_them_apart(text, strong):
    assert bool(STRONG.search(text)) is strong


def test_the_documented_table_is_complete_both_ways():
    table = TABLE.search((ROOT / "docs" / "security.md").read_text("utf-8"))
    assert table is not None
    rows = {tuple(c.strip() for c in line.strip("|").split("|")) for line in table[1].splitlines()[2:] if line.startswith("|")}
    found = installed()
    expected = {
        (f"`{name_of(r.name)}`", ", ".join(families(found[name_of(r.name)]))) for r in direct() if name_of(r.name) in found
    }
    assert {r for r in rows if r[0] != "`uvloop`"} == {e for e in expected if e[0] != "`uvloop`"}
