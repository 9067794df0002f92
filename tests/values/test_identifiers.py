"""Patent numbers, credit codes, certificate numbers and repair by check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from extractor.values.checkdigits import USCC_ALPHABET, org_check, patent_check, repair, uscc_is_valid
from extractor.values.identifiers import (
    Identifier,
    find_patent_nos,
    find_usccs,
    normalise_cert_no,
    parse_copyright_no,
    parse_hnte_no,
    parse_org_code,
    parse_patent_no,
    parse_uscc,
    patent_filing_year,
    patent_kind,
)


@st.composite
def patents(draw: st.DrawFn) -> str:
    """13 characters of a patent number."""
    body = f"{draw(st.integers(2003, 2030))}{draw(st.sampled_from('12389'))}{draw(st.integers(0, 9999999)):07d}"
    return body + patent_check(body)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    """18 characters of a credit code."""
    org = draw(st.text(alphabet=USCC_ALPHABET, min_size=8, max_size=8))
    region = draw(st.sampled_from(["110108", "350100", "440300", "310120"]))
    body = draw(st.sampled_from(["91", "92", "12", "51", "93"])) + region + org + org_check(org)
    return body + str(stdnum_uscc.calc_check_digit(body))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ZL 2020 2 3020906.X", "ZL202023020906.X"),
        ("ZL202023020906X", "ZL202023020906.X"),
        ("ZL202023020906.x", "ZL202023020906.X"),
        ("202023020906.X", "ZL202023020906.X"),
        ("201710601862.3", "ZL201710601862.3"),
        ("2017106018623", "ZL201710601862.3"),
        ("ZL 2017 1 0601862.3", "ZL201710601862.3"),
        ("ZL 2017·1·0601862·3", "ZL201710601862.3"),
        ("ＺＬ ２０１７ １ ０６０１８６２．３", "ZL201710601862.3"),
        ("ZL 2017 1 0601862. 3", "ZL201710601862.3"),
        ("zL201710601862.3".upper(), "ZL201710601862.3"),
        ("专利号：ZL 2017 1 0601862.3", "ZL201710601862.3"),
        ("专 利 号 ： ZL 2017 1 0601862.3 专利申请日：2017年07月21日", "ZL201710601862.3"),
        ("申请号201710601862.3", "ZL201710601862.3"),
        ("ZL202023020906.×", "ZL202023020906.X"),
        ("2L201710601862.3", "ZL201710601862.3"),
        ("ZL 95 1 15608.X", "ZL95115608.X"),
        ("ZL95115608X", "ZL95115608.X"),
    ],
)
def test_reads_patent_numbers(text: str, value: str) -> None:
    assert parse_patent_no(text) == Identifier(value, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ZL",
        "ZL 2020 2 3020906",
        "CN213547479U",
        "13511201",
        "91350100M000100Y43",
        "2021年3月5日",
        "1234567890123",
        "ZL201710601862.3 ZL202023020906.X",
    ],
)
def test_other_texts_are_no_patent_number(text: str) -> None:
    assert parse_patent_no(text) is None


def test_a_false_check_digit_is_reported_not_hidden() -> None:
    found = parse_patent_no("ZL201710601862.4")
    assert found == Identifier("ZL201710601862.4", False, False)
    # one digit misread for another: the check digit cannot say which
    assert parse_patent_no("ZL201710601882.3", repair=True) == Identifier("ZL201710601882.3", False, False)


@given(patents(), st.integers(0, 12), st.sampled_from("0123456789X"))
def test_every_single_misread_digit_of_a_patent_number_is_noticed(number: str, place: int, other: str) -> None:
    assert parse_patent_no(f"ZL{number}") == Identifier(f"ZL{number[:-1]}.{number[-1]}", True, False)
    wrong = number[:place] + other + number[place + 1 :]
    if wrong != number:
        found = parse_patent_no(f"ZL{wrong}")
        assert found is None or not found.valid


@given(patents(), st.data())
def test_letters_read_for_digits_are_repaired(number: str, data: st.DataObject) -> None:
    letters = {"0": "OoDQ", "1": "Il|", "2": "Zz", "5": "Ss", "8": "B"}
    read = list(number[:-1])
    places = [index for index, char in enumerate(read) if char in letters]
    for place in data.draw(st.lists(st.sampled_from(places), max_size=3, unique=True)) if places else []:
        read[place] = data.draw(st.sampled_from(letters[read[place]]))
    text = f"ZL{''.join(read)}.{number[-1]}"
    found = parse_patent_no(text, repair=True)
    assert found is not None
    assert found.value == f"ZL{number[:-1]}.{number[-1]}"
    assert found.valid
    assert found.repaired == ("".join(read) != number[:-1])


def test_finds_patent_numbers_in_text() -> None:
    text = "专利号：ZL 2017 1 0601862.3，另有ZL202023020906.X；申请号 95115608.X，证书号第13511201号"
    hits = find_patent_nos(text)
    assert [hit[0].value for hit in hits] == ["ZL201710601862.3", "ZL202023020906.X"]
    assert [text[start:end] for _, start, end in hits] == ["ZL 2017 1 0601862.3", "ZL202023020906.X"]


@pytest.mark.parametrize(
    ("number", "kind", "year"),
    [
        ("ZL201710601862.3", "invention", 2017),
        ("ZL202023020906.X", "utility", 2020),
        ("202130000000.1", "design", 2021),
        ("ZL201780000000.1", "invention", 2017),
        ("ZL201790000000.1", "utility", 2017),
        ("ZL95115608.X", "invention", 1995),
        ("ZL02234567.8", "utility", 2002),
        ("ZL 2017 1 0601862.3", "invention", 2017),
        ("ZL201750000000.1", None, 2017),
        ("x", None, None),
    ],
)
def test_kind_and_year_of_a_patent(number: str, kind: str | None, year: int | None) -> None:
    assert patent_kind(number) == kind
    assert patent_filing_year(number) == year


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91110000600037341L", "91110000600037341L"),
        ("91350100M000100Y43", "91350100M000100Y43"),
        ("9135 0100 M000 100Y 43", "91350100M000100Y43"),
        ("91350100m000100y43", "91350100M000100Y43"),
        ("９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43"),
        ("统一社会信用代码：91350100M000100Y43", "91350100M000100Y43"),
        ("统一社会信用代码（纳税人识别号）91350100M000100Y43", "91350100M000100Y43"),
        ("9 1 3 5 0 1 0 0 M 0 0 0 1 0 0 Y 4 3", "91350100M000100Y43"),
        ("名称 某某 91350100M000100Y43 类型 有限责任公司", "91350100M000100Y43"),
    ],
)
def test_reads_credit_codes(text: str, code: str) -> None:
    assert parse_uscc(text) == Identifier(code, True, False)


@given(usccs(), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_every_single_misread_character_of_a_credit_code_is_noticed(code: str, place: int, other: str) -> None:
    assert parse_uscc(code) == Identifier(code, True, False)
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        found = parse_uscc(wrong)
        assert found is None or not found.valid


@given(usccs(), st.data())
def test_impossible_letters_of_a_credit_code_are_repaired_rightly_or_not_at_all(code: str, data: st.DataObject) -> None:
    letters = {"0": "O", "1": "I", "2": "Z", "5": "S"}
    places = [index for index, char in enumerate(code) if index > 1 and char in letters]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    found = parse_uscc(code[:place] + letters[code[place]] + code[place + 1 :], repair=True)
    assert found is not None
    assert not found.valid or found == Identifier(code, True, True)


def test_unrepaired_codes_stay_as_read_and_invalid() -> None:
    assert parse_uscc("91350100M000100Y44") == Identifier("91350100M000100Y44", False, False)
    assert parse_uscc("9135O100M000100Y43") == Identifier("9135O100M000100Y43", False, False)
    assert parse_uscc("9135O100M000100Y43", repair=True) == Identifier("91350100M000100Y43", True, True)


def test_finds_credit_codes_but_no_persons() -> None:
    text = "甲 91350100M000100Y43 乙9111 0000 6000 3734 1L 丙 110101199003070994 丁 ABCDEFGHJKLMNPQRTU"
    hits = find_usccs(text)
    assert [hit[0].value for hit in hits] == ["91350100M000100Y43", "91110000600037341L"]
    assert text[hits[0][1] : hits[0][2]] == "91350100M000100Y43"


@pytest.mark.parametrize("text", ["", "91350100M000100Y4", "110101199003070994", "测试", "91350100M000100Y43 91110000600037341L"])
def test_other_texts_are_no_credit_code(text: str) -> None:
    assert parse_uscc(text) is None


def test_organisation_codes() -> None:
    assert parse_org_code("M000100Y-4") == Identifier("M000100Y-4", True, False)
    assert parse_org_code("组织机构代码：m000100y4") == Identifier("M000100Y-4", True, False)
    assert parse_org_code("M000100Y-5") == Identifier("M000100Y-5", False, False)
    assert parse_org_code("M000100Y") is None


@pytest.mark.parametrize(
    ("text", "value", "repaired"),
    [
        ("GR202244204724", "GR202244204724", False),
        ("证书编号：GR202244204724", "GR202244204724", False),
        ("No. GR 2022 4420 4724", "GR202244204724", False),
        ("GF201735000123", "GF201735000123", False),
        ("GR2O2244204724", "GR202244204724", True),
        ("6R202244204724", "GR202244204724", True),
    ],
)
def test_high_tech_certificates(text: str, value: str, repaired: bool) -> None:
    assert parse_hnte_no(text) == Identifier(value, None, repaired)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GR202299204724",
        "GR190044204724",
        "GR20224420472",
        "GR2022442047245",
        "GR202244204724 GR202244204725",
    ],
)
def test_other_texts_are_no_high_tech_certificate(text: str) -> None:
    assert parse_hnte_no(text) is None


@pytest.mark.parametrize(
    ("text", "value", "repaired"),
    [
        ("2017SR359615", "2017SR359615", False),
        ("登记号：2017 SR 0359615", "2017SR0359615", False),
        ("Reg No. 2017SR359615", "2017SR359615", False),
        ("２０１７ＳＲ３５９６１５", "2017SR359615", False),
        ("20175R359615", "2017SR359615", True),
        ("2O17SR3596l5", "2017SR359615", True),
    ],
)
def test_copyright_numbers(text: str, value: str, repaired: bool) -> None:
    assert parse_copyright_no(text) == Identifier(value, None, repaired)


@pytest.mark.parametrize("text", ["", "软著登字第1234567号", "1980SR359615", "2017SR12", "2017SR359615 2017SR359616"])
def test_other_texts_are_no_copyright_number(text: str) -> None:
    assert parse_copyright_no(text) is None


def test_certificate_numbers_compare_equal_in_any_notation() -> None:
    assert normalise_cert_no(" 58924e0377R0S ") == normalise_cert_no("５８９２４Ｅ０３７７Ｒ０Ｓ") == "58924E0377R0S"
    assert normalise_cert_no("AB—12 － 3") == "AB-12-3"


def test_repair_takes_a_unique_result_only() -> None:
    def valid(text: str) -> bool:
        return sum(int(char) for char in text) % 10 == 0

    assert repair("19", "0123456789", valid) == "19"
    assert repair("l9", "0123456789", valid) == "19"
    assert repair("a9", "0123456789", valid, {"a": "12"}) == "19"
    assert repair("aa", "0123456789", valid, {"a": "19"}) is None
    assert repair("?9", "0123456789", valid) is None
    assert repair("29", "0123456789", valid, {"2": "1"}, max_changes=0) is None


@given(st.text(alphabet=USCC_ALPHABET + "OISZV", min_size=18, max_size=18))
def test_what_repair_returns_is_valid(text: str) -> None:
    fixed = repair(text, USCC_ALPHABET, uscc_is_valid, max_changes=1)
    assert fixed is None or uscc_is_valid(fixed)


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    for fix in (False, True):
        parse_patent_no(text, fix)
        parse_uscc(text, fix)
        find_patent_nos(text, fix)
        find_usccs(text, fix)
    parse_org_code(text)
    parse_hnte_no(text)
    parse_copyright_no(text)
    patent_kind(text)
    patent_filing_year(text)
    assert normalise_cert_no(normalise_cert_no(text)) == normalise_cert_no(text)


@given(st.text(alphabet="ZL0123456789. XOIlSB-·", max_size=40))
def test_number_like_text_is_survived(text: str) -> None:
    parse_patent_no(text, repair=True)
    parse_uscc(text, repair=True)
    for found, start, end in find_patent_nos(text, repair=True):
        assert text[start:end]
        assert not found.repaired or found.valid
