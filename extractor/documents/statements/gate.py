"""The arithmetic gate: statement figures confirm one another, or show that one was misread.

Identities of 财会〔2019〕6号 and 《小企业会计准则》: 资产=负债+所有者权益, subtotals, 利润总额−所得税=净利润, the steps of
the income statement, and each subtotal as the sum of its rows. All arithmetic is in the statement's own unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Literal

from extractor.documents.statements.catalogue import (
    BALANCE_KEYS,
    COST_ROWS,
    GAIN_ROWS,
    GROSS_REVENUE_PARTS,
    IMPAIRMENT_ROWS,
)
from extractor.documents.statements.line import ZERO, Identity, Line, first_values
from extractor.documents.statements.misplaced import MUST, misplaced

__all__ = ["UNPROVEN", "Identity", "Line", "Verdict", "check", "identities"]

Status = Literal["ok", "failed", "unchecked"]
UNPROVEN = "未能由报表验证"
"""Opens the note on a figure that no sum confirms where one was tried and did not come out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's word on one figure, with the reason for a failure in plain Chinese."""

    status: Status
    note: str | None = None


_CONTINUING = "净利润=持续经营净利润+终止经营净利润"
_SHARES = "净利润=归属于母公司股东的净利润+少数股东损益"
_ALIKE = frozenset({"资产总计=负债和所有者权益总计", _CONTINUING, _SHARES})
"""Where these have two terms, one figure is printed twice: whoever alters the one alters the other."""
_TOTALS: tuple[tuple[str, str, tuple[tuple[int, str], ...]], ...] = (
    ("资产总计=负债合计+所有者权益合计", "total_assets", ((-1, "total_liabilities"), (-1, "owners_equity"))),
    ("资产总计=负债和所有者权益总计", "total_assets", ((-1, "_both"),)),
    ("负债和所有者权益总计=负债合计+所有者权益合计", "_both", ((-1, "total_liabilities"), (-1, "owners_equity"))),
    ("资产总计=流动资产合计+非流动资产合计", "total_assets", ((-1, "current_assets"), (-1, "_non_current_assets"))),
    (
        "负债合计=流动负债合计+非流动负债合计",
        "total_liabilities",
        ((-1, "current_liabilities"), (-1, "_non_current_liabilities")),
    ),
    ("所有者权益合计=归母权益+少数股东权益", "owners_equity", ((-1, "_attributable_equity"), (-1, "_minority"))),
    ("净利润=利润总额-所得税费用", "net_profit", ((-1, "total_profit"), (1, "income_tax"))),
)
_BLANK_OK = frozenset({"_non_current_assets", "_non_current_liabilities", "_minority", "income_tax"})


def check(lines: Sequence[Line], *, exact: bool = False) -> dict[str, Verdict]:
    """The verdict on each key among the rows of one column (balance sheet and income statement together).

    ``exact``: the figures are printed to the cent in yuan, so that sums hold exactly; a cent off is then no
    confirmation, though no proof of a misreading either.
    """
    values = first_values(lines)
    found = [i for i in identities(lines, values, exact=exact) if not i.empty]
    good = {k for i in found if i.holds for k in i.members}
    shaky = {family: why for family in (True, False) if (why := _shaky(lines, values, found, balance=family))}
    # that two figures are equal is soon so by chance: a subtotal and its only row, one row too low
    firm = {k for i in found if i.holds and i.nonzero >= 3 for k in i.members}
    apart = misplaced(lines, firm, lambda rows: _telling_sums(rows, exact=exact))
    out: dict[str, Verdict] = {}
    for key in values:
        failing = [i for i in found if i.strict and not i.holds and key in i.members]
        if failing and (key not in good or _to_blame(key, failing, good, found)):
            out[key] = Verdict("failed", _reason(failing, key, found))
        elif key in good:
            out[key] = Verdict("unchecked", apart[key]) if key in apart else Verdict("ok")
        else:
            why = _own_failure(key, found) or _untried(key, lines, values) or shaky.get(key in BALANCE_KEYS)
            out[key] = Verdict("unchecked", apart.get(key) or why)
    return out


