"""What the records say of a corpus whose reading is given: no page is read here."""

import json

import pytest

from corpora.format import CorpusError, CorpusInfo, ExpectedFinding, Label, LabelledDocument, Place, load, save
from eval.metrics import scores
from eval.observe import observe, units
from extractor.claims.derive import derive_claims
from extractor.intake import BrokenFile
from extractor.model import (
    DeclaredValue,
    Document,
    Evidence,
    Field,
    FileInfo,
    Finding,
    Line,
    PackageInfo,
    Page,
    PageRef,
    Result,
    Summary,
)

BOX = (0.5, 0.2, 0.7, 0.22)


def page(number, file=0, lines=("营业收入",), source="ocr", **more):
    made = tuple(Line(text=t, box=(0.1, 0.1 * i, 0.5, 0.1 * i + 0.05)) for i, t in enumerate(lines, 1))
    return Page(file=file, page=number, width=800, height=1000, source=source, lines=made, **more)


def row(file=0, confidence=0.95, gate="ok", **periods):
    def one(value):
        return Field(
            value=value, raw=str(value), confidence=confidence, method="statement_row", gate=gate, scope=None,
            evidence=(Evidence(file=file, page=2, box=BOX, text=str(value)),),
        )  # fmt: skip

    own = {k.removeprefix("y"): one(v) for k, v in periods.items()}
    return Field(value={k: f.value for k, f in own.items()}, raw="", confidence=confidence, periods=own, method="statement_row")


def plain(value, confidence=0.9, file=0, number=1):
    return Field(
        value=value, raw=str(value), confidence=confidence, evidence=(Evidence(file=file, page=number, box=BOX, text=str(value)),)
    )


def report(file=0, pages=(1, 2), ident="d1", **fields):
    return Document(
        id=ident, type="audit_report", confidence=0.9, title="审计报告", fields=fields,
        pages=tuple(PageRef(file=file, page=p) for p in pages),
    )  # fmt: skip


def result(names, documents, findings=(), pages=2):
    claims = derive_claims(documents, None, __import__("datetime").date(2021, 5, 6))
    files = tuple(FileInfo(name=n, sha256="0", media_type="application/pdf", pages=pages) for n in names)
    return Result(
        package=PackageInfo(name="p", as_of="2021-05-06"), files=files, documents=tuple(documents), claims=claims,
        findings=tuple(findings), summary=Summary(verdict="review", findings={}, pages=pages, pages_ocr=pages, seconds=1.0),
    )  # fmt: skip


