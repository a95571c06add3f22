"""A question whose SQL is made once gives what the question itself gives."""

from __future__ import annotations

from datetime import date

import pytest

from linli.cases.models import Reporter
from linli.cases.queries import get_case_for
from linli.kernel.accounts.models import Post
from linli.kernel.audit.queries import events_of, history_of
from linli.kernel.privacy.context import set_viewer
from linli.kernel.standing import Standing
from tests.cast import MONDAY, TESTER, Cast
from tests.journeys.scenery import Scenery


@pytest.mark.django_db
def test_a_standing_question_gives_the_rows_of_the_question(cast: Cast) -> None:
    asked = Standing(lambda unit, day: Post.objects.held_on(day).at_unit(unit).order_by("pk"), "?", date.max)
    units = set(Post.objects.values_list("unit_code", flat=True))
    for unit in units:
        for day in (MONDAY.date(), date(1999, 1, 1)):
            assert asked.ask(unit, day) == list(Post.objects.held_on(day).at_unit(unit).order_by("pk"))
    assert asked.ask("no such unit", MONDAY.date()) == []


@pytest.mark.django_db
def test_a_standing_question_keeps_to_the_row_policies(cast: Cast) -> None:
    case = Scenery(cast).given("电梯坏了三天没人修")
    asked = Standing(lambda case_id: Reporter.objects.filter(case=case_id), -1)
    assert asked.first(case.pk) == Reporter.objects.get(case=case)
    set_viewer(None)
    assert asked.first(case.pk) is None


@pytest.mark.django_db
def test_the_history_on_a_page_is_the_history(cast: Cast) -> None:
    case = Scenery(cast).given("电梯坏了三天没人修")
    found = events_of("case", case.pk)
    assert (
        found == list(history_of("case", case.pk)) and found[0].after == history_of("case", case.pk)[0].after
    )
    assert get_case_for(TESTER, case.number).category == case.category
