"""Social-security lists of a unit (参保名单, 缴费明细, 单位参保证明): scan, PDF or spreadsheet, of any number of pages.

A list proves how many persons the unit insured, not what they do. A certificate for one person proves no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extractor.documents.base import Cue, DocumentType, Extraction
from extractor.documents.finders import Run, Value, field_of, find_values, first_field, fold, rows
from extractor.documents.social_columns import header_of
from extractor.documents.social_lines import line_rows
from extractor.documents.social_rows import Entry, People, read_people
from extractor.documents.social_totals import headcount, totals_of
from extractor.model import Evidence, Field, Page, union
from extractor.values.chinese import squeeze
from extractor.values.identifiers import parse_uscc
from extractor.values.months import find_months, month_span
from extractor.values.names import clean_company, find_companies

_LABELS: dict[str, tuple[str, ...]] = {
    "organization": (
        "单位名称", "参保单位名称", "参保单位", "缴费单位名称", "缴费单位", "企业名称", "用人单位", "用人单位名称",
        "公司名称", "缴款单位", "单位全称", "单位", "纳税人名称",
        "缴费人名称", "工作单位", "组织名称",
    ),
    "uscc": (
        "统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "纳税人识别号", "缴费人识别号",
        "统一社会信用代码(纳税人识别号)", "社会信用统一代码",
    ),
    "period": (
        "费款所属期", "费款所属期间", "费款所属期起止", "所属期", "所属期间", "所属时期", "缴费年月", "缴费期间",
        "缴费时间", "缴费月份", "缴费所属期", "参保期间", "查询期间", "查询时段",
        "起止年月", "起止时间", "统计年月", "统计期间", "对应费款所属期", "参保缴费期间", "结算年月", "参保年月",
        "缴费起止时间", "月份", "费款年月", "查询年月", "打印期间", "期间",
    ),
    "period_from": ("费款所属期起", "所属期起", "开始年月", "起始年月", "开始月份", "缴费起始年月", "费款起始年月"),
    "period_to": ("费款所属期止", "所属期止", "终止年月", "截止年月", "结束年月", "结束月份", "缴费终止年月", "费款终止年月"),
    "verification_code": (
        "校验码", "验证码", "查验码", "授权码", "防伪码", "验真码", "验真编码", "查询码", "校验编码", "网上验证码",
        "证明编号", "证明验证码", "查询授权码", "查询流水号", "文件校验码",
        "验证号码", "验证编号", "验证编码", "查验号码", "查验编号", "核验码", "核验号码", "核验编号", "电子校验码",
    ),
    "issuer": (
        "经办机构", "社保经办机构", "社会保险经办机构", "出具机构", "出具单位", "打印机构", "经办单位", "证明机构",
        "证明单位", "经办机构名称", "征收机关", "税务机关", "主管税务机关",
    ),
    "stop": (
        "单位编号", "单位社保号", "社保登记号", "社会保险登记证号", "组织机构代码", "打印日期", "打印时间", "查询日期",
        "制表日期", "经办人", "制表人", "审核人", "险种", "险种类型",
        "参保人数", "缴费人数", "备注", "页码", "单位类型", "地址", "联系电话", "缴费状态", "参保状态", "姓名", "序号",
        "统筹区", "参保地", "费种", "费目", "征收品目", "征收项目", "险种名称",
    ),
}  # fmt: skip
_ABOUT = r"(?:社会保险|社保|养老保险|医疗保险|工伤保险|失业保险|五险|参保)"
_LISTED = r"(?:名单|花名册|名册|明细|清单|人员|缴费|参保|证明|申报表|汇总|对账|月报|情况|登记表|核定|通知单|凭证)"
_TITLE = re.compile(rf"{_ABOUT}.{{0,22}}{_LISTED}|(?:职工|人员|员工|单位).{{0,8}}{_ABOUT}|缴费(?:明细|清单|名单)")
_NOT_TITLE = re.compile(r"承诺书|劳动合同|合同书|申请书|申请表|管理办法|通知$|登记证|审计|说明$|制度|政策|授权书|委托书")
_PERSONAL_TITLE = re.compile(
    r"个人(?:专用|参保证明|权益|缴费(?:证明|记录|凭证|历史)|账户)|参保人员(?:个人)?(?:缴费)?(?:历史|权益)"
    r"|\((?:参保)?(?:个人|人员)\)"
)
_UNIT_WORDS = re.compile(r"单位专用|\(单位\)|单位参保|单位缴费|参保人数|缴费人数|单位职工|花名册|名册|名单")
_ISSUER = re.compile(
    r"[\u4e00-\u9fff]{2,20}?(?:社会保险|社保|人力资源和?社会保障|养老保险|医疗保障|就业|劳动保障|参保)[\u4e00-\u9fff]{0,14}?"
    r"(?:事业管理局|事业管理中心|事业服务中心|基金管理局|基金管理中心|经办服务中心|服务中心|管理中心|管理局|事务中心"
    r"|结算中心|经办机构|分局|中心|局|处|所)"
    r"|国家税务总局[\u4e00-\u9fff]{2,20}税务(?:分)?局(?:[\u4e00-\u9fff]{0,8}税务(?:分局|所))?"
)
_TO = re.compile(r"[-—–~～至到]")
_UNENDED = re.compile(r"[-—–~～至到]$|[—–~～至到](?:\d{1,5}|\d{4}[年./-]\d?)$|月.*年\d{0,2}$")
PERSONAL = "个人参保证明不能证明单位人数"
_END_LINES = 15
"""A page without any cue and with no more lines than this may be the end of a list: total, seal, remarks."""
_AGREED = 0.9
"""How sure the count of rows is where the printed total says the same, though single rows are in doubt."""


class _SocialSecurityList:
    """A unit's social-security list or certificate."""

    type = "social_security_list"
    multi_page = True

    def cue(self, page: Page) -> Cue | None:
        """A title about insurance with a list or a number of persons; a header row alone continues."""
        title = _title(page)
        text = squeeze(page.text)
        # most pages of a package are of another type and name nobody
        printed = line_rows(page)[:25] if title is not None or re.search("姓.{0,2}名|人员|职工", text) else []
        headed = any(header_of(lines) for lines in printed)
        if title is None and not headed:
            return None
        if is_personal(page):
            return None
        number = _page_number(text)
        total = any(t.kind != "page" for t in totals_of(page))
        if title is not None:
            sure = 0.95 if headed else 0.9 if total or _UNIT_WORDS.search(text) else 0.6
            return Cue(sure, "inside" if number and number > 1 else "start", title, _unit_key(page))
        # of the header itself: 缴费 in running text says nothing about a table of persons
        heads = "".join(squeeze(x.text) for lines in printed if header_of(lines) for x in lines)
        insured = re.search(r"参保|缴费|保险|社会保障号|社保", heads) is not None
        ids = sum(1 for line in page.lines if line.person or re.search(r"\d{4,6}\*{4,}", line.text))
        if page.source == "sheet" and headed and (insured or ids >= 2):
            return Cue(0.8, "start", page.name)
        return Cue(0.75 if insured else 0.55, "inside") if ids >= 2 or insured else None

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Organization, period, printed total and the persons listed."""
        # a personal certificate filed behind the list adds nobody to it
        listing = [p for p in pages if not is_personal(p)]
        excluded = None if listing else PERSONAL
        pages = listing or pages
        people = read_people(pages)
        values = find_values(pages, _LABELS)
        total = headcount(pages, people)
        fields: dict[str, Field | None] = {
            "organization": _organization(values["organization"], pages),
            "uscc": _uscc(values["uscc"], pages),
            "headcount": total,
            "listed_persons": _listed(people, total),
            "issuer": _issuer(values["issuer"], pages),
            "verification_code": first_field(values["verification_code"], _code),
            **_period(values, pages, people),
        }
        fields["persons"] = _persons(people, fields.get("period_from"), fields.get("period_to"))
        title = next((t for t in (_title(p) for p in pages) if t), "")
        return Extraction({k: f for k, f in fields.items() if f is not None}, title=title, excluded=excluded)

    def opens_new(self, previous: Sequence[Page], page: Page) -> bool:
        """Another list begins where the page is numbered 1, or names another unit, period or sheet."""
        number = _page_number(squeeze(page.text))
        if number is not None and number > 1:
            return False
        last = previous[-1]
        if page.source == "sheet" or last.source == "sheet":
            return True
        mine, theirs = _unit_key(page), next((k for k in map(_unit_key, previous) if k), "")
        return number == 1 or bool(mine and theirs and mine != theirs)

    def continues(self, previous: Sequence[Page], page: Page) -> bool:
        """A page without title or header goes on with the list: numbered on, further persons, or a short end of it."""
        text = squeeze(page.text)
        if len(page.lines) <= _END_LINES or (_page_number(text) or 1) > 1:
            return True
        further = read_people([previous[-1], page]).entries[len(read_people(previous[-1:]).entries) :]
        return sum(e.numbered or e.identity is not None for e in further) >= 2 or re.search(_ABOUT, text) is not None


TYPE: DocumentType = _SocialSecurityList()


def is_personal(page: Page) -> bool:
    """Whether a page is a certificate for one person: says so, or labels one person and lists none."""
    text = squeeze(page.text)
    labelled = re.search(r"(?:^|\n|[^\u4e00-\u9fff])(?:姓名|参保人姓名|参保人)[:：]", page.text) is not None
    title = next((fold(r.key) for r in rows(page)[:6] if _TITLE.search(fold(r.key))), "")
    said = _PERSONAL_TITLE.search(title) is not None or "个人专用" in text[:200]
    if not (said or labelled):
        return False
    listed = any(header_of(lines) for lines in line_rows(page)[:25])
    if listed and len(read_people([page]).distinct()) > 1:
        return False
    if re.search(r"单位专用|\(单位\)", title):
        return False
    return said or (labelled and not listed)


def _title(page: Page) -> str | None:
    """The paper's title: a short line about insured persons near the top (or a sheet's name)."""
    for row in rows(page)[:8]:
        text = fold(row.key)
        if 4 <= len(text) <= 45 and _TITLE.search(text) and not _NOT_TITLE.search(text) and not re.search(r"[:：，。,;；]", text):
            return row.text
    name = fold(page.name)
    return page.name if page.source == "sheet" and _TITLE.search(name) and not _NOT_TITLE.search(name) else None


def _page_number(text: str) -> int | None:
    match = re.search(r"第(\d{1,4})页|(?<!\d)(\d{1,4})/(\d{1,4})页|页码[:：]?(\d{1,4})", text)
    return int(match[1] or match[2] or match[4]) if match else None


def _unit_key(page: Page) -> str:
    """Organization and period of a page, which tell two lists apart; empty where not printed."""
    values = find_values(page.model_copy(update={"lines": page.lines[:120]}), _LABELS)
    unit = next((n for v in values["organization"] for n, _, _ in find_companies(v.text)), "")
    months = next((m for v in values["period"] if (m := find_months(v.text))), [])
    return f"{unit}|{'-'.join(months)}" if unit else ""


def _organization(values: Sequence[Value], pages: Sequence[Page]) -> Field | None:
    def parse(text: str) -> str | None:
        found = find_companies(text)
        return found[0][0] if found else None

    made = first_field([v for v in values if v.where != "empty"], parse)
    if made is not None and made.value:
        return made
    for page in pages:
        for row in rows(page)[:14]:
            names = [n for n, _, _ in find_companies(row.text) if not _ISSUER.search(n)]
            if len(names) == 1:
                return field_of(Value("", (row,), 0.85, "pattern"), clean_company(names[0]), method="position")
    return None


def _uscc(values: Sequence[Value], pages: Sequence[Page]) -> Field | None:
    for value in values:
        found = None if value.where == "empty" else parse_uscc(value.head().text, repair=True)
        if found is None:
            continue
        if found.repaired:
            return field_of(value.head(), found.value, method="check_digit_repair", sure=0.9, note="按校验位纠正了一个误读字符")
        made = field_of(value.head(), found.value, note=None if found.valid else "统一社会信用代码校验位不符，请核对原件")
        return made if found.valid else made.model_copy(update={"confidence": min(made.confidence, 0.5)})
    for page in pages:
        for row in rows(page):
            found = parse_uscc(row.text) if "代码" in row.key or "识别号" in row.key else None
            if found is not None and found.valid:
                return field_of(Value("", (row,), 0.9, "pattern"), found.value)
    return None


def _code(text: str) -> str | None:
    match = re.match(r"[0-9A-Za-z][0-9A-Za-z-]{3,63}", squeeze(text))
    return match[0] if match else None


def _issuer(values: Sequence[Value], pages: Sequence[Page]) -> Field | None:
    """The office that issued it: by label, else the last office named outside running text."""
    made = first_field([v for v in values if v.where != "empty"], lambda t: m[0] if (m := _ISSUER.search(squeeze(t))) else None)
    if made is not None and made.value:
        return made
    found: list[tuple[int, Run, str]] = []
    for page in pages:
        for row in rows(page):
            for segment in row.segments(2.0):
                match = _ISSUER.search(segment.key)
                if match and len(match[0]) >= 6:
                    spare = len(segment) - len(match[0])
                    found.append((spare, segment.slice(match.start(), match.end()), match[0]))
    alone = [f for f in found if f[0] <= 6]
    if not alone:
        return _under_seal(pages)
    _, run, name = alone[-1]
    return field_of(Value("", (run,), 0.93, "pattern"), name)


def _under_seal(pages: Sequence[Page]) -> Field | None:
    """The office as read without the red of the seal that lies on it."""
    for page in reversed(pages):
        for row in reversed(rows(page)):
            for line in row.lines:
                match = _ISSUER.fullmatch(squeeze(line.alt or ""))
                if match:
                    value = Value("", (Run(page, tuple(g for g in row.glyphs if g.line is line)),), 0.9, "pattern")
                    return field_of(value, match[0], note="出具机构为印章遮挡，按去除红色后的识别结果，请核对原件")
    return None


def _listed(people: People, total: Field | None) -> Field | None:
    """The distinct persons listed; less sure where serial numbers do not fit the rows read.

    The printed ``total`` counts the same rows independently: where both agree, doubts about single rows are settled.
    """
    persons = people.distinct()
    if not persons:
        return None
    notes: list[str] = []
    sure = 0.95 if people.headed else 0.8
    fits = people.serials_fit()
    if fits is False:
        sure = 0.55
        notes.append("序号与读到的行数不符，可能有漏行")
    if gone := people.gone():
        notes.append(f"另有 {gone} 行为停保、终止等状态，未计入")
    nameless = sum(not e[0].name for e in persons.values())
    if nameless:
        sure = min(sure, 0.7)
        notes.append(f"{nameless} 人的姓名未能读出")
    shaky = sum(not any(e.clear for e in rows_) for rows_ in persons.values())
    if shaky:
        sure = min(sure, 0.6)
        notes.append(f"{shaky} 行字迹不清")
    if total is not None and total.value == len(persons):
        sure = max(sure, min(_AGREED, total.confidence))
    return Field(
        value=len(persons),
        raw=f"{len(persons)} 人",
        confidence=sure,
        evidence=tuple(_regions(people.entries)),
        method="rows",
        note="；".join(notes) or None,
    )


def _regions(entries: Iterable[Entry]) -> Iterable[Evidence]:
    """One box per page around its rows."""
    by_page: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        by_page.setdefault((entry.page.file, entry.page.page), []).append(entry)
    for (file, page), found in by_page.items():
        names = f"{found[0].name} … {found[-1].name}（{len(found)} 行）"
        yield Evidence(file=file, page=page, box=union(e.box for e in found), text=names)


def _period(values: dict[str, list[Value]], pages: Sequence[Page], people: People) -> dict[str, Field | None]:
    """First and last month: by label, else by the rows' own months, else a month in the text."""
    ends: dict[str, Field | None] = {}
    for key in ("period_from", "period_to"):
        ends[key] = first_field([v for v in values[key] if v.where != "empty"], lambda t: m[0] if (m := find_months(t)) else None)
    if ends["period_from"] and ends["period_to"]:
        return ends
    for value in values["period"]:
        for count in range(1, len(value.runs) + 1):
            # a term may wrap in its cell: 2019年02月至2019年07 / 月; what else stands below is none of it
            part = value.head(count)
            text = re.sub(r"(月.*年\s*\d{2})\s*$", r"\1月", part.text)
            if _UNENDED.search(squeeze(text)) or any(_TO.match(run.key) for run in value.runs[count : count + 1]):
                continue
            # below a header of the list stands only its first row's month
            heads = value.where == "below" and people.headed
            span = None if value.where == "empty" or heads else month_span(text)
            if span:
                return {"period_from": field_of(part, span[0]), "period_to": field_of(part, span[1])}
    months = [m for e in people.entries for m in e.months]
    if months:
        found = tuple(_regions([e for e in people.entries if e.months]))[:1]
        raw = f"{min(months)} 至 {max(months)}"
        return {
            key: Field(value=v, raw=raw, confidence=0.85, evidence=found, method="rows")
            for key, v in (("period_from", min(months)), ("period_to", max(months)))
        }
    return _prose_period(pages)


