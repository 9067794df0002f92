"""``metrics.yaml``: the vocabulary of figures that policies ask for."""

from __future__ import annotations

import re
from typing import Any, cast

from extractor.criteria.formulas import Formula, FormulaError, Unsupported, parse_formula
from extractor.criteria.nodes import Metric
from extractor.criteria.parse_nodes import evidence
from extractor.criteria.reading import Place
from extractor.criteria.vocabulary import METRIC_KINDS, PROVABLE, UNITS

_KEYS = ("label", "unit", "kind", "provable", "evidence", "definition", "formula", "values")
_NEEDS = ("label", "unit", "kind", "provable", "evidence", "definition")
_FUNCTIONS = frozenset({"prev", "years", "count", "size_class", "benchmark"})


def parse_metrics(file: Place) -> dict[str, Metric]:
    """All metrics by key, in the order of the file.

    Raises:
        PolicyError: one breaks a rule.
    """
    if not isinstance(file.value, dict):
        file.fail("应是“指标: 内容”的映射")
    found = {str(key): _metric(file.at(str(key), value), str(key)) for key, value in file.value.items()}
    for key, metric in found.items():
        text = re.sub(r'"[^"]*"', "", metric.formula_text)
        unknown = sorted(set(re.findall(r"[a-z_]{4,}", text)) - set(found) - _FUNCTIONS)
        if unknown:
            file.at(key, None).at("formula", text).fail(f"公式用到 metrics.yaml 中没有的指标：{'、'.join(unknown)}")
    return found


def _metric(place: Place, key: str) -> Metric:
    """One metric."""
    place.mapping(_KEYS, _NEEDS)
    provable, kind = place.word("provable", PROVABLE), place.word("kind", METRIC_KINDS)
    text = place.text("formula")
    if (provable == "derived") != bool(text) and provable != "external":
        place.fail("provable 为 derived 的须写 formula，其他的不写（external 可写）")
    values = place.words("values")
    if (kind == "tag") != bool(values):
        place.fail("标签类指标须写 values，其他的不写")
    return Metric(
        key=key,
        label=place.text("label"),
        unit=place.word("unit", UNITS),
        kind=cast(Any, kind),
        provable=cast(Any, provable),
        evidence=evidence(place),
        definition=place.text("definition"),
        formula_text=text,
        formula=_formula(place, text),
        values=values,
    )


def _formula(place: Place, text: str) -> Formula | None:
    """The formula where other figures alone give it."""
    if not text:
        return None
    try:
        return parse_formula(text)
    except Unsupported:
        return None
    except FormulaError:
        # Formulas in words (conditions, counts of years) are worked out by their own code.
        if re.search(r"\b(count|years|size_class|benchmark)\(", text):
            return None
        place.get("formula").fail(f"公式“{text}”写法有误：只能用指标名、数字、+ - * /、括号和 prev()")
