"""What the catalogue asks of a case (how urgent, what kind of place) decides who gets it, from intake to dispatch."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.cases import commands
from linli.cases.commands import Intake
from linli.cases.models import Case
from linli.cases.queries.calls import suggestion_for
from linli.cases.queries.routing import routing_of
from linli.cases.rules import kind_of_compound
from linli.duties.commands.entries import Draft, add_entry
from linli.duties.rules import Condition
from linli.kernel.audit.actor import Actor
from linli.territory.models import Compound
from linli.territory.queries.places import PLACES
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

KEEPER = Actor("系统管理员", role="system_admin", verbs=frozenset({"duty.view", "duty.change"}))
GRID = "520103019001001"


def entry(lead: str, condition: Condition, category: str = "0201") -> str:
    """A line of the catalogue under a condition; it decides alone."""
    draft = Draft(
        category, lead, "区城管办〔2024〕3号", "按职责", date(2024, 1, 1), condition=condition, auto=True
    )
    return add_entry(draft=draft, by=KEEPER, at=MONDAY).code


def taken(cast: Cast, **given: Any) -> Case:
    """Rubbish, taken down by 何敏; where one rule decides it is on its way."""
    intake = Intake(
        channel="hotline",
        text=f"路边第 {Case.objects.count()} 堆垃圾",
        category=cast.category("0201"),
        place=cast.unit(GRID),
        **given,
    )
    return commands.take(intake, commands.Wish(), by=cast.actors["operator"], at=MONDAY)


def lead_of(case: Case) -> str:
    """The unit that has it; empty where it waits for a person."""
    return case.lead.code if case.lead else ""


def test_urgent_rubbish_goes_where_the_entry_for_urgent_matters_says(cast: Cast) -> None:
    code = entry("D01", {"urgency": ["urgent", "critical"]})
    assert lead_of(taken(cast, urgency="normal")) == "520103019001"
    urgent = taken(cast, urgency="critical")
    assert lead_of(urgent) == "D01" and code in urgent.assignments.get().reason


def test_the_kind_of_place_decides_between_community_and_department(cast: Cast) -> None:
    entry("D01", {"place_kind": ["main_road"]})
    entry("D02", {"place_kind": ["construction_site"]})
    assert lead_of(taken(cast, place_kind="main_road", urgency="normal")) == "D01"
    assert lead_of(taken(cast, place_kind="construction_site", urgency="urgent")) == "D02"
    assert lead_of(taken(cast, place_kind="back_street", urgency="critical")) == "520103019001"


def test_where_the_kind_of_place_is_not_known_a_person_decides_and_sees_the_other_way(cast: Cast) -> None:
    entry("D01", {"place_kind": ["main_road"]})
    case = taken(cast)
    found = suggestion_for(case, MONDAY)
    assert case.state == "received" and found is not None and not found.auto
    assert found.others[0] == ("云岩区综合行政执法局", "地点类型为主干道")


def test_both_conditions_of_an_entry_must_hold(cast: Cast) -> None:
    entry("D01", {"place_kind": ["main_road"], "urgency": ["critical"]})
    assert lead_of(taken(cast, place_kind="main_road", urgency="normal")) == "520103019001"
    assert lead_of(taken(cast, place_kind="main_road", urgency="critical")) == "D01"


def test_a_correction_of_urgency_or_place_changes_what_the_catalogue_says(cast: Cast) -> None:
    entry("D01", {"place_kind": ["main_road"]})
    case, by = taken(cast), cast.actors["dispatcher"]
    case = commands.reclassify(case_id=case.pk, place_kind="main_road", by=by, at=MONDAY)
    routing = routing_of(case, MONDAY)
    assert routing is not None and (routing.lead, routing.auto) == ("D01", True)
    case = commands.reclassify(case_id=case.pk, place_kind="", by=by, at=MONDAY)
    assert case.place_kind == "", "a kind that was wrong can be taken out again"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("惠民小区3栋楼下", "compound_property"),
        ("惠民小区门口", ""),
        ("惠民小区对面马路", ""),
        ("中华北路", ""),
    ],
)
def test_a_compound_that_the_place_names_is_known_and_the_road_beside_it_is_not(
    cast: Cast, words: str, kind: str
) -> None:
    Compound.objects.create(
        name="惠民小区", unit_id=cast.unit("520103019001").id, management="property", illustrative=True
    )
    PLACES.forget()
    assert taken(cast, place_text=words).place_kind == kind


@pytest.mark.parametrize("management", ["none", "fallback", "self_run"])
def test_a_compound_without_a_property_firm_is_unmanaged(management: str) -> None:
    assert kind_of_compound(management, "3栋") == "compound_unmanaged"


def test_the_screening_board_asks_what_kind_of_place_it_is(client: Client, cast: Cast) -> None:
    entry("D01", {"place_kind": ["main_road"]})
    case = taken(cast)
    client.force_login(cast.users["dispatcher"])
    said = {"kind": case.kind, "urgency": case.urgency, "place_kind": "main_road", "version": case.version}
    client.post(reverse("cases:screening_act", args=[case.number, "accept"]), said)
    page = client.get(reverse("cases:dispatching")).content.decode()
    assert "建议主办：云岩区综合行政执法局" in page
