"""Chinese names for everything a report shows: metrics, units, verdicts, documents, fields.

Metric names follow the contract and the recognition policies; field names follow the
field catalogue (``extractor/documents/fields.yaml``; a test keeps the two together).
Unknown keys are shown as they are, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractor.model import Verdict
from extractor.values.field_words import ENUM_VALUES as ENUM_VALUES


@dataclass(frozen=True, slots=True)
class VerdictLabel:
    """How a verdict is shown: a symbol and a word (never colour alone), and what it means.

    ``colour`` is the terminal style, ``fill`` the light RGB fill of a spreadsheet cell.
    """

    symbol: str
    word: str
    meaning: str
    colour: str
    fill: str


# Symbols are of "neutral" East Asian width, so that terminal columns stay straight.
VERDICTS: dict[Verdict, VerdictLabel] = {
    Verdict.CONTRADICTED: VerdictLabel(
        "✗",
        "不符",
        "本企业的证据与申报值不一致，理由中写明最可能的原因。请核实申报值或退回更正。",
        "bold red",
        "F8DCDC",
    ),
    Verdict.UNSURE: VerdictLabel(
        "?",
        "待核",
        "找到了证据，但读得不够确定、互相矛盾或未经审计，系统不下结论。请对照截图人工判断。",
        "bold yellow",
        "FBEFCF",
    ),
    Verdict.WRONG_ENTITY: VerdictLabel(
        "⇄",
        "非本企业",
        "找到的证据属于其他单位，不能证明本企业的申报值。请核对名称，更名或共有的请补充证明。",
        "bold magenta",
        "E9DDF3",
    ),
    Verdict.EXPIRED: VerdictLabel(
        "!",
        "已失效",
        "本企业的证据在核验基准日不在有效期内。请补交有效的证书或续期证明。",
        "bold dark_orange3",
        "FADFCB",
    ),
    Verdict.MISSING: VerdictLabel(
        "∅",
        "缺证据",
        "材料中没有能证明该项的证据。请补交材料；不代表申报值有误。",
        "bold bright_black",
        "E4E7EB",
    ),
    Verdict.SUPPORTED: VerdictLabel(
        "✓",
        "相符",
        "本企业的有效证据按申报的小数位数与申报值一致。",
        "bold green",
        "DCEFE2",
    ),
}
"""By risk: what a reviewer must look at first stands first."""

SUMMARY: dict[str, tuple[str, str, Verdict]] = {
    "pass": ("全部相符", "每一项申报值都有本企业的有效证据支持。", Verdict.SUPPORTED),
    "fail": (
        "存在不符",
        "证据否定了部分申报值，请先看排在最前的各项。",
        Verdict.CONTRADICTED,
    ),
    "review": (
        "需人工复核",
        "部分项目缺证据、证据无效或需要人工判断。",
        Verdict.UNSURE,
    ),
}
"""``summary.verdict`` to (word, explanation, the verdict whose look it shares)."""

CHECK_STATUS: dict[str, tuple[str, str]] = {
    "failed": ("✗", "未通过"),
    "skipped": ("-", "未校验"),
    "ok": ("✓", "通过"),
}
"""Symbol and word of a check's status, failures first."""

