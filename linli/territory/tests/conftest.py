from __future__ import annotations

import pytest

from linli.territory.models import Unit
from linli.territory.tests.district import build


@pytest.fixture
def units(db: None, sees_all: None, nothing_remembered: None) -> dict[str, Unit]:
    """嘉善县, by code."""
    return build()
