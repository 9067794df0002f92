"""The files that offices put on record, read back."""

from __future__ import annotations

import re

import pytest
from docx import Document as open_docx
from openpyxl import load_workbook

from extractor.model import Claim, DeclaredValue, Evidence, Field, Finding, PackageInfo, Verdict
from extractor.reports.office import write_office_files, write_summary_sheet
from extractor.reports.office.persons import Masker
from extractor.reports.office.requests import requests

PLACE = {"file": 0, "page": 6, "box": [0.1, 0.1, 0.2, 0.2], "text": "81,234,500.00"}
ACCUSING = re.compile("虚假|造假|伪造|骗取|弄虚作假|失信|像是|疑似")


def leaf(metric, status, basis="none", **more):
    """A single condition."""
    return {"kind": "leaf", "key": f"p#{metric}", "text": metric, "metric": metric, "metric_label": metric, "status": status,
            "basis": basis, **more}  # fmt: skip


def proven(metric, status="met", **more):
    """A condition settled by evidence on page 6."""
    known = {"evidence": [PLACE], "actual": {"text": "54.37%"}, "required": {"text": "不高于 70%"}}
    return leaf(metric, status, "evidenced", **(known | more))


def group(kind, label, *children, status, basis="none"):
    """A group."""
    return {"kind": kind, "text": label, "label": label, "status": status, "basis": basis, "children": list(children)}


def screen(**changed):
    """A pre-screen whose class a and debt ratio are proven."""
    nodes = {
        "a": group("all", "a", proven("revenue"), status="met", basis="evidenced"),
        "b": group("all", "b", proven("revenue", "not_met"), status="not_met", basis="evidenced"),
        "c": group("all", "c", proven("revenue", "not_met"), status="not_met", basis="evidenced"),
        "main": leaf("main_revenue_ratio", "undetermined", "declared", declared_met=True, actual={"text": "94.5%"},
                     material="请提供审计报告（2020年主营业务收入）"),
        "rank": leaf("market_rank_province", "undetermined", material="请提供市场占有率或排名证明（2020年细分市场全省排名）"),
        "known": {"kind": "manual", "key": "p#known", "text": "国内细分行业知名度较高", "status": "undetermined", "basis": "none",
                  "material": "由人工判定，可参看：荣誉证书"},
        "debt": proven("debt_ratio"),
        "ip": group("any", "知识产权", leaf("invention_patents", "met", "declared"), status="met", basis="declared"),
        "system": group("any", "体系/标准/认证三选一", proven("management_system_certs"), status="met", basis="evidenced"),
        "incidents": leaf("safety_quality_env_incidents", "undetermined", material="须由主管部门、名录或平台数据核实"),
    } | changed  # fmt: skip
    return {
        "id": "p", "status": "undetermined",
        "conditions": group("all", "", group("any", "分类", *(nodes.pop(k) for k in "abc"), status="met"), *nodes.values(),
                            status="undetermined"),
        "vetoes": [{"key": "p#v", "text": "申报弄虚作假", "status": "undetermined", "counted": True}],
    }  # fmt: skip


def material(name, kind, state, **more):
    """A material of a policy."""
    words = {"missing": "缺", "expired": "已过期", "present": "已有", "wrong_year": "年份不符", "wrong_entity": "非本企业"}
    return {"name": name, "doc_type": kind, "doc_label": kind, "asked": "always", "state": state, "word": words[state],
            "reason": "", "pages": [], "years": [], "missing_years": [], "when": "", **more}  # fmt: skip


def text(*materials, **more):
    """A policy's plain data."""
    return {"id": "p", "name": "某项“认定”", "doc_no": "工信〔2021〕1号", "kind": "recognition", "materials": list(materials),
            "asks": {}, "evidence_types": {}, **more}  # fmt: skip


def paragraphs(path):
    """All texts of a DOCX, tables included, in order."""
    out = []
    for block in open_docx(str(path)).iter_inner_content():
        if hasattr(block, "rows"):
            out += [" | ".join(c.text for c in row.cells) for row in block.rows]
        else:
            out.append(block.text)
    return out


