"""The dates of a management-system certificate: first issue, this issue, last day of validity.

Every date on the page is named by the words before it on its row, else by the words above or below it; ranges
(``2022-03-01 至 2025-02-28``, ``valid from … until …``) give both ends. Surveillance and audit dates are none of
these. Rules on validity: 《管理体系认证规则》 (three years at most); certificates run to the last day printed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from extractor.documents.finders import Run, fold, rows
from extractor.model import Evidence, Field, Page
from extractor.values.chinese import numeral_to_int
from extractor.values.dates import add_years, find_dates

Kind = Literal["first", "issue", "start", "until", "ignore", "bare", "to", ""]

_WHEN = "(?:日期|时间|日|年月日)?"
_ACT = "(?:发证|颁证|获证|认证|注册|签发|颁发|批准|登记|评定|取证|发布|核发)"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "ignore",
        r"监督|年审|年检|监审|年度审核|审核日期|初次审核|换证审核|再认证审核|下次|上一?(?:认证)?周期|查询(?:日期|时间)|打印|标签"
        r"|surveillance|nextaudit|auditdate|auditdue|audit.{0,20}before|previouscycle|printed|recertificationdue"
        r"|应[于在]|之?前完成|出生|标准发布|转换|transition",
    ),
    (
        "first",
        rf"(?:首次|初次|初始|最初|首发|原始|第一次){_ACT}?{_WHEN}"
        r"|(?:initial|original(?:ly)?|first(?:ly)?)(?:date)?(?:of)?(?:the)?(?:certificat(?:ion|e)|registr(?:ation|ered)"
        r"|registered|certified|issued?|approvals?|approved|cyclestart|granted)?(?:date|on)?"
        r"|certifiedsince|registeredsince|dateof(?:initial|original|first)(?:certification|registration|issue|approval)?",
    ),
    (
        "until",
        r"有效期?限?(?:至|到|截[至止]|终止)[日期]{0,2}|期限?[至止](?![日期])|(?:证书|注册|认证)?的?有效(?:期限?|日期|期间"
        r"|时间|(?=$))"
        r"|截止(?:日期?|时间)|失效(?:日期?|时间)|到期(?:日期?|时间)?|届满(?:日期?)?|终止(?:日期?|时间)|止日"
        r"|expir(?:y|es?|ation|ing)(?:date|on)?|dateofexpir(?:y|ation)|valid(?:ity)?(?:period|date|till|until|to|through|thru"
        r"|upto)?"
        r"|validityofcertificate|goodthrough",
    ),
    (
        "start",
        r"(?:有效期?限?)?(?:自|起始日期?|开始日期?|起|从)|生效(?:日期?|时间)?|valid(?:ity)?(?:date)?from|effective(?:date"
        r"|from)?|from"
        r"|cyclestart(?:date)?|since",
    ),
    (
        "issue",
        rf"(?:本次|此次|当前|最近|本证书|现|本)?(?:再认证|换证|换发|变更|更新|更换|改版|制证|签署|认证决定|打证|{_ACT}){_WHEN}"
        r"|dateof(?:this)?(?:re-?)?(?:issue|certification(?:decision)?|registration|approval|revision)"
        r"|(?:re-?)?issu(?:e(?:date|d(?!ate))?|ing|ance)(?:date|on)?"
        r"|current(?:certificate|issue|cycle)|latest(?:issue|revision|certificate)|(?:date)(?:re-?)?issued|(?:registration"
        r"|certification|approval|decision|revision)date|granted(?:on)?|approvedon"
        r"|ateofissue",
    ),
    ("bare", r"日期|年月日|时间|date|dated"),
)
_CONDITION = re.compile(r"[^,，。;；]*(?:条件|前提|情况)之?下[,，]?")
"""On what condition a certificate stays valid (在持续接受监督的条件下): it tells nothing of a date."""
_ENDS = r"(?=\s*(?:$|[,，.。;；、)）]|本|该|证书|并))"
_BEHIND: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("first", re.compile(rf"\s*(?:首次|初次|最初){_ACT}{_ENDS}")),
    ("issue", re.compile(rf"\s*(?:(?:换证|再认证|重新)?{_ACT}|换发){_ENDS}")),
    ("until", re.compile(rf"\s*(?:到期|失效|届满|终?止|(?:之?前|以前)有效){_ENDS}")),
)
"""What is said of a date behind it (``于2022年3月1日颁发``)."""
_TO = re.compile(r"[日号]?(?:起|开始)?(?:(?:至|到|止|to|until|till|through|thru|and|[-~—–－～―─]+)[/|()]?)+")
_RANK = (r"本次|此次|当前|最近|现|current|latest|thisissue", r"换证|换发|变更|更新|更换|改版|再认证|re-?issue|revision|recert")
_SPECIFIC: dict[Kind, int] = {"first": 4, "ignore": 5, "until": 3, "issue": 2, "start": 1, "bare": 0}
_WORD_DATE = re.compile(
    r"(?i)(?<![A-Za-z])(valid|from|until|till|to|on|of|is|date|issued?|expiry|expires|since|and|between)(?=\d)"
)
_GLUED_WORD = re.compile(r"(?i)(from|until|till|to|on|issue|expiry|date|since)(?=\d{1,4}[\s./-]?(?:\d|[A-Z]))")
_AFTER_DATE = re.compile(r"(?i)(?<=\d)(?=to|until|till|and|through|expir|valid)")
_YEARS = re.compile(
    r"(?:有效期限?(?:为|是|:)?|validity(?:period)?(?:of|:|is)?|validfor)\(?(?P<n>\d|[一二两三四五叁伍]|one|two|three|four"
    r"|five)\)?(?:个)?(?:周?年|years?)(?!度)"
)
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
DOUBT_ORDER = "日、月次序无法确定，请核对原件"
DOUBT_SEAL = "日期在印章下，取自去除印章后的识别结果，请核对原件"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of the page with what it is; ``rank`` orders several of one kind (this issue before a plain one)."""

    kind: Kind
    value: dt.date
    swapped: dt.date | None
    """The other reading where day and month may be swapped."""
    raw: str
    evidence: Evidence
    confidence: float
    rank: float
    note: str | None = None


