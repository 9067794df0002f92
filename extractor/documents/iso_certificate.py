"""Management-system certificates (管理体系认证证书) of any certification body, Chinese, bilingual or English.

Sources: 《认证证书和认证标志管理办法》第八条 (what a certificate must show), GB/T 27021.1 8.2 (ISO/IEC 17021-1).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from extractor.documents import iso_fields, iso_numbers
from extractor.documents.base import Cue, DocumentType, Extraction
from extractor.documents.finders import Run, Value, field_of, fold, rows
from extractor.documents.iso_dates import certificate_dates
from extractor.documents.iso_scope import scope
from extractor.documents.iso_standards import Standard, find_standards, system_of_standards, system_of_title
from extractor.documents.rows import page_text
from extractor.model import Field, Page
from extractor.values.chinese import squeeze

_TITLE = re.compile(
    r"(?:管理体系|体系|haccp)(?:\(.{0,16}\))?(?:认证|评定|注册|评价)?(?:证书|合格证)(?:信息)?(?:\((?:正本|副本|中文"
    r"|复印件)\))?(?=$|[a-z/(])|"
    r"certificateof(?:registration|approval|conformity|compliance)"
    r"|managementsystems?certificat(?:e|ion)|(?:system|haccp)certificate|certificateofregist"
)
_TITLE_WORD = re.compile(r"体系|haccp|certificat")
"""What every title of such a certificate holds: a quick test before its rows are looked at."""
_PLAIN_TITLE = re.compile(
    r"^(?:注册|认证|体系认证|评定)?证书(?:\(?正本\)?)?$|^certificate$|^certificate(?:ofregistration|ofapproval"
    r"|[a-z]{0,4}\d[\d/.-]+)?$"
    r"|^zertifikat|^certificat$"
)
_NOT_TITLE = re.compile(
    r"通知书?|申请|合同|协议|审核报告|计划|方案|委托书|手册|程序文件|清单|目录|一览|汇总|截止|撤销|暂停|承诺|说明书"
    r"|保持.{0,4}(?:决定|通知)|产品认证|服务认证|附表|情况|培训|内审员|资格|外审员"
)
_NOTICE = re.compile(
    r"(?:通知书?|申请书?|申请表|合同|协议书?|审核报告|委托书|手册|清单|目录|一览表|汇总表|承诺书|决定书?|批准书|名单"
    r"|产品认证证书|服务认证证书|培训.{0,6}证书|(?<!兹)(?<!特此)证明|自查报告|计划)$"
)
_CONFORM = re.compile(
    r"兹证明|特此证明|管理体系.{0,12}(?:符合|满足)|符合.{0,40}标准|(?:认证|覆盖|注册)范围|获证组织|certif(?:y|ies)that"
    r"|hereby|scopeof|followingscope|conform"
    r"|isoperating|"
    r"hasbeenassessed|complieswith|therequirementsof"
)
_NUMBER_LABEL = re.compile(
    r"证书(?:注册)?(?:编号|号)|注册号|certificate(?:registration)?(?:no|number|nr|id)|registrationn|cert\.?no"
)
_ANNEX = re.compile(
    r"证书附[件页表]|认证证书附|附件.{0,6}多场所|(?:annex|appendix|schedule|attachment)(?:to|of)?(?:the)?certificate"
)
_STATUS = re.compile(r"(?:证书)?状态[:：]?(暂停|撤销|注销|失效|过期失效|已暂停|已撤销|已注销|过期)")
_STAMPED = re.compile(r"^(?:证书)?(?:已|被)?(?:暂停|撤销|注销|作废)(?:使用)?$")


class _IsoCertificate:
    """A management-system certificate and its annex pages."""

    type = "iso_certificate"
    multi_page = False

    def cue(self, page: Page) -> Cue | None:
        """Title, or a standard with the words of a certificate; annex pages continue one."""
        page_rows = rows(page)
        if not page_rows or len(page_rows) > 110:
            return None
        text = fold(page.text)
        conforms = bool(_CONFORM.search(text))
        title = _title(page_rows) if _TITLE_WORD.search(page_text(page).replace("\n", "")) else None
        if not conforms and any(_ANNEX.search(r.folded) and len(r) < 40 for r in page_rows[:6]):
            return Cue(0.8, "inside", title.text if title else "", _number(page))
        if any(_NOTICE.search(r.folded) and len(r) <= 30 and (title is None or r.box[1] < title.box[1]) for r in page_rows[:6]):
            return None
        plain = title is not None or any(_PLAIN_TITLE.search(r.folded) and _large(r, page_rows) for r in page_rows[:12])
        system = title is not None and system_of_title(title.text) is not None
        if not (system or plain or conforms):
            return None
        systems = _systems(page_rows)
        if not (system or systems):
            return None
        number = _number(page)
        speaks = sum((conforms, bool(number or _NUMBER_LABEL.search(text)), bool(systems)))
        if title is not None and system:
            return Cue(0.97 if speaks >= 2 else 0.85 if speaks else 0.45, "start", title.text, number)
        if systems and (speaks == 3 or (plain and speaks == 2)):
            named = title.text if title is not None else "管理体系认证证书"
            return Cue(0.93 if plain else 0.8, "start", named, number)
        return None

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """The fields; those of the first page that shows them."""
        fields: dict[str, Field] = {}
        title = ""
        for page in pages:
            made, name = _read_page(page)
            title = title or name
            for key, field in made.items():
                if key not in fields or (fields[key].value is None and field.value is not None):
                    fields[key] = field
        if "system" not in fields:
            fields |= _system(pages, fields)
        return Extraction(fields, title=title, excluded=_excluded(pages))


TYPE: DocumentType = _IsoCertificate()


def _large(row: Run, page_rows: Sequence[Run]) -> bool:
    """Whether a row is printed clearly larger than most, as titles are."""
    heights = sorted(r.box[3] - r.box[1] for r in page_rows)
    return row.box[3] - row.box[1] >= 1.25 * heights[len(heights) // 2]


def _title(page_rows: Sequence[Run]) -> Run | None:
    """The row that names the certificate; or the two rows that do together."""
    top = page_rows[: max(8, len(page_rows) // 2)]
    for row in top:
        if _names_certificate(row.key):
            return row
    for row, below in itertools.pairwise(top):
        if _names_certificate(row.key + below.key):
            return Run(row.page, row.glyphs + below.glyphs)
    return None


def _names_certificate(text: str) -> bool:
    plain = fold(text)
    return (
        len(plain) <= 90 and not _NOT_TITLE.search(plain) and not re.search(r"[，。；《]", plain) and bool(_TITLE.search(plain))
    )


def _systems(page_rows: Sequence[Run]) -> list[Standard]:
    return [s for row in page_rows for s in find_standards(row.text) if s.system]


def _number(page: Page) -> str:
    found = iso_numbers.certificate_no(iso_fields.labelled(page)["certificate_no"], page)
    return str(found.value) if found is not None and found.value else ""


def _read_page(page: Page) -> tuple[dict[str, Field], str]:
    """All fields of one page, and its title."""
    values = iso_fields.labelled(page)
    fields: dict[str, Field | None] = {
        "certificate_no": iso_numbers.certificate_no(values["certificate_no"], page),
        "holder": iso_fields.holder(values["holder"], page),
        "uscc": iso_numbers.uscc(values["uscc"], page),
        "scope": scope(page),
        "accreditation": iso_fields.accreditation(page),
        **certificate_dates(page),
    }
    held = fields["holder"].value if fields["holder"] is not None else None
    fields["issuer"] = iso_fields.issuer(values["issuer"], page, held)
    fields["standards"] = _standards(page, fields["scope"])
    found = _title(rows(page))
    made = {key: field for key, field in fields.items() if field is not None}
    made |= _system([page], made)
    return made, found.text if found else ""


def _standards(page: Page, scope_field: Field | None) -> Field | None:
    """The standards certified against, in print order; product standards inside the scope are none of them."""
    inside = {(e.box, e.text) for e in scope_field.evidence} if scope_field else set()
    texts: list[str] = []
    runs: list[Run] = []
    page_rows = rows(page)
    for k, row in enumerate(page_rows):
        if any(_overlap(row, box) for box, _ in inside) and not re.search(r"标准|standard", fold(row.key)):
            continue
        for standard in _row_standards(page_rows, k):
            if standard.system and squeeze(standard.text) not in [squeeze(t) for t in texts]:
                texts.append(standard.text)
                runs.append(_run_of(row, standard))
    if not texts:
        return None
    kept = [k for k, t in enumerate(texts) if not any(squeeze(o).startswith(squeeze(t)) and o != t for o in texts)]
    value = Value("", tuple(runs[k] for k in kept), 0.97, "pattern")
    return field_of(value, [texts[k] for k in kept], method="pattern")


def _row_standards(page_rows: Sequence[Run], k: int) -> list[Standard]:
    """Standards of a row, also one broken at its end (``GB/T 19001-`` / ``2016``)."""
    row = page_rows[k]
    if k + 1 < len(page_rows) and re.search(r"[-—–:：/]$|(?:GB/T|ISO|idt|IEC)$", row.key, re.IGNORECASE):
        joined = find_standards(row.text + page_rows[k + 1].text)
        return [s for s in joined if s.start < len(row.text)]
    return find_standards(row.text)


def _run_of(row: Run, standard: Standard) -> Run:
    """The tight stretch of a standard in its row."""
    before = len(squeeze(row.text[: standard.start]))
    return row.slice(before, before + max(1, len(squeeze(row.text[standard.start : standard.end])))) or row


def _overlap(row: Run, box: tuple[float, float, float, float]) -> bool:
    return row.box[1] < box[3] and box[1] < row.box[3] and row.box[0] < box[2] and box[0] < row.box[2]


def _system(pages: Sequence[Page], fields: dict[str, Field]) -> dict[str, Field]:
    """The system: by the standards, confirmed (or replaced) by the title."""
    standards = fields.get("standards")
    by_standard = system_of_standards(find_standards("\n".join(standards.value))) if standards else None
    title = next((t for t in (_title(rows(p)) for p in pages) if t is not None), None)
    by_title = system_of_title(title.text) if title is not None else _system_in_text(pages)
    if by_standard is None and by_title is None:
        return {}
    chosen, note = by_standard or by_title, None
    if by_standard and by_title and by_standard != by_title and not _refines(by_standard, by_title):
        note = "证书名称与认证标准指向不同的体系，请核对"
    if title is not None and (by_title == chosen or standards is None):
        made = field_of(Value("", (title,), 0.98, "pattern"), chosen, method="title", note=note)
    elif standards is not None:
        made = Field(
            value=chosen,
            raw=standards.raw,
            confidence=standards.confidence,
            evidence=standards.evidence,
            method="standard",
            note=note,
        )
    else:
        row = next(r for p in pages for r in rows(p) if system_of_title(r.text) == by_title)
        made = field_of(Value("", (row,), 0.85, "pattern"), chosen, method="text", note=note)
    return {"system": made.model_copy(update={"confidence": min(made.confidence, 0.55)}) if note else made}


def _refines(standard: str, title: str) -> bool:
    """Whether the standard's system is a special kind of what the title says (汽车 within 质量), or the title is vague."""
    return title in ("quality", "other") and standard in (
        "automotive",
        "medical",
        "weapon",
        "other",
        "food_safety",
        "information_security",
    )


def _system_in_text(pages: Sequence[Page]) -> str | None:
    """The one system that the rows about 管理体系 name, where there is no title."""
    named = {
        system
        for page in pages
        for row in rows(page)
        if "管理体系" in row.key or "managementsystem" in fold(row.key)
        if (system := system_of_title(row.text))
    }
    return named.pop() if len(named) == 1 else None


def _excluded(pages: Sequence[Page]) -> str | None:
    """Why the certificate proves nothing: its status is printed or stamped as suspended, withdrawn or expired."""
    for page in pages:
        for row in rows(page):
            status = _STATUS.search(row.key)
            if status or _STAMPED.search(row.key):
                return f"证书状态为“{status[1] if status else row.text}”，不能证明体系在有效状态"
    return None
