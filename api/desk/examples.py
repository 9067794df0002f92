"""Examples for the OpenAPI document: one enterprise, small enough to read."""

from __future__ import annotations

from typing import Any

_PERSON = {"id": "5c9f1f0e-3c0e-4d34-9a55-6f4f7e0a1d01", "name": "李审核"}

PACKAGE_EXAMPLE: dict[str, Any] = {
    "id": "0d7c3f0e-52f6-4a7e-9d56-0a3f3d9f7a11",
    "name": "闽江精密",
    "enterprise": "福建闽江精密机械股份有限公司",
    "uscc": "91350100M000100Y43",
    "as_of": "2021-05-06",
    "policies": ["cn-2021-little-giant-batch3"],
    "batch": None,
    "created_at": "2026-07-01T08:00:00Z",
    "created_by": _PERSON,
    "run": {
        "id": "3b0f4a3a-8d0d-4a63-bb7e-0f6a1f4c2b10",
        "state": "done",
        "pages_done": 17,
        "pages_total": 17,
        "doing": "",
        "error": None,
        "interactive": True,
        "created_at": "2026-07-01T08:00:00Z",
        "finished_at": "2026-07-01T08:00:41Z",
    },
    "verdict": "fail",
    "risk": 0.83,
    "counts": {"contradicted": 1, "supported": 12},
    "score": 71.5,
    "reasons": ["不符：审计报告 第6页 营业收入 81,234,500.00 元，申报 8,213.45 万元"],
    "missing_materials": ["缺：近两年审计报告（2019 年）"],
    "declared": 13,
    "remarks": [],
    "decision": None,
    "version": 1,
}

_PLACE = {"file": 0, "sha256": "9f" * 32, "page": 1, "part": 0}
_SPOT = {"file": 0, "page": 6, "box": [0.62, 0.2, 0.8, 0.22], "text": "81,234,500.00", "document": "d1"}

DESK_EXAMPLE: dict[str, Any] = {
    "package": PACKAGE_EXAMPLE,
    "version": 1,
    "groups": [
        {
            "title": "上年度营业收入不低于 5000 万元",
            "policy": "cn-2021-little-giant-batch3",
            "condition": "cn-2021-little-giant-batch3#conditions.all[0]",
            "status": "met",
            "findings": ["revenue|2020"],
        }
    ],
    "findings": [
        {
            "key": "revenue|2020",
            "metric": "revenue",
            "label": "营业收入",
            "period": "2020",
            "period_label": "2020年",
            "declared": {"value": 8213.45, "text": "8,213.45 万元", "unit": "万元"},
            "evidenced": {"value": 8123.45, "text": "8,123.45 万元", "unit": "万元"},
            "verdict": "contradicted",
            "verdict_label": "不符",
            "confidence": 0.97,
            "reason": "审计报告 第6页 营业收入 81,234,500.00 元，与申报值不一致",
            "evidence": [_SPOT],
            "claims": ["c1"],
            "conditions": ["cn-2021-little-giant-batch3#conditions.all[0]"],
            "fields": [
                {
                    "document": "d1",
                    "document_place": _PLACE,
                    "document_type": "audit_report",
                    "field": "revenue",
                    "label": "营业收入",
                    "period": "2020",
                    "secondary": False,
                    "value": 81234500.0,
                    "kind": "money",
                    "evidence": [_SPOT],
                }
            ],
            "review": None,
            "comments": [],
        }
    ],
    "documents": [
        {
            "id": "d1",
            "type": "audit_report",
            "type_label": "审计报告",
            "title": "审计报告",
            "confidence": 0.99,
            "excluded": None,
            "place": _PLACE,
            "pages": [{"file": 0, "page": 6}],
            "fields": [
                {
                    "key": "revenue",
                    "label": "营业收入",
                    "period": "2020",
                    "secondary": False,
                    "value": 81234500.0,
                    "text": "81,234,500.00 元",
                    "kind": "money",
                    "confidence": 0.97,
                    "method": "statement_row",
                    "note": None,
                    "evidence": [_SPOT],
                }
            ],
        }
    ],
    "files": [{"position": 0, "name": "审计报告.pdf", "pages": 12, "error": None, "note": None, "media_type": "application/pdf"}],
    "uploads": [{"position": 0, "name": "材料/审计报告.pdf", "size": 482113, "declared": False}],
    "pages": [
        {
            "file": 0,
            "page": 6,
            "width": 1654,
            "height": 2339,
            "source": "ocr",
            "note": None,
            "label": "审计报告",
            "document": "d1",
            "picture": True,
        }
    ],
    "checks": [
        {
            "check": "balance_sheet_identity",
            "label": "资产总计 = 负债合计 + 所有者权益合计",
            "document": "d1",
            "status": "ok",
            "reason": "两边相等",
        }
    ],
    "policies": [{"id": "cn-2021-little-giant-batch3", "title": "第三批专精特新“小巨人”企业", "status": "undetermined"}],
    "materials": [
        {
            "policy": "cn-2021-little-giant-batch3",
            "name": "近两年审计报告",
            "status": "missing",
            "status_label": "缺",
            "note": "缺 2019 年",
            "papers": ["d1"],
            "pages": [{"file": 0, "page": 1}],
        }
    ],
    "revisions": [],
    "document_types": [{"type": "audit_report", "label": "审计报告"}],
    "editable": {
        "audit_report": [{"key": "revenue", "label": "营业收入", "kind": "money", "many": False, "rows": True, "options": []}]
    },
    "can": {"review": True, "decide": True, "unmask": True, "delete": False},
}

PAGE_TEXT_EXAMPLE: dict[str, Any] = {
    "width": 1654,
    "height": 2339,
    "lines": [{"text": "营业收入", "box": [0.1, 0.2, 0.2, 0.22]}],
}
