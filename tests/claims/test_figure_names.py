"""Names of figures on a form and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.claims.figure_names import as_policy_period, narrowed_label, period_key, period_text, split_label
from extractor.claims.metrics import METRICS, form_of, metric_key, metric_of
from extractor.claims.vocabulary import terms
from extractor.criteria.facts import parse_qualified, qualified
from extractor.criteria.load import load_policies
from extractor.criteria.nodes import Leaf, Quals, walk

BOOK = load_policies()
NARROWED = sorted({qualified(m, n.quals) for p in BOOK for n in walk(p.conditions) if isinstance(n, Leaf) for m in n.metrics})

words = st.lists(st.sampled_from(["国际", "国家级", "省级", "深交所主板", "境外"]), max_size=3, unique=True).map(tuple)
systems = st.lists(st.sampled_from(["quality", "ip", "energy"]), max_size=2, unique=True).map(tuple)
scopes = st.sampled_from(["", "与主导产品（服务）相关", "获奖单位排名前三", "维持超2年、未转让；不含许可"])


def test_the_vocabulary_is_that_of_the_policies():
    assert {(t.key, t.label, t.unit) for t in terms().values()} == {(m.key, m.label, m.unit) for m in BOOK.metrics.values()}


@pytest.mark.parametrize("key", [*terms(), *METRICS])
def test_every_label_is_understood(key):
    assert metric_key(metric_of(key).label) == key
    if key in terms():
        assert metric_key(terms()[key].label) == key
        assert metric_key(f" {terms()[key].label} ".replace("（", "(")) == key
    assert metric_key(key) == key
    assert form_of(key) is not None


@pytest.mark.parametrize("name", NARROWED)
def test_every_narrowed_figure_of_the_policies_reads_back(name):
    assert metric_key(metric_of(name).label) == name
    assert metric_key(name) == name


@given(words, systems, words, scopes)
def test_narrowing_reads_back(levels, codes, boards, scope):
    quals = Quals(levels, codes, boards, scope)
    name = qualified("science_awards", quals)
    label = metric_of(name).label
    assert metric_key(label) == name
    assert parse_qualified(metric_key(label))[1].levels == levels
    assert metric_of(name).kind == "unproven" or not quals


def test_a_narrowed_figure_is_never_checked_as_the_whole():
    """Patents that concern the main product are not proven by counting all patents."""
    narrowed = metric_of("invention_patents[scope=与主导产品相关]")
    assert (narrowed.kind, narrowed.unit, narrowed.evidence) == ("unproven", "项", ())
    assert narrowed.label == "发明专利〔范围：与主导产品相关〕"


@pytest.mark.parametrize("text", ["成立", "营业", "专利", "质量", "主导", "数", "项", "〔级别：〕"])
def test_words_that_name_no_metric_stay_as_they_are(text):
    assert form_of(metric_key(text)) is None or metric_key(text) == text


@given(
    st.one_of(
        st.sampled_from(["now", "cumulative", "since_title"]),
        st.integers(2000, 2030).map(lambda y: f"since_{y}"),
        st.tuples(st.integers(2000, 2015), st.integers(2016, 2030)).map(lambda p: f"years_{p[0]}_{p[1]}"),
        st.tuples(st.integers(2000, 2015), st.integers(2016, 2030), st.sampled_from(["sum", "avg", "cagr", "any", "each"])).map(
            lambda p: f"{p[0]}-{p[1]}_{p[2]}"
        ),
    )
)
def test_periods_read_back(period):
    assert period_key(period_text(period)) == period


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2018—2020年合计", "2018-2020_sum"),
        ("2018年至2020年累计", "2018-2020_sum"),
        ("2019-2020 年 平均", "2019-2020_avg"),
        ("近三年合计", "last_3_years_sum"),
        ("近2年平均", "last_2_years_avg"),
        ("2019年以来", "since_2019"),
        ("累计", "cumulative"),
        ("2020年", None),
        ("2020年末", None),
        ("2020-06", None),
        ("截至2020年", None),
    ],
)
def test_texts_of_periods(text, key):
    assert period_key(text) == key


@pytest.mark.parametrize(
    ("period", "year", "expected"),
    [
        ("2018-2020_sum", 2021, "last_3_years_sum"),
        ("2019-2020_avg", 2021, "last_2_years_avg"),
        ("2016-2020_sum", 2021, "last_5_years_sum"),
        ("2018-2020_sum", 2022, "2018-2020_sum"),
        ("2017-2020_sum", 2021, "2017-2020_sum"),
        ("2020", 2021, "2020"),
        ("last_3_years_sum", 2021, "last_3_years_sum"),
    ],
)
def test_spans_are_the_policies_only_in_their_year(period, year, expected):
    assert as_policy_period(period, year) == expected


def test_labels_without_narrowing():
    assert narrowed_label("营业收入", "") == "营业收入"
    assert split_label("营业收入（合并）") == ("营业收入（合并）", "")
