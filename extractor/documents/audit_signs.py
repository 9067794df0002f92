"""Which pages are an auditor's report: its title, and what every report says where the title was not read.

A seal, a fold or blur takes a character from the title (审讯报告) or all of it; the report's own sentences
(中国注册会计师审计准则第1501号) are long enough to be known with wrong characters in them. One sign alone is also
found in engagement letters, reviews and special reports, so several must agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractor.documents.rows import Run, Same, rows
from extractor.documents.titles import titles
from extractor.model import Page
from extractor.values.chinese import squeeze
from extractor.values.dates import find_dates

_TITLE = re.compile(
    r"(?:[一二三四1-4][、.])?(?:.{2,40}(?:公司|集团|中心|学校|协会|厂|合伙\)|院|所))?(?:关于.{2,40}的?)?"
    r"(?:(?:19|20|二[〇○零O0])[\d〇○零一二三四五六七八九O]{2}年?(?:度|1?[-—至].{1,8})?(?:年度)?)?"
    r"(?:财务(?:报表|报告|决算|会计报表)?|会计报表|年度|年报|年度财务报表|独立)?(?:审计(?:师)?报告)(?:书|正文|全文)?(?:\(.{0,20}\))?"
)
_SPECIAL = re.compile(
    r"专项审计|内部控制审计|内控审计|经济责任审计|离任审计|清算审计|验资|研发|研究开发|高新技术产品|竣工|审核报告|鉴证报告|审阅报告"
)
_BODY = re.compile(
    r"我们(?:接受委托,?)?(?:已经?)?(?:对.{4,80}进行了审计|审计了)|(?:我们)?接受委托,?(?:对|审计)|审计意见|全体股东[::]"
)
_SPECKS = "·.,、。:;'‘’`~-_*|"
"""What dirt beside a title is read as."""

_PLAIN_TITLE = "审计报告"
_OTHER_TITLES = re.compile(r"[设统会]计报告|审[核阅查定批议]报告|审计(?:公|通|广|报价|报名)")
"""Words of their own that differ from the title in one character."""
_OPENING = ("我们审计了", "审计了后附的", "接受委托,审计了", "接受委托,对后附的")
_NO_AUDIT = re.compile(r"审[核阅查]了|设计了")
_AUDITED = ("财务报表", "会计报表")
_WITHIN = 90
_BEGINS = 320
"""The sentence that says what was audited stands among the page's first characters: number, title, addressee, heading."""
_OTHER_SUBJECT = re.compile(r"研发|研究开发|内部控制|专项|明细表|高新技术产品|募集资金|资金占用|验资|注册资本")
_OTHER_PAPER = re.compile(r"(?:说明|约定书|建议书|声明书?|承诺书|委托书|审[核阅查]报告|鉴证报告|专项报告|函)(?:\(.*\))?$")
_SAID: tuple[tuple[str, ...], ...] = (
    ("形成审计意见的基础", "形成保留意见的基础", "形成否定意见的基础", "形成无法表示意见的基础"),
    ("注册会计师对财务报表审计的责任", "注册会计师的责任"),
    ("管理层和治理层对财务报表的责任", "管理层对财务报表的责任"),
    ("中国注册会计师审计准则的规定执行了审计工作",),
    ("为发表审计意见提供了基础", "为发表保留意见提供了基础", "为发表否定意见提供了基础"),
    ("在所有重大方面按照企业会计准则", "在所有重大方面公允反映", "不对后附的财务报表发表审计意见"),
)
"""What an auditor's report says, by the place where it says it."""
_ENOUGH = 2
_COVER_LINES = 40
_COVER_SAYS = re.compile(r"会计师事务所|被审计单位|审计机构|报告文号|审字?[\[(〔【]20\d\d")


def title_row(row: Run) -> bool:
    """Whether a row is the title of an auditor's report on financial statements."""
    key = re.sub(r"(?<=[审计报])[.·,、:](?=[计报告])", "", squeeze(row.text))
    key = key.strip(_SPECKS)
    return 4 <= len(key) <= 70 and "审计" in key and bool(_TITLE.fullmatch(key)) and not _SPECIAL.search(key)


def squeezed(page: Page) -> str:
    """All text of a page without blanks, half-width."""
    return _squeezed(Same(page))


@lru_cache(maxsize=32)
def _squeezed(same: Same) -> str:
    return "".join(squeeze(line.text) for line in same.page.lines)


