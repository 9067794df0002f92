"""Materials of a policy against papers built by hand: every state, and what must not be called present."""

from __future__ import annotations

import pytest

from extractor.criteria.completeness import completeness, policy_text
from extractor.criteria.load import load_policies
from extractor.criteria.nodes import Material, Policy
from extractor.model import (
    Claim,
    Declaration,
    Declared,
    DeclaredValue,
    Document,
    Field,
    FileInfo,
    Finding,
    PackageInfo,
    PageRef,
    Result,
    Summary,
    Verdict,
)

OWN, OTHER, CODE = "福建闽江精密机械股份有限公司", "厦门他人科技有限公司", "91350100M000100Y43"
BOOK = load_policies()
HOLDER = {"audit_report": "entity", "patent_certificate": "patentees", "iso_certificate": "holder", "tax_return": "entity",
          "social_security_list": "organization", "business_license": "name", "trademark_certificate": "owner",
          "financial_statements": "entity", "rd_audit_report": "entity", "high_tech_certificate": "holder",
          "software_copyright": "owners"}  # fmt: skip


def paper(number, kind, owner=OWN, /, *, excluded=None, title="", confidence=0.99, sure=0.97, **values):
    fields = {k: Field(value=v, raw=str(v), confidence=0.97) for k, v in values.items()}
    if kind in HOLDER and owner is not None:
        fields[HOLDER[kind]] = Field(value=owner, raw=str(owner), confidence=sure)
    if kind == "audit_report":
        fields.setdefault("opinion", Field(value="unqualified", raw="", confidence=0.97))
    pages = (PageRef(file=0, page=number),)
    return Document(id=f"d{number}", type=kind, confidence=confidence, title=title, pages=pages, fields=fields, excluded=excluded)


def term(number, metric, start="2019-01-01", end="2029-01-01", **more):
    fields = {"id": f"c{number}", "metric": metric, "period": "now", "value": 1, "unit": "项", "subject": OWN,
              "document": f"d{number}", "confidence": 0.97, "method": "certificate", "key": f"K{number}",
              "valid_from": start, "valid_until": end}  # fmt: skip
    return Claim.model_validate(fields | more)


def result(*documents, claims=(), declared=(), error=None, day="2021-05-06"):
    findings = tuple(
        Finding(metric=m, period="now", declared=DeclaredValue(value=v, unit="项"), verdict=Verdict.SUPPORTED,
                confidence=0.9, reason="")
        for m, v in declared
    )  # fmt: skip
    files = [FileInfo(name="扫描.pdf", sha256="0", media_type="application/pdf", pages=60)]
    if error:
        files.append(FileInfo(name="合同.pdf", sha256="1", media_type="application/pdf", pages=0, error=error))
    return Result(
        package=PackageInfo(name="p", as_of=day, enterprise=OWN, uscc=CODE), files=tuple(files), documents=documents,
        claims=tuple(claims), findings=findings, summary=Summary(verdict="review", findings={}, pages=1, pages_ocr=0, seconds=1),
    )  # fmt: skip


def one(name, kind, package, *, required=True, years=(), when="", declaration=None):
    material = Material(name, kind, required, tuple(years), when)
    base = BOOK.get("cn-2021-little-giant-batch3")
    policy = Policy(base.id, base.name, base.jurisdiction, base.tier, base.kind, base.conditions, base.file, base.source,
                    materials=(material,))  # fmt: skip
    (answer,) = completeness(policy, package, declaration)
    return answer


def state(*args, **kwargs):
    return one(*args, **kwargs).state


# --- years


@pytest.mark.parametrize(
    ("years", "expected", "lacking"),
    [((2019, 2020), "present", ()), ((2020,), "missing", (2019,)), ((2018, 2021), "wrong_year", (2019, 2020)),
     ((), "missing", (2019, 2020))],
)  # fmt: skip
def test_reports_of_each_year(years, expected, lacking):
    package = result(*(paper(n, "audit_report", fiscal_year=str(y)) for n, y in enumerate(years, 1)))
    answer = one("2019、2020年度审计报告", "audit_report", package, years=(2019, 2020))
    assert (answer.state, answer.missing_years) == (expected, lacking)


def test_the_prior_years_column_is_no_report_of_that_year():
    revenue = {"2020": 2.0, "2019": 1.0}
    package = result(paper(1, "audit_report", fiscal_year="2020", revenue=revenue))
    assert one("审计报告", "audit_report", package, years=(2019, 2020)).missing_years == (2019,)