def _prose_period(pages: Sequence[Page]) -> dict[str, Field | None]:
    """A month named in the running text (截至2022年8月, 2022年8月参保缴费人数) or beside the title."""
    for page in pages:
        for row in rows(page):
            if re.search(r"打印|制表|出具|验证|有效|查询日期|参保时间", row.key):
                continue
            span = month_span(row.text)
            if span and (re.search(r"截至|参保|缴费|人数|期间|月份", row.key) or row.box[3] < 0.25):
                value = Value("", (row,), 0.85, "pattern")
                return {
                    "period_from": field_of(value, span[0], method="text"),
                    "period_to": field_of(value, span[1], method="text"),
                }
    return {"period_from": None, "period_to": None}


def _persons(people: People, first: Field | None, last: Field | None) -> Field | None:
    """Name, masked ID number and months per person (meanings: ``fields.yaml``)."""
    persons = people.distinct()
    if not persons:
        return None
    bounds = (first.value if first else None, last.value if last else None)
    # where rows have a first month of their own, one that was not read is not the list's
    dated = sum(e.start is not None for e in people.entries) >= 0.5 * len(people.entries)
    out, unread = [], 0
    for entries in persons.values():
        masked = next((e.id_masked for e in entries if e.id_masked), None)
        unread += masked is None and (people.with_ids or any(e.numbered for e in entries))
        start, end = _term(entries, None if dated else bounds[0], bounds[1])
        out.append({"name": next((e.name for e in entries if e.name), None), "id_masked": masked, "from": start, "to": end})
    shown = [e for entries in persons.values() for e in entries]
    # one misread name or number makes the list wrong
    confidence = min(0.95, sum(e.confidence for e in shown) / len(shown), min(e.confidence for e in shown) + 0.1)
    if unread or any(not row["name"] or (dated and not row["from"]) for row in out):
        confidence = min(confidence, 0.5)
    return Field(
        value=out,
        raw=f"{len(out)} 人",
        confidence=round(confidence, 3),
        evidence=tuple(_regions(people.entries)),
        method="rows",
        note=f"{unread} 人的证件号码未能读全" if unread else None,
    )


def _term(entries: Sequence[Entry], first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """From when to when a person's rows say that the person is insured; the list's period where they do not say."""
    starts = [e.start for e in entries if e.start]
    ends = [e.end for e in entries if e.end]
    closed = bool(ends) and all(e.end for e in entries if e.start)
    return min(starts, default=first), max(ends) if closed else last
