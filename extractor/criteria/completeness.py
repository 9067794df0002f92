"""Which materials of a policy are in a package: there, missing, expired, of the wrong year, somebody else's, or to be looked at.

A list of materials is words: what a name asks for beyond the type of paper (a year, a kind, a second paper)
is worked out where it can be, else left to a person. Never ``present`` on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extractor.criteria.load import PolicyBook
from extractor.criteria.material_papers import READ_TYPES, Owner, Paper, by_type, field_text, judge_papers
from extractor.criteria.nodes import Leaf, Manual, Material, Policy, Ref, walk
from extractor.criteria.vocabulary import doc_type
from extractor.model import Declaration, PageRef, Result

State = Literal["present", "missing", "expired", "wrong_year", "wrong_entity", "review", "not_claimed", "optional"]
Asked = Literal["always", "claimed", "not_claimed", "perhaps", "optional"]

WORDS: dict[State, str] = {
    "present": "已有",
    "missing": "缺",
    "expired": "已过期",
    "wrong_year": "年份不符",
    "wrong_entity": "非本企业",
    "review": "待核",
    "not_claimed": "未申报，不需要",
    "optional": "未交（非必交）",
}
_YEARLY = frozenset({"audit_report", "rd_audit_report", "tax_return", "social_security_list"})
_CLAIMED_BY: dict[str, tuple[str, ...]] = {
    "patent_certificate": ("invention_patents", "utility_patents", "design_patents", "ic_layout_designs"),
    "software_copyright": ("software_copyrights",),
    "trademark_certificate": ("trademarks",),
    "iso_certificate": ("management_system_certs",),
    "product_certificate": ("product_certs",),
    "high_tech_certificate": ("high_tech_enterprise",),
    "rd_institution_approval": ("rd_institution_count",),
    "standard_document": ("standards_led", "standards_led_or_joined", "product_standards_followed"),
    "market_share_proof": ("market_rank_province", "market_rank_national", "market_share_national"),
    "social_security_list": ("employees", "rd_staff"),
    "rd_audit_report": ("rd_expense", "rd_expense_ratio"),
}
"""Declared figures that call for a type of paper: ``与填报对应``."""
_NAMED: dict[str, str] = {
    "audit_report": "审计报告|审计财务|财务审计|会计报表|财务报表|财报|经审计|报表",
    "rd_audit_report": "研发费用专项|研发专项|专项审计",
    "tax_return": "纳税申报表",
    "patent_certificate": "专利|知识产权",
    "software_copyright": "软件著作权|软著",
    "trademark_certificate": "商标",
    "iso_certificate": "体系",
    "social_security_list": "社保|社会保险|养老保险|参保",
    "business_license": "营业执照",
    "high_tech_certificate": "高企|高新技术企业|高新企业|高新证书",
    "product_certificate": "产品认证",
    "market_share_proof": "市场占有率",
}
_FORM = re.compile("申请书|申报书|申请表|申报表|基本情况表|填报")
_EITHER = re.compile("或|等|之一|选[一1]|/")
_BEYOND = re.compile(
    "一览表|明细|登记簿|状态证明|查新|转让|合并口径|含子|名册|章程|税务登记|组织机构代码|税务章|审计机构|事务所执照|缴费记录"
    "|Ⅰ类|布图|集成电路|受理|新授权|主导产品|相关|对应|一致|驰名|著名|说明|税务盖章"
)
"""Words of a name that ask for more than the type of paper shows."""
_QUALITY = frozenset({"quality", "automotive", "medical", "weapon", "integration_two"})
_CHINESE = {"二": 2, "两": 2, "三": 3}


@dataclass(frozen=True, slots=True)
class MaterialAnswer:
    """One material of a policy. ``missing_years``: required years of which there is no paper."""

    material: Material
    years: tuple[int, ...]
    asked: Asked
    state: State
    reason: str
    papers: tuple[Paper, ...] = ()
    """The papers that speak for the state."""
    missing_years: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for reports."""
        return {
            "name": self.material.name,
            "doc_type": self.material.doc_type,
            "doc_label": doc_type(self.material.doc_type),
            "required": self.material.required,
            "when": self.material.when,
            "years": list(self.years),
            "asked": self.asked,
            "state": self.state,
            "word": WORDS[self.state],
            "reason": self.reason,
            "documents": [p.document.id for p in self.papers],
            "pages": [{"file": p.file, "page": p.page} for p in _pages(self.papers)],
            "missing_years": list(self.missing_years),
        }


