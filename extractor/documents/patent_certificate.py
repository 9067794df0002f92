"""专利证书 (invention, utility model, design) of all layouts, their 续页, and 专利登记簿副本.

Layouts: before December 2018 (no 授权公告号), 2018 to 2022 (with it and an address), electronic since 2023
(patentee and address first, two columns). A register copy also shows the legal status
(专利法实施细则 第一百零六条), which ends a right even though its certificate looks intact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractor.documents.base import Cue, Extraction
from extractor.documents.certificates import (
    by_pattern,
    checked,
    foot_dates,
    is_listing,
    iso_day,
    labelled,
    labelled_holders,
    people_of,
    put,
    text_of,
    titled,
    unreadable,
    weigh,
)
from extractor.documents.finders import Value, field_of, find_pattern, find_values
from extractor.documents.not_evidence import excluded_reason, is_notice
from extractor.documents.rows import rows
from extractor.documents.titles import find_title
from extractor.model import Field, Page
from extractor.values.chinese import squeeze
from extractor.values.identifiers import find_patent_nos, parse_patent_no, patent_filing_year, patent_kind
from extractor.values.names import looks_like_company

KINDS = {"发明专利证书": "invention", "实用新型专利证书": "utility", "外观设计专利证书": "design"}
_KIND_WORDS = {"发明": "invention", "实用新型": "utility", "外观设计": "design"}
REGISTER = ("专利登记簿副本",)

LABELS: Mapping[str, Sequence[str]] = {
    "title": (
        "发明名称",
        "实用新型名称",
        "外观设计名称",
        "发明创造名称",
        "使用外观设计的产品名称",
        "专利名称",
        "名称(发明)",
        "发明创造的名称",
    ),
    "inventors": ("发明人", "设计人", "发明人或设计人", "发明人/设计人", "发明(设计)人"),
    "patent_no": ("专利号", "专利号码"),
    "application_date": ("专利申请日", "申请日", "专利申请日期", "申请日期"),
    "patentees": ("专利权人", "专利权人名称", "专利权人姓名或名称", "现专利权人"),
    "grant_date": ("授权公告日", "授权公告日期", "授权日", "颁证日"),
    "grant_no": ("授权公告号",),
    "address": ("地址", "专利权人地址", "联系地址"),
    "applicants": ("申请人", "申请时申请人"),
    "kind": ("专利类型", "专利种类", "专利类别", "专利权类型"),
    "status": ("法律状态", "专利权状态", "当前法律状态", "案件状态", "专利权的法律状态"),
    "other": (
        "局长",
        "国际申请号",
        "优先权",
        "分类号",
        "主分类号",
        "国际专利主分类号",
        "专利代理机构",
        "证书号",
        "登记日",
        "打印日期",
    ),
}

_SUPPORTS = (
    r"专利号|ZL\d{4}|zl\d{4}",
    r"专利权人",
    r"授权公告[日号]",
    r"国家知识产权局|知识产权局",
    r"证书号第?\d|证书号:",
    r"专利登记簿",
    r"发明人|设计人",
    r"专利申请日",
    r"决定授予专利权",
)
_CERTIFICATE_NO = r"证书号:?(?:第|N[oO]\.?)?[^0-9A-Za-z\u4e00-\u9fff]{0,3}([0-9OoIl]{5,9})号?"
_CERTIFICATE_NO_CUT = r"^证?书?号第([0-9OoIl]{6,9})号$"
"""The head of 证书号 was cut off (tilted photos)."""
_LOST_LABEL = r"^.?人[:：](.{2,})$"
_LOST_ONE = re.compile(
    r"种(?![子植苗类群猪鸡蛋禽畜牛羊鸭鹅鱼虾蟹质皮肥薯球芽床箱盒杯盘衣绳树草菜花瓜果稻茶粮烟钉牙业养源公母籽肉])"
)
"""A title that begins with 种 as no noun does (种子, 种植, 种猪 …)."""
_GRANT_NO = re.compile(r"CN(\d{7,9})([ABCUSY])\d?$")
_CONTINUED = re.compile(r"^第[2-9]页|申请日时本专利记载|续页$|专利权人.{0,4}续|发明人.{0,4}续|^\(?续页?\)?$")
_LAPSED = (
    (
        re.compile(r"(?<!未)(?:专利权)(?:已|于.{0,14})?(?:终止|丧失|届满|期满)|未缴年费.{0,6}终止|届满终止"),
        "terminated",
        "终止",
    ),
    (
        re.compile(r"专利权(?:已)?(?:全部)?(?:被宣告)?无效(?!宣告请求)|宣告.{0,6}全部无效"),
        "invalidated",
        "被宣告无效",
    ),
    (re.compile(r"(?:主动|视为)?放弃专利权|专利权.{0,4}放弃"), "abandoned", "被放弃"),
    (re.compile(r"专利(?:权|程序)?(?:的)?中止|中止程序"), "suspended", "中止"),
)


class PatentCertificate:
    """Patent certificates and register copies."""

    type = "patent_certificate"
    multi_page = False

    def cue(self, page: Page) -> Cue | None:
        """Title and what every certificate shows; a continuation page is ``inside``."""
        if is_notice(page):
            return None
        if _is_continuation(page):
            number = _number_of(page)
            return Cue(0.85, "inside", "专利证书续页", number if number.startswith("ZL") else "")
        score, hit = weigh(page, (*KINDS, *REGISTER, "专利证书"), _SUPPORTS, need=2, alone=5)
        if score < 0.5 or is_listing(page):
            return None
        distinct = {h[0].value for row in rows(page) for h in find_patent_nos(row.text)}
        if len(distinct) > 2:
            return None
        return Cue(round(score, 3), "start", hit.title.text if hit else "", _number_of(page))

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """All fields of one certificate or register copy."""
        found = find_values(pages, LABELS)
        hit = next((h for p in pages if (h := find_title(p, (*KINDS, *REGISTER, "专利证书")))), None)
        fields: dict[str, Field] = {}
        number = _patent_no(pages, found["patent_no"])
        put(fields, "kind", _kind(pages, found["kind"], number))
        serial = by_pattern(pages, _CERTIFICATE_NO, _digits) or by_pattern(pages, _CERTIFICATE_NO_CUT, _digits)
        put(fields, "certificate_no", serial)
        put(fields, "title", _title(found["title"]))
        put(fields, "patent_no", number)
        for key, what in (("application_date", "申请日"), ("grant_date", "授权公告日")):
            put(fields, key, labelled(found[key], iso_day, what) or unreadable(found[key], what))
        _grant_date(fields, pages)
        put(
            fields,
            "patentees",
            labelled_holders(found["patentees"], "专利权人") or unreadable(found["patentees"], "专利权人"),
        )
        put(fields, "inventors", _inventors(pages, found["inventors"]))
        put(
            fields,
            "grant_no",
            labelled(found["grant_no"], _grant_no, "授权公告号") or by_pattern(pages, r"CN\d{7,9}[ABCUSY]\d?", _grant_no),
        )
        excluded = excluded_reason(pages)
        if any(find_title(p, REGISTER) for p in pages[:1]) or found["status"]:
            status, lapsed = _status(pages, found["status"])
            put(fields, "legal_status", status)
            excluded = excluded or lapsed
        if all(_is_continuation(p) for p in pages):
            excluded = excluded or "只有专利证书续页，缺少首页；请补充完整证书"
        _check_years(fields)
        return Extraction(fields, title=hit.title.text if hit else "专利证书", excluded=excluded)


def _title(values: Sequence[Value]) -> Field | None:
    """The title; of its usual opening 一种 the flat 一 is easily lost."""
    field = labelled(values, text_of, "专利名称")
    if field is None:
        return unreadable(values, "专利名称")
    if not _LOST_ONE.match(str(field.value)):
        return field
    note = "名称开头的“一”字未读出，已补全，请核对"
    return field.model_copy(update={"value": f"一{field.value}", "confidence": min(field.confidence, 0.85), "note": note})


def _digits(text: str) -> str | None:
    """A certificate's serial number."""
    digits = text.translate(str.maketrans("OoIl", "0011"))
    return digits if digits.isdigit() else None


