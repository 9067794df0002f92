"""Names in running text: from a page to its text and back, training, folder."""

import builtins
import json
import shutil
from importlib.util import find_spec
from itertools import pairwise

import pytest

from corpora.sentences import passages
from extractor.model import Line, Page
from models.names import ModelDamaged, ModelMissing, Names, SpacyMissing, TrainingError, TrainSettings, verify
from models.names.measure import score
from models.names.names import USER_DATA, look, page_doc, spans
from models.names.page_text import page_text, stretch_box
from models.names.train import example, train

SMALL = TrainSettings(epochs=2, width=32, depth=2, rows=400, batch=600, rate=3e-3)
PARTIAL = [("出具报告的单位是福州瑞恒有限公司", ((8, 16, "ORG"),))]


def page(*texts: str, wide: bool = False) -> Page:
    lines = [
        Line(text=t, box=(0.1, 0.1 + 0.05 * n, 0.9 if wide else 0.1 + 0.02 * len(t), 0.13 + 0.05 * n))
        for n, t in enumerate(texts)
    ]
    return Page(file=3, page=2, width=700, height=1000, source="ocr", lines=tuple(lines))


WRAPPED = page("我们审计了后附的福州瑞恒精密机械有", "限公司财务报表，包括资产负债表以及附注。", "地址：福州市", wide=True)


class TestPageText:
    def test_broken_lines_are_joined_and_others_are_not(self):
        assert (
            page_text(WRAPPED).text == "我们审计了后附的福州瑞恒精密机械有限公司财务报表，包括资产负债表以及附注。\n地址：福州市"
        )

    def test_a_stretch_over_two_lines_has_two_places(self):
        text = page_text(WRAPPED)
        start = text.text.index("福州瑞恒")
        found = text.evidence(start, start + len("福州瑞恒精密机械有限公司"))
        assert [e.text for e in found] == ["福州瑞恒精密机械有", "限公司"]
        assert [(e.file, e.page) for e in found] == [(3, 2)] * 2
        assert found[0].box[2] == pytest.approx(0.9)
        assert found[1].box[0] == pytest.approx(0.1)
        assert found[1].box[1] == pytest.approx(0.15)

    def test_every_character_finds_back(self):
        text = page_text(WRAPPED)
        for at, char in enumerate(text.text):
            if char != "\n":
                ((number, a, b),) = text.parts(at, at + 1)
                assert WRAPPED.lines[number].text[a:b] == char

    def test_known_places_of_characters_are_used(self):
        line = Line(text="甲乙", box=(0.1, 0.1, 0.5, 0.2), spans=((0.1, 0.15), (0.4, 0.5)))
        assert stretch_box(line, 1, 2) == (0.4, 0.1, 0.5, 0.2)

    def test_marks_and_empty_pages(self):
        marked = page("样本").lines[0].model_copy(update={"slant": 30.0})
        assert page_text(Page(file=0, page=1, width=1, height=1, source="ocr", lines=(marked,))).text == ""


class TestPassages:
    @pytest.mark.parametrize("unseen", [False, True])
    def test_names_are_where_they_are_said_to_be(self, unseen):
        for text, marks in passages(60, 1, unseen=unseen):
            assert all(text[a:b] == text[a:b].strip() != "" for a, b, _ in marks)
            assert all(first[1] <= second[0] for first, second in pairwise(marks))

    def test_the_seed_decides(self):
        assert list(passages(20, 5)) == list(passages(20, 5))
        assert list(passages(20, 5)) != list(passages(20, 6))


def test_exact_spans_count():
    found = score([[(0, 4, "ORG"), (5, 7, "PER")]], [[(0, 4, "ORG"), (5, 8, "PER")]])
    assert (found["ORG"].f1, found["PER"].f1, found["all"].precision) == (1.0, 0.0, 0.5)


