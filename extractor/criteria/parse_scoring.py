"""Scoring tables: YAML to ``nodes.Scoring``, and the items that count where one extends another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

from extractor.criteria.formulas import Formula, FormulaError, parse_formula
from extractor.criteria.nodes import Band, Counted, Item, Scoring
from extractor.criteria.parse_nodes import Reader
from extractor.criteria.reading import Place
from extractor.criteria.vocabulary import PERIOD, SCORED_BY

_TABLE = (
    "total", "pass", "bonus", "binding", "computable", "note", "minimums", "weights", "extends", "replaces", "items",
)  # fmt: skip
_ITEM = (
    "dimension", "indicator", "points", "by", "rule", "cap", "bonus", "note", "bands", "when", "counts", "window", "method",
)  # fmt: skip


def parse_scoring(place: Place, policy: str, reader: Reader) -> Scoring:
    """Read a table; ``all_items`` are its own until ``extend`` adds the other policy's.

    Raises:
        PolicyError: it breaks a rule.
    """
    place.mapping(_TABLE, ("items",))
    extends = place.text("extends")
    if extends and extends not in reader.policies:
        place.get("extends").fail(f"没有编号为“{extends}”的政策")
    if place.has("replaces") and not extends:
        place.get("replaces").fail("没有写 extends，不能写 replaces")
    items = tuple(_item(p, policy, reader) for p in place.parts("items"))
    return Scoring(
        items=items,
        total=place.amount("total"),
        pass_line=place.amount("pass"),
        bonus=place.amount("bonus"),
        binding=place.flag("binding", True),
        computable=place.flag("computable", True),
        note=place.text("note"),
        minimums=_amounts(place, "minimums"),
        weights=_amounts(place, "weights"),
        extends=extends,
        replaces=place.words("replaces"),
        all_items=items,
    )


def extend(scoring: Scoring, base: Scoring, place: Place) -> Scoring:
    """The table with the items of the one it extends, less the replaced dimensions.

    Raises:
        PolicyError: the other table extends a third, or lacks a replaced dimension.
    """
    if base.extends:
        place.get("extends").fail("所引用的评分表自身也引用别的评分表，请直接引用最初的那一个")
    for name in scoring.replaces:
        if name not in {i.dimension for i in base.items}:
            place.get("replaces").fail(f"所引用的评分表没有“{name}”这一类")
    kept = tuple(i for i in base.items if i.dimension not in scoring.replaces)
    return replace(scoring, all_items=(*kept, *scoring.items))


def check_points(scoring: Scoring, place: Place) -> None:
    """A table with a pass line: full marks add up, no band exceeds its item, the parts with a minimum exist.

    Raises:
        PolicyError: one of these does not hold.
    """
    if scoring.pass_line is None:
        return
    full = sum((i.points or Fraction(0) for i in scoring.all_items if not i.bonus), Fraction(0))
    if scoring.total is None or full != scoring.total:
        place.at("total", None).fail(f"各项满分合计 {float(full):g} 分，与总分不符")
    if scoring.pass_line > scoring.total:
        place.get("pass").fail("合格线高于总分")
    for item in scoring.all_items:
        for band in item.bands:
            if band.points is not None and item.points is not None and band.points[1] > item.points:
                place.at("items", None).fail(f"“{item.indicator}”的“{band.text}”超过该项满分 {float(item.points):g} 分")
    for name in scoring.minimums:
        if name not in {i.dimension for i in scoring.all_items}:
            place.get("minimums").at(name, None).fail("评分表没有这一类")


def _amounts(place: Place, key: str) -> dict[str, Fraction]:
    """A mapping to numbers."""
    if not place.has(key):
        return {}
    found = place.get(key)
    if not isinstance(found.value, Mapping):
        found.fail("应是“类别: 分数”的映射")
    return {str(name): found.at(str(name), value).number() for name, value in found.value.items()}


def _item(place: Place, policy: str, reader: Reader) -> Item:
    """One indicator."""
    place.mapping(_ITEM, ("dimension", "indicator", "by"))
    by = place.word("by", SCORED_BY)
    if place.has("bands") and place.has("when"):
        place.fail("bands 与 when 只能写一个")
    summed = place.word("rule", ("sum",)) == "sum"
    if summed and not place.has("cap"):
        place.fail("rule: sum 须写 cap（最高分）")
    return Item(
        dimension=place.text("dimension"),
        indicator=place.text("indicator"),
        by=cast(Any, by),
        points=place.amount("points"),
        summed=summed,
        cap=place.amount("cap"),
        bands=tuple(_band(p, policy, reader) for p in place.parts("bands")),
        when=reader.node(place.get("when"), policy) if place.has("when") else None,
        counts=place.words("counts", reader.metrics),
        bonus=place.flag("bonus", False),
        note=place.text("note"),
        window=place.text("window"),
        method=place.text("method"),
    )


def _band(place: Place, policy: str, reader: Reader) -> Band:
    """One step."""
    place.mapping(("text", "points", "when", "formula", "n"), ("text",))
    if place.has("formula") != place.has("n"):
        place.fail("formula 与 n 须同时写")
    points = _points(place.get("points")) if place.has("points") else None
    text = place.text("formula")
    if text and (points is None or points[0] > points[1]):
        place.fail("有公式的档次须写 points: [下限, 上限]")
    return Band(
        text=place.text("text"),
        points=points,
        when=reader.node(place.get("when"), policy) if place.has("when") else None,
        formula=_formula(place.get("formula")) if text else None,
        formula_text=text,
        n=_counted(place.get("n"), reader) if text else None,
    )


def _points(place: Place) -> tuple[Fraction, Fraction]:
    """Points, or their range."""
    if not isinstance(place.value, list):
        points = place.number()
        return points, points
    ends = [place.at(f"[{i}]", v).number() for i, v in enumerate(place.value)]
    if len(ends) != 2 or ends[0] > ends[1]:
        place.fail("分值范围应写 [最低, 最高]")
    return ends[0], ends[1]


def _formula(place: Place) -> Formula:
    """A formula of ``n``."""
    try:
        found = parse_formula(place.value if isinstance(place.value, str) else "")
    except FormulaError as error:
        place.fail(str(error))
    if found.names != (("n", 0),):
        place.fail("评分公式只能用 n、数字、+ - * /、括号和 floor()")
    return found


def _counted(place: Place, reader: Reader) -> Counted:
    """The figure that ``n`` is."""
    place.mapping(("metric", "period", "levels", "systems", "boards", "scope"), ("metric", "period"))
    metric, period = place.text("metric"), place.text("period")
    if metric not in reader.metrics:
        place.get("metric").fail(f"metrics.yaml 中没有指标“{metric}”")
    if not PERIOD.fullmatch(period):
        place.get("period").fail(f"“{period}”不是可用的期间")
    return Counted(metric, period, reader.read_quals(place))
