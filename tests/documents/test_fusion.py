"""Rules and the tagger together: what each may do to a field, and what it must never do."""

from __future__ import annotations

import logging

import pytest

from extractor.claims.doubts import LOW_CONFIDENCE, figure_doubts
from extractor.documents.fusion import DISPUTED_AT_MOST, FILLED, fused, with_doubted_rows
from extractor.documents.fusion_tags import FRONT_PAGES, Tagging, tagged_pages
from extractor.documents.split import read_documents, reread
from extractor.model import Evidence, Field, Page
from extractor.reports.labels import method_label
from tests.documents.certificate_layouts import COMPANY, INVENTION, NUMBER, UTILITY_OLD
from tests.documents.conftest import make_page
from tests.documents.fusion_stub import Says, tagging
from tests.documents.iso_layouts import BODY, CODE, LAYOUTS, H

ISO = "iso_certificate"
CLASSIC = LAYOUTS["classic"][0]


def read(page: Page, *said: tuple[str, str, float]) -> dict[str, Field]:
    """The fields of the one document on a page, with a tagger that says so."""
    (document,) = read_documents([page], tagging=tagging(*said) if said else None)
    return document.fields


def iso(*said: tuple[str, str, float], more: tuple = (), without: str = "") -> dict[str, Field]:
    """Of the classic certificate with further rows, or without those that hold a text."""
    rows = [r for r in CLASSIC if not without or without not in (r if isinstance(r, str) else r[0])]
    return read(make_page(*rows, *more), *said)


def field(value, confidence=0.98, text="", page=1) -> Field:
    place = Evidence(file=0, page=page, box=(0.1, 0.1, 0.2, 0.2), text=text or str(value))
    return Field(value=value, raw=str(value), confidence=confidence, evidence=(place,), method="label")


# --- agreement -------------------------------------------------------------


def test_agreement_is_told_by_the_method_and_changes_nothing_else():
    plain = iso()
    both = iso(("valid_until", "2025年03月07日", 0.99), ("holder", H, 0.7), ("uscc", CODE, 0.6))
    for key in ("valid_until", "holder", "uscc"):
        assert both[key].method == f"{plain[key].method}+tagger"
        assert both[key].model_copy(update={"method": plain[key].method}) == plain[key]
    assert both["issue_date"] == plain["issue_date"]


def test_other_spellings_of_the_same_agree():
    found = iso(("certificate_no", "20722 Q10234 R1M", 0.99), more=(("No: 20722 Q10234 R1M", 0.1, 0.9),))
    assert found["certificate_no"].method.endswith("+tagger")


def test_reports_say_in_words_how_a_value_was_found():
    assert method_label("label+tagger") == "按标签读取，字段模型一致"
    assert method_label("foot_date/tagger") == "落款日期，字段模型读法不同"
    assert method_label("tagger") == "字段模型"
    assert method_label("statement_row") == "报表行"
    assert method_label("new") == "new"


def test_a_hesitant_tag_confirms_nothing():
    assert iso(("valid_until", "2025年03月07日", 0.3)) == iso()


# --- disputes --------------------------------------------------------------

OTHER_DAY = ("下次监督审核 2024年05月06日 前", 0.1, 0.9)


def test_an_undecided_dispute_is_doubtful_and_names_both():
    found = iso(("valid_until", "2024年05月06日", 0.97), more=(OTHER_DAY,))["valid_until"]
    assert found.value == "2025-03-07"
    assert found.confidence == DISPUTED_AT_MOST
    assert found.method.endswith("/tagger")
    assert "2025-03-07" in found.note
    assert "2024-05-06" in found.note
    assert found.note.count("第1页") == 2


def test_a_low_confidence_tag_never_disturbs_a_rule():
    assert iso(("valid_until", "2024年05月06日", 0.89), more=(OTHER_DAY,)) == iso(more=(OTHER_DAY,))


def test_the_order_of_dates_decides_for_the_rule():
    found = iso(("valid_until", "2016年03月08日", 0.99))["valid_until"]
    plain = iso()["valid_until"]
    assert (found.value, found.confidence, found.method) == (plain.value, plain.confidence, plain.method)
    assert "未采用" in found.note


