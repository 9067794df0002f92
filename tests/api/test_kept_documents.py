"""The first correction of a package rests on the documents that the worker found, and deletion takes them along."""

from __future__ import annotations

from api.jobs.documents import documents_folder, known_documents
from api.jobs.judge import judged_anew, kept, loaded, package_inputs
from api.ops.retention import delete_package
from api.store.tables import PackageRow


def _inputs(service, package_id):
    with service.store.begin() as session:
        return package_inputs(session, session.get_one(PackageRow, package_id))


def test_documents_are_kept_as_they_were_found(service, finished_package):
    inputs = _inputs(service, finished_package("A"))
    found = known_documents(service.blobs, inputs.run_id)
    assert found
    ready = kept(service, inputs)
    assert ready.papers.documents([f.name for f in ready.files], {}) == found
    assert judged_anew(ready).result == judged_anew(loaded(service, inputs)).result


def test_what_an_older_program_kept_is_found_anew(service, finished_package):
    inputs = _inputs(service, finished_package("A"))
    service.blobs.put_named(f"{documents_folder(inputs.run_id)}/found.json.gz", b"not what this program writes")
    assert known_documents(service.blobs, inputs.run_id) is None
    assert judged_anew(kept(service, inputs)).result.documents


def test_deletion_takes_them_along(service, finished_package, people):
    package_id = finished_package("A")
    inputs = _inputs(service, package_id)
    delete_package(service, package_id)
    assert known_documents(service.blobs, inputs.run_id) is None
    assert not list(service.blobs.keys("documents"))
