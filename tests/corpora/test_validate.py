import copy
import json

import pytest
from corpus_files import AUDIT, PATENT, write_corpus

from corpora.format import CorpusError
from corpora.validate import validate

METRICS = {"revenue", "invention_patents"}
PACKAGE = {
    "package": "files/p1",
    "declared": "declared/p1.json",
    "findings": [{"metric": "revenue", "period": "2020", "verdict": "supported", "planted": "unit"}],
}


def changed(base, path, value):
    """A copy of ``base`` with one value replaced; the path is a list of keys."""
    made = copy.deepcopy(base)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


def problems_of(tmp_path, *lines):
    return validate(write_corpus(tmp_path / "c", list(lines)), METRICS)


def test_a_sound_corpus_has_no_problems(tmp_path):
    lines = [
        {"file": "files/a.pdf", "documents": [AUDIT, PATENT], "difficulty": "scan"},  # two on one page is fine
        {"file": "files/b.png", "documents": [PATENT], "my_own_note": "kept"},
        {"file": "files/c.tif", "documents": [{"type": "other", "pages": [3]}]},
        {"file": "files/broken.pdf"},
        PACKAGE,
    ]
    assert problems_of(tmp_path, *lines) == []


def test_everything_is_reported_at_once_with_its_line(tmp_path):
    found = problems_of(
        tmp_path,
        {"file": "files/a.pdf", "documents": [{"type": "patent_certificat"}]},
        "{not json",
        "",
        {"file": "files/gone.pdf"},
        {"file": "files/b.png", "documents": [changed(PATENT, ["fields", "patent_number"], "1")]},
    )
    assert [(p.line, p.path) for p in found] == [
        (1, "documents[0].type"),
        (2, ""),
        (4, "file"),
        (5, "documents[0].fields.patent_number"),
    ]
    assert "patent_certificate" in found[0].remedy
    assert "patent_no" in found[3].remedy
    assert all(p.message and p.remedy for p in found)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("grant_date", "2021年8月3日"),
        ("grant_date", "2021-02-30"),
        ("patentees", "一家公司"),
        ("patentees", []),
        ("kind", "实用新型"),
        ("patent_no", "CN12345"),
        ("title", ""),
        ("title", 5),
        ("title", "持有人 350102199003071230 的发明"),
    ],
)
def test_values_of_a_wrong_shape(tmp_path, key, value):
    found = problems_of(tmp_path, {"file": "files/b.png", "documents": [changed(PATENT, ["fields", key], value)]})
    assert [p.path for p in found] == [f"documents[0].fields.{key}"]


@pytest.mark.parametrize(
    "value", [81234500.0, {"2020": "81,234,500.00"}, {"二〇二〇": 1.0}, {}, {"2020": True}, {"2020": 1.0, "今年": 2.0}]
)
def test_statement_rows_are_numbers_by_period(tmp_path, value):
    found = problems_of(tmp_path, {"file": "files/a.pdf", "documents": [changed(AUDIT, ["fields", "revenue"], value)]})
    assert [p.path for p in found] == ["documents[0].fields.revenue"]


def test_money_integers_and_codes_of_other_types(tmp_path):
    licence = {"type": "business_license", "fields": {"registered_capital": "500万元", "uscc": "91350100M000100Y4"}}
    mark = {"type": "trademark_certificate", "fields": {"nice_class": 7.5}}
    report = {"type": "audit_report", "fields": {"consolidated": "是", "fiscal_year": 2020}}
    found = problems_of(tmp_path, {"file": "files/a.pdf", "documents": [licence, mark, report]})
    assert {p.path.rpartition(".")[2] for p in found} == {
        "registered_capital",
        "uscc",
        "nice_class",
        "consolidated",
        "fiscal_year",
    }


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["pages"], [3], "pages[0]"),
        (["pages"], [0], "pages[0]"),
        (["pages"], [1, 1], "pages"),
        (["boxes", "revenue/2020", 0, "page"], 3, "boxes.revenue/2020[0].page"),
        (["boxes", "revenue/2020", 0, "box"], [100, 200, 300, 220], "boxes.revenue/2020[0].box"),
        (["boxes", "revenue/2020", 0, "box"], [0.5, 0.5, 0.5, 0.6], "boxes.revenue/2020[0].box"),
        (["boxes", "revenue/2020", 0, "box"], [0.5, 0.5, 0.6], "boxes.revenue/2020[0].box[3]"),
        (["boxes", "revenue/2020", 0, "quad"], [[9, 0.1], [0.2, 0.1], [0.2, 0.2], [0.1, 0.2]], "boxes.revenue/2020[0].quad"),
        (["boxes", "entity/2020"], [], "boxes.entity/2020"),
        (["boxes", "turnover"], [], "boxes.turnover"),
        (["fields", "revenue"], None, "boxes.revenue/2020"),
    ],
)
def test_pages_and_places(tmp_path, path, value, where):
    found = problems_of(tmp_path, {"file": "files/a.pdf", "documents": [changed(AUDIT, path, value)]})
    assert [p.path.removeprefix("documents[0].") for p in found][:1] == [where]


