"""A question whose SQL is made once gives what the question itself gives."""

from __future__ import annotations

from datetime import date

import pytest

from linli.cases.models import Case, Reporter
from linli.cases.queries import get_case_for
from linli.kernel.accounts.models import Post
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import events_of, history_of
from linli.kernel.privacy.context import set_viewer
from linli.kernel.standing import Standing, put
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
def test_a_standing_question_for_values_gives_the_tuples_of_the_question(cast: Cast) -> None:
    fields = ("unit_code", "user__display_name", "starts_on")
    posts = Post.objects.order_by("pk")
    asked: Standing[tuple[object, ...]] = Standing(
        lambda unit: posts.filter(unit_code=unit).values_list(*fields), "?"
    )
    units = set(posts.values_list("unit_code", flat=True))
    assert units
    for unit in units:
        assert asked.ask(unit) == list(posts.filter(unit_code=unit).values_list(*fields))


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


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_rows_that_are_put_are_as_those_created_in_bulk(cast: Cast, count: int) -> None:
    def rows(name: str) -> list[Event]:
        return [
            Event(
                name=name, at=MONDAY, actor_label="测试", subject_kind="case", subject_id=n, subject_label=f"案件 {n}",
                after={"n": n, "空": None}, personal=b"\x00\xff",
            )
            for n in range(count)
        ]  # fmt: skip

    def kept(name: str) -> list[tuple[object, ...]]:
        found = Event.objects.filter(name=name).order_by("subject_id")
        return [
            (e.tx, e.at, e.subject_label, e.before, e.after, bytes(e.personal or b""), e.key_id)
            for e in found
        ]

    Event.objects.bulk_create(rows("case.signed"))
    made = put(rows("case.received"))
    assert kept("case.received") == kept("case.signed")
    assert [row.pk for row in made] == list(
        Event.objects.filter(name="case.received").order_by("subject_id").values_list("pk", flat=True)
    )
    assert all(isinstance(row.tx, int) for row in made)


@pytest.mark.django_db
def test_a_case_that_is_put_has_its_search_words_and_its_lists(cast: Cast) -> None:
    case = Scenery(cast).given("电梯坏了三天没人修")
    kept = Case.objects.get(pk=case.pk)
    assert "电梯" in kept.grams and kept.audience == case.audience and kept.changed_tx


@pytest.mark.django_db
def test_one_of_a_list_is_asked_among_it(cast: Cast) -> None:
    units = sorted(set(Post.objects.values_list("unit_code", flat=True)))
    asked = Standing(lambda codes: Post.objects.filter(unit_code__among=codes).order_by("pk"), ["?"])
    for some in (units[:1], units[:3], [], ["no such unit"]):
        assert asked.ask(some) == list(Post.objects.filter(unit_code__in=some).order_by("pk"))
