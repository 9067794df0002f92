"""Counted papers: every sentence of "Counts" and "Certificates' dates" in the contract."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from claims_build import (
    AS_OF,
    OTHER,
    OTHER_USCC,
    OWN,
    OWN_USCC,
    count,
    document,
    field,
    figure,
    high_tech,
    iso,
    patent,
    patent_no,
    verdict,
    verify,
)

PATENTS = "invention_patents"


def three(**more):
    """Three own inventions."""
    return [patent(patent_no(i), id=f"p{i}", **more) for i in (1, 2, 3)]


@pytest.mark.parametrize("period", ["last_3_years_sum", "since_2019", "cumulative", "last_2_years_each"])
def test_a_number_for_several_years_is_left_to_a_person(period):
    declared = count(PATENTS, 1).model_copy(update={"period": period})
    assert verify(three(), declared)[0].verdict == "unsure"
    assert verify([], declared)[0].verdict == "missing"


def test_declared_equals_the_count():
    found = verify(three(), count(PATENTS, 3))[0]
    assert found.verdict == "supported"
    assert found.evidenced == 3
    assert patent_no(2) in found.reason


def test_declared_below_the_count_is_supported_saying_so():
    found = verify(three(), count(PATENTS, 2))[0]
    assert found.verdict == "supported"
    assert "多于申报的 2 项" in found.reason


def test_declared_above_the_count_lists_what_did_not_count():
    papers = [
        *three(),
        patent(patent_no(9), owners=(OTHER,), id="p9"),
        patent(patent_no(8), granted="2021-06-01", id="p8"),
    ]
    found = verify(papers, count(PATENTS, 5))[0]
    assert found.verdict == "contradicted"
    assert OTHER in found.reason
    assert "2021-06-01" in found.reason


def test_a_number_counts_once():
    papers = [*three(), patent(patent_no(1), id="copy")]
    assert verdict(papers, count(PATENTS, 4)) == "contradicted"
    assert verdict(papers, count(PATENTS, 3)) == "supported"


def test_co_owners_count():
    assert verdict([patent(owners=(OTHER, OWN))], count(PATENTS, 1)) == "supported"


def test_only_others_is_wrong_entity():
    found = verify([patent(owners=(OTHER,))], count(PATENTS, 1))[0]
    assert found.verdict == "wrong_entity"
    assert OTHER in found.reason


def test_none_at_all_is_missing_and_zero_declared_is_supported():
    assert verdict([], count(PATENTS, 1)) == "missing"
    assert verdict([], count(PATENTS, 0)) == "supported"


def test_a_notice_of_acceptance_does_not_count():
    found = verify([patent(excluded="《专利申请受理通知书》只说明申请已被受理")], count(PATENTS, 1))[0]
    assert found.verdict == "missing"
    assert "受理通知书" in found.reason


@pytest.mark.parametrize(
    ("kind", "digit", "filed", "last"),
    [
        ("invention", 1, "2000-05-07", "2020-05-06"),
        ("utility", 2, "2010-05-07", "2020-05-06"),
        ("design", 3, "2010-05-07", "2020-05-06"),
        ("design", 3, "2021-05-31", "2031-05-30"),
        ("design", 3, "2021-06-01", "2036-05-31"),
        ("invention", 8, "2004-02-29", "2024-02-28"),
    ],
)
def test_terms_run_from_the_filing_date_last_day_included(kind, digit, filed, last):
    number = patent_no(7, year=int(filed[:4]), kind=digit)
    granted = (date.fromisoformat(filed) + timedelta(days=300)).isoformat()
    paper = patent(number, kind=kind, filed=filed, granted=granted)
    end = date.fromisoformat(last)
    wanted = count(f"{kind}_patents", 1)
    assert verdict([paper], wanted, as_of=end.isoformat()) == "supported"
    assert verdict([paper], wanted, as_of=(end + timedelta(days=1)).isoformat()) == "expired"


@pytest.mark.parametrize(("day", "expected"), [("2020-02-10", "expired"), ("2020-02-11", "supported")])
def test_granted_on_or_before_as_of(day, expected):
    assert verdict([patent()], count(PATENTS, 1), as_of=day) == expected


def test_kind_by_number_where_not_printed():
    assert verdict([patent(patent_no(5, kind=2), kind=None)], count("utility_patents", 1)) == "supported"


def test_kind_that_contradicts_the_number_is_doubtful():
    assert verdict([patent(patent_no(5, kind=2))], count(PATENTS, 1)) == "unsure"


@pytest.mark.parametrize(
    "paper",
    [
        patent("ZL201810000001.0" if patent_no() != "ZL201810000001.0" else "ZL201810000001.1"),
        patent(granted=None),
        patent(owners=()),
        patent(confidence=0.3),
        patent(filed="2019-06-01"),
        patent(granted="2017-01-01"),
    ],
    ids=[
        "check digit",
        "no grant date",
        "no owner",
        "type",
        "number older than filing",
        "granted before filing",
    ],
)
def test_doubtful_papers_may_fill_the_gap(paper):
    assert verdict([paper], count(PATENTS, 1)) == "unsure"
    assert verdict([*three(), paper.model_copy(update={"id": "x"})], count(PATENTS, 3)) in {
        "supported",
        "unsure",
    }


def test_doubtful_papers_too_few_for_the_gap():
    false = patent("ZL201810000001.0" if patent_no() != "ZL201810000001.0" else "ZL201810000001.1", id="x")
    papers = [*(patent(patent_no(i), id=f"p{i}") for i in (2, 3)), false]
    assert verdict(papers, count(PATENTS, 3)) == "unsure"
    assert verdict(papers, count(PATENTS, 4)) == "contradicted"


def test_unreadable_files_may_fill_the_gap():
    assert verdict(three(), count(PATENTS, 5), unreadable=["专利.pdf 第2页"]) == "unsure"
    assert verdict([], count(PATENTS, 5), unreadable=["专利.pdf 第2页"]) == "unsure"
    assert verdict(three(), count(PATENTS, 3), unreadable=["专利.pdf 第2页"]) == "supported"


def test_a_certificate_of_which_nothing_was_read_may_fill_the_gap():
    blank = document("patent_certificate", {}, id="x")
    assert verdict([*three(), blank], count(PATENTS, 4)) == "unsure"
    assert verdict([*three(), blank], count(PATENTS, 5)) == "contradicted"


def test_missing_filing_date_is_bounded_by_the_number():
    assert verdict([patent(filed=None)], count(PATENTS, 1)) == "supported"
    old = patent(patent_no(3, year=2002), filed=None, granted="2005-01-01")
    assert verdict([old], count(PATENTS, 1)) == "unsure"
    older = patent("ZL95115608.X", filed=None, granted="1999-01-01")
    assert verdict([older], count(PATENTS, 1)) == "expired"


def test_a_notice_of_lapse_ends_the_right():
    notice = document(
        "other",
        {"patent_no": field(patent_no(1)), "legal_status": field("terminated")},
        id="n",
        title="专利权终止通知书",
        excluded="通知权利终止",
    )
    assert verdict([*three(), notice], count(PATENTS, 3)) == "contradicted"
    assert verdict([patent(), notice], count(PATENTS, 1)) == "expired"
    by_title = notice.model_copy(update={"fields": {"patent_no": field(patent_no(1))}})
    assert verdict([patent(), by_title], count(PATENTS, 1)) == "expired"


def test_a_notice_of_lapse_without_a_number_leaves_it_open():
    notice = document("other", {}, id="n", title="专利权终止通知书", excluded="通知权利终止")
    assert verdict([*three(), notice], count(PATENTS, 3)) == "unsure"
    assert verdict([*three(), notice], count(PATENTS, 2)) == "supported"


def test_a_suspension_notice_ends_an_iso_certificate():
    notice = document("other", {"certificate_no": field("01921Q10001R0M")}, id="n", title="管理体系认证证书暂停通知书")
    assert verdict([iso()], count("management_system_certs", 1)) == "supported"
    assert verdict([iso(), notice], count("management_system_certs", 1)) == "expired"


WITHDRAWN = "管理体系认证证书撤销通知书"
CERTIFICATES = "management_system_certs"


def withdrawal(number, **more):
    values = {"legal_status": field("terminated")} | ({"certificate_no": field(number)} if number else {})
    return document("other", values | more, id="n", title=WITHDRAWN, excluded="通知")


def test_letters_and_figures_that_scans_confuse_are_one_number():
    assert verdict([iso(number="01921Q10001R0M"), withdrawal("01921Q1OOO1ROM")], count(CERTIFICATES, 1)) == "expired"


def test_a_withdrawal_whose_number_is_almost_that_of_a_certificate_leaves_it_open():
    papers = [iso(number="01921Q10001R0M"), withdrawal("01921Q10007R0M")]
    assert verdict(papers, count(CERTIFICATES, 1)) == "unsure"
    assert verdict([iso(number="01921Q10001R0M"), withdrawal("01921Q10001")], count(CERTIFICATES, 1)) == "unsure"


def test_a_withdrawal_means_the_certificate_with_its_own_number_only():
    papers = [iso(number="01921Q10001R0M"), iso(number="01921E10001R0M", id="i2"), withdrawal("01921E10001R0M")]
    assert verdict(papers, count(CERTIFICATES, 1)) == "supported"
    assert verdict(papers, count(CERTIFICATES, 2)) == "contradicted"


def test_a_withdrawal_that_fits_no_certificate_leaves_it_open():
    papers = [iso(number="01921Q10001R0M"), withdrawal("AB77X4410")]
    assert verdict(papers, count(CERTIFICATES, 1)) == "unsure"
    assert verdict([*papers, iso(number="AB77X4410", id="i2", holder=OTHER)], count(CERTIFICATES, 1)) == "supported"


def test_a_withdrawal_after_the_deadline_ends_nothing_yet():
    papers = [iso(number="01921Q10001R0M"), withdrawal("01921Q10001R0M", date=field("2999-01-01"))]
    assert verdict(papers, count(CERTIFICATES, 1)) == "supported"


def test_a_patent_that_ended_and_is_not_among_the_papers_matters_not():
    notice = document("other", {"patent_no": field(patent_no(7))}, id="n", title="专利权终止通知书", excluded="通知权利终止")
    assert verdict([patent()], count(PATENTS, 1)) == verdict([patent(), notice], count(PATENTS, 1)) == "supported"


@pytest.mark.parametrize("owner", ["司", "限公司", "机械股份有限公司", OWN[:-2], OWN[:6]])
def test_a_part_of_a_name_is_nobodys(owner):
    assert verdict([patent(owners=(owner,))], count(PATENTS, 1)) == "unsure"


def test_a_name_with_what_stood_behind_it_is_not_another_enterprise():
    assert verdict([patent(owners=(OWN + "350001福建省福州市滨江路18号",))], count(PATENTS, 1)) == "unsure"


def test_copies_with_different_owners_are_doubtful():
    papers = [patent(), patent(owners=(OTHER,), id="p2")]
    assert verdict(papers, count(PATENTS, 1)) == "unsure"


def test_uscc_decides_before_the_name():
    metric = count("management_system_certs", 1)
    assert verdict([iso(holder=OTHER, uscc=OWN_USCC)], metric) == "supported"
    assert verdict([iso(holder=OWN, uscc=OTHER_USCC)], metric) == "wrong_entity"
    # A false check digit says nothing: the name decides.
    assert verdict([iso(holder=OWN, uscc=OTHER_USCC[:-1] + "1")], metric) == "supported"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-01-09", "expired"),
        ("2020-01-10", "supported"),
        ("2023-01-09", "supported"),
        ("2023-01-10", "expired"),
    ],
)
def test_certificates_are_in_force_from_issue_to_the_last_day_inclusive(day, expected):
    assert verdict([iso()], count("management_system_certs", 1), as_of=day) == expected


@pytest.mark.parametrize("missing", [{"until": None}, {"issued": None}, {"number": ""}])
def test_missing_essential_fields_are_unsure(missing):
    assert verdict([iso(**missing)], count("management_system_certs", 1)) == "unsure"


def test_an_ambiguous_date_matters_only_where_it_decides():
    note = "日、月次序无法确定，请核对原件"
    for until, expected in (("2021-08-04", "unsure"), ("2021-10-08", "supported")):
        paper = iso()
        fields = {**paper.fields, "valid_until": field(until, note=note, confidence=0.5)}
        changed = paper.model_copy(update={"fields": fields})
        assert verdict([changed], count("management_system_certs", 1)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-12-01", "expired"),
        ("2019-12-02", "supported"),
        ("2022-12-02", "supported"),
        ("2022-12-03", "expired"),
    ],
)
def test_high_tech_certificates_run_three_years(day, expected):
    declared = figure("high_tech_enterprise", 1, "0/1", "now")
    assert verdict([high_tech()], declared, as_of=day) == expected


def test_high_tech_flag():
    assert verdict([], figure("high_tech_enterprise", 1, "0/1", "now")) == "missing"
    assert verdict([], figure("high_tech_enterprise", 0, "0/1", "now")) == "supported"
    assert verdict([high_tech()], figure("high_tech_enterprise", 0, "0/1", "now")) == "contradicted"
    assert verdict([high_tech(holder=OTHER)], figure("high_tech_enterprise", 1, "0/1", "now")) == "wrong_entity"
    odd = high_tech(valid_until="2024-12-01")
    assert verdict([odd], figure("high_tech_enterprise", 1, "0/1", "now")) == "unsure"


def test_software_and_trademarks():
    software = document(
        "software_copyright",
        {
            "registration_no": field("2017SR359615"),
            "owners": field([OWN]),
            "registration_date": field("2017-07-11"),
        },
    )
    assert verdict([software], count("software_copyrights", 1)) == "supported"
    undated = software.model_copy(update={"fields": {k: v for k, v in software.fields.items() if k != "registration_date"}})
    assert verdict([undated], count("software_copyrights", 1)) == "supported"
    assert verdict([undated], count("software_copyrights", 1), as_of="2017-05-01") == "unsure"
    mark = document(
        "trademark_certificate",
        {"registration_no": field("26510997"), "owner": field(OWN), "valid_from": field("2011-05-07")},
        id="t",
    )
    assert verdict([mark], count("trademarks", 1), as_of="2021-05-06") == "supported"
    assert verdict([mark], count("trademarks", 1), as_of="2021-05-07") == "expired"


@pytest.mark.parametrize(("value", "unit"), [(1.5, "项"), (-1, "项"), (1, "万项"), ("若干", "项")])
def test_a_value_that_is_no_count_is_unsure(value, unit):
    assert verdict(three(), figure(PATENTS, value, unit, "now")) == "unsure"


def test_a_count_declared_for_a_past_year_must_hold_then_too():
    declared = figure(PATENTS, 1, "项", "2019")
    assert verdict([patent(granted="2019-02-11")], declared) == "supported"
    assert verdict([patent()], declared) == "unsure"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-01-09", "supported"),
        ("2023年1月9日", "supported"),
        ("2023-01-10", "contradicted"),
        ("明年", "unsure"),
    ],
)
def test_declared_date_of_a_certificate(value, expected):
    declared = figure("certificate_valid_until:01921Q10001R0M", value, "date", "now")
    assert verdict([iso()], declared) == expected


def test_declared_date_that_is_past_is_expired():
    declared = figure("certificate_valid_until:01921Q10001R0M", "2023-01-09", "date", "now")
    assert verdict([iso()], declared, as_of="2023-01-09") == "supported"
    assert verdict([iso()], declared, as_of="2023-01-10") == "expired"
    assert verdict([iso(holder=OTHER)], declared) == "wrong_entity"
    assert verdict([], declared) == "missing"
    assert verdict([iso(), iso(until="2022-01-09", id="i2")], declared) == "unsure"


def test_default_day_is_the_fixture_day():
    assert AS_OF.isoformat() == "2021-05-06"