def write(result, texts, folder):
    """The four files, by name."""
    return {p.name: p for p in write_office_files(result, texts, folder)}


@pytest.fixture
def judged(result):
    """The package with every verdict, judged by the pre-screen."""
    return result.model_copy(update={"policies": (screen(),)})


# --- the tick list


def rows_of(result, folder, **changed):
    made = write(result.model_copy(update={"policies": (screen(**changed),)}), [text()], folder)
    lines = [line.split(" | ") for line in paragraphs(made["初核表.docx"]) if " | " in line]
    return {row[0]: row for row in lines if row[0] != "序号"}


def test_only_evidence_ticks(result, tmp_path):
    rows = rows_of(result, tmp_path)
    assert {k: row[2] for k, row in rows.items()} == {
        "a": "☑", "b": "☐", "c": "☐", "1": "待核", "2": "待核", "3": "☑", "4": "待核", "5": "☑", "6": "待核"
    }  # fmt: skip
    assert "第6页" in rows["3"][4]
    assert "企业填报，未经材料证实" in rows["1"][3]
    assert rows["4"][5]
    assert rows["1"][4] == ""


def test_a_persons_decision_ticks_with_name_and_day(result, tmp_path):
    decided = {"status": "met", "who": "李四", "when": "2021-05-07", "why": "已核查"}
    changed = {"incidents": leaf("safety_quality_env_incidents", "met", "person", decision=decided)}
    row = rows_of(result, tmp_path, **changed)["6"]
    assert row[2] == "☑"
    assert "李四 2021-05-07" in row[5]


def test_half_of_a_double_condition_is_not_enough(result, tmp_path):
    assert rows_of(result, tmp_path, rank=proven("market_rank_province"))["2"][2] == "待核"
    assert rows_of(result, tmp_path, rank=proven("market_rank_province", "not_met"))["2"][2] == "☐"


@pytest.mark.parametrize("basis", ["declared", "none"])
@pytest.mark.parametrize("status", ["met", "not_met"])
def test_a_declaration_neither_ticks_nor_clears(result, tmp_path, basis, status):
    assert rows_of(result, tmp_path, debt=leaf("debt_ratio", status, basis))["3"][2] == "待核"


def test_the_opinion_is_left_blank(judged, tmp_path):
    lines = paragraphs(write(judged, [text()], tmp_path)["初核表.docx"])
    assert any("□ 同意" in line and "□ 不同意" in line for line in lines)


def test_other_policies_get_every_condition_and_veto(result, tmp_path):
    veto = {"text": "近三年有事故", "status": "undetermined", "counted": True}
    policy = {"id": "q", "status": "undetermined", "vetoes": [veto],
              "conditions": group("all", "", proven("debt_ratio"), status="met", basis="evidenced")}  # fmt: skip
    made = write(result.model_copy(update={"policies": (policy,)}), [], tmp_path)
    lines = [line.split(" | ") for line in paragraphs(made["初核表.docx"]) if " | " in line]
    assert [row[2] for row in lines[1:]] == ["☑", "待核"]


# --- the summary sheet