def _to_blame(key: str, failing: Sequence[Identity], good: Set[str], found: Sequence[Identity]) -> bool:
    """Whether a figure that one sum confirms is wrong all the same: others fail and nothing else explains it.

    A sum may fail because of another member that nothing confirms; one that explains all of them is enough, two
    different ones are not. That two totals are printed alike excuses neither.
    """
    doubtful = [{m for m in i.members if m not in good} for i in failing]
    holding = [i for i in found if i.holds and key in i.members]
    return not set.intersection(*doubtful) or all(i.text in _ALIKE and i.nonzero < 3 for i in holding)


def _own_failure(key: str, found: Sequence[Identity]) -> str | None:
    """The sum that would have borne out a figure and does not come out."""
    failed = next((i for i in found if not i.holds and key in i.members), None)
    return f"{UNPROVEN}：{failed.text}，相差{abs(failed.gap):,}" if failed else None


def _untried(key: str, lines: Sequence[Line], values: Mapping[str, Decimal]) -> str | None:
    """The sum that would have borne out a figure and could not be tried: a row that it needs is printed but not read."""
    unread = {l.name.key: l.name.name for l in lines if l.seen and l.name.key and l.name.key not in values}
    for text, head, rest in _TOTALS:
        keys = [head, *(k for _, k in rest)]
        blocked = [unread[k] for k in keys if k in unread]
        if key in keys and blocked:
            return f"{UNPROVEN}：{text}，但{blocked[0]}一行的数无法辨认"
    return None


def _telling_sums(lines: Sequence[Line], *, exact: bool) -> list[Identity]:
    """The identities of a column that say anything."""
    return [i for i in identities(lines, first_values(lines), exact=exact) if not i.empty]


def _shaky(lines: Sequence[Line], values: Mapping[str, Decimal], found: Sequence[Identity], *, balance: bool) -> str | None:
    """Why unconfirmed figures of one statement must be looked at: its sums do not come out, or a total is blank."""
    for identity in found:
        if not identity.holds and any((k in BALANCE_KEYS) == balance for k in identity.members if k):
            return f"{UNPROVEN}：{identity.text}，相差{abs(identity.gap):,}"
    blank = [l.name.name for l in lines if l.name.key in MUST[0 if balance else 1] and l.name.key not in values]
    return f"{UNPROVEN}：{blank[0]}一行没有读到数" if blank else None


def identities(lines: Sequence[Line], values: Mapping[str, Decimal], *, exact: bool = False) -> list[Identity]:
    """All identities whose terms were read; ``exact``: see ``check``."""
    unit = Decimal(1).scaleb(-max((l.decimals for l in lines if l.value), default=2))
    seen = {l.name.key for l in lines}
    unread = {l.name.key for l in lines if l.seen}
    out: list[Identity] = []
    for text, head, rest in _TOTALS:
        keys = [head, *(k for _, k in rest)]
        if any(k not in values and (k not in _BLANK_OK or k not in seen or k in unread) for k in keys):
            continue
        terms = ((1, head, values[head]), *((s, k, values.get(k, ZERO)) for s, k in rest))
        # before 2006 and in institutions further items stand beside 长期负债合计
        strict = not any(l.name.name == "长期负债合计" and l.name.key in keys for l in lines)
        out.append(Identity(text, terms, strict=strict, slack=_slack(unit, len(terms))))
    out += _sections(lines, unit)
    out += _profit_steps(lines, values, unit)
    out += _net_parts(lines, values, unit)
    return [_exactly(i) for i in out] if exact else out


def _exactly(identity: Identity) -> Identity:
    """Without slack; a gap within the slack is then a weak failure."""
    return replace(identity, slack=ZERO, strict=identity.strict and not identity.holds)


def _slack(unit: Decimal, count: int) -> Decimal:
    """Half a last unit per term: figures printed in 万元 are each rounded."""
    return unit * count / 2


