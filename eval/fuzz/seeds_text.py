"""Tiny good files that are texts: lists, declarations, decisions, policies, corpora, results, settings."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from eval.fuzz.seeds_zipped import xlsx

_NAME, _CODE = "福建闽江精密机械股份有限公司", "91350100M000100Y43"
BOX = [0.1, 0.2, 0.3, 0.4]


def as_json(value: Any) -> bytes:
    """A JSON text as the product's users write them."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


@lru_cache(maxsize=1)
def csvs() -> tuple[bytes, ...]:
    """Lists as evidence, in the encodings that Excel writes."""
    text = '姓名,工号,比例\n"张三\n二","=""0007""",8.50%\n李四;王五,3.5E+17,12\n'
    return text.encode("utf-8-sig"), text.encode("gb18030"), text.replace(",", "\t").encode("utf-16")


# --- declarations ---------------------------------------------------------------

_DECLARED: tuple[tuple[str, str, object, str], ...] = (
    ("revenue", "2020", 8181.32, "万元"),
    ("rd_ratio", "2020", "6.27%", ""),
    ("invention_patents", "now", 5, "项"),
    ("high_tech_enterprise", "now", True, ""),
    ("established", "now", "2010-05-06", ""),
)


@lru_cache(maxsize=1)
def declarations() -> tuple[bytes, ...]:
    """Declared figures as JSON."""
    rows = [{"metric": m, "period": p, "value": v, "unit": u} for m, p, v, u in _DECLARED]
    who = {"name": _NAME, "uscc": _CODE, "former_names": ["闽江机械"]}
    return (
        as_json({"enterprise": who, "as_of": "2021-05-06", "declared": rows}),
        as_json(
            {
                "enterprise": {},
                "declared": [
                    rows[0],
                    {**rows[2], "value": "5项"},
                    {"metric": "营业收入", "value": "1,234.50 元", "period": 2019},
                ],
            }
        ),
    )


@lru_cache(maxsize=1)
def declaration_sheets() -> tuple[bytes, ...]:
    """Declared figures as XLSX, with a percent format and a code."""
    head: list[list[str | float]] = [["企业名称", _NAME], ["截止日期", "2021-05-06"], ["指标", "期间", "申报值", "单位", "编码"]]
    rows: list[list[str | float]] = [["营业收入", "2020", 8181, "万元", "revenue@2020"], ["研发费用占比", 2020, 0.06, "", ""]]
    return xlsx(head + rows), xlsx([["指标", "期间", "申报值", "单位"], *rows], shared=True)


@lru_cache(maxsize=1)
def declaration_lists() -> tuple[bytes, ...]:
    """Declared figures as CSV."""
    text = (
        f'企业名称,{_NAME}\n指标,期间,申报值,单位\n营业收入,2020,"8,181.32",万元\n发明专利,now,5项,\n研发费用占比,2020年,6.27%,\n'
    )
    return text.encode("utf-8-sig"), text.encode("gb18030"), text.replace(",", "\t").encode("utf-16")


@lru_cache(maxsize=1)
def batch_sheets() -> tuple[bytes, ...]:
    """Declared figures of several enterprises, as CSV."""
    head = "企业名称,统一社会信用代码,材料包,指标,期间,申报值,单位\n"
    text = f"{head}{_NAME},{_CODE},甲,营业收入,2020,8181.32,万元\n,,,发明专利,now,5,项\n乙公司,,乙.zip,营业收入,2020,12,万元\n"
    return text.encode("utf-8-sig"), text.encode("gb18030")


@lru_cache(maxsize=1)
def batch_workbooks() -> tuple[bytes, ...]:
    """The same as XLSX."""
    head: list[str | float] = ["企业名称", "统一社会信用代码", "材料包", "指标", "期间", "申报值", "单位"]
    rows: list[list[str | float]] = [
        [_NAME, _CODE, "甲", "营业收入", "2020", 8181, "万元"],
        ["", "", "", "发明专利", "now", 5, "项"],
    ]
    return (xlsx([head, *rows]),)


