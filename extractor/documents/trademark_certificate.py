"""商标注册证 (《商标法》第三十九、四十条): paper and electronic layouts, and renewals (续展注册证明)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractor.documents.base import Cue, Extraction
from extractor.documents.certificates import (
    is_listing,
    iso_day,
    labelled,
    labelled_holders,
    put,
    unreadable,
    weigh,
)
from extractor.documents.finders import Value, field_of, find_pattern, find_values
from extractor.documents.not_evidence import excluded_reason, is_notice
from extractor.documents.titles import find_title
from extractor.model import Field, Page
from extractor.values.chinese import numeral_to_int
from extractor.values.dates import find_dates

NAMES = (
    "商标注册证",
    "商标注册证书",
    "商标注册证明",
    "核准续展注册证明",
    "核准商标续展注册证明",
    "商标续展注册证明",
    "注册商标续展证明",
)

LABELS: Mapping[str, Sequence[str]] = {
    "owner": (
        "注册人",
        "商标注册人",
        "注册人名称",
        "注册人名义",
        "商标权人",
        "权利人",
        "续展注册人",
        "Registrant",
    ),
    "address": ("注册人地址", "注册地址", "地址", "商标注册人地址"),
    "valid_from": ("注册日期", "注册公告日期", "核准注册日期", "注册公告日"),
    "valid_until": ("有效期至", "有效期限至", "专用期限至", "有效期截止日期"),
    "term": (
        "注册有效期限",
        "有效期限",
        "有效期",
        "专用权期限",
        "续展注册有效期",
        "续展有效期",
        "注册有效期",
        "商标专用权期限",
    ),
    "registration_no": ("注册号", "商标注册号", "注册证号", "注册证编号"),
    "goods": (
        "核定使用商品/服务项目",
        "核定使用商品",
        "核定服务项目",
        "核定使用商品和服务项目",
        "商品/服务项目",
    ),
    "class": ("国际分类", "商标类别", "类别", "商品类别", "类号"),
    "other": ("局长", "发证机关", "商标", "局长签发"),
}

_SUPPORTS = (
    r"核定(?:使用商品|服务项日|使用服务)",
    r"国际分类|第[\d一二三四十]{1,3}类",
    r"注册人",
    r"有效期至|有效期限|专用权期限",
    r"商标局|知识产权局|发证机关",
    r"注册日期|注册公告日",
    r"tmzc\d{5}",
)
_NUMBER = r"第(G?\d{5,9}[A-Z]{0,2})(?:号|$|(?!\d|类|年|条|页))"
_BAR_CODE = r"TMZC(G?\d{5,9})D"
_UNTIL = r"(?:有效期限?|专用(?:权)?期限?)至[:：]?([0-9〇零一二三四五六七八九十年月日./-]{8,16})"
_CLASS = re.compile(r"第?([1-9]\d?|[一二三四]?十?[一二三四五六七八九十])(?=类|$|[)\]、,;])")


class TrademarkCertificate:
    """Trademark registration certificates and renewals."""

    type = "trademark_certificate"
    multi_page = False

    def cue(self, page: Page) -> Cue | None:
        """Title and what every such certificate shows."""
        if is_notice(page) or is_listing(page):
            return None
        score, hit = weigh(page, NAMES, _SUPPORTS, need=2, alone=5)
        if score < 0.5:
            return None
        number = _number(page)
        return Cue(round(score, 3), "start", hit.name if hit else "", str(number.value) if number else "")

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """All fields of one certificate."""
        found = find_values(pages, LABELS)
        fields: dict[str, Field] = {}
        number = labelled(found["registration_no"], _labelled_number, "注册号")
        put(fields, "registration_no", number or next((n for p in pages if (n := _number(p))), None))
        owner = labelled_holders(found["owner"], "注册人") or unreadable(found["owner"], "注册人")
        put(fields, "owner", _single(owner))
        put(fields, "nice_class", _nice_class(pages, found["class"]))
        start, end = _term(found["term"])
        put(fields, "valid_from", labelled(found["valid_from"], iso_day, "注册日期") or start)
        put(fields, "valid_until", labelled(found["valid_until"], iso_day, "有效期") or end)
        if "valid_until" not in fields:
            # Both dates often stand in one row, and the second label then follows the first date directly.
            glued = [v for _, v in find_pattern(pages, _UNTIL)]
            put(fields, "valid_until", labelled(glued, iso_day, "有效期至"))
        for key, what in (("valid_from", "注册日期"), ("valid_until", "有效期至")):
            if key not in fields:
                put(fields, key, unreadable(found[key], what))
        hit = next((h for p in pages if (h := find_title(p, NAMES))), None)
        return Extraction(fields, title=hit.name if hit else NAMES[0], excluded=excluded_reason(pages))


def _labelled_number(text: str) -> str | None:
    """A registration number after its label."""
    match = re.fullmatch(r"第?(G?\d{5,9}[A-Z]{0,2})号?", re.sub(r"\s", "", text))
    return match[1] if match else None


def _number(page: Page) -> Field | None:
    """``第 26510997 号``, else a lone long number near the top, else the bar code's text."""
    printed = [v for _, v in find_pattern(page, _NUMBER)]
    coded = [v for _, v in find_pattern(page, _BAR_CODE)]
    lone = [v for _, v in find_pattern(page, r"^(\d{7,8})号?$") if v.runs[0].box[3] < 0.25]
    known = printed or lone or coded
    if not known:
        return None
    value = known[0].text.replace(" ", "")
    others = {v.text.replace(" ", "") for v in (*printed, *coded)} - {value}
    sure = 0.8 if not printed else 0.6 if others else 1.0
    return field_of(known[0], value, sure=sure, note="注册证上的号码不一致，请核对" if others else None)


