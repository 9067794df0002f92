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
    torn,
    unreadable,
    weigh,
)
from extractor.documents.finders import Value, field_of, find_pattern, find_values, first_parsed
from extractor.documents.not_evidence import excluded_reason, is_notice
from extractor.documents.rows import Run, rows
from extractor.model import Field, Page
from extractor.values.dates import add_years
from extractor.values.identifiers import parse_hnte_no
from extractor.values.names import find_companies, is_fragment

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
_RECOGNITION = re.compile(r"(?:认定|核准|批准|评定|确认)为?.{0,6}高新技术企业(?!证书|认定)|为高新技术企业|特?[发颁]此证")
_LEAD_IN = re.compile(r"(?:(?:经.{2,8}|[兹现])?(?:认定|核准|批准|确认|评定|授予))")
_ABOVE = 4
"""So many rows above the sentence of recognition the enterprise may stand."""
_AUTHORITY = re.compile(r"(?:[厅局]|委员会|管理局|领导小组(?:办公室)?)$")
_NAME_ONLY = re.compile(r"[\u4e00-\u9fff()·A-Za-z0-9]{4,}")
_SENTENCE = re.compile(r"[，。,:：]|认定|证明|审[核查]|证书|[发颁]此证|批准")


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
        put(fields, "holder", _holder(pages, found["holder"]))
        issued = _issue_date(pages, found["issue_date"], number)
        put(fields, "issue_date", _checked(issued, number))
        put(fields, "valid_until", _valid_until(fields.get("issue_date"), found))
        return Extraction(fields, title=NAMES[0], excluded=excluded_reason(pages))


def _number(text: str) -> str | None:
    """``GR202244204724``."""
    found = parse_hnte_no(text)
    return found.value if found else None


def _holder(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The enterprise: by its label, else the company that the sentence of recognition is about."""
    field = labelled_holders(values, "企业名称")
    if field is None or is_fragment(str(field.value[0])):
        field = next((made for made in map(_recognised, pages) if made is not None), None) or field
    if field is not None and isinstance(field.value, list):
        field = field.model_copy(update={"value": field.value[0]})
    return field or unreadable(values, "企业名称")


def _recognised(page: Page) -> Field | None:
    """The company named just above or within 经审核，认定为高新技术企业; where there are several, the last, not sure."""
    printed = rows(page)
    said = [k for k, row in enumerate(printed) if _RECOGNITION.search(row.key)]
    named = _named(printed[max(0, said[0] - _ABOVE) : said[-1] + 1]) if said else []
    if not named:
        return None
    name, runs = named[-1]
    field = field_of(Value("", runs, 0.95, "pattern"), name, method="position")
    if len({each for each, _ in named}) > 1:
        note = "证书上有几个单位名称，无法确定哪个是企业名称，请核对"
        return field.model_copy(update={"confidence": min(field.confidence, 0.5), "note": note})
    return torn(field, "企业名称") if is_fragment(name) else field


def _named(printed: Sequence[Run]) -> list[tuple[str, tuple[Run, ...]]]:
    """The companies on rows, no authorities; a name broken over two rows is joined."""
    out: list[tuple[str, tuple[Run, ...]]] = []
    goes_on = False
    for row, below in zip(printed, (*printed[1:], None), strict=True):
        if goes_on:
            goes_on = False
            continue
        goes_on = below is not None and _broken(row, below)
        if below is not None and goes_on:
            out += [(name, (row, below)) for name, _, _ in find_companies(row.key + below.key)]
            continue
        for part in row.segments(3.0):
            for name, start, end in find_companies(part.key):
                lead = len(match[0]) if (match := _LEAD_IN.match(name)) else 0
                out.append((name[lead:], (part.slice(start + lead, end),)))
    return [(name, runs) for name, runs in out if not _AUTHORITY.search(name)]


def _broken(row: Run, below: Run) -> bool:
    """Whether a name breaks at the end of a row: print of one size, and only both rows together are one."""
    height = row.box[3] - row.box[1]
    alike = 0.75 < (below.box[3] - below.box[1]) / height < 1.33 and below.box[1] - row.box[3] < height
    if not alike or not _NAME_ONLY.fullmatch(row.key) or _SENTENCE.search(row.key + below.key):
        return False
    joined = find_companies(row.key + below.key)
    return len(joined) == 1 and joined[0][2] > len(row) and not any(_whole(name) for name, _, _ in find_companies(row.key))


def _whole(name: str) -> bool:
    return name.endswith("公司")


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