def certificate_dates(page: Page) -> dict[str, Field]:
    """``first_issue_date``, ``issue_date`` and ``valid_until`` of a page, each only where printed."""
    dated = _settle_order([d for d in _dated(page) if d.kind != "ignore"])
    fields: dict[str, Field] = {}
    for name, kinds in (("first_issue_date", ("first",)), ("issue_date", ("issue", "start")), ("valid_until", ("until",))):
        made = _choose([d for d in dated if d.kind in kinds])
        if made is not None:
            fields[name] = made
    if "issue_date" not in fields and (bare := [d for d in dated if d.kind == "bare"]):
        made = _choose(bare)
        if made is not None:
            fields["issue_date"] = made
    if "valid_until" not in fields and "issue_date" in fields:
        term = _term(page, fields["issue_date"])
        if term is not None:
            fields["valid_until"] = term
    return _in_order(fields)


def _spaced(text: str) -> str:
    """Put back the blanks that scans drop between English words and dates (``until28 February2025``)."""
    text = re.sub(r"(?<=[A-Za-z.])['’`](?=\d)", " ", text)
    return _AFTER_DATE.sub(" ", _GLUED_WORD.sub(r"\1 ", _WORD_DATE.sub(r"\1 ", text)))


def _dated(page: Page) -> list[Dated]:
    """All dates of the page, named."""
    page_rows = rows(page)
    out: list[Dated] = []
    for index, row in enumerate(page_rows):
        out += _in_row(page_rows, index, row)
    return out


def _in_row(page_rows: Sequence[Run], index: int, row: Run) -> list[Dated]:
    """The dates of one row, named by the words before each, else by what stands above or below."""
    out: list[Dated] = []
    for text, seal in _readings(row):
        hits = find_dates(text)
        last = 0
        for hit in hits:
            before = text[last : hit.start]
            raw = text[hit.start : hit.end].strip()
            last = hit.end
            kind, rank = classify(before)
            if kind in ("", "bare"):
                said, length = _said_behind(text[hit.end :])
                kind, rank = (said, 2.0) if said else (kind, rank)
                last += length
            if kind == "to" and out:
                if out[-1].kind in ("until", "bare", ""):
                    out[-1] = replace(out[-1], kind="start", rank=0.5)
                kind = "until" if out[-1].kind in ("start", "issue") else out[-1].kind
            part = _part(row, raw)
            if kind in ("", "to") or (kind == "bare" and not re.search(r"[\u4e00-\u9fffA-Za-z]", before)):
                kind, rank = _around(page_rows, index, part, row)
            note = DOUBT_SEAL if seal else None
            other = _swap(hit.value) if hit.ambiguous else None
            confidence = min(part.confidence, 0.6) if seal or part.disagrees else part.confidence
            evidence = replace_text(part.evidence(), raw) if seal else part.evidence()
            out.append(Dated(kind, hit.value, other, raw, evidence, confidence, rank, note))
    return out


