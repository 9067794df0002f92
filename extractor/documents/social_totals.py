"""Printed numbers of persons on social-security papers: totals, page totals, numbers per kind of insurance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.documents.finders import Value, field_of
from extractor.documents.rows import Run, rows
from extractor.documents.social_rows import People
from extractor.model import Field, Page

_TOTAL = re.compile(
    r"(?P<page>本页[^\d:：]{0,12})?(?:(?:实际|在职|期末|打印的?|单位|企业|职工|现有|目前|全部|当月|本月|参加|共有"
    r"|[\u4e00-\u9fff]{2,8}保险)*(?:参保|缴费|投保|合计|总计"
    r"|职工|在保|人员|社保|险)(?:职工|人员|缴费)?(?:的)?"
    r"(?:总人数|总数|人数|人员数)(?:合计|共计|总计|小计)?|(?:合计|总计|共计|共有?|总共|总人数|总数|人数)(?:参保|缴费|人数"
    r"|职工|人员|打印|参保人数|缴费人数)?)"
    r"(?:\(人\))?(?:为|是|共|[:：])?\(?(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6})\)?(?P<unit>人次|人(?!民)|名|位|个|$"
    r"|[^\d.,元年月%条页笔])?"
)
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
            kind = "page" if _SUBTOTAL.search(before) else "kind" if re.search(r"养老|医疗|工伤|失业|生育", before) else "all"
            run = row.slice(match.start(), match.end("n"))
            if below and match.start("n") >= len(text):
                run = below.slice(match.start("n") - len(text), match.end("n") - len(text))
            out.append(Total(int(match["n"].replace(",", "")), run, kind))
    return out + _column_totals(page)


def _column_totals(page: Page) -> list[Total]:
    """Numbers under a 参保人数 header, one per kind of insurance."""
    head: tuple[float, float] | None = None
    out = []
    for row in rows(page):
        for line in row.lines:
            segment = Run(row.page, tuple(g for g in row.glyphs if g.line is line))
            if re.fullmatch(r"(?:参保|缴费)(?:职工)?人数(?:\(人\))?", segment.key):
                head = (segment.box[0] - 0.01, segment.box[2] + 0.01)
            elif (
                head and re.fullmatch(r"\d{1,6}人?", segment.key) and head[0] <= (segment.box[0] + segment.box[2]) / 2 <= head[1]
            ):
                kind = "all" if re.match(r"合计|总计", row.key) else "kind"
                out.append(Total(int(re.sub(r"\D", "", segment.key)), segment, kind))
    return out


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
