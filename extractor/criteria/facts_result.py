"""Facts from a checked package: what its findings and claims prove.

Never more than the evidence bears: a finding that is unsure, missing, expired or of another
enterprise proves nothing, whatever single claims say; where nothing was declared, a figure counts only
when every own paper that shows it agrees and none is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from extractor.criteria.facts import NOW, Fact, Facts, FactValue, fact_value, facts_from_declaration, period_of, remark_of
from extractor.criteria.nodes import Metric, Quals
from extractor.criteria.tags import region_of_address, region_of_code
from extractor.model import Claim, Declaration, Document, Evidence, Field, Finding, Result, Verdict
from extractor.values.names import NameMatch, match_company, normalise_company

SUPPORTED_AT = 0.9
"""Claims less sure than this prove nothing by themselves, where the caller knows no threshold of calibration."""

_COUNTED = {
    "invention_patents": "patent_certificate",
    "utility_patents": "patent_certificate",
    "design_patents": "patent_certificate",
    "software_copyrights": "software_copyright",
    "trademarks": "trademark_certificate",
    "management_system_certs": "iso_certificate",
    "high_tech_enterprise": "high_tech_certificate",
}
_QUALITY = frozenset({"quality", "automotive", "medical", "weapon"})
_ALWAYS_THERE = frozenset({"revenue", "operating_profit", "total_profit", "net_profit", "total_assets", "total_liabilities"})
_LEGAL_PERSONS = (
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "全民所有制",
    "集体所有制",
    "股份合作制",
    "农民专业合作社",
    "企业法人",
)
_ENDS = re.compile("终止|中止|失效|无效宣告|暂停|撤[销消回]|注销|吊销|取消")
_NO_PERSONS = ("分公司", "分支机构", "个体", "合伙", "个人独资")


@dataclass(frozen=True, slots=True)
class Package:
    """A result with what is looked up in it."""

    result: Result
    declaration: Declaration
    metrics: Mapping[str, Metric]
    supported_at: float
    claims: Mapping[str, Claim]
    documents: Mapping[str, Document]
    names: frozenset[str]

    @property
    def as_of(self) -> date:
        """The day on which the package was checked."""
        return date.fromisoformat(self.result.package.as_of)

    def own(self, claim: Claim) -> bool:
        """Whether a claim is surely the enterprise's own."""
        return self.holds((claim.subject, *claim.co_subjects), claim.subject_id)

    def may_be_own(self, claim: Claim) -> bool:
        """Whether a claim is the enterprise's own, or may be: no name was read, or a nearly equal one."""
        shown = [n for n in (claim.subject, *claim.co_subjects) if n.strip()]
        near = any(match_company(a, b) is NameMatch.OCR_NEAR for a in shown for b in self.names)
        return self.own(claim) or not shown or near

    def holds(self, names: Iterable[str], code: str | None) -> bool:
        """Whether a paper with these names and this code is surely the enterprise's own."""
        said = self.declaration.uscc
        if code and said and code.upper() != said.upper():
            return False
        by_name = any(normalise_company(n) in self.names for n in names if n.strip())
        return by_name or bool(code and said)

    def proof(self, claims: Iterable[Claim]) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """The ids of claims and all places on which they stand."""
        found = list(claims)
        return tuple(c.id for c in found), tuple(dict.fromkeys(e for c in found for e in c.evidence))


def facts_from_result(
    result: Result, declaration: Declaration, metrics: Mapping[str, Metric], *, supported_at: float = SUPPORTED_AT
) -> Facts:
    """What the package proves, and what the enterprise only declares.

    Args:
        result: the package with findings and claims.
        declaration: what was declared; it says who the enterprise is.
        metrics: the vocabulary (``PolicyBook.metrics``).
        supported_at: the confidence that a claim must reach (``Calibration.supported_at``).
    """
    names = frozenset(normalise_company(n) for n in (declaration.name, *declaration.former_names) if n.strip())
    package = Package(
        result, declaration, metrics, supported_at,
        {c.id: c for c in result.claims}, {d.id: d for d in result.documents}, names,
    )  # fmt: skip
    facts = facts_from_declaration(declaration, metrics, as_of=package.as_of)
    judged: set[tuple[str, str]] = set()
    for index, finding in enumerate(result.findings):
        judged.add((finding.metric, period_of(finding.period)))
        fact = _of_finding(package, index, finding)
        if fact is not None:
            facts.add(fact)
        if fact is None or finding.verdict is not Verdict.SUPPORTED:
            claims = [package.claims[c] for c in finding.claims if c in package.claims]
            remark = remark_of(index, finding, package.proof(claims)[1])
            facts.remarks.setdefault((remark.metric, remark.at), []).append(remark)
    for fact in (*_undeclared(package, judged), *_licence(package)):
        facts.add(fact)
    return facts


