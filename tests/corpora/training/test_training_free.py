"""Free forms and the stream of pages: deterministic, exact tags, every key there."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from corpora.catalogue import FieldSpec, catalogue, known_types
from corpora.field_values import ValueTextError, from_text
from corpora.training import examples, show
from corpora.training.free import free_page
from corpora.training.pen import A4, Sheet, rich
from extractor.model import LabelledPage

PAGES = 700


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return [free_page(Random(seed)) for seed in range(PAGES)]


def values(page: LabelledPage) -> list[tuple[str, str]]:
    """(key, text) of every value, its lines joined."""
    made: list[tuple[str, str]] = []
    open_: dict[str, int] = {}
    for tag in page.tags:
        text = page.page.lines[tag.line].text[tag.start : tag.end]
        if tag.part and tag.key in open_:
            key, before = made[open_[tag.key]]
            made[open_[tag.key]] = (key, before + text)
        else:
            open_[tag.key] = len(made)
            made.append((tag.key, text))
    return made


def test_the_same_seed_gives_the_same_pages() -> None:
    first, again, other = (list(examples(seed, 40, drawn=0.0)) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_tags_lie_in_their_lines_and_never_on_each_other(pages: list[LabelledPage]) -> None:
    for page in pages:
        assert page.type in known_types()
        at = [(tag.line, tag.start, tag.end) for tag in page.tags]
        assert at == sorted(at), show(page)
        for (a, _, end), (b, start, _) in pairwise(at):
            assert a != b or end <= start, show(page)
        for tag in page.tags:
            text = page.page.lines[tag.line].text
            assert 0 <= tag.start < tag.end <= len(text)
            assert text[tag.start : tag.end] == text[tag.start : tag.end].strip()


def test_only_keys_of_the_type_are_tagged(pages: list[LabelledPage]) -> None:
    for page in pages:
        assert {tag.key for tag in page.tags} <= set(catalogue().get(page.type, {})), page.layout


@pytest.mark.parametrize("kind", ["date", "uscc", "patent_no", "money", "integer"])
def test_values_are_of_their_fields_kind(pages: list[LabelledPage], kind: str) -> None:
    """A value in one piece parses; dates of any notation, codes with blanks, amounts in any form."""
    seen = 0
    for page in pages:
        whole = Counter(tag.key for tag in page.tags if tag.part == 0)
        cut = {tag.key for tag in page.tags if tag.part}
        for key, text in values(page):
            spec = catalogue()[page.type][key]
            if spec.kind != kind or key in cut or not whole[key]:
                continue
            if key == "registered_capital" or re.fullmatch(r"\d+-[A-Z]{3}-\d\d|\d{8}", text):
                continue  # words around the amount; days that only their field tells (5-JUN-24)
            seen += 1
            assert _parses(spec, text), (key, text, show(page))
    assert seen > 20


def _parses(spec: FieldSpec, text: str) -> bool:
    try:
        from_text(spec, text)
    except ValueTextError:
        return False
    return True


def test_every_key_of_the_catalogue_is_tagged(pages: list[LabelledPage]) -> None:
    found = Counter(tag.key for page in pages for tag in page.tags)
    wanted = {key for fields in catalogue().values() for key in fields} - {"persons", "declarations", "listed_persons"}
    assert wanted - set(found) == set()
    assert min(found[key] for key in wanted) >= 5


def test_iso_certificates_and_insurance_lists_are_a_third(pages: list[LabelledPage]) -> None:
    found = Counter(page.type for page in pages)
    assert 0.28 < (found["iso_certificate"] + found["social_security_list"]) / PAGES < 0.42


def test_the_pen_wraps_values_and_numbers_their_parts() -> None:
    sheet = Sheet(A4)
    sheet.put(50, 50, rich("名称：", ("某某精密机械制造有限公司", "name"), "　电话 1234"), 10, width=100)
    page = sheet.page("business_license", True, "test")
    assert "".join(text for _, text in values(page)) == "某某精密机械制造有限公司"
    assert [t.part for t in page.tags] == list(range(len(page.tags)))
    assert all(line.box[2] <= 160 / A4[0] for line in page.page.lines)
