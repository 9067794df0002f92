"""Certificates: every layout of every type is drawn, marked where its values stand, and kept apart by sight."""

from __future__ import annotations

from datetime import date
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.synth import engine, forms, hightech, ids, licence, names, patent, software, trademark
from corpora.synth.engine import SynthDocument

needs_font = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
MODULES = (patent, software, trademark, hightech, licence)
EVERY = [
    pytest.param(module, layout, id=f"{module.__name__.split('.')[-1]}-{layout}")
    for module in MODULES
    for layout in module.LAYOUTS
]


def draw(module: ModuleType, seed: int = 3, **options: object) -> SynthDocument:
    """A certificate of ``module`` for some enterprise."""
    made = module.make(Random(seed), names.enterprise(Random(seed + 100)), **options)
    assert isinstance(made, SynthDocument)
    return made


@needs_font
@pytest.mark.parametrize(("module", "layout"), EVERY)
def test_every_layout_is_drawn_and_marked(module: ModuleType, layout: str) -> None:
    """Each layout fits on its pages, and every labelled value is marked somewhere inside a page."""
    document = draw(module, layout=layout)
    pages = engine.lay_out(document).pages
    printed = {key for key, value in document.fields.items() if value not in (None, [])}
    marks = {key: boxes for page in pages for key, boxes in page.marks.items()}
    assert printed == set(marks)
    assert all(0 <= left < right <= 1 and 0 <= top < bottom <= 1 for b in marks.values() for left, top, right, bottom in b)
    assert 1 <= len(pages) <= 2
    assert document.layout.split("-")[0] == layout
    assert document.held_out == (layout in module.HELD_OUT)


@needs_font
@pytest.mark.parametrize("module", MODULES)
def test_marks_hold_the_labelled_names(module: ModuleType) -> None:
    """The text in a marked place is the label's: the owner's name stands there."""
    key = {patent: "patentees", software: "owners", trademark: "owner", hightech: "holder", licence: "name"}[module]
    document = draw(module, seed=11, layout=module.LAYOUTS[0])
    name = document.fields[key] if isinstance(document.fields[key], str) else document.fields[key][0]
    page = engine.lay_out(document).pages[0]
    left, top, right, bottom = page.marks[key][0]
    inside = [text for text, b in page.lines if top < (b[1] + b[3]) / 2 < bottom and b[0] < right and b[2] > left]
    assert any(name in text for text in inside)


@needs_font
@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("layouts", ["seen", "held_out"])
def test_held_out_layouts_stay_apart(module: ModuleType, layouts: str) -> None:
    """``seen`` never gives a held-out layout, ``held_out`` nothing else, and each gives all of its own."""
    wanted = set(module.LAYOUTS) - module.HELD_OUT if layouts == "seen" else set(module.HELD_OUT)
    drawn = {forms.pick(Random(seed), module.LAYOUTS, module.HELD_OUT, layouts=layouts) for seed in range(200)}
    assert drawn == wanted
    document = draw(module, seed=21, layouts=layouts)
    assert document.held_out == (layouts == "held_out")


@pytest.mark.parametrize("module", MODULES)
def test_a_fair_share_is_held_out(module: ModuleType) -> None:
    """About a quarter to a third of the layouts is kept out of sight."""
    assert set(module.LAYOUTS) >= module.HELD_OUT
    assert 0.2 <= len(module.HELD_OUT) / len(module.LAYOUTS) <= 0.4


@needs_font
@pytest.mark.parametrize("module", MODULES)
def test_same_seed_same_certificate(module: ModuleType) -> None:
    """Source, label and images depend on nothing but the seed."""
    assert draw(module, seed=8) == draw(module, seed=8)
    assert draw(module, seed=8).source != draw(module, seed=9).source


@given(
    st.dates(date(2003, 1, 1), date(2027, 12, 31)),
    st.sampled_from(tuple(ids.PATENT_KINDS)),
    st.sampled_from(("all", "seen", "held_out")),
)
@settings(max_examples=40, deadline=None)
def test_some_patent_layout_fits_every_day(day: date, kind: str, layouts: str) -> None:
    """Whatever the day of grant and the kind, seen and held-out layouts exist."""
    name = forms.pick(Random(1), patent.LAYOUTS, patent.HELD_OUT, None, layouts, lambda n: patent.fits(n, kind, day))
    assert kind in patent.FORMS[name].kinds


@needs_font
@pytest.mark.parametrize("layout", ["old", "register", "electronic"])
def test_a_given_layout_and_day_are_kept(layout: str) -> None:
    """Callers may ask for any layout on any day."""
    day = date(2019, 6, 14)
    document = draw(patent, layout=layout, granted=day, kind="utility", co_owner="某某大学")
    assert document.layout == f"{layout}-utility"
    assert document.fields["grant_date"] == "2019-06-14"
    assert document.fields["patentees"][1] == "某某大学"
    assert (document.fields["grant_no"] is None) == (layout == "old")


@needs_font
def test_a_given_number_fixes_the_year_of_filing() -> None:
    """The day of application lies in the year that the number tells."""
    document = draw(patent, granted=date(2021, 3, 5), kind="utility", number="ZL202020123456.X")
    assert document.fields["application_date"][:4] == "2020"
    assert document.fields["patent_no"] == "ZL202020123456.X"


@needs_font
def test_register_copies_tell_the_legal_status() -> None:
    """A lapsed patent comes as a register copy that proves nothing; no other layout can say so."""
    lapsed = draw(patent, status="terminated")
    assert lapsed.layout.startswith("register_copy")
    assert lapsed.excluded
    assert lapsed.fields["legal_status"] == "terminated"
    current = draw(patent, layout="register_copy")
    assert current.fields["legal_status"] == "in_force"
    assert not current.excluded
    with pytest.raises(forms.UnknownLayoutError, match="register_copy"):
        draw(patent, layout="old", status="terminated")


def test_unknown_layouts_name_the_remedy() -> None:
    """A wrong name says which there are; a wrong range says what is allowed."""
    with pytest.raises(forms.UnknownLayoutError, match="landscape"):
        forms.pick(Random(1), hightech.LAYOUTS, hightech.HELD_OUT, "gothic")
    with pytest.raises(forms.UnknownLayoutError, match="held_out"):
        forms.pick(Random(1), hightech.LAYOUTS, hightech.HELD_OUT, layouts="some")
    with pytest.raises(forms.UnknownLayoutError, match="没有符合条件"):
        forms.pick(Random(1), hightech.LAYOUTS, hightech.HELD_OUT, fits=lambda _: False)
