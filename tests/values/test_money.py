"""Units, amounts and 大写金额."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.money import (
    UNIT_FACTORS,
    format_chinese_amount,
    parse_chinese_amount,
    parse_money,
    parse_unit,
    unit_factor,
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：人民币万元", "ten_thousand_yuan"),
        ("单位：万元", "ten_thousand_yuan"),
        ("金额单位：元", "yuan"),
        ("单位:元 币种:人民币", "yuan"),
        ("单位：元币种：人民币", "yuan"),
        ("编制单位：闽江百万元商贸有限公司 2022年12月31日 单位：人民币元", "yuan"),
        ("编制单位：闽江商贸有限公司 金额单位：千元", "thousand_yuan"),
        ("(人民币百万元)", "million_yuan"),
        ("（除特别注明外，金额单位均为人民币元）", "yuan"),
        ("金额单位为人民币万元", "ten_thousand_yuan"),
        ("单 位：元", "yuan"),
        ("单位：元 项目 期末余额", "yuan"),
        ("（单位：亿元）", "hundred_million_yuan"),
        ("单位（元）", "yuan"),
        ("营业收入（万元）", "ten_thousand_yuan"),
        ("本财务报表以人民币千元列示", "thousand_yuan"),
        ("万元", "ten_thousand_yuan"),
        ("人民币元", "yuan"),
        ("RMB'000", "thousand_yuan"),
        ("RMB’000", "thousand_yuan"),
        ("RMB million", "million_yuan"),
        ("in thousands of RMB", "thousand_yuan"),
        ("RMB in ten thousand", "ten_thousand_yuan"),
        ("Unit: RMB yuan", "yuan"),
        ("Unit: Yuan", "yuan"),
        ("Expressed in RMB", "yuan"),
    ],
)
def test_reads_the_unit_of_a_table(text: str, unit: str) -> None:
    assert parse_unit(text) == unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "编制单位：闽江万元商贸有限公司",
        "单位：美元",
        "单位：万美元",
        "USD'000",
        "单位：人",
        "单位：股",
        "单位：万股",
        "资产负债表",
        "单位：元 单位：万元",
        "单位：元 币种：美元",
        "注册资本人民币1000万元",
        "单位名称：元通公司",
        "1,234元",
        "单位：元通科技",
    ],
)
def test_no_unit_where_none_is_sure(text: str) -> None:
    assert parse_unit(text) is None


def test_unit_factors_of_declared_units() -> None:
    labels = {
        "元": 1,
        "千元": 1000,
        "万元": 10**4,
        "百万元": 10**6,
        "亿元": 10**8,
        "人民币万元": 10**4,
        "万": 10**4,
    }
    assert {label: unit_factor(label) for label in labels} == labels
    assert {unit: unit_factor(unit) for unit in UNIT_FACTORS} == UNIT_FACTORS
    assert unit_factor("%") is unit_factor("美元") is unit_factor("项") is unit_factor("") is None


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1000万元整", "10000000"),
        ("伍佰万元人民币", "5000000"),
        ("人民币壹仟万元整", "10000000"),
        ("壹仟万圆整", "10000000"),
        ("3,000.00万", "30000000"),
        ("¥1,234.56", "1234.56"),
        ("1,234.56元", "1234.56"),
        ("-1,234.56元", "-1234.56"),
        ("1000.000000万人民币", "10000000"),
        ("(人民币)1000万元", "10000000"),
        ("人民币 1,000 万元", "10000000"),
        ("RMB 500万元", "5000000"),
        ("2亿元", "200000000"),
        ("1.5亿", "150000000"),
        ("3千万元", "30000000"),
        ("5百万元", "5000000"),
        ("100(万元)", "1000000"),
        ("1000万元（人民币）", "10000000"),
        ("人民币壹仟万元整（¥10,000,000.00）", "10000000"),
        ("（大写）壹仟万元整（小写）¥10,000,000.00", "10000000"),
        ("壹仟万元整（1000万元）", "10000000"),
        ("壹佰万", "1000000"),
        ("（1,234.56）", "-1234.56"),
    ],
)
def test_reads_money(text: str, yuan: str) -> None:
    assert parse_money(text) == Decimal(yuan)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5000万美元",
        "USD 500",
        "HK$5",
        "港币100万元",
        "-",
        "57人",
        "12.5%",
        "壹仟万元整（¥1,000,000.00）",
        "1万2千元",
        "约1000万元",
        "1000-2000万元",
        "注册资本",
        "12,34元",
        "3千",
        "2021年",
    ],
)
def test_no_money_where_none_is_sure(text: str) -> None:
    assert parse_money(text) is None


def test_a_bare_number_takes_the_unit_and_a_stated_unit_wins() -> None:
    assert parse_money("8,123.45", "ten_thousand_yuan") == Decimal("81234500")
    assert parse_money("¥8,123.45", "thousand_yuan") == Decimal("8123450")
    assert parse_money("8,123.45元", "ten_thousand_yuan") == Decimal("8123.45")
    with pytest.raises(KeyError):
        parse_money("1", "dozen")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整", "12345678.90"),
        ("壹拾万柒仟元零伍角叁分", "107000.53"),
        ("壹拾万零柒仟元伍角叁分", "107000.53"),
        ("壹仟肆佰零玖元伍角", "1409.50"),
        ("陆仟零柒元壹角肆分", "6007.14"),
        ("壹仟陆佰捌拾元零叁角贰分", "1680.32"),
        ("壹万陆仟肆佰零玖元零贰分", "16409.02"),
        ("叁佰贰拾伍元零肆分", "325.04"),
        ("人民币壹亿贰仟万圆正", "120000000"),
        ("壹佰萬元整", "1000000"),
        ("五百万元", "5000000"),
        ("十万元", "100000"),
        ("廿五元", "25"),
        ("贰佰万元人民币", "2000000"),
        ("零元整", "0"),
        ("伍角整", "0.50"),
        ("叁分", "0.03"),
        ("壹 仟 万 元 整", "10000000"),
        ("壹万亿元", "1000000000000"),
    ],
)
def test_reads_amounts_in_words(text: str, amount: str) -> None:
    assert parse_chinese_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "整",
        "壹佰",
        "一千五元",
        "壹仟伍拾元",
        "壹佰零零伍元",
        "伍万叁万元",
        "壹亿亿元",
        "拾元",
        "壹佰壹仟元",
        "壹元零",
        "壹佰零元",
        "零壹元",
        "壹壹元",
        "壹元伍",
        "万元",
        "仟元",
        "壹仟万美元",
        "壹元零伍角零伍分",
        "壹元伍分",
        "合计壹元",
    ],
)
def test_refuses_odd_amounts_in_words(text: str) -> None:
    assert parse_chinese_amount(text) is None


@given(st.integers(0, 10**18 - 1).filter(lambda cents: cents < 10**18))
def test_words_round_trip(cents: int) -> None:
    amount = Decimal(cents) / 100
    text = format_chinese_amount(amount)
    assert parse_chinese_amount(text) == amount
    assert parse_money(f"人民币{text}") == amount


@given(st.integers(1, 10**12), st.data())
def test_a_lost_character_never_gives_a_different_amount_unless_it_is_well_written(cents: int, data: st.DataObject) -> None:
    text = format_chinese_amount(Decimal(cents) / 100)
    place = data.draw(st.integers(0, len(text) - 1))
    got = parse_chinese_amount(text[:place] + text[place + 1 :])
    if got is not None:
        rewritten = format_chinese_amount(got).replace("零", "").replace("整", "")
        assert rewritten == (text[:place] + text[place + 1 :]).replace("零", "").replace("整", "")


@given(st.text(alphabet="零壹贰拾佰仟万亿元角分整人民币（）¥1,.0 大写", max_size=30))
def test_any_amount_like_text_is_survived(text: str) -> None:
    parse_money(text)
    parse_unit(text)


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    parse_money(text)
    parse_unit(text)
    unit_factor(text)
    parse_chinese_amount(text)


@pytest.mark.parametrize("amount", ["-1", "0.001", "1e16"])
def test_what_has_no_words_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        format_chinese_amount(Decimal(amount))