def test_a_report_whose_year_was_not_read_is_left_to_a_person():
    assert state("审计报告", "audit_report", result(paper(1, "audit_report")), years=(2020,)) == "review"


@pytest.mark.parametrize(
    ("name", "years"),
    [("近两年审计报告", (2019, 2020)), ("上年度审计报告", (2020,)), ("上一年度审计报告", (2020,)),
     ("2018—2020审计报告", (2018, 2019, 2020)), ("2019、2020年审计报告", (2019, 2020)), ("近三年完税证明", (2018, 2019, 2020)),
     ("经审计的前两年度会计报表和审计报告", (2019, 2020)), ("审计报告", ())],
)  # fmt: skip
def test_years_in_a_name(name, years):
    assert one(name, "audit_report", result()).years == years


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("2020-12", "2020-12", "present"), ("2020-01", "2020-12", "present"), ("2020-01", "2020-11", "wrong_year"),
     ("2021-01", "2021-04", "wrong_year"), ("2020", "2020", "wrong_year")],
)  # fmt: skip
def test_december_of_a_list(first, last, expected):
    package = result(paper(1, "social_security_list", period_from=first, period_to=last))
    assert state("2020年12月社保缴费人数证明", "social_security_list", package, years=(2020,)) == expected


# --- whose


@pytest.mark.parametrize(
    ("owner", "sure", "expected"),
    [(OWN, 0.97, "present"), (OTHER, 0.97, "wrong_entity"), (OTHER, 0.5, "review"), (None, 0.97, "review"),
     ("福建闽江精密机诫股份有限公司", 0.97, "review"), ([OTHER, OWN], 0.97, "present"), (["Minjiang Ltd"], 0.97, "review")],
)  # fmt: skip
def test_whose_certificate(owner, sure, expected):
    package = result(paper(1, "patent_certificate", owner, sure=sure), claims=[term(1, "invention_patents")])
    assert state("专利证书", "patent_certificate", package) == expected


def test_a_former_name_is_the_enterprise_and_another_code_is_a_question():
    old = "福州闽江机械厂"
    package = result(paper(1, "business_license", old))
    declaration = Declaration(name=OWN, uscc=CODE, former_names=(old,), as_of="2021-05-06")
    assert state("营业执照", "business_license", package) == "wrong_entity"
    assert state("营业执照", "business_license", package, declaration=declaration) == "present"
    coded = result(paper(1, "business_license", uscc="91350200M000100Y99"))
    assert state("营业执照", "business_license", coded) == "review"


# --- in force


@pytest.mark.parametrize(
    ("start", "end", "doubt", "expected"),
    [("2019-01-01", "2021-05-06", None, "present"), ("2019-01-01", "2021-05-05", None, "expired"),
     ("2021-05-07", "2024-01-01", None, "missing"), ("2019-01-01", "2021-05-05", "有效期未识别", "review"),
     ("2019-01-01", None, None, "present")],
)  # fmt: skip
def test_the_term_at_the_day(start, end, doubt, expected):
    claims = [term(1, "management_system_certs", start, end, doubt=doubt)]
    assert state("管理体系认证证书", "iso_certificate", result(paper(1, "iso_certificate"), claims=claims)) == expected


def test_a_notice_ends_the_certificate_it_names_and_an_unclear_one_asks():
    mine = paper(1, "trademark_certificate", registration_no="1234567")
    claims = [term(1, "trademarks")]
    notice = paper(2, "other", title="商标注销公告", registration_no="1234567")
    unclear = paper(2, "other", title="商标注销公告")
    contract = paper(2, "other", title="解除劳动合同终止通知")
    assert state("商标注册证", "trademark_certificate", result(mine, notice, claims=claims)) == "expired"
    assert state("商标注册证", "trademark_certificate", result(mine, unclear, claims=claims)) == "review"
    assert state("商标注册证", "trademark_certificate", result(mine, contract, claims=claims)) == "present"


def test_papers_that_prove_nothing_are_not_there():
    package = result(paper(1, "patent_certificate", excluded="受理通知书"))
    answer = one("专利证书", "patent_certificate", package)
    assert answer.state == "missing"
    assert "不作为证据" in answer.reason


@pytest.mark.parametrize(("opinion", "expected"), [("unqualified", "present"), ("qualified", "present"), ("adverse", "review"),
                                                   ("disclaimer", "review"), (None, "review")])  # fmt: skip
def test_opinions(opinion, expected):
    package = result(paper(1, "audit_report", fiscal_year="2020", opinion=opinion))
    assert state("审计报告", "audit_report", package, years=(2020,)) == expected


# --- what a name asks for


