"""The shipped lists, loaded once for the tests of a module: loading them for each takes longer than the tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from linli.duties.tests.factories import SYSTEM, loaded
from linli.kernel.privacy import context


@pytest.fixture(scope="module")
def lists(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction around the module; each test has its own savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        context.set_viewer(SYSTEM)
        loaded()
        yield
        transaction.set_rollback(True)
