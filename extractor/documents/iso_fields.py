"""Holder, certification body and marks of a management-system certificate.

Wording and layout vary freely between bodies, so each field has labels first and then what any certificate shows:
the company after 兹证明 / This is to certify that, the company that calls itself a certifier at the foot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.documents.finders import Value, field_of, find_values, fold, rows
from extractor.documents.rows import Run
from extractor.model import Field, Page
from extractor.values.names import find_companies, is_fragment

LABELS: dict[str, tuple[str, ...]] = {
    "certificate_no": (
        "证书编号", "证书号码", "证书号", "认证证书编号", "认证证书号", "证书注册号", "证书注册编号", "注册证书号",
        "注册证书编号", "注册编号", "注册号码",
        "注册号", "编号", "证书编码", "certificateno.", "certificateno", "certificatenumber", "certificatenr.", "certificatenr",
        "certificateregistrationno.", "certificateregistrationno",
        "certificateregistr.no.", "certificateregistr.no", "certificateregistrationnumber", "registrationno.",
        "registrationno",
        "registrationnumber", "registernumber", "certificateregisterno.", "regno.", "regno", "certno.", "certno", "cert.no.",
        "certificateidentitynumber",
        "certificate№", "certificaten°", "certificateid", "registeredno.", "registeredno",
    ),
    "holder": (
        "获证组织名称", "获证组织", "获证单位", "获证企业", "获证方", "获证方名称", "获证客户", "获证组织名称(中文)",
        "持证单位", "持证人", "持证组织", "证书持有人",
        "证书持有者", "持有者", "认证组织", "认证企业", "认证企业名称", "认证客户", "受审核方", "受审核方名称",
        "受审核组织", "申请组织", "申请组织名称", "认证委托人", "认证委托方",
        "委托人", "委托人名称", "组织名称", "组织", "企业名称", "单位名称", "公司名称", "客户名称", "名称", "注册企业",
        "注册组织", "被认证组织", "被认证单位", "评定对象",
        "organization", "organisation", "organizationname", "nameoforganization", "nameoftheorganization", "companyname",
        "nameofcompany", "company",
        "certificateholder", "holder", "holderofcertificate", "thecertificateholder", "client", "clientname",
        "certifiedorganization", "certifiedcompany",
        "certifiedclient", "awardedto", "issuedto", "applicant", "customer", "name", "thecompany",
    ),
    "uscc": (
        "统一社会信用代码", "统一社会信用代码证号", "社会统一信用代码", "统一信用代码", "统一信用代码证号",
        "统一社会信用代码/组织机构代码", "社会信用代码", "信用代码", "统一代码",
        "组织机构代码", "组织机构代码证号", "营业执照注册号", "营业执照号", "unifiedsocialcreditcode", "unifythesocialcreditcode",
        "unifiedsocialcreditidentifier",
        "uniformsocialcreditcode", "socialcreditcode", "uscc", "organizationcode", "unifiedcode", "creditcode",
        "businesslicenseno.",
    ),
    "issuer": (
        "认证机构", "认证机构名称", "发证机构", "颁证机构", "发证单位", "颁发机构", "签发机构", "评定机构", "审核机构",
        "certificationbody", "certifiedby", "issuedby",
        "issuingbody", "issuingoffice", "nameofcertificationbody", "onbehalfof", "forandonbehalfof",
    ),
    "stop": (
        "注册地址", "经营地址", "生产地址", "办公地址", "通讯地址", "通信地址", "审核地址", "组织地址", "企业地址",
        "单位地址", "认证地址", "实际地址", "注册/经营地址", "地址", "住所",
        "邮编", "邮政编码", "电话", "联系电话", "传真", "网址", "公司网址", "官网", "查询网址", "认证标准", "认证依据",
        "依据标准", "审核依据", "执行标准", "标准", "认证范围",
        "注册范围", "覆盖范围", "认证覆盖范围", "范围", "签发人", "批准人", "总经理", "主任", "授权签字人", "法定代表人",
        "首次发证日期", "初次发证日期", "初次获证日期", "首次注册日期",
        "发证日期", "颁证日期", "注册日期", "换证日期", "本次发证日期", "有效期至", "有效期", "证书有效期", "证书状态",
        "认证项目", "address", "registeredaddress",
        "businessaddress",
        "productionaddress", "officeaddress", "postcode", "zipcode", "scope", "scopeofcertification", "certificationscope",
        "standard", "standards",
        "website", "tel", "generalmanager", "president", "director", "signature", "dateofissue", "issuedate", "dateofexpiry",
        "expirydate", "validuntil",
    ),
}  # fmt: skip

_BODY = re.compile(
    r"认证|质量保证中心|船级社|英国标准协会|[Cc]ertificat|CERTIFICAT|[Rr]egistrar|REGISTRAR|[Aa]ssurance|ASSURANCE|T[ÜU]V"
    r"|\bBSI\b|\bSGS\b|"
    r"[Ii]ntertek|INTERTEK|\bDNV\b|\bNQA\b|LRQA|Lloyd|Bureau Veritas|BUREAU VERITAS|DEKRA|\bURS\b|\bUL\b|通标标准|必维|莱茵"
    r"|南德|劳氏|德凯"
    r"|天祥|挪威船级社|标准技术服务|[Aa]ssessment|ASSESSMENT|\bCert\b|"
    r"两化融合.*服务|国际标准|评估认证|评定|审核"
)
_NOT_BODY = re.compile(
    r"监督管理|国家认监委|认监委|认可委员会|认可中心|[Aa]ccreditation (?:Service|Board|Commit)|CNCA|市场监督|网站|查询|www"
    r"|http|获证|持证|认证产品|认证证书|认证委托"
    r"|地址|号\d|路\d|标签|公众号|扫描"
)
_WEAK_BODY = re.compile(r"[\u4e00-\u9fff()（）]{2,24}认证(?:中心|公司|机构|集团|院)(?:有限公司|\(?有限公司\)?)?")
_INTRO = re.compile(
    r"(?:兹|特此)证明|特此?证明|^证明[:：]?$|certif(?:y|ies)that|hereby(?:certif|confirm)|istocertify|certifythe"
    r"|confirmsthat|attests?that|"
    r"(?:is|been)(?:hereby)?(?:awarded|issued|granted)to|managementsystemof:?$|organi[sz]ation:?$|awardedto"
)
_CONFORMS = re.compile(
    r"(?:建立|实施|运行|保持).{0,14}体系|管理体系.{0,6}(?:符合|满足)|符合.{0,12}标准|conform|compl(?:y|ies)"
    r"|hasbeen(?:assessed|audited)"
    r"|inaccordance|assessedand"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ACCREDITATION = re.compile(
    r"(?<![A-Z])(CNAS|UKAS|ANAB|IAF|DAkkS|DAKKS|[JIYT1l]?AS[-–—]?ANZ|RvA|RVA|COFRAC|SAS|ACCREDIA|NABCB|HKAS|IATF|IQNet|IQNET|EIAC"
    r"|UAF|ANSI)(?![A-Za-z]{2})"
)

_MARKS = {"DAKKS": "DAkkS", "RVA": "RvA", "IQNET": "IQNet"}


@dataclass(frozen=True, slots=True)
class Named:
    """A company on the page: its name, where, and how well the place says it is the one sought (0..1)."""

    name: str
    runs: tuple[Run, ...]
    rank: float
    sure: float
    method: str

    @property
    def chinese(self) -> bool:
        """Whether the name is a Chinese one."""
        return bool(_HAN.search(self.name))

    def field(self, note: str | None = None) -> Field:
        """As a field."""
        value = Value("", self.runs, self.sure, self.method)
        made = field_of(value, self.name, method=self.method, note=note)
        return made


# --- holder ------------------------------------------------------------------------------------------------------


def holder(values: Sequence[Value], page: Page) -> Field | None:
    """The certified organization: by label, after 兹证明 / certify that, or above “…管理体系符合”; Chinese preferred."""
    found = list(_labelled_companies(values)) + list(_placed_companies(page))
    found = [n for n in found if not _is_body(n.name)]
    if not found:
        return _plain_label(values)
    best = max(n.rank for n in found)
    top = [n for n in found if n.rank >= best - 0.25]
    chosen = next((n for n in top if n.chinese), None) or next((n for n in found if n.chinese and n.rank >= 0.6), None) or top[0]
    if chosen.rank < 0.5 and len({n.name for n in top}) > 1:
        return None
    return chosen.field()


def _labelled_companies(values: Sequence[Value]) -> Iterable[Named]:
    for value in values:
        if value.where == "empty":
            continue
        for part in (value, value.head()) if len(value.runs) > 1 else (value,):
            companies = _companies(part.text)
            if companies:
                for name in companies:
                    yield Named(name, part.runs, 1.0 * value.sure, value.sure, "label")
                break


def _companies(text: str) -> list[str]:
    """Names of companies in a printed text; OCR blanks inside a Chinese name are closed."""
    text = re.sub(r"(?<=[\u4e00-\u9fff（）()])\s+(?=[\u4e00-\u9fff（）()])", "", text)
    # a name opens with a capital: a small l there is a misread I
    text = re.sub(r"^\s*l(?=[a-z]{2})", "I", text)
    return [name for name, _, _ in find_companies(text)]


def _placed_companies(page: Page) -> Iterable[Named]:
    """Companies by their place on the page; a name broken over two rows is joined."""
    page_rows = rows(page)
    intro = -99
    for k, row in enumerate(page_rows):
        key = fold(row.key)
        starts = _INTRO.search(key)
        if starts:
            intro = k
        if _blocked(row):
            continue
        for text, runs in _stretches(page_rows, k):
            if starts and not _companies(text[_after_intro(text) :]):
                continue
            for name in _companies(text):
                rank, sure = _place(page_rows, k, intro, len(runs))
                yield Named(name, _tight(runs, name), rank, sure, "position")


def _after_intro(text: str) -> int:
    match = re.search(r"证明[:：]?|that[:：]?", text)
    return match.end() if match else 0


def _stretches(page_rows: Sequence[Run], k: int) -> list[tuple[str, tuple[Run, ...]]]:
    """The segments of a row; the row with the next one where only both together hold a whole name."""
    out: list[tuple[str, tuple[Run, ...]]] = [(s.text, (s,)) for s in page_rows[k].segments(3.0)]
    if not any(_companies(t) for t, _ in out) and k + 1 < len(page_rows):
        this, after = page_rows[k], page_rows[k + 1]
        near = after.box[1] - this.box[3] < 1.2 * (this.box[3] - this.box[1])
        latin = not _HAN.search(this.text + after.text)
        joined = this.text + (" " if latin else "") + after.text
        if (
            near
            and len(this) > 3
            and len(after) < 60
            and not _blocked(after)
            and _companies(joined)
            and not _companies(after.text)
        ) or (near and len(this) > 3 and re.match(r"^(?:股份|科技|集团)?(?:有限|责任)", after.key) and _HAN.search(this.text)):
            out.append((joined, (this, after)))
    return out


def _blocked(row: Run) -> bool:
    """Rows that name somebody else: addresses, web sites, the body's label, accreditation."""
    key = fold(row.key)
    return bool(re.match(r"(?:认证机构|发证机构|颁证机构|签发机构|评定机构|certificationbody|issuedby)", key)) or bool(
        re.search(r"网址|www\.|http|网站|监督管理委员会|查询|扫描|微信|公众号", key)
    )


