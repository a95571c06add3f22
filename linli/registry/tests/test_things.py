"""Organisations and components: taken in, mended, moved, closed; inside the own territory, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.registry.commands import components, organisations
from linli.registry.commands.deeds import ChangedMeanwhile
from linli.registry.commands.sealing import document_mark
from linli.registry.commands.undoing import NotUndoable, undo_change
from linli.registry.models import Change, Component, Organisation, Staff
from linli.registry.queries.rows import values_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.life import Refused
from linli.registry.rules.values import NotReadable
from linli.registry.tests.factories import OTHER_GRID, OWN_GRID, TODAY, citizen_id, person, place, seen_by
from linli.territory.models import Building, Unit
from tests.cast import MONDAY, Cast, assemble

WHEN = {"at": MONDAY, "on": TODAY}
USCC = "91520103MA6DKQ1L1M"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def building(grid: str) -> Building:
    return Building.objects.create(unit=Unit.objects.get(code=grid), name="1栋", lon=106.7, lat=26.6)


def shop(cast: Cast, **values: str) -> Organisation:
    with seen_by(cast.actors["community"]) as by:
        return organisations.add_organisation(
            values={"name": "大营路小卖部", "kind": "小商店", "contact": "王芳", "phones": "13885100001", **values},
            building_id=building(OWN_GRID).pk, by=by, **WHEN,
        )  # fmt: skip


def lamp(cast: Cast, code: str = "5201030118000001") -> Component:
    with seen_by(cast.actors["community"]) as by:
        return components.add_component(
            values={"code": code, "kind": "路灯", "place": "大营路1号"}, unit=OWN_GRID, by=by, **WHEN
        )


def clear(row: Organisation | Component) -> dict[str, Any]:
    return values_of(type(row).objects.get(pk=row.pk), Opener())  # type: ignore[attr-defined]


def latest() -> int:
    return Change.objects.latest("pk").pk


def test_whom_to_call_in_an_organisation_is_sealed_and_its_name_is_not(cast: Cast) -> None:
    made = shop(cast)
    row = Organisation.objects.get(pk=made.pk)
    assert (row.name, row.kind, row.lon) == ("大营路小卖部", "small_shop", 106.7)
    assert "王芳".encode() not in bytes(row.contact or b"") and len(row.phone_marks) == 2
    assert Opener().contact(row) == "王芳" and row.path.endswith(f"{OWN_GRID}/")
    assert Event.objects.get(name="registry.organisation_added").subject_label == "大营路小卖部"


def test_an_organisation_code_is_registered_once(cast: Cast) -> None:
    shop(cast, uscc=USCC)
    by = cast.actors["community"]
    with pytest.raises(Refused, match="统一社会信用代码已经登记"):
        organisations.add_organisation(values={"name": "分店", "uscc": USCC}, unit=OWN_GRID, by=by, **WHEN)
    with pytest.raises(NotReadable, match="统一社会信用代码"):
        organisations.add_organisation(
            values={"name": "分店", "uscc": USCC[:8]}, unit=OWN_GRID, by=by, **WHEN
        )


def test_a_closed_organisation_is_not_changed_any_more_and_opens_by_taking_that_back(cast: Cast) -> None:
    made, by = shop(cast), cast.actors["community"]
    before = clear(made)
    with seen_by(by):
        organisations.close_organisation(organisation_id=made.pk, by=by, **WHEN)
        with pytest.raises(Refused, match="已注销"):
            organisations.correct_organisation(
                organisation_id=made.pk, values={"staff_count": "3"}, origin="visit", by=by, **WHEN
            )
        undo_change(change_id=latest(), by=by, at=MONDAY)
    assert clear(made) == before


def test_an_organisation_is_mended_moved_and_taken_back_step_by_step(cast: Cast) -> None:
    made, by = shop(cast), cast.actors["community"]
    first, created = clear(made), latest()
    steps = []
    with seen_by(by):
        organisations.correct_organisation(
            organisation_id=made.pk,
            values={"staff_count": "12人", "contact": ""},
            origin="visit",
            by=by,
            **WHEN,
        )
        steps.append(latest())
        organisations.move_organisation(
            organisation_id=made.pk, address="中山路2号", unit=OWN_GRID, by=by, **WHEN
        )
        steps.append(latest())
        assert (clear(made)["staff_count"], clear(made)["contact"], clear(made)["building"]) == (
            "12",
            None,
            None,
        )
        with pytest.raises(NotUndoable, match="之后又办理"):
            undo_change(change_id=created, by=by, at=MONDAY)
        for change in reversed(steps):
            undo_change(change_id=change, by=by, at=MONDAY)
        assert clear(made) == first
        undo_change(change_id=created, by=by, at=MONDAY)
    assert not Organisation.objects.filter(pk=made.pk).exists()


def test_things_of_others_are_neither_taken_in_nor_changed(cast: Cast) -> None:
    made, post = shop(cast), lamp(cast)
    with seen_by(cast.actors["stranger"]) as by:
        with pytest.raises(NotAllowed):
            organisations.close_organisation(organisation_id=made.pk, by=by, **WHEN)
        with pytest.raises(NotAllowed):
            components.set_component_state(component_id=post.pk, state="破损", by=by, **WHEN)
        with pytest.raises(NotAllowed):
            organisations.add_organisation(values={"name": "店"}, unit=OWN_GRID, by=by, **WHEN)
    with seen_by(cast.actors["community"]) as by, pytest.raises(NotAllowed):
        organisations.move_organisation(
            organisation_id=made.pk, address="中山路2号", unit=OTHER_GRID, by=by, **WHEN
        )


def test_a_component_is_found_damaged_and_mended(cast: Cast) -> None:
    made, by = lamp(cast), cast.actors["community"]
    before = clear(made)
    with seen_by(by):
        components.set_component_state(component_id=made.pk, state="破损", by=by, **WHEN)
        assert clear(made)["state"] == "damaged"
        components.correct_component(
            component_id=made.pk, values={"keeper": "路灯管理所"}, origin="visit", by=by, **WHEN
        )
        undo_change(change_id=latest(), by=by, at=MONDAY)
        undo_change(change_id=latest_but_undone(), by=by, at=MONDAY)
    assert clear(made) == before


def latest_but_undone() -> int:
    return Change.objects.filter(undone_by=None).exclude(what="undone").latest("pk").pk


def test_a_component_code_is_registered_once(cast: Cast) -> None:
    lamp(cast)
    with pytest.raises(Refused, match="部件编码已经登记"):
        lamp(cast)


@pytest.mark.parametrize(
    "values", [{"code": "", "kind": "路灯"}, {"code": "1"}, {"code": "1", "kind": "路灯"}]
)
def test_a_component_needs_a_code_a_kind_and_a_place(cast: Cast, values: dict[str, str]) -> None:
    with pytest.raises(NotReadable):
        components.add_component(values=values, by=cast.actors["community"], **WHEN)


def test_two_corrections_of_one_form_meet(cast: Cast) -> None:
    made, by = lamp(cast), cast.actors["community"]
    components.correct_component(
        component_id=made.pk, values={"owner": "甲"}, origin="visit", by=by, version=0, **WHEN
    )
    with pytest.raises(ChangedMeanwhile):
        components.correct_component(
            component_id=made.pk, values={"owner": "乙"}, origin="visit", by=by, version=0, **WHEN
        )


def test_who_works_somewhere_is_known_by_name_or_from_the_register_until_the_last_day(cast: Cast) -> None:
    made, by, number = shop(cast), cast.actors["community"], citizen_id(date(1980, 2, 14), "2")
    who = person(cast, "李春梅", document=number)
    mark = document_mark("citizen_id", number)
    with seen_by(by):
        guard = organisations.add_staff(organisation_id=made.pk, name="赵六", post="保安", by=by, **WHEN)
        clerk = organisations.add_staff(organisation_id=made.pk, name="", document=mark, by=by, **WHEN)
        assert (guard.person_id, clerk.person_id, clerk.name) == (None, who.pk, "李春梅")
        with pytest.raises(Refused, match="已经登记在这家单位"):
            organisations.add_staff(organisation_id=made.pk, name="", document=mark, by=by, **WHEN)
        with pytest.raises(Refused, match="请填写姓名"):
            organisations.add_staff(organisation_id=made.pk, name=" ", by=by, **WHEN)
        organisations.end_staff(organisation_id=made.pk, staff_id=guard.pk, by=by, **WHEN)
        with pytest.raises(Refused, match="在职"):
            organisations.end_staff(organisation_id=made.pk, staff_id=guard.pk, by=by, **WHEN)
        undo_change(change_id=latest(), by=by, at=MONDAY)
        assert set(Staff.objects.filter(valid_to=None).values_list("name", flat=True)) == {"赵六", "李春梅"}
        for _ in range(2):
            undo_change(change_id=latest_but_undone(), by=by, at=MONDAY)
        assert not Staff.objects.exists()
    events = Event.objects.filter(name="registry.organisation_changed")
    assert {event.after["elements"] for event in events} == {"从业人员"}


def test_whom_one_does_not_see_is_not_found_among_those_who_might_work_here(cast: Cast) -> None:
    made, number = shop(cast), citizen_id(date(1980, 2, 14), "2")
    person(cast, "李春梅", document=number, at_home=place("901", OTHER_GRID))
    with seen_by(cast.actors["community"]) as by, pytest.raises(Refused, match="请只写姓名"):
        organisations.add_staff(
            organisation_id=made.pk, name="", document=document_mark("citizen_id", number), by=by, **WHEN
        )
