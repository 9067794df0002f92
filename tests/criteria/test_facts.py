"""What a declaration says and what a checked package proves."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from criteria_build import BOOK, said

from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import facts_from_declaration, parse_qualified, qualified
from extractor.criteria.facts_result import facts_from_result
from extractor.criteria.nodes import Quals
from extractor.criteria.tags import region_of_address, region_of_code, split_tags
from extractor.model import (
    Claim,
    Declaration,
    Declared,
    DeclaredValue,
    Document,
    Evidence,
    Field,
    FileInfo,
    Finding,
    PackageInfo,
    PageRef,
    Result,
    Summary,
    Verdict,
)

OWN, CODE = "福建闽江精密机械股份有限公司", "91350100M000100Y43"
BATCH3 = BOOK.get("cn-2021-little-giant-batch3")
PLACE = Evidence(file=0, page=6, box=(0.1, 0.2, 0.4, 0.22), text="50,000,000.00")


def declaration(*rows):
    """Declared rows ``(metric, period, value, unit)``."""
    made = tuple(Declared(metric=m, period=p, value=v, unit=u) for m, p, v, u in rows)
    return Declaration(name=OWN, uscc=CODE, as_of="2021-05-06", declared=made)


def claim(cid, metric, period, value, **more):
    """A sure own claim."""
    made = {"unit": "元", "subject": OWN, "document": "d1", "confidence": 0.97, "method": "statement_row", "evidence": (PLACE,)}
    return Claim(**{"id": cid, "metric": metric, "period": period, "value": value, **made, **more})


def paper(cid, metric, key, **more):
    """A counted certificate in force."""
    made = {"unit": "项", "method": "certificate", "key": key, "valid_from": "2019-03-01", "valid_until": "2035-01-01"}
    return claim(cid, metric, "now", 1, **{**made, "document": f"d_{cid}", **more})


def finding(metric, period, verdict, claims=(), value=5000, unit="万元", evidenced=None, confidence=0.97):
    """A finding."""
    return Finding(
        metric=metric,
        period=period,
        declared=DeclaredValue(value=value, unit=unit),
        verdict=verdict,
        claims=tuple(claims),
        confidence=confidence,
        reason="理由",
        evidenced=evidenced,
    )


def result(claims=(), findings=(), documents=()):
    """A package's result."""
    summary = Summary(verdict="review", findings={}, pages=1, pages_ocr=0, seconds=1)
    known = {d.id for d in documents}
    more = [document(c.document, "audit_report") for c in claims if c.document not in known]
    return Result(
        package=PackageInfo(name="p", as_of="2021-05-06"),
        files=(FileInfo(name="a.pdf", sha256="0", media_type="x", pages=9),),
        documents=(*documents, *{d.id: d for d in more}.values()),
        claims=tuple(claims),
        findings=tuple(findings),
        summary=summary,
    )


def document(did, kind, title="", **fields):
    """A document with sure fields."""
    made = {k: Field(value=v, raw=str(v), confidence=0.98, evidence=(PLACE,)) for k, v in fields.items()}
    return Document(id=did, type=kind, confidence=0.98, title=title, pages=(PageRef(file=0, page=1),), fields=made)


def made(claims=(), findings=(), documents=(), rows=(), **more):
    """The facts of a package."""
    return facts_from_result(result(claims, findings, documents), declaration(*rows), BOOK.metrics, **more)


def value(facts, metric, at="2020"):
    """The evidenced value, or None."""
    found = facts.evidenced.get((metric, at), [])
    return found[0].value if found else None


# --- declarations


