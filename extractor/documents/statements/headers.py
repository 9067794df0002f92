"""Column headers: which column holds which period, and which hold no figures.

Period by header, never by position: reports print the prior year first, 小企业 statements show
本年累计金额 beside 本月金额, and 2019 formats say 上年年末余额 (财会〔2019〕6号; 小企业会计准则 附录).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from rapidfuzz.distance import Levenshtein

from extractor.documents.rows import Run
from extractor.documents.statements.cells import Cell, cells_of, join_spaced
from extractor.documents.statements.english import parse_english, without_preposition
from extractor.documents.statements.misprints import simplified
from extractor.values.chinese import squeeze
from extractor.values.dates import find_dates, parse_period, period_end

ColumnKind = Literal["item", "line", "note", "figure", "other"]
When = Literal["current", "prior", "month", "explicit", "unknown"]
Scope = Literal["consolidated", "parent"]

_ITEM = re.compile(
    r"项目|科目|会计科目|报表项目|资产|资产类|资产项目|指标|指标名称|项目名称|资产部类|负债部类"
    r"|负债(?:[和及与、]|类)?(?:所有者|股东|业主)?(?:\(或?股东\)?)?(?:权益|净资产)?(?:\(或(?:股东?|所有者?)?(?:权益?)?\)?)?(?:类|项目)?"
)
_LINE = re.compile(r"行次|行号|序号|行数|行|次")
_NOTE = re.compile(r"附注|注释|注|附注(?:编号|号|序号|索引)?|注释号|报表附注|附注[一二三四五六七八九十]+")
_OTHER = re.compile(r"增减|变动|比例|比率|幅度|比重|占比|%|差异|同比|预算|计划")
_ADJUST = re.compile(r"调整数|影响数|影响金额|累积影响|累计影响|调整金额|重分类|重新计量")
_AMOUNT = r"(?:账面)?(?:累计|实际|发生)?(?:余额|数额?|金额|发生额|累计数|合计数|价值)?"
_CURRENT = re.compile(
    rf"(?:[本当](?:会计)?(?:年度?|期间?|报告期)|报告期)(?:年?[末终未]|期末)?{_AMOUNT}|(?:期|年)[末终未]{_AMOUNT}"
    r"|(?:自)?年初(?:至(?:本)?报告期末|至今)?累计(?:数|金额|发生额)?|累计(?:数|金额|发生额)|年初至报告期末(?:金额|数)?"
)
_PRIOR = re.compile(
    rf"(?:[上去前](?:会计)?(?:一?年度?|期间?)|上年度?末|以前年度)(?:年?[末终未]|期末)?(?:同期)?{_AMOUNT}|(?:本?期|本?年)初{_AMOUNT}|同期{_AMOUNT}"
)
_MONTH = re.compile(rf"(?:[本当](?:月度?|季度?)|本?月度){_AMOUNT}")
_HEADS: tuple[tuple[When, str], ...] = (
    ("current", "期末 年末 本期 本年 本期末 本年末 本年累计"),
    ("prior", "年初 期初 上期 上年 上年年末 上期末 上年同期 上年累计"),
    ("month", "本月"),
)
_SAMPLES: dict[str, When] = {
    f"{head}{tail}": when
    for when, heads in _HEADS
    for head in heads.split()
    for tail in ("", "余额", "数", "金额", "发生额", "累计数", "累计金额")
}
"""Usual wordings, for recognising one misread character."""
_LEAF = re.compile(r"非限定性?|限定性?|合计|小计|收入|成本|金额|调整前|调整后|余额")
_SCOPE_SLIP = re.compile(r"合[井开弁并幷並併]|[毋每]公[司可]|母公[可同]")
"""合并 and 母公司 with one look-alike character."""
_SCOPE_TAIL = re.compile(r"(?:报表|财务报表)?(?:数据?|口径)?")
"""What may follow 合并, 母公司 in a header that says nothing else."""
_WITH_LEAF = re.compile(r"(.{2,}?)\(?(收入|成本|合计|非限定性|限定性)\)?")
_STRIP = re.compile(
    r"\(?(?:经?审计|已?经?重述|调整后|经调整|未经审计|已审|未审|审定数?|人民币|RMB|单位|[千万]?元|审计后|审定)\)?"
)


@dataclass(frozen=True)
class Column:
    """A column of a statement table: x-range, what it holds and for which time."""

    left: float
    right: float
    kind: ColumnKind
    text: str
    when: When = "unknown"
    period: str = ""
    """Explicit period (``YYYY`` or ``YYYY-MM``), for ``when == 'explicit'``."""
    opening: bool = False
    """The explicit day is 1 January: the state at the end of the year before."""
    leaf: str = ""
    scope: Scope | None = None
    sure: float = 1.0
    adjusting: bool = False
    """A column of adjustments: the table restates, it is no statement."""

    @property
    def centre(self) -> float:
        """Horizontal centre."""
        return (self.left + self.right) / 2

    @property
    def timed(self) -> bool:
        """Whether it is a figure column whose time is known."""
        return self.kind == "figure" and self.when != "unknown"


_CJK = re.compile(r"[\u3400-\u9fff]")
_TRANSLATION = re.compile(r"[(/|]?[A-Za-z]{3}[^\u3400-\u9fff]*$|^[A-Za-z]{3}[^\u3400-\u9fff]*[A-Za-z)/|](?=[\u3400-\u9fff])")
_MONEY = re.compile(r"USD|US\$|HKD|HK\$|EUR|JPY|GBP|RMB|CNY", re.I)


def _chinese_part(plain: str) -> str:
    """A header without the translation after or before it; what names a currency stays."""
    if not _CJK.search(plain) or _MONEY.search(plain):
        return plain
    return _TRANSLATION.sub("", plain)


@lru_cache(maxsize=8192)
def parse_header(text: str) -> Column | None:
    """What a header text says, or None when it is no header known here (x-range 0, 0)."""
    plain = _chinese_part(simplified(squeeze(text))).replace(":", "").strip("、.")
    if not plain or len(plain) > 40:
        return None
    if not _CJK.search(plain) and (english := parse_english(plain)):
        return replace(Column(0.0, 0.0, english.kind, plain), when=english.when, scope=english.scope)
    plain = without_preposition(plain)
    blank = Column(0.0, 0.0, "figure", plain)
    if _ITEM.fullmatch(plain):
        return replace(blank, kind="item")
    if _LINE.fullmatch(plain):
        return replace(blank, kind="line")
    if _NOTE.fullmatch(plain):
        return replace(blank, kind="note")
    if _ADJUST.search(plain):
        return replace(blank, kind="other", adjusting=True)
    if _OTHER.search(plain):
        return replace(blank, kind="other")
    return _figure_header(blank, plain)


def _figure_header(blank: Column, plain: str) -> Column | None:
    """Period, scope and leaf of a figure column."""
    plain = _SCOPE_SLIP.sub(lambda m: "合并" if m[0][0] == "合" else "母公司", plain)
    scope: Scope | None = None
    if "合并" in plain or re.match(r"本?集团(?!有限|股份|公司)", plain):
        scope = "consolidated"
    elif re.search(r"母公司|^公司|公司$", plain):
        scope = "parent"
    bare = re.sub(r"合并|母公司|本?公司|^本?集团", "", plain)
    bare = _STRIP.sub("", bare).strip("()[]-—")
    leaf = ""
    if split := _WITH_LEAF.fullmatch(bare):
        bare, leaf = split[1], split[2]
    timed = _explicit(bare)
    if timed is None:
        timed = _relative(bare)
    if timed is not None:
        return replace(
            blank, when=timed.when, period=timed.period, opening=timed.opening, scope=scope, sure=timed.sure, leaf=leaf
        )
    bare += leaf
    if _LEAF.fullmatch(bare):
        return replace(blank, leaf=bare, scope=scope)
    if scope and _SCOPE_TAIL.fullmatch(bare):
        return replace(blank, scope=scope)
    return None


def period_of_day(day: dt.date) -> str:
    """The period that ends on a day: the year for 31 December, else year and month."""
    return str(day.year) if (day.month, day.day) == (12, 31) else f"{day.year}-{day.month:02d}"


_YEAR = re.compile(r"(?:19|20)\d{2}年?")


def _explicit(bare: str) -> Column | None:
    """A date, a year or a span in a header."""
    hits = find_dates(bare)
    blank = Column(0.0, 0.0, "figure", bare, when="explicit")
    if len(hits) == 1 and not hits[0].ambiguous:
        day = hits[0].value
        if (day.month, day.day) == (1, 1):
            return replace(blank, period=str(day.year - 1), opening=True)
        if day.day < 28:
            return None
        return replace(blank, period=period_of_day(day))
    end = period_end(bare)
    if end is not None:
        return replace(blank, period=period_of_day(end))
    rest = re.sub(rf"{_CURRENT.pattern}|{_PRIOR.pattern}", "", bare).strip("()")
    if rest != bare and (end := period_end(rest)):
        return replace(blank, period=period_of_day(end))
    match = _YEAR.search(bare)
    if match and re.fullmatch(
        r"\(?(?:年度?|度|末|年末|发生额|金额|数|期末余额|累计数?|合计|实际|\))*", bare[: match.start()] + bare[match.end() :]
    ):
        return replace(blank, period=match[0][:4])
    return None


def _relative(bare: str) -> Column | None:
    """Words such as 期末余额; one misread character is forgiven in words of four or more."""
    blank = Column(0.0, 0.0, "figure", bare)
    bare = re.sub(r"\(.*?\)", "", bare)
    patterns: tuple[tuple[re.Pattern[str], When], ...] = ((_MONTH, "month"), (_PRIOR, "prior"), (_CURRENT, "current"))
    for pattern, when in patterns:
        if pattern.fullmatch(bare):
            return replace(blank, when=when)
    if len(bare) < 4:
        return None
    near = [w for w in _SAMPLES if len(w) == len(bare) and Levenshtein.distance(w, bare, score_cutoff=1) <= 1]
    # 本期/上期, 期末/期初 differ by one character themselves: a slip there cannot be told
    whens = {_SAMPLES[w] for w in near}
    return replace(blank, when=whens.pop(), sure=0.85) if len(whens) == 1 else None


def header_cells(row: Run) -> list[Cell]:
    """The cells of a row as headers: letter-spaced words joined, two headers printed close together parted."""
    out: list[Cell] = []
    for cell in join_spaced(cells_of(row)):
        out += [cell] if cell.numeric or parse_header(cell.text) else _parted(cell)
    return out


def _parted(cell: Cell) -> list[Cell]:
    """A text cell cut into headers, if it is made of nothing else.

    Cut where one line ends and another begins, and within a line where the reading ran headers together
    (行次期末余额年初余额).
    """
    glyphs = cell.run.glyphs
    starts = [0, *(i for i in range(1, len(glyphs)) if glyphs[i].line is not glyphs[i - 1].line), len(glyphs)]
    cuts = {0, *starts}
    for a, b in pairwise(starts):
        cuts |= {a + end for end in _run_together("".join(g.char for g in glyphs[a:b]))}
    pieces = [Cell(cell.run.slice(a, b), False) for a, b in pairwise(sorted(cuts))]
    return pieces if len(pieces) > 1 and all(parse_header(p.text) for p in pieces) else [cell]


_DATED = r"(?:19|20)\d{2}年(?:\d{1,2}月\d{1,2}日|度|末)?"
_NAMED = r"(?:[期年]末|[期年]初|上年年末|本[期年]|上[期年])(?:余额|金额|数|累计数|累计金额|发生额)"
_ONE = re.compile(rf"{_DATED}|{_NAMED}|行次|行号|序号|附注(?:编号|号)?")
_SERIES = re.compile(rf"(?:行次|行号|序号|附注(?:编号|号)?)?(?:{_DATED}|{_NAMED}){{1,4}}")


def _run_together(text: str) -> tuple[int, ...]:
    """Where headers that make up the whole text end, blanks kept; none where it is anything else."""
    places = [i for i, char in enumerate(text) if not char.isspace()]
    plain = "".join(text[i] for i in places)
    return tuple(places[m.end() - 1] + 1 for m in _ONE.finditer(plain)) if _SERIES.fullmatch(plain) else ()


def build_columns(block: Sequence[Sequence[Cell]]) -> list[Column]:
    """The columns of a header block (rows of cells, top to bottom).

    A header wrapped on two lines is joined; a header over several sub-headers (本期发生额 over
    收入 | 成本) passes its time to each. Unknown header texts become columns without time, so
    that their figures are not taken for a neighbour's.
    """
    cells = [(r, c) for r, row in enumerate(block) for c in row]
    plain = [(r, c) for r, c in cells if not _fixed(c)]
    columns = [replace(h, left=c.left, right=c.right) for _, c in cells if (h := _fixed(c))]
    above = [_ancestors(c, r, plain) for r, c in plain]
    parents = {id(c) for stack in above for c in stack}
    columns += [_column([*stack, c]) for stack, (_, c) in zip(above, plain, strict=True) if id(c) not in parents]
    return _missing_scope(_misread_items(sorted(columns, key=lambda c: c.centre)))


def _missing_scope(columns: list[Column]) -> list[Column]:
    """The one column of 合并 | 公司 whose scope was not read, told by the others.

    Only where two times have two columns each and the three other scopes were read.
    """
    figures = [c for c in columns if c.kind == "figure"]
    lost = [c for c in figures if c.scope is None]
    times = [(c.when, c.period) for c in figures]
    if len(figures) != 4 or len(lost) != 1 or not all(c.timed and times.count((c.when, c.period)) == 2 for c in figures):
        return columns
    other = next(c for c in figures if c is not lost[0] and (c.when, c.period) == (lost[0].when, lost[0].period))
    rest = {c.scope for c in figures if (c.when, c.period) != (other.when, other.period)}
    if rest != {"consolidated", "parent"}:
        return columns
    scope: Scope = "parent" if other.scope == "consolidated" else "consolidated"
    return [replace(c, scope=scope) if c is lost[0] else c for c in columns]


def _misread_items(columns: list[Column]) -> list[Column]:
    """Item columns told by their place where their heading was misread (资户, 负损及所有者权益).

    Such a column comes first, or it parts two runs of figures with the same times: the second side of a
    two-sided balance sheet. Taken for one side, each period would have two figures.
    """

    def times(some: Sequence[Column]) -> set[tuple[str, str, str | None, str]]:
        return {(c.when, c.period, c.scope, c.leaf) for c in some if c.timed}

    def misread(i: int, column: Column) -> bool:
        word = _WORD.search(column.text) or (i == 0 and column.text in _TORN_ITEM)
        if column.kind != "figure" or column.timed or parse_header(column.text) or not word:
            return False
        before, after = times(columns[:i]), times(columns[i + 1 :])
        return bool(before & after) or (i == 0 and bool(after))

    return [replace(c, kind="item") if misread(i, c) else c for i, c in enumerate(columns)]


_TORN_ITEM = frozenset("资产项目科")
"""What is left of a letter-spaced 资产, 项目, 科目 of which one character was not read."""
_WORD = re.compile(r"[\u4e00-\u9fff]{2}")


def _fixed(cell: Cell) -> Column | None:
    """The header of an item, row-number or note column."""
    header = parse_header(cell.text)
    return header if header and header.kind in ("item", "line", "note") else None


def _overlap(a: Cell, b: Cell) -> float:
    """Shared width as a share of the narrower."""
    return (min(a.right, b.right) - max(a.left, b.left)) / max(1e-6, min(a.right - a.left, b.right - b.left))


def _ancestors(cell: Cell, row: int, plain: Sequence[tuple[int, Cell]]) -> list[Cell]:
    """The header cells above a cell, one per row: the one it stands under, else the nearest that can head it.

    A time heads sub-columns (收入 | 成本), a scope (合并 | 母公司) heads times; each may stand centred over several.
    """
    own = parse_header(cell.text)
    timed = bool(own and own.timed)
    out: list[Cell] = []
    for r in sorted({s for s, _ in plain if s < row}):
        row_cells = [c for s, c in plain if s == r]
        heads = [h for c in row_cells if (h := parse_header(c.text))]
        under = [c for c in row_cells if _overlap(cell, c) > 0.25]
        scopes = bool(heads) and all(h.scope and not h.timed for h in heads)
        if under:
            out.append(max(under, key=lambda c: _overlap(cell, c)))
        elif (own or _beside_scopes(row, plain)) and ((scopes and timed) or (not timed and any(h.timed for h in heads))):
            out.append(min(row_cells, key=lambda c: abs(c.centre - cell.centre)))
    return out


def _beside_scopes(row: int, plain: Sequence[tuple[int, Cell]]) -> bool:
    """Whether a row of headers holds scopes alone but for one that was misread."""
    heads = [parse_header(c.text) for r, c in plain if r == row]
    return len(heads) > 2 and sum(bool(h and h.scope and not h.timed) for h in heads) == len(heads) - 1


def _column(stack: Sequence[Cell]) -> Column:
    """One column from its header cells, top to bottom."""
    leaf = stack[-1]
    parsed = [p for p in (parse_header(c.text) for c in stack) if p]
    whole = parse_header("".join(c.text for c in stack))
    timed = next((p for p in ([whole] if whole else []) + parsed[::-1] if p.timed), None)
    scope = next((p.scope for p in parsed if p.scope), None)
    leaf_name = next((p.leaf for p in parsed[::-1] if p.leaf), "")
    text = "".join(c.text for c in stack)
    base = Column(leaf.left, leaf.right, "figure", text, leaf=leaf_name, scope=scope)
    if any(p.adjusting for p in parsed):
        return replace(base, kind="other", adjusting=True)
    if any(p.kind == "other" for p in parsed):
        return replace(base, kind="other")
    if timed is None:
        return base
    return replace(base, when=timed.when, period=timed.period, opening=timed.opening, sure=timed.sure)


def resolve(column: Column, kind: str, context: str) -> str:
    """The period of a figure column, or "" where it has none or it cannot be known.

    ``kind``: ``balance`` or another statement; ``context``: the statement's own period
    (``2022`` or ``2025-03``), "" where unknown. A year heading alone in an interim statement
    means the same span of that year.
    """
    if column.kind != "figure" or column.when in ("unknown", "month"):
        return ""
    if column.when == "explicit":
        if "-" in context and "-" not in column.period and kind != "balance":
            return f"{column.period}{context[4:]}"
        return column.period
    if not context:
        return ""
    if column.when == "current":
        return context
    before = str(int(context[:4]) - 1)
    return before if kind == "balance" or "-" not in context else before + context[4:]


_SPAN = re.compile(r"((?:19|20)\d{2})年(?:度)?第?([一二三四1-4])季度")


def statement_period(text: str) -> str:
    """The period in a statement's date line (``2022年12月31日``, ``2022年度``, ``2022年1—12月``), or ""."""
    plain = squeeze(text)
    if match := _SPAN.search(plain):
        return f"{match[1]}-{'一二三四1234'.index(match[2]) % 4 * 3 + 3:02d}" if match[2] not in "四4" else match[1]
    for piece in re.split(r"(?:编制单位|编制企业|单位名称|单位|会企|会小企|会民非|日期|期间|会计期间|所属期|年度)[:]", plain):
        end = period_end(piece)
        if end is not None:
            return period_of_day(end)
    hits = find_dates(plain)
    if len(hits) == 1 and hits[0].value.day >= 28:
        return period_of_day(hits[0].value)
    match = re.search(r"(?:19|20)\d{2}年(?:度|0?1月?[-—~至]+\d{1,2}月(?:份)?|\d{1,2}月(?:份)?)", plain)
    if match and (end := period_end(match[0])):
        return period_of_day(end)
    return parse_period(plain) or ""
