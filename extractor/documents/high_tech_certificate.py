"""高新技术企业证书: three years from issue (《高新技术企业认定管理办法》第九条, 国科发火〔2016〕32号)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractor.documents.base import Cue, Extraction
from extractor.documents.certificates import (
    by_pattern,
    day_in_year,
    day_of,
    foot_dates,
    iso_day,
    labelled,
    labelled_holders,
    put,
    unreadable,
    weigh,
)
from extractor.documents.finders import Value, field_of, find_pattern, find_values, first_parsed
from extractor.documents.not_evidence import excluded_reason, is_notice
from extractor.documents.rows import rows
from extractor.model import Field, Page
from extractor.values.dates import add_years
from extractor.values.identifiers import parse_hnte_no

NAMES = ("高新技术企业证书", "高新技术企业认定证书")

LABELS: Mapping[str, Sequence[str]] = {
    "certificate_no": ("证书编号", "编号", "证书号", "证书号码"),
    "holder": ("企业名称", "单位名称", "公司名称", "证书持有企业"),
    "issue_date": ("发证时间", "发证日期", "颁发日期", "批准日期", "认定时间", "认定日期"),
    "valid_until": ("有效期至", "有效期截止日期", "有效期截至"),
    "term": ("有效期", "有效期限"),
    "other": ("批准机关", "发证机关", "认定机构"),
}

_SUPPORTS = (
    r"g[rfs]20\d{2}",
    r"企业名称",
    r"证书编号",
    r"发证(?:时间|日期)",
    r"有效期:?[三叁3]年|有效期",
    r"批准机关|发证机关",
)
_OTHER_PAPER = re.compile(r"申请书|申报书|申请表|公示|名单|关于.{2,60}(?:通知|公告)|管理办法|备案")
_NUMBER = r"(?<![0-9A-Za-z])([G6][RFS5][0-9OoIlDSBZ]{12})(?![0-9A-Za-z])"
_YEARS = re.compile(r"([三叁3])年")


class HighTechCertificate:
    """High-tech enterprise certificates."""

    type = "high_tech_certificate"
    multi_page = False

    def cue(self, page: Page) -> Cue | None:
        """Title (often on two rows) and what such certificates show; applications and lists are none."""
        head = [row.key for row in rows(page)[:8]]
        if is_notice(page) or any(_OTHER_PAPER.search(text) for text in head):
            return None
        score, hit = weigh(page, NAMES, _SUPPORTS, need=2, alone=4)
        if score < 0.5:
            return None
        numbers = {m[1] for m, _ in find_pattern(page, _NUMBER)}
        if len(numbers) > 2 or (hit is None and not numbers):
            return None
        return Cue(round(score, 3), "start", hit.title.text if hit else "", min(numbers, default=""))

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """All fields; ``valid_until`` is computed unless printed."""
        found = find_values(pages, LABELS)
        fields: dict[str, Field] = {}
        number = labelled(found["certificate_no"], _number, "证书编号") or by_pattern(pages, _NUMBER, _number)
        put(fields, "certificate_no", number or unreadable(found["certificate_no"], "证书编号"))
        holder = labelled_holders(found["holder"], "企业名称") or unreadable(found["holder"], "企业名称")
        if holder is not None and isinstance(holder.value, list):
            holder = holder.model_copy(update={"value": holder.value[0]})
        put(fields, "holder", holder)
        issued = _issue_date(pages, found["issue_date"], number)
        put(fields, "issue_date", _checked(issued, number))
        put(fields, "valid_until", _valid_until(fields.get("issue_date"), found))
        return Extraction(fields, title=NAMES[0], excluded=excluded_reason(pages))


def _number(text: str) -> str | None:
    """``GR202244204724``."""
    found = parse_hnte_no(text)
    return found.value if found else None


def _issue_date(pages: Sequence[Page], values: Sequence[Value], number: Field | None) -> Field | None:
    """发证时间, in figures or Chinese numerals; a lone date at the foot stands in for an unreadable one.

    Of a year in Chinese numerals one character is often lost (二○二年): the number holds the year, too.
    """
    field = labelled(values, iso_day, "发证日期")
    if field is not None:
        return field
    if number is not None and number.value:
        year = int(str(number.value)[2:6])
        hit = first_parsed(values, lambda text: day_in_year(text, year))
        if hit is not None:
            note = "发证日期的年份有一个字未读出，按证书编号中的年份补全，请核对"
            made = field_of(hit[1], hit[0].isoformat(), sure=0.85, note=note)
            return made.model_copy(update={"confidence": min(made.confidence, number.confidence)})
    feet = foot_dates(pages, 0.45)
    if len({d for d, _ in feet}) == 1:
        return field_of(feet[0][1], feet[0][0].isoformat(), method="foot_date", sure=0.85)
    return unreadable(values, "发证日期")


def _checked(issued: Field | None, number: Field | None) -> Field | None:
    """The number holds the year of issue: where they differ one of them is misread."""
    if issued is None or number is None or not issued.value or not number.value:
        return issued
    if str(number.value)[2:6] == str(issued.value)[:4]:
        return issued
    note = "发证日期与证书编号中的年份不一致，请核对"
    return issued.model_copy(update={"confidence": min(issued.confidence, 0.6), "note": note})


def _valid_until(issued: Field | None, found: Mapping[str, Sequence[Value]]) -> Field | None:
    """The printed last day, else three years from the day of issue."""
    printed = labelled(found["valid_until"], iso_day, "有效期至")
    if printed is not None:
        return printed
    if issued is None or not issued.value:
        return None
    day = day_of(str(issued.value))
    if day is None:
        return None
    terms = [v for v in found["term"] if v.where != "empty" and _YEARS.search(v.text)]
    return issued.model_copy(
        update={
            "value": add_years(day, 3).isoformat(),
            "method": "derived",
            "raw": f"{issued.raw} 起三年",
            "evidence": (*issued.evidence, *(r.evidence() for v in terms[:1] for r in v.runs)),
        }
    )


TYPE = HighTechCertificate()
