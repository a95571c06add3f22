"""The chapter leaves the house as a Word file: none of its figures counts a group of persons that few may know of."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from linli.insight.queries.facts import facts
from linli.insight.queries.periods import asked
from linli.kernel.registers.register import REGISTERS
from linli.registry.tests.district import settle
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def test_no_figure_of_the_chapter_is_selected_by_a_sensitive_condition(cast: Cast) -> None:
    settle(cast)
    sensitive = {each.name for register in REGISTERS.values() for each in register.filters if each.sensitive}
    assert "care" in sensitive
    held = facts(cast.actors["keeper"], MONDAY, asked({}, MONDAY.date())).held
    addresses = [part.url for figure in held.values() for part in (figure, *figure.parts, *figure.left_out)]
    assert any(addresses)
    for address in addresses:
        assert not sensitive & set(QueryDict(address.partition("?")[2])), address
