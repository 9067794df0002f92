"""How a document came onto the screen: scanner, fax, camera or scanner app, and how badly.

Level 0: the page as it was laid out; 1: straight office work; 2: careless; 3: as bad as a person can
still read at a glance. The floor at level 3: small print of 7.5 pt keeps characters 13 pixels high.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from corpora.degrade.effects import Rng
from corpora.degrade.marks import APP_MARKS, WATERMARKS
from corpora.format import Difficulty

Device = Literal["none", "scanner", "fax", "camera", "app"]
Mode = Literal["colour", "grey", "bilevel"]

LEVELS: dict[Difficulty, tuple[int, ...]] = {"clean": (0, 1), "scan": (1, 2), "photo": (1, 2, 3), "hard": (3,)}
"""The levels that each difficulty has."""

PAPERS = ((255, 255, 255), (252, 250, 244), (248, 246, 238), (244, 246, 248), (250, 244, 230))


@dataclass(frozen=True)
class Conditions:
    """What happens to all pages of a document; each page differs a little within it.

    Lengths of blur are pixels at 150 dpi; strengths 0..1; angles degrees.
    """

    device: Device
    level: int
    dpi: int
    mode: Mode = "colour"
    quality: int | None = None
    """JPEG quality; None: no loss."""
    paper: tuple[int, int, int] = (255, 255, 255)
    fade: int = 0
    """Grey level of the blackest ink."""
    skew: float = 0.0
    room: float = 1.0
    dark_lid: bool = False
    tilt: float = 0.0
    margin: float = 0.0
    curl: float = 0.0
    folds: int = 0
    fold_depth: float = 0.0
    lamp: float = 0.0
    shadow: float = 0.0
    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)
    whiten: float = 0.0
    blur: float = 0.0
    motion: float = 0.0
    noise: float = 0.0
    blotches: float = 0.0
    bleed: float = 0.0
    border: float = 0.0
    specks: int = 0
    streaks: int = 0
    fax_rows: float = 1.0
    turn: int = 0
    odd_turns: float = 0.0
    """Share of pages that are turned another way than the rest."""
    paging_seal: bool = False
    seal: bool = False
    watermark: str = ""
    app_mark: str = ""


def conditions(difficulty: Difficulty, rng: Rng, level: int | None = None) -> Conditions:
    """Conditions of a difficulty, at a level that it has (``LEVELS``) or any of them.

    Raises:
        ValueError: the difficulty has no such level.
    """
    if level is None:
        level = int(rng.choice(LEVELS[difficulty]))
    if level not in LEVELS[difficulty]:
        raise ValueError(f"难度 {difficulty} 没有 {level} 级，可选：{LEVELS[difficulty]}")
    if difficulty == "clean":
        return _untouched(rng) if level == 0 else replace(_scanner(rng, 1), mode="colour", turn=0, odd_turns=0.0, seal=False)
    if difficulty == "scan":
        return _scanner(rng, level)
    if difficulty == "photo":
        return (_app if rng.random() < 0.3 else _camera)(rng, level)
    return (_worst_scan, _bilevel, _fax, _worst_photo)[int(rng.choice(4, p=(0.35, 0.15, 0.15, 0.35)))](rng)


def _chance(rng: Rng, share: float) -> bool:
    return bool(rng.random() < share)


def _of(rng: Rng, low: tuple[float, ...], level: int, reach: float = 0.3) -> float:
    """The value for ``level`` out of ``low`` (levels 1, 2, 3), give or take ``reach`` of it."""
    return float(low[level - 1] * rng.uniform(1 - reach, 1 + reach))


def _untouched(rng: Rng) -> Conditions:
    return Conditions("none", 0, dpi=int(rng.choice((200, 250, 300))))


def _pressed(rng: Rng, made: Conditions, share: float) -> Conditions:
    """With the seals and watermarks that companies put on their copies."""
    mark = str(rng.choice(WATERMARKS)) if _chance(rng, share * 0.5) else ""
    # On a 1-bit picture a seal or a watermark would be as black as the text below.
    coloured = made.mode != "bilevel"
    return replace(
        made,
        paging_seal=_chance(rng, share),
        seal=_chance(rng, share) and coloured,
        watermark=mark if coloured else "",
    )


def _scanner(rng: Rng, level: int) -> Conditions:
    """Flatbed or feeder; level 1 or 2."""
    careless = level == 2
    mode: Mode = ("colour", "colour", "grey", "bilevel")[int(rng.integers(4 if careless else 3))]  # type: ignore[assignment]
    dpi = int(rng.choice((150, 150, 200, 240) if careless else (150, 200, 200, 300)))
    made = Conditions(
        "scanner",
        level,
        dpi=max(200, dpi) if mode == "bilevel" else dpi,
        mode=mode,
        quality=None if mode == "bilevel" else int(rng.integers(45, 75) if careless else rng.integers(75, 93)),
        paper=PAPERS[int(rng.integers(len(PAPERS) if careless else 2))],
        fade=int(rng.integers(0, 70 if careless else 25)),
        skew=float(rng.uniform(0.5, 3.0) if careless else rng.uniform(0, 0.5)),
        room=float(rng.uniform(0.5, 1)),
        dark_lid=_chance(rng, 0.3 if careless else 0.05),
        lamp=_of(rng, (0.02, 0.1), level),
        blur=_of(rng, (0.25, 0.6), level),
        noise=_of(rng, (1.2, 4.0), level),
        bleed=float(rng.uniform(0.04, 0.12)) if careless and _chance(rng, 0.4) else 0.0,
        border=0.012 if careless and _chance(rng, 0.35) else 0.0,
        specks=int(rng.integers(5, 50) if careless else rng.integers(0, 8)),
        # A black line through a figure could hide its point.
        streaks=int(rng.integers(1, 4)) if careless and mode != "bilevel" and _chance(rng, 0.3) else 0,
        turn=int(rng.choice((90, 180, 270))) if _chance(rng, 0.15 if careless else 0.08) else 0,
        odd_turns=0.06 if careless else 0.0,
    )
    return _pressed(rng, made, 0.35 if careless else 0.2)


def _worst_scan(rng: Rng) -> Conditions:
    """Stacked: a skewed, pale, coarse copy of a copy, heavily compressed."""
    base = _scanner(rng, 2)
    made = replace(
        base,
        level=3,
        dpi=int(rng.integers(126, 141)),
        mode="grey" if _chance(rng, 0.4) else "colour",
        quality=int(rng.integers(22, 38)),
        fade=int(rng.integers(30, 90)),
        skew=float(rng.uniform(3.0, 8.0)),
        room=1.0,
        lamp=float(rng.uniform(0.1, 0.3)),
        folds=int(rng.integers(0, 3)),
        fold_depth=float(rng.uniform(0.15, 0.35)),
        blur=float(rng.uniform(0.4, 0.65)),
        noise=float(rng.uniform(3, 7)),
        bleed=float(rng.uniform(0.08, 0.16)),
        specks=int(rng.integers(20, 90)),
    )
    return _pressed(rng, made, 0.4)


def _bilevel(rng: Rng) -> Conditions:
    """A coarse 1-bit scan, skewed and dirty."""
    return replace(
        _scanner(rng, 2),
        level=3,
        dpi=int(rng.integers(150, 171)),
        mode="bilevel",
        quality=None,
        fade=int(rng.integers(0, 40)),
        skew=float(rng.uniform(1.5, 5.0)),
        room=1.0,
        specks=int(rng.integers(60, 200)),
        noise=float(rng.uniform(3, 6)),
        bleed=0.0,
        streaks=0,
        seal=False,
        watermark="",
    )


def _fax(rng: Rng) -> Conditions:
    """A fax in fine resolution or between standard and fine; always upright, as the machine feeds it."""
    return replace(
        _bilevel(rng),
        device="fax",
        dpi=204,
        skew=float(rng.uniform(0.3, 2.0)),
        fax_rows=float(rng.uniform(0.7, 0.96)),
        turn=0,
        odd_turns=0.0,
        blur=float(rng.uniform(0.3, 0.6)),
    )


def _camera(rng: Rng, level: int) -> Conditions:
    """A phone held over the paper; level 1 to 3."""
    warm = float(rng.normal(0, _of(rng, (0.015, 0.04, 0.06), level)))
    made = Conditions(
        "camera",
        level,
        dpi=int(rng.choice(((180, 200, 220), (160, 180, 200), (145, 155, 165))[level - 1])),
        quality=int(rng.integers(*((75, 90), (55, 78), (32, 50))[level - 1])),
        paper=PAPERS[int(rng.integers(len(PAPERS)))],
        skew=_of(rng, (0.8, 2.5, 5.0), level, 0.6),
        tilt=_of(rng, (0.012, 0.03, 0.055), level),
        margin=float(rng.uniform(0.02, 0.1)) if _chance(rng, 0.65) else float(rng.uniform(-0.008, 0.005)),
        curl=_of(rng, (0.0, 0.003, 0.007), level) if _chance(rng, 0.6) else 0.0,
        folds=int(rng.integers(0, (1, 2, 3)[level - 1])),
        fold_depth=_of(rng, (0.1, 0.16, 0.26), level),
        lamp=_of(rng, (0.1, 0.25, 0.4), level),
        shadow=_of(rng, (0.0, 0.25, 0.42), level) if _chance(rng, 0.5) else 0.0,
        gains=(0.97 + warm, 0.965, 0.96 - warm),
        blur=_of(rng, (0.3, 0.55, 0.75), level),
        motion=_of(rng, (0.0, 1.0, 1.7), level) if _chance(rng, 0.4) else 0.0,
        noise=_of(rng, (1.5, 3.5, 6.0), level),
        blotches=_of(rng, (0.8, 2.0, 4.0), level),
        turn=int(rng.choice((90, 270, 180), p=(0.4, 0.4, 0.2))) if _chance(rng, 0.25) else 0,
        odd_turns=0.04,
    )
    return _pressed(rng, made, 0.2)


def _app(rng: Rng, level: int) -> Conditions:
    """A photo that a scanner app set straight and whitened, with its mark."""
    photo = _camera(rng, level)
    return replace(
        photo,
        device="app",
        skew=photo.skew * 0.25,
        tilt=photo.tilt * 0.12,
        margin=float(rng.uniform(-0.006, 0.004)),
        whiten=float(rng.uniform(0.6, 1.0)),
        mode="grey" if _chance(rng, 0.2) else "colour",
        app_mark=str(rng.choice(APP_MARKS)) if _chance(rng, 0.75) else "",
    )


def _worst_photo(rng: Rng) -> Conditions:
    """Stacked: fold, shadow, curl, a strong tilt and a weak picture."""
    photo = _camera(rng, 3)
    return replace(
        photo,
        dpi=int(rng.integers(140, 156)),
        quality=int(rng.integers(28, 42)),
        skew=float(rng.uniform(2.0, 8.0)),
        curl=float(rng.uniform(0.003, 0.008)),
        folds=int(rng.integers(1, 4)),
        shadow=float(rng.uniform(0.25, 0.48)),
        bleed=float(rng.uniform(0.03, 0.1)) if _chance(rng, 0.4) else 0.0,
        mode="grey" if _chance(rng, 0.15) else "colour",
    )
