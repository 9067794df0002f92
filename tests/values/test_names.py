"""Company names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.lookalikes import look_alike
from extractor.values.names import (
    NameMatch,
    clean_company,
    find_companies,
    is_fragment,
    is_part_of,
    looks_like_company,
    match_company,
    normalise_company,
    runs_on,
)

NAME = "福建闽江精密机械有限公司"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("名称：福建闽江精密机械有限公司", NAME),
        ("被审计单位: 福建闽江精密机械有限公司（盖章）", NAME),
        ("福 建 闽 江 精 密 机 械 有 限 公 司", NAME),
        ("福建闽江精密机械有限公司。", NAME),
        ("福建闽江精密机械有限公司公章", NAME),
        ("福建闽江精密机械有限公司（以下简称“本公司”）", NAME),
        ("专利权人：福建闽江精密机械有限公司;", NAME),
        ("闽江(集团)股份有限公司", "闽江（集团）股份有限公司"),
        ("闽江【集团】股份有限公司（", "闽江（集团）股份有限公司"),
        ("ＡＢＣ科技有限公司", "ABC科技有限公司"),
        ("闽江精密机械（北京有限公司", "闽江精密机械（北京）有限公司"),
        ("闽江(中国有限责任公司", "闽江（中国）有限责任公司"),
        ("闽江（武汉科技有限公司", "闽江（武汉科技有限公司"),
        ("闽江（北京）有限公司", "闽江（北京）有限公司"),
        ("Minjiang  Precision\nCO.,  Ltd.", "Minjiang Precision CO., Ltd."),
    ],
)
def test_cleans_names_for_showing(text: str, shown: str) -> None:
    assert clean_company(text) == shown


@pytest.mark.parametrize(
    ("a", "b", "match"),
    [
        (NAME, "福建 闽江精密机械有限公司（盖章）", NameMatch.SAME),
        ("闽江（集团）有限公司", "闽江(集团)有限公司", NameMatch.SAME),
        ("Minjiang Precision Co., Ltd.", "MINJIANG PRECISION CO.,LTD", NameMatch.SAME),
        ("Minjiang Precision Company Limited", "Minjiang Precision Co Ltd", NameMatch.SAME),
        ("Minjiang Precision Co. , Ltd .", "Minjiang Precision Co.,Ltd.", NameMatch.SAME),
        (NAME, "福建闽江精密机械股份有限公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江精密机械有限责任公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江精密机械集团有限公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江精密机械有限公司福州分公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江精密机械（厦门）有限公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江控股有限公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江精密模具有限公司", NameMatch.DIFFERENT),
        (NAME, "福建闽江精蜜机械有限公司", NameMatch.OCR_NEAR),
        (NAME, "福建闽汪精密机械有限公司", NameMatch.OCR_NEAR),
        (NAME, "福建闽汪精密机诫有限公司", NameMatch.OCR_NEAR),
        (NAME, "福建闽江精密机械有限公可", NameMatch.OCR_NEAR),
        (NAME, "福建闽江精密机有限公司", NameMatch.OCR_NEAR),
        ("深圳市闽江包装用品有限公司", "深圳闽江包装用品有限公司", NameMatch.OCR_NEAR),
        ("闽江（集团）股份有限公司", "闽江集团股份有限公司", NameMatch.OCR_NEAR),
        (NAME, "福建闽海精密机械有限公司", NameMatch.DIFFERENT),
        ("Minjiang Precision Co., Ltd.", "Minjiang Precision Inc.", NameMatch.DIFFERENT),
        ("Minjiang Precision Co., Ltd.", "Minjiang Precisi0n Co., Ltd.", NameMatch.OCR_NEAR),
        ("厦门大学", "厦门太学", NameMatch.DIFFERENT),
        ("", "", NameMatch.DIFFERENT),
        (NAME, "", NameMatch.DIFFERENT),
    ],
)
def test_matches_names(a: str, b: str, match: NameMatch) -> None:
    assert match_company(a, b) is match
    assert match_company(b, a) is match


def test_a_doubtful_reading_may_hide_any_one_character() -> None:
    assert match_company(NAME, "福建闽海精密机械有限公司", certain=False) is NameMatch.OCR_NEAR
    assert match_company(NAME, "福建闽海精密模械有限公司", certain=False) is NameMatch.DIFFERENT
    assert match_company(NAME, "福建闽江精密机械股份有限公司", certain=False) is NameMatch.DIFFERENT


@given(st.text(max_size=40), st.text(max_size=40))
def test_matching_is_symmetric_and_survives_any_text(a: str, b: str) -> None:
    assert match_company(a, b) is match_company(b, a)
    key = normalise_company(a)
    assert match_company(a, a) is (NameMatch.SAME if key else NameMatch.DIFFERENT)
    assert normalise_company(clean_company(a)) == key or not key
    looks_like_company(a)


@given(
    st.text(alphabet="福建闽江精密机械科技", min_size=3, max_size=9),
    st.text(alphabet="福建闽江精密机械科技", min_size=3, max_size=9),
)
def test_same_means_the_same_characters(a: str, b: str) -> None:
    same = match_company(f"{a}有限公司", f"{b}有限公司") is NameMatch.SAME
    assert same == (a == b)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("兹证明福建闽江精密机械有限公司的管理体系符合", [NAME]),
        ("被审计单位：福建闽江精密机械有限公司", [NAME]),
        ("企业名称福建闽江精密机械有限公司", [NAME]),
        ("福建闽江精密机械有限公司全体股东：", [NAME]),
        ("我们审计了福建闽江精密机械有限公司（以下简称“闽江公司”）财务报表", [NAME]),
        (
            "闽东会计师事务所（特殊普通合伙）审计了福建闽江精密机械有限公司与鹭岛大学的合作",
            ["闽东会计师事务所（特殊普通合伙）", NAME, "鹭岛大学"],
        ),
        ("福建闽江精密机械有限公司厦门分公司", ["福建闽江精密机械有限公司厦门分公司"]),
        (
            "闽江（集团）股份有限公司;鹭岛大学、福建省机械研究院",
            ["闽江（集团）股份有限公司", "鹭岛大学", "福建省机械研究院"],
        ),
        ("鹭岛大学资产经营有限公司", ["鹭岛大学资产经营有限公司"]),
        ("闽江（有限合伙）基金中心（有限合伙）", ["闽江（有限合伙）基金中心（有限合伙）"]),
        ("闽江闽科投资合伙企业（有限合伙）", ["闽江闽科投资合伙企业（有限合伙）"]),
        ("1、福建闽江精密机械有限公司 2、闽东机电厂", [NAME, "闽东机电厂"]),
        ("福建闽江精密机械有限公司和江西赣水材料有限公司", [NAME, "江西赣水材料有限公司"]),
        ("本公司及子公司", []),
        ("有限责任公司(自然人独资)", []),
        (
            "This is to certify that MINJIANG PRECISION MACHINERY CO., LTD. has",
            ["MINJIANG PRECISION MACHINERY CO., LTD."],
        ),
        ("Issued by Luzhou Certification Co.,LTD.", ["Luzhou Certification Co.,LTD."]),
        ("", []),
    ],
)
def test_finds_companies(text: str, names: list[str]) -> None:
    found = find_companies(text)
    assert [hit[0] for hit in found] == names
    for name, start, end in found:
        assert clean_company(text[start:end]) == name


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        "闽江（集团）股份有限公司",
        "鹭岛大学",
        "闽东会计师事务所（普通合伙）",
        "Minjiang Precision Co., Ltd.",
    ],
)
def test_looks_like_a_company(text: str) -> None:
    assert looks_like_company(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "张三",
        "有限公司",
        "本公司",
        "一种机械装置",
        "兹证明福建闽江精密机械有限公司的体系",
        "2021年3月5日",
    ],
)
def test_does_not_look_like_a_company(text: str) -> None:
    assert not looks_like_company(text)


@given(st.text(alphabet="福建闽江（）()有限公司集团大学厂与和的、1A. Co,Ltd", max_size=40))
def test_name_like_text_is_survived(text: str) -> None:
    for name, start, end in find_companies(text):
        assert name
        assert 0 <= start < end <= len(text)


def test_look_alikes() -> None:
    assert look_alike("江", "汪")
    assert look_alike("0", "O")
    assert not look_alike("江", "江")
    assert not look_alike("江", "海")


def test_lost_blanks_between_latin_words_do_not_matter() -> None:
    assert match_company("Beijing HuanYuCertification Co.,LTD.", "Beijing Huan Yu Certification Co., Ltd.") is NameMatch.SAME
    assert (
        match_company("Beijing Huan Yu Certification Co., Ltd.", "Beijing Huan Da Certification Co., Ltd.") is not NameMatch.SAME
    )


@pytest.mark.parametrize(
    "text",
    [
        "司",
        "公司",
        "限公司",
        "有限公司",
        "份有限公司",
        "有限责任公司",
        NAME[:-1],
        NAME[:-2],
        "闽江精密机械股份有限",
        "闽江（武汉科技有限公司",
    ],
)
def test_an_evident_part_of_a_name(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize(
    "text", [NAME, "张伟", "闽江理工大学", "闽江（北京有限公司", "Minjiang Co., Ltd.", "闽江集团", "深圳市公安局"]
)
def test_a_whole_name_is_no_fragment(text: str) -> None:
    assert not is_fragment(text)


def test_the_end_of_a_name_is_a_part_of_it_and_its_head_office_is_not() -> None:
    assert is_part_of("精密机械有限公司", NAME)
    assert is_part_of("福建闽江精密", NAME)
    assert not is_part_of(NAME, NAME)
    assert not is_part_of(NAME, NAME + "福州分公司")
    assert not is_part_of("福建闽江控股有限公司", NAME)
    assert not is_part_of("", NAME)


def test_what_stands_behind_a_name() -> None:
    assert runs_on(NAME + "350001福建省福州市", NAME)
    assert runs_on(NAME + "有限责任公司（自然人独资）", NAME)
    assert not runs_on(NAME + "福州分公司", NAME)
    assert not runs_on(NAME, NAME)


def test_a_foreign_body_is_a_company() -> None:
    assert [name for name, _, _ in find_companies("Helvetic Systems Assessment AG")] == ["Helvetic Systems Assessment AG"]
    assert [name for name, _, _ in find_companies("Lombardia Cert S.r.l.")] == ["Lombardia Cert S.r.l."]