def test_the_check_digit_decides_for_the_tagger():
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    page = make_page(*CLASSIC, (CODE, 0.1, 0.9))
    fields = {"uscc": field(wrong)}
    said = tagging(("uscc", CODE, 0.99))
    # The classic page shows the right code first; the rule is given a wrong one.
    found = fused(ISO, fields, [page], said)["uscc"]
    assert found.value == CODE
    assert found.method == "tagger"
    assert wrong in found.note
    assert "校验位不符" in found.note


def test_the_check_digit_decides_for_the_rule():
    wrong = INVENTION[:-1] + ("0" if INVENTION[-1] != "0" else "1")
    page = make_page(*UTILITY_OLD, (wrong, 0.1, 0.9))
    found = read(page, ("patent_no", wrong, 0.99))["patent_no"]
    assert found.value == NUMBER
    assert found.confidence == read(page)["patent_no"].confidence


def test_less_sure_tags_do_not_replace_what_a_check_refutes():
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    found = fused(ISO, {"uscc": field(wrong)}, [make_page(*CLASSIC)], tagging(("uscc", CODE, 0.92)))["uscc"]
    assert found.value == wrong
    assert found.confidence <= DISPUTED_AT_MOST


@pytest.mark.parametrize("text", [H[2:], H + "北京分公司", "福州澜川精密机械有限公司（福建）"])
def test_a_part_of_a_name_is_no_contradiction(text):
    page = make_page(*CLASSIC, (text, 0.1, 0.9))
    assert read(page, ("holder", text, 0.99))["holder"].confidence == read(page)["holder"].confidence


def test_another_company_is_one():
    found = iso(("holder", COMPANY, 0.99), more=((COMPANY, 0.1, 0.9),))["holder"]
    assert found.value == H
    assert found.confidence == DISPUTED_AT_MOST
    assert COMPANY in found.note


def test_the_body_that_certifies_is_never_taken_for_the_holder():
    found = iso(("holder", BODY, 0.99))["holder"]
    assert found.value == H
    assert found.confidence > DISPUTED_AT_MOST


def test_a_tag_beside_one_that_agrees_is_no_dispute():
    said = (("valid_until", "2024年05月06日", 0.99), ("valid_until", "2025年03月07日", 0.95))
    assert iso(*said, more=(OTHER_DAY,))["valid_until"].method.endswith("+tagger")


def test_free_texts_are_not_compared():
    assert iso(("scope", "注册地址", 0.99)) == iso()


# --- filling in ------------------------------------------------------------

LONE = ("本证至 2025年03月07日 为止可用", 0.55, 0.58)


def test_what_the_rules_left_empty_is_filled():
    assert "uscc" not in iso(without=CODE)
    split = f"{CODE[:9]}|{CODE[9:]}"
    found = iso(("uscc", split, 0.99), more=((CODE[:9], 0.1, 0.9), (CODE[9:], 0.1, 0.93)), without=CODE)["uscc"]
    assert found.value == CODE
    assert found.method == "tagger"
    assert found.note == FILLED
    assert [e.text for e in found.evidence] == [CODE[:9], CODE[9:]]
    assert found.confidence == pytest.approx(0.99 * 0.99, abs=0.001)


def test_deciding_fields_take_more_confidence():
    page = make_page(("文件一", 0.1, 0.1), ("长期 2025年03月07日", 0.1, 0.2), ("生产齿轮", 0.1, 0.3))
    for confidence, there in ((0.96, False), (0.98, True)):
        found = fused(ISO, {}, [page], tagging(("valid_until", "2025年03月07日", confidence)))
        assert ("valid_until" in found) is there
    assert "scope" in fused(ISO, {}, [page], tagging(("scope", "生产齿轮", 0.91)))
    assert "scope" not in fused(ISO, {}, [page], tagging(("scope", "生产齿轮", 0.85)))


def test_a_label_without_a_readable_value_is_filled():
    page = make_page(("长期 2025年03月07日", 0.1, 0.2))
    unread = Field(value=None, raw="有效期至", confidence=0.0, method="label", note="无法辨认")
    found = fused(ISO, {"valid_until": unread}, [page], tagging(("valid_until", "2025年03月07日", 0.99)))["valid_until"]
    assert (found.value, found.method) == ("2025-03-07", "tagger")


def test_a_date_that_does_not_fit_the_others_is_not_filled_in():
    page = make_page(("长期 2015年03月07日", 0.1, 0.2))
    fields = {"issue_date": field("2022-03-01")}
    assert fused(ISO, fields, [page], tagging(("valid_until", "2015年03月07日", 0.99))) == fields


