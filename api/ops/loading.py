"""Loading much code at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Imports go here: what they make stays, so looking through it for garbage, then and later, is time wasted."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
