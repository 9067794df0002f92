"""The report of a run: self-contained, escaped, the worst first, with crops that hide persons."""

import base64
import io
import re

import pytest
from PIL import Image
from records_build import claim, document, field, finding, page

from eval import plots
from eval.gallery import ALIKE, MOST, exhibits, worst
from eval.html import render
from eval.metrics import compute
from eval.records import Records, RunInfo, Spot
from extractor.model import Line

EVIL = '<script src="https://example.com/x.js">&"'


def spot(file="a.png", page=1, box=(0.3, 0.3, 0.6, 0.34)):
    return Spot(file=file, page=page, box=box)


@pytest.fixture
def corpus(tmp_path):
    """A corpus with one grey picture."""
    (tmp_path / "files").mkdir()
    Image.new("RGB", (600, 800), (180, 180, 180)).save(tmp_path / "files" / "a.png")
    return tmp_path


def some_records():
    here = {"package": "files/a.png", "file": "a.png"}
    return Records(
        run=RunInfo(corpus=EVIL, command=EVIL, pages=1, seconds=2.0),
        pages=[page(1, difficulty="photo", **here), page(2, got="none", difficulty="photo", **here)],
        documents=[document(difficulty="photo", **here), document(None, "iso_certificate", **here)],
        fields=[
            field(got=EVIL, key=True, spot=spot(), expected_spot=spot(box=(0.3, 0.36, 0.6, 0.4)), difficulty="photo", **here),
            field(difficulty="photo", **here),
            field(got=None, field="绿底", **here),
        ],
        claims=[claim(**here)],
        findings=[
            finding("contradicted", "supported", difficulty="photo", reason=EVIL, spot=spot(), **here),
            finding("supported", "unsure", metric="net_profit", **here),
            finding(**here),
        ],
    )


def test_nothing_comes_from_outside_and_all_text_is_escaped(corpus):
    records = some_records()
    html = render(records, compute(records), corpus)
    assert "<script" not in html
    outside = re.findall(r"""(?:src|href)\s*=\s*["'](?!data:|#)[^"']*|url\((?!#)[^)]*|@import|xmlns""", html)
    assert outside == []
    assert "http" not in html.replace("https://example.com/x.js", "").replace("http-equiv", "")
    assert "default-src 'none'" in html
    assert "&lt;script" in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_crops_are_pictures_of_the_page(corpus):
    records = some_records()
    html = render(records, compute(records), corpus)
    data = [base64.b64decode(d) for d in re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", html)]
    assert data
    for jpeg in data:
        image = Image.open(io.BytesIO(jpeg))
        assert image.getpixel((5, 5))[0] == pytest.approx(180, abs=6)


def test_id_numbers_are_black_on_crops(corpus):
    hidden = (Line(text="3501**********1234", box=(0.3, 0.3, 0.6, 0.34), person="hidden"),)
    records = some_records()
    records.pages[0] = records.pages[0].model_copy(update={"hidden": hidden})
    shown = exhibits(worst(records), records.pages, corpus)
    shot = next(e.got for e in shown if e.got is not None)
    image = Image.open(io.BytesIO(shot.crop.jpeg))
    x, y = (shot.box[0] + shot.box[2]) / 2, (shot.box[1] + shot.box[3]) / 2
    assert max(image.getpixel((int(x), int(y)))) < 60


def test_files_that_are_gone_leave_the_error_without_a_picture(tmp_path):
    records = some_records()
    shown = exhibits(worst(records), records.pages, tmp_path)
    assert [e.got for e in shown] == [None] * len(shown)
    assert len(shown) == 5
    assert "没有可截取的页面图像" in render(records, compute(records), tmp_path)


def test_the_worst_come_first_and_one_flaw_does_not_fill_the_page():
    fields = [field(got=f"错{i}", field="title", key=True, confidence=i / 100) for i in range(60)]
    fields += [field(got="错", field=f"f{i}") for i in range(60)]
    findings = [finding("supported", "unsure"), finding("missing", "supported", confidence=0.4)]
    found = worst(Records(fields=fields, findings=findings))
    assert len(found) == MOST
    assert [m.kind for m in found[:2]] == ["误判相符", "结论不同"]
    assert [m.confidence for m in found[2 : 2 + ALIKE]] == [0.59, 0.58, 0.57]
    assert sum(m.what == "patent_certificate.title" for m in found) == ALIKE


def test_persons_are_not_shown():
    people = field(type="social_security_list", field="persons", kind="row", expected=[["张三"]], got=[["李四"]])
    assert worst(Records(fields=[people])) == []


def test_plots_of_nothing_and_of_odd_names_are_still_plots():
    for svg in (plots.reliability([]), plots.risk_coverage([]), plots.bars([], "b", "x"), plots.confusion([], "c")):
        assert svg.startswith("<svg")
        assert svg.endswith("</svg>")
    metrics = compute(Records(fields=[field(difficulty="难$度")]))
    rows = [(name, e["fields.exact_match"]) for name, e in metrics.by_difficulty.items()]
    assert "<svg" in plots.bars(rows, "odd", "x")


def test_a_run_without_errors(tmp_path):
    records = Records(fields=[field()])
    html = render(records, compute(records), tmp_path)
    assert "没有错误" in html
