"""The same paper in packages of different enterprises: what alarms, what is only noted, what is nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.model import PageRef
from extractor.prescreen.alike import ALIKE_BITS, alike
from extractor.prescreen.marks import marked
from extractor.prescreen.repeats import repeats
from tests.prescreen.builders import (
    OTHER,
    OTHER_USCC,
    OWN,
    OWN_USCC,
    THIRD,
    changed,
    document,
    field,
    look,
    page,
    patent,
    patent_no,
    result,
    statement,
)

NUMBER = patent_no("201820654321")
LETTER = (
    "市场占有率证明",
    "兹证明上述企业主导产品精密阀门2020年国内市场占有率为12.5%，居全国第三位，销售额81234.50万元。特此证明。",
)


def package(name, enterprise, documents=(), pages=(), uscc=None, sha=""):
    return marked(result(name=name, enterprise=enterprise, documents=documents, uscc=uscc, sha=sha), pages, name)


def found(*packages, kind=None):
    return [(r.kind, r.severity) for r in repeats(packages) if kind in (None, r.kind)]


def test_a_patent_in_two_enterprises_packages_is_an_alarm_naming_the_holder():
    (repeat,) = repeats([package("甲", OWN, [patent(NUMBER, OWN)]), package("乙", OTHER, [patent(NUMBER, OWN, page=3)])])
    assert repeat.severity == "alarm"
    assert OWN in repeat.reason
    assert [(p.package, p.page) for p in repeat.places] == [("甲", 1), ("乙", 3)]
    assert OTHER in repeat.told_to("甲")


def test_co_holders_are_a_note():
    both = [patent(NUMBER, OWN, OTHER)]
    assert found(package("甲", OWN, both), package("乙", OTHER, both)) == [("patent_no", "note")]


def test_copies_that_name_one_enterprise_each_are_no_co_holders():
    (repeat,) = repeats([package("甲", OWN, [patent(NUMBER, OWN)]), package("乙", OTHER, [patent(NUMBER, OTHER)])])
    assert repeat.severity == "alarm"
    assert "权利人不同" in repeat.reason


def test_a_third_enterprise_beside_two_co_holders_is_an_alarm():
    both = [patent(NUMBER, OWN, OTHER)]
    assert found(package("甲", OWN, both), package("乙", OTHER, both), package("丙", THIRD, both)) == [("patent_no", "alarm")]


@pytest.mark.parametrize(
    "paper",
    [
        patent(NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), OWN),
        patent(NUMBER, OWN, excluded="样本"),
        document("iso_certificate", {"certificate_no": field("QMS"), "holder": field(OWN)}),
        document("iso_certificate", {"certificate_no": field("00118Q30001R0M", confidence=0.4), "holder": field(OWN)}),
    ],
    ids=["check digit", "excluded", "no number", "not surely read"],
)
def test_numbers_that_prove_nothing_give_no_mark(paper):
    assert found(package("甲", OWN, [paper]), package("乙", OTHER, [paper])) == []


def test_certificate_numbers_are_compared_within_their_type_only():
    iso = document("iso_certificate", {"certificate_no": field("12345678"), "holder": field(OWN)})
    mark = document("trademark_certificate", {"registration_no": field("12345678"), "owner": field(OTHER)})
    assert found(package("甲", OWN, [iso]), package("乙", OTHER, [mark])) == []
    assert found(package("甲", OWN, [iso]), package("乙", OTHER, [iso])) == [("certificate_no", "alarm")]


def test_one_enterprise_with_two_packages_is_one_note():
    packages = [package("甲", OWN, [patent(NUMBER, OWN)], uscc=OWN_USCC), package("甲补", OWN, [patent(NUMBER, OWN)])]
    assert found(*packages) == [("same_enterprise", "note")]


def test_the_credit_code_tells_enterprises_of_one_name_apart():
    packages = [
        package("甲", OWN, [patent(NUMBER, OWN)], uscc=OWN_USCC),
        package("乙", OWN, [patent(NUMBER, OWN)], uscc=OTHER_USCC),
    ]
    assert ("patent_no", "note") in found(*packages)
    assert ("same_enterprise", "note") not in found(*packages)


def test_nothing_is_claimed_where_nobody_knows_whose_package_it_is():
    (repeat,) = repeats([package("甲", None, [patent(NUMBER, OWN)]), package("乙", OTHER, [patent(NUMBER, OWN)])])
    assert repeat.severity == "note"
    assert "不知道是哪家企业" in repeat.reason


def test_the_business_licence_says_whose_package_it_is():
    licence = document("business_license", {"name": field(OWN), "uscc": field(OWN_USCC)})
    assert marked(result(enterprise=None, documents=[licence]), []).uscc == OWN_USCC


def test_a_copied_statement_with_the_name_changed_is_an_alarm():
    picture = look(1)
    packages = [package("甲", OWN, pages=[statement(OWN, look=picture)]),
                package("乙", OTHER, pages=[statement(OTHER, look=changed(picture, 8), number=5)])]  # fmt: skip
    assert found(*packages) == [("page_image", "alarm")]


def test_born_digital_pages_are_compared_by_their_text_without_names():
    packages = [
        package("甲", OWN, pages=[statement(OWN, source="text")]),
        package("乙", OTHER, pages=[statement(OTHER, source="text")]),
    ]
    assert found(*packages) == [("page_image", "alarm")]


def test_the_same_form_filled_in_differently_is_at_most_a_note():
    picture = look(2)
    packages = [package("甲", OWN, pages=[statement(OWN, look=picture)]),
                package("乙", OTHER, pages=[statement(OTHER, look=changed(picture, 8), factor=7)])]  # fmt: skip
    assert found(*packages) == [("page_image", "note")]


def test_a_text_that_names_neither_is_a_note():
    law = page(
        "中华人民共和国专利法",
        "第四十二条 发明专利权的期限为二十年，实用新型专利权的期限为十年，均自申请日起计算。",
        look=look(3),
    )
    assert found(package("甲", OWN, pages=[law]), package("乙", OTHER, pages=[law])) == [("page_image", "note")]


def test_blank_backs_photos_and_application_forms_give_no_mark():
    form = document("application_form", page=1)
    pages = [statement(OWN, look=look(4)), page("第 2 页", number=2, look=look(5))]
    for name in (OWN, OTHER):
        assert [m.kind for m in package("甲", name, [form], pages).marks] == ["file"]


def test_different_pages_are_no_repeat():
    packages = [
        package("甲", OWN, pages=[statement(OWN, look=look(6))]),
        package("乙", OTHER, pages=[statement(OTHER, look=look(7))]),
    ]
    assert found(*packages) == []


def test_a_market_share_letter_with_another_name_is_an_alarm():
    packages = [package(n, e, pages=[page(LETTER[0], f"致：{e}", LETTER[1])]) for n, e in (("甲", OWN), ("乙", OTHER))]
    assert found(*packages, kind="market_share_letter") == [("market_share_letter", "alarm")]


def test_a_letter_naming_both_enterprises_is_a_note():
    letter = page(LETTER[0], f"{OWN}、", f"{OTHER}：", LETTER[1])
    packages = [package("甲", OWN, pages=[letter]), package("乙", OTHER, pages=[letter])]
    assert found(*packages, kind="market_share_letter") == [("market_share_letter", "note")]


def test_a_letters_number_tells_it_even_where_the_text_is_read_differently():
    letters = [page(LETTER[0], "中机协〔2021〕15号", f"{e}：", t) for e, t in ((OWN, LETTER[1]), (OTHER, LETTER[1] + "。印章"))]
    packages = [package("甲", OWN, pages=letters[:1]), package("乙", OTHER, pages=letters[1:])]
    assert found(*packages, kind="market_share_letter") == [("market_share_letter", "alarm")]


def test_the_same_file_is_told_once_not_page_by_page():
    pages = [statement(OWN, number=n, look=look(n), factor=n) for n in (1, 2, 3)]
    kinds = found(package("甲", OWN, pages=pages, sha="ab" * 32), package("乙", OTHER, pages=pages, sha="ab" * 32))
    assert kinds == [("file", "alarm")]


def test_a_number_repeat_covers_its_page():
    paper, sheet = patent(NUMBER, OWN), statement(OWN, look=look(9))
    kinds = found(package("甲", OWN, [paper], [sheet]), package("乙", OTHER, [paper], [sheet]))
    assert kinds == [("patent_no", "alarm")]


def test_a_page_split_between_papers_is_still_one_page():
    papers = [patent(NUMBER, OWN, pages=(PageRef(file=0, page=1, region=(0, 0, 1, 0.5)),))]
    assert len([m for m in package("甲", OWN, papers, [statement(OWN, look=look(11))]).marks if m.kind == "page_image"]) == 1


@settings(deadline=None)
@given(st.integers(0, 15), st.integers(0, 1000))
def test_pictures_that_differ_little_are_always_found(bits, seed):
    base = [look(k) for k in range(20)]
    assert alike([*base, changed(base[3], bits, seed)]) == [[3, 20]]


def test_many_pages_are_compared_quickly_and_without_false_pairs():
    rng = random.Random(1)
    base = [f"{rng.getrandbits(256):064x}" for _ in range(20_000)]
    copies = [changed(b, 10, i) for i, b in enumerate(base[:50])]
    assert sorted(alike([*base, *copies])) == [[i, 20_000 + i] for i in range(50)]


def test_pages_further_apart_than_the_threshold_are_different():
    assert alike([look(1), changed(look(1), ALIKE_BITS + 1)]) == []
    assert alike([look(1)]) == []
