import builtins
import json

import pytest

pytest.importorskip("spacy")
from spacy.tokens import DocBin

from corpora.exchange.spacy_docbin import SpacyMissing, blank, export, user_data
from corpora.format import Corpus, CorpusError, CorpusInfo, Label, LabelledDocument, Place, TextLine

FIRM = "福建闽江精密机械股份有限公司"
LINES = [
    TextLine(page=1, text="证书号第1234567号", box=(0.1, 0.1, 0.5, 0.13)),
    TextLine(page=1, text=f"专利权人：{FIRM}", box=(0.1, 0.2, 0.9, 0.23)),
    TextLine(page=1, text="授权公告日：2021年08月03日", box=(0.1, 0.3, 0.9, 0.33)),
    TextLine(page=2, text="第二页", box=(0.1, 0.1, 0.5, 0.13)),
]


def corpus(tmp_path, **document):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.json").write_text(json.dumps([x.model_dump() for x in LINES]), encoding="utf-8")
    labelled = LabelledDocument(type="patent_certificate", pages=[1], **document)
    return Corpus(
        root=tmp_path,
        info=CorpusInfo(name="t"),
        labels=[Label(file="files/a.pdf", text="text/a.json", documents=[labelled]), Label(file="files/b.pdf")],
    )


def back(exported):
    return list(DocBin().from_bytes(exported.docs.to_bytes()).get_docs(blank().vocab))


def spans(doc):
    return {(span.label_, span.text) for span in doc.spans["fields"]}


def test_one_doc_per_page_with_its_lines(tmp_path):
    exported = export(corpus(tmp_path))
    first, second = back(exported)
    assert (exported.pages, exported.without_text) == (2, ["files/b.pdf"])
    assert second.text == "第二页"
    data = user_data(first)
    assert (data["file"], data["page"], list(data["types"])) == ("files/a.pdf", 1, ["patent_certificate"])
    assert not user_data(second)["types"]
    line = data["lines"][2]
    assert first.text[line["start"] : line["end"]] == "授权公告日：2021年08月03日"
    assert list(line["box"]) == [0.1, 0.3, 0.9, 0.33]


def test_fields_are_found_by_their_places(tmp_path):
    boxes = {
        "patentees": [Place(page=1, box=(0.3, 0.195, 0.92, 0.235))],
        # The day alone, in the right part of its line: 6 Chinese characters of 1 and 11 of mixed width.
        "grant_date": [Place(page=1, box=(0.47, 0.3, 0.91, 0.33))],
    }
    exported = export(corpus(tmp_path, fields={"patentees": [FIRM], "grant_date": "2021-08-03"}, boxes=boxes))
    assert spans(back(exported)[0]) == {("patentees", FIRM), ("grant_date", "2021年08月03日")}
    assert (exported.spans, exported.unplaced) == (2, 0)


def test_without_places_texts_are_found_as_printed(tmp_path):
    exported = export(corpus(tmp_path, fields={"patentees": [FIRM], "certificate_no": "1234567", "title": "不在页上"}))
    assert spans(back(exported)[0]) == {("patentees", FIRM), ("certificate_no", "1234567")}
    assert exported.unplaced == 1


def test_lines_as_read_stand_in_for_true_ones(tmp_path):
    read = {("files/b.pdf", 1): [TextLine(page=1, text="读出的字", box=(0.1, 0.1, 0.5, 0.2))]}
    assert [doc.text for doc in back(export(corpus(tmp_path), read))][-1] == "读出的字"


def test_unreadable_lines_are_a_corpus_error(tmp_path):
    made = corpus(tmp_path)
    (tmp_path / "text" / "a.json").write_text("[{}]", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.json"):
        export(made)


def test_without_spacy_the_message_says_what_to_install(tmp_path, monkeypatch):
    real = builtins.__import__

    def no_spacy(name, *args, **kwargs):
        if name == "spacy":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_spacy)
    with pytest.raises(SpacyMissing, match=r"zuozheng\[spacy\]"):
        export(corpus(tmp_path))