def _of_finding(package: Package, index: int, finding: Finding) -> Fact | None:
    """What a finding proves: the declared figure, or the other one that a sure paper shows."""
    metric = package.metrics.get(finding.metric)
    if metric is None or finding.verdict not in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        return None
    claims = [package.claims[c] for c in finding.claims if c in package.claims]
    if finding.verdict is Verdict.CONTRADICTED:
        if finding.confidence < package.supported_at or not claims:
            return None
        if any(not package.own(c) for c in claims) and finding.metric not in _COUNTED:
            return None
    value = _proven(finding, metric, claims)
    if value is None:
        return None
    at = period_of(finding.period)
    ids, places = package.proof(claims)
    return Fact(finding.metric, at, value, metric.unit, "evidenced", findings=(index,), claims=ids, evidence=places)


def _proven(finding: Finding, metric: Metric, claims: Sequence[Claim]) -> FactValue | None:
    """The value that the evidence shows, as exactly as it is printed."""
    if finding.metric in _COUNTED or metric.kind in ("flag", "date"):
        if finding.evidenced is None:
            return None
        return fact_value(finding.evidenced, "", metric)
    printed = [
        v for c in claims if c.metric == finding.metric and c.method != "derived" and (v := _number(c, metric)) is not None
    ]
    if printed:
        return max(printed, key=_fineness)
    return None if finding.evidenced is None else fact_value(finding.evidenced, finding.declared.unit, metric)


def _number(claim: Claim, metric: Metric) -> Fraction | None:
    """A claim's number in the metric's unit."""
    if claim.value is None or isinstance(claim.value, str | bool):
        return None
    value = fact_value(claim.value, claim.unit, metric)
    return value if isinstance(value, Fraction) else None


def _fineness(value: Fraction) -> int:
    """How finely a number is printed: the denominator grows with its decimals."""
    return value.denominator


# --- claims without a declared figure


def _undeclared(package: Package, judged: set[tuple[str, str]]) -> Iterator[Fact]:
    """Facts from claims about which no finding speaks."""
    usable = [c for c in package.result.claims if c.metric in package.metrics and not _excluded(package, c)]
    for (name, period), group in groupby(sorted(usable, key=_order), key=_order):
        claims, metric = list(group), package.metrics[name]
        if name in _COUNTED:
            yield from _counted(package, metric, claims, judged)
        elif (name, period_of(period)) in judged or metric.provable == "derived":
            continue
        elif metric.kind == "money":
            yield from _figure(package, metric, period, claims)
        elif name == "registration_date" or (name == "employees" and period.endswith("-12")):
            yield from _single(package, metric, period, claims)


def _order(claim: Claim) -> tuple[str, str]:
    """Metric and period."""
    return claim.metric, claim.period


def _excluded(package: Package, claim: Claim) -> bool:
    """Whether the claim's paper proves nothing."""
    document = package.documents.get(claim.document)
    return document is not None and document.excluded is not None


def _sound(package: Package, claim: Claim) -> bool:
    """Whether a claim proves something by itself."""
    sure = claim.doubt is None and claim.gate != "failed" and claim.confidence >= package.supported_at
    return sure and claim.value is not None and package.own(claim)


def _figure(package: Package, metric: Metric, period: str, claims: Sequence[Claim]) -> Iterator[Fact]:
    """A statement figure on which all own papers agree; consolidated statements decide."""
    if not period.isdigit():
        return
    mine = [c for c in claims if package.may_be_own(c)]
    group = [c for c in mine if c.scope == "consolidated"]
    deciding = group or [c for c in mine if c.scope != "parent"] or mine
    firm = [c for c in deciding if _sound(package, c)]
    if not firm or (not group and _has_group(package, period)) or _report_unread(package, metric.key, period, firm):
        return
    undated = [c for c in package.result.claims if c.metric == metric.key and c.period == "unknown" and package.may_be_own(c)]
    values = {v for c in (*deciding, *undated) if (v := _number(c, metric)) is not None}
    value = max((v for c in firm if (v := _number(c, metric)) is not None), key=_fineness)
    if values != {value}:
        return
    ids, places = package.proof(firm)
    yield Fact(metric.key, period, value, metric.unit, "evidenced", claims=ids, evidence=places)


def _has_group(package: Package, period: str) -> bool:
    """Whether consolidated statements of that year are there."""
    return any(c.scope == "consolidated" and c.period == period and package.own(c) for c in package.result.claims)


def _report_unread(package: Package, metric: str, period: str, firm: Sequence[Claim]) -> bool:
    """Whether the audit report of that year is there, always shows the row, and it was not read."""

    def of_report(claim: Claim) -> bool:
        document = package.documents.get(claim.document)
        return document is not None and document.type == "audit_report"

    if metric not in _ALWAYS_THERE or any(of_report(c) for c in firm):
        return False
    return any(of_report(c) and c.period == period for c in package.result.claims)