@pytest.mark.parametrize(
    ("name", "expected"),
    [("2020年度审计报告", "missing"), ("2020年度财务报表", "present"), ("2020年审计报告或法人签章财报", "present"),
     ("2020年度财务报表（可未审计）", "present"), ("2020年度经审计财务报表", "missing")],
)  # fmt: skip
def test_unaudited_statements(name, expected):
    package = result(paper(1, "financial_statements", fiscal_year="2020"))
    assert state(name, "audit_report", package) == expected


@pytest.mark.parametrize(
    ("name", "kind", "system", "expected"),
    [("质量管理体系认证证书", "iso_certificate", "quality", "present"),
     ("质量管理体系认证证书", "iso_certificate", "environment", "missing"),
     ("环境体系认证证书", "iso_certificate", "environment", "present"),
     ("管理体系认证证书", "iso_certificate", "ip", "present"),
     ("质量管理体系认证证书", "iso_certificate", None, "review"),
     ("管理体系认证一览表及证书", "iso_certificate", "quality", "review"),
     ("管理体系认证证书、注册商标证", "iso_certificate", "quality", "review"),
     ("管理体系认证证书或注册商标证", "iso_certificate", "quality", "present")],
)  # fmt: skip
def test_names_that_ask_for_more(name, kind, system, expected):
    package = result(paper(1, kind, system=system), claims=[term(1, "management_system_certs")])
    assert state(name, kind, package) == expected


def test_a_utility_model_is_no_invention():
    package = result(paper(1, "patent_certificate", kind="utility"), claims=[term(1, "utility_patents")])
    assert state("发明专利证书", "patent_certificate", package) == "missing"
    assert state("专利证书", "patent_certificate", package) == "present"
    assert state("Ⅰ类知识产权证书", "patent_certificate", package) == "review"


def test_a_tax_return_is_not_any_tax_certificate():
    package = result(paper(1, "tax_return", fiscal_year="2020"))
    assert state("2020年企业所得税纳税申报表", "tax_return", package) == "present"
    assert state("2020年完税证明", "tax_return", package) == "review"


# --- when it is required


@pytest.mark.parametrize(
    ("declared", "expected"),
    [((("trademarks", 1),), "missing"), ((("trademarks", 0),), "not_claimed"), ((), "not_claimed"),
     ((("invention_patents", 3),), "not_claimed")],
)  # fmt: skip
def test_only_what_is_claimed(declared, expected):
    package = result(declared=declared)
    assert state("注册商标证", "trademark_certificate", package, required=False, when="与填报对应") == expected


def test_claims_of_the_declaration_count_without_findings():
    declaration = Declaration(name=OWN, as_of="2021-05-06", declared=(Declared(metric="trademarks", period="now", value=2),))
    answer = one("商标证", "trademark_certificate", result(), required=False, when="与填报对应", declaration=declaration)
    assert (answer.asked, answer.state) == ("claimed", "missing")


def test_optional_and_unclear_cases_are_not_missing():
    assert state("专利证书", "patent_certificate", result(), required=False) == "optional"
    answer = one("出口佐证", "contract", result(), required=False, when="有出口")
    assert answer.state == "review"
    assert "有出口" in answer.reason


def test_an_unread_file_may_hold_it():
    answer = one("营业执照", "business_license", result(error="文件有打开密码。"))
    assert answer.state == "review"
    assert "合同.pdf" in answer.reason


def test_types_that_are_not_read_are_never_called_present():
    package = result(paper(1, "contract", title="销售合同"), paper(2, "other", title="说明"))
    for name, kind in (("销售合同", "contract"), ("信用报告", "credit_report"), ("承诺书", "other"), ("申请书", "other")):
        assert state(name, kind, package) == "review"
    assert state("承诺书", "other", result()) == "missing"


def test_nothing_is_present_in_an_empty_package_for_any_policy():
    empty = result()
    for policy in BOOK.policies.values():
        assert all(a.state != "present" for a in completeness(policy, empty)), policy.id


def test_plain_data():
    package = result(paper(3, "business_license", uscc=CODE), declared=(("invention_patents", 2),))
    text = policy_text(BOOK.get("cn-2021-little-giant-batch3"), BOOK, package)
    licence = next(m for m in text["materials"] if m["doc_type"] == "business_license")
    assert licence["word"] == "已有"
    assert licence["pages"] == [{"file": 0, "page": 3}]
    assert text["evidence_types"] == {"invention_patents": ["patent_certificate"]}
    assert any(ask["types"] == ["market_share_proof"] for ask in text["asks"].values())
