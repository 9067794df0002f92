from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.format import Corpus, CorpusInfo, Label, LabelledDocument
from corpora.split import ShareError, assign, groups, split, write_splits


def corpus(*labels, root=Path("unused")):
    return Corpus(root=root, info=CorpusInfo(name="t"), labels=list(labels))


def licence(file, name, **more):
    return Label(file=file, documents=[LabelledDocument(type="business_license", fields={"name": name}, **more)])


def test_same_enterprise_same_split_whatever_its_spelling():
    labels = [
        Label(file="files/a.pdf", enterprise="福建闽江（集团）有限公司"),
        Label(file="files/b.pdf", enterprise="福建闽江(集团) 有限公司"),
        Label(file="files/c.pdf", enterprise="别的公司"),
    ]
    a, b, c = groups(labels)
    assert a == b != c


def test_files_go_with_their_package_and_its_enterprise():
    labels = [
        Label(package="files/p1", enterprise="91350100M000100Y43"),
        licence("files/p1/a.pdf", "甲公司"),
        Label(file="files/elsewhere.pdf", enterprise="91350100M000100Y43"),
        Label(file="files/p10/a.pdf"),
    ]
    one, two, three, four = groups(labels)
    assert one == two == three != four


def test_without_an_enterprise_the_holders_of_the_papers_decide():
    both = Label(
        file="files/b.pdf",
        documents=[LabelledDocument(type="patent_certificate", fields={"patentees": ["甲公司", "乙公司"]})],
    )
    labels = [licence("files/a.pdf", "甲公司"), both, licence("files/c.pdf", "乙公司"), licence("files/d.pdf", "丙公司")]
    a, b, c, d = groups(labels)
    assert a == b == c != d


def test_papers_that_prove_nothing_join_nobody():
    a, b = groups([licence("files/a.pdf", "甲公司", excluded=True), licence("files/b.pdf", "甲公司")])
    assert a != b


@given(
    st.lists(
        st.builds(
            lambda k, firm: Label(file=f"files/{k}.pdf", enterprise=firm),
            st.integers(0, 10**6),
            st.sampled_from("甲乙丙丁戊己庚辛壬癸"),
        ),
        max_size=40,
    ),
    st.randoms(),
)
def test_every_label_once_no_enterprise_cut_and_order_does_not_matter(labels, rng):
    parts = split(corpus(*labels))
    assert sorted(str(x.file) for part in parts.values() for x in part.labels) == sorted(str(x.file) for x in labels)
    homes = {}
    for name, part in parts.items():
        for label in part.labels:
            assert homes.setdefault(label.enterprise, name) == name
    shuffled = list(labels)
    rng.shuffle(shuffled)
    again = dict(zip([x.enterprise for x in shuffled], assign(shuffled), strict=True))
    assert again == homes


def test_an_enterprise_stays_where_it_is_when_others_come():
    one = [Label(file=f"files/{k}.pdf", enterprise=f"企业{k}") for k in range(30)]
    more = [Label(file=f"files/{k}.pdf", enterprise=f"企业{k}") for k in range(30, 90)]
    assert assign(more + one)[-30:] == assign(one)


def test_shares_are_met_on_average():
    names = assign([Label(file=f"files/{k}.pdf", enterprise=f"企业{k}") for k in range(2000)], {"a": 0.7, "b": 0.3, "c": 0.0})
    assert 0.66 < names.count("a") / 2000 < 0.74
    assert "c" not in names


@pytest.mark.parametrize("shares", [{}, {"a": 0.5}, {"a": 1.5, "b": -0.5}])
def test_shares_that_are_no_division(shares):
    with pytest.raises(ShareError):
        split(corpus(Label(file="files/a.pdf")), shares)


def test_splits_are_written_by_path(tmp_path):
    import json

    labels = [Label(package="files/p1", enterprise="甲"), Label(file="files/p1/a.pdf", enterprise="甲")]
    path = write_splits(corpus(*labels, root=tmp_path))
    written = json.loads(path.read_text(encoding="utf-8"))
    assert set(written["labels"]) == {"files/p1", "files/p1/a.pdf"}
    assert len(set(written["labels"].values())) == 1
    assert set(written["shares"]) == {"train", "dev", "test"}