_SECTIONS = {
    "current_assets": "流动资产",
    "_non_current_assets": "非流动资产",
    "current_liabilities": "流动负债",
    "_non_current_liabilities": "非流动负债",
    "owners_equity": "所有者权益",
    "_attributable_equity": "所有者权益",
}


def _sections(lines: Sequence[Line], unit: Decimal) -> list[Identity]:
    """Each subtotal of the balance sheet as the sum of the rows above it, back to the subtotal before."""
    out: list[Identity] = []
    start = 0
    for i, line in enumerate(lines):
        key = line.name.key
        ends = key in _SECTIONS or key in ("total_assets", "total_liabilities", "_both")
        if key in _SECTIONS and line.value is not None:
            rows = [l for l in lines[start:i] if l.value and not l.name.key]
            tops = [l for l in rows if not l.name.sub]
            for part in (tops, rows):
                terms = (
                    (-1, key, line.value),
                    *((-1 if l.name.minus or l.name.name == "库存股" else 1, "", l.value or ZERO) for l in part),
                )
                identity = Identity(f"{_SECTIONS[key]}合计=各项之和", terms, strict=False, slack=_slack(unit, len(terms)))
                if len(part) >= 2 and (identity.holds or part is rows):
                    out.append(identity)
                    break
        if ends or line.name.heading:
            start = i + 1
    return out


def _named(lines: Sequence[Line], names: Iterable[str]) -> list[Line]:
    """The first row of each name."""
    out: dict[str, Line] = {}
    wanted = set(names)
    for line in lines:
        if line.name.name in wanted and line.value is not None:
            out.setdefault(line.name.name, line)
    return list(out.values())


def _profit_steps(lines: Sequence[Line], values: Mapping[str, Decimal], unit: Decimal) -> list[Identity]:
    """The steps of the income statement; only those that hold, save the last (which is strict)."""
    out: list[Identity] = []
    operating, revenue = values.get("operating_profit"), values.get("_gross_revenue", values.get("revenue"))
    if operating is not None and revenue is not None:
        out += _operating(lines, operating, revenue, unit)
    gross = values.get("_gross_revenue")
    if gross is not None:
        parts = [l for l in _named(_until(lines, "_gross_cost"), GROSS_REVENUE_PARTS)]
        terms = ((-1, "_gross_revenue", gross), *((1, l.name.key, l.value or ZERO) for l in parts))
        identity = Identity("营业总收入=各项收入之和", terms, strict=False, slack=_slack(unit, len(terms)))
        if parts and identity.holds:
            out.append(identity)
    if operating is not None and "total_profit" in values:
        between = _between(lines, "operating_profit", "total_profit")
        terms = (
            (-1, "total_profit", values["total_profit"]),
            (1, "operating_profit", operating),
            *((-1 if l.name.minus or "支出" in l.name.name else 1, l.name.key, l.value or ZERO) for l in between),
        )
        plain = all(l.name.key in ("_outside_income", "_outside_expense") for l in between) and len(between) <= 2
        unread = any(l.seen for l in lines if l.name.key in ("_outside_income", "_outside_expense"))
        seen = {l.name.key for l in lines} >= {"_outside_income", "_outside_expense"}
        identity = Identity(
            "利润总额=营业利润+营业外收入-营业外支出", terms, strict=plain and seen and not unread, slack=_slack(unit, len(terms))
        )
        if identity.strict or identity.holds:
            out.append(identity)
    return out


def _net_parts(lines: Sequence[Line], values: Mapping[str, Decimal], unit: Decimal) -> list[Identity]:
    """净利润 as the sum of its two breakdowns printed below it; the first part must be read, the second may be blank."""
    out: list[Identity] = []
    net = values.get("net_profit")
    for text, first, second in (
        (_CONTINUING, ("持续经营净利润",), "终止经营净利润"),
        (_SHARES, ("归属于母公司股东的净利润", "归属于母公司所有者的净利润"), "少数股东损益"),
    ):
        parts = _named(lines, (*first, second))
        unread = any(l.seen for l in lines if l.name.name in (*first, second))
        if net is None or unread or not any(l.name.name in first for l in parts):
            continue
        terms = ((-1, "net_profit", net), *((1, "", l.value or ZERO) for l in parts))
        out.append(Identity(text, terms, strict=False, slack=_slack(unit, len(terms))))
    return out


