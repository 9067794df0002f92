"""The product's output → tasks → a person's corrections → labels."""

import copy
import json
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from corpora.catalogue import all_fields, known_types
from corpora.exchange.label_studio import UNLABELLED_KINDS, PageImage, labeling_config, tasks
from corpora.exchange.label_studio_import import LabelStudioError, labels_from
from extractor.model import Document, Evidence, Field, FileInfo, PackageInfo, PageRef, Result, Summary
from extractor.values.warp import warped

FIRM = "福建闽江精密机械股份有限公司"


def field(value, page, box, text="", file=0, **more):
    return Field(value=value, raw=text, confidence=0.9, evidence=(Evidence(file=file, page=page, box=box, text=text),), **more)


def result(*documents, files=1):
    return Result(
        package=PackageInfo(name="p", as_of="2021-05-06"),
        files=tuple(FileInfo(name=f"{k}.pdf", sha256="", media_type="application/pdf", pages=2) for k in range(files)),
        documents=documents,
        summary=Summary(verdict="review", findings={}, pages=2, pages_ocr=2, seconds=1.0),
    )


def image(page=1, of=1, file=0, **more):
    return PageImage(
        file=f"files/{file}.pdf", index=file, page=page, of=of, url=f"http://x/{page}.jpg", width=1000, height=1400, **more
    )


def patent(**fields):
    return Document(id="d1", type="patent_certificate", confidence=0.95, pages=(PageRef(file=0, page=1),), fields=fields)


NUMBER = field("ZL202023020906.X", 1, (0.2, 0.3, 0.6, 0.33), "专利号：ZL 2020 2 3020906.X")
GRANTED = field("2021-08-03", 1, (0.2, 0.5, 0.4, 0.53), "2021年08月03日")
OWNERS = Field(
    value=[FIRM, "福建理工大学"],
    raw="",
    confidence=0.9,
    evidence=(
        Evidence(file=0, page=1, box=(0.2, 0.4, 0.6, 0.42), text=f"专利权人：{FIRM}"),
        Evidence(file=0, page=1, box=(0.2, 0.43, 0.6, 0.45), text="福建理工大学"),
    ),
)


def accepted(made):
    """What Label Studio exports when a person submits the predictions as they are."""
    exported = copy.deepcopy(made)
    for k, task in enumerate(exported, 1):
        submitted = task.pop("predictions")[0]["result"]
        task.update(id=k, predictions=[], annotations=[{"id": k, "was_cancelled": False, "result": submitted}])
    return exported


def items(task):
    return task["annotations"][0]["result"]


def item(task, name, label=None):
    """The one item of a tag; ``label`` picks a rectangle."""
    found = [x for x in items(task) if x["from_name"] == name and (label is None or x["value"]["rectanglelabels"] == [label])]
    assert len(found) == 1
    return found[0]


def read(exported):
    return labels_from(json.dumps(exported, ensure_ascii=False))


def problems(exported):
    with pytest.raises(LabelStudioError) as caught:
        read(exported)
    return caught.value.problems


# --- the way there ---------------------------------------------------------------


def test_a_task_holds_the_page_and_its_prediction_in_percent():
    (task,) = tasks(result(patent(patent_no=NUMBER)), [image(rotation=90, skew=1.5)], enterprise=FIRM)
    assert task["data"]["image"] == "http://x/1.jpg"
    assert (task["data"]["rotation"], task["data"]["skew"], task["data"]["enterprise"]) == (90, 1.5, FIRM)
    predicted = task["predictions"][0]["result"]
    box = next(x for x in predicted if x["type"] == "rectanglelabels")
    assert (box["original_width"], box["original_height"], box["image_rotation"]) == (1000, 1400, 0)
    assert box["value"] == {"x": 20, "y": 30, "width": 40, "height": 3, "rotation": 0, "rectanglelabels": ["patent_no"]}
    text = next(x for x in predicted if x["type"] == "textarea")
    assert text["id"] == box["id"]
    assert text["value"]["text"] == ["ZL202023020906.X"]
    assert {x["value"]["choices"][0] for x in predicted if x["type"] == "choices"} == {"patent_certificate", "first"}