def replace_text(evidence: Evidence, text: str) -> Evidence:
    """The evidence with another reading as its text."""
    return evidence.model_copy(update={"text": text})


def _readings(row: Run) -> list[tuple[str, bool]]:
    """The row's text; and the seal-suppressed reading of a line whose own reading shows no date."""
    out = [(_spaced(row.text), False)]
    for line in row.lines:
        if line.alt and not find_dates(_spaced(line.text)) and find_dates(_spaced(line.alt)):
            out.append((_spaced(line.alt), True))
    return out


def _part(row: Run, raw: str) -> Run:
    """The stretch of the row where ``raw`` stands; the whole row where it cannot be found."""
    key = re.sub(r"\s", "", raw)
    at = re.sub(r"\s", "", row.key).find(key)
    return row.slice(at, at + len(key)) if at >= 0 and len(row.key) == len(re.sub(r"\s", "", row.key)) else row


def classify(words: str) -> tuple[Kind, float]:
    """What the words before a date say about it: the last label wins, the more specific where two end alike."""
    text = _CONDITION.sub("", fold(words)).strip(" :：,，.。;；()（）[]/|")
    if _TO.fullmatch(text):
        return "to", 0.0
    best: tuple[int, int, Kind] | None = None
    for kind, pattern in _PATTERNS:
        for match in re.finditer(pattern, text):
            if match.end() == match.start():
                continue
            rating = (match.end(), _SPECIFIC[kind], kind)
            if kind == "ignore":
                rating = (len(text) + 1, 9, kind)
            elif kind == "bare" and best is not None and match.end() - best[0] < 20:
                continue
            if best is None or rating[:2] > best[:2]:
                best = rating
    if best is None:
        return "", 0.0
    kind = best[2]
    if kind == "issue" or kind == "first":
        rank = 4.0 if re.search(_RANK[0], text) else 3.0 if re.search(_RANK[1], text) else 2.0
        return kind, rank
    return kind, {"until": 2.0, "start": 0.5}.get(kind, 0.0)


def _said_behind(words: str) -> tuple[Kind, int]:
    """What the words right behind a date say about it, and how many characters that takes; empty where nothing."""
    for kind, pattern in _BEHIND:
        if match := pattern.match(words):
            return kind, match.end()
    return "", 0


def _around(page_rows: Sequence[Run], index: int, part: Run, row: Run) -> tuple[Kind, float]:
    """What the words left of a date, half a line off, say; else those above it, or below it, in its own column."""
    height = part.box[3] - part.box[1]
    beside = _half_a_line_off(page_rows, index, part)
    if beside is not None and classify(beside.text)[0] not in ("", "to"):
        return classify(beside.text)
    for step in (-1, 1):
        words = ""
        edge = part.box
        for k in range(index + step, index + 4 * step, step):
            if not 0 <= k < len(page_rows):
                break
            near = [s for s in page_rows[k].segments(1.5) if _stacked(s, part)]
            gap = (edge[1] - page_rows[k].box[3]) if step < 0 else (page_rows[k].box[1] - edge[3])
            if not near or gap > 1.6 * height or find_dates(near[0].text):
                break
            words = near[0].text + " " + words if step < 0 else words + " " + near[0].text
            edge = near[0].box
            kind, rank = classify(words)
            if kind not in ("", "to"):
                return kind, rank
            if len(near[0]) > 40:
                break
    return "", 0.0


def _half_a_line_off(page_rows: Sequence[Run], index: int, part: Run) -> Run | None:
    """The nearest words left of a date on another row that still overlaps its own (a label above its English twin)."""
    height = part.box[3] - part.box[1]
    found = [
        s
        for k in range(max(0, index - 2), min(len(page_rows), index + 3))
        if k != index
        for s in page_rows[k].segments(1.5)
        if s.box[2] <= part.box[0] and min(s.box[3], part.box[3]) - max(s.box[1], part.box[1]) > 0.2 * height
    ]
    return min(found, key=lambda s: (part.box[0] - s.box[2] > 0.3, abs(s.box[1] - part.box[1])), default=None)


def _stacked(upper: Run, lower: Run) -> bool:
    """Whether two stretches stand one above the other: they share most of the narrower one's width."""
    shared = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    return shared > 0.5 * min(upper.box[2] - upper.box[0], lower.box[2] - lower.box[0])