@dataclass(frozen=True, slots=True)
class _Package:
    """What the materials are looked up in. ``declared``: metric to its largest declared number, None for words."""

    papers: Mapping[str, tuple[Paper, ...]]
    declared: Mapping[str, float | None]
    unread: tuple[str, ...]
    year: int


def completeness(policy: Policy, result: Result, declaration: Declaration | None = None) -> tuple[MaterialAnswer, ...]:
    """How each material of a policy stands in a package, in the policy's order.

    Args:
        policy: whose ``materials`` are looked for.
        result: the checked package; its ``as_of`` decides validity and the years of ``上年度``.
        declaration: adds former names; without one the result's enterprise is the owner.
    """
    package = _package(result, declaration)
    return tuple(_answer(material, package) for material in policy.materials)


def policy_text(policy: Policy, book: PolicyBook, result: Result, declaration: Declaration | None = None) -> dict[str, Any]:
    """A policy as plain data for reports that offices file: its names, its materials as they stand, what each condition asks for.

    ``asks``: by node key, the document types that would settle a condition and how it is provable.
    ``evidence_types``: by metric, the same for declared figures.
    """
    metrics = {f.metric for f in result.findings} & set(book.metrics)
    return {
        "id": policy.id,
        "name": policy.name,
        "doc_no": policy.doc_no,
        "jurisdiction": policy.jurisdiction,
        "kind": policy.kind,
        "tier": policy.tier,
        "materials": [a.to_dict() for a in completeness(policy, result, declaration)],
        "asks": _asks(policy, book),
        "evidence_types": {m: list(book.metrics[m].evidence) for m in sorted(metrics)},
    }


def _asks(policy: Policy, book: PolicyBook) -> dict[str, dict[str, Any]]:
    """Document types by condition, references followed."""
    found: dict[str, dict[str, Any]] = {}
    for node in walk(policy.conditions):
        if isinstance(node, Ref):
            found |= _asks(book.policies[node.policy], book)
        elif isinstance(node, Leaf):
            provable = sorted({book.metrics[m].provable for m in node.metrics})
            found[node.key] = {"types": list(node.evidence), "provable": provable}
        elif isinstance(node, Manual):
            found[node.key] = {"types": list(node.evidence), "provable": ["manual"]}
    return found


def _package(result: Result, declaration: Declaration | None) -> _Package:
    """What the materials are looked up in."""
    named = [result.package.enterprise or ""]
    code = result.package.uscc
    if declaration is not None:
        named, code = [declaration.name, *declaration.former_names], declaration.uscc
    owner = Owner(tuple(n for n in named if n.strip()), code)
    rows = [(f.metric, f.declared.value) for f in result.findings]
    rows += [(d.metric, d.value) for d in declaration.declared] if declaration is not None else []
    declared: dict[str, float | None] = {}
    for metric, value in rows:
        name, known = metric.split("[")[0].split(":")[0], _number(value)
        declared[name] = None if known is None else max(known, declared.get(name) or 0.0)
    unread = tuple(f.name for f in result.files if f.error)
    return _Package(by_type(judge_papers(result, owner)), declared, unread, int(result.package.as_of[:4]))


def _number(value: float | int | str) -> float | None:
    """A declared value as a number; None for words."""
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


# --- one material


def _answer(material: Material, package: _Package) -> MaterialAnswer:
    """How one material stands."""
    years = material.years or _years_of(material, package.year)
    asked = _asked(material, package)
    state, reason, papers, missing = _found(material, years, package)
    if state == "missing":
        if asked == "not_claimed":
            state, reason = "not_claimed", "没有申报相应内容"
        elif asked == "optional":
            state = "optional"
        elif asked == "perhaps":
            state, reason = "review", f"{reason}；材料要求注明“{material.when}”，请核对是否涉及"
        elif asked == "claimed" and (other := _other_kind(material, package)):
            # What was declared may be the other kind: then this one is not needed.
            state, reason, papers = "review", "已交的同类材料种类与此不同，请核对是否需要", other
        elif package.unread:
            names = "、".join(f"《{n}》" for n in package.unread[:3])
            state, reason = "review", f"{reason}；另有未能读取的文件{names}，可能在其中"
    return MaterialAnswer(material, years, asked, state, reason, papers, missing)


def _asked(material: Material, package: _Package) -> Asked:
    """Whether the material must be handed in."""
    if material.required and not material.when:
        return "always"
    if not material.when:
        return "optional"
    metrics = _CLAIMED_BY.get(material.doc_type)
    if not material.when.startswith("与填报对应") or metrics is None:
        return "perhaps"
    said = [package.declared[m] for m in metrics if m in package.declared]
    return "claimed" if any(v is None or v > 0 for v in said) else "not_claimed"


