"""Printed numbers of persons on social-security papers: totals, page totals, numbers per kind of insurance."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.documents.finders import Value, field_of
from extractor.documents.rows import Run, rows
from extractor.documents.social_rows import People
from extractor.model import Field, Page
from extractor.values.months import find_months

_TOTAL = re.compile(
    r"(?P<page>本页[^\d:：]{0,12})?(?:(?:实际|在职|期末|打印的?|单位|企业|职工|现有|目前|全部|当月|本月|参加|共有"
    r"|[\u4e00-\u9fff]{2,8}保险)*(?:参保|缴费|投保|合计|总计"
    r"|职工|在保|人员|社保|险)(?:职工|人员|缴费)?(?:的)?"
    r"(?:总人数|总数|人数|人员数)(?:合计|共计|总计|小计)?|(?:合计|总计|共计|共有?|总共|总人数|总数|人数)(?:参保|缴费|人数"
    r"|职工|人员|打印|参保人数|缴费人数)?)"
    r"(?:\(人\))?(?:为|是|共|[:：])?\(?(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6})\)?(?P<unit>人次|人(?!民)|名|位|个|$"
    r"|[^\d.,元年月%条页笔])?"
)
_CELL = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})人?")
_APART = 1.0
"""White space (character widths) between two cells."""
_COUNTED = re.compile(
    r"(?:[当本]月|期末|月末|现有|实际|单位|企业|在职)?(?:参保|缴费|在保|投保|参加)(?:职工|人员)?总?人数(?:\(人\)|/人)?|(?:总|职工)?人数(?:\(人\))?"
)
_REACH = 5.0
"""The next number of a column of numbers stands at most so many heights below the one before."""
_MONTH = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?")
_SUM = re.compile(r"合计|小计|总计|共计|累计|人次")
_INSURANCE = re.compile(r"养老|医疗|工伤|失业|生育")
_SUBTOTAL = re.compile(r"小计|本页")


@dataclass(frozen=True, slots=True)
class Total:
    """A printed number of persons."""

    number: int
    run: Run
    kind: str
    """``all``, ``page`` (本页) or ``kind`` (of one kind of insurance)."""


def totals_of(page: Page) -> list[Total]:
    """Printed numbers of persons on a page."""
    out = []
    printed = rows(page)
    full = max((r.box[2] for r in printed), default=1.0)
    for k, row in enumerate(printed):
        text = row.key
        # a paragraph breaks anywhere: 参保缴费人 / 数38人
        wraps = (
            len(text) > 20
            and k + 1 < len(printed)
            and (re.search(r"\d$|人数[:：为共]?$", text) or row.box[2] > full - 2 * row.em)
        )
        below = printed[k + 1] if wraps else None
        for match in _TOTAL.finditer(text + (below.key if below else "")):
            unit = match["unit"] or ""
            if unit == "人次" or match.start() >= len(text) or "平均" in text[: match.start()][-4:]:
                continue
            if not re.search(r"人|名|位", match[0]) or re.search(r"第$", text[: match.start()]):
                continue
            before = (text + (below.key if below else ""))[max(0, match.start() - 8) : match.end()]
            kind = "page" if _SUBTOTAL.search(before) else "kind" if _INSURANCE.search(before) else "all"
            # where the number stands: on the row, or on the one below
            at, number = (k, match.start("n")) if match.start("n") < len(text) else (k + 1, match.start("n") - len(text))
            series = _series(printed[at], number)
            if len(series) > 1:
                out += _by_column(printed[:at], series)
                continue
            run = row.slice(match.start(), match.end("n"))
            if at > k:
                run = printed[at].slice(number, match.end("n") - len(text))
            out.append(Total(int(match["n"].replace(",", "")), run, kind))
    return out + _column_totals(page)


def _series(row: Run, start: int) -> list[Run]:
    """The numbers from ``start`` on that stand apart on a row, each in a cell of its own."""
    parts = row.slice(start).segments(_APART)
    return list(itertools.takewhile(lambda part: _CELL.fullmatch(part.key), parts))


def _by_column(above: Sequence[Run], series: Sequence[Run]) -> list[Total]:
    """The numbers of a row by what heads their columns: of months the last, of insurances every one, no sums of them."""
    heads = [_head(above, number) for number in series]
    months = [k for k, head in enumerate(heads) if _is_month(head)]
    if months:
        chosen, kind = [months[-1]], "all"
    else:
        chosen, kind = [k for k, head in enumerate(heads) if not _SUM.search(head)], "kind"
    return [Total(int(re.sub(r"\D", "", series[k].key)), series[k], kind) for k in chosen]


def _head(above: Sequence[Run], number: Run) -> str:
    """What heads the column of a number: the nearest cell above it that is a month, an insurance or a sum."""
    left, right = number.box[0], number.box[2]
    for row in reversed(above):
        for part in row.segments(_APART):
            over = part.box[0] < right and left < part.box[2]
            if over and (_is_month(part.key) or _INSURANCE.search(part.key) or _SUM.search(part.key)):
                return part.key
    return ""


def _is_month(text: str) -> bool:
    """Whether a cell names a month and nothing else."""
    return len(text) <= 9 and (bool(find_months(text)) or _MONTH.fullmatch(text) is not None)


def _column_totals(page: Page) -> list[Total]:
    """Numbers under a 参保人数 header, one per kind of insurance."""
    head: Run | None = None
    last = 0.0
    out = []
    for row in rows(page):
        for part in (part for line in row.segments(_APART) for part in _by_line(line)):
            number = _CELL.fullmatch(part.key)
            if _COUNTED.fullmatch(part.key):
                head, last = part, part.box[3]
            elif (
                head
                and number
                and head.box[0] - 0.01 <= (part.box[0] + part.box[2]) / 2 <= head.box[2] + 0.01
                and part.box[1] - last < _REACH * (part.box[3] - part.box[1])
            ):
                last = part.box[3]
                kind = "all" if re.match(r"合计|总计", row.key) else "kind"
                out.append(Total(int(re.sub(r"\D", "", part.key)), part, kind))
    return out


def _by_line(part: Run) -> list[Run]:
    """A stretch of a row by the lines read in it."""
    return [Run(part.page, tuple(g for g in part.glyphs if g.line is line)) for line in part.lines]


def headcount(pages: Sequence[Page], people: People) -> Field | None:
    """The printed total; page totals count only where the list has one page; several unlike totals are named."""
    totals = [t for page in pages for t in totals_of(page)]
    chosen = [t for t in totals if t.kind == "all"] or [t for t in totals if t.kind == "kind"]
    if not chosen and (len(totals) == 1 or max(people.pages, len(pages)) <= 1):
        # a page's own total stands on every page; printed once it is the list's
        chosen = totals
    if not chosen:
        return None
    numbers = {t.number for t in chosen}
    best = max(chosen, key=lambda t: (t.number, t.run.confidence))
    value = Value("", (best.run,), 0.97, "pattern")
    if len(numbers) == 1:
        return field_of(value, best.number, method="label")
    note = "印有几个不同的人数：" + "、".join(str(n) for n in sorted(numbers)) + "，请核对"
    made = field_of(value, best.number, method="label", note=note)
    return made.model_copy(update={"confidence": min(made.confidence, 0.5)})
