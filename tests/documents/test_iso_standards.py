"""Standards as printed and as scanned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.documents.iso_standards import find_standards, system_of_standards, system_of_title


@pytest.mark.parametrize(
    ("text", "standards", "system"),
    [
        ("GB/T24001-2016/IS014001:2015《环境管理体系要求》", ["GB/T 24001-2016", "ISO 14001:2015"], "environment"),
        ("GB/T19001-2016/1S09001:2015", ["GB/T 19001-2016", "ISO 9001:2015"], "quality"),
        ("GB/T19001-2016idtISO9001:2015", ["GB/T 19001-2016", "ISO 9001:2015"], "quality"),
        ("GBIT 1900l－2016", ["GB/T 19001-2016"], "quality"),
        ("ISO90012015", ["ISO 9001:2015"], "quality"),
        ("lSO 45001：2018", ["ISO 45001:2018"], "ohs"),
        ("GB/T 22080-2016/ISO/IEC 27001:2013", ["GB/T 22080-2016", "ISO/IEC 27001:2013"], "information_security"),
        ("GJB9001C—2017", ["GJB 9001C-2017"], "weapon"),
        ("YY/T 0287-2017/ISO 13485:2016", ["YY/T 0287-2017", "ISO 13485:2016"], "medical"),
        ("IATF 16949:2016", ["IATF 16949:2016"], "automotive"),
        ("FSSC 22000 V5.1", ["FSSC 22000 V5.1"], "food_safety"),
        ("T/AIITRE 10001-2020", ["T/AIITRE 10001-2020"], "integration_two"),
        ("GB/T 23331-2020/ISO 50001:2018 RB/T 119-2015", ["GB/T 23331-2020", "ISO 50001:2018", "RB/T 119-2015"], "energy"),
        ("CNAS ISO/IEC 17021-1:2015", [], None),
        ("Q/ABC 001-2018", [], None),
    ],
)
def test_standards_and_their_system(text: str, standards: list[str], system: str | None) -> None:
    found = find_standards(text)
    assert [s.text for s in found] == standards
    assert system_of_standards(found) == system


def test_two_unrelated_systems_need_the_title() -> None:
    assert system_of_standards(find_standards("ISO 9001:2015 ISO 14001:2015")) is None


@pytest.mark.parametrize(
    ("title", "system"),
    [
        ("知识产权管理体系认证证书", "ip"),
        ("OCCUPATIONAL HEALTH AND SAFETY MANAGEMENT SYSTEM", "ohs"),
        ("测量管理体系认证证书", "other"),
        ("营业执照", None),
    ],
)
def test_titles(title: str, system: str | None) -> None:
    assert system_of_title(title) == system


@given(st.text(alphabet="GBISOT/IEC0129:-— 年idtl", max_size=60))
def test_any_text_gives_spans_inside_it(text: str) -> None:
    assert all(0 <= s.start < s.end <= len(text) for s in find_standards(text))
