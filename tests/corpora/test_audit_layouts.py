"""Audit reports in every layout: pages come out, labels stand where the marks say, accounts add up."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.synth import (
    audit,
    engine,
    forms,
    hightech,
    iso,
    ledger,
    licence,
    names,
    patent,
    rdaudit,
    seals,
    social,
    software,
    statement_english,
    statement_unseen,
    statements,
    tax,
    trademark,
)
from corpora.synth.engine import SynthDocument
from corpora.synth.statement_marks import marked

pytestmark = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(autouse=True)
def plain_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing seals takes most of the time and decides nothing here."""
    blank = seals.signature(Random(1), (30, 11))
    for name in ("round_seal", "cpa_stamp", "signature"):
        monkeypatch.setattr(seals, name, lambda *args, **kwargs: blank)


def _marks(document: SynthDocument) -> dict[str, list[str]]:
    """By mark, the text that stands in its boxes."""
    found: dict[str, list[str]] = {}
    for page in engine.lay_out(document).pages:
        for key, boxes in page.marks.items():
            for left, top, right, bottom in boxes:
                inside = [
                    text
                    for text, box in page.lines
                    if box[1] <= (top + bottom) / 2 <= box[3] and box[0] < right and box[2] > left
                ]
                found.setdefault(key, []).append("".join(inside).replace(" ", ""))
    return found


def _period_keys(document: SynthDocument) -> set[str]:
    return {f"{key}/{period}" for key, value in document.fields.items() if isinstance(value, dict) for period in value}


def _check_marks(document: SynthDocument) -> None:
    """Every labelled period of every row is marked, on a line that shows the amount, and nothing else is."""
    shown = _marks(document)
    assert {key for key in shown if "/" in key} == _period_keys(document)
    divisor = statements.UNITS[document.fields.get("statement_unit", "yuan")][0] / 100
    for key in _period_keys(document):
        name, period = key.split("/")
        value = abs(document.fields[name][period]) / divisor
        written = {f"{value:{group}.{decimals}f}" for group in (",", "") for decimals in (0, 2)}
        assert all(any(w in text for w in written) for text in shown[key]), key
    for key in ("entity", "firm", "report_no", "report_code"):
        if key in document.fields:
            assert any(str(document.fields[key])[-4:] in text for text in shown[key]), key


@pytest.mark.parametrize("layout", audit.LAYOUTS)
def test_reports_show_what_they_label(layout: str) -> None:
    """Short reports: two to six pages, both years of the deciding rows, each amount under its mark."""
    rng = Random(layout)
    document = audit.make(rng, names.enterprise(rng), layout=layout, brief=True)
    year = int(document.fields["fiscal_year"])
    assert document.layout.startswith(layout)
    assert document.held_out == (layout in audit.HELD_OUT)
    assert 2 <= len(engine.lay_out(document).pages) <= 6
    for key in ("revenue", "net_profit", "total_assets", "owners_equity"):
        assert set(document.fields[key]) == {str(year), str(year - 1)}
    _check_marks(document)


def test_one_year_of_flows_is_labelled_where_only_months_stand_beside_it() -> None:
    """本月数 | 本年累计数: last year's revenue stands nowhere, last year's assets do."""
    for seed in range(20):
        rng = Random(seed)
        document = audit.make(rng, names.enterprise(rng), layout="monthly", standard="small", notes=False)
        if "上年" not in document.source.split("利润表")[-1]:
            break
    else:
        raise AssertionError("no report without last year's flows")
    assert len(document.fields["revenue"]) == 1
    assert len(document.fields["total_assets"]) == 2
    _check_marks(document)


def test_group_columns_are_labelled_not_the_company_s() -> None:
    """In the table of four columns the labels are the consolidated figures."""
    rng = Random(5)
    book = ledger.accounts(rng, "2019", consolidated=True)
    parent = ledger.accounts(rng, "2019")
    document = audit.make(
        rng, names.enterprise(rng), year=2021, layout="group_company", unit="yuan", book=book, parent=parent, brief=True
    )
    assert document.fields["consolidated"] is True
    assert document.fields["total_assets"]["2021"] == audit.yuan(book.figures["total_assets"][0])
    _check_marks(document)


@pytest.mark.parametrize("module", [audit, tax, rdaudit])
def test_a_fair_share_is_held_out(module: object) -> None:
    """About a quarter of the layouts is kept out of sight, and the guide tells which."""
    layouts, held_out = module.LAYOUTS, module.HELD_OUT  # type: ignore[attr-defined]
    assert set(layouts) > held_out
    assert 0.2 <= len(held_out) / len(layouts) <= 0.34


def test_the_guide_lists_the_layouts_held_out() -> None:
    """The table of ``docs/corpora.md`` has the right count and names for every type."""
    guide = (Path(__file__).parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"\(`(\w+)\.py`\) (\| \d+ \| .*) \|", guide))
    modules = (audit, tax, rdaudit, patent, software, trademark, hightech, iso, licence, social)
    true = {
        module.__name__.split(".")[-1]: (len(module.LAYOUTS), {name for name in module.LAYOUTS if name in module.HELD_OUT})
        for module in modules
    }
    shown = {name: (int(row.split("|")[1]), set(row.split("|")[2].strip().split(", "))) for name, row in told.items()}
    assert shown == true


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("一、营业收入", "营业收入"),
        ("三、利润总额（亏损总额以“-”号填列）", "利润总额"),
        ("（一）持续经营净利润（净亏损以“-”号填列）", "持续经营净利润"),
        ("所有者权益（或股东权益）合计", "所有者权益（或股东权益）合计"),
        ("减：营业成本", "减：营业成本"),
    ],
)
def test_bound_reports_name_rows_plainly(label: str, shown: str) -> None:
    """Numbering and hints for filling in are left out, the name stays."""
    assert statement_unseen.plain_name(label) == shown


