"""What can go wrong beside a missing or damaged model (``models.sequence.errors``)."""

from __future__ import annotations


class SpacyMissing(ImportError):
    """spaCy is not installed; the message is Chinese and says how to install it."""