# --- policies -------------------------------------------------------------------


@lru_cache(maxsize=1)
def metrics() -> tuple[bytes, ...]:
    """The figures of the policy below, as ``metrics.yaml``."""
    return (
        """\
revenue: {label: 营业收入, unit: 万元, kind: money, provable: document, evidence: [audit_report], definition: 利润表}
net_profit: {label: 净利润, unit: 万元, kind: money, provable: document, evidence: [audit_report, tax_return], definition: 利润表}
margin: {label: 净利率, unit: '%', kind: ratio, provable: derived, formula: "net_profit / revenue * 100",
  evidence: [audit_report], definition: 净利润占营业收入}
growth: {label: 增长率, unit: '%', kind: ratio, provable: derived, formula: "(revenue - prev(revenue)) / prev(revenue) * 100",
  evidence: [audit_report], definition: 比上年}
region_tag: {label: 注册地, unit: tag, kind: tag, provable: document, evidence: [business_license], definition: 住所,
  values: [甘肃, 福建]}
""".encode(),
    )


@lru_cache(maxsize=1)
def policies() -> tuple[bytes, ...]:
    """Policies, as ``gansu.yaml``."""
    return (
        """\
- id: cn-gansu-2021-zjtx
  name: 专精特新中小企业
  jurisdiction: 甘肃
  tier: 专精特新中小企业
  kind: recognition
  doc_no: 甘工信发〔2021〕95号
  issued: '2021-04-08'
  source:
    - {file: a.txt, lines: [28555, 28647]}
  conditions:
    all:
      - {metric: region_tag, op: in, value: [甘肃], unit: tag, period: now, text: 在甘肃注册, evidence: [business_license]}
      - at_least: 2
        of:
          - {metric: revenue, op: '>=', value: 1000, unit: 万元, period: last_year, text: 收入, evidence: [audit_report]}
          - {metric: margin, op: between, value: [5, 60.5], closed: both, unit: '%', period: last_year, text: 率,
              evidence: [audit_report]}
          - {ref: cn-gansu-2020-zjtx, text: 曾获认定}
      - {manual: 达到第三条, evidence: [other]}
  materials:
    - {name: 申请表, doc_type: other, required: true}
  scoring:
    total: 10
    pass: 6
    items:
      - {dimension: 效益, indicator: 收入, points: 10, by: rule, bands: [{text: 高, points: 10, when: {metric: revenue, op: '>',
          value: 5000, unit: 万元, period: last_year, text: 高, evidence: [audit_report]}}, {text: 低, points: 5}]}
  workflow: [申报, 公示]
  application_window:
    - {who: 企业, closes: '2021-04-15'}
- id: cn-gansu-2020-zjtx
  name: 上一年
  jurisdiction: 甘肃
  tier: 专精特新中小企业
  kind: recognition
  doc_no: 甘工信发〔2020〕9号
  issued: '2020-04-08'
  source:
    - {file: a.txt, lines: [1, 2]}
  conditions: {any: [{manual: 甲, evidence: [other]}, {manual: 乙, evidence: [other]}]}
  workflow: [申报]
""".encode(),
    )


@lru_cache(maxsize=1)
def decisions() -> tuple[bytes, ...]:
    """What persons decided about the policy above."""
    entry = {"status": "met", "who": "张三", "when": "2026-06-30", "why": "见附件"}
    return (as_json({"cn-gansu-2021-zjtx#conditions.all[2]": entry}),)


# --- corpora --------------------------------------------------------------------


@lru_cache(maxsize=1)
def corpus_infos() -> tuple[bytes, ...]:
    """``corpus.json``."""
    return (as_json({"name": "样例", "licence": "CC0", "origin": "synthetic", "seed": 7}),)


