"""Pictures of pages: every point is known, seeds repeat, and the words stay where the labels say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from corpora import degrade
from corpora.degrade.geometry import Bend, turned
from corpora.degrade.marks import company_seal, paging_seal

CASES = [(difficulty, level) for difficulty, levels in degrade.LEVELS.items() for level in levels]
INCHES = (5.0, 7.0)


def dotted(dpi: int, places: np.ndarray) -> np.ndarray:
    """A blank page with a black disc, 0.08 inch wide, at each place."""
    page = np.full((round(INCHES[1] * dpi), round(INCHES[0] * dpi), 3), 255, np.uint8)
    for x, y in places:
        # Sixteenths of a pixel; the middle of a pixel is half a pixel in.
        centre = (round((x * page.shape[1] - 0.5) * 16), round((y * page.shape[0] - 0.5) * 16))
        cv2.circle(page, centre, round(0.04 * dpi * 16), (0, 0, 0), -1, cv2.LINE_AA, 4)
    return page


def scattered(rng: np.random.Generator) -> np.ndarray:
    """Places that no turn or mirror maps onto each other."""
    grid = np.stack(np.meshgrid([0.2, 0.5, 0.8], [0.15, 0.35, 0.6, 0.85]), -1).reshape(-1, 2)
    return grid + rng.uniform(-0.06, 0.06, grid.shape)


def disc_near(image: np.ndarray, at: np.ndarray, reach: int) -> np.ndarray:
    """Centre of the dark blob in a window around ``at`` (pixels)."""
    x0, y0 = np.maximum(np.round(at).astype(int) - reach, 0)
    window = image[y0 : y0 + 2 * reach + 1, x0 : x0 + 2 * reach + 1, 0]  # in red light seals are pale
    dark = cv2.morphologyEx(window, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))  # specks are no discs
    mask = dark < 0.7 * int(dark.min()) + 0.3 * int(np.median(dark))
    ys, xs = np.nonzero(mask)
    return np.array((x0 + xs.mean() + 0.5, y0 + ys.mean() + 0.5))


@pytest.mark.parametrize(("difficulty", "level"), CASES)
def test_every_point_is_found_where_the_warp_says(difficulty, level):
    for seed in range(3):
        rng = np.random.default_rng((seed, level))
        places = [scattered(rng), scattered(rng)]
        shots = degrade.shoot(lambda dpi, at=places: [dotted(dpi, p) for p in at], difficulty, rng, level=level)
        for shot, given in zip(shots, places, strict=True):
            size = np.array((shot.image.shape[1], shot.image.shape[0]))
            for want in shot.warp(given) * size:
                got = disc_near(shot.image, want, round(0.12 * shot.dpi))
                assert np.hypot(*(got - want)) < 3, (seed, want, got)
            assert shot.level == level


def test_same_seed_same_bytes_other_seed_other_bytes():
    def bytes_of(seed):
        rng = np.random.default_rng(seed)
        return b"".join(s.image.tobytes() for s in degrade.shoot(lambda dpi: [dotted(dpi, scattered(rng))] * 2, "hard", rng))

    assert bytes_of(5) == bytes_of(5)
    assert bytes_of(5) != bytes_of(6)


def test_level_0_is_the_page_itself():
    page = dotted(100, np.array([[0.3, 0.4]]))
    (shot,) = degrade.shoot(lambda dpi: [page], "clean", np.random.default_rng(1), level=0)
    assert np.array_equal(shot.image, page)
    assert shot.rotation == 0
    assert shot.quality is None


def test_a_difficulty_has_only_its_levels():
    with pytest.raises(ValueError, match="clean"):
        degrade.conditions("clean", np.random.default_rng(1), level=3)


def test_bilevel_pages_are_black_and_white():
    given = degrade.Conditions("fax", 3, 120, mode="bilevel", fax_rows=0.7)
    (shot,) = degrade.capture(lambda dpi: [dotted(dpi, np.array([[0.3, 0.4]]))], given, np.random.default_rng(1))
    assert set(np.unique(shot.image)) == {0, 255}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_places_are_boxes_of_the_upright_page_and_corners_of_the_stored_one(turn):
    """Without skew the upright box is the clean box; the first corner stays the text's top left."""
    given = degrade.Conditions("scanner", 1, 60, turn=turn)
    (shot,) = degrade.capture(lambda dpi: [dotted(dpi, np.array([[0.3, 0.4]]))], given, np.random.default_rng(1))
    box = (0.1, 0.2, 0.5, 0.25)
    found = degrade.place(box, shot, 3)
    assert found.page == 3
    assert found.box == pytest.approx(box, abs=0.01)
    assert found.quad is not None
    assert found.quad[0] == pytest.approx(turned(np.array([[0.1, 0.2]]), turn)[0], abs=0.01)
    assert shot.image.shape[0] > shot.image.shape[1] if turn % 180 == 0 else shot.image.shape[1] > shot.image.shape[0]


def test_boxes_hold_what_they_held_on_skewed_and_bent_pages():
    rng = np.random.default_rng(3)
    for shot in degrade.shoot(lambda dpi: [dotted(dpi, scattered(rng))] * 3, "hard", rng):
        box = (0.2, 0.3, 0.6, 0.33)
        found = degrade.place(box, shot, 1)
        inner = np.stack(np.meshgrid(np.linspace(0.2, 0.6, 20), np.linspace(0.3, 0.33, 5)), -1).reshape(-1, 2)
        upright = turned(shot.warp(inner), -shot.rotation)
        assert (upright >= np.array(found.box[:2]) - 1e-3).all()
        assert (upright <= np.array(found.box[2:]) + 1e-3).all()


def test_bent_paper_can_be_flattened():
    bend = Bend(curl=0.01, waves=1.3, phase=0.4, kink=-0.02, fold=0.4)
    x, y = np.random.default_rng(1).random((2, 50))
    assert np.allclose(bend.back(*bend.forward(x, y)), (x, y))


def test_a_paging_seal_is_cut_over_the_pages_and_whole_together():
    rng = np.random.default_rng(2)
    pages = [np.full((800, 500, 3), 255, np.uint8) for _ in range(3)]
    seal = company_seal(rng, 150, "闽江精密机械有限公司")
    out = paging_seal(pages, rng, seal)
    reds = [np.argwhere(page[..., 2] < 200) for page in out]
    assert all(len(red) > 50 for red in reds)
    assert all(red[:, 1].min() >= 500 - 51 for red in reds)  # a third of the seal, at the right edge
    assert np.array_equal(paging_seal(pages[:1], rng, seal)[0], pages[0])
