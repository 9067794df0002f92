"""Formulas of metrics and of score bands: a small evaluator of its own, never ``eval``.

Allowed: numbers, names, ``+ - * /``, brackets, ``prev(name)`` (the year before) and ``floor(...)``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import floor


class FormulaError(Exception):
    """A formula that cannot be read; the message is plain Chinese."""


class Unsupported(FormulaError):
    """A formula with a function that is not worked out here (``benchmark``, ``count`` …)."""


class Undefined(Exception):
    """The formula has no value for these figures (division by zero or by a loss); the message says so in Chinese."""


_LONGEST = 300

Lookup = Callable[[str, int], Fraction]
"""The figure of a name, so many years back."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read. ``names``: what it needs, each with the years back, in the order of reading."""

    text: str
    tree: ast.expr
    names: tuple[tuple[str, int], ...]

    def value(self, lookup: Lookup) -> Fraction:
        """Work it out exactly.

        Raises:
            Undefined: a divisor is zero or negative.
        """
        return _value(self.tree, lookup)

    @property
    def growth_of(self) -> str | None:
        """``x`` where the formula is ``(x / prev(x) - 1) * 100``, else None."""
        names = {n for n, _ in self.names}
        if len(names) != 1 or {back for _, back in self.names} != {0, 1}:
            return None
        (name,) = names
        return name if "".join(self.text.split()) == f"({name}/prev({name})-1)*100" else None


@lru_cache(maxsize=512)
def parse_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        Unsupported: it calls a function that is not known here.
        FormulaError: it is no formula.
    """
    if len(text) > _LONGEST:
        raise FormulaError(f"公式过长（{len(text)} 个字符）")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise FormulaError(f"公式“{text}”写法有误") from error
    names = tuple(dict.fromkeys(_names(tree, text)))
    return Formula(text, tree, names)


def _names(node: ast.expr, text: str) -> Iterator[tuple[str, int]]:
    """Check a node and list the names it needs."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name(id=name):
            yield name, 0
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield from _names(operand, text)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            yield from _names(left, text)
            yield from _names(right, text)
        case ast.Call(func=ast.Name(id="prev"), args=[ast.Name(id=name)], keywords=[]):
            yield name, 1
        case ast.Call(func=ast.Name(id="floor"), args=[inner], keywords=[]):
            yield from _names(inner, text)
        case ast.Call(func=ast.Name(id=function)) if function not in ("prev", "floor"):
            raise Unsupported(f"公式“{text}”用到 {function}()，须由外部给出")
        case _:
            raise FormulaError(f"公式“{text}”含有不允许的写法")


def _value(node: ast.expr, lookup: Lookup) -> Fraction:
    """The value of a node that ``_names`` has checked."""
    if isinstance(node, ast.Constant):
        return Fraction(repr(node.value))
    if isinstance(node, ast.Name):
        return lookup(node.id, 0)
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, lookup)
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        if node.func.id == "prev":
            assert isinstance(node.args[0], ast.Name)
            return lookup(node.args[0].id, 1)
        return Fraction(floor(_value(node.args[0], lookup)))
    assert isinstance(node, ast.BinOp)
    left, right = _value(node.left, lookup), _value(node.right, lookup)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult):
        return left * right
    if right <= 0:
        raise Undefined("除数（基期或分母）为零或负数，比率没有意义")
    return left / right
