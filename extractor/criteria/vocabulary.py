"""The closed word lists of policy files, and how they are said in Chinese."""

from __future__ import annotations

import re

KEYS = (
    "id", "name", "jurisdiction", "tier", "kind", "doc_no", "issued", "valid_from", "valid_until", "validity_years",
    "status", "superseded_by", "source", "confidence", "conditions", "vetoes", "materials", "advisory", "scoring",
    "definitions", "declared_fields", "workflow", "review_cycle", "application_window", "notes",
)  # fmt: skip
"""The keys of a policy, in the order in which a file must have them."""

REQUIRED = ("id", "name", "jurisdiction", "tier", "kind", "source", "conditions")

KINDS = {
    "recognition": "认定",
    "cultivation_pool": "培育库",
    "key_support": "重点小巨人奖补",
    "fund_project": "资金项目",
    "listing_pool": "上市后备",
    "recheck": "复核",
    "screening": "摸底、初核",
}
STATUS_WORDS = {
    "in_force": "现行",
    "interim": "过渡期内继续适用",
    "transition": "仅供写明的一次复核",
    "superseded": "新申请已停用",
    "method": "计分方法，不作门槛",
}
CONFIDENCE_WORDS = {"high": "高", "medium": "中", "low": "低"}
STAGES = ("filing", "acceptance", "validity")
ADVISORY_KINDS = {"priority": "优先", "waived": "本批不作要求"}
SCORED_BY = ("rule", "expert", "platform")

DOC_TYPES = {
    "business_license": "营业执照",
    "audit_report": "审计报告",
    "rd_audit_report": "研发费用专项审计报告",
    "tax_return": "企业所得税纳税申报表",
    "patent_certificate": "专利证书",
    "software_copyright": "软件著作权登记证书",
    "trademark_certificate": "商标注册证",
    "iso_certificate": "管理体系认证证书",
    "product_certificate": "产品认证证书",
    "social_security_list": "社保参保名单",
    "high_tech_certificate": "高新技术企业证书",
    "standard_document": "标准文本",
    "rd_institution_approval": "研发机构认定文件",
    "market_share_proof": "市场占有率或排名证明",
    "credit_report": "信用报告",
    "award_certificate": "荣誉、称号或奖励证书",
    "contract": "合同、发票等交易凭证",
    "other": "其他佐证材料",
}

UNITS = frozenset(["万元", "%", "项", "年", "名", "人", "次", "倍", "级", "分", "date", "flag", "tag"])
FOREIGN_MONEY = "万美元"
METRIC_KINDS = frozenset(["money", "ratio", "count", "rank", "years", "flag", "tag", "date"])
PROVABLE = frozenset({"document", "derived", "declared_only", "external"})

OPS = {">=": "不低于", ">": "高于", "<=": "不高于", "<": "低于", "==": "等于", "in": "属于", "between": "介于"}

PERIOD = re.compile(
    r"now|cumulative|last_year|last_(?P<years>[235])_years_(?P<how>each|avg|sum|any|cagr)"
    r"|year_(?P<year>\d{4})|since_(?P<since>\d{4})|years_(?P<first>\d{4})_(?P<last>\d{4})|since_title"
)

_HOW = {"each": "每年", "avg": "平均", "sum": "合计", "any": "任一年", "cagr": "复合增长"}


def doc_type(key: str) -> str:
    """The Chinese name of a document type."""
    return DOC_TYPES.get(key, "其他佐证材料")


def period_name(period: str, year: int) -> str:
    """A period as people say it, for an application of ``year``: ``2019—2020年每年``."""
    match = PERIOD.fullmatch(period)
    if match is None:
        return f"{period}年" if period.isdigit() else period
    if match["years"]:
        return f"{year - int(match['years'])}—{year - 1}年{_HOW[match['how']]}"
    if match["year"]:
        return f"{match['year']}年"
    if match["since"]:
        return f"{match['since']}年以来"
    if match["first"]:
        return f"{match['first']}—{match['last']}年"
    return {"now": "截止日", "cumulative": "累计", "last_year": f"{year - 1}年", "since_title": "获得称号以来"}[period]
