"""When a reading of a list of persons equals its label."""

from __future__ import annotations

import pytest

from eval.compare import same

ROW = {"name": "陈明远", "id_masked": None, "from": "2022-08", "to": "2022-08"}
KIND = "row(name,id_masked,from,to)"


@pytest.mark.parametrize(
    ("read", "right"),
    [
        (ROW, True),
        (ROW | {"id_masked": ""}, True),
        ({k: v for k, v in ROW.items() if v is not None}, True),
        (ROW | {"id_masked": "3501**********1234"}, False),
        (ROW | {"name": "陈明"}, False),
        (ROW | {"from": None}, False),
    ],
)
def test_rows_are_compared_by_their_parts(read: dict[str, str | None], right: bool) -> None:
    """Null, an empty text and no key at all are the same nothing; every other part must agree."""
    assert same([ROW], [read], KIND) is right
    assert same([read], [ROW], KIND) is right


def test_rows_are_a_set() -> None:
    """Their order does not matter, their number does."""
    other = ROW | {"name": "林小雨"}
    assert same([ROW, other], [other, ROW], KIND)
    assert not same([ROW, other], [ROW], KIND)
