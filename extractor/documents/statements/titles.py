"""Titles of statements, and the lines around them: scope, unit, entity, period, where a table ends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from extractor.documents.rows import Run
from extractor.documents.statements.cells import cells_of, join_spaced
from extractor.documents.statements.headers import Scope, header_cells, parse_header, statement_period
from extractor.model import Evidence, Page
from extractor.values.chinese import squeeze
from extractor.values.money import parse_unit
from extractor.values.names import clean_company, find_companies, looks_like_company

Kind = Literal["balance", "income", "cash", "equity"]

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("资产负债表|财务状况表", "balance"),
    (
        "利润表|损益表|利润及利润分配表|损益及利润分配表|利润和利润分配表|综合收益表|业务活动表|收入费用表|收入支出表|收入支出总表|损益计算书",
        "income",
    ),
    ("现金流量表", "cash"),
    (r"(?:所有者权益|股东权益|净资产|权益|所有者权益\(或?股东权益\)|股东权益\(所有者权益\))(?:增减)?变动表|利润分配表", "equity"),
)
_KIND = "|".join(f"(?P<k{i}>{names})" for i, (names, _) in enumerate(_KINDS))
_TITLE = re.compile(
    r"(?:[0-9一二三四五六七八九十]{1,3}[、.．]|\([0-9一二三四五六七八九十]{1,2}\)|附表?[:]?[0-9一二三四]?[、:.]?|表[一二三四\d][:、]?)?"
    r"(?:(?!合并|母公司|本公司|公司).{2,38}(?:公司|集团|厂|中心|协会|学校|研究院|研究所|医院|合伙\)|基金会|事务所))?"
    r"(?:(?:19|20)\d{2}年(?:度|\d{1,2}月(?:\d{1,2}日)?)?|年度|期末)?"
    r"(?P<scope>合并及母公司|合并及公司|合并和母公司|合并与母公司|合并|母公司|本公司|公司|个别|单体|汇总)?(?:年度|比较)?"
    rf"(?:{_KIND})"
    r"(?P<tail>(?:[(\[【-]*(?:合并|母公司|公司|个别|单体|续表?|续[0-9一二三]|续完|[0-9一二三四]|未经审计|已审|审定|年报|月报|季报|年度|简表|资产部分|负债部分|单位[:].{0,8}|"
    r"适用.{0,20}|一般企业.{0,12}|(?:19|20)\d{2}年.{0,12}|会[企小民非]{0,3}\d{2}表.{0,6})[)\]】]*)*)"
)
_SIGNED = re.compile(
    r"(?:公司|企业|单位|法人|机构)?(?:法定代表人|负责人)|主管会计工作|会计机构负责人|会计主管|财务(?:负责人|总监|主管)|制表人?[:]|后附.*附注|附注.{0,8}组成部分"
)
_ENTITY_ZH = (
    r"(?:编制单位|编制企业|编制公司|编制主体|编报单位|编报企业|单位名称|单位全称|公司名称|公司全称|企业名称|企业全称"
    r"|核算单位|填报单位|填制单位|报表单位|报告主体|会计主体)(?:\((?:盖章|公章|签章)\))?"
)
_ENTITY_EN = (
    r"(?<![A-Za-z])(?:(?:statements?)?prepared(?:by)?|(?:nameof)?(?:the)?(?:reporting)?"
    r"(?:company|entity|enterprise|organi[sz]ation)(?:'?s?name)?)"
)
_ENTITY = re.compile(
    rf"(?P<zh>{_ENTITY_ZH})(?:[:/|;]?\(?{_ENTITY_EN}\)?)?[:;](?P<a>.+)"
    rf"|{_ENTITY_EN}[/|]?\(?(?:{_ENTITY_ZH})?\)?[:;](?P<b>.+)"
    rf"|^{_ENTITY_ZH}(?P<c>[^:;]+)",
    re.I,
)
"""Who prepared a statement: labelled in Chinese, in English, in both, or without a colon."""
_CJK = re.compile(r"[\u3400-\u9fff]")
_ENTITY_END = re.compile(
    r"(?:19|20)\d{2}年|(?:金额)?单位[:]|会[企小民非]{1,3}\d|日期[:]|期间[:]|币种|货币|\d{4}-\d|(?:税款)?所属"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A statement's title: its kind, scope as printed, and whether it continues (续)."""

    kind: Kind
    scope: Scope | Literal["both"] | None
    text: str
    continued: bool


@dataclass(frozen=True, slots=True)
class Preamble:
    """What the lines between the title and the table say."""

    unit: str | None = None
    unit_evidence: Evidence | None = None
    period: str = ""
    entity: str = ""
    entity_evidence: Evidence | None = None
    entity_confidence: float = 0.0
    unaudited: bool = False


def title_of_text(text: str) -> Title | None:
    """The title that a whole text is, or None."""
    plain = squeeze(text).replace("—", "-")
    if not 3 <= len(plain) <= 70 or "表" not in plain:
        return None
    match = _TITLE.fullmatch(plain)
    if not match:
        return None
    kind = next(k for i, (_, k) in enumerate(_KINDS) if match[f"k{i}"])
    tail = match["tail"] or ""
    printed = (match["scope"] or "") + tail
    scope: Scope | Literal["both"] | None = None
    if re.search(r"合并[及和与]", printed):
        scope = "both"
    elif "合并" in printed or "汇总" in printed:
        scope = "consolidated"
    elif "公司" in printed or re.search(r"个别|单体", printed):
        scope = "parent"
    return Title(kind, scope, plain, "续" in tail)