def _years_of(material: Material, year: int) -> tuple[int, ...]:
    """The years that a yearly material's name asks for, where the policy lists none."""
    if material.doc_type not in _YEARLY:
        return ()
    name = material.name
    span = re.search(r"(20\d\d)\s*[—–\-至到]\s*(20\d\d)", name)
    if span:
        return tuple(range(int(span[1]), int(span[2]) + 1))
    printed = tuple(int(y) for y in dict.fromkeys(re.findall(r"20\d\d", name)))
    back = re.search(r"(?:近|上|前)([二两三23])个?(?:会计)?年", name)
    if printed or back is None:
        return printed or ((year - 1,) if re.search("上一?年", name) else ())
    count = _CHINESE.get(back[1]) or int(back[1])
    return tuple(range(year - count, year))


def _other_kind(material: Material, package: _Package) -> tuple[Paper, ...]:
    """Good papers of the type that are of another kind than the name says."""
    mine = package.papers.get(material.doc_type, ())
    return tuple(p for p in mine if p.state == "good" and not _right_kind(material, p))


_Found = tuple[State, str, tuple[Paper, ...], tuple[int, ...]]


def _found(material: Material, years: tuple[int, ...], package: _Package) -> _Found:
    """What the package holds of a material."""
    if material.doc_type not in READ_TYPES:
        return _attachment(material, package)
    papers = [p for p in package.papers.get(material.doc_type, ()) if _right_kind(material, p)]
    if material.doc_type == "audit_report" and _unaudited_will_do(material.name):
        papers += package.papers.get("financial_statements", ())
    found = _of_years(material, years, papers) if years and material.doc_type in _YEARLY else _of_any(papers)
    if found[0] == "missing":
        return _missing_note(material, found, package)
    return _beyond(material, found, package) if found[0] == "present" else found


def _of_any(papers: Sequence[Paper]) -> _Found:
    """A material without years: one good paper is enough."""
    good = tuple(p for p in papers if p.state == "good")
    ended = [p for p in papers if p.state == "expired"]
    if good:
        return "present", f"共 {len(good)} 份" + (f"；另有 {len(ended)} 份已失效" if ended else ""), good, ()
    for wanted, state in _ORDER:
        some = tuple(p for p in papers if p.state == wanted)
        if some:
            return state, "；".join(dict.fromkeys(p.reason for p in some)), some, ()
    rest = tuple(papers)
    return "missing", "；".join(dict.fromkeys(p.reason for p in rest)) or "没有找到", rest, ()


_ORDER: tuple[tuple[str, State], ...] = (("review", "review"), ("expired", "expired"), ("wrong_entity", "wrong_entity"))


def _of_years(material: Material, years: tuple[int, ...], papers: Sequence[Paper]) -> _Found:
    """A yearly material: a good paper for every year."""
    december = "12月" in material.name
    good = {y: [p for p in papers if p.state == "good" and _covers(p, y, december)] for y in years}
    if all(good.values()):
        used = tuple(dict.fromkeys(p for some in good.values() for p in some))
        return "present", "、".join(map(str, years)) + "年均有", used, ()
    lacking = tuple(y for y in years if not good[y])
    unsure = tuple(p for p in papers if p.state == "review" and (p.years is None or set(p.years) & set(lacking)))
    unsure += tuple(p for p in papers if p.state == "good" and p.years is None)
    if unsure:
        why = [p.reason or "没有读到年度" for p in unsure]
        return "review", f"{_names(lacking)}：" + "；".join(dict.fromkeys(why)), unsure, ()
    others = tuple(p for p in papers if p.state == "wrong_entity" and set(p.years or ()) & set(lacking))
    there = tuple(dict.fromkeys(p for some in good.values() for p in some))
    wrong = tuple(p for p in papers if p.state == "good" and p not in there)
    if there:
        return "missing", f"已有{_names(tuple(y for y in years if good[y]))}，缺{_names(lacking)}", there, lacking
    if others:
        return "wrong_entity", "；".join(dict.fromkeys(p.reason for p in others)), others, lacking
    if wrong:
        have = tuple(sorted({y for p in wrong for y in p.years or ()}))
        return "wrong_year", f"要求{_names(years)}，找到的是{_names(have)}", wrong, lacking
    state, reason, rest, _ = _of_any(papers)
    return state, reason, rest, lacking


