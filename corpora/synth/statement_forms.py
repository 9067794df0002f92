"""The named layouts of statements: which accounts each can show, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from corpora.synth import forms, statement_unseen
from corpora.synth.ledger import Standard
from corpora.synth.statement_style import UNITS, Style

Draw = Callable[[Random, int, bool], dict[str, Any]]
"""(rng, fiscal year, small enterprise) → the traits of a style that the layout fixes."""
FULL: tuple[Standard, ...] = ("2019", "2018")
ANY: tuple[Standard, ...] = ("2019", "2018", "small")
OPINIONS = ("numbered", "plain", "letterhead", "run_in", "barcode", "legacy")


@dataclass(frozen=True)
class Form:
    """A layout. ``group``: whether it shows consolidated statements (True), single ones (False) or both.

    ``opinions``: the forms of the opinion that go with it; ``long``: the balance sheet takes two pages.
    """

    draw: Draw
    standards: tuple[Standard, ...] = FULL
    group: tuple[bool, ...] = (True, False)
    opinions: tuple[str, ...] = OPINIONS
    long: bool = False


def _account(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """账户式: assets left, claims right, across a landscape page, rows numbered."""
    return {
        "two_sided": True,
        "line_numbers": rng.random() < 0.75,
        "ruled": rng.choice(("grid", "thick")),
        "paper": rng.choice(("a4-landscape", "a4-landscape", "a3")),
        "top": "row",
    }


def _report(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """报告式: one column over two pages with references to the notes."""
    return {
        "two_sided": False,
        "note_column": True,
        "line_numbers": False,
        "ruled": rng.choice(("horizontal", "grid", "grid")),
        "size": rng.uniform(9.2, 10.2),
        "top": "stack",
        "prior_first": rng.random() < 0.12,
    }


def _small_form(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """The printed forms of 小企业会计准则: 会小企01表, 会小企02表."""
    return {
        "heads": ("期末余额", "年初余额"),
        "flows": ("本年累计金额", rng.choice(("上年金额", "上年累计金额"))),
        "two_sided": True,
        "line_numbers": True,
        "ruled": "grid",
        "paper": rng.choice(("a4", "a4-landscape")),
        "top": "row",
        "unit": "yuan",
        "font": "song",
    }


def _three_line(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """三线表 on one page, without any vertical rule."""
    return {
        "two_sided": False,
        "split": False,
        "line_numbers": False,
        "note_column": rng.random() < 0.3,
        "ruled": "three",
        "font": rng.choice(("hei", "hei", "song")),
        "size": rng.uniform(7.8, 8.4),
        "top": rng.choice(("left", "entity")),
        "prior_first": rng.random() < 0.15,
        "fill": 0.95,
    }


def _shaded(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """A spreadsheet print-out: boxed, header and totals on a tinted ground."""
    shade, band = rng.choice((("#d9e2f3", "#eef2fa"), ("#d9d9d9", "#f2f2f2"), ("#e2efda", "#f3f8ef"), ("#fce4d6", "")))
    return {
        "two_sided": True,
        "line_numbers": rng.random() < 0.2,
        "ruled": "grid",
        "paper": rng.choice(("a4", "a4", "a4-landscape")),
        "shade": shade,
        "band": band,
        "font": rng.choice(("hei", "")),
        "top": rng.choice(("stack", "boxed")),
        "title_size": rng.uniform(13, 18),
    }


def _group_company(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """合并及公司: group and company in four columns of one table."""
    return {
        "two_sided": False,
        "line_numbers": False,
        "note_column": rng.random() < 0.6,
        "scopes": rng.choice((("合并", "公司"), ("合并", "母公司"), ("合并数", "母公司数"))),
        "scopes_outside": rng.random() < 0.5,
        "ruled": rng.choice(("horizontal", "three", "grid")),
        "size": rng.uniform(8.0, 8.8),
        "top": rng.choice(("stack", "entity")),
        "prior_first": rng.random() < 0.1,
    }


def _old_form(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """The formats before 2019 (应收票据及应收账款, 资产减值损失), as old report software prints them."""
    return {
        "heads": rng.choice((("期末数", "年初数"), ("期末余额", "年初余额"))),
        "flows": rng.choice((("本期数", "上期数"), ("本年数", "上年数"), ("本期金额", "上期金额"))),
        "two_sided": True,
        "line_numbers": rng.random() < 0.5,
        "ruled": rng.choice(("frame", "grid")),
        "paper": rng.choice(("a3", "a4-landscape")),
        "font": rng.choice(("kai", "song")),
        "top": rng.choice(("row", "entity")),
        "prior_first": rng.random() < 0.4,
    }


def _monthly(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """A bookkeeper's statements: 本月数 beside 本年累计数, opening balances first."""
    return {
        "heads": rng.choice((("期末数", "年初数"), ("期末余额", "年初余额"))),
        "flows": rng.choice((("本年累计数", "上年同期数"), ("本年累计金额", "上年同期累计"))),
        "monthly": rng.choice(("two", "three")),
        "two_sided": True,
        "line_numbers": rng.random() < 0.7,
        "ruled": "thick",
        "paper": "a4-landscape",
        "prior_first": not small and rng.random() < 0.6,
        "unit": "yuan",
        "top": "row",
    }