def test_ids_of_regions_differ_and_every_item_names_a_tag_of_the_configuration():
    (task,) = tasks(result(patent(patent_no=NUMBER, grant_date=GRANTED, patentees=OWNERS)), [image()])
    predicted = task["predictions"][0]["result"]
    boxes = [x["id"] for x in predicted if x["type"] == "rectanglelabels"]
    assert len(set(boxes)) == len(boxes) == 4
    names = {tag.get("name") for tag in ET.fromstring(labeling_config()).iter() if tag.get("name")}
    assert {x["from_name"] for x in predicted} | {x["to_name"] for x in predicted} <= names


def test_the_configuration_has_every_field_and_type():
    root = ET.fromstring(labeling_config())
    labels = {x.get("value") for x in root.find(".//RectangleLabels[@name='field']").iter("Label")}
    assert labels == {key for key, spec in all_fields().items() if spec.kind not in UNLABELLED_KINDS}
    assert {x.get("value") for x in root.find(".//Choices[@name='type']").iter("Choice")} == known_types()


def test_lists_of_persons_and_unread_pages_are_not_predicted():
    insured = Document(
        id="d1",
        type="social_security_list",
        confidence=0.9,
        pages=(PageRef(file=0, page=1),),
        fields={"persons": field([{"name": "张三", "id_masked": "3501**********1234"}], 1, (0.1, 0.1, 0.9, 0.9))},
    )
    first, second = tasks(result(insured), [image(1, of=2), image(2, of=2)])
    assert "张三" not in json.dumps(first, ensure_ascii=False)
    assert second["predictions"][0]["result"] == []


# --- there and back -----------------------------------------------------------------


def test_accepting_the_predictions_gives_what_was_read():
    made = tasks(result(patent(patent_no=NUMBER, grant_date=GRANTED, patentees=OWNERS)), [image()], enterprise=FIRM)
    found = read(accepted(made))
    (label,) = found.labels
    (document,) = label.documents
    assert (label.file, label.enterprise, document.type, document.pages) == ("files/0.pdf", FIRM, "patent_certificate", [1])
    assert document.fields == {
        "patent_no": "ZL202023020906.X",
        "grant_date": "2021-08-03",
        "patentees": [FIRM, "福建理工大学"],
    }
    assert document.boxes["patent_no"][0].box == pytest.approx((0.2, 0.3, 0.6, 0.33), abs=1e-4)
    assert [place.page for place in document.boxes["patentees"]] == [1, 1]
    assert found.unfinished == {}


def test_corrections_come_back():
    (task,) = accepted(tasks(result(patent(patent_no=NUMBER, grant_date=GRANTED, patentees=OWNERS)), [image()]))
    # Edited text: a date as a person types it.
    granted = item(task, "field", "grant_date")
    next(x for x in items(task) if x["id"] == granted["id"] and x["type"] == "textarea")["value"]["text"] = ["2021年8月4日"]
    # Moved box; Label Studio moves the rectangle's own item.
    item(task, "field", "patent_no")["value"].update(x=30, y=31)
    # Deleted region.
    second = [x for x in items(task) if x["value"].get("rectanglelabels") == ["patentees"]][1]
    task["annotations"][0]["result"] = [x for x in items(task) if x["id"] != second["id"]]
    # Added region, and a field that is not on the paper.
    place = {"x": 10, "y": 60, "width": 30, "height": 2, "rotation": 0}
    size = {"to_name": "page", "original_width": 1000, "original_height": 1400, "image_rotation": 0}
    task["annotations"][0]["result"] += [
        {"id": "n", "from_name": "field", "type": "rectanglelabels", "value": {**place, "rectanglelabels": ["title"]}, **size},
        {"id": "n", "from_name": "text", "type": "textarea", "value": {**place, "text": ["一种夹具"]}, **size},
        {"id": "a", "from_name": "absent", "to_name": "page", "type": "textarea", "value": {"text": ["legal_status"]}},
    ]
    # Another type of paper altogether would refuse the fields; it proves nothing now.
    task["annotations"][0]["result"].append(
        {"id": "e", "from_name": "proof", "to_name": "page", "type": "choices", "value": {"choices": ["excluded"]}}
    )
    (document,) = read([task]).labels[0].documents
    assert document.fields == {
        "patent_no": "ZL202023020906.X",
        "grant_date": "2021-08-04",
        "patentees": [FIRM],
        "title": "一种夹具",
        "legal_status": None,
    }
    assert document.boxes["patent_no"][0].box == pytest.approx((0.3, 0.31, 0.7, 0.34), abs=1e-4)
    assert document.boxes["title"][0].box == pytest.approx((0.1, 0.6, 0.4, 0.62), abs=1e-4)
    assert len(document.boxes["patentees"]) == 1
    assert document.excluded


