"""Values put into rows of the register."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from linli.kernel.privacy.commands import OpenKey
from linli.registry.commands.rows import put
from linli.registry.models import Component


@pytest.mark.parametrize(
    ("told", "day"),
    [("2019-05-17", date(2019, 5, 17)), ("2019-05", date(2019, 5, 1)), ("2019", date(2019, 1, 1))],
)
def test_a_month_or_a_year_is_kept_as_its_first_day(told: str, day: date) -> None:
    row = Component()
    put(row, {"installed_on": told}, OpenKey(uuid4(), b""))
    assert row.installed_on == day
