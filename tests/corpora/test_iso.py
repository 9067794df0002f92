"""Synthetic management system certificates: layouts, labels and marks."""

from __future__ import annotations

from random import Random

import pytest

from corpora.synth import engine, iso, iso_sheet, names, ornaments, seals

pytestmark = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
SYSTEMS = tuple(iso_sheet.SYSTEMS)


@pytest.mark.parametrize("layout", iso.LAYOUTS)
def test_every_layout_prints_what_it_labels(layout: str) -> None:
    """Each label has a mark on the page, and the code, the number and the holder stand there as text."""
    rng = Random(layout)
    made = iso.make(rng, names.enterprise(rng), layout=layout)
    pages = engine.lay_out(made).pages
    marked = {key for page in pages for key in page.marks}
    assert marked == set(made.fields)
    assert {"certificate_no", "system", "standards", "holder", "issuer", "valid_until"} <= marked
    printed = "".join(text for page in pages for text, _ in page.lines).replace(" ", "")
    for key in ("certificate_no", "holder", "uscc"):
        assert str(made.fields.get(key, "")).replace(" ", "") in printed
    assert len(pages) == (2 if layout in ("annex", "sites") else 1)
    assert made.layout.startswith(layout)
    assert made.held_out == (layout in iso.HELD_OUT)


def test_marks_stand_on_the_page_and_hold_the_value() -> None:
    """Boxes are fractions of the page; the line under the number's mark shows the number."""
    rng = Random(3)
    made = iso.make(rng, names.enterprise(rng), layout="ruled", system="quality", number="00119Q12345R0M")
    (page,) = engine.lay_out(made).pages
    assert all(0 <= b[0] < b[2] <= 1 and 0 <= b[1] < b[3] <= 1 for boxes in page.marks.values() for b in boxes)
    (box,) = page.marks["certificate_no"]
    line = next(t for t, b in page.lines if b[0] - 0.001 <= box[0] and box[2] <= b[2] + 0.001 and abs(b[1] - box[1]) < 0.01)
    assert "00119Q12345R0M" in line


def test_layouts_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """``seen`` never gives a held-out layout, ``held_out`` nothing else; English only where it may be."""
    # Drawing paper and seals takes nearly all the time and decides nothing here.
    for module, name in ((ornaments, "certificate_paper"), (seals, "round_seal")):
        monkeypatch.setattr(module, name, lambda *args, **kwargs: b"")
    owner = names.enterprise(Random(1))
    for seed in range(12):
        seen = iso.make(Random(seed), owner, layouts="seen", english=False)
        held = iso.make(Random(seed), owner, layouts="held_out")
        assert not seen.held_out
        assert held.held_out
        assert seen.fields["holder"] == held.fields["holder"] == owner.name
    assert set(iso.LAYOUTS) > iso.HELD_OUT


def test_most_draws_are_seen_however_many_layouts_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The share of held-out draws is set, every held-out layout comes up in its turn."""
    for module, name in ((ornaments, "certificate_paper"), (ornaments, "qr"), (seals, "round_seal"), (seals, "signature")):
        monkeypatch.setattr(module, name, lambda *args, **kwargs: b"")
    owner = names.enterprise(Random(1))
    made = [iso.make(Random(seed), owner) for seed in range(400)]
    assert 0.2 <= iso.SHARE <= 0.34
    assert sum(one.held_out for one in made) / len(made) == pytest.approx(iso.SHARE, abs=0.07)
    assert {one.layout.split("-")[0] for one in made if one.held_out} == iso.HELD_OUT


@pytest.mark.parametrize("language", ["zh", "bilingual", "columns", "en"])
def test_language_names_a_layout(language: str) -> None:
    """The former keyword still chooses; every system has words in every language."""
    rng = Random(2)
    for system in SYSTEMS[-3:]:
        made = iso.make(rng, names.enterprise(rng), language=language, system=system)
        assert made.layout == f"{language}-{system}"


def test_same_seed_same_certificate() -> None:
    """Generation depends on nothing but the seed."""
    first, second = (iso.make(Random(5), names.enterprise(Random(4))) for _ in range(2))
    assert first == second
