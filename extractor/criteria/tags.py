"""Tags that an enterprise carries: what follows from each, and what is still open.

Tags accumulate: a firm in 厦门 also carries 福建 and 中国境内; 非… tags are the complement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from functools import lru_cache

_DIVISIONS = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
}  # fmt: skip
"""Provinces by the first two digits of GB/T 2260."""
_CITY_DIVISIONS = {"3302": "宁波", "3702": "青岛", "3502": "厦门", "3504": "三明", "4403": "深圳"}
_PROVINCES = (*_DIVISIONS.values(), "兵团")
_INSIDE = {
    "福建": "三明 厦门",
    "浙江": "宁波",
    "山东": "青岛",
    "广东": "深圳 深汕特别合作区 珠三角核心区 沿海经济带东西两翼 北部生态发展区",
    "四川": "成都平原经济区 川南经济区 川东北经济区 攀西经济区 川西北生态示范区",
    "中国境内": " ".join(_PROVINCES),
}
_ABOVE = {part: whole for whole, parts in _INSIDE.items() for part in parts.split()}

_UTILITIES, _SOFTWARE = "电力、热力、燃气及水生产和供应业", "软件和信息技术服务业"
_INFORMATION, _SCIENCE = "信息传输、软件和信息技术服务业", "科学研究和技术服务业"
_SECTORS: Mapping[str, tuple[str, ...]] = {
    "制造业": ("工业",),
    "采矿业": ("工业",),
    _UTILITIES: ("工业",),
    "工业": ("第二产业",),
    "工艺品制造业": ("制造业",),
    "信息传输业": (_INFORMATION,),
    _SOFTWARE: (_INFORMATION,),
    _INFORMATION: ("信息产业", "第三产业"),
    _SCIENCE: ("第三产业",),
    "生产性服务业": ("第三产业",),
}
# Too wide to say what the enterprise is not.
_VAGUE = frozenset({"第一产业", "第二产业", "第三产业", "生产性服务业", "民族工艺品"})
_COMPLEMENTS: Mapping[str, frozenset[str]] = {
    "非制造业": frozenset({"制造业"}),
    "非信息产业": frozenset({"信息产业"}),
    "非工业且非软件信息业": frozenset({"工业", _INFORMATION}),
    "非金融、房地产、房屋建筑业": frozenset(),
}
_PROVINCIAL = re.compile(rf"({'|'.join(_PROVINCES)}|厦门|宁波|青岛|深圳)(省|市)?专精特新中小企业")
_SEPARATORS = re.compile(r"[;；|｜\n]+|[,，](?![^（(]*[)）])")


def split_tags(text: str, known: Iterable[str]) -> frozenset[str]:
    """The tags of a declared text: ``福建、三明``; names that themselves hold 、 stay whole."""
    names = sorted(known, key=len, reverse=True)
    found: set[str] = set()
    for piece in _SEPARATORS.split(text):
        rest = piece.strip()
        if not rest or rest in names:
            found.update([rest] if rest else [])
            continue
        for name in (n for n in names if "、" in n and n in rest):
            found.add(name)
            rest = rest.replace(name, "、")
        found.update(part.strip() for part in rest.split("、") if part.strip())
    return frozenset(found)


@lru_cache(maxsize=4096)
def carried(metric: str, tags: frozenset[str]) -> frozenset[str]:
    """All tags that follow from these."""
    if metric == "region_tag":
        return _closed(tags, {part: (whole,) for part, whole in _ABOVE.items()})
    if metric == "industry_tag":
        closed = _closed(tags, _SECTORS)
        if closed - _VAGUE:
            finest = _finest_sectors(closed)
            # 工业 alone may yet be 制造业, so it is not 非制造业.
            may_be = {name for name, without in _COMPLEMENTS.items() for w in without if finest & _closed({w}, _SECTORS)}
            closed |= _COMPLEMENTS.keys() - may_be
        return closed
    if metric == "existing_title" and any(_PROVINCIAL.match(t) for t in tags):
        return tags | {"省级专精特新中小企业"}
    return tags


@lru_cache(maxsize=4096)
def overlaps(metric: str, tags: frozenset[str], wanted: tuple[str, ...]) -> bool | None:
    """Whether one of ``wanted`` is carried; None where the tags are too wide to say."""
    have = carried(metric, tags)
    if not have.isdisjoint(wanted):
        return True
    if metric == "region_tag":
        # 福建 alone does not say whether it is 三明.
        finest = {t for t in have if not any(_ABOVE.get(other) == t for other in have)}
        return None if any(_above(w) & finest for w in wanted) else False
    if metric == "industry_tag":
        finest = _finest_sectors(have)
        open_ = any(not have & _COMPLEMENTS[w] for w in wanted if w in _COMPLEMENTS)
        if open_ or not have - _VAGUE or any(finest & _closed({w}, _SECTORS) for w in wanted):
            return None
    return False


def _finest_sectors(tags: Set[str]) -> set[str]:
    """Those that no other tag says more finely."""
    return {t for t in tags if not any(t in _SECTORS.get(other, ()) for other in tags)}


def _above(tag: str) -> set[str]:
    """The regions around one."""
    found = set()
    while tag in _ABOVE:
        tag = _ABOVE[tag]
        found.add(tag)
    return found


def _closed(tags: Set[str], above: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The tags with everything above them."""
    found, todo = set(tags), list(tags)
    while todo:
        for wider in above.get(todo.pop(), ()):
            if wider not in found:
                found.add(wider)
                todo.append(wider)
    return frozenset(found)


_IN_ADDRESS = re.compile("|".join((*_CITY_DIVISIONS.values(), *_DIVISIONS.values())))


def region_of_address(address: str) -> frozenset[str]:
    """The region tags that the beginning of an address (住所) names: ``福建省三明市…``."""
    head = "".join(address.split())[:12]
    found = []
    while match := _IN_ADDRESS.match(head):
        found.append(match[0])
        head = re.sub(r"^(壮族|回族|维吾尔)?(自治区|省|市)", "", head[match.end() :])
    return frozenset(found)


def region_of_code(uscc: str) -> frozenset[str]:
    """The region in which a code (统一社会信用代码) was given out: digits 3 to 6 (GB/T 2260)."""
    division = uscc[2:6]
    found = {_DIVISIONS.get(division[:2], ""), _CITY_DIVISIONS.get(division, "")} - {""}
    return frozenset(found)
