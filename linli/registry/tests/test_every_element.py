"""Whatever a file may bring is written, for who is new and who is known; said again it changes nothing; taken back it is gone."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from linli.registry.commands import intakes
from linli.registry.commands.switches import switch_on
from linli.registry.models import Component, Organisation, Person
from linli.registry.queries.held import held_components, held_organisations, held_with_traits
from linli.registry.queries.judging import HINTS
from linli.registry.rules.elements import elements
from linli.registry.tests.factories import citizen_id
from linli.registry.tests.files import home, source_of, taken_in
from tests.cast import MONDAY, Cast, assemble

KNOWN = {
    "person": {"name": "李春梅", "document": citizen_id(date(1980, 2, 14), "2")},
    "organisation": {"name": "冠竹苑便利店", "uscc": "91520103MA6DL0001M"},
    "component": {"code": "5201030102000001", "kind": "污水井盖", "unit": "冠竹苑社区"},
}
"""Enough to know a record again."""

TOLD = {
    ("person", "former_name"): "李小梅", ("person", "sex"): "女", ("person", "birth"): "1980-02-14", ("person", "phones"): "12608510001",
    ("person", "education"): "本科", ("person", "work"): "贵阳第一中学", ("person", "registered_address"): "冠竹苑3栋2单元501",
    ("person", "address"): "冠竹苑3栋2单元501", ("person", "population"): "流动人口", ("person", "household_number"): "H1", ("person", "relation"): "户主",
    ("person", "residence_kind"): "租住", ("person", "died_on"): "2026-01-05", ("person", "care"): "残疾", ("person", "ethnic"): "苗族",
    ("person", "marital"): "已婚", ("person", "political"): "中共党员",
    ("organisation", "kind"): "便利店", ("organisation", "address"): "冠竹苑3栋", ("organisation", "contact"): "张伟", ("organisation", "phones"): "12608510002",
    ("organisation", "staff_count"): "12", ("organisation", "opened_on"): "2020-01-05", ("organisation", "closed_on"): "2026-01-05",
    ("organisation", "lon"): "106.7001", ("organisation", "lat"): "26.6001",
    ("component", "owner"): "城管局", ("component", "keeper"): "市政所", ("component", "state"): "破损", ("component", "place"): "冠竹苑3栋",
    ("component", "lon"): "106.7001", ("component", "lat"): "26.6001", ("component", "installed_on"): "2020-01-05",
}  # fmt: skip
BESIDE = {
    "relation": {"household_number": "H1"},
    "residence_kind": {"address": "冠竹苑3栋2单元501"},
    "lon": {"lat": "26.6001"},
    "lat": {"lon": "106.7001"},
}
"""What an element is nothing without."""

WITHOUT_DOCUMENT = {"name": "李春梅", "phones": "12608510001", "address": "冠竹苑3栋2单元501"}
"""Known again without a number that says the birth and the sex."""


def known(kind: str, code: str) -> dict[str, str]:
    """A row of enough, and of what the element is nothing without."""
    return {**(WITHOUT_DOCUMENT if code in ("birth", "sex") else KNOWN[kind]), **BESIDE.get(code, {})}


MODELS = {"person": Person, "organisation": Organisation, "component": Component}


@pytest.fixture
def cast(db: None) -> Cast:
    made = assemble()
    home()
    for code, element in elements("person").items():
        if element.access == "switched":
            switch_on(
                element=code, basis="统计法", purpose="统计", until=date(2027, 11, 1), by=made.actors["keeper"], at=MONDAY, on=date(2026, 11, 1)
            )  # fmt: skip
    return made


def held(kind: str, code: str) -> str | None:
    """What the register holds of the one record."""
    ids = np.array(MODELS[kind].objects.values_list("pk", flat=True), dtype=np.int64)
    assert len(ids) == 1
    if code == "care":
        return str(Person.objects.filter(cares__valid_to=None, cares__isnull=False).count() or "") or None
    ask = {"person": held_with_traits, "organisation": held_organisations, "component": held_components}[kind]
    found = ask(ids)
    value = found["document_mark" if code == "document" else code][0]
    return None if value is None else str(value)


def test_every_element_is_tried() -> None:
    part_of_another = {("person", "document_kind")}
    declared = {
        (kind, code) for kind in KNOWN for code in elements(kind) if code not in HINTS
    } - part_of_another
    assert declared == set(TOLD) | {
        (kind, code) for kind, row in KNOWN.items() for code in row if code not in HINTS
    }


ASKED = {("person", "relation")}
"""Who belongs to a household, and how, no file changes: somebody is asked."""


@pytest.mark.parametrize(("kind", "code"), sorted(set(TOLD) - ASKED), ids=str)
def test_an_element_is_written_once_and_taken_back(cast: Cast, kind: str, code: str) -> None:
    keeper, row = cast.actors["keeper"], {**known(kind, code), code: TOLD[kind, code]}
    unit = source_of("other", keeper, title="初次", record_kind=kind)
    police = source_of("police", keeper, title="再次", record_kind=kind)
    without = {name: value for name, value in row.items() if name != code}
    taken_in(unit, [without], keeper)
    before = held(kind, code)
    second = taken_in(police, [row], keeper, at=MONDAY + timedelta(hours=1))
    told = held(kind, code)
    assert told not in (None, "", before), "what was taken is written"
    assert second.counts["changed"] == 1
    again = taken_in(police, [row], keeper, at=MONDAY + timedelta(hours=2))
    assert (again.counts["changed"], again.counts["same"], held(kind, code)) == (0, 1, told)
    for intake in (again, second):
        intakes.undo_intake(intake_id=intake.pk, by=keeper, at=MONDAY + timedelta(hours=3))
    assert held(kind, code) == before


@pytest.mark.parametrize(("kind", "code"), sorted(TOLD), ids=str)
def test_an_element_comes_with_a_new_record(cast: Cast, kind: str, code: str) -> None:
    keeper, row = cast.actors["keeper"], {**known(kind, code), code: TOLD[kind, code]}
    source = source_of("police", keeper, record_kind=kind)
    made = taken_in(source, [row], keeper)
    assert made.counts["new"] == 1 and held(kind, code) not in (None, "")
    again = taken_in(source, [row], keeper, at=MONDAY + timedelta(hours=2))
    assert (again.counts["changed"], again.counts["same"]) == (0, 1)
    for intake in (again, made):
        intakes.undo_intake(intake_id=intake.pk, by=keeper, at=MONDAY + timedelta(hours=3))
    assert not MODELS[kind].objects.exists()
