"""The lists of the demo are read as they were drawn, bound as their headings say, and filled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linli.algorithms.workbooks.layout import Shape, read_layout
from linli.duties.commands.shipped import rows_of
from linli.kernel.privacy.context import set_viewer
from linli.registry.tests.district import settle
from linli.returns.models import Line, Template
from linli.shell.demo import lists
from linli.shell.demo.lists import LISTS, Listed, drawn, send_lists
from tests.cast import MONDAY, TESTER, Cast

ASKED = {"津贴是否到账", "家庭收入有无变化", "备注", "灭火器数量", "检查日期"}


@pytest.mark.parametrize("each", LISTS, ids=lambda each: each.title)
def test_a_list_is_read_as_it_was_drawn(each: Listed) -> None:
    layout = read_layout(drawn(each))
    assert layout.shape == Shape.LIST and layout.title == each.title and layout.body is not None
    headings = [heading.partition("（")[0] for heading in each.headings]
    assert [column.heading.partition("（")[0] for column in layout.columns] == headings
    assert layout.body.last - layout.body.first + 1 == lists.DRAWN
    assert each.owner in {row["code"] for row in rows_of("departments.csv")}


@pytest.mark.django_db
def test_lists_are_bound_as_their_headings_say_and_filled(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(cast)
    monkeypatch.setattr(lists, "LISTS", [replace(each, owner="D01") for each in LISTS])
    set_viewer(TESTER)
    assert send_lists(by=TESTER, at=MONDAY) > 0 and Line.objects.exists()
    for template in Template.objects.all():
        asked = {
            each["heading"].partition("（")[0]
            for each in template.layout["columns"]
            if each["place"] not in template.listing["columns"]
        }
        assert asked and asked <= ASKED