def _single(field: Field | None) -> Field | None:
    """The registrant: the first name; co-registrants stay in ``raw``."""
    if field is None or not isinstance(field.value, list):
        return field
    note = None if len(field.value) == 1 else "商标为共有，另有：" + "、".join(field.value[1:])
    return field.model_copy(update={"value": field.value[0], "note": note or field.note})


def class_of(text: str) -> int | None:
    """One international class, 1 to 45 (尼斯分类)."""
    match = _CLASS.search(re.sub(r"\s", "", text))
    if match is None:
        return None
    number = int(match[1]) if match[1].isdigit() else numeral_to_int(match[1])
    return number if number is not None and 1 <= number <= 45 else None


def _nice_class(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The class after 国际分类, else 第9类; where several are registered the first, with a note."""
    labelled_class = labelled([v for v in values if v.sure >= 0.9], class_of, "国际分类")
    found = []
    for pattern in (r"国际分类[:：]?第?(\d{1,2})", r"第([\d一二三四五六七八九十]{1,3})类"):
        found += [(n, v) for _, v in find_pattern(pages, pattern) if (n := class_of(v.text))]
    if labelled_class is None and not found:
        return unreadable(values, "国际分类")
    field = labelled_class or field_of(found[0][1], found[0][0])
    others = sorted({n for n, _ in found} - {field.value})
    if others:
        note = "注册在多个类别：" + "、".join(str(n) for n in sorted({field.value, *others}))
        return field.model_copy(update={"confidence": min(field.confidence, 0.8), "note": note})
    return field


def _term(values: Sequence[Value]) -> tuple[Field | None, Field | None]:
    """Both ends of ``自公元2015年3月14日至2025年3月13日止``; a lone day after the label is the last one."""
    for value in values:
        days = [hit.value for hit in find_dates(value.text) if not hit.ambiguous] if value.where != "empty" else []
        if len(days) == 2 and days[0] < days[1]:
            return field_of(value, days[0].isoformat()), field_of(value, days[1].isoformat())
        if len(days) == 1 and not re.search("自|起", value.text):
            return None, field_of(value, days[0].isoformat())
    return None, None


TYPE = TrademarkCertificate()