def test_statement_rows_keep_their_periods_and_pages():
    revenue = Field(
        value={"2020": 81234500.0, "2019": 75e6},
        raw="",
        confidence=0.9,
        periods={
            "2020": field(81234500.0, 2, (0.5, 0.5, 0.6, 0.52), "8,123.45"),
            "2019": field(75e6, 2, (0.7, 0.5, 0.8, 0.52), "7,500.00"),
        },
    )
    report = Document(
        id="d1",
        type="audit_report",
        confidence=0.9,
        pages=(PageRef(file=0, page=1), PageRef(file=0, page=2)),
        fields={"entity": field(FIRM, 1, (0.1, 0.1, 0.5, 0.12), FIRM), "revenue": revenue},
    )
    exported = accepted(tasks(result(report), [image(1, of=2), image(2, of=2)]))
    (document,) = read(exported).labels[0].documents
    assert document.pages == [1, 2]
    assert document.fields == {"entity": FIRM, "revenue": {"2020": 81234500.0, "2019": 75e6}}
    assert {key: places[0].page for key, places in document.boxes.items()} == {
        "entity": 1,
        "revenue/2020": 2,
        "revenue/2019": 2,
    }
    item_2020 = next(x for x in items(exported[1]) if x["from_name"] == "period" and x["value"]["text"] == ["2020"])
    next(x for x in items(exported[1]) if x["from_name"] == "text" and x["id"] == item_2020["id"])["value"]["text"] = ["8200万元"]
    assert read(exported).labels[0].documents[0].fields["revenue"]["2020"] == 82e6


def test_several_papers_on_one_page_and_several_in_one_file():
    def paper(k, region, page):
        number = field(f"证书{k}", page, (0.1, region[1] + 0.1, 0.3, region[1] + 0.12), f"证书{k}")
        return Document(
            id=f"d{k}",
            type="software_copyright",
            confidence=0.9,
            pages=(PageRef(file=0, page=page, region=region),),
            fields={"certificate_no": number},
        )

    upper, lower = (0.0, 0.0, 1.0, 0.5), (0.0, 0.5, 1.0, 1.0)
    made = tasks(result(paper(1, upper, 1), paper(2, lower, 1), paper(3, upper, 2)), [image(1, of=2), image(2, of=2)])
    documents = read(accepted(made)).labels[0].documents
    assert [(d.pages, d.fields["certificate_no"]) for d in documents] == [([1], "证书1"), ([1], "证书2"), ([2], "证书3")]


