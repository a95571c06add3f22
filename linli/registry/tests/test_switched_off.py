"""A field that was switched off is shown to nobody, whichever day is looked at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linli.registry.commands import switches
from linli.registry.queries.showing import show_person
from linli.registry.tests.factories import TODAY, person, with_verb
from tests.cast import MONDAY, Cast, assemble

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def test_a_field_is_shown_as_of_a_day_only_while_it_is_switched_on_today(cast: Cast) -> None:
    keeper, by = with_verb(cast, "street", "registry.switch"), cast.actors["community"]
    who, when = person(cast, "李春梅"), {"at": MONDAY, "on": TODAY}
    switches.switch_on(
        element="marital", basis="条例", purpose="登记", until=date(2027, 1, 1), by=keeper, **when
    )
    switches.set_trait(person_id=who.pk, element="marital", value="已婚", by=by, **when)

    def shown(day: date, today: date) -> list[tuple[str, str]]:
        found = show_person(by, who, day, today)
        assert found is not None
        return found.traits

    assert shown(TODAY, TODAY) == shown(TODAY, TOMORROW) == [("婚姻状况", "已婚")]
    assert shown(TODAY - timedelta(days=1), TODAY) == [("婚姻状况", "")]
    switches.switch_off(element="marital", by=keeper, at=MONDAY + timedelta(days=1), on=TOMORROW)
    assert shown(TODAY, TOMORROW) == []