@pytest.mark.parametrize(
    ("row", "value", "unit"),
    [
        (("revenue", 2020, 8123.45, "万元"), Fraction("8123.45"), "万元"),
        (("revenue", 2020, 81234500, "元"), Fraction("8123.45"), "万元"),
        (("revenue", 2020, 0.5, "亿元"), Fraction(5000), "万元"),
        (("revenue", 2020, 0.1, "万元"), Fraction(1, 10), "万元"),
        (("valuation", "now", 60000, "万美元"), Fraction(60000), "万美元"),
        (("debt_ratio", 2020, 70, "%"), Fraction(70), "%"),
        (("debt_ratio", 2020, 0.7, "小数"), Fraction(70), "%"),
        (("invention_patents", "now", 3, "项"), Fraction(3), "项"),
        (("independent_legal_person", "now", "是", ""), True, "flag"),
        (("above_scale", "now", 0, ""), False, "flag"),
        (("registration_date", "now", "2012年3月1日", ""), "2012-03-01", "date"),
        (("region_tag", "now", "福建、三明", ""), frozenset({"福建", "三明"}), "tag"),
        (("industry_tag", "now", "电力、热力、燃气及水生产和供应业", ""), frozenset({"电力、热力、燃气及水生产和供应业"}), "tag"),
        (("rd_institution_grade", "now", "B", ""), frozenset({"B"}), "级"),
        (("digital_level", "now", 3, "级"), Fraction(3), "级"),
        (("employees", "2020-12", 120, "人"), Fraction(120), "人"),
    ],
)
def test_declared_values(row, value, unit):
    found = said(*row)
    assert (found.value, found.unit, found.basis) == (value, unit, "declared")


@pytest.mark.parametrize(
    "row", [("turnover", 2020, 1), ("revenue", 2020, "很多"), ("above_scale", "now", "也许"), ("revenue", 2020, 5, "斤")]
)
def test_what_cannot_be_understood_is_left_out(row):
    assert said(*row) is None


def test_qualified_names_read_back():
    for quals in (
        Quals(),
        Quals(levels=("国家级", "省级")),
        Quals(levels=("国家级",), scope="获奖单位排名前三"),
        Quals(systems=("quality",)),
    ):
        assert parse_qualified(qualified("science_awards", quals)) == ("science_awards", quals)


def test_tags_with_commas_inside():
    known = BOOK.metrics["existing_title"].values
    text = "国家级专精特新小巨人，山西省专精特新中小企业（2017-2020年度）；科技型中小企业"
    assert split_tags(text, known) == {"国家级专精特新小巨人", "山西省专精特新中小企业（2017-2020年度）", "科技型中小企业"}


def test_narrowed_counts_bound_one_another():
    leaf_text = "豁免：近三年省部级以上科技奖励前三"

    def status(*rows):
        facts = facts_from_declaration(declaration(*rows), BOOK.metrics)
        answer = evaluate(BOOK.get("cn-2026-zjtx"), facts, BOOK, self_test=True)
        return next(a.status for a in answer.conditions.walk() if a.text == leaf_text)

    assert status(("science_awards", "last_3_years_sum", 0, "项")) == "not_met"
    assert status(("science_awards", "last_3_years_sum", 2, "项")) == "undetermined"
    exact = "science_awards[levels=国家级,省级][scope=获奖单位排名前三]"
    assert status((exact, "last_3_years_sum", 1, "项")) == "met"
    narrower = "science_awards[levels=国家级][scope=获奖单位排名前三]"
    assert status((narrower, "last_3_years_sum", 1, "项")) == "met"
    assert status((narrower, "last_3_years_sum", 0, "项")) == "undetermined"


# --- packages


def test_supported_gives_the_exact_evidence():
    claims = [claim("c1", "revenue", "2020", 49_999_999.99)]
    facts = made(
        claims,
        [finding("revenue", "2020", Verdict.SUPPORTED, ["c1"], evidenced=5000.0)],
        rows=[("revenue", "2020", 5000, "万元")],
    )
    assert value(facts, "revenue") == Fraction("4999.999999")
    answer = evaluate(BATCH3, facts, BOOK)
    b = next(a for a in answer.conditions.walk() if a.text.startswith("b类"))
    assert (b.status, b.basis, b.findings, b.claims, b.evidence) == ("not_met", "evidenced", (0,), ("c1",), (PLACE,))
    assert b.actual.text == "4,999.999999 万元"


