"""The metrics that can be declared: Chinese label, how they are checked, which papers prove them.

Follows the table "Metrics" of the contract. A metric that is not listed here can still be
declared, by the policies' name for it or any other: it is ``missing``, and the reason says which material
would prove it.
"""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from extractor.claims.figure_names import narrowed_label, split_label, split_name
from extractor.claims.vocabulary import Form, terms

Kind = Literal["money", "ratio", "count", "flag", "headcount", "years", "date", "unproven"]

FINANCIAL = ("audit_report", "tax_return")
RD = ("audit_report", "rd_audit_report", "tax_return")
CERTIFICATE_PREFIX = "certificate_valid_until:"
NOW = "now"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: ``unit`` is the evidence's unit, ``evidence`` the document types that prove it.

    ``material`` tells the enterprise what to hand in when nothing proves it.
    """

    key: str
    label: str
    kind: Kind
    unit: str
    evidence: tuple[str, ...] = ()
    material: str = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator ÷ denominator × 100``; for growth the numerator is ``(x − previous x)``.

    ``growth`` True: numerator and denominator are the same metric, base the year before.
    """

    numerator: str
    denominator: str
    growth: bool = False


def _money(key: str, label: str, evidence: tuple[str, ...] = FINANCIAL) -> Metric:
    material = "经审计的财务报表（审计报告）"
    if key == "main_revenue":
        material = "审计报告的附注（营业收入明细，列明主营业务收入）"
    elif key == "rd_expense":
        material = "审计报告、研发费用专项审计报告或企业所得税年度纳税申报表"
    return Metric(key, label, "money", "元", evidence, material)


_STATEMENTS = "相应年度的审计报告"

_ALL = (
    _money("revenue", "营业收入"),
    _money("main_revenue", "主营业务收入"),
    _money("net_profit", "净利润"),
    _money("total_profit", "利润总额"),
    _money("operating_profit", "营业利润"),
    _money("operating_cost", "营业成本"),
    _money("income_tax", "所得税费用"),
    _money("total_assets", "资产总额"),
    _money("total_liabilities", "负债总额"),
    _money("current_assets", "流动资产"),
    _money("current_liabilities", "流动负债"),
    _money("owners_equity", "所有者权益"),
    _money("rd_expense", "研发费用", RD),
    Metric(
        "main_revenue_ratio",
        "主营业务收入占比",
        "ratio",
        "%",
        FINANCIAL,
        _STATEMENTS + "（含主营业务收入附注）",
    ),
    Metric("debt_ratio", "资产负债率", "ratio", "%", FINANCIAL, _STATEMENTS),
    Metric("rd_expense_ratio", "研发费用占比", "ratio", "%", RD, _STATEMENTS + "及研发费用专项审计报告"),
    Metric(
        "rd_expense_to_main_revenue_ratio",
        "研发费用占主营业务收入比重",
        "ratio",
        "%",
        RD,
        _STATEMENTS + "及附注",
    ),
    Metric("operating_profit_margin", "营业利润率", "ratio", "%", FINANCIAL, _STATEMENTS),
    Metric("net_profit_margin", "净利润率", "ratio", "%", FINANCIAL, _STATEMENTS),
    Metric(
        "main_revenue_growth",
        "主营业务收入增长率",
        "ratio",
        "%",
        FINANCIAL,
        "本年和上年的审计报告（含主营业务收入附注）",
    ),
    Metric("revenue_growth", "营业收入增长率", "ratio", "%", FINANCIAL, "本年和上年的审计报告"),
    Metric("net_profit_growth", "净利润增长率", "ratio", "%", FINANCIAL, "本年和上年的审计报告"),
    Metric("rd_expense_growth", "研发费用增长率", "ratio", "%", RD, "本年和上年的审计报告或研发费用专项审计报告"),
    Metric("invention_patents", "发明专利", "count", "项", ("patent_certificate",), "有效的发明专利证书"),
    Metric("utility_patents", "实用新型专利", "count", "项", ("patent_certificate",), "有效的实用新型专利证书"),
    Metric("design_patents", "外观设计专利", "count", "项", ("patent_certificate",), "有效的外观设计专利证书"),
    Metric(
        "software_copyrights",
        "软件著作权",
        "count",
        "项",
        ("software_copyright",),
        "计算机软件著作权登记证书",
    ),
    Metric(
        "trademarks",
        "注册商标",
        "count",
        "项",
        ("trademark_certificate",),
        "商标注册证（已过期的附续展证明）",
    ),
    Metric(
        "management_system_certs",
        "管理体系认证",
        "count",
        "项",
        ("iso_certificate",),
        "有效期内的管理体系认证证书",
    ),
    Metric(
        "high_tech_enterprise",
        "高新技术企业（有效期内）",
        "flag",
        "0/1",
        ("high_tech_certificate",),
        "有效期内的高新技术企业证书",
    ),
    Metric("employees", "从业人数", "headcount", "人", ("social_security_list",), "截止日前最近的社保参保名单"),
    Metric("registered_years", "成立年限", "years", "年", ("business_license",), "营业执照"),
    Metric("registration_date", "成立日期", "date", "date", ("business_license",), "营业执照"),
    Metric(
        "rd_staff",
        "研发人员",
        "unproven",
        "人",
        (),
        "研发人员花名册及其劳动合同、学历或职称证明（社保名单只能证明人数）",
    ),
    Metric(
        "rd_staff_ratio",
        "研发人员占比",
        "unproven",
        "%",
        (),
        "研发人员花名册及社保参保名单（社保名单只能证明人数）",
    ),
    *(
        Metric(key, label, "unproven", unit, (), material)
        for key, label, unit, material in (
            ("tax_paid", "上缴税金", "万元", "完税证明或纳税申报表"),
            ("main_product_revenue", "主导产品销售收入", "万元", "分产品收入明细（审计报告附注）或专项说明"),
            ("main_product_revenue_ratio", "主导产品收入占营业收入比重", "%", "分产品收入明细（审计报告附注）或专项说明"),
            ("market_share_national", "全国细分市场占有率", "%", "市场占有率证明"),
            ("market_rank_province", "细分市场全省排名", "名", "市场排名证明"),
            ("years_in_segment", "从事细分市场年限", "年", "早年的销售合同、审计报告等从业时间证明"),
            ("standards_led", "主持制定标准", "项", "以本企业为第一起草单位的标准文本"),
            ("standards_led_or_joined", "主持或参与制修订标准", "项", "起草单位含本企业的标准文本"),
            ("rd_institution_count", "研发机构", "项", "研发机构的认定文件或共建协议"),
            ("core_business_information_systems", "核心业务信息系统", "项", "信息系统的采购合同或使用证明"),
            ("product_certs", "产品认证", "项", "有效的产品认证证书"),
            ("equity_financing", "新增股权融资额", "万元", "增资协议、验资报告和出资凭证"),
            ("ic_layout_designs", "集成电路布图设计专有权", "项", "集成电路布图设计登记证书"),
            ("sme_size_class", "企业规模", "tag", "审计报告和社保参保名单"),
        )
    ),
)

