"""XML of an OFD package: parsed without entities or DTD, names without namespaces, numbers that are numbers.

Writers put the OFD namespace under any prefix and in several versions, so elements are told by local name alone.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from extractor.intake.errors import BrokenFile, UnsafeFile

BROKEN = "OFD 文件已损坏，请用 OFD 阅读器另存为 PDF 后重新上传"
_ENTITIES = "OFD 文件里有 XML 实体定义（正常文件没有，疑似攻击），没有读，请用 OFD 阅读器另存为 PDF 后重新上传"
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_SEPARATORS = re.compile(r"[\s,]+")

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f."""
Rect = tuple[float, float, float, float]
"""(left, top, right, bottom)."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def parse(data: bytes) -> Any:
    """The root element. Raises BrokenFile for what is no XML, UnsafeFile where it brings a DTD (entities)."""
    # Told before libxml2 looks, which stops at the entities of an attack with an error of its own.
    plain = data.replace(b"\0", b"")
    if any(word in plain for word in _FORBIDDEN):
        raise UnsafeFile(_ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as e:
        raise BrokenFile(BROKEN) from e
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeFile(_ENTITIES)
    return root


def name(node: Any) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(node: Any, *names: str) -> Iterator[Any]:
    """Child elements with one of the local names, in order."""
    return (child for child in node if name(child) in names)


def child(node: Any, *path: str) -> Any | None:
    """The first element under ``node`` down the path of local names, or None."""
    for step in path:
        if node is None:
            return None
        node = next(children(node, step), None)
    return node


def text(node: Any | None) -> str:
    """The element's own text, blanks at its ends taken off; empty for None."""
    return (node.text or "").strip() if node is not None else ""


def numbers(value: str | None) -> list[float]:
    """The numbers of an attribute or text, in order; empty where one of them is none (or not finite)."""
    found = []
    for part in _SEPARATORS.split((value or "").strip()):
        number = _number(part)
        if number is None:
            return []
        found.append(number)
    return found


def number(value: str | None, default: float) -> float:
    """One number, or ``default``."""
    found = _number((value or "").strip())
    return default if found is None else found


def _number(part: str) -> float | None:
    try:
        found = float(part)
    except ValueError:
        return None
    # Beyond that no page goes; larger ones would overflow when multiplied.
    return found if math.isfinite(found) and abs(found) < 1e9 else None


def flag(value: str | None, default: bool) -> bool:
    """An ``xs:boolean``."""
    word = (value or "").strip().lower()
    return default if word not in {"true", "false", "1", "0"} else word in {"true", "1"}


def box(value: str | None) -> Rect | None:
    """An ``ST_Box`` (x y width height) as a rectangle; None where it is none or has no area."""
    found = numbers(value)
    if len(found) != 4 or found[2] <= 0 or found[3] <= 0:
        return None
    return (found[0], found[1], found[0] + found[2], found[1] + found[3])


def matrix(value: str | None) -> Matrix | None:
    """A ``CTM``; None where there is none, or it is not one that can be inverted."""
    found = numbers(value)
    if len(found) != 6:
        return None
    a, b, c, d, e, f = found
    return (a, b, c, d, e, f) if abs(a * d - b * c) > 1e-12 else None


def then(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies ``first``, then ``second``."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point (x, y) after ``m``."""
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def bounds(m: Matrix, rect: Rect) -> Rect:
    """The upright rectangle around ``rect`` after ``m``."""
    points = [apply(m, x, y) for x in (rect[0], rect[2]) for y in (rect[1], rect[3])]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def resolve(folder: str, loc: str) -> str:
    """The path inside the package of ``loc`` as written in a file of ``folder``; never outside, ``""`` for none.

    A leading ``/`` is the package's root (GB/T 33190, 7.3 ST_Loc).
    """
    loc = loc.strip().replace("\\", "/")
    if not loc:
        return ""
    whole = loc if loc.startswith("/") else posixpath.join("/", folder, loc)
    return posixpath.normpath(whole).lstrip("/")
