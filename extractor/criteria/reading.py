"""Reading YAML values with a place for every error: file, path in the tree, and the rule broken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NoReturn

_TOO_LARGE = 10**18
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class PolicyError(Exception):
    """A policy file that breaks a rule; ``str`` names file, path and rule in plain Chinese.

    Attributes:
        file: the file's name.
        path: where in it, e.g. ``("cn-fujian-2021-zjtx", "conditions", "all[3]", "any[1]")``.
        rule: what is wrong and how it should be.
    """

    def __init__(self, file: str, path: tuple[str, ...], rule: str) -> None:
        self.file, self.path, self.rule = file, path, rule
        super().__init__(f"{' › '.join((file, *path))}：{rule}")


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a file and where it stands."""

    file: str
    path: tuple[str, ...]
    value: Any

    def fail(self, rule: str) -> NoReturn:
        """Raise ``PolicyError`` for this place."""
        raise PolicyError(self.file, self.path, rule)

    def at(self, step: str, value: Any) -> Place:
        """A value under this one."""
        return replace(self, path=(*self.path, step), value=value)

    # --- mappings

    def mapping(self, allowed: Collection[str], required: Collection[str] = ()) -> Place:
        """The value as a mapping with only ``allowed`` keys, all ``required`` ones, and no empty value."""
        if not isinstance(self.value, Mapping):
            self.fail("应是“键: 值”的映射")
        for key in self.value:
            if key not in allowed:
                self.fail(f"不认识的键“{key}”（可用：{'、'.join(allowed)}）")
        for key in required:
            if key not in self.value:
                self.fail(f"缺少“{key}”")
        for key, value in self.value.items():
            if value is None or value == "" or value == [] or value == {}:
                self.at(str(key), value).fail("不能留空；没有内容就不要写这一项")
        return self

    def has(self, key: str) -> bool:
        """Whether a mapping has the key."""
        return key in self.value

    def get(self, key: str) -> Place:
        """The value of a key that is there."""
        return self.at(key, self.value[key])

    def parts(self, key: str) -> Iterator[Place]:
        """The members of a list under ``key``; nothing where the key is absent."""
        if key not in self.value:
            return
        found = self.value[key]
        if not isinstance(found, list):
            self.at(key, found).fail("应是列表")
        for i, member in enumerate(found):
            yield self.at(f"{key}[{i}]", member)

    # --- values

    def text(self, key: str) -> str:
        """A text; empty where the key is absent."""
        value = self.value.get(key, "")
        if not isinstance(value, str):
            self.at(key, value).fail("应是文字（日期等须加引号）")
        return value

    def word(self, key: str, words: Collection[str], default: str = "") -> str:
        """One of ``words``; ``default`` where the key is absent."""
        if key not in self.value:
            return default
        value = self.text(key)
        if value not in words:
            self.at(key, value).fail(f"“{value}”不在可用的词中：{'、'.join(words)}")
        return value

    def words(self, key: str, words: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of texts, all of ``words`` where given; empty where the key is absent."""
        found = []
        for part in self.parts(key):
            if not isinstance(part.value, str):
                part.fail("应是文字")
            if words is not None and part.value not in words:
                part.fail(f"“{part.value}”不在可用的词中")
            found.append(part.value)
        return tuple(found)

    def date(self, key: str) -> str:
        """An ISO date; empty where the key is absent."""
        value = self.text(key)
        if value and not _DATE.fullmatch(value):
            self.at(key, value).fail(f"“{value}”不是日期，应写作 '2021-05-06'")
        return value

    def whole(self, key: str) -> int | None:
        """A whole number; None where the key is absent."""
        value = self.value.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _TOO_LARGE):
            self.at(key, value).fail("应是整数")
        return value

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        found = []
        for part in self.parts(key):
            if isinstance(part.value, bool) or not isinstance(part.value, int):
                part.fail("应是整数")
            found.append(part.value)
        return tuple(found)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.value.get(key, default)
        if not isinstance(value, bool):
            self.at(key, value).fail("应是 true 或 false")
        return value

    def number(self) -> Fraction:
        """The value as an exact number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fail(f"“{self.value}”应是数字")
        if not abs(self.value) < _TOO_LARGE:  # neither is what is no number
            self.fail("数字过大，应小于一百亿亿")
        return Fraction(repr(self.value))

    def amount(self, key: str) -> Fraction | None:
        """A number; None where the key is absent."""
        return self.get(key).number() if key in self.value else None


def is_date(text: object) -> bool:
    """Whether it is an ISO date."""
    return isinstance(text, str) and _DATE.fullmatch(text) is not None
