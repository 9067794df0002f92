"""Notices that end a right: what they end, by number, since when and how (终止, 暂停, 撤销, 注销 …).

A notice is no certificate (``not_evidence``), but it takes the force from the certificate that it names: patents
(专利法 第四十四、四十七条), certificates of management systems (认证证书和认证标志管理办法 第二十五条), trademarks
(商标法 第四十九、五十条), software registrations (计算机软件著作权登记办法 第二十三条), high-tech enterprises
(高新技术企业认定管理办法 第十九条).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from extractor.documents.certificates import foot_dates
from extractor.documents.finders import Run, Value, field_of, find_values
from extractor.documents.iso_fields import LABELS as ISO_LABELS
from extractor.documents.iso_numbers import parse_certificate_no
from extractor.documents.not_evidence import Attachment, heads
from extractor.documents.rows import rows
from extractor.documents.titles import Title, title_text
from extractor.model import Field, Page
from extractor.values.dates import find_dates
from extractor.values.identifiers import parse_copyright_no, parse_hnte_no, parse_patent_no

_ENDS = re.compile(r"终止|中止|放弃|丧失|撤销|撤消|撤回|无效|暂停|注销|失效|取消|吊销")
_ENDS_NOTHING = re.compile(r"恢复|解除|撤销暂停|受理|申请书|请求书|答辩|口头审理|合同|协议|劳动|截止")
_STATUS = (("中止|暂停", "suspended"), ("无效", "invalidated"), ("放弃", "abandoned"))
_DAY = r"(?P<day>[^起至到止，。；,;]{6,14}日|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
_SINCE = re.compile(
    rf"[自从于]{_DAY}(?:起|开始)?.{{0,6}}(?:终止|中止|暂停|撤销|撤消|注销|失效|取消|吊销|生效|执行)"
    rf"|(?:终止|中止|暂停|撤销|注销|失效|取消)(?:日期?|时间|之日)[:：为是]?{_DAY.replace('day', 'on')}"
)
_PATENT = re.compile(r"(?P<n>(?:[Z2][L1I])?(?:19|20)\d{10}\.?[\dX])", re.IGNORECASE)
_CERTIFICATE = re.compile(
    r"(?:证书|注册|登记|认证)(?:注册)?(?:编?号码?|编码)(?:[为是]|No\.?)?[:：]?(?P<n>[A-Z0-9(（][-A-Z0-9/.()（）]{3,}[A-Z0-9)）])"
    r"|第(?P<m>[A-Z0-9][-A-Z0-9/]{5,})号",
    re.IGNORECASE,
)
_TRADEMARK = re.compile(r"(?:注册(?:证)?号(?:码)?[为是]?[:：]?第?|第)(?P<n>G?\d{5,9}[A-Z]{0,2})(?=号|$|[^\dA-Z类年条])")
_SOFTWARE = re.compile(r"(?P<n>(?:19|20)[0-9O]{2}[S5]R[0-9OIl]{4,8})(?![0-9A-Z])", re.IGNORECASE)
_HIGH_TECH = re.compile(r"(?P<n>[G6][RFS5][0-9OIlDSBZ]{12})(?![0-9A-Z])", re.IGNORECASE)
_NEXT_LINE = re.compile(r"[A-Z0-9](?:[-A-Z0-9/.]*[A-Z0-9])?", re.IGNORECASE)
_OTHER_FIGURE = re.compile(r"[年月日、.]|$")
_RIGHT = re.compile(r"证书|专利权|商标|资格|著作权|注册|登记")
_TOLD = re.compile(r"停止使用|通知|决定|特此|收回|交回|贵(?:单位|公司|方)")
_CONDITION = re.compile(r"如果|如[未不需]|若|逾期|期满[^。]{0,12}[未不]|拟[于自]|将[于自]|合同|协议|劳动|租赁|恢复|解除|营业期限")
_MOST_ROWS = 30
"""A notice is short; the general conditions of a certificate or a contract are not."""
_LINE_END = 3.0
"""A line reaches the margin where less than so many characters are missing."""

Parse = Callable[[str], str | None]


def notice_fields(pages: Sequence[Page]) -> dict[str, Field]:
    """What a notice of lapse says: ``legal_status``, ``date``, and the number of what it ends.

    The number stands under ``patent_no``, ``registration_no`` or ``certificate_no``. ``date`` is the first day without
    force or that of the notice, whichever is earlier. Empty for all other papers, and for a decision that leaves the
    right in force.
    """
    head = next((t for p in pages[:1] for t in heads(p) if _ENDS.search(t.key) and not _ENDS_NOTHING.search(t.key)), None)
    head = head or next((t for p in pages[:1] if (t := _sentence(p)) is not None), None)
    if head is None:
        return {}
    text = "".join(row.key for page in pages for row in rows(page))
    if "无效" in head.key and (re.search(r"维持.{0,12}有效", text) or not re.search(r"宣告.{0,24}无效", text)):
        return {}
    out = {"legal_status": _status(head)}
    for key, pattern, parse in _kinds(head.key):
        if found := list(_numbers(pages, pattern, parse)):
            values = list(dict.fromkeys(number for number, _ in found))
            first = field_of(found[0][1], values[0] if len(values) == 1 else values)
            evidence = tuple(e for number in values for n, v in found if n == number for e in (v.runs[0].evidence(),))
            least = min(v.confidence for _, v in found)
            out[key] = first.model_copy(update={"evidence": evidence, "confidence": round(least, 3)})
            break
    if (day := _day(pages)) is not None:
        out["date"] = day
    return out


def untitled_notice(page: Page) -> Attachment | None:
    """A page without a known title whose text says that a right ended on a day; None for all others."""
    if _sentence(page) is None:
        return None
    return Attachment("other", 0.9, title_text(page) or "（标题未识别）", "通知权利（资格）终止、暂停或失效，不能证明权利有效")


def _sentence(page: Page) -> Title | None:
    """The row that says since when a right is ended, where the title was misread or lost; None without one.

    A warning (逾期未缴的，专利权终止) names no day and ends nothing; a contract's end is none of a right.
    """
    page_rows = rows(page)
    if len(page_rows) > _MOST_ROWS or any(_ENDS_NOTHING.search(t.key) for t in heads(page)):
        return None
    text = "".join(row.key for row in page_rows)
    if not (_RIGHT.search(text) and _TOLD.search(text)):
        return None
    for row, after in pairwise([*page_rows, None]):
        if row is None:
            continue
        match = _SINCE.search(row.key + (after.key if after is not None else ""))
        if match is not None and match.start() < len(row):
            near = text[max(0, text.find(row.key) + match.start() - 40) :][:80]
            if _ENDS.search(match[0]) and not _CONDITION.search(near):
                return Title(row.text, (row,), 1.0, False, row.box[1])
    return None


def _status(head: Title) -> Field:
    """How the right ended, by the title."""
    return Field(
        value=next((status for words, status in _STATUS if re.search(words, head.key)), "terminated"),
        raw=head.text,
        confidence=round(min(r.confidence for r in head.runs), 3),
        method="title",
        evidence=tuple(r.evidence() for r in head.runs),
    )


def _kinds(title: str) -> list[tuple[str, re.Pattern[str], Parse]]:
    """Which numbers to look for: those of the right in the title, else all, the surest form first."""
    known: tuple[tuple[str, str, re.Pattern[str], Parse], ...] = (
        ("专利", "patent_no", _PATENT, _patent_no),
        ("软件|著作权|软著", "registration_no", _SOFTWARE, lambda t: n.value if (n := parse_copyright_no(t)) else None),
        ("高新", "certificate_no", _HIGH_TECH, lambda t: n.value if (n := parse_hnte_no(t)) else None),
        ("商标", "registration_no", _TRADEMARK, lambda t: t),
        ("认证|体系|证书", "certificate_no", _CERTIFICATE, parse_certificate_no),
    )
    named = [kind[1:] for kind in known if re.search(kind[0], title)]
    return named or [kind[1:] for kind in known if kind[0] != "商标"]


def _patent_no(text: str) -> str | None:
    """A patent number with a right check digit."""
    number = parse_patent_no(text if not text[0].isdigit() or text[:2] == "2L" else "ZL" + text)
    return number.value if number is not None and number.valid else None


def _numbers(pages: Sequence[Page], pattern: re.Pattern[str], parse: Parse) -> Iterator[tuple[str, Value]]:
    """All numbers of a kind: in running text (also broken at a line's end), else below or right of a label."""
    seen = False
    for page in pages:
        page_rows = rows(page)
        margin = max((r.box[2] for r in page_rows), default=1.0)
        for row, after in pairwise([*page_rows, None]):
            if row is None:
                continue
            for text, value in _matches(row, after, pattern, margin):
                if (number := parse(text)) is not None:
                    seen = True
                    yield number, value
    if not seen and pattern is _CERTIFICATE:
        for value in find_values(pages, ISO_LABELS)["certificate_no"]:
            for run in value.runs if value.where != "empty" else ():
                if (number := parse(run.text)) is not None:
                    yield number, Value("", (run,), value.sure, value.where)


def _matches(row: Run, after: Run | None, pattern: re.Pattern[str], margin: float) -> Iterator[tuple[str, Value]]:
    """The matches that begin on a row; one that reaches the end of a full line goes on in the next."""
    full = after is not None and row.box[2] > margin - _LINE_END * row.em
    own = len(row)
    joined = row.key + after.key if full and after is not None else row.key
    for match in pattern.finditer(joined):
        group = next(g for g in match.groupdict() if match[g] is not None)
        start, end = match.span(group)
        if match.start() >= own:
            continue
        if start < own < end and after is not None:
            rest = _NEXT_LINE.match(after.key)
            if rest is None or _OTHER_FIGURE.match(after.key, rest.end()):
                end = own  # a date or a numbered item begins the next line
        parts = [row.slice(start, min(end, own))] if start < own else []
        if end > own and after is not None:
            parts.append(after.slice(max(0, start - own), end - own))
        yield joined[start:end], Value("", tuple(parts), 0.95, "pattern")


def _day(pages: Sequence[Page]) -> Field | None:
    """Since when the right is without force, or the notice's own day where that is earlier."""
    found: list[tuple[str, Value]] = []
    for page in pages:
        page_rows = rows(page)
        for row, after in pairwise([*page_rows, None]):
            if row is None:
                continue
            joined = row.key + (after.key if after is not None else "")
            for match in _SINCE.finditer(joined):
                days = find_dates(match["day"] or match["on"])
                if match.start() < len(row) and len(days) == 1 and not days[0].ambiguous:
                    found.append((days[0].value.isoformat(), Value("", (row,), 0.95, "pattern")))
    feet = foot_dates(pages[:1], 0.15)
    if feet:
        found.append((feet[-1][0].isoformat(), feet[-1][1]))
    if not found:
        return None
    day, value = min(found, key=lambda f: f[0])
    return field_of(value, day, method="pattern")
