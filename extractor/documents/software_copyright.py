"""计算机软件著作权登记证书 (《计算机软件著作权登记办法》): paper and electronic layouts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractor.documents.base import Cue, Extraction
from extractor.documents.certificates import (
    by_pattern,
    foot_dates,
    is_listing,
    iso_day,
    labelled,
    labelled_holders,
    put,
    text_of,
    unreadable,
    weigh,
)
from extractor.documents.finders import Value, field_of, find_pattern, find_values
from extractor.documents.not_evidence import excluded_reason, is_notice
from extractor.documents.rows import rows
from extractor.model import Field, Page
from extractor.values.identifiers import parse_copyright_no

NAMES = ("计算机软件著作权登记证书", "软件著作权登记证书", "计算机软件著作权登记证")

LABELS: Mapping[str, Sequence[str]] = {
    "title": ("软件名称", "软件全称", "软件全称及版本号"),
    "version": ("版本号", "软件版本号"),
    "owners": ("著作权人", "著作权人(国籍)", "著作权人姓名或名称", "著作权人名称"),
    "registration_no": ("登记号", "软件登记号", "著作权登记号"),
    "certificate_no": ("证书号", "证书编号"),
    "registration_date": ("登记日期", "发证日期", "登记时间"),
    "other": (
        "开发完成日期",
        "首次发表日期",
        "权利取得方式",
        "权利范围",
        "首次发表地点",
        "权利限制",
        "备注",
        "权利归属方式",
    ),
}

_SUPPORTS = (
    r"软件名称|软件全称",
    r"著作权人",
    r"(?:19|20)\d{2}[s5]r\d{4}",
    r"软著登字",
    r"开发完成日期",
    r"首次发表日期",
    r"权利取得方式",
    r"权利范围",
    r"计算机软件保护条例",
)
_OTHER_WORKS = re.compile(r"作品名称|作登字|作品登记证")
_CERTIFICATE_NO = r"(软[著普]?登字第?[A-Z]{0,3}[0-9OoIl]{5,9}号?)"
_REGISTRATION_NO = r"(?<![0-9A-Za-z])((?:19|20)[0-9Oo]{2}[Ss5]R[0-9OolI]{4,8})(?![0-9A-Za-z])"
_SHORT_NAME = re.compile(r"[\[(（【]?简称[:：]?[^\])）】]{0,40}[\])）】]")
_VERSION = re.compile(r"\s*((?:[Vv]|版本号?[:：]?[Vv]?|[Vv]ersion)\s?\d+(?:\.\d+){0,4}[A-Za-z]?)$")


class SoftwareCopyright:
    """Software copyright registration certificates."""

    type = "software_copyright"
    multi_page = False

    def cue(self, page: Page) -> Cue | None:
        """Title and what every such certificate shows. Certificates of other works are none."""
        if is_notice(page) or is_listing(page) or any(_OTHER_WORKS.search(row.key) for row in rows(page)):
            return None
        score, hit = weigh(page, NAMES, _SUPPORTS, need=2, alone=5)
        if score < 0.5:
            return None
        number = find_pattern(page, _REGISTRATION_NO)
        if len({m[1] for m, _ in number}) > 2:
            return None
        return Cue(round(score, 3), "start", hit.title.text if hit else "", number[0][0][1] if number else "")

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """All fields of one certificate."""
        found = find_values(pages, LABELS)
        fields: dict[str, Field] = {}
        serial = by_pattern(pages, _CERTIFICATE_NO, _certificate_no)
        put(fields, "certificate_no", serial or labelled(found["certificate_no"], _certificate_no, "证书号"))
        put(fields, "registration_no", _registration_no(pages, found["registration_no"]))
        title = labelled(found["title"], title_of, "软件名称") or unreadable(found["title"], "软件名称")
        put(fields, "title", _with_version(title, found["version"]))
        owners = labelled_holders(found["owners"], "著作权人")
        put(fields, "owners", owners or unreadable(found["owners"], "著作权人"))
        put(fields, "registration_date", _registration_date(pages, found["registration_date"]))
        _check_years(fields)
        return Extraction(fields, title=NAMES[0], excluded=excluded_reason(pages))


def title_of(text: str) -> str | None:
    """Name and version as one, a blank before the version; the bracketed short name is dropped."""
    plain = text_of(_SHORT_NAME.sub("", text))
    if plain is None:
        return None
    plain = plain.rstrip("[【")
    match = _VERSION.search(plain)
    if match and match.start() > 0:
        return plain[: match.start()].rstrip() + " " + re.sub(r"\s", "", match[1])
    return plain


def _with_version(title: Field | None, versions: Sequence[Value]) -> Field | None:
    """The title with a version that stands under its own label."""
    if title is None or not title.value or _VERSION.search(str(title.value)):
        return title
    version = labelled(versions, lambda t: t.strip() if re.fullmatch(r"\s*[Vv]?\d+(\.\d+)*\s*", t) else None, "版本号")
    if version is None or not version.value:
        return title
    number = str(version.value) if str(version.value)[0] in "Vv" else f"V{version.value}"
    return title.model_copy(update={"value": f"{title.value} {number}", "evidence": (*title.evidence, *version.evidence)})


def _certificate_no(text: str) -> str | None:
    """``软著登字第1944999号``; the serial keeps its leading zeros."""
    match = re.search(r"软[著普]?登字第?([A-Z]{0,3})([0-9OoIl]{5,9})", re.sub(r"\s", "", text))
    return f"软著登字第{match[1]}{match[2].translate(str.maketrans('OoIl', '0011'))}号" if match else None


def _registration_no(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The number after its label, else by its form (the label is often lost to letter-spacing)."""
    for value in values:
        number = parse_copyright_no(value.text) if value.where != "empty" else None
        if number is not None:
            note = "号码中的形近字符已更正，请核对" if number.repaired else None
            return field_of(value, number.value, sure=0.85 if number.repaired else 1.0, note=note)
    found = by_pattern(pages, _REGISTRATION_NO, lambda t: n.value if (n := parse_copyright_no(t)) else None)
    return found or unreadable(values, "登记号")


def _registration_date(pages: Sequence[Page], values: Sequence[Value]) -> Field | None:
    """The day beside the seal at the foot, unless a label names it."""
    field = labelled(values, iso_day, "登记日期")
    if field is not None:
        return field
    feet = foot_dates(pages)
    if feet:
        day, value = max(feet, key=lambda f: f[1].runs[0].box[1])
        return field_of(value, day.isoformat(), method="foot_date", sure=1.0 / 0.9)
    return unreadable(values, "登记日期")


def _check_years(fields: dict[str, Field]) -> None:
    """The registration number begins with the year of registration."""
    number, day = fields.get("registration_no"), fields.get("registration_date")
    if number is None or day is None or not number.value or not day.value:
        return
    if str(number.value)[:4] != str(day.value)[:4]:
        note = "登记日期与登记号的年份不一致，请核对"
        fields["registration_date"] = day.model_copy(update={"confidence": min(day.confidence, 0.6), "note": note})


TYPE = SoftwareCopyright()
