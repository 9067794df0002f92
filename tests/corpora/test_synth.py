"""Synthetic documents: identifiers, accounts and dates hold; pages come out for every type."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import degrade, make
from corpora.synth import audit, dates, engine, ids, ledger, licence, names, others, patent, social
from extractor.values.checkdigits import uscc_is_valid
from extractor.values.identifiers import parse_patent_no, parse_uscc
from extractor.values.persons import is_resident_id

needs_font = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_identifiers_have_right_check_digits(seed: int) -> None:
    """Every generated number passes the checks that the product makes."""
    rng = Random(seed)
    company = names.enterprise(rng)
    assert uscc_is_valid(company.uscc)
    code = parse_uscc(company.uscc)
    assert code is not None
    assert code.valid
    for kind in ids.PATENT_KINDS:
        number = parse_patent_no(ids.patent_no(rng, kind, rng.randint(2004, 2024)))
        assert number is not None
        assert number.valid
    assert is_resident_id(ids.id_number(rng))


@given(SEEDS, st.sampled_from(("2019", "2018", "small")), st.sampled_from((1, 100_000, 10_000)), st.booleans())
@settings(max_examples=60, deadline=None)
def test_accounts_add_up(seed: int, standard: ledger.Standard, grain: int, loss: bool) -> None:
    """Both years: assets = liabilities + equity, subtotals, and profit after tax, to the fen."""
    book = ledger.accounts(Random(seed), standard, grain=grain, loss=loss, consolidated=standard != "small")
    for year in (0, 1):
        fig = {key: pair[year] for key, pair in book.figures.items()}
        assert fig["total_assets"] == fig["total_liabilities"] + fig["owners_equity"]
        assert fig["total_profit"] - fig["income_tax"] == fig["net_profit"]
        assert fig["main_revenue"] <= fig["revenue"]
        assert all(value % grain == 0 for value in fig.values())
        assert _items(book.assets, "流动资产合计", year) == fig["current_assets"]
        assert _items(book.claims, "流动负债合计", year) == fig["current_liabilities"]


def _items(rows: tuple[ledger.Row, ...], total: str, year: int) -> int:
    """Sum of the items above the row named ``total``."""
    found = 0
    for row in rows:
        if row.label == total:
            return found
        found += row.amounts[year] if row.amounts and row.role == "item" else 0
    raise AssertionError(total)


@given(st.dates(date(1999, 1, 1), date(2030, 12, 31)), st.integers(1, 20))
def test_terms_end_where_they_should(day: date, years: int) -> None:
    """A term of years less a day ends before the anniversary and keeps leap days legal."""
    end = dates.plus_years(day, years, 1)
    assert 0 < (date(day.year + years, day.month, min(day.day, 28)) - end).days <= 4 or day.day > 28


def test_chinese_dates_and_capital_numerals() -> None:
    """Notations written by hand elsewhere."""
    assert dates.chinese(date(2022, 12, 19)) == "二〇二二年十二月十九日"
    assert dates.chinese(date(2021, 3, 20), "○") == "二○二一年三月二十日"
    assert licence.capital_words(5_000_000) == "伍佰万"
    assert licence.capital_words(36_800_000) == "叁仟陆佰捌拾万"
    assert licence.capital_words(10_050_000) == "壹仟零伍万"


def test_near_name_differs_by_one_character() -> None:
    """The trap company's name is a near miss, never the same."""
    for seed in range(40):
        owner = names.enterprise(Random(seed))
        near = names.enterprise(Random(seed + 1000), near=owner)
        assert len(near.name) == len(owner.name)
        assert sum(a != b for a, b in zip(near.name, owner.name, strict=True)) == 1
        assert near.uscc != owner.uscc


@needs_font
@pytest.mark.parametrize("kind", [name for name, _, _ in make.MAKERS])
def test_every_type_renders(kind: str) -> None:
    """Each type gives non-empty pages and labels with known keys."""
    maker = next(maker for name, maker, _ in make.MAKERS if name == kind)
    rng = Random(kind)
    document = maker(rng, names.enterprise(rng))
    pages = engine.render(document, 40)
    assert pages
    assert all(page.dtype == np.uint8 and page.shape[2] == 3 for page in pages)
    assert any(int(page.min()) < 100 for page in pages)
    assert kind == "negative" or document.type == kind


@needs_font
def test_same_seed_same_document() -> None:
    """Generation depends on nothing but the seed."""
    first, second = (patent.make(Random(5), names.enterprise(Random(4))) for _ in range(2))
    assert first.source == second.source
    assert first.fields == second.fields


@needs_font
def test_labels_agree_with_the_text_layer() -> None:
    """What the label says stands in the born-digital PDF."""
    import io

    import pypdfium2

    owner = names.enterprise(Random(8))
    document = audit.make(Random(9), owner, standard="2019", unit="yuan", consolidated=False)
    pdf = pypdfium2.PdfDocument(io.BytesIO(engine.to_pdf(document)))
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    year = document.fields["fiscal_year"]
    for key in ("revenue", "total_assets", "net_profit", "rd_expense"):
        assert f"{abs(document.fields[key][year]):,.2f}" in text
    assert owner.name in text


@needs_font
def test_social_list_masks_persons_in_labels() -> None:
    """Labels never carry a full ID number, whatever is printed."""
    made = social.make(Random(3), names.enterprise(Random(2)), layout="list", headcount=9)
    assert made.fields["listed_persons"] == made.fields["headcount"] == 9
    assert all("*" in person["id_masked"] for person in made.fields["persons"])


@needs_font
def test_negatives_are_marked_excluded() -> None:
    """Papers that must not count say so."""
    rng = Random(1)
    assert all(maker(rng, names.enterprise(rng)).excluded for maker in others.NEGATIVES)


def test_missing_font_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a Chinese font the error says what to install."""
    monkeypatch.setattr(engine, "_installed", dict)
    assert not engine.has_chinese_font()
    with pytest.raises(engine.NoChineseFontError, match="fonts-noto-cjk"):
        engine.families(engine.SONG)


def test_degradation_is_seeded_and_keeps_the_form() -> None:
    """Same seed, same pixels; RGB uint8 in and out; quarter turns swap the sides."""
    page = np.full((120, 80, 3), 255, np.uint8)
    page[40:60, 20:60] = 0
    for name, preset in degrade.PRESETS.items():
        results = []
        for _ in range(2):
            rng = np.random.default_rng(7)
            results.append(degrade.apply(page, preset(rng), rng, page))
        assert np.array_equal(results[0], results[1]), name
        assert results[0].dtype == np.uint8
        assert results[0].shape[2] == 3
    assert degrade.rotate(page, 90).shape[:2] == (80, 120)
    assert np.array_equal(degrade.rotate(degrade.rotate(page, 90), 270), page)


def test_stamp_keeps_the_text_below() -> None:
    """Ink multiplies: black stays black under a red seal, white turns red."""
    page = np.full((20, 20, 3), 255, np.uint8)
    page[:, :10] = 0
    mark = np.zeros((20, 20, 4), np.uint8)
    mark[..., 0], mark[..., 3] = 220, 255
    out = degrade.stamp(page, mark, 0, 0)
    assert out[5, 2].tolist() == [0, 0, 0]
    assert out[5, 15].tolist() == [220, 0, 0]
