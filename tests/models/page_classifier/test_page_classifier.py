"""The page classifier: features, training, folder, combination with the rules."""

import json
import sys
from random import Random

import numpy as np
import pytest

from extractor.model import LabelledPage, Line, Page
from models.page_classifier import ModelDamaged, ModelMissing, PageClassifier, PageGuess, TrainingError, TrainSettings, verify
from models.page_classifier.combine import Combination, fit_combination
from models.page_classifier.features import BUCKETS, features
from models.page_classifier.network import from_bytes
from models.page_classifier.train import train

TITLES = {"patent_certificate": "发明专利证书", "business_license": "营业执照", "other": "增值税专用发票"}
BODIES = {
    "patent_certificate": ("专利号", "专利权人", "授权公告日", "发明人"),
    "business_license": ("统一社会信用代码", "法定代表人", "经营范围", "住所"),
    "other": ("货物名称", "购买方", "价税合计", "开票人"),
}
SMALL = TrainSettings(epochs=20, hidden=8, batch=8, rate=0.02, copies=1)


def page(kind: str, number: int, *, starts: bool = True) -> LabelledPage:
    rng = Random(f"{kind}/{number}/{starts}")
    texts = [f"{word}：{rng.randint(10**5, 10**6)}" for word in rng.sample(BODIES[kind], 3)]
    lines = [Line(text=TITLES[kind], box=(0.3, 0.05, 0.7, 0.1))] if starts else []
    lines += [Line(text=text, box=(0.1, 0.2 + 0.1 * k, 0.6, 0.23 + 0.1 * k)) for k, text in enumerate(texts)]
    made = Page(file=number, page=1 if starts else 2, width=700, height=1000, source="ocr", lines=tuple(lines))
    return LabelledPage(page=made, type=kind, starts=starts)


def pages() -> list[LabelledPage]:
    return [p for n in range(12) for kind in TITLES for p in (page(kind, n), page(kind, n, starts=False))]


def noisy(given: LabelledPage, rng: Random) -> LabelledPage:
    kept = [line for n, line in enumerate(given.page.lines) if n == 0 or rng.random() < 0.8]
    return given.model_copy(update={"page": given.page.model_copy(update={"lines": tuple(kept)})})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("page-classifier")
    train(pages, noisy, out, SMALL)
    return out


class TestFeatures:
    def test_a_page_is_a_sparse_vector_of_length_one_and_its_shape(self):
        found = features(page("other", 1).page)
        assert (np.diff(found.index) > 0).all()
        assert found.index[-1] < BUCKETS
        assert (found.value[:-5] ** 2).sum() == pytest.approx(1.0, abs=1e-5)

    def test_numbers_do_not_matter(self):
        one, two = (features(page("other", 1).page.model_copy(update={"lines": (line(text),)})) for text in ("号2019年", "号7年"))
        assert one.index.tolist()[:-5] == two.index.tolist()[:-5]

    def test_the_place_of_a_line_matters(self):
        top, low = (
            features(Page(file=0, page=1, width=7, height=10, source="ocr", lines=(line("营业执照", y),))) for y in (0.1, 0.8)
        )
        assert set(top.index) != set(low.index)
        assert set(top.index) & set(low.index)

    def test_letter_spaced_titles_are_one_run(self):
        spaced = [line(char, x=0.2 + 0.1 * n) for n, char in enumerate("营业执照")]
        apart, whole = (
            features(Page(file=0, page=1, width=7, height=10, source="ocr", lines=tuple(lines)))
            for lines in (spaced, [line("营业执照")])
        )
        assert apart.index.tolist()[:-5] == whole.index.tolist()[:-5]

    @pytest.mark.parametrize("text", ["", "  ", "a", "\ud800", "𠀀", "1", "．" * 20000])
    def test_odd_texts_do_no_harm(self, text):
        assert np.isfinite(features(Page(file=0, page=1, width=1, height=1, source="ocr", lines=(line(text),))).value).all()

    def test_marks_across_the_page_do_not_count(self):
        plain = page("other", 1).page
        mark = line("样本").model_copy(update={"slant": -30.0})
        assert features(plain).index.tolist() == features(plain.model_copy(update={"lines": (*plain.lines, mark)})).index.tolist()


def line(text: str, y: float = 0.1, x: float = 0.2) -> Line:
    return Line(text=text, box=(x, y, x + 0.1, y + 0.04))