def test_a_page_goes_on_with_the_paper_before_or_starts_another():
    report = Document(
        id="d1", type="audit_report", confidence=0.9, pages=tuple(PageRef(file=0, page=p) for p in (1, 2, 3)), fields={}
    )
    exported = accepted(tasks(result(report), [image(p, of=3) for p in (1, 2, 3)]))
    assert [d.pages for d in read(exported).labels[0].documents] == [[1, 2, 3]]
    item(exported[1], "start")["value"]["choices"] = ["first"]
    assert [d.pages for d in read(exported).labels[0].documents] == [[1], [2, 3]]
    item(exported[2], "type")["value"]["choices"] = ["contract"]
    assert "第3页" in problems(exported)[0]
    item(exported[2], "type")["value"]["choices"] = ["blank"]
    assert [d.pages for d in read(exported).labels[0].documents] == [[1], [2]]


@pytest.mark.parametrize(("rotation", "corner"), [(0, (0.2, 0.3)), (90, (0.3, 0.8)), (180, (0.8, 0.7)), (270, (0.7, 0.2))])
def test_places_find_back_to_the_page_as_stored(rotation, corner):
    made = tasks(result(patent(patent_no=NUMBER)), [image(rotation=rotation)])
    place = read(accepted(made)).labels[0].documents[0].boxes["patent_no"][0]
    assert place.box == pytest.approx((0.2, 0.3, 0.6, 0.33), abs=1e-4)
    assert place.quad[0] == pytest.approx(corner, abs=1e-4)


def test_places_of_a_levelled_page_are_askew_on_the_page_as_stored():
    """A page of 1000 x 1400 levelled by 5 degrees: against the rotation matrix written out."""
    degrees, width, height = 5.0, 1000.0, 1400.0
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    canvas = (width * cos + height * sin, width * sin + height * cos)
    stored = (0.25, 0.4)
    u, v = (stored[0] - 0.5) * width, (stored[1] - 0.5) * height
    levelled = ((u * cos - v * sin) / canvas[0] + 0.5, (u * sin + v * cos) / canvas[1] + 0.5)
    box = (*levelled, levelled[0] + 0.2, levelled[1] + 0.02)
    picture = PageImage("files/0.pdf", 0, 1, 1, "u", round(canvas[0]), round(canvas[1]), skew=degrees)
    made = tasks(result(patent(patent_no=field("ZL202023020906.X", 1, box))), [picture])
    place = read(accepted(made)).labels[0].documents[0].boxes["patent_no"][0]
    assert place.quad[0] == pytest.approx(stored, abs=2e-3)
    assert place.quad[1][1] < place.quad[0][1]  # the line rises on the stored page
    assert place.box[1] == pytest.approx(place.quad[1][1], abs=1e-5)


def test_places_of_a_straightened_page_are_bent_on_the_page_as_stored():
    warp = (0.03, -0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02, 0.01, 0.0, 0.0)
    stored = np.array([(0.2, 0.3), (0.45, 0.6), (0.8, 0.9)])
    for x, y in stored:
        seen = warped(np.array([(x, y)]), warp)[0]
        box = (float(seen[0]), float(seen[1]), float(seen[0]) + 0.1, float(seen[1]) + 0.02)
        picture = PageImage("files/0.pdf", 0, 1, 1, "u", 1000, 1400, warp=warp)
        made = tasks(result(patent(patent_no=field("ZL202023020906.X", 1, box))), [picture])
        place = read(accepted(made)).labels[0].documents[0].boxes["patent_no"][0]
        assert place.quad[0] == pytest.approx((x, y), abs=1e-3)


def test_rectangles_turned_by_hand_turn_about_their_corner():
    (task,) = accepted(tasks(result(patent(patent_no=NUMBER)), [image()]))
    item(task, "field", "patent_no")["value"].update(x=50, y=50, width=20, height=10, rotation=90)
    place = read([task]).labels[0].documents[0].boxes["patent_no"][0]
    # 200 x 140 pixels, turned clockwise about (500, 700): to the left by 140, down by 200 pixels.
    assert place.box == pytest.approx((0.36, 0.5, 0.5, 0.5 + 200 / 1400), abs=1e-4)


# --- faults ----------------------------------------------------------------------------