def test_a_number_whose_check_digit_is_wrong_is_not_filled_in():
    wrong = CODE[:9] + "000000000"
    page = make_page((wrong, 0.1, 0.2))
    assert fused(ISO, {}, [page], tagging(("uscc", wrong, 0.999))) == {}


@pytest.mark.parametrize(
    ("kind", "key", "text", "there"),
    [
        ("iso_certificate", "holder", "GR201832007151", False),
        ("iso_certificate", "holder", "传动轴的研发", False),
        ("iso_certificate", "holder", COMPANY, True),
        ("patent_certificate", "patentees", "2017年12月27日", False),
        ("patent_certificate", "patentees", "陈明远", True),
        ("patent_certificate", "patentees", f"{COMPANY};陈明远", True),
    ],
)
def test_only_names_are_filled_in_as_holders(kind, key, text, there):
    found = fused(kind, {}, [make_page((text, 0.1, 0.2))], tagging((key, text, 0.99)))
    assert (key in found) is there


def test_a_tagger_of_two_minds_fills_nothing():
    page = make_page(("2025年03月07日", 0.1, 0.2), ("2026年04月08日", 0.1, 0.3))
    said = (("valid_until", "2025年03月07日", 0.99), ("valid_until", "2026年04月08日", 0.98))
    assert fused(ISO, {}, [page], tagging(*said)) == {}


def test_holders_that_are_tagged_one_by_one_are_one_field():
    page = make_page((COMPANY, 0.1, 0.2), ("海州理工大学", 0.1, 0.3))
    said = (("patentees", COMPANY, 0.99), ("patentees", "海州理工大学", 0.98))
    found = fused("patent_certificate", {}, [page], tagging(*said))["patentees"]
    assert found.value == [COMPANY, "海州理工大学"]
    fields = {"patentees": field([COMPANY, "海州理工大学"])}
    assert fused("patent_certificate", fields, [page], tagging(*said))["patentees"].method == "label+tagger"


def test_a_holder_whom_the_rules_missed_makes_the_list_doubtful():
    page = make_page((COMPANY, 0.1, 0.2), ("海州理工大学", 0.1, 0.3), ("新型轴承", 0.1, 0.4))
    fields = {"patentees": field([COMPANY])}
    both = (("patentees", COMPANY, 0.99), ("patentees", "海州理工大学", 0.95))
    found = fused("patent_certificate", fields, [page], tagging(*both))["patentees"]
    assert found.value == [COMPANY]
    assert found.confidence == DISPUTED_AT_MOST
    assert "海州理工大学" in found.note
    odd = (("patentees", COMPANY, 0.99), ("patentees", "新型轴承", 0.99))
    assert fused("patent_certificate", fields, [page], tagging(*odd)) == fields
    hesitant = (("patentees", COMPANY, 0.99), ("patentees", "海州理工大学", 0.7))
    assert fused("patent_certificate", fields, [page], tagging(*hesitant)) == fields
    one = (("patentees", COMPANY, 0.99),)
    longer = {"patentees": field([COMPANY, "海州理工大学"])}
    assert fused("patent_certificate", longer, [page], tagging(*one)) == longer


def test_a_term_by_law_follows_from_a_filled_date():
    page = make_page(("2022年11月03日", 0.1, 0.2))
    found = fused("high_tech_certificate", {}, [page], tagging(("issue_date", "2022年11月03日", 0.99)))
    assert found["valid_until"].value == "2025-11-03"
    assert found["valid_until"].method == "tagger"


@pytest.mark.parametrize(
    ("kind", "key", "text"),
    [
        ("audit_report", "opinion", "无保留意见"),
        ("audit_report", "revenue", "1,234,567.89"),
        ("audit_report", "statement_unit", "单位：万元"),
        ("social_security_list", "persons", "张三"),
        ("social_security_list", "listed_persons", "12"),
        ("patent_certificate", "legal_status", "有效"),
        ("iso_certificate", "no_such_field", "文字"),
        ("application_form", "declarations", "文字"),
    ],
)
def test_what_rules_alone_may_say_is_never_made_of_tags(kind, key, text):
    page = make_page((text, 0.1, 0.2))
    assert fused(kind, {}, [page], tagging((key, text, 1.0))) == {}


# --- figures of statements ---------------------------------------------------