def test_summary_rows_leave_unknown_cells_blank(judged, result, tmp_path):
    nameless = result.model_copy(update={"package": PackageInfo(name="=1+1", as_of="2021-05-06")})
    write_summary_sheet([judged, nameless], tmp_path / "s.xlsx", products={judged.package.enterprise: "数控机床"})
    rows = list(load_workbook(tmp_path / "s.xlsx")["推荐汇总表"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("序号", "企业名称", "主导产品名称（拟对外发布）", "是否省级专精特新", "所属分类（a/b/c）", "备注")
    assert rows[1][:5] == (1, judged.package.enterprise, "数控机床", None, "a")
    assert "省级专精特新待核" in rows[1][5]
    assert rows[2][:5] == (2, None, None, None, None)
    assert "所属分类未判定" in rows[2][5]


def test_class_and_title_only_when_proven(result, tmp_path):
    open_a = screen(a=group("all", "a", leaf("revenue", "met", "declared"), status="met", basis="declared"))
    title = {"conditions": proven("existing_title", actual={"text": "", "tags": ["省级专精特新中小企业"]}), "id": "t"}
    both = result.model_copy(update={"policies": (open_a, title)})
    write_summary_sheet([both], tmp_path / "s.xlsx")
    row = next(load_workbook(tmp_path / "s.xlsx").worksheets[0].iter_rows(min_row=4, values_only=True))
    assert row[3:5] == ("是", None)
    assert "尚不能排除 a 类" in row[5]


# --- the list of materials


def test_list_of_materials(judged, tmp_path):
    texts = [text(material("营业执照", "business_license", "present", pages=[{"file": 1, "page": p} for p in (1, 2)]),
                  material("=审计", "audit_report", "missing", years=[2019, 2020], reason="张三\x1b[31m"))]  # fmt: skip
    sheet = load_workbook(write(judged, texts, tmp_path)["材料清单.xlsx"]).worksheets[0]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert rows[0][5:7] == ("已有", "证书扫描.pdf 第1–2页")
    assert rows[1][1] == "=审计"
    assert sheet.cell(5, 2).data_type == "s"
    assert "\x1b" not in rows[1][7]


# --- the notice


def letter(result, texts, folder):
    return paragraphs(write(result, texts, folder)["补正通知.docx"])


def test_notice_asks_for_what_is_open_with_pages_and_nothing_else(judged, tmp_path):
    lines = letter(judged, [text(material("营业执照", "business_license", "present"))], tmp_path)
    whole = "\n".join(lines)
    assert lines[1] == "福建示例精密机械有限公司："
    assert "合同.pdf" in whole
    assert "第6页" in whole
    assert "营业执照" not in whole
    assert "8,123.45" not in whole
    assert not ACCUSING.search(whole)
    assert all(word in whole for word in ("联系人", "＿＿＿＿年＿＿月＿＿日", "单位名称、盖章"))
    numbers = [int(m[1]) for line in lines if (m := re.match(r"(\d+)\. ", line))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_document_is_asked_for_once(result):
    texts = [
        text(material("2019、2020年度审计报告", "audit_report", "missing", years=[2019, 2020], missing_years=[2019],
                      pages=[{"file": 0, "page": 1}])),
        text(material("近两年财务审计报告（赋码）", "audit_report", "missing", years=[2019, 2020], missing_years=[2019],
                      pages=[{"file": 0, "page": 1}])),
    ]  # fmt: skip
    items = requests(result, texts)
    assert len({i.title for i in items}) == len(items)
    asks = [a for i in items for a in i.asks if "2019年的部分" in a]
    assert len(asks) == 1


def test_open_conditions_are_asked_once_and_only_where_papers_settle_them(result):
    asks = {"p#market_rank_province": {"types": ["market_share_proof"], "provable": ["document"]},
            "p#main_revenue_ratio": {"types": ["audit_report"], "provable": ["derived"]},
            "p#safety_quality_env_incidents": {"types": ["credit_report"], "provable": ["external"]},
            "p#known": {"types": ["award_certificate"], "provable": ["manual"]}}  # fmt: skip
    clean_result = result.model_copy(update={"findings": (), "files": result.files[:3], "policies": (screen(), screen())})
    items = requests(clean_result, [text(asks=asks)])
    assert [i.title for i in items] == ["审计报告", "市场占有率证明"]
    assert all(len(i.asks) == 1 and i.asks[0].count("对应条件") == 1 for i in items)
    assert "已交的审计报告中没有找到" in items[0].asks[0]
    assert items[1].asks[0].startswith("请补充市场占有率证明")


def test_settled_branches_ask_for_nothing(result):
    inner = leaf("equity_financing", "undetermined", material="请提供合同（2020年股权融资）")
    policy = screen(c=group("all", "c", inner, proven("revenue", "not_met"), status="not_met"))
    asks = {"p#equity_financing": {"types": ["contract"], "provable": ["document"]}}
    items = requests(result.model_copy(update={"findings": (), "files": (), "policies": (policy,)}), [text(asks=asks)])
    assert items == []


def test_material_and_finding_about_the_same_paper_are_one_request(result):
    texts = [text(material("管理体系认证证书", "iso_certificate", "expired", reason="有效期至 2020-03-01",
                           pages=[{"file": 1, "page": 2}]))]  # fmt: skip
    (item,) = (i for i in requests(result, texts) if i.title == "管理体系认证证书")
    assert len(item.asks) == 1


def test_nothing_open(result, tmp_path):
    done = result.model_copy(update={"findings": result.findings[:1], "files": result.files[:3], "policies": ()})
    whole = "\n".join(letter(done, [text()], tmp_path))
    assert "未发现需要补正的事项" in whole
    assert "日前一次性提交" not in whole


def test_guesses_and_notes_for_reviewers_stay_in_the_office(result):
    reason = "审计报告 第6页为 451.23 万元，与申报值不一致，像是误用了他公司（甲 第2页）的数；"
    reason += "依据的内容识别把握只有 88%（须达到 95%），请人工核对"
    found = result.findings[1].model_copy(update={"reason": reason})
    (item,) = requests(result.model_copy(update={"findings": (found,), "files": result.files[:1]}), [])
    assert "与申报值不一致" in item.asks[0]
    assert not re.search("像是|识别把握|人工|他公司|须达到", item.asks[0])


# --- persons and hostile texts


def test_persons_are_masked(result, tmp_path):
    people = Field(value=["张三丰"], raw="", confidence=0.9)
    document = result.documents[1].model_copy(update={"fields": {"patentees": people}})
    claim = result.claims[3].model_copy(update={"subject": "张三丰", "co_subjects": ("张三丰机械有限公司",)})
    reason = "专利权人为张三丰和张三丰机械有限公司，身份证 350102199001011234，电话 13812345678"
    finding = result.findings[3].model_copy(update={"reason": reason})
    changed = result.model_copy(
        update={"documents": (document,), "claims": (claim,), "findings": (finding,), "files": result.files[:3]}
    )
    whole = "\n".join(letter(changed, [], tmp_path))
    assert "张**和张三丰机械有限公司" in whole
    assert "350102199001011234" not in whole
    assert "13812345678" not in whole


def test_masker_leaves_figures_alone(result):
    assert (
        Masker(result)("81,234,500.00 元，ZL201710601862.3，13812345678.90")
        == "81,234,500.00 元，ZL201710601862.3，13812345678.90"
    )


def test_hostile_texts(result, hostile_texts, tmp_path):
    for number, bad in enumerate(hostile_texts):
        at = Evidence(file=0, page=1, box=(0, 0, 1, 1), text=bad)
        claim = Claim(id="c1", metric="revenue", period="2020", value=1.0, unit="元", subject=bad, document="d1",
                      confidence=0.9, method="label", evidence=(at,))  # fmt: skip
        findings = (Finding(metric="revenue", period="2020", declared=DeclaredValue(value=bad, unit="万元"), claims=("c1",),
                            verdict=Verdict.UNSURE, confidence=0.5, reason=bad),)  # fmt: skip
        file = result.files[0].model_copy(update={"name": bad[:300] or "x"})
        package = result.package.model_copy(update={"enterprise": bad})
        nasty = result.model_copy(update={"files": (file,), "claims": (claim,), "findings": findings, "package": package,
                                          "policies": (screen(),)})  # fmt: skip
        folder = tmp_path / str(number)
        folder.mkdir()
        made = write(nasty, [text(material(bad or "x", "other", "missing", reason=bad))], folder)
        for path in made.values():
            if path.suffix == ".docx":
                assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", "".join(paragraphs(path)))
                continue
            for sheet in load_workbook(path):
                for row in sheet.iter_rows():
                    assert all(c.data_type in ("s", "n") for c in row)
