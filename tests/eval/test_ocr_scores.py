import json

import cv2
import numpy as np
import pytest

from corpora.format import CorpusError, CorpusInfo, Label, TextLine, load, save
from eval import ocr
from eval.ocr import Score, as_json, score_engines, score_page, true_pages
from eval.text_errors import plain
from models.ocr import EngineError
from models.ocr import TextLine as ReadLine

SIZE = (1400, 1000)
BARS = {"营业收入": 300, "净利润": 600, "资产总计": 900, "负债合计": 1200}


def picture():
    """Dark bars where the lines stand."""
    image = np.full((*SIZE, 3), 255, np.uint8)
    for top in BARS.values():
        image[top : top + 40, 200:800] = 0
    return image


class BarReader:
    """Finds dark bars and reads them by their height on the page."""

    name = "bars"
    version = "bars-1"

    def __init__(self, wrong=""):
        self.wrong = wrong
        self.reads = 0

    def detect(self, image):
        self.reads += 1
        self.scale = image.shape[0] / SIZE[0]
        found, _ = cv2.findContours((image[:, :, 0] < 128).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        boxes = sorted((cv2.boundingRect(c) for c in found), key=lambda b: b[1])
        self.tops = [y for _, y, _, _ in boxes]
        return [np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32) for x, y, w, h in boxes]

    def recognise(self, crops):
        texts = [t.replace(self.wrong, "口") if self.wrong else t for t in BARS]
        return [ReadLine(t, 0.99, np.zeros((4, 2), np.float32)) for t in texts[: len(crops)]]

    def turn_votes(self, crops):
        return [0.0] * len(crops)


def lines():
    h, w = SIZE
    return tuple(TextLine(page=1, text=t, box=(200 / w, y / h, 800 / w, (y + 40) / h)) for t, y in BARS.items())


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "files").mkdir()
    labels = []
    for n, difficulty in enumerate(("scan", "scan", "photo")):
        cv2.imwrite(str(tmp_path / "files" / f"{n}.png"), picture())
        (tmp_path / "files" / f"{n}.json").write_text(json.dumps([x.model_dump() for x in lines()]), encoding="utf-8")
        labels.append(Label(file=f"files/{n}.png", text=f"files/{n}.json", difficulty=difficulty))
    labels.append(Label(file="files/0.png"))
    save(tmp_path, CorpusInfo(name="bars"), labels)
    return load(tmp_path)


def test_pages_with_true_lines_are_found_up_to_the_limit(corpus):
    assert [(p.name, p.difficulty, len(p.lines)) for p in true_pages(corpus)] == [
        ("files/0.png", "scan", 4), ("files/1.png", "scan", 4), ("files/2.png", "photo", 4),
    ]  # fmt: skip
    assert [p.name for p in true_pages(corpus, 1)] == ["files/0.png", "files/2.png"]


def test_lines_of_a_page_that_is_not_there_are_a_fault_of_the_corpus(corpus):
    far = [line.model_copy(update={"page": 3}).model_dump() for line in lines()]
    (corpus.root / "files" / "1.json").write_text(json.dumps(far), encoding="utf-8")
    with pytest.raises(CorpusError, match="第3页"):
        true_pages(corpus)
    (corpus.root / "files" / "1.json").unlink()
    with pytest.raises(CorpusError, match=r"1\.json"):
        true_pages(corpus)


@pytest.mark.parametrize("degrees", [0.0, 2.0, -3.0])
def test_lines_are_matched_on_a_skewed_page(degrees):
    h, w = SIZE
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), -degrees, 1.0)
    image = cv2.warpAffine(picture(), matrix, (w, h), borderValue=(255, 255, 255))
    true = []
    for line in lines():
        left, top, right, bottom = line.box
        corners = np.array([[left * w, top * h], [right * w, top * h], [right * w, bottom * h], [left * w, bottom * h]])
        moved = corners @ matrix[:, :2].T + matrix[:, 2]
        (x0, y0), (x1, y1) = moved.min(axis=0), moved.max(axis=0)
        true.append(line.model_copy(update={"box": (x0 / w, y0 / h, x1 / w, y1 / h)}))

    class Leaning(BarReader):
        def detect(self, image):
            found = super().detect(image)
            turn = np.radians(degrees)
            out = []
            for quad in found:
                centre = quad.mean(axis=0)
                along = np.array([np.cos(turn), np.sin(turn)]) * 300
                down = np.array([-np.sin(turn), np.cos(turn)]) * 20
                out.append(
                    np.array(
                        [centre - along - down, centre + along - down, centre + along + down, centre - along + down], np.float32
                    )
                )
            return out

    found, seconds = score_page(Leaning(), np.asarray(image, np.uint8), true)
    assert (found.characters, found.errors, found.extra) == (15, 0, 0)
    assert seconds >= 0


def test_engines_are_compared_page_by_page(corpus, monkeypatch):
    engines = {"good": BarReader(), "bad": BarReader(wrong="收")}
    engines["bad"].name = "bad"
    monkeypatch.setattr(ocr, "create_engine", lambda name, threads=None: engines[name])
    report = score_engines(true_pages(corpus), ["good", "bad"])
    shown = [(s.engine, s.difficulty, s.pages, s.errors, s.characters) for s in report.scores]
    assert shown == [
        ("bars", "scan", 2, 0, 30),
        ("bars", "photo", 1, 0, 15),
        ("bad", "scan", 2, 2, 30),
        ("bad", "photo", 1, 1, 15),
    ]
    assert report.scores[2].cer == pytest.approx(2 / 30)
    # The first page is read once more to load the engine.
    assert engines["good"].reads == 4
    assert report.worst["bad"][0][1:] == (1, 15)
    parsed = json.loads(as_json(report))
    assert parsed["scores"][2]["cer"] == pytest.approx(2 / 30)


def test_a_missing_engine_is_told_before_anything_is_read(corpus):
    reads = []
    with pytest.raises(EngineError, match="没有名为"):
        score_engines(true_pages(corpus), ["tesseract"], progress=lambda *a: reads.append(a))
    assert not reads


def test_no_pages_no_rates():
    score = Score("e", "1", "scan")
    assert (score.cer, score.seconds_per_page) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("货币资金…………1,234.50", "货币资金1,234.50"),
        ("存货.......20", "存货20"),
        ("3501**********1234", "35011234"),
        ("1,234.50", "1,234.50"),
    ],
)
def test_leader_dots_and_stars_are_no_text(text, same):
    assert plain(text) == same
