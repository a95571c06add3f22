"""Numbers run on, whatever was taken away between them, and go on past the digits they were drawn with."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.duties.models import CatalogueEntry, Category
from linli.kernel.numbering import next_number
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def made(*codes: str) -> None:
    """Rows with these numbers."""
    category = Category.objects.create(code="99", name="试", path="99/", domain="event")
    CatalogueEntry.objects.bulk_create(
        CatalogueEntry(code=code, category=category, lead="community", valid_from=MONDAY.date())
        for code in codes
    )


def after(head: str, digits: int = 3) -> str:
    """The next number of the catalogue."""
    return next_number(CatalogueEntry, head, digits=digits, field="code")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, 12_000), max_size=8))
def test_the_next_is_one_more_than_the_highest(numbers: set[int]) -> None:
    with transaction.atomic():
        made(*(f"ZR2026-{number:03}" for number in numbers))
        assert after("ZR2026-") == f"ZR2026-{max(numbers, default=0) + 1:03}"
        transaction.set_rollback(True)


def test_another_head_and_what_is_no_number_do_not_count() -> None:
    made("B0007", "BB0031", "B12x", "C003", "ZR2025-009")
    assert after("B", 4) == "B0008" and after("BB", 4) == "BB0032"
    assert after("ZR2026-") == "ZR2026-001" and after("ZR2025-") == "ZR2025-010"