def _covers(paper: Paper, year: int, december: bool) -> bool:
    """Whether a paper covers a year (or its December, where the material asks for it)."""
    if december and paper.months is not None:
        first, last = paper.months
        return first[:7] <= f"{year}-12" <= last[:7] if len(first) > 4 else False
    return paper.years is not None and year in paper.years


def _names(years: Sequence[int]) -> str:
    """``2019、2020年``."""
    return "、".join(map(str, years)) + "年"


# --- what a name asks for beyond the type


def _right_kind(material: Material, paper: Paper) -> bool:
    """Whether a paper is of the kind that the name asks for; not known counts as right and is judged by ``_beyond``."""
    name, document = material.name, paper.document
    if document.type == "patent_certificate" and re.match("发明专利", name):
        return field_text(document, "kind") in ("invention", "")
    if document.type == "iso_certificate":
        system = field_text(document, "system")
        wanted = _QUALITY if "质量" in name and "等" not in name else {"environment"} if "环境" in name else None
        return wanted is None or system in wanted or system == ""
    return True


def _beyond(material: Material, found: _Found, package: _Package) -> _Found:
    """Present, unless the name asks for something that the papers do not show: then a person looks."""
    state, reason, papers, missing = found
    name = material.name
    words = _NAMED[material.doc_type]
    if not re.search(words, name):
        return "review", f"找到{doc_type(material.doc_type)}，是否符合“{name}”的要求请核对", papers, missing
    beyond = _BEYOND.search(name)
    if beyond:
        return "review", f"{reason}；要求中的“{beyond[0]}”请人工核对", papers, missing
    if material.doc_type == "iso_certificate" and "质量" in name and all(not field_text(p.document, "system") for p in papers):
        return "review", "没有读到认证的体系", papers, missing
    others = [t for t, w in _NAMED.items() if t != material.doc_type and re.search(w, _outside(name, words))]
    absent = [t for t in others if not any(p.state == "good" for p in package.papers.get(t, ()))]
    if absent and not _EITHER.search(name):
        return "review", f"{reason}；名称还包括{'、'.join(doc_type(t) for t in absent)}，请核对", papers, missing
    return state, reason, papers, missing


def _outside(name: str, words: str) -> str:
    """The name without the words for its own type and without what stands in brackets."""
    return re.sub(words, "", re.sub("（[^（）]*）", "", name))


def _unaudited_will_do(name: str) -> bool:
    """Whether statements that nobody audited are accepted."""
    plain = re.sub("未要求审计|可未审计", "", name)
    return plain != name or "审计" not in plain or re.search("或[^，、；]*(?:财报|报表)", name) is not None


def _missing_note(material: Material, found: _Found, package: _Package) -> _Found:
    """Missing; says where only unaudited statements are there, and what else the name would accept."""
    state, reason, papers, missing = found
    if material.doc_type == "audit_report":
        bare = tuple(p for p in package.papers.get("financial_statements", ()) if p.state == "good")
        if bare:
            return state, f"{reason}；另有未经审计的会计报表", (*papers, *bare), missing
    others = [t for t, w in _NAMED.items() if t != material.doc_type and re.search(w, _outside(material.name, "-"))]
    there = tuple(p for t in others for p in package.papers.get(t, ()) if p.state in ("good", "review"))
    if there and _EITHER.search(material.name):
        labels = "、".join(dict.fromkeys(doc_type(p.document.type) for p in there))
        return "review", f"没有找到{doc_type(material.doc_type)}，但有{labels}，是否可以代替请核对", there, missing
    return state, reason, papers, missing


# --- papers that are not read


def _attachment(material: Material, package: _Package) -> _Found:
    """A type of which only the presence can be seen; unrecognised papers may be it."""
    mine = tuple(p for p in package.papers.get(material.doc_type, ()) if p.state != "no_evidence")
    unknown = tuple(p for p in package.papers.get("other", ()) if p.state != "no_evidence")
    if material.doc_type != "other" and mine:
        return "review", f"找到 {len(mine)} 份{doc_type(material.doc_type)}，内容请人工核对", mine, ()
    forms = package.papers.get("application_form", ())
    if material.doc_type == "other" and _FORM.search(material.name):
        return "review", "申请（申报）表、书的填写与签章请人工核对", forms, ()
    if unknown:
        return "review", f"有 {len(unknown)} 份未识别种类的材料，请核对其中是否有", unknown, ()
    return "missing", "没有找到", (), ()


def _pages(papers: Sequence[Paper]) -> list[PageRef]:
    """All pages of some papers, each once, in order."""
    found = dict.fromkeys((p.file, p.page) for paper in papers for p in paper.pages)
    return [PageRef(file=file, page=page) for file, page in found]