@pytest.mark.parametrize("name", ["../a.pdf", "/etc/passwd", "files\\a.pdf", "C:/a.pdf", "files/../../a.pdf", ""])
def test_paths_stay_inside_the_corpus(tmp_path, name):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    found = problems_of(tmp_path, {"file": name})
    assert [(p.line, p.path) for p in found] == [(1, "file")]
    assert "files/a.pdf" in found[0].remedy


def test_links_out_of_the_corpus_are_refused(tmp_path):
    root = write_corpus(tmp_path / "c", [{"file": "files/link.pdf"}])
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(b"%PDF-")
    (root / "files" / "link.pdf").symlink_to(outside)
    assert [p.path for p in validate(root)] == ["file"]


def test_broken_files_with_documents_and_folders_as_files(tmp_path):
    found = problems_of(tmp_path, {"file": "files/broken.pdf", "documents": [PATENT]}, {"file": "files/p1"})
    assert [(p.line, p.path) for p in found] == [(1, "file"), (2, "file")]
    assert "package" in found[1].remedy


def test_duplicates_and_lines_of_both_kinds(tmp_path):
    found = problems_of(
        tmp_path, {"file": "files/b.png"}, {"file": "files/b.png"}, {"file": "files/a.pdf", "package": "files/p1"}, {}
    )
    assert [p.line for p in found] == [2, 3, 4]
    assert "第 1 行" in found[0].message


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"package": "files/p1", "declared": "declared/p1.json"}, "findings"),
        ({"package": "files/p1", "findings": PACKAGE["findings"]}, "declared"),
        ({**PACKAGE, "declared": "declared/p9.json"}, "declared"),
        ({**PACKAGE, "package": "files/p9"}, "package"),
        (changed(PACKAGE, ["findings", 0, "metric"], "turnover"), "findings[0].metric"),
        (changed(PACKAGE, ["findings", 0, "verdict"], "right"), "findings[0].verdict"),
        (changed(PACKAGE, ["findings", 0, "period"], "去年"), "findings[0].period"),
        (changed(PACKAGE, ["findings"], PACKAGE["findings"] * 2), "findings[1]"),
        ({**PACKAGE, "documents": [PATENT]}, "documents"),
        ({"file": "files/b.png", "findings": PACKAGE["findings"]}, "findings"),
    ],
)
def test_packages(tmp_path, line, where):
    assert where in [p.path for p in problems_of(tmp_path, line)]


def test_an_unknown_metric_may_only_be_missing(tmp_path):
    line = changed(PACKAGE, ["findings"], [{"metric": "green_factory", "period": "now", "verdict": "missing"}])
    assert problems_of(tmp_path, line) == []


def test_misspelt_keys_are_pointed_out(tmp_path):
    found = problems_of(tmp_path, {"file": "files/b.png", "document": [PATENT]})
    assert "documents" in found[0].remedy


def test_text_lines_are_checked(tmp_path):
    root = write_corpus(tmp_path / "c", [{"file": "files/b.png", "text": "text/b.json"}])
    (root / "text").mkdir()
    lines = [{"page": 2, "text": "a", "box": [0.1, 0.1, 0.2, 0.2]}, {"page": 1, "text": "b", "box": [1, 2, 3, 4]}]
    (root / "text" / "b.json").write_text(json.dumps(lines), encoding="utf-8")
    assert [p.path for p in validate(root)] == ["text:text/b.json[0].page", "text:text/b.json[1].box"]
    (root / "text" / "b.json").write_text('[{"page": 1}]', encoding="utf-8")
    assert [p.path for p in validate(root)] == ["text"]


def test_a_bad_corpus_json_and_an_empty_corpus(tmp_path):
    root = write_corpus(tmp_path / "c", [{"file": "files/b.png"}], {"origin": "found"})
    assert {(p.file, p.path) for p in validate(root)} == {("corpus.json", "name"), ("corpus.json", "origin")}
    assert [p.line for p in problems_of(tmp_path / "e")] == [0]


def test_what_is_no_corpus_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"corpus\.json"):
        validate(tmp_path)
    root = write_corpus(tmp_path / "c", [])
    (root / "labels.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CorpusError, match="UTF-8"):
        validate(root)
