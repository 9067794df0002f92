"""Fixtures of the tests of operations."""

from __future__ import annotations

import pytest

from extractor.review import apply


@pytest.fixture(autouse=True, scope="package")
def _documents_found_once():
    """Finished packages all hold the same pages; finding their documents anew each time takes most of the time."""
    read, kept = apply.read_documents, {}

    def once(*args, **kwargs):
        asked = repr((args, kwargs))
        if asked not in kept:
            kept[asked] = read(*args, **kwargs)
        return kept[asked]

    patch = pytest.MonkeyPatch()
    patch.setattr(apply, "read_documents", once)
    yield
    patch.undo()


@pytest.fixture
def service(app):
    """As elsewhere; its queue is closed, which the application does only when it has run."""
    yield app.state.service
    app.state.service.jobs.close()
