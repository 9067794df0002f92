"""Pages that are judged again and again: documents are found once for each way of splitting."""

from __future__ import annotations

from extractor.documents.split import Forced
from extractor.model import FileInfo
from extractor.review import apply
from extractor.review.apply import Papers, revised
from extractor.review.revisions import revisions_of
from tests.review.review_build import CALIBRATION, SHA, figure, files, package_pages


def test_kept_papers_give_the_same_documents_and_are_read_once(monkeypatch):
    read, times = apply.read_documents, []

    def counted(*args, **kwargs):
        times.append(kwargs["forced"])
        return read(*args, **kwargs)

    monkeypatch.setattr(apply, "read_documents", counted)
    infos = [FileInfo(name=f.name, sha256=SHA, media_type=f.media_type, pages=f.pages) for f in files()]
    kept = Papers(package_pages())
    for value in (5.0, 6.0):
        revisions = revisions_of([figure("revenue", value)])
        again = revised(package_pages(), infos, revisions, CALIBRATION, kept)
        assert again == revised(package_pages(), infos, revisions, CALIBRATION)
    assert len(times) == 3, "once for what is kept, and each time for what is not"
    first = next(iter(kept.parts))
    kept.documents([f.name for f in infos], {first: Forced(opens=True)})
    assert len(times) == 4, "split in another way"
