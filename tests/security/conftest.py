"""The service's fixtures, for the tests of what the whole promises to strangers and to other organisations."""

from __future__ import annotations

import pytest

from tests.api.conftest import (  # noqa: F401
    _cheap,
    app,
    client,
    client_as,
    database_url,
    finished_package,
    people,
    postgres,
    service,
    settings,
    sqlite_template,
    token_as,
)
from tests.security.hostile import HOSTILE


@pytest.fixture
def hostile_texts() -> tuple[str, ...]:
    """Texts that act where they are taken for more than text."""
    return HOSTILE
