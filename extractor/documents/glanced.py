"""What a glance at a page shows by itself: whether it may be running text of a paper, and what its titles and headings say.

The project's own cues are asked about the few lines that were read. Whatever is not plainly harmless is a reason to
read the page: an unknown large or centred line, a line that could not be read, a heading of a wanted figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.documents import not_evidence
from extractor.documents.split import level_only, look
from extractor.documents.statements.catalogue import name_of
from extractor.documents.statements.headers import parse_header
from extractor.documents.statements.titles import may_have_title
from extractor.model import Glance, Line, Page
from extractor.values.chinese import squeeze
from extractor.values.dates import find_dates
from extractor.values.line_rows import FEW_ROWS, FRAME, FULL, Role, Shape, in_frame, shape_of, telling
from extractor.values.paper_words import PAPER

EXTENT = 0.5
"""Of the page height: running text fills its page."""
LEAST = 6
"""Lines: with fewer, a page with pictures may be anything."""
TITLED = 0.85
"""How much the print itself must say that a title is one (``not_evidence.Attachment.score``)."""
SURE = 0.8
"""A telling line read less surely may say anything."""
TABLE, MOSTLY = 0.3, 0.55
"""Shares of rows with several cells from which on a page counts as a table, a list or a statement: if no note heads it, and
in any case where there is no running text (a statement's own labels are numbered, too)."""
PROSE = 0.15
"""Share of rows of running text below which a page is a form or a list, if no note heads it."""
ODD, SMALL = 5, 10
"""So many rows set neither left nor right nor in the middle, or lines of small print, are a layout of its own."""
SMALL_PRINT = 0.62
"""Of the usual height."""

FIGURES = re.compile(
    r"营业(?!外).?收|业务收|主营|研.{0,5}费|审计报告|(?:负债|利润|损益|收益|活动|支出)表"
    r"|填列|利润总额|净利润|每股收益|综合收益|流动(?:资产|负债)|(?:资产|负债|权益)[总合]计"
)
"""A heading above a table that a figure may be taken from, a statement's title, or a label that only statements have."""
PAGE_NUMBER = re.compile(
    r"[-—–_·~(（]*第?(\d{1,4})(?:页|$|[-—–_·~)）]|(?=[/／,，(（共]|of))[/／,，(（]?(?:共|of)?(\d{1,4})?页?[-—–_·~)）]*"
)
_NUMBERED = re.compile(
    r"(?:附?注?释?[一二三四五六七八九十]{1,3}[、.．,，]?)?"
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节条款部篇]|[(（\[]?[一二三四五六七八九十\d]{1,3}[)）\]、.．:：,，]|[①-⑳])"
)
_CONTRACT = re.compile(r"合同|协议")
_NOTHING = re.compile(r"[\d\s,，.．()（）%％\-—–_/／:：·~]*")
_SENTENCE = re.compile(r"[，。；,;]")
"""No title holds such a mark (``titles``)."""
_UNIT = re.compile(r"单位|币种|人民币")


@dataclass(frozen=True, slots=True)
class Title:
    """A line that may be a title; ``large``: its print is."""

    line: Line
    large: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """What one glance shows by itself.

    ``reason``: why the page must be read, in plain Chinese; else empty, and then: ``opens``: it opens a contract, by its
    title; ``titles``: large or centred lines, or running heads, that may be a paper's title; ``noted``: a table stands
    under the numbered name of an account; ``tables``: rows of figures; ``loose``: no running text, all short lines were read.
    """

    reason: str = ""
    opens: bool = False
    titles: tuple[Title, ...] = ()
    noted: bool = False
    tables: bool = False
    loose: bool = False


def looks_of(glance: Glance) -> Looks:
    """What a glance shows, whatever stands beside the page."""
    if glance.doubt:
        return Looks(glance.doubt)
    if glance.loose:
        said = tuple(Title(x, False) for x in glance.page.lines if in_frame(x.box, prose=False) and _speaks(x.text))
        return Looks("文字少" if len(glance.boxes) < LEAST else _short_lines(glance.page), titles=said, loose=True)
    shape = shape_of(glance.boxes, glance.page.height / glance.page.width)
    told = list(_told(glance, shape))
    opens = opens_contract(glance.page)
    if reason := _layout(shape) or _lines(glance.page, told, opens=opens):
        return Looks(reason)
    numbered = [line.text for _, line in told if line is not None and _NUMBERED.match(squeeze(line.text))]
    tables, prose = sum(map(shape.is_table, shape.rows)), sum(map(shape.is_prose, shape.rows))
    bare = prose < PROSE * len(shape.rows)
    if (bare and tables >= MOSTLY * len(shape.rows)) or ((bare or tables >= TABLE * len(shape.rows)) and not numbered):
        return Looks("整页表格")
    titles = [
        Title(line, role == "large")
        for role, line in told
        if line is not None
        and (_speaks(line.text) if role == "frame" else role != "heading" and not _harmless(line.text))
        and not (opens and _CONTRACT.search(squeeze(line.text)))
    ]
    return Looks(
        opens=opens,
        titles=tuple(titles),
        noted=bool(tables) and any(name_of(text).known for text in numbered),
        tables=tables > 1,
    )