@pytest.mark.parametrize("grouped", [True, False])
def test_amounts_with_and_without_separators(grouped: bool) -> None:
    """Software may print amounts without commas; the decimals stay."""
    style = replace(statements.choose_style(Random(1), 2022, unit="yuan", layout="account"), grouped=grouped)
    assert statements.money(123456789, style) == ("1,234,567.89" if grouped else "1234567.89")


@pytest.mark.parametrize("module", [tax, rdaudit])
def test_tax_returns_and_research_audits(module: object) -> None:
    """Every layout shows what it labels."""
    for layout in module.LAYOUTS:  # type: ignore[attr-defined]
        rng = Random(layout)
        document = module.make(rng, names.enterprise(rng), layout=layout)  # type: ignore[attr-defined]
        assert document.held_out == (layout in module.HELD_OUT)  # type: ignore[attr-defined]
        shown = _marks(document)
        assert {key for key in shown if "/" in key} == _period_keys(document)
        assert "entity" in shown


@pytest.mark.parametrize("maker", [audit.make, audit.bare_statements, tax.make, rdaudit.make])
def test_ranges_of_layouts_are_kept(maker: object) -> None:
    """``seen`` never gives a held-out layout, ``held_out`` nothing else; the same seed gives the same document."""
    for seed in range(12):
        made = [
            maker(Random(seed), names.enterprise(Random(seed)), layouts=layouts)  # type: ignore[operator]
            for layouts in ("seen", "seen", "held_out")
        ]
        assert [document.held_out for document in made] == [False, False, True]
        assert made[0].source == made[1].source
        assert made[0].fields == made[1].fields


def test_impossible_layouts_are_refused() -> None:
    """A form of small enterprises shows no consolidated statements; an unknown name is named."""
    owner = names.enterprise(Random(1))
    with pytest.raises(forms.UnknownLayoutError, match="small_form"):
        audit.make(Random(1), owner, layout="small_form", consolidated=True)
    with pytest.raises(forms.UnknownLayoutError, match="nowhere"):
        audit.make(Random(1), owner, layout="nowhere")


@given(SEEDS, st.sampled_from(("seen", "held_out")), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_accounts_find_a_layout(seed: int, layouts: str, small: bool, consolidated: bool) -> None:
    """Accounts given beforehand are shown in full: every row of both years, exact in the unit."""
    rng = Random(seed)
    consolidated = consolidated and not small
    book = ledger.accounts(rng, "small" if small else "2019", grain=rng.choice((1, 10_000)), consolidated=consolidated)
    document = audit.make(
        rng, names.enterprise(rng), year=2022, book=book, consolidated=consolidated, notes=not small, brief=True, layouts=layouts
    )
    keys = (*(k for k in audit.ROWS if not (small and k == "rd_expense")), *(() if small else ("main_revenue",)))
    expected = audit.row_labels(book, 2022, keys)
    assert {key: document.fields.get(key) for key in expected} == expected
    assert statements.GRAINS[document.fields["statement_unit"]] in (1, 10_000)


@given(SEEDS, st.sampled_from((1, 10_000, 100_000)), st.booleans())
@settings(max_examples=40, deadline=None)
def test_accounts_of_the_older_format_add_up(seed: int, grain: int, loss: bool) -> None:
    """Without 研发费用: the printed rows still lead from revenue to net profit."""
    book = ledger.accounts(Random(seed), "2007", grain=grain, loss=loss)
    rows = {row.label.split("（")[0]: row.amounts for row in book.income if row.amounts}
    assert not any("研发" in label for label in rows)
    for k in (0, 1):
        costs = sum(
            rows[name][k] for name in ("减：营业成本", "营业税金及附加", "销售费用", "管理费用", "财务费用", "资产减值损失")
        )
        operating = rows["一、营业收入"][k] - costs + rows["投资收益"][k]
        assert operating == rows["二、营业利润"][k]
        total = operating + rows["加：营业外收入"][k] - rows["减：营业外支出"][k]
        assert total - rows["减：所得税费用"][k] == book.figures["net_profit"][k]
        assert book.figures["total_assets"][k] == book.figures["total_liabilities"][k] + book.figures["owners_equity"][k]
    assert all(min(row.amounts) >= 0 for row in book.assets if row.amounts)


def test_every_row_of_the_current_formats_has_an_english_name() -> None:
    """Bilingual statements leave no row in Chinese only."""
    for standard in ("2019", "2018"):
        book = ledger.accounts(Random(standard), standard, consolidated=True)  # type: ignore[arg-type]
        missing = [row.label for row in (*book.income, *book.assets, *book.claims) if not statement_english.english(row.label)]
        assert not missing


@pytest.mark.parametrize(
    ("sentence", "count"),
    [("2020年度及2019年度", 1), ("截至2020年12月31日止2020年度", 2), ("12020年", 0), ("编号2020", 0)],
)
def test_only_years_are_marked_as_the_year(sentence: str, count: int) -> None:
    """The fiscal year is marked before 年, not within numbers."""
    assert marked(sentence, 2020).count("fiscal_year") == count