METRICS: dict[str, Metric] = {m.key: m for m in _ALL}

RATIOS: dict[str, Ratio] = {
    "main_revenue_ratio": Ratio("main_revenue", "revenue"),
    "debt_ratio": Ratio("total_liabilities", "total_assets"),
    "rd_expense_ratio": Ratio("rd_expense", "revenue"),
    "rd_expense_to_main_revenue_ratio": Ratio("rd_expense", "main_revenue"),
    "operating_profit_margin": Ratio("operating_profit", "revenue"),
    "net_profit_margin": Ratio("net_profit", "revenue"),
    "main_revenue_growth": Ratio("main_revenue", "main_revenue", growth=True),
    "revenue_growth": Ratio("revenue", "revenue", growth=True),
    "net_profit_growth": Ratio("net_profit", "net_profit", growth=True),
    "rd_expense_growth": Ratio("rd_expense", "rd_expense", growth=True),
}

STATEMENT_ROWS: tuple[str, ...] = tuple(m.key for m in _ALL if m.kind == "money")

_SYNONYMS = {
    "营业总收入": "revenue",
    "主营收入": "main_revenue",
    "资产总计": "total_assets",
    "总资产": "total_assets",
    "负债合计": "total_liabilities",
    "负债总计": "total_liabilities",
    "总负债": "total_liabilities",
    "所有者权益合计": "owners_equity",
    "研发投入": "rd_expense",
    "研究开发费用": "rd_expense",
    "研发经费支出": "rd_expense",
    "主营收入占比": "main_revenue_ratio",
    "主营业务收入占营业收入比重": "main_revenue_ratio",
    "研发费用占营业收入比重": "rd_expense_ratio",
    "研发费用占比": "rd_expense_ratio",
    "主营收入增长率": "main_revenue_growth",
    "软著": "software_copyrights",
    "计算机软件著作权": "software_copyrights",
    "商标": "trademarks",
    "有效管理体系认证": "management_system_certs",
    "体系认证": "management_system_certs",
    "高新技术企业": "high_tech_enterprise",
    "从业人员": "employees",
    "从业人员数": "employees",
    "职工人数": "employees",
    "参保人数": "employees",
    "注册年限": "registered_years",
    "成立时间": "registration_date",
}

