"""A policy's answer in the contract's shape, with every kind of node, about the package of ``conftest.result``."""

from __future__ import annotations

import copy
from typing import Any

_LICENCE = {"file": 1, "page": 2, "box": [0.2, 0.1, 0.6, 0.13], "text": "福建省福州市"}
_REVENUE = {"file": 0, "page": 6, "box": [0.5, 0.20, 0.68, 0.215], "text": "81,234,500.00"}

_CONDITIONS: dict[str, Any] = {
    "kind": "all", "key": "p#conditions", "text": "以下各项均须满足", "status": "not_met", "basis": "evidenced",
    "children": [
        {
            "kind": "leaf", "text": "上年度营业收入1亿元以上", "status": "not_met", "basis": "evidenced",
            "metric": "revenue", "metric_label": "营业收入", "period": "2020年",
            "required": {"op": ">=", "value": 10000, "unit": "万元", "text": "不低于 10,000 万元"},
            "actual": {"low": 8123.45, "high": 8123.45, "unit": "万元", "text": "8,123.45 万元"},
            "gap": {"amount": 1876.55, "unit": "万元", "text": "还差 1,876.55 万元"},
            "findings": [0], "claims": ["c1"], "evidence": [_REVENUE],
        },
        {
            "kind": "leaf", "text": "研发费用占比", "status": "undetermined", "basis": "declared", "declared_met": True,
            "metric_label": "研发费用占营业收入比重", "period": "2019—2020年每年",
            "required": {"text": "不低于 5%"},
            "actual": {"text": "2019年 5.2%；2020年 5.55%", "parts": [
                {"name": "2019年", "text": "5.2%", "basis": "declared"},
                {"name": "2020年", "text": "5.55%", "basis": "declared"},
            ]},
            "gap": {"amount": 0, "unit": "个百分点", "text": "刚好等于界线"},
            "material": "请提供研发费用专项审计报告（2019年）", "findings": [2, 99],
        },
        {
            "kind": "any", "label": "资格", "text": "资格：以下任一项", "status": "met", "basis": "evidenced",
            "children": [
                {"kind": "leaf", "text": "福建企业", "status": "met", "basis": "evidenced", "metric_label": "注册地",
                 "actual": {"text": "福建"}, "evidence": [_LICENCE]},
                {"kind": "leaf", "text": "已有称号", "status": "undetermined", "basis": "none",
                 "material": "请提供荣誉证书（多余）"},
            ],
        },
        {"kind": "manual", "text": "有自主品牌", "status": "undetermined", "basis": "none",
         "material": "由人工判定，可参看：专利证书", "needs": ["patent_certificate", "contract"]},
        {"kind": "manual", "text": "产品不属淘汰类", "status": "met", "basis": "person",
         "decision": {"status": "met", "who": "张三", "when": "2021-05-01", "why": "已查目录"}},
        {"kind": "leaf", "text": "实用新型与软著合计", "status": "undetermined", "basis": "evidenced",
         "declared_met": True, "required": {"text": "不低于 5 项"},
         "actual": {"text": "至少 1 项", "parts": [
             {"name": "实用新型专利数", "text": "1 项", "basis": "evidenced"},
             {"name": "软件著作权数", "text": "3 项", "basis": "declared"},
             {"name": "外观设计专利数", "text": "", "basis": "none"}]},
         "gap": {"text": "还差 4 项"}, "material": "请提供专利证书"},
    ],
}  # fmt: skip

_POLICY: dict[str, Any] = {
    "id": "cn-2021-example", "name": "示例“小巨人”企业", "jurisdiction": "国家", "doc_no": "示例〔2021〕1号",
    "confidence": "medium", "as_of": "2021-05-06", "status": "not_met", "declared_met": False, "tier": "小巨人",
    "summary": "12 条已判定，3 条待人工", "counts": {"decided": 12, "manual": 3}, "in_force": False,
    "notes": ["cn-2021-example 在 2021-05-06 不是现行政策"], "conditions": _CONDITIONS,
    "vetoes": [
        {"text": "近三年重大安全事故", "stage": "filing", "effect": "不得推荐", "status": "undetermined", "counted": True,
         "evidence": ["credit_report", "audit_report"]},
        {"text": "弄虚作假", "stage": "validity", "status": "not_met", "counted": False},
    ],
    "advisory": [{"kind": "priority", "text": "制造强国十大产业",
                  "answer": {"kind": "manual", "text": "制造强国十大产业", "status": "undetermined"}}],
    "score": {
        "low": 24.999, "high": 92, "total": 100, "pass": 60, "status": "undetermined", "computable": True, "binding": True,
        "parts": [{"name": "专业化", "low": 5, "high": 25, "full": 25, "minimum": 10, "status": "undetermined"}],
        "items": [
            {"dimension": "专业化", "indicator": "主营收入占比", "by": "rule", "points": 5, "low": 5, "high": 5,
             "band": "80%以上"},
            {"dimension": "专业化", "indicator": "增长率", "by": "rule", "points": 10, "low": 0, "high": 10, "bands": [
                {"kind": "leaf", "text": "10%以上", "status": "undetermined", "material": "请提供审计报告（2018年）"}]},
            {"dimension": "特色化", "indicator": "地方特色", "by": "expert", "points": 15, "low": 0, "high": 15},
        ],
    },
}  # fmt: skip


def policy_dict(**changes: Any) -> dict[str, Any]:
    """The answer, with some entries changed."""
    return {**copy.deepcopy(_POLICY), **changes}
