import io

from corpus_files import AUDIT, PATENT, write_corpus
from rich.console import Console

from corpora.format import load
from corpora.statistics import print_statistics, statistics


def corpus(tmp_path):
    quad = [[0.2, 0.3], [0.6, 0.3], [0.6, 0.33], [0.2, 0.33]]
    patent = {**PATENT, "layout": "old-seal", "held_out": True}
    patent["boxes"] = {"patent_no": [{"page": 1, "box": [0.2, 0.3, 0.6, 0.33], "quad": quad}]}
    other = {**PATENT, "layout": "old-plain", "excluded": True}
    findings = [
        {"metric": "revenue", "period": "2020", "verdict": "contradicted", "planted": "unit"},
        {"metric": "revenue", "period": "2019", "verdict": "supported"},
    ]
    return load(
        write_corpus(
            tmp_path / "c",
            [
                {"file": "files/a.pdf", "documents": [AUDIT, other], "difficulty": "scan", "level": 2, "enterprise": "甲"},
                {"file": "files/b.png", "documents": [patent], "difficulty": "photo", "enterprise": "甲"},
                {"package": "files/p1", "declared": "declared/p1.json", "findings": findings, "enterprise": "乙"},
            ],
        )
    )


def test_counts(tmp_path):
    found = statistics(corpus(tmp_path))
    assert (found.files, found.packages, found.enterprises, found.documents) == (2, 1, 2, 3)
    assert (found.pages, found.excluded, found.held_out) == (3, 1, 1)
    assert (found.fields, found.absent, found.boxes, found.quads) == (3 + 4 + 4, 2, 3, 1)
    assert found.types == {"patent_certificate": 2, "audit_report": 1}
    assert found.layouts["patent_certificate"] == {"old": 2}
    assert found.difficulties == {"photo": 1, "scan": 1}
    assert found.findings == {"contradicted": 1, "supported": 1}
    assert found.planted == {"none": 1, "unit": 1}
    assert found.held_out_types == {"patent_certificate": 1}


def test_the_tables_show_them(tmp_path):
    out = io.StringIO()
    print_statistics(statistics(corpus(tmp_path)), Console(file=out, width=140))
    for word in ("patent_certificate", "old 2", "photo", "contradicted", "unit", "真实"):
        assert word in out.getvalue()
