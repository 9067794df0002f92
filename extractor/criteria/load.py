"""Policy files to ``PolicyBook``.

The project's own policies lie in ``data/``, one file per jurisdiction; ``metrics.yaml`` beside them
is the vocabulary. They are read once per process, when first asked for.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from extractor.criteria.nodes import Leaf, Metric, Policy, Ref, walk
from extractor.criteria.parse_metrics import parse_metrics
from extractor.criteria.parse_nodes import Reader
from extractor.criteria.parse_policy import parse_policy
from extractor.criteria.parse_scoring import check_points, extend
from extractor.criteria.reading import Place, PolicyError

__all__ = ["PolicyBook", "PolicyError", "UnknownPolicy", "load_policies"]

DATA = Path(__file__).parent / "data"
METRICS = "metrics.yaml"
# Files that hold several jurisdictions; every other file's ids carry its own name.
_PREFIXES = {"national": "", "current": "(?:[a-z]+-)?"}
# The C reader is several times faster; libyaml may be missing.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What PyYAML raises on values that are not what they look like, such as 2021-02-30 or "!!int x".
_BAD_VALUES = (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError)
_DEEPEST, _HARMLESS = 100, 5_000


class UnknownPolicy(Exception):
    """No policy has this id; the message names the nearest ones."""


@dataclass(frozen=True, eq=False)
class PolicyBook:
    """All policies, in the order of the files and of the source texts, and the metrics they speak of."""

    policies: Mapping[str, Policy]
    metrics: Mapping[str, Metric]
    memo: dict[object, object] = field(default_factory=dict, repr=False)
    """What has been worked out from the policies alone."""

    def __iter__(self) -> Iterator[Policy]:
        """All policies in order."""
        return iter(self.policies.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self.policies)

    def get(self, policy: str) -> Policy:
        """The policy of an id.

        Raises:
            UnknownPolicy: there is none.
        """
        found = self.policies.get(policy.strip())
        if found is None:
            near = difflib.get_close_matches(policy.strip(), list(self.policies), n=3, cutoff=0.5)
            hint = f"；是否指 {'、'.join(near)}" if near else ""
            raise UnknownPolicy(f"没有编号为“{policy}”的政策{hint}")
        return found


def load_policies(folder: Path | None = None) -> PolicyBook:
    """Read all policies of a folder; without one, the project's own (kept in memory).

    Raises:
        PolicyError: a file breaks a rule; the message names file, path in the tree, and rule.
    """
    return _shipped() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _shipped() -> PolicyBook:
    """The project's own policies."""
    return _load(DATA)


def _load(folder: Path) -> PolicyBook:
    """Read and check a folder."""
    if not (folder / METRICS).is_file():
        raise PolicyError(METRICS, (), f"文件夹“{folder.name}”中没有指标表")
    metrics = parse_metrics(_read(folder / METRICS))
    files = [_read(p) for p in sorted(folder.glob("*.yaml")) if p.name != METRICS]
    places = _by_id(files)
    reader = Reader(metrics, places)
    policies = {pid: parse_policy(place, reader) for pid, place in places.items()}
    for pid, policy in policies.items():
        policies[pid] = _with_scoring(policy, policies, places[pid])
    _check_circles(policies)
    return PolicyBook(policies, metrics)


def _read(path: Path) -> Place:
    """The content of a file."""
    try:
        text = path.read_text("utf-8")
        if _too_deep(text):
            raise PolicyError(path.name, (), "嵌套过深，不是政策，请检查括号和缩进")
        return Place(path.name, (), yaml.load(text, Loader=_LOADER))
    except UnicodeDecodeError as error:
        raise PolicyError(path.name, (), "不是 UTF-8 编码，请另存为 UTF-8") from error
    except yaml.MarkedYAMLError as error:
        where = (f"第{error.problem_mark.line + 1}行",) if error.problem_mark else ()
        raise PolicyError(path.name, where, "不是正确的 YAML，请检查缩进、冒号、引号和括号") from error
    except yaml.YAMLError as error:
        raise PolicyError(path.name, (), "不是正确的 YAML，请检查有无特殊字符") from error
    except _BAD_VALUES as error:
        raise PolicyError(path.name, (), "有不能读取的值，请检查日期、数字和“!!”标签的写法") from error


def _too_deep(text: str) -> bool:
    """Whether collections lie in each other deeper than in any policy, for which the C reader would run out of stack and die."""
    longest = max(map(len, text.splitlines()), default=0)
    if text.count("[") + text.count("{") + 2 * longest < _HARMLESS:
        return False  # a collection has a bracket, or stands further to the right than that around it
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


def _by_id(files: list[Place]) -> dict[str, Place]:
    """Every policy's place by its id; ids are unique and fit the file's name."""
    found: dict[str, Place] = {}
    for file in files:
        if not isinstance(file.value, list):
            file.fail("应是政策的列表（每项以“- id:”开头）")
        stem = file.file.removesuffix(".yaml")
        shape = rf"cn-{_PREFIXES.get(stem, re.escape(stem) + '-')}\d{{4}}-[a-z0-9-]+"
        for i, value in enumerate(file.value):
            place = file.at(f"[{i}]", value)
            pid = value.get("id") if isinstance(value, Mapping) else None
            if not isinstance(pid, str):
                place.fail("缺少“id”")
            if not re.fullmatch(shape, pid):
                place.at("id", pid).fail(f"编号“{pid}”应写作 cn-地区-年份-名称，且与文件名相符")
            if pid in found:
                file.at(pid, value).fail(f"编号重复，已见于 {found[pid].file}")
            found[pid] = file.at(pid, value)
    return found


def _with_scoring(policy: Policy, policies: Mapping[str, Policy], place: Place) -> Policy:
    """The policy with the scoring items that count."""
    if policy.scoring is None:
        return policy
    at, scoring = place.get("scoring"), policy.scoring
    if scoring.extends:
        base = policies[scoring.extends].scoring
        if base is None:
            at.get("extends").fail(f"政策“{scoring.extends}”没有评分表")
        scoring = extend(scoring, base, at)
    check_points(scoring, at)
    return replace(policy, scoring=scoring)


def _check_circles(policies: Mapping[str, Policy]) -> None:
    """References and self-test ladders must not lead back to where they began."""
    needs = {pid: {(n.path, t) for n in walk(p.conditions) for t in _targets(n)} for pid, p in policies.items()}

    def visit(pid: str, trail: tuple[str, ...]) -> None:
        for path, target in needs[pid]:
            if target in trail:
                raise PolicyError(policies[pid].file, (pid, *path.split(".")), f"循环引用：{' → '.join((*trail, target))}")
            if needs[target]:
                visit(target, (*trail, target))

    for pid in policies:
        if needs[pid]:
            visit(pid, (pid,))


def _targets(node: object) -> tuple[str, ...]:
    """The policies whose conditions a node needs; a score needs only a table."""
    if isinstance(node, Ref):
        return (node.policy,)
    if isinstance(node, Leaf) and node.metrics[0].startswith("self_test_"):
        return node.ladders
    return ()
