"""Synthetic social-security papers: layouts, labels and marks."""

from __future__ import annotations

from random import Random

import pytest

from corpora.synth import engine, names, ornaments, others, seals, social

pytestmark = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
UNMARKED = {"listed_persons", "persons"}
"""Counted and gathered from the whole table, not printed in one place."""


@pytest.mark.parametrize("layout", social.LAYOUTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_layout_prints_what_it_labels(layout: str, seed: int) -> None:
    """Each labelled value has a mark; every person's name and the unit stand there; few pages."""
    rng = Random(f"{layout}{seed}")
    made = social.make(rng, names.enterprise(rng), layout=layout)
    pages = engine.lay_out(made).pages
    marked = {key for page in pages for key in page.marks}
    assert marked == set(made.fields) - UNMARKED
    assert {"organization", "uscc", "period_from", "period_to", "issuer", "verification_code"} <= marked
    printed = "".join(text for page in pages for text, _ in page.lines).replace(" ", "")
    assert made.fields["organization"] in printed
    assert all(person["name"] in printed for person in made.fields.get("persons", []))
    assert len(pages) <= 4
    assert made.layout.startswith(layout)
    assert made.held_out == (layout in social.HELD_OUT)


@pytest.mark.parametrize("layout", [name for name in social.LAYOUTS if name not in social.UNNAMED])
def test_a_wrong_total_is_printed_as_asked(layout: str) -> None:
    """The trap: the printed total differs from the persons listed, and the labels say so."""
    made = social.make(Random(4), names.enterprise(Random(3)), layout=layout, headcount=11, total=13)
    assert made.fields["headcount"] == 13
    assert made.fields["listed_persons"] == len(made.fields["persons"]) == 11
    assert any("headcount" in page.marks for page in engine.lay_out(made).pages)


def test_papers_without_names_list_nobody() -> None:
    """Totals only: the number of listed persons is labelled as not there."""
    for layout in sorted(social.UNNAMED):
        made = social.make(Random(6), names.enterprise(Random(3)), layout=layout, headcount=57)
        assert made.fields["listed_persons"] is None
        assert made.fields["headcount"] == 57
        assert made.sheet == ()


def test_labels_never_carry_a_full_id_number() -> None:
    """Whatever is printed, the labels mask."""
    for seed in range(12):
        made = social.make(Random(seed), names.enterprise(Random(2)), headcount=9, masked=False)
        shown = [person["id_masked"] for person in made.fields.get("persons", [])]
        assert all(number is None or "*" in number for number in shown)


def test_layouts_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """``seen`` never gives a held-out layout, ``held_out`` nothing else; a wrong total needs a list."""
    # Drawing paper and seals takes nearly all the time and decides nothing here.
    for module, name in ((ornaments, "qr"), (seals, "round_seal")):
        monkeypatch.setattr(module, name, lambda *args, **kwargs: b"")
    owner = names.enterprise(Random(1))
    for seed in range(12):
        assert not social.make(Random(seed), owner, layouts="seen", headcount=8).held_out
        assert social.make(Random(seed), owner, layouts="held_out", headcount=8).held_out
        assert social.make(Random(seed), owner, headcount=8, total=9).fields["listed_persons"] == 8


def test_most_draws_are_seen_however_many_layouts_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The share of held-out draws is set, every held-out layout comes up in its turn; a list is drawn where one is asked for."""
    for module, name in ((ornaments, "qr"), (ornaments, "bars"), (seals, "round_seal")):
        monkeypatch.setattr(module, name, lambda *args, **kwargs: b"")
    owner = names.enterprise(Random(1))
    made = [social.make(Random(seed), owner, headcount=8) for seed in range(300)]
    assert 0.2 <= social.SHARE <= 0.34
    assert sum(one.held_out for one in made) / len(made) == pytest.approx(social.SHARE, abs=0.08)
    assert {one.layout.split("-")[0] for one in made if one.held_out} == social.HELD_OUT
    listed = [social.make(Random(seed), owner, headcount=8, total=9, layouts="held_out") for seed in range(30)]
    assert all(one.held_out and len(one.fields["persons"]) == 8 for one in listed)


def test_spreadsheet_rows_hold_every_person() -> None:
    """Where a paper has a spreadsheet form, it starts with the title and names everybody."""
    made = social.make(Random(8), names.enterprise(Random(3)), layout="detail", headcount=10)
    named = {cell for row in made.sheet for cell in row}
    assert len(made.sheet[0]) == 1
    assert {person["name"] for person in made.fields["persons"]} <= named


def test_same_seed_same_paper() -> None:
    """Generation depends on nothing but the seed."""
    first, second = (social.make(Random(5), names.enterprise(Random(4))) for _ in range(2))
    assert first == second


def test_a_specimen_is_marked_across_every_page() -> None:
    """The word lies over the certificate; nothing is labelled."""
    for seed in range(3):
        rng = Random(seed)
        made = others.specimen(rng, names.enterprise(rng))
        assert made.excluded
        assert not made.fields
        assert not made.held_out
        printed = ["".join(text for text, _ in page.lines) for page in engine.lay_out(made).pages]
        assert all("样" in text or "SAMPLE" in text for text in printed)


def test_declared_figures_are_marked() -> None:
    """Each declaration of the form has its mark."""
    rng = Random(1)
    made = others.application_form(rng, names.enterprise(rng))
    marks = [box for page in engine.lay_out(made).pages for box in page.marks["declarations"]]
    assert len(marks) == len(made.fields["declarations"])


@pytest.mark.parametrize("layout", ["list", "insured", "ticks"])
def test_persons_are_labelled_from_their_printed_first_month(layout: str) -> None:
    """A printed first month is where a person's term begins; else the list's period is both ends."""
    for seed in range(6):
        rng = Random(f"{layout}{seed}")
        made = social.make(rng, names.enterprise(rng), layout=layout, headcount=9, year=2024, month=3)
        printed = "".join(text for page in engine.lay_out(made).pages for text, _ in page.lines).replace("-", "")
        starts = {person["from"] for person in made.fields["persons"]}
        assert {person["to"] for person in made.fields["persons"]} == {"2024-03"}
        assert starts == {"2024-03"} or all(start.replace("-", "") in printed for start in starts)
        assert len(starts) > 1 or layout == "ticks"