class GivenSession:
    """Answers with what it was given, by the name of what is checked."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def check(self, path, declaration, *, leave_out=None, seen=None, **rest):
        self.asked.append(path.name)
        given = self.answers[path.name]
        if isinstance(given, Exception):
            raise given
        pages, answer = given
        for one in pages:
            seen(one)
        return answer

    def peak_rss(self):
        return 123


def corpus(tmp_path, *labels):
    save(tmp_path, CorpusInfo(name="t", seed=7), list(labels))
    return load(tmp_path)


LABEL = LabelledDocument(
    type="audit_report",
    pages=[1, 2],
    fields={"entity": "甲公司", "firm": None, "opinion": "unqualified", "revenue": {"2020": 100.0, "2019": 90.0}},
    boxes={"revenue/2020": [Place(page=2, box=BOX)]},
    layout="plain",
    held_out=True,
)


def test_a_single_file_field_by_field(tmp_path):
    document = report(entity=plain("甲公司"), firm=plain("某事务所"), revenue=row(y2020=100.0, y2019=91.0, y2018=5.0))
    made = observe(
        corpus(tmp_path, Label(file="files/a.pdf", documents=[LABEL], difficulty="scan", enterprise="甲公司")),
        GivenSession({"a.pdf": ([page(1), page(2)], result(["a.pdf"], [document]))}),
    )
    by_name = {f.name: f for f in made.fields}
    assert {n: (f.exact, f.present) for n, f in by_name.items()} == {
        "entity": (True, True),
        "firm": (False, True),
        "opinion": (False, False),
        "revenue/2020": (True, True),
        "revenue/2019": (False, True),
    }
    assert (by_name["revenue/2020"].box_hit, by_name["revenue/2020"].gate) == (True, "ok")
    assert by_name["entity"].box_hit is None
    assert by_name["entity"].key
    assert not by_name["firm"].key
    assert all((f.difficulty, f.layout, f.held_out) == ("scan", "plain", True) for f in made.fields)
    claims = {(c.metric, c.period): (c.expected, c.got, c.right) for c in made.claims}
    assert claims == {
        ("revenue", "2020"): (100.0, 100.0, True),
        ("revenue", "2019"): (90.0, 91.0, False),
        ("revenue", "2018"): (None, 5.0, False),
    }
    assert [(p.expected_type, p.got_type, p.expected_starts, p.got_starts) for p in made.pages] == [
        ("audit_report", "audit_report", 1, 1),
        ("audit_report", "audit_report", 0, 0),
    ]
    assert (made.run.corpus, made.run.seed, made.run.pages, made.run.peak_rss) == ("t", 7, 2, 123)


def test_a_package_is_read_once_and_its_files_judged_one_by_one(tmp_path):
    (tmp_path / "declared.json").write_text(
        json.dumps({"enterprise": {"name": "甲公司"}, "as_of": "2021-05-06", "declared": []}), encoding="utf-8"
    )
    labels = [
        Label(package="files/p1", declared="declared.json", findings=[
            ExpectedFinding(metric="revenue", period="2020", verdict="contradicted", planted="unit"),
            ExpectedFinding(metric="rd_expense", period="2020", verdict="missing"),
        ]),
        Label(file="files/p1/a.pdf", documents=[LABEL], difficulty="clean"),
        Label(file="files/p1/sub/b.jpg", difficulty="clean", documents=[LabelledDocument(type="iso_certificate", pages=[1])]),
    ]  # fmt: skip
    spurious = Document(id="d2", type="trademark_certificate", confidence=0.6, pages=(PageRef(file=1, page=1),))
    finding = Finding(
        metric="revenue", period="2020", declared=DeclaredValue(value=1, unit="元"), verdict="supported", claims=("c1",),
        confidence=0.8, reason="一致",
    )  # fmt: skip
    answer = result(["a.pdf", "sub/b.jpg"], [report(revenue=row(y2020=100.0)), spurious], [finding])
    session = GivenSession({"p1": ([page(1), page(2), page(1, file=1)], answer)})
    made = observe(corpus(tmp_path, *labels), session)
    assert session.asked == ["p1"]
    assert {(d.file, d.expected, d.got, d.right) for d in made.documents} == {
        ("a.pdf", "audit_report", "audit_report", True),
        ("sub/b.jpg", "iso_certificate", "trademark_certificate", False),
        ("sub/b.jpg", None, "trademark_certificate", False),
    }
    assert [(f.expected, f.got, f.planted) for f in made.findings] == [
        ("contradicted", "supported", "unit"),
        ("missing", "absent", None),
    ]
    assert made.findings[0].spot.file == "a.pdf"
    assert made.findings[0].difficulty == "clean"
    assert {r.unit for r in made} == {made.findings[0].unit}
    assert scores(made, ["findings.false_supported_rate"])["findings.false_supported_rate"].value == 1.0


def test_what_cannot_be_read_counts_as_missed(tmp_path):
    made = observe(
        corpus(tmp_path, Label(file="files/a.pdf", documents=[LABEL])), GivenSession({"a.pdf": BrokenFile("文件已损坏")})
    )
    assert made.packages[0].failed == "文件已损坏"
    assert [d.right for d in made.documents] == [False]
    # ``firm`` is labelled as not there, and nothing was read: that much is right.
    assert {f.name for f in made.fields if f.exact} == {"firm"}
    assert all(c.got is None for c in made.claims)
    assert {p.got_type for p in made.pages} == {"none"}


def test_specimens_must_prove_nothing_and_their_fields_are_not_judged(tmp_path):
    label = LABEL.model_copy(update={"excluded": True})
    taken = report(revenue=row(y2020=100.0))
    for document, expected in ((taken, "audit_report"), (taken.model_copy(update={"excluded": "样本"}), "not_evidence")):
        session = GivenSession({"a.pdf": ([page(1), page(2)], result(["a.pdf"], [document]))})
        made = observe(corpus(tmp_path, Label(file="files/a.pdf", documents=[label])), session)
        assert made.fields == []
        assert {(p.expected_type, p.got_type) for p in made.pages} == {("not_evidence", expected)}


def test_empty_backs_and_pages_without_a_label_are_not_judged(tmp_path):
    label = LABEL.model_copy(update={"pages": [1], "fields": {}, "boxes": {}})
    blank = LabelledDocument(type="blank", pages=[2])
    session = GivenSession({"a.pdf": ([page(1), page(2, source="blank", lines=()), page(3)], result(["a.pdf"], [report()]))})
    made = observe(corpus(tmp_path, Label(file="files/a.pdf", documents=[label, blank])), session)
    assert [p.page for p in made.pages if p.expected_type is not None] == [1]
    assert [d.expected for d in made.documents] == ["audit_report"]


def test_character_errors_of_pages_with_true_text(tmp_path):
    lines = [
        {"page": 1, "text": "营业收入", "box": [0.1, 0.1, 0.5, 0.15]},
        {"page": 1, "text": "利润", "box": [0.1, 0.2, 0.5, 0.25]},
    ]
    (tmp_path / "a.json").write_text(json.dumps(lines), encoding="utf-8")
    session = GivenSession({"a.pdf": ([page(1, lines=("营业收人", "利 润"))], result(["a.pdf"], []))})
    made = observe(corpus(tmp_path, Label(file="files/a.pdf", documents=[], text="a.json")), session)
    assert [(p.edits, p.chars) for p in made.pages] == [(1, 6)]


def test_true_text_that_is_not_there_is_an_error(tmp_path):
    session = GivenSession({"a.pdf": ([page(1)], result(["a.pdf"], []))})
    with pytest.raises(CorpusError, match=r"nowhere\.json"):
        observe(corpus(tmp_path, Label(file="files/a.pdf", documents=[], text="nowhere.json")), session)


def test_persons_lines_are_kept_masked_so_that_pictures_can_hide_them(tmp_path):
    line = Line(text="张三 3501**********1234", box=(0.1, 0.1, 0.5, 0.12), person="abc")
    shown = page(1).model_copy(update={"lines": (line,)})
    session = GivenSession({"a.pdf": ([shown], result(["a.pdf"], []))})
    made = observe(corpus(tmp_path, Label(file="files/a.pdf", documents=[])), session)
    assert [(x.text, x.person) for x in made.pages[0].hidden] == [(line.text, "hidden")]


def test_units_and_limit(tmp_path):
    labels = [Label(package="files/p1"), Label(file="files/p1/a.pdf", documents=[]), Label(file="files/p10.pdf", documents=[])]
    loaded = corpus(tmp_path, *labels)
    assert [(u.path, len(u.files)) for u in units(loaded)] == [("files/p1", 1), ("files/p10.pdf", 1)]
    session = GivenSession({"p1": BrokenFile("坏"), "p10.pdf": BrokenFile("坏")})
    observe(loaded, session, limit=1)
    assert session.asked == ["p1"]
