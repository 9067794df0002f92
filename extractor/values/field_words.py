"""Chinese words for the values of fields that can only be one of a few (kinds ``enum`` of ``fields.yaml``)."""

from __future__ import annotations

ENUM_VALUES: dict[str, dict[str, str]] = {
    "opinion": {
        "unqualified": "无保留意见",
        "qualified": "保留意见",
        "adverse": "否定意见",
        "disclaimer": "无法表示意见",
    },
    "statement_unit": {
        "yuan": "元",
        "thousand_yuan": "千元",
        "ten_thousand_yuan": "万元",
        "million_yuan": "百万元",
    },
    "kind": {
        "invention": "发明专利",
        "utility": "实用新型专利",
        "design": "外观设计专利",
    },
    "legal_status": {
        "in_force": "有效",
        "terminated": "终止",
        "suspended": "中止",
        "invalidated": "无效",
        "abandoned": "放弃",
    },
    "system": {
        "quality": "质量管理体系",
        "environment": "环境管理体系",
        "ohs": "职业健康安全管理体系",
        "information_security": "信息安全管理体系",
        "energy": "能源管理体系",
        "food_safety": "食品安全管理体系",
        "automotive": "汽车行业质量管理体系",
        "medical": "医疗器械质量管理体系",
        "weapon": "武器装备质量管理体系",
        "ip": "知识产权管理体系",
        "integration_two": "两化融合管理体系",
        "other": "其他体系",
    },
}
"""Field key to value to word."""