@lru_cache(maxsize=1)
def labels() -> tuple[bytes, ...]:
    """``labels.jsonl``."""
    place = {"page": 1, "box": BOX, "quad": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]}
    document = {
        "type": "audit_report",
        "pages": [1],
        "fields": {"revenue": {"2020": 81813200.0}},
        "boxes": {"revenue/2020": [place]},
    }
    lines = [
        {"file": "files/a.csv", "enterprise": _CODE, "difficulty": "clean", "level": 0, "text": "text.json",
            "documents": [document]},
        {"file": "files/b.png", "documents": [{"type": "business_license", "fields": {"name": _NAME, "uscc": None}}]},
        {
            "package": "files", "declared": "files/a.csv",
            "findings": [{"metric": "revenue", "period": "2020", "verdict": "supported", "planted": None}],
        },
    ]  # fmt: skip
    return ("\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode(),)


@lru_cache(maxsize=1)
def label_studio() -> tuple[bytes, ...]:
    """An export of Label Studio."""
    value = {"x": 10.0, "y": 20.0, "width": 30.0, "height": 5.0, "rotation": 3.0}
    common = {"original_width": 800, "original_height": 600, "image_rotation": 0}
    result = [
        {"id": "a", "from_name": "type", "type": "choices", "value": {**value, "choices": ["business_license"]}, **common},
        {"id": "b", "from_name": "field", "type": "rectanglelabels", "value": {**value, "rectanglelabels": ["name"]}, **common},
        {"id": "b", "from_name": "text", "type": "textarea", "value": {**value, "text": [_NAME]}, **common},
    ]
    data = {"file": "files/a.png", "page": 1, "of": 1, "rotation": 0, "skew": 0.5, "warp": [], "enterprise": _NAME}
    annotation = {"result": result, "was_cancelled": False, "ground_truth": True, "updated_at": "2026-01-01T00:00:00Z"}
    return (as_json([{"id": 1, "data": data, "annotations": [annotation]}]),)


@lru_cache(maxsize=1)
def funsd() -> tuple[bytes, ...]:
    """Annotated forms, FUNSD and XFUND."""
    box = [10, 10, 90, 20]
    question = {
        "id": 0,
        "text": "名称：",
        "box": box,
        "label": "question",
        "words": [{"text": "名称：", "box": box}],
        "linking": [[0, 1]],
    }
    answer = {"id": 1, "text": _NAME, "box": [100, 10, 300, 22], "label": "answer", "words": [], "linking": [[0, 1]]}
    form = [question, answer]
    return (
        as_json({"form": form}),
        as_json({"documents": [{"img": {"fname": "a.jpg", "width": 800, "height": 600}, "document": form}]}),
    )


@lru_cache(maxsize=1)
def mappings() -> tuple[bytes, ...]:
    """Which question of a form is which field."""
    return (as_json({"type": "business_license", "fields": {"名称": "name", "统一社会信用代码": "uscc"}}),)


# --- what the product itself writes ---------------------------------------------


@lru_cache(maxsize=1)
def results() -> tuple[bytes, ...]:
    """``result.json``."""
    evidence = {"file": 0, "page": 1, "box": BOX, "text": "营业收入 81,813,200.00"}
    field = {
        "value": 81813200.0,
        "raw": "81,813,200.00",
        "confidence": 0.99,
        "evidence": [evidence],
        "method": "statement_row",
        "gate": "ok",
    }
    rows = {"value": {"2020": 81813200.0}, "raw": "", "confidence": 0.98, "periods": {"2020": field}}
    document = {
        "id": "d1",
        "type": "audit_report",
        "confidence": 0.97,
        "title": "审计报告",
        "pages": [{"file": 0, "page": 1}],
        "fields": {"revenue": rows},
    }
    claim = {
        "id": "c1", "metric": "revenue", "period": "2020", "value": 81813200.0, "unit": "元", "subject": _NAME, "document": "d1",
        "confidence": 0.98, "method": "statement_row", "evidence": [evidence], "gate": "ok",
    }  # fmt: skip
    finding = {
        "metric": "revenue", "period": "2020", "declared": {"value": 8181.32, "unit": "万元"}, "verdict": "supported",
        "claims": ["c1"], "confidence": 0.98, "reason": "《a.pdf》第1页与申报一致", "evidenced": 8181.32,
    }  # fmt: skip
    condition = {
        "key": "cn-gansu-2021-zjtx#conditions", "status": "met", "text": "收入", "why": "", "evidence": [evidence],
        "children": [],
        "declared": {"status": "met", "value": 8181.32}, "value": 8181.32, "bound": 1000, "unit": "万元",
    }  # fmt: skip
    policy = {
        "policy": "cn-gansu-2021-zjtx", "name": "专精特新中小企业", "status": "met", "conditions": condition,
        "vetoes": [condition],
        "advisory": [], "scoring": {"total": 10, "points": [5, 10], "pass": 6, "items": []}, "materials": [],
        "in_force": True, "notes": [],
    }  # fmt: skip
    return (
        as_json(
            {
                "schema": "zuozheng.result/1",
                "package": {"name": "甲", "as_of": "2021-05-06", "enterprise": _NAME, "uscc": _CODE},
                "files": [{"name": "a.pdf", "sha256": "0" * 64, "media_type": "application/pdf", "pages": 1, "error": None}],
                "documents": [document],
                "claims": [claim],
                "findings": [finding],
                "checks": [{"check": "balance", "document": "d1", "status": "ok", "reason": "相符"}],
                "policies": [policy],
                "summary": {
                    "verdict": "pass",
                    "findings": {"supported": 1},
                    "pages": 1,
                    "pages_ocr": 0,
                    "seconds": 0.5,
                    "engines": ["x"],
                },
            }
        ),
    )


@lru_cache(maxsize=1)
def states() -> tuple[bytes, ...]:
    """``state.json`` of a package of a batch."""
    row = {
        "package": "甲",
        "enterprise": _NAME,
        "verdict": "pass",
        "score": 88.5,
        "risk": 0.1,
        "reasons": ["无"],
        "findings": {"supported": 1},
    }
    mark = {
        "kind": "file",
        "value": "sha256:" + "0" * 64,
        "label": "a.pdf",
        "file": "a.pdf",
        "page": None,
        "names": [],
        "numbers": [1],
    }
    return (as_json({"fingerprint": "0" * 64, "row": row, "marks": {"package": "甲", "enterprise": _NAME, "marks": [mark]}}),)


@lru_cache(maxsize=1)
def calibrations() -> tuple[bytes, ...]:
    """A calibration."""
    curve = {"knots": [[0.0, 0.0], [0.5, 0.4], [1.0, 0.99]], "n": 100, "method": "isotonic"}
    return (
        as_json(
            {"schema": "zuozheng.calibration/1", "version": "1", "curves": {"all": curve}, "supported_at": 0.9, "fitted_on": None}
        ),
    )


@lru_cache(maxsize=1)
def observations() -> tuple[bytes, ...]:
    """``observations.jsonl`` of an evaluation."""
    page = {
        "record": "page",
        "package": "a.csv",
        "file": "a.csv",
        "page": 1,
        "source": "text",
        "expected_type": "other",
        "edits": 0,
        "chars": 9,
    }
    return (json.dumps(page, ensure_ascii=False).encode(),)


@lru_cache(maxsize=1)
def settings() -> tuple[bytes, ...]:
    """Settings of the service, as ``.env``."""
    return (
        b"# settings\nZUOZHENG_PORT=8000\nZUOZHENG_MAX_UPLOAD_MB=2048\nZUOZHENG_INTAKE__MAX_FILES=500\n"
        b"export ZUOZHENG_HOST='0.0.0.0'\n"
        b'ZUOZHENG_LOG_LEVEL="INFO"\nZUOZHENG_INTAKE={"max_files": 7}\nZUOZHENG_DATA_DIR=data\nZUOZHENG_SECURE_COOKIES=true\n',
    )