def test_contradicted_gives_what_the_paper_shows():
    facts = made(
        [claim("c1", "revenue", "2020", 48_000_000.0)],
        [finding("revenue", "2020", Verdict.CONTRADICTED, ["c1"], evidenced=4800.0)],
    )
    assert value(facts, "revenue") == 4800
    assert facts.remarks["revenue", "2020"][0].verdict == "contradicted"


@pytest.mark.parametrize("verdict", [Verdict.UNSURE, Verdict.MISSING, Verdict.EXPIRED, Verdict.WRONG_ENTITY])
def test_other_verdicts_prove_nothing(verdict):
    rows = [("revenue", "2020", 5000, "万元")]
    facts = made(
        [claim("c1", "revenue", "2020", 50_000_000.0)], [finding("revenue", "2020", verdict, ["c1"], evidenced=5000.0)], rows=rows
    )
    assert value(facts, "revenue") is None
    answer = evaluate(BATCH3, facts, BOOK)
    b = next(a for a in answer.conditions.walk() if a.text.startswith("b类"))
    assert (b.status, b.declared_met, b.basis, b.findings) == ("undetermined", True, "declared", (0,))
    assert b.remarks[0].reason == "理由"
    assert b.material.startswith("请提供审计报告")


def test_a_sure_claim_without_declared_figure_counts():
    assert value(made([claim("c1", "revenue", "2019", 50_000_000.0)]), "revenue", "2019") == 5000


@pytest.mark.parametrize(
    "change",
    [
        {"doubt": "未经审计"},
        {"gate": "failed"},
        {"confidence": 0.5},
        {"subject": "江西赣水阀门制造有限公司", "subject_id": None},
        {"subject_id": "91440300MA5ABCDE5X"},
        {"value": None},
        {"scope": "parent"},
    ],
)
def test_doubtful_claims_do_not(change):
    claims = [claim("c1", "revenue", "2019", 50_000_000.0).model_copy(update=change)]
    if change == {"scope": "parent"}:
        claims.append(claim("c2", "net_profit", "2019", 1.0, scope="consolidated"))
    assert value(made(claims), "revenue", "2019") is None


def test_threshold_of_calibration():
    claims = [claim("c1", "revenue", "2019", 50_000_000.0, confidence=0.93)]
    assert value(made(claims, supported_at=0.95), "revenue", "2019") is None
    assert value(made(claims, supported_at=0.93), "revenue", "2019") == 5000


@pytest.mark.parametrize(
    "more",
    [
        {"document": "d2"},
        {"document": "d2", "subject": "福建闽江精密械股份有限公司"},
        {"document": "d2", "subject": ""},
        {"document": "d2", "doubt": "识别不够清晰"},
        {"document": "d2", "period": "unknown"},
    ],
)
def test_papers_that_disagree_prove_nothing(more):
    claims = [claim("c1", "revenue", "2019", 50_000_000.0), claim("c2", "revenue", "2019", 51_000_000.0).model_copy(update=more)]
    assert value(made(claims), "revenue", "2019") is None


def test_consolidated_decides_over_the_parent():
    claims = [
        claim("c1", "revenue", "2019", 6e7, scope="consolidated"),
        claim("c2", "revenue", "2019", 5e7, scope="parent", doubt="x"),
    ]
    assert value(made(claims), "revenue", "2019") == 6000


def test_tax_return_alone_where_the_report_was_not_read():
    claims = [claim("c1", "revenue", "2019", 5e7, document="t"), claim("c2", "net_profit", "2019", 5e6)]
    assert value(made(claims, documents=[document("t", "tax_return")]), "revenue", "2019") is None


