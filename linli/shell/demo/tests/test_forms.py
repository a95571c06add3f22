"""The forms of the demo: as many as asked for, each read as it was drawn, and each kind of thing known to the dictionary."""

from __future__ import annotations

from collections import Counter

import pytest

from linli.algorithms.workbooks.layout import Shape, read_layout
from linli.duties.commands.shipped import rows_of
from linli.returns.rules.elements import bare, dictionary
from linli.returns.rules.periods import FREQUENCIES
from linli.shell.demo.forms import Told, drawn, told

FORMS = told()


def test_there_are_forty_forms_of_departments_that_there_are() -> None:
    assert len(FORMS) == 40 and len({each.title for each in FORMS}) == 40
    departments = {row["code"] for row in rows_of("departments.csv")}
    assert {each.owner for each in FORMS} <= departments
    assert {each.frequency for each in FORMS} <= FREQUENCIES.keys()
    assert Counter(each.level for each in FORMS)["street"] >= 5


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_a_workbook_is_read_as_it_was_drawn(number: int) -> None:
    each: Told = FORMS[number]
    layout = read_layout(drawn(each, number))
    assert layout.shape == Shape.FIGURES and layout.title == each.title
    wanted = {(row, bare(column)) for row in each.rows for column in each.columns}
    assert {(place.row, bare(place.column)) for place in layout.places} == wanted
    assert [label.words for label in layout.labels] == ["填报单位", "填表人", "填报日期"]


def test_every_list_of_the_dictionary_is_asked_by_some_form() -> None:
    rows = {row for each in FORMS for row in each.rows}
    asked = {element.register for element in dictionary().values() if element.title in rows}
    assert asked == {element.register for element in dictionary().values() if element.kind == "figure"}