def _swap(value: dt.date) -> dt.date | None:
    try:
        return value.replace(month=value.day, day=value.month)
    except ValueError:
        return None


def _settle_order(dated: list[Dated]) -> list[Dated]:
    """Decide day-month order where the term (issue to last day: whole years) fits only one order.

    Also by a further date of the page that can only be read one way.
    """
    doubtful = [d for d in dated if d.swapped is not None and d.swapped != d.value]
    if not doubtful:
        return dated
    day_first, month_first = [d.value for d in dated], [d.swapped or d.value for d in dated]
    fits = [_whole_years(dated, values) for values in (day_first, month_first)]
    forced = {_forced(d.raw) for d in dated} - {None}
    if fits[0] != fits[1]:
        swap = fits[1]
    elif len(forced) == 1:
        swap = forced == {"month_first"}
    else:
        return [replace(d, confidence=min(d.confidence, 0.5), note=d.note or DOUBT_ORDER) if d in doubtful else d for d in dated]
    return [replace(d, value=v, swapped=None) for d, v in zip(dated, month_first if swap else day_first, strict=True)]


def _forced(raw: str) -> str | None:
    """The order that a numeric date with the year last can only have."""
    match = re.match(r"(\d{1,2})\s?/\s?(\d{1,2})\s?/\s?\d{4}", raw)
    if not match or (int(match[1]) <= 12 and int(match[2]) <= 12):
        return None
    return "day_first" if int(match[1]) > 12 else "month_first"


def _whole_years(dated: Sequence[Dated], values: Sequence[dt.date]) -> bool:
    """Whether some issue date and the last day lie whole years (or that less a day) apart."""
    starts = [v for d, v in zip(dated, values, strict=True) if d.kind in ("first", "issue", "start", "bare")]
    ends = [v for d, v in zip(dated, values, strict=True) if d.kind == "until"]
    return any(_term_days(s, e) for s in starts for e in ends)


def _term_days(start: dt.date, end: dt.date) -> bool:
    return any(0 <= (add_years(start, n) - end).days <= 1 for n in range(1, 6))


def _choose(dated: Sequence[Dated]) -> Field | None:
    """The field of the best-ranked date; less sure where equally ranked ones disagree."""
    if not dated:
        return None
    best = max(d.rank for d in dated)
    top = [d for d in dated if d.rank == best]
    chosen = max(top, key=lambda d: d.confidence)
    values = {d.value for d in top}
    note, confidence = chosen.note, chosen.confidence
    if len(values) > 1:
        note, confidence = "同一项有几个不同日期：" + "、".join(sorted(v.isoformat() for v in values)), min(confidence, 0.55)
    elif chosen.kind == "start":
        note, confidence = note or "发证日期取自有效期起始日", min(confidence, 0.85)
    elif chosen.kind == "bare":
        note, confidence = note or "标签只写“日期”，按发证日期读取", min(confidence, 0.8)
    return Field(
        value=chosen.value.isoformat(),
        raw=chosen.raw,
        confidence=round(confidence, 3),
        evidence=(chosen.evidence,),
        method="label",
        note=note,
    )


def _term(page: Page, issued: Field) -> Field | None:
    """The last day counted from the issue date where only a number of years is printed; inclusive."""
    for row in rows(page):
        match = _YEARS.search(fold(row.key))
        if match is None or issued.value is None:
            continue
        word = match["n"]
        years = int(word) if word.isdigit() else _NUMBER_WORDS.get(word) or numeral_to_int(word.replace("两", "二"))
        if not years:
            continue
        last = add_years(dt.date.fromisoformat(issued.value), years) - dt.timedelta(days=1)
        return Field(
            value=last.isoformat(),
            raw=row.text,
            confidence=round(min(0.85, row.confidence, issued.confidence), 3),
            evidence=(row.evidence(), *issued.evidence),
            method="term",
            note=f"证书只写明有效期{years}年，自发证日期起算，末日含在内",
        )
    return None


def _in_order(fields: dict[str, Field]) -> dict[str, Field]:
    """Lower the confidence of dates that contradict each other (issued after the last day)."""
    first, issue, until = (fields.get(k) for k in ("first_issue_date", "issue_date", "valid_until"))
    for early, late in ((issue, until), (first, until), (first, issue)):
        if early is not None and late is not None and early.value > late.value:
            note = f"日期先后矛盾：{early.value} 晚于 {late.value}，请核对原件"
            for name, field in fields.items():
                if field is early or field is late:
                    fields[name] = field.model_copy(update={"confidence": min(field.confidence, 0.5), "note": note})
    return fields