def _grant_no(text: str) -> str | None:
    """``CN 213547479 U`` without blanks; letters read for digits are put right."""
    plain = re.sub(r"[\s.:]", "", text).upper()
    body = plain[2:-1].translate(str.maketrans("OIL", "011"))
    match = _GRANT_NO.match(plain[:2] + body + plain[-1:])
    return f"CN{match[1]}{match[2]}" if match else None


def _number_of(page: Page) -> str:
    """The patent number of a page, else its certificate number: what tells two certificates apart."""
    for row in rows(page):
        for found, _, _ in find_patent_nos(row.text):
            return found.value
    serial = find_pattern(page, _CERTIFICATE_NO)
    return serial[0][0][1] if serial else ""


def _is_continuation(page: Page) -> bool:
    """Whether a page is the 续页 of a certificate: it says so, and has no number or dates of its own."""
    keys = [row.folded for row in rows(page)]
    if not any("专利" in k for k in keys) or not any(_CONTINUED.search(k) for k in keys):
        return False
    return not any(re.match(r"(?:专利号|授权公告日|专利申请日):", k) for k in keys)


def _patent_no(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The patent number: labelled first, else by its form; a valid check digit beats a better place."""
    found = [(i, v) for v in values if v.where != "empty" for w in (v, v.head()) if (i := parse_patent_no(w.text))]
    for page in pages:
        for row in rows(page):
            for hit, start, end in find_patent_nos(row.key):
                found.append((hit, Value("patent_no", (row.slice(start, end),), 0.95, "pattern")))
    if not found:
        return unreadable(values, "专利号")
    number, value = next((f for f in found if f[0].valid), found[0])
    if number.valid:
        return checked(value, number.value, at_least=0.9)
    fixed = parse_patent_no(number.value, repair=True)
    if fixed is not None and fixed.valid:
        return field_of(
            value,
            fixed.value,
            method="check_digit_repair",
            sure=0.85,
            note="校验位不符，按唯一可能的改正读取，请核对",
        )
    return field_of(value, number.value, sure=0.5, note="专利号校验位不符，请核对原件")


def _inventors(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The inventors where first named; of their spaced label often only the last character is read."""
    field = labelled(values[:1], people_of, "发明人") or labelled(values, people_of, "发明人")
    if field is not None:
        return field
    for _, value in find_pattern(pages[:1], _LOST_LABEL):
        people = people_of(value.text)
        if people and not any(looks_like_company(p) for p in people):
            return field_of(value, people, sure=0.85)
    return unreadable(values, "发明人")


def _kind(pages: Sequence[Page], said: Sequence[Value], number: Field | None) -> Field | None:
    """The kind by the title, else as a register names it, else by the number; doubtful where number and words differ."""
    by_number = patent_kind(str(number.value)) if number is not None and number.value and number.confidence > 0.5 else None
    hit = next((h for p in pages if (h := find_title(p, tuple(KINDS)))), None)
    field = titled(hit, KINDS[hit.name]) if hit is not None else labelled(said, _kind_named, "专利类型")
    if field is None:
        if number is None or by_number is None:
            return None
        return number.model_copy(update={"value": by_number, "method": "number", "note": None})
    if by_number is not None and by_number != field.value:
        return field.model_copy(
            update={
                "confidence": min(field.confidence, 0.5),
                "note": "证书名称与专利号的类型位不一致，请核对",
            }
        )
    return field


def _kind_named(text: str) -> str | None:
    """The kind that a register names: 实用新型, 发明专利."""
    return next((kind for name, kind in _KIND_WORDS.items() if squeeze(text).startswith(name)), None)


def _grant_date(fields: dict[str, Field], pages: Sequence[Page]) -> None:
    """The date at the foot (the same day) stands in where 授权公告日 could not be read."""
    feet = [(d, v) for d, v in foot_dates(pages[:1], 0.7)]
    labelled_day = fields.get("grant_date")
    if labelled_day is not None and labelled_day.value is not None:
        return
    if feet:
        day, value = feet[-1]
        fields["grant_date"] = field_of(
            value, day.isoformat(), method="foot_date", sure=0.85, note="授权公告日未读出，取证书落款日期"
        )


def _status(pages: Sequence[Page], values: Sequence[Value]) -> tuple[Field | None, str | None]:
    """Legal status of a register copy, and why it ends the right, if it does."""
    places = [v for v in values if v.where != "empty"]
    rest = [Value("", (row,), 0.9, "pattern") for p in pages for row in rows(p) if not re.search("转移.{0,3}质押|应当", row.key)]
    for value in (*places, *rest):
        text = value.text.replace(" ", "")
        for pattern, status, word in _LAPSED:
            if pattern.search(text) and not re.search(r"^(?:无|未|没有|恢复)", text):
                return field_of(value, status), f"专利登记簿副本显示专利权已{word}，不能证明权利有效"
        if re.search(r"专利权(?:维持|有效)|^(?:有效|维持)", text):
            return field_of(value, "in_force"), None
    return None, None


def _check_years(fields: dict[str, Field]) -> None:
    """A number cannot be older than its filing date: where it is, neither reading is sure."""
    number, filed = fields.get("patent_no"), fields.get("application_date")
    if number is None or filed is None or not number.value or not filed.value:
        return
    year = patent_filing_year(str(number.value))
    if year is not None and year < int(str(filed.value)[:4]):
        note = "申请日晚于专利号所示年份，请核对"
        fields["application_date"] = filed.model_copy(update={"confidence": min(filed.confidence, 0.5), "note": note})


TYPE = PatentCertificate()