def _until(lines: Sequence[Line], key: str) -> Sequence[Line]:
    """The rows before the first of ``key``."""
    index = next((i for i, l in enumerate(lines) if l.name.key == key), len(lines))
    return lines[:index]


def _between(lines: Sequence[Line], first: str, last: str) -> list[Line]:
    """Rows with a value between two keys, 其中 rows and figures without a label left out."""
    start = next((i for i, l in enumerate(lines) if l.name.key == first), None)
    if start is None:
        return []
    end = next((i for i, l in enumerate(lines) if l.name.key == last and i > start), start)
    return [l for l in lines[start + 1 : end] if l.value and l.name.name and not l.name.sub]


def _operating(lines: Sequence[Line], operating: Decimal, revenue: Decimal, unit: Decimal) -> list[Identity]:
    """营业利润 from revenue, costs and gains; the sign of impairment and a 研发费用 within 管理费用 vary by format."""
    top = _until(lines, "operating_profit")
    costs, gains, losses = _named(top, COST_ROWS), _named(top, GAIN_ROWS), _named(top, IMPAIRMENT_ROWS)
    revenue_key = "_gross_revenue" if any(l.name.key == "_gross_revenue" and l.value is not None for l in top) else "revenue"
    out: list[Identity] = []
    failed: Identity | None = None
    for sign, inner in product((1, -1), (False, True)):
        used = [l for l in costs if not (inner and l.name.key == "rd_expense")]
        terms = (
            (-1, "operating_profit", operating),
            (1, revenue_key, revenue),
            *((-1, l.name.key, l.value or ZERO) for l in used),
            *((1, "", l.value or ZERO) for l in gains),
            *((sign, "", l.value or ZERO) for l in losses),
        )
        identity = Identity("营业利润=营业收入-各项成本费用+各项收益", terms, strict=False, slack=_slack(unit, len(terms)))
        if len(used) >= 2 and identity.holds:
            out.append(identity)
            break
        failed = failed or (identity if len(used) >= 3 else None)
    if not out and failed is not None:
        out.append(failed)
    gross = next((l for l in top if l.name.key == "_gross_cost" and l.value is not None), None)
    if gross is not None:
        terms = ((-1, "_gross_cost", gross.value or ZERO), *((1, l.name.key, l.value or ZERO) for l in costs))
        identity = Identity("营业总成本=各项成本费用之和", terms, strict=False, slack=_slack(unit, len(terms)))
        if identity.holds and len(costs) >= 2:
            out.append(identity)
    return out


def _reason(failing: Sequence[Identity], key: str, all_of_them: Sequence[Identity]) -> str:
    """Why a figure fails, and the single digit that would explain it (never applied)."""
    first = failing[0]
    text = f"勾稽关系不符：{first.text}，相差{abs(first.gap):,}"
    hint = _one_digit(failing, key, all_of_them)
    return f"{text}；{hint}" if hint else text


def _one_digit(failing: Sequence[Identity], key: str, all_of_them: Sequence[Identity]) -> str:
    """A reading that differs in one digit and satisfies two identities at once, as a hint for the reviewer."""
    wanted: set[Decimal] = set()
    for identity in failing:
        sign, value = next((s, v) for s, k, v in identity.terms if k == key)
        wanted.add(value - sign * identity.gap)
    if len(wanted) != 1 or len([i for i in all_of_them if i.strict and key in i.members]) < 2 or len(failing) < 2:
        return ""
    right = wanted.pop()
    value = next(v for _, k, v in failing[0].terms if k == key)
    a, b = f"{value}", f"{right}"
    if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        return f"若此数为{right:,}则各项关系均成立，请核对原件"
    return ""
