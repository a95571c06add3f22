"""What holds for every register of every room: found through the list of registers, with rows from each room's samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context
from linli.kernel.registers.engines.answer import Engine
from linli.kernel.registers.engines.columns import ColumnEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import ColumnStore
from linli.kernel.registers.exporting import csvfile, geojson
from linli.kernel.registers.filters.base import Ask, Facet
from linli.kernel.registers.importing.importer import UnknownHeadings
from linli.kernel.registers.register import REGISTERS, Register
from linli.kernel.registers.selection import Selection
from linli.kernel.registers.tests import probe
from linli.kernel.registers.tests.protocol import SAMPLES, Sample

autodiscover_modules("tests.samples")
ENGINES = {name: {"sql", made.engine} for name, made in REGISTERS.items()} | {
    probe.ProbeRegister.name: {"sql", "columns"}
}
PAIRS = [
    (name, engine) for name in sorted(SAMPLES.keys() & ENGINES.keys()) for engine in sorted(ENGINES[name])
]


class Look:
    """One person looking at one register through one engine."""

    def __init__(self, register: Register, engine: Engine, actor: Actor) -> None:
        self.register, self.engine, self.ask = register, engine, Ask(actor, timezone.now())

    @property
    def everything(self) -> Selection:
        """As much as the list shows at once, without what it is narrowed by when it is opened."""
        return self.register.everything(Selection())

    def parsed(self, query: str) -> Selection:
        """The selection of a URL, and without one everything."""
        return Selection.parse(self.register, QueryDict(query)) if query else self.everything

    def answer(self, query: str = "", **changes: Any) -> Any:
        """The first 200 rows, with counts."""
        selection = replace(self.parsed(query), size=200, **changes)
        context.set_viewer(self.ask.actor)
        try:
            return self.engine.answer(self.register, selection, self.ask)
        finally:
            context.set_viewer(Actor.system("测试"))

    def ids(self, query: str = "", **changes: Any) -> list[int]:
        """The ids of the rows, without the counts."""
        selection = replace(self.parsed(query), **changes)
        context.set_viewer(self.ask.actor)
        try:
            return [row.pk for row in self.engine.rows(self.register, selection, self.ask)]
        finally:
            context.set_viewer(Actor.system("测试"))


@pytest.fixture(params=PAIRS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def case(request: pytest.FixtureRequest, db: None, sees_all: None) -> Iterator[tuple[Look, Sample]]:
    name, engine = request.param
    sample = SAMPLES[name]()
    register = REGISTERS[name]
    chosen: Engine = SqlEngine() if engine == "sql" else ColumnEngine(ColumnStore(register, own=True))
    yield Look(register, chosen, sample.sees), sample


Check = Callable[[Look, Sample], None]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """A sentence that holds for every register; all of them look at the same rows, which are costly to make."""
    CHECKS.append(function)
    return function


def offered(look: Look) -> list[tuple[str, str, int]]:
    """Every filter with one of its choices that has rows: name, value, count."""
    found = []
    for facet in look.answer().facets:
        options = [option for option in facet.options if option.count]
        found += [(facet.filter.name, option.value, option.count) for option in options[:3]]
    return found


def test_every_register_brings_a_sample() -> None:
    assert set(REGISTERS) <= set(SAMPLES), "add the missing ones to tests/samples.py of their room"


@check
def the_sample_is_seen_in_part(look: Look, sample: Sample) -> None:
    assert look.answer().total > 0


@check
def a_stranger_sees_nothing_and_no_counts(look: Look, sample: Sample) -> None:
    stranger = Look(look.register, look.engine, sample.stranger).answer()
    assert stranger.total == 0 and stranger.rows == []
    assert all(option.count == 0 for facet in stranger.facets for option in facet.options)


@check
def a_count_is_the_number_of_rows_that_its_choice_leaves(look: Look, sample: Sample) -> None:
    for name, value, count in offered(look):
        selection = look.everything.having(name, [value])
        assert len(look.ids(selection.query())) == count, (name, value)


@check
def every_filter_takes_several_values_and_joins_them_by_or(look: Look, sample: Sample) -> None:
    for facet in look.answer().facets:
        values = [option.value for option in facet.options if option.count][:3]
        one_by_one = [
            set(look.ids(look.everything.having(facet.filter.name, [value]).query())) for value in values
        ]
        together = set(look.ids(look.everything.having(facet.filter.name, values).query()))
        assert together == (set().union(*one_by_one) if values else set(look.ids())), facet.filter.name


@check
def filters_combine_by_and_and_by_or(look: Look, sample: Sample) -> None:
    chosen = {name: value for name, value, _count in offered(look)}
    for (first, value), (second, other) in pairwise(chosen.items()):
        both = look.everything.having(first, [value]).having(second, [other])
        one, two = (
            set(look.ids(look.everything.having(name, [v]).query()))
            for name, v in ((first, value), (second, other))
        )
        assert set(look.ids(both.query())) == one & two
        assert set(look.ids(both.query(), join="any")) == one | two


@check
def the_counts_of_a_filter_leave_out_its_own_values(look: Look, sample: Sample) -> None:
    chosen = {name: value for name, value, _count in offered(look)}
    for (first, value), (second, other) in pairwise(chosen.items()):
        selection = look.everything.having(first, [value]).having(second, [other])
        facets: dict[str, Facet] = {
            facet.filter.name: facet for facet in look.answer(selection.query()).facets
        }
        for name, own in ((first, value), (second, other)):
            for option in [o for o in facets[name].options if o.count or o.value == own][:2]:
                assert option.count == len(look.ids(selection.having(name, [option.value]).query())), (
                    name,
                    option.value,
                )


@check
def a_selection_survives_its_url(look: Look, sample: Sample) -> None:
    selection = replace(
        look.everything,
        text="积水",
        join="any",
        page=3,
        size=50,
        sort=(look.register.sort_keys() or [""])[-1],
        density="compact",
    )
    for name, value, _count in offered(look):
        selection = replace(selection.having(name, [*selection.of(name), value]), page=3)
    assert Selection.parse(look.register, QueryDict(selection.query())).query() == selection.query()


@check
def nonsense_in_the_url_is_left_out(look: Look, sample: Sample) -> None:
    query = "&".join(f"{declared.name}=%00'..x" for declared in look.register.filters)
    assert (
        look.answer(query + "&page=-3&size=7&sort=nobody&cols=nothing&view=cube&density=9&q=%00").total >= 0
    )


@check
def search_finds_words_of_two_characters_and_surnames(look: Look, sample: Sample) -> None:
    for text in filter(None, (sample.words, sample.surname)):
        found = look.ids("", text=text)
        assert found and set(found) <= set(look.ids())
    if sample.words:
        assert len(look.ids("", text=sample.words + "不会有的词")) == 0


@check
def every_order_is_an_order_of_the_same_rows_and_none_is_by_person(look: Look, sample: Sample) -> None:
    rows = set(look.ids())
    persons = {column.name for column in look.register.columns if column.person}
    for key in look.register.sort_keys():
        assert set(look.ids(sort=key)) == rows
        assert key.lstrip("-") not in persons


@check
def the_pages_are_the_list(look: Look, sample: Sample) -> None:
    whole = look.ids()
    pages: list[int] = []
    for number in range(1, len(whole) // 20 + 2):
        selection = replace(look.everything, page=number, size=20)
        context.set_viewer(look.ask.actor)
        pages += [row.pk for row in look.engine.answer(look.register, selection, look.ask).rows]
    assert pages == whole


@check
def the_export_has_the_rows_of_the_list_in_their_order(look: Look, sample: Sample) -> None:
    chosen = [look.everything.having(name, [value]) for name, value, _ in offered(look)[:3]]
    for query in ("", *(selection.query() for selection in chosen)):
        selection = look.parsed(query)
        context.set_viewer(look.ask.actor)
        exported = list(look.engine.rows(look.register, selection, look.ask))
        assert [row.pk for row in exported] == look.ids(query)
        lines = list(csvfile.lines(look.register.columns_of(selection), exported))
        assert len(lines) == len(exported) + 1
        assert look.engine.total(look.register, selection, look.ask) == len(exported)


@check
def the_map_shows_the_rows_of_the_list_that_have_a_place(look: Look, sample: Sample) -> None:
    if look.register.map is None:
        return
    rows = look.answer().rows
    drawn = [feature["properties"]["id"] for feature in geojson.places(look.register, rows)["features"]]
    assert drawn == [row.pk for row in rows if look.register.map.geometry(row)]


@check
def the_conditions_make_a_sentence(look: Look, sample: Sample) -> None:
    for name, value, _count in offered(look):
        selection = Selection().having(name, [value])
        words = look.register.sentence(selection, look.ask.actor)
        assert words.startswith(f"{look.register.filter(name).label}:") and not words.endswith(":")


@check
def what_is_exported_and_imported_again_changes_nothing(look: Look, sample: Sample) -> None:
    if look.register.importer is None:
        return
    importer = look.register.importer()
    heading = [column.heading for column in look.register.columns]
    try:
        layout = importer.layout(heading)
    except UnknownHeadings:
        return  # the importer takes another system's files: an export is refused as a whole
    rows = look.answer().rows
    columns = look.register.columns
    cells = [
        (number, [csvfile.plain(column, row) for column in columns])
        for number, row in enumerate(rows, start=2)
    ]
    judged = list(importer.judge(cells, layout, look.ask.actor, set()))
    assert {
        row.number: (row.verdict, row.reasons, row.incoming and row.incoming.differs)
        for row in judged
        if row.verdict != "same"
    } == {}
    assert len(judged) == len(rows)


def test_every_register(case: tuple[Look, Sample], subtests: pytest.Subtests) -> None:
    for each in CHECKS:
        with subtests.test(each.__name__):
            each(*case)
