"""营业执照 (《市场主体登记管理条例》第二十一至二十三条): original, copy and electronic, both ways up.

Companies, branches, partnerships, sole proprietors and 个体工商户 name the person differently
(法定代表人, 负责人, 执行事务合伙人, 投资人, 经营者).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from extractor.documents.base import Cue, Extraction, evidence
from extractor.documents.certificates import checked, iso_day, labelled, put, text_of, unreadable, weigh
from extractor.documents.finders import Value, field_of, find_values
from extractor.documents.not_evidence import excluded_reason, is_notice
from extractor.documents.rows import rows
from extractor.model import Field, Page
from extractor.values.chinese import squeeze
from extractor.values.identifiers import find_usccs, parse_uscc
from extractor.values.money import parse_money
from extractor.values.names import clean_company, is_fragment, looks_like_company

NAMES = ("营业执照",)

LABELS: Mapping[str, Sequence[str]] = {
    "uscc": ("统一社会信用代码", "社会信用代码", "统一社会信用代码/注册号", "统一代码"),
    "registry_no": ("注册号", "工商注册号"),
    "name": ("名称", "企业名称", "公司名称", "字号名称", "经营者字号", "机构名称"),
    "entity_type": ("类型", "公司类型", "企业类型", "主体类型", "市场主体类型"),
    "legal_representative": (
        "法定代表人",
        "法定代表人姓名",
        "负责人",
        "经营者",
        "经营者姓名",
        "投资人",
        "投资人姓名",
        "执行事务合伙人",
        "首席代表",
        "法定代表人(负责人)",
    ),
    "registered_capital": (
        "注册资本",
        "注册资金",
        "出资额",
        "资金数额",
        "成员出资总额",
        "出资总额",
        "认缴出资额",
    ),
    "paid_capital": ("实收资本",),
    "established": ("成立日期", "设立日期", "注册日期"),
    "term": ("营业期限", "经营期限", "合伙期限", "营业期限自", "经营期限自"),
    "address": ("住所", "营业场所", "经营场所", "主要经营场所", "住址", "地址", "住所(经营场所)", "驻在场所"),
    "scope": ("经营范围", "业务范围", "许可经营项目", "一般经营项目"),
    "other": (
        "登记机关",
        "发照机关",
        "核准日期",
        "发照日期",
        "登记日期",
        "发证日期",
        "组成形式",
        "编号",
        "证照编号",
        "国家企业信用信息公示系统网址",
        "企业信用信息公示系统网址",
    ),
}

_SUPPORTS = (
    r"统一社会信用代码|注册号",
    r"法定代表人|负责人|经营者|投资人|执行事务合伙人",
    r"注册资[本金]|出资额|资金数额",
    r"经营范围",
    r"登记机关",
    r"成立日期|注册日期",
    r"营业期限|经营期限|合伙期限",
    r"住所|经营场所|营业场所",
    r"公示系统|年度报告|市场主体应当",
)
_OTHER_PAPER = re.compile(
    r"营业执照信息|信息公示报告|信用信息报告|机读档案|登记信息查询|企业信用报告|申请书|申请表|准予.{0,8}登记通知书"
)
_FOREIGN = re.compile(r"美元|港[元币]|欧元|日元|英镑|新加坡元|澳元|加元|USD|HKD|EUR|JPY|GBP")

_ALONE = re.compile(r"(?:名?称)?[:：]?([\u4e00-\u9fff()]{4,40})")
_TYPE = re.compile(
    r"(?:类?型)?[:：]?((?:其他|一人|国有独资|外商投资|台港澳投资)?(?:有限责任公司|股份有限公司|有限合伙企业|普通合伙企业|个人独资企业|个体工商户"
    r"|全民所有制|集体所有制|农民专业合作社)(?:分公司)?(?:\([^()]{2,30}(?:\([^()]{1,12}\))?\))?)"
)
_TWO_FORMS = re.compile(r"(?:公司|企业)(?:其他)?(?:有限责任公司|股份有限公司|个人独资企业|有限合伙企业|普通合伙企业)")
"""A name and the type below it: no name holds two legal forms."""
_AUTHORITY = re.compile(r"监督管理|行政审批|总局|公示系统")


class BusinessLicense:
    """Business licences."""

    type = "business_license"
    multi_page = False

    def cue(self, page: Page) -> Cue | None:
        """The title and at least three of its labels; register extracts that quote a licence are none."""
        if is_notice(page) or any(_OTHER_PAPER.search(row.folded) for row in rows(page)[:12]):
            return None
        score, hit = weigh(page, NAMES, _SUPPORTS, need=3, alone=6)
        if score < 0.5 or (hit is not None and score < 0.85 and len(page.lines) > 80):
            return None
        return Cue(round(score, 3), "start", hit.title.text if hit else "", _code_of(page))

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """All fields of one licence."""
        found = find_values(pages, LABELS)
        found["legal_representative"] = [_in_column(v) for v in found["legal_representative"]]
        fields: dict[str, Field] = {}
        put(fields, "uscc", _uscc(pages, found["uscc"]))
        for key, what, parse in (
            ("name", "名称", _name),
            ("entity_type", "类型", _entity_type),
            ("legal_representative", "法定代表人", _person),
            ("established", "成立日期", iso_day),
            ("address", "住所", _plain),
            ("scope", "经营范围", _scope),
        ):
            put(fields, key, labelled(found[key], parse, what) or unreadable(found[key], what))
        put(fields, "registered_capital", _capital(found["registered_capital"]))
        for key, lone in (("name", _lone_name), ("entity_type", _lone_type)):
            known = fields.get(key)
            if known is None or known.value is None:
                put(fields, key, lone(pages))
        return Extraction(fields, title=NAMES[0], excluded=excluded_reason(pages))


def _lone_name(pages: Sequence[Page]) -> Field | None:
    """The one company name that stands by itself: the label 名称 is short, wide-set and easily lost."""
    hits: dict[str, Field] = {}
    for page in pages:
        for line in page.lines:
            text = _ALONE.fullmatch(squeeze(line.text))
            if text is None or not looks_like_company(text[1]) or _AUTHORITY.search(text[1]):
                continue
            name = clean_company(text[1])
            note = "没有读到“名称”标签，按照面上唯一的企业名称读取"
            sure = min(0.85, line.confidence)
            proof = (evidence(page, line),)
            hits[name] = Field(value=name, raw=line.text, confidence=sure, evidence=proof, method="position", note=note)
    return next(iter(hits.values())) if len(hits) == 1 else None


def _lone_type(pages: Sequence[Page]) -> Field | None:
    """The one legal form that stands by itself: of the wide-set label 类型 a character is easily lost."""
    hits: dict[str, Field] = {}
    for page in pages:
        for line in page.lines:
            text = _TYPE.fullmatch(squeeze(line.text))
            if text is None:
                continue
            note = "没有读到“类型”标签，按照面上唯一的企业类型读取"
            kind = _plain(re.sub(r"^[^(（]*型\s*[:：]?", "", line.text)) or text[1]
            sure = min(0.85, line.confidence)
            proof = (evidence(page, line),)
            hits[text[1]] = Field(value=kind, raw=line.text, confidence=sure, evidence=proof, method="position", note=note)
    return next(iter(hits.values())) if len(hits) == 1 else None


def _plain(text: str) -> str | None:
    """A text without blanks between its Chinese parts."""
    plain = text_of(text)
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", plain) if plain else None


def _entity_type(text: str) -> str | None:
    """The legal form; not with a name glued to it."""
    plain = _plain(text)
    return None if plain is None or _TWO_FORMS.search(plain) else plain


def _scope(text: str) -> str | None:
    """The scope of business with its closing stop."""
    plain = _plain(text)
    return f"{plain}。" if plain and text.rstrip().endswith("。") else plain


def _name(text: str) -> str | None:
    """The name, as shown to people."""
    name = clean_company(text)
    whole = len(name) >= 2 and not re.fullmatch(r"[\W\d]*", name) and not _TWO_FORMS.search(name) and not is_fragment(name)
    return name if whole else None


def _in_column(value: Value) -> Value:
    """The value without further lines that do not begin where it does: print of a seal below a name."""
    first = value.runs[0]
    kept = list(itertools.takewhile(lambda run: abs(run.box[0] - first.box[0]) <= first.em, value.runs))
    return value.head(len(kept))


def _person(text: str) -> str | None:
    """A person (or, for partnerships, a firm with its 委派代表)."""
    plain = _plain(text)
    if plain is None or re.search(r"\d{3}", plain):
        return None
    return plain


def _code_of(page: Page) -> str:
    """The first credit code on the page with right check digits."""
    for row in rows(page):
        for code, _, _ in find_usccs(row.text):
            if code.valid:
                return code.value
    return ""


def _uscc(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The credit code by its label, else by its form.

    Right check digits beat a better place; else the one repair that makes them right, if unique.
    """
    places = [v for value in values if value.where != "empty" for v in (value, value.head())]
    found = [(code, v) for v in places if (code := parse_uscc(re.sub(r"\(\d+[/-]\d+\).*$", "", v.text))) is not None]
    for page in pages:
        for row in rows(page):
            found += [(code, Value("uscc", (row.slice(a, b),), 0.9, "pattern")) for code, a, b in find_usccs(row.key)]
    if not found:
        return unreadable(values, "统一社会信用代码")
    code, value = next((f for f in found if f[0].valid), found[0])
    if code.valid:
        return checked(value, code.value)
    fixed = parse_uscc(code.value, repair=True)
    if fixed is not None and fixed.valid:
        note = "校验位不符，按唯一可能的改正读取，请核对"
        return field_of(value, fixed.value, method="check_digit_repair", sure=0.85, note=note)
    return field_of(value, code.value, sure=0.5, note="统一社会信用代码校验位不符，请核对原件")


def _capital(values: Sequence[Value]) -> Field | None:
    """Registered capital in yuan; foreign currency is shown but not converted."""
    field = labelled(values, _yuan, "注册资本")
    if field is not None:
        return field
    foreign = next((v for v in values if v.where != "empty" and _FOREIGN.search(v.text)), None)
    if foreign is not None:
        return field_of(foreign, None, note="注册资本为外币，未折算为人民币元")
    return unreadable(values, "注册资本")


def _yuan(text: str) -> float | None:
    """An amount with its unit, in yuan; a bare number is none, since its unit is unknown."""
    plain = re.sub(r"\s", "", text)
    plain = re.sub(r"^(?:人民币|RMB|CNY|¥|￥)|(?:人民币|RMB|CNY)$|\((?:人民币|万元|元)\)$", "", plain)
    if not re.search(r"[元万亿圆整]", text):
        return None
    amount = parse_money(plain)
    return float(amount) if amount is not None and amount > 0 else None


TYPE = BusinessLicense()