def test_names_of_one_form_look_alike():
    assert look("ORG", "福州瑞恒有限公司") == "ORG.usual"
    assert look("ORG", "瑞恒") == "ORG.other"
    assert look("STD", "GB/T 19001-2016") == "STD.usual"
    assert look("PER", "本公司全体股东") == "PER.other"


def test_without_spacy_the_message_says_what_to_do(monkeypatch):
    true = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] == "spacy":
            raise ImportError(name)
        return true(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SpacyMissing, match=r"zuozheng\[spacy\]"):
        Names.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pytest.importorskip("spacy")
    out = tmp_path_factory.mktemp("names") / "model"
    train(lambda: passages(60, 1), lambda: PARTIAL, out, SMALL)
    return out


@pytest.mark.skipif(find_spec("spacy") is None, reason="needs the extra spacy")
class TestWithSpacy:
    @pytest.fixture
    def copy(self, folder, tmp_path):
        return shutil.copytree(folder, tmp_path / "copy")

    def test_what_is_not_marked_in_a_part_is_unknown(self):
        import spacy

        nlp = spacy.blank("zh")
        made = example(nlp, ("甲公司乙", ((0, 3, "ORG"),)), whole=False)
        assert [t.ent_iob_ for t in made.reference] == ["B", "I", "I", ""]
        assert [t.ent_iob_ for t in example(nlp, ("甲公司乙", ((0, 3, "ORG"),)), whole=True).reference] == ["B", "I", "I", "O"]

    def test_it_opens_as_any_pipeline(self, folder):
        import spacy

        assert spacy.load(folder).pipe_names == ["ner"]

    def test_training_twice_gives_the_same(self, folder, tmp_path):
        train(lambda: passages(60, 1), lambda: PARTIAL, tmp_path / "again", SMALL)
        ours, theirs = (json.loads((f / "record.json").read_text(encoding="utf-8")) for f in (folder, tmp_path / "again"))
        assert ours == theirs

    def test_pages_are_read(self, folder):
        found = Names.load(folder).find(WRAPPED)
        assert all(span.kind in ("ORG", "PER", "ADDR", "PRODUCT", "STD") for span in found)
        assert all("".join(e.text for e in span.evidence).replace("\n", "") == span.text for span in found)

    def test_spans_carry_their_boxes(self, folder):
        names = Names.load(folder)
        text = page_text(WRAPPED)
        doc = page_doc(names.nlp, text)
        start = text.text.index("福州瑞恒")
        doc.set_ents([doc.char_span(start, start + 12, label="ORG")])
        (span,) = spans(doc, text, names.record)
        assert span.text == "福州瑞恒精密机械有限公司"
        assert [e.text for e in span.evidence] == ["福州瑞恒精密机械有", "限公司"]
        second = doc.user_data[USER_DATA]["lines"][1]
        assert (second["start"], second["end"]) == (17, 37)
        assert second["box"] == pytest.approx([0.1, 0.15, 0.9, 0.18])
        assert 0.0 < span.confidence < 1.0

    def test_an_empty_page_has_no_names(self, folder):
        assert Names.load(folder).find(Page(file=0, page=1, width=1, height=1, source="blank")) == ()

    def test_damage_is_noticed(self, copy):
        path = copy / "ner" / "model"
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
        with pytest.raises(ModelDamaged):
            Names.load(copy)

    def test_files_nobody_named_are_refused(self, copy):
        (copy / "more.py").write_text("", encoding="utf-8")
        with pytest.raises(ModelDamaged, match=r"more\.py"):
            verify(copy)

    def test_a_missing_file_is_noticed(self, copy):
        (copy / "config.cfg").unlink()
        with pytest.raises(ModelMissing):
            verify(copy)

    def test_other_files_are_not_overwritten(self, tmp_path):
        (tmp_path / "letter.txt").write_text("keep", encoding="utf-8")
        with pytest.raises(TrainingError, match="别的文件"):
            train(lambda: passages(30, 1), None, tmp_path, SMALL.model_copy(update={"epochs": 1}))
        assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "keep"
