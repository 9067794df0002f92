"""The same paper in the packages of different enterprises.

An alarm says that a person should look, never that somebody cheated: co-holders, standard texts and the
auditor's own licence repeat for good reasons and are notes. ``docs/batches.md`` tells how they are told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal

from extractor.model import Frozen
from extractor.prescreen.marks import Mark, MarkKind, PackageMarks
from extractor.values.names import NameMatch, match_company, normalise_company

_KINDS: tuple[MarkKind, ...] = ("patent_no", "certificate_no", "file", "market_share_letter", "page_image")
"""In the order told; what an earlier kind shows is not told again by a later one."""
_COMMON_NUMBERS, _COMMON_SHARE = 3, 0.6
"""So many figures must two pages have in common, and this share of the shorter list, to be filled in alike."""
_MOST_COMPARED = 200
"""Pages of one group that are compared pair by pair; a page that more packages have is a form."""
_SHOWN = 6


class RepeatPlace(Frozen):
    """Where a repeated mark stands; ``page`` is None for a whole file."""

    package: str
    enterprise: str
    file: str
    page: int | None = None

    @property
    def text(self) -> str:
        """``扫描件.pdf 第3页``."""
        return self.file if self.page is None else f"{self.file} 第{self.page}页"


class Repeat(Frozen):
    """One mark in several packages. ``alarm``: a person should look; ``note``: there is a good reason, which is named."""

    kind: Literal[MarkKind, "same_enterprise"]
    value: str
    label: str
    severity: Literal["alarm", "note"]
    reason: str
    places: tuple[RepeatPlace, ...]

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages, each once."""
        return tuple(dict.fromkeys(p.package for p in self.places))

    def told_to(self, package: str) -> str:
        """The line for one of the packages: what it shares, where, and with whom."""
        mine = next((p.text for p in self.places if p.package == package), "")
        others = [p for p in self.places if p.package != package]
        names = list(dict.fromkeys(p.enterprise or p.package for p in others))
        more = f"等 {len(names)} 家" if len(names) > _SHOWN else ""
        return f"与{'、'.join(f'《{n}》' for n in names[:_SHOWN])}{more}的材料有相同的{self.label}（{mine}），请核对"


_Found = tuple[PackageMarks, Mark]


def repeats(packages: Iterable[PackageMarks]) -> tuple[Repeat, ...]:
    """Marks that packages of different enterprises share, alarms first; and enterprises with several packages.

    Args:
        packages: the marks of each package; names of packages are distinct.
    """
    known = list(packages)
    who = _enterprises(known)
    found = list(_same_enterprise(known, who))
    told: set[tuple[str, str, int | None]] = set()
    for kind in _KINDS:
        for group in _groups(known, kind):
            if len({who[p.package] for p, _ in group}) < 2:
                continue
            places = {(p.package, m.file, m.page) for p, m in group}
            if kind == "page_image" and all(at in told or (at[0], at[1], None) in told for at in places):
                continue
            told |= places
            found.append(_repeat(kind, group, who))
    order = {kind: i for i, kind in enumerate(("same_enterprise", *_KINDS))}
    return tuple(sorted(found, key=lambda r: (r.severity != "alarm", order[r.kind], r.value)))


def _enterprises(packages: Sequence[PackageMarks]) -> dict[str, str]:
    """Package name to enterprise: by credit code, else by name; a package of nobody known is its own.

    A name without a code is that of the one code that goes with it.
    """
    codes: dict[str, set[str]] = defaultdict(set)
    for p in packages:
        if p.uscc and p.enterprise:
            codes[normalise_company(p.enterprise)].add(p.uscc)
    found = {}
    for p in packages:
        name = normalise_company(p.enterprise)
        alone = codes.get(name, set())
        found[p.package] = p.uscc or (next(iter(alone)) if len(alone) == 1 else name) or f"?{p.package}"
    return found


def _same_enterprise(packages: Sequence[PackageMarks], who: Mapping[str, str]) -> Iterator[Repeat]:
    """One note for each enterprise that has handed in more than one package."""
    mine: dict[str, list[PackageMarks]] = defaultdict(list)
    for p in packages:
        mine[who[p.package]].append(p)
    for key, group in mine.items():
        if len(group) < 2:
            continue
        shared = set.intersection(*({(m.kind, m.value) for m in p.marks} for p in group))
        name = next((p.enterprise for p in group if p.enterprise), key)
        listed = "、".join(f"《{p.package}》" for p in group[:_SHOWN])
        yield Repeat(
            kind="same_enterprise", value=key, label="同一企业", severity="note",
            reason=f"{name}交了 {len(group)} 份材料：{listed}；其中 {len(shared)} 处内容相同，请确认以哪一份为准",
            places=tuple(RepeatPlace(package=p.package, enterprise=p.enterprise, file="") for p in group),
        )  # fmt: skip