def _single(package: Package, metric: Metric, period: str, claims: Sequence[Claim]) -> Iterator[Fact]:
    """A date or headcount on which all own papers agree."""
    mine = [c for c in claims if package.may_be_own(c)]
    firm = [c for c in mine if _sound(package, c)]
    values = {fact_value(c.value, c.unit, metric) for c in mine if c.value is not None}
    if not firm or len(values) != 1 or (value := values.pop()) is None:
        return
    ids, places = package.proof(firm)
    yield Fact(metric.key, period_of(period), value, metric.unit, "evidenced", claims=ids, evidence=places)


def _counted(package: Package, metric: Metric, claims: Sequence[Claim], judged: set[tuple[str, str]]) -> Iterator[Fact]:
    """Counted papers: how many are surely in force, and narrower or wider counts that their dates and systems give.

    A count without a finding is a lower bound only: other papers may count, too.
    """
    if _has_endings(package):
        return
    day = package.as_of.isoformat()
    sound = [c for c in claims if _sound(package, c) and c.key and (c.valid_from or "9999") <= day]
    valid = _distinct(claims, [c for c in sound if (c.valid_until or "9999") >= day])
    if metric.kind == "flag":
        if valid and (metric.key, NOW) not in judged:
            yield _count(package, metric, NOW, valid, True)
        return
    if valid and (metric.key, NOW) not in judged:
        yield _count(package, metric, NOW, valid, Fraction(len(valid)))
    for year in sorted({int((c.valid_from or "0")[:4]) for c in valid} - {0}):
        granted = [c for c in valid if int((c.valid_from or "0")[:4]) == year]
        yield _count(package, metric, f"granted_{year}", granted, Fraction(len(granted)))
    if metric.key == "management_system_certs":
        for system, wanted in (("quality", _QUALITY), ("ip", frozenset({"ip"}))):
            some = [c for c in valid if _system(package, c) in wanted]
            if some:
                yield _count(package, metric, NOW, some, Fraction(len(some)), Quals(systems=(system,)))


def _count(
    package: Package, metric: Metric, at: str, claims: Sequence[Claim], value: Fraction | bool, quals: Quals | None = None
) -> Fact:
    """The fact of so many papers."""
    ids, places = package.proof(claims)
    return Fact(
        metric.key, at, value, metric.unit, "evidenced", quals or Quals(), at_least=True, claims=ids, evidence=places
    )  # fmt: skip


def _distinct(every: Sequence[Claim], sound: Sequence[Claim]) -> list[Claim]:
    """One claim per number; numbers about which copies disagree are left out."""
    found: dict[str, Claim] = {}
    for claim in sound:
        copies = [c for c in every if c.key == claim.key]
        if all(c.doubt is None and (c.valid_until, c.subject) == (claim.valid_until, claim.subject) for c in copies):
            found.setdefault(claim.key or "", claim)
    return list(found.values())


def _has_endings(package: Package) -> bool:
    """Whether any paper may end a certificate: then only findings, which weigh them, count."""
    return any("legal_status" in d.fields or _ENDS.search(d.title) for d in package.result.documents)


def _system(package: Package, claim: Claim) -> str:
    """The system of a management certificate."""
    document = package.documents.get(claim.document)
    value = _read(document.fields.get("system"), package.supported_at) if document is not None else None
    return value or ""


# --- the licence


def _licence(package: Package) -> Iterator[Fact]:
    """Where the enterprise is registered, and whether it is a legal person, from its own licence."""
    for document in package.result.documents:
        if document.type != "business_license" or document.excluded is not None:
            continue
        name, code = _read(document.fields.get("name"), 0.0) or "", _read(document.fields.get("uscc"), 0.0)
        if document.confidence < package.supported_at or not package.holds((name,), code):
            continue
        address = document.fields.get("address")
        region = region_of_address(_read(address, package.supported_at) or "")
        if address is not None and region:
            # The address names the province; a code of the same province adds the city.
            known = region_of_code(code or "")
            tags = region | known if region <= known else region
            yield Fact("region_tag", NOW, tags | {"中国境内"}, "tag", "evidenced", evidence=address.evidence)
        kind = document.fields.get("entity_type")
        text = _read(kind, package.supported_at) or ""
        if kind is not None and any(w in text for w in _LEGAL_PERSONS) and not any(w in text for w in _NO_PERSONS):
            yield Fact("independent_legal_person", NOW, True, "flag", "evidenced", evidence=kind.evidence)
        return


def _read(field: Field | None, least: float) -> str | None:
    """A field's text, read surely enough."""
    if field is None or not isinstance(field.value, str) or field.confidence < least:
        return None
    return field.value