def _prior_first(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """Last year's column first, dated headers, hair lines, losses in brackets."""
    return {
        "heads": (f"{year}年12月31日", f"{year - 1}年12月31日"),
        "flows": (f"{year}年度", f"{year - 1}年度"),
        "prior_first": True,
        "two_sided": False,
        "split": rng.random() < 0.5,
        "line_numbers": rng.random() < 0.4,
        "note_column": rng.random() < 0.4,
        "ruled": rng.choice(("hair", "frame")),
        "negative": rng.choice(("paren", "fullparen")),
        "nil": rng.choice(("-", "—")),
        "size": rng.uniform(8.0, 8.8),
        "font": rng.choice(("song", "kai")),
        "top": "left",
    }


def _one_sheet(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """Both statements on one sheet: side by side on A3, or one above the other on A4."""
    paper = rng.choice(("a4", "a3"))
    return {
        "two_sided": True,
        "together": True,
        "line_numbers": rng.random() < 0.3,
        "ruled": rng.choice(("grid", "horizontal")),
        "paper": paper,
        "size": rng.uniform(7.0, 7.6) if paper == "a4" else rng.uniform(8.0, 8.8),
        "top": "row",
        "title_size": rng.uniform(12, 14),
    }


def _bilingual(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """Chinese and English names, as of foreign-invested firms."""
    return {
        "two_sided": False,
        "bilingual": rng.choice(("below", "inline")),
        "line_numbers": rng.random() < 0.3,
        "note_column": rng.random() < 0.4,
        "ruled": rng.choice(("horizontal", "three", "hair")),
        "size": rng.uniform(7.8, 8.6),
        "top": rng.choice(("entity", "stack", "left")),
        "negative": "paren",
        "prior_first": rng.random() < 0.2,
    }


SIGNED = ("centred", "letterhead")
UNSEEN = ("headline",)
"""The forms of the opinion that go with held-out layouts only."""
FORMS: dict[str, Form] = {
    "account": Form(_account, ANY),
    "report": Form(_report, ANY, long=True),
    "small_form": Form(_small_form, ("small",), (False,)),
    "three_line": Form(_three_line, ANY),
    "shaded": Form(_shaded, ANY),
    "group_company": Form(_group_company, FULL, (True,)),
    "old_form": Form(_old_form, ("2018", "2007")),
    "monthly": Form(_monthly, ("2019", "small"), (False,)),
    "prior_first": Form(_prior_first),
    "one_sheet": Form(_one_sheet, ANY, opinions=SIGNED),
    "leaders": Form(statement_unseen.leaders, ANY, opinions=UNSEEN),
    "bilingual": Form(_bilingual, opinions=SIGNED, long=True),
    "printout": Form(statement_unseen.printout, opinions=UNSEEN),
    "annual": Form(statement_unseen.annual, opinions=UNSEEN, long=True),
}
LAYOUTS: tuple[str, ...] = tuple(FORMS)
HELD_OUT: frozenset[str] = frozenset({"leaders", "printout", "annual"})


def choose_layout(
    rng: Random,
    layout: str | None = None,
    layouts: str = "all",
    *,
    standard: Standard | None = None,
    consolidated: bool | None = None,
    short: bool = False,
) -> str:
    """``layout`` or a random one that can show accounts of ``standard``, ``consolidated`` or not.

    ``consolidated=None``: not decided yet. ``short``: leave out those that print consolidated statements
    on more than two pages.

    Raises:
        UnknownLayoutError: there is none such.
    """

    def fits(name: str) -> bool:
        form = FORMS[name]
        if standard is not None and standard not in form.standards:
            return False
        if consolidated is not None and consolidated not in form.group:
            return False
        return not (short and consolidated and form.long)

    chosen = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts, fits)
    form = FORMS[chosen]
    if (standard or form.standards[0]) not in form.standards or (
        consolidated in (True, False) and consolidated not in form.group
    ):
        raise forms.UnknownLayoutError(f"版式“{chosen}”不能用于这类报表（{standard}，合并：{consolidated}），请换一种版式。")
    return chosen


def choose_style(
    rng: Random, year: int, *, unit: str | None = None, small: bool = False, layout: str | None = None, layouts: str = "all"
) -> Style:
    """A random way of printing for a fiscal ``year``; without ``layout``, one that suits any such accounts."""
    if layout is None:
        suits = [n for n, f in FORMS.items() if ("small" if small else "2019") in f.standards and (small or len(f.group) == 2)]
        layout = forms.pick(rng, suits, HELD_OUT, None, layouts)
    traits = {**_common(rng, year, small), **FORMS[layout].draw(rng, year, small)}
    if small:
        traits |= {"heads": ("期末余额", "年初余额"), "prior_first": False}
        traits["flows"] = ("本年累计金额", traits["flows"][1] if "上年" in traits["flows"][1] else "上年金额")
    if unit is not None:
        traits["unit"] = unit
    traits["decimals"] = 0 if traits["unit"] == "thousand_yuan" else 2
    traits["paper"] = traits.get("paper", "a4")
    if "size" not in traits:
        wide = rng.uniform(8.8, 10.2) if traits["paper"] == "a3" else rng.uniform(7.4, 8.2)
        traits["size"] = wide if traits["two_sided"] else rng.uniform(8.6, 9.8)
    return Style(layout=layout, **traits)


def with_last_year(style: Style) -> Style:
    """A monthly ``style`` with a column for last year beside month and year to date."""
    return replace(style, monthly="three")


def _common(rng: Random, year: int, small: bool) -> dict[str, Any]:
    """What every layout leaves to chance."""
    dated = (f"{year}年12月31日", f"{year - 1}年12月31日")
    return {
        "heads": rng.choice(
            (("期末余额", "年初余额"), ("期末余额", "上年年末余额"), ("期末数", "年初数"), dated, ("期末余额", "期初余额"))
        ),
        "flows": rng.choice(
            (
                ("本期金额", "上期金额"),
                ("本年金额", "上年金额"),
                (f"{year}年度", f"{year - 1}年度"),
                ("本年累计数", "上年同期数"),
                ("本期发生额", "上期发生额"),
            )
        ),
        "prior_first": not small and rng.random() < 0.05,
        "note_column": False,
        "unit": rng.choices(tuple(UNITS), (84, 5, 10, 1))[0],
        "negative": rng.choices(("minus", "paren", "fullparen"), (70, 15, 15))[0],
        "nil": rng.choice(("", "", "-", "—", "0.00")),
        "fill": rng.uniform(0.78, 0.98),
        "title_size": rng.uniform(14, 17),
    }
