"""What can be wrong with a correction."""

from __future__ import annotations


class RevisionError(ValueError):
    """A correction cannot be applied. ``message`` is plain Chinese with a remedy; ``revision`` is its id, or empty."""

    def __init__(self, message: str, revision: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.revision = revision