def title_of_row(row: Run) -> Title | None:
    """The title in a printed row: the whole row, or one cell of it beside a form number or unit."""
    key = squeeze(row.text)
    if "表" not in key or len(key) > 90:
        return None
    if title := title_of_text(key):
        return title
    for cell in join_spaced(cells_of(row), 6.0):
        if len(cell.text) > 2 and (title := title_of_text(cell.text)):
            return title
    return None


_QUICK = re.compile(r"(?:资产负债|财务状况|利润|损益|分配|综合收益|业务活动|收入费用|收入支出|支出总|现金流量|变动)表")
_SENTENCE = re.compile(r"[，。；,;]|[的了对与将为](?!权益|净)|项目$|日后|补充资料|分析")


def may_have_title(page: Page) -> bool:
    """Quick test without geometry: whether a short line (or letter-spaced ones) could be a statement title."""
    singles = ""
    for line in page.lines:
        text = squeeze(line.text)
        if len(text) == 1:
            singles += text
        elif len(text) <= 70 and "表" in text and _QUICK.search(text) and not _SENTENCE.search(text):
            return True
        elif len(text) <= 3:
            singles += text
    return "表" in singles and any(a in singles for a in ("债", "润", "损", "量", "支", "动"))


def signed(row: Run) -> bool:
    """Whether a row is the signature line under a statement."""
    return bool(_SIGNED.search(row.key)) and not re.search(r"\d[,，]\d{3}", row.key)


def names_entity(row: Run) -> bool:
    """Whether a row says who prepared a statement, or is the label of that."""
    return bool(_ENTITY.search(row.key) or re.search(rf"{_ENTITY_ZH}|{_ENTITY_EN}[:]$", row.key, re.I))


def _entity_in(row: Run, match: re.Match[str], below: Run | None) -> tuple[str, Evidence, float] | None:
    """The name that an ``_ENTITY`` match labels, with its second line where it is wrapped."""
    group = next(g for g in ("a", "b", "c") if match[g])
    start, end = match.span(group)
    if stop := _ENTITY_END.search(match[group]):
        end = start + stop.start()
    runs = row.slice(start, end).segments(2.5)
    if not runs or not runs[0]:
        return None
    run, text = runs[0], clean_company(runs[0].text)
    whole = looks_like_company(text)
    tail = None if whole or below is None else _tail(run, below)
    if tail and looks_like_company(longer := clean_company(run.text + tail.text)):
        return longer, run.evidence(), min(run.confidence, tail.confidence)
    named = [name for name, _, _ in find_companies(run.text) if _CJK.search(name)]
    if not whole and len(named) == 1:
        text, whole = named[0], True
    if group != "a" and not whole:
        return None
    # a foreign name cannot be compared with a Chinese one
    return text, run.evidence(), run.confidence if _CJK.search(text) else min(run.confidence, 0.85)


def _tail(run: Run, below: Run) -> Run | None:
    """The piece of the next row that stands under a name."""
    gap = below.box[1] - run.box[3]
    if gap > run.box[3] - run.box[1]:
        return None
    left = min(line.box[0] for line in run.lines)
    return next((s for s in below.segments(2.5) if left - 0.02 < s.box[0] < run.box[2] and len(s) <= 12), None)


def _heads_years(row: Run) -> bool:
    """Whether a row heads columns of several years: it does not say which is the current one."""
    heads = [parse_header(c.text) for c in header_cells(row)]
    return len({h.period for h in heads if h and h.when == "explicit"}) > 1


def read_preamble(rows: Iterable[Run]) -> Preamble:
    """Unit, period, entity and audit mark from the rows between title and table."""
    rows = list(rows)
    unit: str | None = None
    period, entity = "", ""
    evidence: Evidence | None = None
    unit_evidence: Evidence | None = None
    confidence = 0.0
    unaudited = False
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        key = squeeze(row.text)
        unaudited |= "未经审计" in key or "未审计" in key
        if unit is None and (stated := unit_of_row(row)):
            unit, unit_evidence = stated[0], stated[1].evidence()
        if match := _ENTITY.search(row.key):
            if not entity and (named := _entity_in(row, match, below)):
                entity, evidence, confidence = named
            period = period or statement_period(key[match.start() + 5 :]) or statement_period(key[: match.start()])
            continue
        period = period or ("" if _heads_years(row) else statement_period(key))
        if not entity and re.search(r"[\u4e00-\u9fff]{3}", key) and looks_like_company(row.text) and "会计师事务所" not in key:
            entity, evidence, confidence = clean_company(row.text), row.evidence(), row.confidence * 0.9
    return Preamble(unit, unit_evidence, period, entity, evidence, confidence, unaudited)


def unit_of_row(row: Run) -> tuple[str, Run] | None:
    """The unit that a row states, with the part of the row that says it."""
    key = squeeze(row.text)
    if "元" not in key and "RMB" not in key.upper():
        return None
    for segment in row.segments(1.5):
        if unit := parse_unit(segment.text):
            return unit, segment
    unit = parse_unit(key)
    return (unit, row) if unit else None