def _place(page_rows: Sequence[Run], k: int, intro: int, rows_used: int) -> tuple[float, float]:
    """Rank and certainty of a company on row ``k``: after the introduction, before the sentence of conformity."""
    after = "".join(fold(r.key) for r in page_rows[k + rows_used : k + rows_used + 8])
    if 0 <= k - intro <= 4:
        return 0.95, 0.97
    if _CONFORMS.search(after) and page_rows[k].box[3] < 0.6:
        return 0.7, 0.85
    if page_rows[k].box[3] < 0.45:
        return 0.5, 0.7
    return 0.2, 0.5


def _tight(runs: tuple[Run, ...], name: str) -> tuple[Run, ...]:
    """The stretch of one row that holds just the name, where it can be found."""
    if len(runs) != 1:
        return runs
    key, wanted = fold(runs[0].key), fold(name)
    at = key.find(wanted)
    return (runs[0].slice(at, at + len(wanted)),) if at >= 0 and len(key) == len(runs[0]) else runs


def _plain_label(values: Sequence[Value]) -> Field | None:
    """A holder without a usual legal form (a works, an institute), by its sure label only."""
    for value in values:
        text = value.text.strip(" :：")
        if value.where != "empty" and value.sure >= 0.95 and 4 <= len(text) <= 60 and not re.search(r"\d{5}", text):
            sure, note = (0.4, "名称只读到一部分，请核对原件") if is_fragment(text) else (0.7, "名称没有常见的企业后缀，请核对")
            return field_of(value, text, sure=sure, note=note)
    return None


