"""Running text with marked names, and stray papers."""

import re
from itertools import islice

import pytest

from corpora.catalogue import known_types
from corpora.sentences import KINDS, page_examples, passages
from corpora.sentences.hand import hand_passages
from corpora.sentences.parts import MAKERS, WORDS
from corpora.sentences.strays import strays
from corpora.sentences.texts import sentences, stray_kinds

PLAIN = {"date", "money", "title", "no", "short", "bank", "year", "n", "pct", "tel", "city"}


@pytest.mark.parametrize("name", ["templates.txt", "templates_unseen.txt"])
def test_every_slot_of_a_sentence_is_known(name):
    slots = {slot for line in sentences(name) for slot, _ in re.findall(r"\{(\w+?)(\d?)\}", line)}
    assert slots <= PLAIN | set(MAKERS)


def test_no_sentence_is_learned_from_and_measured_on():
    assert not set(sentences("templates.txt")) & set(sentences("templates_unseen.txt"))


def test_names_to_measure_on_are_made_of_other_parts():
    def companies(unseen):
        return {text[a:b] for text, marks in passages(80, 3, unseen=unseen, noise=0) for a, b, kind in marks if kind == "ORG"}

    assert not companies(True) & companies(False) - {*WORDS["granters"]}


def test_passages_written_by_hand_have_all_kinds():
    found = list(hand_passages())
    assert {kind for _, marks in found for _, _, kind in marks} == set(KINDS)
    assert not any("⟦" in text or "⟧" in text for text, _ in found)


@pytest.mark.parametrize("unseen", [False, True])
def test_stray_papers_are_no_evidence(unseen):
    kinds = stray_kinds("strays_unseen.yaml" if unseen else "strays.yaml")
    assert {kind.type for kind in kinds} <= known_types()
    made = list(strays(30, 1, unseen=unseen))
    assert made == list(strays(30, 1, unseen=unseen))
    assert all(page.page.lines and page.held_out == unseen and not page.tags for page in made)
    assert not any(re.search(r"@[cpdmnagtkiy]", line.text) for page in made for line in page.page.lines)


def test_no_kind_is_learned_from_and_measured_on():
    seen, unseen = ({kind.name for kind in stray_kinds(name)} for name in ("strays.yaml", "strays_unseen.yaml"))
    assert not seen & unseen


def test_pages_to_learn_from_hold_stray_papers_and_no_held_out_layout():
    made = list(page_examples(4, 50, drawn=0))
    assert len(made) == 50
    assert sum(page.layout.startswith("stray-") for page in made) == 12
    assert not any(page.held_out for page in made)
    assert made == list(islice(page_examples(4, 50, drawn=0), 50))