def has_title(page: Page) -> bool:
    """Whether the page bears the title 审计报告 (letter-spaced or not), not in a table of contents."""
    text = squeezed(page)
    if not re.search(r"审.{0,3}计.{0,3}报.{0,3}告|审计师报告", text):
        return False
    return any(title_row(row) for row in rows(page))


def is_opinion(page: Page) -> bool:
    """Whether the page opens the auditor's report proper: title and the sentence that says what was audited.

    Without a title that was read rightly, by the report's own sentences (``is_untitled_opinion``).
    """
    return (bool(_BODY.search(squeezed(page))) and has_title(page)) or is_untitled_opinion(page)


def is_untitled_opinion(page: Page) -> bool:
    """Whether a page whose title was misread or lost opens an auditor's report on financial statements."""
    return _is_untitled_opinion(Same(page))


@lru_cache(maxsize=32)
def _is_untitled_opinion(same: Same) -> bool:
    page = same.page
    text = squeezed(page)
    if not re.search("审计|会计师|财务报表|会计报表", text) or "目录" in text[:60]:
        return False
    heads = [t for t in titles(page, 0.4) if t.size >= 1.25 or t.centred]
    if any(_OTHER_PAPER.search(t.key) or _SPECIAL.search(t.key) for t in heads) or not _opens(text):
        return False
    needed = 1 if any(_slipped(t.key) for t in heads) else _ENOUGH
    return sum(any(_stands(phrase, text) for phrase in way) for way in _SAID) >= needed


def _slipped(key: str) -> bool:
    """Whether a title is 审计报告 with one character wrong, missing or too much."""
    return Levenshtein.distance(key, _PLAIN_TITLE, score_cutoff=1) <= 1 and not _OTHER_TITLES.fullmatch(key)


def _opens(text: str) -> bool:
    """Whether the sentence that says which financial statements were audited stands in the text."""
    for phrase in _OPENING:
        place = _slip(phrase).search(text, 0, _BEGINS)
        if place is None or _NO_AUDIT.search(place[0]):
            continue
        after = text[place.end() : place.end() + _WITHIN]
        if not _OTHER_SUBJECT.search(after) and any(_stands(word, after) for word in _AUDITED):
            return True
    return False


@lru_cache
def _slip(phrase: str) -> re.Pattern[str]:
    """The phrase, or the phrase with one character misread; 我们在审计 is not 我们审计了 with a slip."""
    return re.compile("|".join([phrase, *(f"{phrase[:i]}.{phrase[i + 1 :]}" for i in range(len(phrase)))]))


def _stands(phrase: str, text: str) -> bool:
    """Whether the phrase stands in the text, one character in six misread."""
    return fuzz.partial_ratio(phrase, text, score_cutoff=_least(phrase)) > 0


def _least(phrase: str) -> float:
    """The likeness (0..100) that a phrase must have."""
    return 100 * (1 - max(1, len(phrase) // 6) / len(phrase)) - 0.01


def is_untitled_cover(page: Page) -> bool:
    """Whether a sparse page whose title was not read whole (2022年十审计报告) is the cover of an auditor's report."""
    if len(page.lines) > _COVER_LINES:
        return False
    text = squeezed(page)
    if not _COVER_SAYS.search(text) or "目录" in text[:60] or "我们" in text:
        return False
    heads = [t.key for t in titles(page) if t.size >= 1.25 or t.centred]
    if any(_OTHER_PAPER.search(k) or _SPECIAL.search(k) for k in heads):
        return False
    return any(k.endswith(_PLAIN_TITLE) or _slipped(k) for k in heads)


def opinion_pages(pages: Sequence[Page], stop: Iterable[tuple[int, int]]) -> list[Page]:
    """The pages of the auditor's report proper, from its title to the accountants' signatures.

    ``stop``: (file, page) of statements, where it ends at the latest.
    """
    ends = set(stop)
    start = next((i for i, p in enumerate(pages) if is_opinion(p)), None)
    if start is None:
        return []
    out: list[Page] = []
    for page in pages[start : start + 12]:
        if out and (page.file, page.page) in ends:
            break
        out.append(page)
        text = squeezed(page)
        if re.search(r"中国注册会计师[::(]|中国注册会计师$", text) or (
            "注册会计师" in text and "会计师事务所" in text and find_dates(text[-200:])
        ):
            break
    return out