METRICS: dict[str, str] = {
    "revenue": "营业收入",
    "main_revenue": "主营业务收入",
    "net_profit": "净利润",
    "total_profit": "利润总额",
    "operating_profit": "营业利润",
    "operating_cost": "营业成本",
    "income_tax": "所得税费用",
    "total_assets": "资产总额",
    "total_liabilities": "负债总额",
    "net_assets": "净资产",
    "owners_equity": "所有者权益",
    "current_assets": "流动资产",
    "current_liabilities": "流动负债",
    "rd_expense": "研发费用",
    "tax_paid": "上缴税金",
    "total_income": "收入总额",
    "main_product_revenue": "主导产品销售收入",
    "main_revenue_ratio": "主营业务收入占比",
    "main_product_revenue_ratio": "主导产品收入占比",
    "debt_ratio": "资产负债率",
    "rd_expense_ratio": "研发费用占比",
    "rd_expense_to_main_revenue_ratio": "研发费用占主营业务收入比重",
    "operating_profit_margin": "营业利润率",
    "net_profit_margin": "净利润率",
    "main_revenue_growth": "主营业务收入增长率",
    "revenue_growth": "营业收入增长率",
    "net_profit_growth": "净利润增长率",
    "rd_expense_growth": "研发费用增长率",
    "invention_patents": "发明专利数",
    "utility_patents": "实用新型专利数",
    "design_patents": "外观设计专利数",
    "software_copyrights": "软件著作权数",
    "management_system_certs": "有效管理体系认证数",
    "product_certs": "产品认证数",
    "trademarks": "注册商标数",
    "certificate_valid_until": "证书有效期",
    "employees": "从业人数",
    "rd_staff": "研发人员数",
    "rd_staff_ratio": "研发人员占比",
    "tech_staff": "科技人员数",
    "tech_staff_ratio": "科技人员占比",
    "high_tech_enterprise": "高新技术企业（有效期内）",
    "registered_years": "成立年限",
    "registration_date": "成立日期",
    "standards_led_or_joined": "主持或参与制修订标准数",
    "standards_led": "主持制定标准数",
    "rd_institution_count": "研发机构数",
    "market_rank_province": "细分市场全省排名",
    "market_rank_national": "细分市场全国排名",
    "market_share_national": "全国细分市场占有率",
    "years_in_segment": "从事细分市场年限",
    "independent_legal_person": "独立法人",
    "core_business_information_systems": "核心业务信息系统数",
    "equity_financing": "新增股权融资额",
    "ic_layout_designs": "集成电路布图设计专有权数",
    "sme_size_class": "企业规模",
}

FLAG_METRICS = frozenset({"high_tech_enterprise", "independent_legal_person"})
"""Metrics whose value 0 or 1 means no or yes."""

UNITS: dict[str, str] = {"0/1": "", "flag": "", "date": "", "tag": ""}
"""Units that say how a value is written rather than what it measures are not shown."""

PERIODS: dict[str, str] = {"now": "基准日", "last_year": "上年度", "unknown": "年度不明"}

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
    "standard_document": "标准文本",
    "product_certificate": "产品认证证书",
    "rd_institution_approval": "研发机构认定文件",
    "market_share_proof": "市场占有率证明",
    "credit_report": "信用报告",
    "award_certificate": "荣誉证书",
    "contract": "合同",
    "other": "其他材料",
    "blank": "空白页",
}

_STATEMENT_ROWS: dict[str, str] = {
    "revenue": "营业收入",
    "main_revenue": "主营业务收入",
    "operating_cost": "营业成本",
    "rd_expense": "研发费用",
    "operating_profit": "营业利润",
    "total_profit": "利润总额",
    "income_tax": "所得税费用",
    "net_profit": "净利润",
    "current_assets": "流动资产合计",
    "total_assets": "资产总计",
    "current_liabilities": "流动负债合计",
    "total_liabilities": "负债合计",
    "owners_equity": "所有者权益合计",
}

FIELDS: dict[str, dict[str, str]] = {
    "audit_report": {
        "report_no": "报告文号",
        "report_code": "报告编码",
        "firm": "会计师事务所",
        "entity": "被审计单位",
        "fiscal_year": "报告年度",
        "opinion": "审计意见",
        "report_date": "报告日期",
        "auditors": "签字注册会计师",
        "statement_unit": "报表单位",
        "consolidated": "合并报表",
        **_STATEMENT_ROWS,
    },
    "financial_statements": {
        "entity": "编制单位",
        "fiscal_year": "报表期间",
        "statement_unit": "报表单位",
        "consolidated": "合并报表",
        **_STATEMENT_ROWS,
    },
    "rd_audit_report": {
        "report_no": "报告文号",
        "firm": "会计师事务所",
        "entity": "被审计单位",
        "rd_expense": "研发费用合计",
        "rd_projects": "研发项目",
    },
    "patent_certificate": {
        "kind": "专利类型",
        "certificate_no": "证书号",
        "title": "发明名称",
        "patent_no": "专利号",
        "application_date": "专利申请日",
        "patentees": "专利权人",
        "inventors": "发明人",
        "grant_date": "授权公告日",
        "grant_no": "授权公告号",
        "legal_status": "法律状态",
    },
    "software_copyright": {
        "certificate_no": "证书号",
        "registration_no": "登记号",
        "title": "软件名称",
        "owners": "著作权人",
        "registration_date": "登记日期",
    },
    "trademark_certificate": {
        "registration_no": "注册号",
        "owner": "注册人",
        "nice_class": "类别",
        "valid_from": "注册日期",
        "valid_until": "有效期至",
    },
    "iso_certificate": {
        "certificate_no": "证书编号",
        "system": "体系",
        "standards": "认证标准",
        "holder": "获证组织",
        "uscc": "统一社会信用代码",
        "scope": "认证范围",
        "issuer": "认证机构",
        "first_issue_date": "初次发证日期",
        "issue_date": "本次发证日期",
        "valid_until": "有效期至",
        "accreditation": "认可标志",
    },
    "social_security_list": {
        "organization": "单位名称",
        "uscc": "统一社会信用代码",
        "period_from": "费款所属期起",
        "period_to": "费款所属期止",
        "headcount": "参保人数",
        "listed_persons": "名单人数（逐行计数）",
        "issuer": "出具机构",
        "verification_code": "校验码",
        "persons": "人员",
    },
    "business_license": {
        "uscc": "统一社会信用代码",
        "name": "名称",
        "entity_type": "类型",
        "legal_representative": "法定代表人",
        "registered_capital": "注册资本",
        "established": "成立日期",
        "address": "住所",
        "scope": "经营范围",
    },
    "high_tech_certificate": {
        "certificate_no": "证书编号",
        "holder": "企业名称",
        "issue_date": "发证时间",
        "valid_until": "有效期至",
    },
    "other": {
        "patent_no": "所涉专利号",
        "registration_no": "所涉注册号（登记号）",
        "certificate_no": "所涉证书编号",
        "legal_status": "权利状态",
        "date": "失效日期",
    },
    "tax_return": {
        "entity": "纳税人名称",
        "fiscal_year": "所属年度",
        "revenue": "营业收入",
        "rd_expense": "研发费用",
    },
    "application_form": {"declarations": "申报数据"},
}

