"""Looking at a page from afar: what is detected small, what little is read, and what is told without any network."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from extractor.model import Box, Glance, Line
from extractor.reading.glance import SIDE, glance, lines_only, of_seals, pictured, plainly, with_marks
from extractor.reading.mark_views import large_ink, mark_views
from extractor.reading.upright import Image, Quad, turn
from models.ocr.protocol import TextLine

HIGH, WIDE = 1600, 1131
PITCH = 44


class Bars:
    """Takes every dark bar for a line, and reads in it how wide it is."""

    version = "bars"

    def __init__(self, vote: float = 0.0, turned: float = 0.0) -> None:
        self.votes = [vote, turned]
        self.sides: list[int] = []
        self.crops = 0

    def detect(self, image: Image) -> list[Quad]:
        self.sides.append(max(image.shape[:2]))
        ink = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) < 128).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(ink)
        boxes = [stats[i, :4].tolist() for i in range(1, count) if stats[i, 4] > 12]
        return [np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32) for x, y, w, h in boxes]

    def recognise(self, crops: Sequence[Image]) -> list[TextLine]:
        self.crops += len(crops)
        corners = np.zeros((4, 2), np.float32)
        return [TextLine(f"{c.shape[1]}像素", 0.99, corners) for c in crops]

    def turn_votes(self, crops: Sequence[Image]) -> list[float]:
        vote = self.votes.pop(0) if len(self.votes) > 1 else self.votes[0]
        return [vote] * len(crops)


def page(rows: int = 32, *, title: bool = False) -> Image:
    """Running text as bars, with a page number."""
    image = np.full((HIGH, WIDE, 3), 255, np.uint8)
    for k in range(rows):
        top = 120 + PITCH * k
        image[top : top + 18, 130 : 1000 if k % 6 else 560] = 0
    image[1545:1560, 540:590] = 0
    if title:
        image[60:100, 430:700] = 0
    return image


def seen(image: Image, engine: Bars | None = None) -> Glance:
    return glance(engine or Bars(), image, file=2, page=7)


def test_running_text_is_seen_small_and_hardly_read() -> None:
    engine = Bars()
    found = seen(page(), engine)
    assert (found.page.file, found.page.page, found.page.deferred) == (2, 7, True)
    assert not found.doubt
    assert not found.loose
    assert engine.sides == [SIDE]
    assert len(found.boxes) == 33
    assert engine.crops == len(found.page.lines) < 10
    assert found.cost < 0.25
    assert found.page.look


def test_lines_lie_where_they_stand_on_the_full_page() -> None:
    found = seen(page())
    number = found.page.lines[-1].box
    assert number == pytest.approx((540 / WIDE, 1545 / HIGH, 590 / WIDE, 1560 / HIGH), abs=0.004)
    assert number in found.boxes


def test_a_title_is_read() -> None:
    boxes = [line.box for line in seen(page(title=True)).page.lines]
    assert any(b[1] == pytest.approx(60 / HIGH, abs=0.004) for b in boxes)


@pytest.mark.parametrize("rotation", [90, 270])
def test_a_page_on_its_side_is_turned(rotation: int) -> None:
    found = seen(turn(page(), rotation))
    assert found.page.rotation in (90, 270)
    assert (found.page.height, found.page.width) == (HIGH, WIDE)


def test_a_page_on_its_head_is_turned_where_that_is_sure() -> None:
    found = seen(turn(page(), 180), Bars(0.95, 0.05))
    assert found.page.rotation == 180
    assert found.page.lines[-1].box[1] == pytest.approx(1545 / HIGH, abs=0.004)


@pytest.mark.parametrize("votes", [(0.5, 0.5), (0.95, 0.6)])
def test_a_page_of_which_the_direction_is_not_clear_is_doubtful(votes: tuple[float, float]) -> None:
    engine = Bars(*votes)
    found = seen(page(), engine)
    assert found.doubt
    assert engine.crops == 0


def test_few_lines_are_all_read() -> None:
    image = np.full((HIGH, WIDE, 3), 255, np.uint8)
    for k in range(7):
        image[200 + 90 * k : 224 + 90 * k, 300 : 500 + 20 * k] = 0
    found = seen(image)
    assert found.loose
    assert len(found.page.lines) == len(found.boxes) == 7


def test_a_picture_without_lines_is_doubtful() -> None:
    image = np.full((HIGH, WIDE, 3), 255, np.uint8)
    assert seen(image).doubt


def test_what_a_picture_shows_without_a_network() -> None:
    assert not plainly(page())
    assert plainly(page(rows=8))
    coloured = page()
    coloured[1200:1500, 200:900] = (40, 90, 200)
    assert plainly(coloured)
    tinted = page()
    tinted[tinted.min(axis=2) > 200] = (246, 240, 226)
    assert not plainly(tinted)


def test_dark_areas_that_are_no_print() -> None:
    dark = np.zeros((800, 566), np.bool_)
    boxes: list[Box] = [(0.1, 0.1, 0.9, 0.12)]
    dark[80:96, 57:509] = True
    dark[300, 40:520] = True
    assert not pictured(dark, boxes)
    dark[400:500, 100:300] = True
    assert pictured(dark, boxes)


def test_a_mark_across_the_page_is_no_line() -> None:
    lines: list[Box] = [(0.1, 0.1 + 0.03 * k, 0.9, 0.115 + 0.03 * k) for k in range(20)]
    assert lines_only([*lines, (0.2, 0.3, 0.5, 0.5)]) == list(range(20))
    assert lines_only([*lines, (0.3, 0.02, 0.7, 0.07)]) == list(range(21))


def test_a_seals_own_characters_are_no_lines() -> None:
    red, black = np.zeros((800, 566), np.bool_), np.zeros((800, 566), np.bool_)
    red[400:430, 200:300] = True
    black[500:515, 200:300] = True
    seal: Box = (0.3, 0.45, 0.6, 0.7)
    own, under, rim = (0.36, 0.5, 0.52, 0.535), (0.36, 0.62, 0.52, 0.645), (0.95, 0.4, 0.99, 0.42)
    assert of_seals([own, under, rim], red, black, [seal]) == {0, 2}


def test_marks_are_looked_for_on_request_on_the_upright_page(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = Line(text="初稿", box=(0.2, 0.3, 0.8, 0.6), slant=-30.0)
    shapes: list[tuple[int, ...]] = []

    def found(engine: object, image: Image) -> list[Line]:
        shapes.append(image.shape)
        return [mark]

    monkeypatch.setattr("extractor.reading.glance.find_marks", found)
    image = turn(page(), 90)
    looked = seen(image).page
    marked = with_marks(Bars(), image, looked)
    assert shapes == [(HIGH, WIDE, 3)]
    assert set(marked.lines) == {*looked.lines, mark}


def test_large_shapes_are_told_without_reading_them() -> None:
    image = np.full((HIGH, WIDE, 3), 255, np.uint8)
    for k in range(32):
        image[120 + PITCH * k : 132 + PITCH * k, 130:1000:9] = 60
    plain = image.copy()
    cv2.putText(image, "XX XX", (200, 900), cv2.FONT_HERSHEY_SIMPLEX, 6.0, (190, 190, 190), 22)
    assert any(large_ink(view) is not None for _, view in mark_views(image))
    assert not any(large_ink(view) is not None for _, view in mark_views(plain))
