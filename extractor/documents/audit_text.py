"""The running text of an auditor's report: number, firm, entity, opinion, date, signing accountants.

Wordings: 中国注册会计师审计准则第1501号 (unmodified opinion), 第1502号 (qualified, adverse, disclaimer),
第1503号 (emphasis of matter, which leaves the opinion unmodified).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.documents.rows import Run, rows
from extractor.model import Evidence, Field, Line, Page
from extractor.values.chinese import squeeze
from extractor.values.dates import parse_date, parse_period
from extractor.values.names import (
    clean_company,
    looks_like_company,
    normalise_company,
)


@dataclass(frozen=True)
class Text:
    """The text of several pages without blanks, each character knowing its line."""

    text: str
    places: tuple[tuple[Page, Line], ...]

    def evidence(self, start: int, end: int) -> tuple[Evidence, ...]:
        """Evidence for a stretch, one per line."""
        seen: dict[int, tuple[Page, Line, list[int]]] = {}
        for k in range(start, min(end, len(self.places))):
            page, line = self.places[k]
            seen.setdefault(id(line), (page, line, []))[2].append(k)
        return tuple(
            Evidence(file=p.file, page=p.page, box=line.box, text="".join(self.text[k] for k in ks))
            for p, line, ks in seen.values()
        )

    def confidence(self, start: int, end: int) -> float:
        """Least confidence of the lines of a stretch."""
        return min((line.confidence for _, line in self.places[start:end]), default=0.0)

    def field(self, start: int, end: int, value: object, *, method: str, sure: float = 1.0, note: str | None = None) -> Field:
        """A field from a stretch."""
        return Field(
            value=value,
            raw=self.text[start:end],
            confidence=round(min(self.confidence(start, end), sure), 3),
            evidence=self.evidence(start, end),
            method=method,
            note=note,
        )


def text_of(pages: Iterable[Page]) -> Text:
    """The text of pages in reading order; the weaker of two readings of one place is left out."""
    chars: list[str] = []
    places: list[tuple[Page, Line]] = []
    for page in pages:
        for row in rows(page):
            for glyph in row.glyphs:
                chars.append(squeeze(glyph.char)[:1])
                places.append((page, glyph.line))
    kept = [(c, p) for c, p in zip(chars, places, strict=True) if c]
    return Text("".join(c for c, _ in kept), tuple(p for _, p in kept))


# --- report number -------------------------------------------------------------------------------

_YEAR = r"[\[［【〔(（〈《\{]?\s*(?:20)?\d{2}\s*年?\s*[\]］】〕)）〉》\}]?"
_NUMBERS = (
    re.compile(
        rf"[\u4e00-\u9fffA-Za-z()（）]{{1,16}}(?:审|报|会|专|鉴|核|财)[\u4e00-\u9fff()（）]{{0,6}}{_YEAR}\s*(?:字)?第?\s*[A-Za-z\u4e00-\u9fff]{{0,4}}[\d][\w\-—_.()（）]{{0,20}}\s*号"
    ),
    re.compile(
        rf"[\u4e00-\u9fff]{{2,10}}{_YEAR}[\u4e00-\u9fff]{{0,4}}(?:审|专|财)字?第?\s*[A-Za-z]{{0,3}}\d[\w\-—_.]{{0,20}}\s*号"
    ),
    re.compile(r"(?<![A-Z])[A-Z]{3,6}/20\d{2}[A-Z0-9]{5,16}"),
    re.compile(r"[\u4e00-\u9fff]{2,12}字第\s*[A-Za-z]{0,3}\d{4,12}\s*号"),
)
_NUMBER_LABEL = re.compile(r"^.*?(?:报告文号|报告书?编号|文号|编号|报告号|审计报告号)\s*[:：]")
_NUMBER_LABELLED = re.compile(r"(?:报告文号|报告书?编号|文号|报告号)[::]([^\s:：]{4,40}?)(?=$|报告|日期|防伪|委托)")
_PAIRS = {"〔": "〕", "[": "]", "［": "］", "【": "】", "(": ")", "（": "）", "《": "》", "〈": "〉", "{": "}"}
_YEAR_IN_BRACKETS = re.compile(
    rf"(?P<open>[{re.escape(''.join(_PAIRS))}]?)(?<!\d)(?P<year>20\d{{2}}年?)(?!\d)(?P<close>[{re.escape(''.join(_PAIRS.values()))}]?)"
)
_CODE = re.compile(
    r"(?:报告编码|业务报告统一编码|统一编码|防伪编码|防伪编号|报备编码|报备号码|防伪标识)[::]?([\u4e00-\u9fff]?[A-Z0-9]{6,30})"
)


def paired(number: str) -> str:
    """The number with the brackets around its year made a pair: recognisers take 〔 for [ or 【.

    The opening bracket decides; one that was not read is filled in from the other.

    >>> paired("中瑞专审字〔2024]第196号")
    '中瑞专审字〔2024〕第196号'
    """
    match = _YEAR_IN_BRACKETS.search(number)
    if match is None or not (match["open"] or match["close"]):
        return number
    opening = match["open"] or next(a for a, b in _PAIRS.items() if b == match["close"])
    return f"{number[: match.start()]}{opening}{match['year']}{_PAIRS[opening]}{number[match.end() :]}"


def report_no(pages: Sequence[Page]) -> Field | None:
    """The report's number (文号) as printed: 某会审字〔2023〕第019号, XYZH/2023XAAA…, 某审(2023)1234号."""
    for page in pages:
        for row in rows(page):
            for segment in [row, *row.segments(1.5)]:
                text = segment.text.replace(" ", "").replace("\u3000", "")
                body = _NUMBER_LABEL.sub("", text)
                if len(body) > 60 or re.search(r"根据|依据|批准|国发|财会|准则|发改|证监|[,，。]", body):
                    continue
                match = next((m for p in _NUMBERS if (m := p.search(body))), None)
                if match:
                    number = re.sub(r"^(?:审计报告|文号|编号)", "", match[0])
                    return Field(
                        value=paired(number),
                        raw=text,
                        confidence=round(segment.confidence, 3),
                        evidence=(segment.evidence(),),
                        method="pattern",
                    )
            if match := _NUMBER_LABELLED.search(squeeze(row.text)):
                return Field(
                    value=paired(match[1]),
                    raw=match[0],
                    confidence=round(row.confidence * 0.9, 3),
                    evidence=(row.evidence(),),
                    method="label",
                )
    return None


def report_code(pages: Sequence[Page]) -> Field | None:
    """The code of the unified reporting platform (报告编码: 京23ABCDEFGH)."""
    for page in pages:
        for row in rows(page):
            if match := _CODE.search(row.key):
                run = row.slice(*match.span(1))
                return Field(
                    value=match[1], raw=run.text, confidence=round(run.confidence, 3), evidence=(run.evidence(),), method="label"
                )
    return None


# --- firm ----------------------------------------------------------------------------------------

_FIRM = re.compile(
    r"(?P<stem>[\u4e00-\u9fff()]{2,16}?会计师事务所)(?P<form>\((?:特殊)?普通合伙\)|\(有限合伙\)|\(合伙\)|有限责任公司|有限公司)?"
)
_LEAD = re.compile(r"^(?:经|由|聘请|委托|续聘|改聘|的|为|与|受|本|我|是|及|和)+")


def firm(pages: Sequence[Page]) -> Field | None:
    """The accounting firm: the name that most pages show, in its fullest form, whole lines before mentions."""
    score: Counter[str] = Counter()
    seen: dict[str, list[tuple[str, bool, float, Run]]] = {}
    for page in pages:
        page_rows = rows(page)
        for i, row in enumerate(page_rows):
            for segment in row.segments(2.0):
                for match in _FIRM.finditer(segment.key):
                    stem = _LEAD.sub("", match["stem"])
                    if len(stem) < 8:
                        continue
                    whole = match[0] == segment.key.strip(":：,。")
                    form = match["form"] or (_form_below(segment, page_rows[i + 1 : i + 3]) if whole else "")
                    score[stem] += 3 if whole else 1
                    run = segment.slice(match.start("stem") + len(match["stem"]) - len(stem), match.end())
                    seen.setdefault(stem, []).append((stem + form, whole, run.confidence, run))
    if not score:
        return None
    stem = max(score, key=lambda s: (score[s], len(s)))
    name, _, confidence, run = max(seen[stem], key=lambda h: (len(h[0]) > len(stem), h[2], h[1]))
    return Field(
        value=clean_company(name), raw=run.text, confidence=round(confidence, 3), evidence=(run.evidence(),), method="pattern"
    )


def _form_below(run: Run, below: Sequence[Run]) -> str:
    """The legal form printed on the next line: （特殊普通合伙）."""
    for row in below:
        for segment in row.segments(2.0):
            if re.fullmatch(r"\((?:特殊)?普通合伙\)", segment.key) and segment.box[1] - run.box[3] < 1.5 * (
                run.box[3] - run.box[1]
            ):
                return segment.key
    return ""


# --- entity --------------------------------------------------------------------------------------

_AUDITED = re.compile(
    r"我们(?:接受委托,?)?(?:已经?)?(?:审计了|对)(?:后附的?|所附的?|随附的?)?(?P<e>[^,。;:“”]{4,50}?)(?=\((?:以下|下)|\(简称|\(“|(?:20|19)\d{2}年|的?(?:合并)?财务报表|财务报告|编制的)"
)
_CJK_NAME = re.compile(r"[\u4e00-\u9fff]{3}")
_TO = re.compile(
    r"^(?:致)?[::]?(?P<e>.{4,50}?)(?:全体(?:股东|合伙人|出资人|投资人|投资者|理事)|董事会|理事会|股东会|股东大会|股东|管理层)?[::]$"
)


def entity(pages: Sequence[Page], opinion: Sequence[Page], printed: Sequence[tuple[str, Evidence, float]]) -> Field | None:
    """The audited entity: from the opinion's sentence, its addressee, the statements' 编制单位 and the cover.

    ``printed``: names on the statements with evidence and confidence. Agreement makes it sure; where the
    sources differ, the opinion's sentence and the statements decide.
    """
    votes: list[tuple[int, str, float, tuple[Evidence, ...]]] = []
    if opinion:
        text = text_of(opinion)
        if match := _AUDITED.search(text.text):
            start, end = match.span("e")
            votes.append((4, match["e"], text.confidence(start, end), text.evidence(start, end)))
        for row in rows(opinion[0]):
            if (match := _TO.match(squeeze(row.text))) and (looks_like_company(match["e"]) or len(match["e"]) > 6):
                votes.append((3, match["e"], row.confidence, (row.evidence(),)))
                break
    votes += [(3, name, sure, (place,)) for name, place, sure in printed[:6]]
    for page in pages[:3]:
        for row in rows(page):
            if len(row) >= 6 and "事务所" not in row.key and _CJK_NAME.search(row.key) and looks_like_company(row.text):
                votes.append((2, row.text, row.confidence, (row.evidence(),)))
    votes = [(w, clean_company(n), c, e) for w, n, c, e in votes if "会计师事务所" not in n]
    if not votes:
        return None
    weight: Counter[str] = Counter()
    for w, name, _, _ in votes:
        weight[normalise_company(name)] += w
    key = max(weight, key=lambda k: weight[k])
    mine = [v for v in votes if normalise_company(v[1]) == key]
    _, name, confidence, places = max(mine, key=lambda v: (v[2], v[0]))
    sure = 1.0 if len(mine) > 1 else 0.85
    return Field(value=name, raw=name, confidence=round(min(confidence, sure), 3), evidence=places, method="label")


# --- year, date ----------------------------------------------------------------------------------

_CLOSING = re.compile(r"((?:20|19)\d{2})年(\d{1,2})月(\d{1,2})日.{0,40}?(?:资产负债表|财务状况)")
_YEAR_SPAN = re.compile(r"((?:20|19)\d{2})年(?:度|1?月?[-—至到](\d{1,2})月)")


def fiscal_year(pages: Sequence[Page], opinion: Sequence[Page]) -> Field | None:
    """The period reported on: the balance sheet's day in the opinion, else the year on the cover."""
    text = text_of(opinion)
    best: Field | None = None
    for match in _CLOSING.finditer(text.text[:1500]):
        year, month = match[1], int(match[2])
        period = year if month == 12 else f"{year}-{month:02d}"
        if best is None or period > str(best.value):
            best = text.field(match.start(), match.start(3) + len(match[3]) + 1, period, method="pattern")
    if best:
        return best
    for page in pages[:4]:
        for row in rows(page):
            key = squeeze(row.text)
            match2 = re.search(r"([12二][\d〇○零O一二三四五六七八九]{3})年(?:度|年度)", key)
            if match2 and (period2 := parse_period(f"{match2[1]}年度")):
                return Field(
                    value=period2,
                    raw=row.text,
                    confidence=round(row.confidence * 0.9, 3),
                    evidence=(row.evidence(),),
                    method="pattern",
                )
    return None


def report_date(opinion: Sequence[Page], period: str) -> Field | None:
    """The day of the report: the date standing by itself near the accountants' signatures.

    It must lie after the period's end; among several the last on the signing page counts.
    """
    closing = (
        dt.date(int(period[:4]), int(period[5:7]) if "-" in period else 12, 28) if period[:4].isdigit() else dt.date(1990, 1, 1)
    )
    hits: list[tuple[Run, dt.date]] = []
    for page in opinion[-2:]:
        for row in rows(page):
            for segment in row.segments(2.5):
                bare = re.sub(r"^(?:报告|签发|出具|审计报告)?(?:日期|日|时间)?[::]?", "", squeeze(segment.text))
                day = parse_date(bare) if len(bare) <= 16 else None
                if day and day > closing:
                    hits.append((segment, day))
    if not hits:
        return None
    run, day = hits[-1]
    note = "印章遮挡处两次识别结果不一致，请核对原件" if run.disagrees else None
    return Field(
        value=day.isoformat(),
        raw=run.text,
        confidence=round(min(run.confidence, 0.6 if note else 1.0), 3),
        evidence=(run.evidence(),),
        method="pattern",
        note=note,
    )