DOCUMENT_TYPES: dict[str, str] = {
    "audit_report": "审计报告",
    "financial_statements": "会计报表（未经审计）",
    "rd_audit_report": "研发费用专项审计报告",
    "patent_certificate": "专利证书",
    "software_copyright": "软件著作权登记证书",
    "trademark_certificate": "商标注册证",
    "iso_certificate": "管理体系认证证书",
    "social_security_list": "社保参保名单",
    "business_license": "营业执照",
    "high_tech_certificate": "高新技术企业证书",
    "tax_return": "企业所得税纳税申报表",
    "application_form": "申请书",
}


def metric_of(key: str) -> Metric:
    """The metric of ``key``; one that no paper proves, or that is narrowed, comes back as ``unproven``."""
    if key.startswith(CERTIFICATE_PREFIX):
        number = key.removeprefix(CERTIFICATE_PREFIX)
        return Metric(key, f"证书 {number} 的有效期", "date", "date", (), f"证书 {number} 的原件扫描件")
    base, narrowing = split_name(key)
    if narrowing and (base in METRICS or base in terms()):
        whole = metric_of(base)
        return Metric(key, narrowed_label(whole.label, narrowing), "unproven", whole.unit, (), whole.material)
    if key in METRICS:
        return METRICS[key]
    term = terms().get(key)
    return Metric(key, term.label if term else key, "unproven", term.unit if term else "", (), "")


def form_of(key: str) -> Form | None:
    """How a value of the metric is written; None where the metric is not known: a number or any text."""
    if key.startswith(CERTIFICATE_PREFIX):
        return "date"
    base, _ = split_name(key)
    if base in terms():
        return terms()[base].form
    kind = METRICS[base].kind if base in METRICS else None
    return None if kind is None else "flag" if kind == "flag" else "date" if kind == "date" else "number"


def _squash(label: str) -> str:
    """Label without blanks, brackets' content, and a final 数 or 项数; NFKC."""
    text = "".join(unicodedata.normalize("NFKC", label).split()).split("(")[0]
    return text.removesuffix("数量").removesuffix("数").removesuffix("项")


_BY_LABEL = {_squash(m.label): m.key for m in _ALL} | {_squash(k): v for k, v in _SYNONYMS.items()}


def _plain(label: str) -> str:
    """A label without blanks; NFKC."""
    return "".join(unicodedata.normalize("NFKC", label).split())


@lru_cache(maxsize=1)
def _by_policy_label() -> dict[str, str]:
    """The policies' labels: as they are, and without a remark in brackets and 数 at their end, where that is one metric."""
    exact = {_plain(t.label): t.key for t in terms().values()}
    short: dict[str, set[str]] = {}
    for term in terms().values():
        if _plain(term.label).rpartition(")")[2] in (_plain(term.label), "", "数"):
            short.setdefault(_squash(term.label), set()).add(term.key)
    return {k: next(iter(v)) for k, v in short.items() if len(v) == 1} | exact


def metric_key(text: str) -> str:
    """The metric key for an English key or a Chinese label; unknown text comes back stripped.

    ``证书有效期:NO`` (either colon) gives ``certificate_valid_until:NO``; ``主持制定标准数〔级别：国家〕`` gives
    ``standards_led[levels=国家]``.
    """
    label, narrowing = split_label(text)
    if narrowing:
        return metric_key(label) + narrowing
    plain = unicodedata.normalize("NFKC", text).strip()
    base, bracket = split_name(text.strip())
    if plain in METRICS or base in METRICS or base in terms():
        return base + bracket if bracket else plain
    head, colon, number = plain.partition(":")
    if colon and head.strip() in ("证书有效期", CERTIFICATE_PREFIX.removesuffix(":")):
        return CERTIFICATE_PREFIX + "".join(number.split())
    policy = _by_policy_label()
    return policy.get(_plain(text)) or _BY_LABEL.get(_squash(plain)) or policy.get(_squash(plain), plain)


def nearest_label(text: str) -> str | None:
    """A known Chinese label that ``text`` may have meant, or None."""
    near = difflib.get_close_matches(text, [m.label for m in _ALL], n=1, cutoff=0.6)
    return near[0] if near else None


def document_type(key: str) -> str:
    """The Chinese name of a document type."""
    return DOCUMENT_TYPES.get(key, "其他材料")
