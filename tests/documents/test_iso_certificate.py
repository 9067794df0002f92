"""Management-system certificates: wordings and layouts of many bodies, and papers that are none."""

from __future__ import annotations

import pytest

from extractor.documents.iso_certificate import TYPE
from extractor.values.chinese import squeeze
from tests.documents.conftest import make_page
from tests.documents.iso_layouts import BODY, LAYOUTS, H


def plain(value: object) -> object:
    """For comparing: no blanks, width or case; a trailing point of ``Ltd.`` is no difference."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    return squeeze(str(value)).lower().rstrip(".")


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_printed_field_is_read(name: str) -> None:
    rows, expected = LAYOUTS[name]
    found = TYPE.extract([make_page(*rows)]).fields
    got = {key: plain(found[key].value) if key in found else None for key in expected}
    assert got == {key: plain(value) for key, value in expected.items()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_known_as_a_certificate(name: str) -> None:
    rows, expected = LAYOUTS[name]
    cue = TYPE.cue(make_page(*rows))
    assert cue is not None and cue.score >= 0.75 and cue.role == "start"
    if "certificate_no" in expected:
        assert cue.number == expected["certificate_no"]
