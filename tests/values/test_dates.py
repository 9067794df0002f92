"""Dates and periods."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.chinese import numeral
from extractor.values.dates import add_years, find_dates, parse_date, parse_period, period_end

days = st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31))


def _digits(text: str) -> str:
    return "".join("〇一二三四五六七八九"[int(char)] for char in text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021年3月5日", "2021-03-05"),
        ("2021 年 03 月 05 日", "2021-03-05"),
        ("2 0 2 1 年 3 月 5 日", "2021-03-05"),
        ("２０２１年３月５日止", "2021-03-05"),
        ("2021-03-05", "2021-03-05"),
        ("2021—03—05", "2021-03-05"),
        ("2021.3.5", "2021-03-05"),
        ("2021 . 3 . 5", "2021-03-05"),
        ("2021/3/5", "2021-03-05"),
        ("20210305", "2021-03-05"),
        ("2O21年O3月05日", "2021-03-05"),
        ("2021年3月5号", "2021-03-05"),
        ("2021-03-05 10:22:33", "2021-03-05"),
        ("2021-03-05T10:22:33", "2021-03-05"),
        ("二〇二一年三月五日", "2021-03-05"),
        ("二零二一年十二月十九日", "2021-12-19"),
        ("二○二一年十二月三十一日", "2021-12-31"),
        ("二O二一年十月廿一日", "2021-10-21"),
        ("二0二一年十二月二十日", "2021-12-20"),
        ("二口二一年三月五日", "2021-03-05"),
        ("二〇二—年—月二十—日", "2021-01-21"),
        ("贰零贰壹年零叁月壹拾伍日", "2021-03-15"),
        ("二〇二一年3月5日", "2021-03-05"),
        ("二〇二一年三月三〇日", "2021-03-30"),
        ("05-03-2021", "2021-03-05"),
        ("05.03.2021", "2021-03-05"),
        ("25/03/2021", "2021-03-25"),
        ("03/25/2021", "2021-03-25"),
        ("03-25-2021", "2021-03-25"),
        ("05/05/2021", "2021-05-05"),
        ("21 March 2022", "2022-03-21"),
        ("21st March, 2022", "2022-03-21"),
        ("the 21st day of March, 2022", "2022-03-21"),
        ("March 21, 2022", "2022-03-21"),
        ("MARCH 21,2022", "2022-03-21"),
        ("21-Mar-2022", "2022-03-21"),
        ("Mar.21,2022", "2022-03-21"),
        ("2022 Mar 21", "2022-03-21"),
        ("2022-Mar-21", "2022-03-21"),
        ("21March2022", "2022-03-21"),
        ("1 Sept. 2022", "2022-09-01"),
        ("发证日期：2021年3月5日", "2021-03-05"),
        ("有效期至 Expiry date: 2021-03-05", "2021-03-05"),
        ("2021年3月5日（2021-03-05）", "2021-03-05"),
        ("2020年2月29日", "2020-02-29"),
    ],
)
def test_reads_a_date(text: str, iso: str) -> None:
    assert parse_date(text) == dt.date.fromisoformat(iso)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021年2月30日",
        "2021年13月1日",
        "2021-02-29",
        "2021/3",
        "2021年3月",
        "03/04/2022",
        "2021-03-05至2024-03-04",
        "2021.03.05-2024.03.04",
        "1948年1月1日",
        "2101年1月1日",
        "31 June 2022",
        "20211305",
        "2021年3月5",
        "证书号20210305",
        "3月5日",
        "GB/T 19001-2016",
        "2021-03-05-001",
        "1.2021.3.5",
        "0591-87654321",
        "21/3/5",
        "2021年3月5日 编号12",
        "32-01-2021",
        "二二一年三月五日",
        "二〇二一年三月三十二日",
        "2021年一三月五日",
        "Marchand 2022",
    ],
)
def test_no_date_where_none_is_sure(text: str) -> None:
    assert parse_date(text) is None


@given(days, st.sampled_from([0, 1, 2]))
def test_every_notation_reads_back(day: dt.date, zeros: int) -> None:
    y, m, d = (
        str(day.year),
        (f"{day.month:02d}" if zeros else f"{day.month}"),
        (f"{day.day:02d}" if zeros else f"{day.day}"),
    )
    month = day.strftime("%B")
    notations = [
        f"{y}年{m}月{d}日",
        f"{y}-{m}-{d}",
        f"{y}.{m}.{d}",
        f"{y}/{m}/{d}",
        f"{y} 年 {m} 月 {d} 日",
        f"{day:%Y%m%d}",
        f"{_digits(y)}年{numeral(day.month)}月{numeral(day.day)}日",
        f"{d} {month} {y}",
        f"{month} {d}, {y}",
        f"{d}-{month[:3]}-{y}",
        f"{month[:3]}.{d},{y}",
        f"{y} {month[:3]} {d}",
    ]
    for text in notations:
        assert parse_date(text) == day, text


@given(
    days,
    days,
    st.sampled_from(["至", "-", "—", " ~ ", " to ", "到", "起至"]),
    st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_ranges_hold_two_dates(first: dt.date, last: dt.date, link: str, notation: str) -> None:
    text = f"有效期：自{first.strftime(notation)}{link}{last.strftime(notation)}止"
    assert [hit.value for hit in find_dates(text)] == [first, last]


@given(st.integers(1, 12), st.integers(1, 12))
def test_slashes_with_the_year_last_may_be_ambiguous(a: int, b: int) -> None:
    (hit,) = find_dates(f"Date: {a:02d}/{b:02d}/2022")
    assert hit.ambiguous == (a != b)
    assert hit.value == dt.date(2022, b, a)
    (dashed,) = find_dates(f"{a:02d}-{b:02d}-2022")
    assert not dashed.ambiguous


@pytest.mark.parametrize(
    ("text", "isos"),
    [
        ("申请日：2020年12月15日 授权公告日：2021年06月25日", ["2020-12-15", "2021-06-25"]),
        ("初次发证日期2019.3.22 有效期2019/03/22~2022/03/21", ["2019-03-22", "2019-03-22", "2022-03-21"]),
        ("Valid from 22 March 2019 to 21 March 2022", ["2019-03-22", "2022-03-21"]),
        ("Mar 21, 2022 - Mar 20, 2025", ["2022-03-21", "2025-03-20"]),
        ("证书号第20201105号", []),
        ("日期：20201105", ["2020-11-05"]),
        ("GB/T 19001-2016/ISO 9001:2015 0591-8765-4321 IP 192.168.1.2021", []),
        ("公司成立于二〇一三年一月二十九日，2021年度", ["2013-01-29"]),
        ("2021年2月30日", []),
    ],
)
def test_finds_dates_in_text(text: str, isos: list[str]) -> None:
    hits = find_dates(text)
    assert [hit.value.isoformat() for hit in hits] == isos
    assert all(text[hit.start] != " " and not text[hit.end - 1].isspace() for hit in hits)


@given(st.text(alphabet="0123456789年月日-./ 二〇一三十O—至MarchJun,", max_size=40))
def test_date_like_text_is_survived_and_hits_do_not_overlap(text: str) -> None:
    end = 0
    for hit in find_dates(text):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end
    parse_date(text)
    parse_period(text)
    period_end(text)


@given(st.text(max_size=100))
def test_any_text_is_survived(text: str) -> None:
    find_dates(text)
    parse_date(text)
    parse_period(text)
    period_end(text)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2022年度", "2022"),
        ("2022 年度", "2022"),
        ("2022年1-12月", "2022"),
        ("2022年1月至12月", "2022"),
        ("2022", "2022"),
        ("2022年", "2022"),
        ("二〇二二年度", "2022"),
        ("2022年01-12月", "2022"),
        ("2022年1月1日至2022年12月31日", "2022"),
        ("2022-01-01至2022-12-31", "2022"),
        ("2022会计年度", "2022"),
        ("FY2022", "2022"),
        ("２０２２年度", "2022"),
        ("for the year ended 31 December 2022", "2022"),
        ("Year ended December 31, 2022", "2022"),
        ("2022年6月", "2022-06"),
        ("2022年06月份", "2022-06"),
        ("202206", "2022-06"),
        ("2022-06", "2022-06"),
        ("2022.6", "2022-06"),
        ("2022/12", "2022-12"),
        ("二〇二二年六月", "2022-06"),
        ("（2022年度）", "2022"),
    ],
)
def test_reads_periods(text: str, period: str) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022年12月31日",
        "2022年1-6月",
        "2022年上半年",
        "2022年第三季度",
        "2021-2022",
        "2021-22",
        "2022-13",
        "202213",
        "2022-00",
        "1900",
        "2101年度",
        "2022年1月1日至2023年12月31日",
        "本期",
        "12345",
        "2022年度报告",
        "year ended 30 June 2022",
    ],
)
def test_other_texts_are_no_periods(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2022年12月31日", "2022-12-31"),
        ("截至2022年12月31日", "2022-12-31"),
        ("2022年度", "2022-12-31"),
        ("2022年2月", "2022-02-28"),
        ("2024年2月", "2024-02-29"),
        ("2022年1-6月", "2022-06-30"),
        ("2022年1月1日至2022年12月31日", "2022-12-31"),
        ("自2021-07-01至2022-06-30止", "2022-06-30"),
    ],
)
def test_period_ends(text: str, iso: str) -> None:
    assert period_end(text) == dt.date.fromisoformat(iso)


def test_no_end_of_no_period() -> None:
    assert period_end("") is None
    assert period_end("2022-12-31至2022-01-01") is None
    assert period_end("2022年1-13月") is None


@given(days, st.integers(0, 20))
def test_adding_years_keeps_the_day_or_ends_the_month(day: dt.date, years: int) -> None:
    later = add_years(day, years)
    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (day.month == 2 and day.day == 29 and later.day == 28)


def test_leap_day() -> None:
    assert add_years(dt.date(2020, 2, 29), 3) == dt.date(2023, 2, 28)
    assert add_years(dt.date(2020, 2, 29), 4) == dt.date(2024, 2, 29)


def test_a_day_whose_last_character_a_seal_hides() -> None:
    assert parse_date("2024年03月14") == dt.date(2024, 3, 14)
    assert parse_date("2024年03月1") is None
    assert parse_date("2021年1月10万元") is None
    assert parse_date("2021年01月10万元") is None