def _told(glance: Glance, shape: Shape) -> Iterator[tuple[Role, Line | None]]:
    """The telling lines with their roles; None for one that could not be read."""
    read = {line.box: line for line in glance.page.lines}
    for i, role in telling(shape).items():
        yield role, read.get(glance.boxes[i])


def _layout(shape: Shape) -> str:
    """Why a page's layout is not that of running text or notes; empty where it is."""
    if len(shape.rows) < FEW_ROWS or shape.rows[-1].box[3] - shape.rows[0].box[1] < EXTENT:
        return "文字行少"
    odd = [
        r
        for r in shape.rows
        if shape.is_lone(r)
        and r.box[0] > shape.left + 8 * shape.em
        and r.box[2] < shape.right - 2 * shape.em
        and abs(r.cx - 0.5) > 0.06
        and FRAME < r.box[1] < 1 - FRAME
    ]
    small = [b for b in shape.boxes if b[3] - b[1] < SMALL_PRINT * shape.usual]
    return "版面不规则" if len(odd) >= ODD or len(small) >= SMALL else ""


def opens_contract(page: Page) -> bool:
    """Whether a page surely opens a contract, by its title."""
    found = not_evidence.attachment_type(level_only(page))
    return found is not None and found.type == "contract" and found.score >= TITLED


def _short_lines(page: Page) -> str:
    """Why a page with pictures or few lines must be read, by its short lines; empty where they say nothing of a paper."""
    level = without_frame(page)
    if not level.lines or any(line.confidence < SURE for line in level.lines):
        return "文字看不清"
    seen = look(level)
    if seen.cues or seen.attachment is not None or any(PAPER.search(squeeze(line.text)) for line in level.lines):
        return "有材料的标题"
    if not_evidence.excluded_reason([page]) is not None:
        return "有样本、草稿一类字样"
    if any(find_dates(squeeze(line.text)) for line in level.lines):
        return "有落款日期"
    return "可能有所需数字或报表" if any(FIGURES.search(squeeze(line.text)) for line in level.lines) else ""


def _lines(page: Page, told: Sequence[tuple[Role, Line | None]], *, opens: bool) -> str:
    """Why the telling lines call for reading the page, whatever stands beside it; ``opens``: it opens a contract."""
    texts = []
    for role, line in told:
        if role == "frame":
            continue
        if line is None or line.confidence < SURE:
            return "有未看清的标题行"
        texts.append(squeeze(line.text))
    seen = look(without_frame(page))
    if (seen.attachment is not None and not opens) or any(
        c.role == "start" or c.title != "财务报表附注" for c in seen.cues.values()
    ):
        return "有材料的标题"
    if not_evidence.excluded_reason([page]) is not None:
        return "有样本、草稿一类字样"
    if may_have_title(without_frame(page)) or any(FIGURES.search(text) for text in texts):
        return "可能有所需数字或报表"
    return ""


def _speaks(text: str) -> bool:
    """Whether a line at the top or foot may be more than a running head: it names a paper or a statement."""
    key = squeeze(text)
    return bool(FIGURES.search(key) or (not _NUMBERED.match(key) and (PAPER.search(key) or "报表" in key)))


def _harmless(text: str) -> bool:
    """Whether a large or centred line is no title: a number, a numbered heading, a table's header or label, a sentence."""
    key = squeeze(text)
    if _SENTENCE.search(key):
        return True
    if PAPER.search(key):
        return False
    return bool(
        _NOTHING.fullmatch(key)
        or PAGE_NUMBER.fullmatch(key)
        or _NUMBERED.match(key)
        or _UNIT.search(key)
        or key.endswith(":")
        or parse_header(key) is not None
        or name_of(key).known
    )


def without_frame(page: Page) -> Page:
    """A page without its running heads and slanted lines: they would be taken for its titles where little else was read."""
    kept = tuple(x for x in page.lines if not x.slant and not in_frame(x.box, prose=x.width >= FULL))
    return page.model_copy(update={"lines": kept})