def figures() -> Field:
    own = {
        p: field(v, 0.99).model_copy(update={"method": "statement_row", "gate": "ok"}) for p, v in (("2021", 5.0), ("2020", 4.0))
    }
    return field({"2021": 5.0, "2020": 4.0}, 0.99).model_copy(update={"method": "statement_row", "gate": "ok", "periods": own})


@pytest.mark.parametrize(
    ("key", "ruled", "text", "doubted"),
    [
        ("entity", H, COMPANY, True),
        ("entity", H, H, False),
        ("fiscal_year", "2021", "2019年度", True),
        ("fiscal_year", "2021", "2021年12月31日", False),
        ("report_date", "2022-03-01", "2022年04月01日", False),
    ],
)
def test_figures_are_doubted_where_name_or_year_is_disputed(key, ruled, text, doubted):
    fields = {key: field(ruled), "revenue": figures()}
    found = fused("audit_report", fields, [make_page((text, 0.1, 0.2))], tagging((key, text, 0.99)))
    row = found["revenue"]
    assert row.value == fields["revenue"].value
    assert {p: f.value for p, f in row.periods.items()} == row.value
    assert (row == fields["revenue"]) is not doubted
    if doubted:
        assert figure_doubts(row.periods["2021"]) == [LOW_CONFIDENCE]
        assert "有不同读法" in row.periods["2021"].note
        assert with_doubted_rows("audit_report", found) == found


# --- papers and pages ------------------------------------------------------


def test_without_a_tagger_nothing_differs():
    page = make_page(*CLASSIC)
    assert read_documents([page]) == read_documents([page], tagging=None) == read_documents([page], tagging=tagging())


def test_a_paper_that_proves_nothing_is_not_even_asked_about():
    rows = [("证书状态：暂停", 0.1, 0.9), *CLASSIC]
    says = Says((("valid_until", "2025年03月07日", 0.99), ("holder", COMPANY, 0.99)))
    page = make_page(*rows, (COMPANY, 0.1, 0.95))
    (document,) = read_documents([page], tagging=Tagging(says))
    assert document.excluded
    assert says.asked == []
    assert (document,) == read_documents([page])


def test_a_mistake_in_fusion_leaves_the_rules_fields(caplog):
    class Broken:
        def tag(self, page):
            raise KeyError("秘密")

    page = make_page(*CLASSIC)
    with caplog.at_level(logging.ERROR):
        assert read_documents([page], tagging=Tagging(Broken())) == read_documents([page])
    assert "KeyError" in caplog.text
    assert "秘密" not in caplog.text


def test_pages_are_tagged_once_however_often_a_package_is_concluded():
    says = Says((("valid_until", "2025年03月07日", 0.99),))
    kept = Tagging(says)
    page = make_page(*CLASSIC)
    first = read_documents([page], tagging=kept)
    assert read_documents([page], tagging=kept) == first
    assert len(says.asked) == 1
    other = page.model_copy(update={"lines": page.lines[:-1]})
    read_documents([other], tagging=kept)
    assert len(says.asked) == 2


def test_pages_that_were_only_looked_at_and_spreadsheets_are_not_tagged():
    says = Says((("holder", H, 0.99),))
    for update in ({"deferred": True}, {"source": "sheet"}, {"source": "blank"}, {"lines": ()}):
        assert Tagging(says).tags(make_page(*CLASSIC).model_copy(update=update)) == ()
    assert says.asked == []


def test_of_long_papers_only_some_pages_are_tagged():
    pages = [make_page("正文", page=n) for n in range(1, 201)]
    assert [p.page for p in tagged_pages("audit_report", pages)] == list(range(1, FRONT_PAGES + 1))
    assert [p.page for p in tagged_pages("social_security_list", pages)] == [1, 2, 199, 200]
    assert tagged_pages("application_form", pages) == []


def test_what_the_tagger_said_stays_when_a_person_corrects_a_figure():
    page = make_page(*CLASSIC)
    (document,) = read_documents([page], tagging=tagging(("valid_until", "2025年03月07日", 0.99)))
    again = reread(document, [page])
    assert again is not None
    assert again.fields == document.fields


def test_the_reading_under_a_seal_stays_doubtful():
    page = make_page(("2025年03月07日", 0.1, 0.2))
    line = page.lines[0].model_copy(update={"alt": "2026年03月07日"})
    page = page.model_copy(update={"lines": (line,)})
    found = fused(ISO, {}, [page], tagging(("valid_until", "2025年03月07日", 0.99)))["valid_until"]
    assert found.confidence <= 0.6