MONEY_FIELDS = frozenset({*_STATEMENT_ROWS, "registered_capital"})
"""Fields whose numbers are yuan."""

SCOPES: dict[str, str] = {"consolidated": "合并报表", "parent": "母公司报表"}
GATES: dict[str, str] = {
    "ok": "勾稽通过",
    "failed": "勾稽未通过",
    "unchecked": "未勾稽",
}

METHODS: dict[str, str] = {
    "label": "按标签读取",
    "statement_row": "报表行",
    "check_digit_repair": "校验位修正",
    "qr": "二维码",
    "derived": "由其他数值计算",
    "certificate": "证书",
    "title": "标题",
    "term": "由期限推算",
    "foot_date": "落款日期",
    "reviewer": "审核人员更正",
    "tagger": "字段模型",
}
_HEARD = {"+tagger": "字段模型一致", "/tagger": "字段模型读法不同"}
"""Ends of a method that say what the field tagger said of a rule's value."""

CHECKS: dict[str, str] = {
    "balance_sheet_identity": "资产总计 = 负债合计 + 所有者权益合计",
    "profit_identity": "利润总额 − 所得税费用 = 净利润",
    "prior_period_continuity": "本期上年数 = 上期本年数",
}


def method_label(method: str) -> str:
    """How a value was found, in Chinese where there are words for it.

    >>> method_label("label+tagger")
    '按标签读取，字段模型一致'
    """
    for end, words in _HEARD.items():
        if method.endswith(end):
            return f"{method_label(method.removesuffix(end))}，{words}"
    return METHODS.get(method, method)


def metric_label(metric: str) -> str:
    """The metric's Chinese name; ``certificate_valid_until:NO`` names the certificate; else the key."""
    name, _, detail = metric.partition(":")
    label = METRICS.get(name)
    if label is None:
        return metric
    return f"{label}（{detail}）" if detail else label


def period_label(period: str) -> str:
    """``2020`` → ``2020年``, ``2020-06`` → ``2020年6月``, ``now`` → ``基准日``; else as it is."""
    if len(period) == 4 and period.isascii() and period.isdigit():
        return f"{period}年"
    year, _, month = period.partition("-")
    if len(year) == 4 and len(month) == 2 and f"{year}{month}".isascii() and f"{year}{month}".isdigit():
        return f"{year}年{int(month)}月"
    return PERIODS.get(period, period)


def document_label(document_type: str) -> str:
    """The document type's Chinese name, or the key."""
    return DOCUMENT_TYPES.get(document_type, document_type)


def field_label(document_type: str, key: str) -> str:
    """The field's Chinese name in that document type, or the key."""
    return FIELDS.get(document_type, {}).get(key, key)


def check_label(check: str) -> str:
    """The check's Chinese name, or the key."""
    return CHECKS.get(check, check)