def spoilt(change):
    (task,) = accepted(tasks(result(patent(patent_no=NUMBER, grant_date=GRANTED)), [image()]))
    change(task)
    return [task]


def set_text(task, key, text):
    region = item(task, "field", key)
    next(x for x in items(task) if x["id"] == region["id"] and x["type"] == "textarea")["value"]["text"] = text


def drop(task, name):
    task["annotations"][0]["result"] = [x for x in items(task) if x["from_name"] != name]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda t: set_text(t, "grant_date", ["去年八月"]), "去年八月"),
        (lambda t: set_text(t, "grant_date", []), "有框没有值"),
        (lambda t: drop(t, "type"), "没有选材料类型"),
        (lambda t: item(t, "type")["value"].update(choices=["iso_certificate"]), "没有可标的字段"),
        (lambda t: item(t, "type")["value"].update(choices=["专利"]), "不认识"),
        (lambda t: item(t, "field", "grant_date").update(image_rotation=90), "转动过"),
        (lambda t: item(t, "field", "grant_date")["value"].update(x=120), "页面之外"),
        (lambda t: item(t, "field", "grant_date")["value"].update(rectanglelabels=["patent_no"]), "不是专利号"),
        (lambda t: items(t).append({"id": "z", "from_name": "field", "type": "brushlabels"}), "矩形"),
        (lambda t: items(t).append({"id": "z", "from_name": "absent", "value": {"text": ["patent_no"]}}), "标为没有"),
        (lambda t: items(t).append({"id": "z", "from_name": "absent", "value": {"text": ["revenue"]}}), "revenue"),
    ],
)
def test_faults_name_their_task(change, word):
    found = problems(spoilt(change))
    assert any(word in problem and "任务 1（files/0.pdf 第1页）" in problem for problem in found)


def test_all_faults_are_reported_at_once():
    def change(task):
        set_text(task, "grant_date", ["去年"])
        set_text(task, "patent_no", ["无号"])

    assert len(problems(spoilt(change))) >= 2


def test_one_field_with_two_values_is_a_fault():
    twice = Field(value="2021-08-03", raw="", confidence=0.9, evidence=(GRANTED.evidence[0], GRANTED.evidence[0]))
    (task,) = accepted(tasks(result(patent(grant_date=twice)), [image()]))
    texts = [x for x in items(task) if x["type"] == "textarea"]
    assert read([task]).labels[0].documents[0].fields == {"grant_date": "2021-08-03"}
    texts[1]["value"]["text"] = ["2021-08-04"]
    assert "值不同" in problems([task])[0]


def test_unfinished_files_are_left_out_and_named():
    report = Document(id="d1", type="contract", confidence=0.9, pages=(PageRef(file=0, page=1), PageRef(file=0, page=2)))
    exported = accepted(tasks(result(report), [image(1, of=2), image(2, of=2)]))
    exported[1]["annotations"][0]["was_cancelled"] = True
    assert (read(exported).labels, read(exported).unfinished) == ([], {"files/0.pdf": [2]})
    assert read(exported[:1]).unfinished == {"files/0.pdf": []}


def test_the_newest_annotation_counts_unless_one_is_ground_truth():
    (task,) = accepted(tasks(result(patent(patent_no=NUMBER)), [image()]))
    older = copy.deepcopy(task["annotations"][0])
    task["annotations"][0]["updated_at"], older["updated_at"] = "2024-02-02T00:00:00Z", "2024-01-01T00:00:00Z"
    older["result"] = [x for x in older["result"] if x["type"] == "choices"]
    task["annotations"].append(older)
    assert read([task]).labels[0].documents[0].fields
    older["ground_truth"] = True
    assert not read([task]).labels[0].documents[0].fields


@pytest.mark.parametrize("text", ["{", "{}", '[{"data": {"image": "x"}}]', '[{"image": "x", "type": "y"}]'])
def test_other_json_is_refused_with_the_way_to_export(text):
    with pytest.raises(LabelStudioError, match="Export → JSON"):
        labels_from(text)
