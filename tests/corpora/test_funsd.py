import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.exchange.funsd import FunsdError, label_page, read_mapping, read_pages

SIZE = (1000, 1000)


def entity(id_, text, box, label, *links, words=None):
    chars = [{"text": c, "box": [box[0] + 10 * k, box[1], box[0] + 10 * k + 10, box[3]]} for k, c in enumerate(text)]
    return {"id": id_, "text": text, "box": box, "label": label, "linking": list(links), "words": words or chars}


FORM = [
    entity(0, "营业执照", [400, 50, 600, 90], "header"),
    entity(1, "名 称：", [100, 200, 180, 220], "question", [1, 2]),
    entity(2, "某某有限公司", [200, 200, 400, 220], "answer", [1, 2]),
    entity(3, "注册资本", [100, 300, 180, 320], "question", [3, 4]),
    entity(4, "伍佰万元整", [200, 300, 300, 320], "answer", [3, 4]),
    entity(5, "成立日期", [100, 400, 180, 420], "question", [5, 6]),
    entity(6, "不详", [200, 400, 240, 420], "answer", [5, 6]),
]


def xfund(tmp_path, entities=FORM):
    path = tmp_path / "zh.json"
    page = {"id": "zh_0", "img": {"fname": "zh_0.jpg", "width": 1000, "height": 1000}, "document": entities}
    path.write_text(json.dumps({"lang": "zh", "documents": [page]}, ensure_ascii=False), encoding="utf-8")
    return path


def mapping(tmp_path, fields=None, type_="business_license"):
    path = tmp_path / "mapping.json"
    fields = fields or {"名称": "name", "注册资本:": "registered_capital", "成立日期": "established"}
    path.write_text(json.dumps({"type": type_, "fields": fields}, ensure_ascii=False), encoding="utf-8")
    return path


def test_without_a_mapping_a_page_gives_its_text_lines(tmp_path):
    (page,) = read_pages(xfund(tmp_path))
    found = label_page(page, "files/zh_0.jpg", SIZE)
    assert page.image == "zh_0.jpg"
    assert [line.text for line in found.lines][:3] == ["营业执照", "名 称：", "某某有限公司"]
    assert found.lines[0].box == (0.4, 0.05, 0.44, 0.09)
    assert (found.label.file, found.label.text) == ("files/zh_0.jpg", "text/zh_0.jpg.json")
    (document,) = found.label.documents
    assert (document.type, document.pages, document.fields) == ("other", [1], {})


def test_a_mapping_makes_fields_of_linked_answers(tmp_path):
    (page,) = read_pages(xfund(tmp_path))
    found = label_page(page, "files/zh_0.jpg", SIZE, read_mapping(mapping(tmp_path)))
    (document,) = found.label.documents
    assert document.type == "business_license"
    assert document.fields == {"name": "某某有限公司", "registered_capital": 5_000_000.0}
    assert document.boxes["name"][0].box == (0.2, 0.2, 0.4, 0.22)
    assert len(found.doubts) == 1
    assert "不详" in found.doubts[0]


def test_several_answers_are_a_list_or_one_text(tmp_path):
    form = [
        entity(1, "专利权人", [100, 200, 180, 220], "question", [1, 2], [1, 3]),
        entity(3, "乙公司", [200, 230, 300, 250], "answer"),
        entity(2, "甲公司", [200, 200, 300, 220], "answer"),
        entity(4, "发明名称", [100, 300, 180, 320], "question", [4, 5], [4, 6]),
        entity(5, "一种", [200, 300, 240, 320], "answer"),
        entity(6, "夹具", [200, 330, 240, 350], "answer"),
    ]
    (page,) = read_pages(xfund(tmp_path, form))
    chosen = read_mapping(mapping(tmp_path, {"专利权人": "patentees", "发明名称": "title"}, "patent_certificate"))
    (document,) = label_page(page, "files/a.jpg", SIZE, chosen).label.documents
    assert document.fields == {"patentees": ["甲公司", "乙公司"], "title": "一种夹具"}
    assert len(document.boxes["title"]) == 2


def test_funsd_words_make_lines(tmp_path):
    words = [
        {"text": "Registered", "box": [100, 100, 190, 120]},
        {"text": "address:", "box": [200, 101, 270, 121]},
        {"text": "continued", "box": [100, 130, 190, 150]},
    ]
    text = "Registered address: continued"
    path = tmp_path / "0001.json"
    path.write_text(json.dumps({"form": [entity(0, text, [100, 100, 270, 150], "question", words=words)]}), encoding="utf-8")
    (page,) = read_pages(path)
    assert page.image == "0001"
    lines = label_page(page, "files/0001.png", SIZE).lines
    assert [(line.text, line.box) for line in lines] == [
        ("Registered address:", (0.1, 0.1, 0.27, 0.121)),
        ("continued", (0.1, 0.13, 0.19, 0.15)),
    ]


@pytest.mark.parametrize("text", ["{", "[]", '{"form": [{"id": 0}]}', '{"documents": [{}]}', '{"other": 1}'])
def test_other_json_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FunsdError, match=r"x\.json"):
        read_pages(path)


@pytest.mark.parametrize(
    ("fields", "type_"),
    [({"名称": "company"}, "business_license"), ({"名称": "name"}, "licence"), ({"名称": 5}, "business_license")],
)
def test_mappings_must_name_known_fields(tmp_path, fields, type_):
    with pytest.raises(FunsdError):
        read_mapping(mapping(tmp_path, fields, type_))


@given(st.tuples(*[st.integers(-500, 1500)] * 4))
def test_boxes_of_lines_stay_on_the_page(box):
    from corpora.exchange.funsd import FormPage, _Entity

    page = FormPage("x", (_Entity(id=0, text="字", box=box),))
    for line in label_page(page, "files/x.png", SIZE).lines:
        assert 0 <= line.box[0] < line.box[2] <= 1
        assert 0 <= line.box[1] < line.box[3] <= 1