class TestTraining:
    def test_it_learns(self, folder):
        model = PageClassifier.load(folder)
        fresh = [page(kind, 99, starts=starts) for kind in TITLES for starts in (True, False)]
        guesses = [model.classify(p.page) for p in fresh]
        assert [g.best[0] for g in guesses] == [p.type for p in fresh]
        # So small a model sees titles, if not always surely.
        assert all(first.starts > later.starts for first, later in zip(guesses[::2], guesses[1::2], strict=True))
        assert all(sum(g.types.values()) == pytest.approx(1.0) for g in guesses)
        assert all(list(g.types.values()) == sorted(g.types.values(), reverse=True) for g in guesses)

    def test_the_same_seed_gives_the_same_files(self, folder, tmp_path):
        train(pages, noisy, tmp_path, SMALL)
        for name in ("weights.npz", "record.json", "CARD.md"):
            assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()

    def test_another_seed_gives_another_model(self, folder, tmp_path):
        train(pages, noisy, tmp_path, SMALL.model_copy(update={"seed": 2}))
        assert (tmp_path / "weights.npz").read_bytes() != (folder / "weights.npz").read_bytes()

    def test_progress_is_told(self, tmp_path):
        told = []
        train(pages, None, tmp_path, SMALL.model_copy(update={"epochs": 2}), told.append)
        assert told[0].done == 0.0
        assert told[-1].done == 1.0
        assert told[-1].epoch == 2

    def test_held_out_layouts_are_refused(self, tmp_path):
        given = [p.model_copy(update={"held_out": n == 3}) for n, p in enumerate(pages())]
        with pytest.raises(TrainingError, match="held_out"):
            train(lambda: given, None, tmp_path, SMALL)

    def test_too_few_pages_are_refused(self, tmp_path):
        with pytest.raises(TrainingError, match="20"):
            train(lambda: pages()[:5], None, tmp_path, SMALL)

    def test_the_card_names_types_and_measures(self, folder):
        card = (folder / "CARD.md").read_text(encoding="utf-8")
        assert "business_license" in card
        assert "accuracy" in card


class TestFolder:
    @pytest.fixture
    def copy(self, folder, tmp_path):
        for file in folder.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        return tmp_path

    def test_a_sound_folder_is_verified(self, copy):
        assert verify(copy).types == tuple(sorted(TITLES))

    def test_changed_weights_are_noticed(self, copy):
        data = bytearray((copy / "weights.npz").read_bytes())
        data[len(data) // 2] ^= 1
        (copy / "weights.npz").write_bytes(data)
        with pytest.raises(ModelDamaged, match="SHA-256"):
            PageClassifier.load(copy)

    def test_missing_weights_are_noticed(self, copy):
        (copy / "weights.npz").unlink()
        with pytest.raises(ModelMissing, match="weights"):
            PageClassifier.load(copy)

    def test_an_empty_folder_holds_no_model(self, tmp_path):
        with pytest.raises(ModelMissing):
            PageClassifier.load(tmp_path)

    @pytest.mark.parametrize("change", [{"types": 3}, {"sha256": {}}, {"schema": "x/1"}, {"extra": 1}])
    def test_a_record_of_another_form_is_refused(self, copy, change):
        record = json.loads((copy / "record.json").read_text(encoding="utf-8"))
        (copy / "record.json").write_text(json.dumps({**record, **change}), encoding="utf-8")
        with pytest.raises(ModelDamaged):
            verify(copy)

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no weights"])
    def test_weights_that_are_none_are_refused(self, data):
        with pytest.raises(ValueError):
            from_bytes(data)

    def test_reading_needs_no_learning_library(self):
        loaded = {name for name in sys.modules if name.split(".")[0] == "torch"}
        assert not loaded


def test_a_page_without_text_is_blank(folder):
    guess = PageClassifier.load(folder).classify(Page(file=0, page=1, width=1, height=1, source="blank"))
    assert guess.best == ("blank", 1.0)


class TestCombination:
    def test_without_a_cue_the_model_decides(self):
        guess = PageGuess({"iso_certificate": 0.9, "other": 0.1}, 1.0)
        assert next(iter(Combination().types({}, guess))) == "iso_certificate"

    def test_a_sure_cue_outweighs_a_doubtful_model(self):
        guess = PageGuess({"iso_certificate": 0.6, "other": 0.4}, 1.0)
        found = Combination(model=1.0, score=3.0, chosen=3.0).types({"business_license": 0.95}, guess)
        assert next(iter(found)) == "business_license"
        assert sum(found.values()) == pytest.approx(1.0)

    def test_weak_cues_say_nothing(self):
        guess = PageGuess({"iso_certificate": 0.6, "other": 0.4}, 1.0)
        assert Combination().types({"business_license": 0.3}, guess) == Combination().types({}, guess)

    def test_the_fit_finds_out_whom_to_trust(self):
        rng = Random(1)
        good, bad = [], []
        for _ in range(200):
            true, false = rng.sample(sorted(TITLES), 2)
            right = rng.random() < 0.9
            model = {true: 0.9, false: 0.1} if right else {false: 0.9, true: 0.1}
            rule = {true if rng.random() < 0.5 else false: 0.8}
            good.append((rule, PageGuess(model, 1.0), true))
            bad.append((({true: 0.8} if right else {false: 0.8}), PageGuess({rng.choice((true, false)): 1.0}, 1.0), true))
        model_first, rules_first = fit_combination(good), fit_combination(bad)
        case = ({"other": 0.8}, PageGuess({"business_license": 0.9, "other": 0.1}, 1.0))
        assert next(iter(model_first.types(*case))) == "business_license"
        assert next(iter(rules_first.types(*case))) == "other"

    def test_too_few_pages_are_refused(self):
        with pytest.raises(TrainingError):
            fit_combination([])

    def test_it_is_kept_beside_the_model(self, tmp_path):
        (tmp_path / "combination.json").write_text(Combination(alone=0.7).model_dump_json(), encoding="utf-8")
        assert Combination.load(tmp_path).alone == 0.7
        (tmp_path / "combination.json").write_text("{", encoding="utf-8")
        with pytest.raises(ModelDamaged):
            Combination.load(tmp_path)
        (tmp_path / "combination.json").unlink()
        with pytest.raises(ModelMissing):
            Combination.load(tmp_path)
