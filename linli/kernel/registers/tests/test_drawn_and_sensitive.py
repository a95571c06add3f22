"""Areas drawn on the map, sensitive conditions, folded nodes, and numbers that lie sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from linli.kernel.privacy import context
from linli.kernel.registers.engines.answer import Answer, Engine
from linli.kernel.registers.engines.columns import ColumnEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import ColumnStore
from linli.kernel.registers.filters.area import shape_of
from linli.kernel.registers.filters.base import Ask, Facet
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.kernel.registers.tests import probe
from tests.cast import TESTER, Cast

pytestmark = pytest.mark.django_db

AREA = "106.7005,26.6005;106.7105,26.6005;106.7105,26.6105;106.7005,26.6105"
"""The probes number 1 to 10, but for number 6, which has no place."""


@pytest.fixture(params=["sql", "columns"])
def engine(request: pytest.FixtureRequest, db: None, sees_all: None) -> Engine:
    probe.make_table()
    probe.make_rows()
    return SqlEngine() if request.param == "sql" else ColumnEngine(ColumnStore(get("probe"), own=True))


def answer(engine: Engine, selection: Selection) -> Answer:
    return engine.answer(get("probe"), selection, Ask(probe.EVERYONE, timezone.now()))


def facet(found: Answer, name: str) -> Facet:
    return next(each for each in found.facets if each.filter.name == name)


def test_a_drawn_area_holds_the_rows_whose_place_lies_in_it(engine: Engine) -> None:
    found = answer(engine, replace(Selection(size=50), values=(("drawn", (AREA,)),)))
    assert {row.code for row in found.rows} == {f"P{n:03}" for n in range(1, 11) if n != 6}
    assert sum(option.count for option in facet(found, "state").options) == 9


def test_a_drawn_area_is_offered_again_in_words(engine: Engine) -> None:
    found = answer(engine, Selection(values=(("drawn", (AREA,)),)))
    (option,) = facet(found, "drawn").options
    assert option.chosen and option.label == "约 1.10 平方公里"


@pytest.mark.parametrize(
    "value",
    ["", "106,26", "a,b;c,d;e,f", "1,1;2,2;3,3", "200,1;201,1;201,2", "nan,1;2,2;3,1", "1,1;2,2;3,1" * 99],
)
def test_what_is_no_area_is_left_out(value: str) -> None:
    assert shape_of(value) is None


def test_sensitive_conditions_have_no_counts(engine: Engine) -> None:
    shown = facet(answer(engine, Selection()), "kept")
    assert not shown.counted and all(option.count == 0 for option in shown.options)


def test_a_sensitive_condition_is_not_combined_with_a_drawn_area() -> None:
    probe.make_table()
    both = Selection(values=(("drawn", (AREA,)), ("kept", ("噪音",))))
    assert get("probe").refusal(both).startswith("敏感条件不能和圈定的范围合并筛选")
    assert get("probe").refusal(both.having("kept", ())) == ""
    assert get("probe").refusal(both.having("drawn", ())) == ""


def test_a_filter_is_shown_to_those_it_is_offered_to(engine: Engine) -> None:
    register, chosen = get("probe"), Selection(values=(("kept", ("噪音",)),))
    assert register.open_to(chosen, probe.CLERK) == chosen
    assert register.open_to(chosen, probe.STRANGER) == Selection()
    context.set_viewer(probe.STRANGER)
    found = engine.answer(register, Selection(), Ask(probe.STRANGER, timezone.now()))
    context.set_viewer(TESTER)
    assert "kept" not in [each.filter.name for each in found.facets]


def test_a_folded_node_is_drawn_when_one_comes_near(engine: Engine) -> None:
    def drawn(*chosen: str) -> list[str]:
        found = answer(engine, Selection(values=(("unit", chosen),) if chosen else ()))
        return [option.value for option in facet(found, "unit").options]

    assert drawn() == ["520103", "01", "02"]
    assert drawn("01") == ["520103", "01", "010", "011", "012", "013", "02"]
    assert drawn("022") == ["520103", "01", "02", "020", "021", "022", "023"]


def test_an_exact_number_is_found_before_words_are_looked_for(engine: Engine) -> None:
    register = get("probe")
    third = register.model._default_manager.get(code="P003")  # type: ignore[attr-defined]
    known = {"13800000003": [third.pk]}
    assert register.search is not None
    search = replace(register.search, exact=known.get)
    rows = register.model._default_manager.all()  # type: ignore[attr-defined]
    assert [row.code for row in search.narrow(rows, "13800000003")] == ["P003"]
    assert search.ids(rows, "13800000003").tolist() == [third.pk]
    assert search.narrow(rows, "13800000003 李").count() == 0


def test_the_page_offers_to_draw(cast: Cast, client: Client) -> None:
    probe.make_table()
    client.force_login(cast.users["dispatcher"])
    page = client.get("/list/probe/", {"drawn": AREA})
    assert "在地图上圈定" in page.content.decode() and "registers/area.js" in page.content.decode()
    refused = client.get("/list/probe/", {"drawn": AREA, "kept": "噪音"})
    assert refused.status_code == 422