# --- certification body ---------------------------------------------------------------------------------------------


def _is_body(name: str) -> bool:
    return bool(_BODY.search(name)) and not _NOT_BODY.search(name)


def issuer(values: Sequence[Value], page: Page, holder_name: str | None) -> Field | None:
    """The certification body: by label, else the certifying company at the foot (or in the title band)."""
    found: list[Named] = [n for n in _labelled_companies(values) if fold(n.name) != fold(holder_name or "")]
    page_rows = rows(page)
    for k, row in enumerate(page_rows):
        for text, runs in _stretches(page_rows, k):
            for name in _companies(text):
                if _is_body(name) and fold(name) != fold(holder_name or ""):
                    rank = 0.9 if row.box[1] > 0.6 else 0.7 if row.box[3] < 0.3 else 0.6
                    sure = 0.97 if row.box[1] > 0.6 else 0.9
                    rank -= 0.3 if _NOT_BODY.search(row.text) else 0.0
                    found.append(Named(name, _tight(runs, name), rank, sure, "position"))
    found = found or _sealed_bodies(page_rows) or _weak_bodies(page_rows)
    if not found:
        return None
    best = max(n.rank for n in found)
    top = [n for n in found if n.rank >= best - 0.25]
    top.sort(key=lambda n: (-n.chinese, -n.rank, -len(n.name)))
    return top[0].field()