def test_counts_without_declared_number_are_lower_bounds():
    claims = [
        paper("c1", "invention_patents", "ZL1"),
        paper("c2", "invention_patents", "ZL1"),
        paper("c3", "invention_patents", "ZL2"),
    ]
    claims += [
        paper("c4", "invention_patents", "ZL3", valid_until="2021-05-05"),
        paper("c5", "invention_patents", "ZL4", doubt="号码校验位不符"),
    ]
    facts = made(claims)
    assert value(facts, "invention_patents", "now") == 2
    answer = evaluate(BATCH3, facts, BOOK)
    leaf = next(a for a in answer.conditions.walk() if a.metric == "invention_patents+ic_layout_designs")
    assert (leaf.status, leaf.actual.text) == ("met", "至少 2 项")
    few = evaluate(BATCH3, made(claims[:1]), BOOK)
    leaf = next(a for a in few.conditions.walk() if a.metric == "invention_patents+ic_layout_designs")
    assert (leaf.status, leaf.gap.text) == ("undetermined", "还差 1 项")


def test_a_notice_of_lapse_leaves_counts_to_the_findings():
    claims = [paper("c1", "invention_patents", "ZL1")]
    assert value(made(claims, documents=[document("n", "other", title="专利权终止通知书")]), "invention_patents", "now") is None


def test_certificates_by_system_and_year():
    claims = [
        paper("c1", "management_system_certs", "Q1", document="q"),
        paper("c2", "management_system_certs", "E1", document="e"),
    ]
    docs = [document("q", "iso_certificate", system="quality"), document("e", "iso_certificate", system="environment")]
    answer = evaluate(BOOK.get("cn-fujian-2021-zjtx"), made(claims, documents=docs), BOOK)
    assert next(a.status for a in answer.conditions.walk() if a.text == "质量管理体系认证≥1项") == "met"
    answer = evaluate(BOOK.get("cn-fujian-2021-zjtx"), made(claims[1:], documents=docs), BOOK)
    assert next(a.status for a in answer.conditions.walk() if a.text == "质量管理体系认证≥1项") == "undetermined"


def test_the_licence_says_where_and_what():
    licence = document(
        "l", "business_license", name=OWN, uscc=CODE, address="福建省三明市三元区某路1号", entity_type="股份有限公司(非上市)"
    )
    facts = made(documents=[licence])
    assert {"福建", "三明"} <= value(facts, "region_tag", "now")
    assert value(facts, "independent_legal_person", "now") is True
    branch = document("l", "business_license", name=OWN, uscc=CODE, address="某路1号", entity_type="有限责任公司分公司")
    facts = made(documents=[branch])
    assert value(facts, "region_tag", "now") is None
    assert value(facts, "independent_legal_person", "now") is None
    other = document(
        "l",
        "business_license",
        name="江西赣水阀门制造有限公司",
        uscc="91440300MA5ABCDE5X",
        address="江西省南昌市",
        entity_type="有限责任公司",
    )
    assert value(made(documents=[other]), "region_tag", "now") is None


@pytest.mark.parametrize(
    ("address", "regions"),
    [
        ("福建省三明市沙县区", {"福建", "三明"}),
        ("厦门市火炬高新区", {"厦门"}),
        ("广西壮族自治区南宁市", {"广西"}),
        ("新疆维吾尔自治区", {"新疆"}),
        ("广东省深圳市南山区", {"广东", "深圳"}),
        ("上海市浦东新区福建路", {"上海"}),
        ("三元区某路", set()),
    ],
)
def test_regions_of_addresses(address, regions):
    assert region_of_address(address) == regions


def test_regions_of_codes():
    assert region_of_code("91350400MA2XXXXXXX") == {"福建", "三明"}
    assert region_of_code("91360100MA2XXXXXXX") == {"江西"}


def test_money_is_exact_at_the_bound():
    facts = facts_from_declaration(declaration(("revenue", "2020", 0.1 + 0.2, "亿元")), BOOK.metrics)
    assert facts.declared["revenue", "2020"][0].value == Fraction(Decimal(repr(0.1 + 0.2))) * 10000
    assert facts.as_of == date(2021, 5, 6)
