"""``zuozheng corpus …`` as a user calls it."""

import json
from random import Random

import pytest
from corpus_files import AUDIT, PATENT, write_corpus
from PIL import Image
from typer.testing import CliRunner

from corpora.format import load
from corpora.synth import licence, names
from corpora.synth.engine import to_pdf
from extractor.cli_corpus import app


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(
        tmp_path / "c",
        [{"file": "files/a.pdf", "documents": [AUDIT], "enterprise": "甲"}, {"file": "files/b.png", "documents": [PATENT]}],
    )


def test_check_says_where_and_how_to_mend(corpus):
    assert run("check", corpus).exit_code == 0
    with (corpus / "labels.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"file": "files/none.pdf"}\n')
    found = run("check", corpus)
    assert found.exit_code == 1
    assert "第 3 行 file" in found.stdout
    as_json = json.loads(run("check", corpus, "--json").stdout)
    assert [(p["line"], p["path"]) for p in as_json["problems"]] == [(3, "file")]


@pytest.mark.parametrize("command", ["check", "stats", "split"])
def test_what_is_no_corpus_is_one_line_and_exit_code_2(tmp_path, command):
    found = run(command, tmp_path)
    assert found.exit_code == 2
    assert len(found.stderr.strip().splitlines()) == 1


def test_stats(corpus):
    assert "patent_certificate" in run("stats", corpus).stdout
    assert json.loads(run("stats", corpus, "--json").stdout)["documents"] == 2


def test_split_writes_and_shows(corpus):
    found = run("split", corpus, "--shares", "0.5,0.25,0.25")
    assert found.exit_code == 0
    written = json.loads((corpus / "splits.json").read_text(encoding="utf-8"))
    assert set(written["labels"]) == {"files/a.pdf", "files/b.png"}
    assert json.loads(run("split", corpus, "--json").stdout)["shares"]["train"] == 0.6


@pytest.mark.parametrize("shares", ["1", "a,b,c", "0.5,0.5,0.5"])
def test_split_refuses_shares_that_do_not_divide(corpus, shares):
    found = run("split", corpus, "--shares", shares)
    assert found.exit_code == 2
    assert "0.6,0.2,0.2" in found.stderr


def test_make_writes_only_into_an_empty_folder(corpus):
    found = run("make", corpus)
    assert found.exit_code == 2
    assert "新目录" in found.stderr


def test_make_calls_for_packages(tmp_path, monkeypatch):
    import corpora.packages

    asked = {}

    def fake(n, seed, out, *, difficulty, layouts, progress):
        asked.update(n=n, seed=seed, difficulty=difficulty, layouts=layouts)
        progress(n, n)
        return out

    monkeypatch.setattr(corpora.packages, "make_packages", fake)
    found = run("make", tmp_path / "new", "--packages", 3, "--seed", 7, "--difficulty", "hard", "--layouts", "held_out")
    assert found.exit_code == 0
    assert asked == {"n": 3, "seed": 7, "difficulty": "hard", "layouts": "held_out"}


def test_make_without_chinese_fonts_says_so(tmp_path, monkeypatch):
    import corpora.packages
    from corpora.synth.engine import NoChineseFontError

    def fake(*arguments, **options):
        raise NoChineseFontError("没有中文字体，请安装 fonts-noto-cjk")

    monkeypatch.setattr(corpora.packages, "make_packages", fake)
    found = run("make", tmp_path / "new")
    assert found.exit_code == 2
    assert "fonts-noto-cjk" in found.stderr


def test_funsd_pages_become_a_corpus(tmp_path):
    (tmp_path / "annotations").mkdir()
    (tmp_path / "images").mkdir()
    Image.new("RGB", (1000, 1000), "white").save(tmp_path / "images" / "0001.png")
    form = [{"id": 0, "text": "Name:", "box": [100, 100, 200, 120], "label": "question", "words": [], "linking": []}]
    (tmp_path / "annotations" / "0001.json").write_text(json.dumps({"form": form}), encoding="utf-8")
    out = tmp_path / "out"
    found = run("import", tmp_path / "annotations", "--format", "funsd", "--out", out)
    assert found.exit_code == 0, found.output
    (label,) = load(out).labels
    assert (label.file, label.text) == ("files/0001.png", "text/0001.png.json")
    (tmp_path / "images" / "0001.png").unlink()
    missing = run("import", tmp_path / "annotations", "--format", "funsd", "--out", tmp_path / "other")
    assert missing.exit_code == 2
    assert "--images" in missing.stderr


def test_material_is_labelled_in_label_studio_and_comes_back(tmp_path):
    paper = licence.make(Random(5), names.enterprise(Random(4)))
    material = tmp_path / "material"
    material.mkdir()
    (material / "执照.pdf").write_bytes(to_pdf(paper))
    out = tmp_path / "project"
    exported = run("export", material, "--format", "label-studio", "--out", out, "--enterprise", "甲公司")
    assert exported.exit_code == 0, exported.output
    (task,) = json.loads((out / "tasks.json").read_text(encoding="utf-8"))
    with Image.open(out / "pages" / "f001-p001.jpg") as picture:
        size = picture.size
    box = next(x for x in task["predictions"][0]["result"] if x["type"] == "rectanglelabels")
    assert (box["original_width"], box["original_height"]) == size
    assert task["data"]["image"].endswith("project/pages/f001-p001.jpg")
    assert run("check", out).exit_code == 1  # nothing is labelled yet

    submitted = task.pop("predictions")[0]["result"]
    task["annotations"] = [{"result": submitted}]
    answer = tmp_path / "export.json"
    answer.write_text(json.dumps([task], ensure_ascii=False), encoding="utf-8")
    imported = run("import", answer, "--format", "label-studio", "--out", out)
    assert imported.exit_code == 0, imported.output
    (label,) = load(out).labels
    assert (label.file, label.enterprise) == ("files/执照.pdf", "甲公司")
    (document,) = label.documents
    assert document.type == "business_license"
    assert document.fields["name"] == paper.fields["name"]
    assert document.boxes["name"]
    assert run("check", out).exit_code == 0

    region = next(x for x in submitted if x["type"] == "textarea")
    region["value"]["text"] = [""]
    answer.write_text(json.dumps([task], ensure_ascii=False), encoding="utf-8")
    before = (out / "labels.jsonl").read_bytes()
    refused = run("import", answer, "--format", "label-studio", "--out", out)
    assert refused.exit_code == 1
    assert "第1页" in refused.stderr
    assert (out / "labels.jsonl").read_bytes() == before


def test_spacy_export_says_what_has_no_text(corpus, tmp_path):
    pytest.importorskip("spacy")
    (corpus / "text").mkdir()
    (corpus / "text" / "b.json").write_text('[{"page": 1, "text": "证书", "box": [0.1, 0.1, 0.2, 0.2]}]', encoding="utf-8")
    lines = (corpus / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    lines[1] = json.dumps({**json.loads(lines[1]), "text": "text/b.json"}, ensure_ascii=False)
    (corpus / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = run("export", corpus, "--format", "spacy", "--out", tmp_path / "train.spacy")
    assert found.exit_code == 0, found.output
    assert (tmp_path / "train.spacy").stat().st_size > 0
    assert "--read" in found.stderr


@pytest.mark.parametrize("command", ["make", "check", "stats", "split", "import", "export"])
def test_help_teaches_with_an_example(command):
    assert "例：zuozheng corpus" in run(command, "--help").stdout