def _groups(packages: Sequence[PackageMarks], kind: MarkKind) -> Iterator[list[_Found]]:
    """Marks of one kind that are the same: of equal value, and pictures that look alike."""
    every = [(p, m) for p in packages for m in p.marks if m.kind == kind]
    pictures = [x for x in every if kind == "page_image" and ":" not in x[1].value]
    equal: dict[str, list[_Found]] = defaultdict(list)
    for x in every:
        if kind != "page_image" or ":" in x[1].value:
            equal[x[1].value].append(x)
    yield from (g for g in equal.values() if len(g) > 1)
    from extractor.prescreen.alike import alike  # loads NumPy

    for places in alike([m.value for _, m in pictures]):
        yield [pictures[i] for i in places]


def _repeat(kind: MarkKind, group: Sequence[_Found], who: Mapping[str, str]) -> Repeat:
    """The group with its severity and the reason for it."""
    severity, why = _judge(kind, group, who)
    first = group[0][1]
    places = tuple(
        RepeatPlace(package=p.package, enterprise=p.enterprise, file=m.file, page=m.page) for p, m in group
    )  # fmt: skip
    count = len({who[p.package] for p, _ in group})
    at = list(dict.fromkeys(f"《{p.enterprise or p.package}》{x.text}" for p, x in zip(places, places, strict=True)))
    listed = "、".join(at[:_SHOWN]) + (f"等 {len(at)} 处" if len(at) > _SHOWN else "")
    what = {"file": "同一个文件", "page_image": "同一页"}.get(kind, first.label)
    return Repeat(
        kind=kind, value=first.value, label=what, severity=severity,
        reason=f"{what} 出现在 {count} 家企业的材料中：{listed}；{why}", places=places,
    )  # fmt: skip


def _judge(kind: MarkKind, group: Sequence[_Found], who: Mapping[str, str]) -> tuple[Literal["alarm", "note"], str]:
    """Whether a person should look, and why or why not."""
    if any(who[p.package].startswith("?") for p, _ in group):
        return "note", "有的材料包不知道是哪家企业的，无法判断是否重复使用；请补填企业名称"
    owners = {who[p.package]: p.enterprise for p, _ in group}
    names = list(dict.fromkeys(n for _, m in group for n in m.names))
    if kind in ("patent_no", "certificate_no"):
        # Each copy must name them all: copies that name one enterprise each were altered.
        if all(_among(o, m.names) for _, m in group for o in owners.values()):
            return "note", "证书上写明这些企业为共同权利人"
        held = f"证书上的权利人为{'、'.join(names[:_SHOWN])}" if names else "证书上的权利人未识别"
        if len({tuple(sorted(map(normalise_company, m.names))) for _, m in group}) > 1:
            return "alarm", f"各份证书上的权利人不同（{'、'.join(names[:_SHOWN])}），请核对原件，是否改写"
        return "alarm", f"{held}，请核对是否借用他人材料"
    if all(_among(o, m.names) for _, m in group for o in owners.values()):
        return "note", "其中同时写明了这些企业"
    if not any(_among(o, m.names) for _, m in group for o in owners.values()):
        return "note", "其中没有写明任何一家企业，多为法规、标准、空白表格或中介机构的证照"
    if kind == "page_image" and not _filled_alike(group, who):
        return "note", "版式相同，填写的数字不同，多为统一格式的表格"
    return "alarm", "写有企业名称，请核对是否借用或改写他人材料"


def _among(enterprise: str, names: Sequence[str]) -> bool:
    """Whether the enterprise is one of the names; a likely misreading counts."""
    return any(match_company(enterprise, n) is not NameMatch.DIFFERENT for n in names)


def _filled_alike(group: Sequence[_Found], who: Mapping[str, str]) -> bool:
    """Whether pages of two different enterprises carry mostly the same figures."""
    for (a, x), (b, y) in combinations(group[:_MOST_COMPARED], 2):
        common = len(set(x.numbers) & set(y.numbers))
        fewer = min(len(x.numbers), len(y.numbers))
        if who[a.package] != who[b.package] and common >= _COMMON_NUMBERS and common >= _COMMON_SHARE * fewer:
            return True
    return False