def _sealed_bodies(page_rows: Sequence[Run]) -> list[Named]:
    """Bodies under a seal at the foot, by the reading without the seal; never sure."""
    return [
        Named(name, (row,), 0.5, 0.6, "position")
        for row in page_rows
        if row.box[1] > 0.5 and len(row.lines) == 1 and row.lines[0].alt
        for name in _companies(row.lines[0].alt)
        if _is_body(name)
    ]


def _weak_bodies(page_rows: Sequence[Run]) -> list[Named]:
    """Names like 某某认证中心 without a legal form."""
    out = []
    for row in page_rows:
        match = _WEAK_BODY.search(row.key)
        if match and not _NOT_BODY.search(row.key):
            run = row.slice(match.start(), match.end())
            out.append(Named(run.text, (run,), 0.5 + row.box[1] / 10, 0.85, "position"))
    return out


# --- marks ------------------------------------------------------------------------------------------------------------


def accreditation(page: Page) -> Field | None:
    """Accreditation marks read on the page (CNAS, UKAS, IAF …)."""
    names: dict[str, Run] = {}
    for part in (s for row in rows(page) for s in row.segments(1.0)):
        for match in _ACCREDITATION.finditer(part.key):
            around = part.key[max(0, match.start() - 4) : match.end() + 4].lower()
            part_of_number = part.key[max(0, match.start() - 1) : match.start()] in ("-", "/")
            if (
                not part_of_number
                and "www" not in around
                and ".org" not in around
                and not re.match(r"\s?\d{5}", part.key[match.end() :])
            ):
                read = match[1].upper()
                name = "JAS-ANZ" if read.endswith("ANZ") else _MARKS.get(read, read)
                names.setdefault(name, part.slice(match.start(), match.end()))
    if not names:
        return None
    value = Value("", tuple(names.values()), 0.9, "pattern")
    return field_of(value, list(names), method="pattern")


def labelled(page: Page) -> dict[str, list[Value]]:
    """All labelled values of a certificate page."""
    return find_values(page, LABELS)
