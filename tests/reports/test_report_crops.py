"""Crops of page images around evidence."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from extractor.model import Box
from extractor.reports.crops import CROP_WIDTH, Spot, make_album, window

_FRACTION = st.floats(min_value=-0.2, max_value=1.2)


def _page() -> bytes:
    """A white A4 page at 150 dpi."""
    buffer = io.BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(buffer, "JPEG")
    return buffer.getvalue()


_PAGE = _page()


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@given(st.lists(st.tuples(_FRACTION, _FRACTION, _FRACTION, _FRACTION), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_box_is_shown_inside_its_crop_and_view(boxes: list[Box]) -> None:
    album = make_album([Spot(0, 1, b) for b in boxes], lambda file, page: _PAGE)
    assert album.left_out == 0
    for box in boxes:
        shot = album.shots[Spot(0, 1, box)]
        assert _open(shot.crop.jpeg).size == (shot.crop.width, shot.crop.height)
        assert shot.crop.width <= CROP_WIDTH
        for outer, inner in (
            ((0, 0, shot.crop.width, shot.crop.height), shot.view),
            (shot.view, shot.box),
        ):
            assert outer[0] - 1 <= inner[0] < inner[2] <= outer[2] + 1
            assert outer[1] - 1 <= inner[1] < inner[3] <= outer[3] + 1


def test_a_figure_on_an_ordinary_page_is_shown_with_its_whole_row() -> None:
    left, top, right, bottom = window((700, 600, 900, 622), (1240, 1754))
    assert (left, right) == (0, 1240)
    assert top < 600 - 22
    assert bottom > 622 + 22


def test_a_figure_on_a_large_dense_page_is_shown_legibly() -> None:
    box = (3000.0, 1500.0, 3200.0, 1522.0)
    left, top, right, bottom = window(box, (4960, 3508))
    assert CROP_WIDTH / (right - left) * 22 >= 11
    assert left < box[0] < box[2] < right
    assert top < box[1] < box[3] < bottom


def test_each_page_is_asked_for_once_and_neighbours_share_a_crop() -> None:
    asked: list[tuple[int, int]] = []

    def image(file: int, page: int) -> bytes:
        asked.append((file, page))
        return _PAGE

    spots = [Spot(0, 1, (0.5, y, 0.7, y + 0.012)) for y in (0.30, 0.32, 0.35)] + [Spot(0, 1, (0.5, 0.9, 0.7, 0.912))]
    album = make_album([*spots, *spots, Spot(0, 2, (0.1, 0.1, 0.2, 0.11))], image)
    assert asked == [(0, 1), (0, 2)]
    assert len({album.shots[s].crop.id for s in spots}) == 2
    assert len({p.id for p in album.pictures}) == len(album.pictures) == 5


@pytest.mark.parametrize("data", [None, b"", b"not an image", _PAGE[:200]])
def test_a_page_without_a_usable_image_has_no_shot(data: bytes | None) -> None:
    album = make_album([Spot(0, 1, (0.1, 0.1, 0.2, 0.12))], lambda file, page: data)
    assert album.shots == {}
    assert album.pictures == ()


def test_lists_of_persons_are_blurred_but_for_the_evidence_row() -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    for x in range(0, 1240, 4):
        page.paste("black", (x, 0, x + 2, 1754))
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    spot = Spot(0, 1, (0.4, 0.5, 0.6, 0.515))
    whole_list = Spot(0, 2, (0.1, 0.1, 0.9, 0.8))
    album = make_album([spot, whole_list], lambda file, page: buffer.getvalue(), {(0, 1), (0, 2)})

    def contrast(target: Spot, fraction: float) -> int:
        shot = album.shots[target]
        y = int(shot.view[1] + fraction * (shot.view[3] - shot.view[1]))
        row = _open(shot.crop.jpeg).convert("L").crop((100, y, 800, y + 1))
        low, high = row.getextrema()
        return int(high) - int(low)  # type: ignore[arg-type]

    assert contrast(spot, 0.5) > 60
    assert contrast(spot, 0.05) < 40
    assert contrast(whole_list, 0.5) < 40
    assert album.shots[spot].blurred


def test_crops_beyond_the_limit_are_counted_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("extractor.reports.crops._MAX_CROPS", 2)
    album = make_album(
        [Spot(0, p, (0.1, 0.1, 0.2, 0.12)) for p in range(1, 6)],
        lambda file, page: _PAGE,
    )
    assert len(album.shots) == 2
    assert album.left_out == 3
