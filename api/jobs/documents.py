"""A run's uncorrected documents, kept: a reviewer's first correction need not find them anew, which takes seconds."""

from __future__ import annotations

import gzip
import logging
import zlib
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from api.store.blobs import Blobs
from extractor.model import Document

if TYPE_CHECKING:
    from api.jobs.judge import Inputs

LOG = logging.getLogger(__name__)
DOCUMENTS = "documents"
"""The folder of all of them in the blob store."""
_SHAPE = TypeAdapter(tuple[Document, ...])


def documents_folder(run_id: str) -> str:
    """Where they lie in the blob store; deleted with the package."""
    return f"{DOCUMENTS}/{run_id}"


def _key(run_id: str) -> str:
    return f"{documents_folder(run_id)}/found.json.gz"


def keep_documents(blobs: Blobs, inputs: Inputs) -> None:
    """Keep what the judgement found, if it comes back just the same; else it is found anew when needed.

    Raises:
        BlobStoreError: the store cannot be written.
    """
    if inputs.papers is None:
        return
    found = inputs.papers.documents([f.name for f in inputs.files], {})
    data = _SHAPE.dump_json(found)
    if _SHAPE.validate_json(data) == found:
        blobs.put_named(_key(inputs.run_id), gzip.compress(data, compresslevel=3, mtime=0))


def known_documents(blobs: Blobs, run_id: str) -> tuple[Document, ...] | None:
    """What was kept; None where nothing was, or an older program kept it in another shape."""
    data = blobs.get_named(_key(run_id))
    if data is None:
        return None
    try:
        return _SHAPE.validate_json(gzip.decompress(data))
    except (OSError, EOFError, zlib.error, ValidationError) as error:
        LOG.warning("kept documents of run %s cannot be used (%s); they are found anew", run_id, type(error).__name__)
        return None
