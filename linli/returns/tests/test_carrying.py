"""Nobody types the same column again: what was answered the last time is carried over by one press, and what changed is marked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.kernel.audit.models import Event
from linli.kernel.privacy.context import set_viewer
from linli.registry.models import Person
from linli.registry.tests.district import settle
from linli.returns.commands import NotWhole, Refused, answer_lines, carry_over, fill_round, move, open_round
from linli.returns.models import Return, Round
from linli.returns.queries.changes import changes_of, faults_in
from linli.returns.queries.lists import opened as rows_in
from linli.returns.tests.factories import SERVED, given, own
from linli.returns.tests.rosters import listed, of
from tests.cast import MONDAY, TESTER, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=31)


def next_month(made: Round, cast: Cast) -> Round:
    """The month after, asked and filled."""
    again = open_round(code=made.form.code, by=cast.actors["clerk"], at=LATER)
    set_viewer(TESTER)
    fill_round(round_id=again.pk, by=TESTER, at=LATER)
    return again


def carried(row: Return, cast: Cast) -> int:
    """Press once."""
    return carry_over(return_id=row.pk, version=row.version, by=cast.actors["community"], at=LATER)


def test_answers_are_carried_and_counts_are_counted_anew(opened: Round, cast: Cast) -> None:
    given(opened, cast, {**SERVED, "B5": "99"}, {"B5": "尚未登记"})
    row = own(next_month(opened, cast))
    assert carried(row, cast) == 3
    row = own(row.round)
    assert {place: each["value"] for place, each in row.given.items()} == {"B6": 12, "C6": 5, "D6": 7}
    assert row.asked == 0 and Event.objects.get(name="return.carried").after == {
        "cells": 3,
        "period": opened.period,
    }
    with pytest.raises(Refused, match="没有可以沿用的"):
        carried(row, cast)


def test_the_first_month_has_nothing_to_carry(opened: Round, cast: Cast) -> None:
    with pytest.raises(Refused, match="上期没有这张表"):
        carried(own(opened), cast)


def answered(made: Round, cast: Cast) -> Return:
    """The list of a community in which the first two rows are answered."""
    row = of(made)
    return answer_lines(
        return_id=row.pk, values={(1, "G"): "是", (2, "G"): "否"}, reasons={}, version=row.version, by=cast.actors["community"], at=MONDAY
    )  # fmt: skip


def test_the_answers_of_a_list_go_with_their_persons_wherever_these_stand_now(cast: Cast) -> None:
    settle(cast)
    made = listed(cast)
    before = answered(made, cast)
    first, second = rows_in(before, before.lines.all()[:2])
    set_viewer(TESTER)
    Person.objects.filter(pk=first.id).update(state="left")
    row = of(next_month(made, cast))
    assert carried(row, cast) == 1
    row = of(row.round)
    said = {each.id: each.given["G"] for each in rows_in(row, row.lines.all()) if each.given}
    assert said == {second.id: {"value": "否", "who": cast.actors["community"].label, "carried": True}}


def test_a_list_tells_who_came_who_went_and_what_changed(cast: Cast) -> None:
    settle(cast)
    made = listed(cast)
    before = of(made)
    first, second, *_rest = rows_in(before, before.lines.all())
    set_viewer(TESTER)
    Person.objects.filter(pk=first.id).update(state="left")
    Person.objects.filter(pk=second.id).update(name="改名")
    made_next = next_month(made, cast)
    found = changes_of(of(made_next))
    assert (found.period, found.came, found.went, found.changed) == (made.period, 0, 1, 1)
    assert changes_of(before).period == ""
    page = enter(cast, "community").get(reverse("returns:return", args=[of(made_next).pk])).content.decode()
    assert "新增 0 行，减少 1 行，1 行有变化" in page and "有变化</span>" in page


def test_the_press_keeps_what_was_just_written(cast: Cast) -> None:
    settle(cast)
    made = listed(cast)
    answered(made, cast)
    row = of(next_month(made, cast))
    community = enter(cast, "community")
    page = community.get(reverse("returns:return", args=[row.pk])).content.decode()
    assert "空格沿用上期" in page and "上期 是" in page
    community.post(reverse("returns:carry", args=[row.pk]), {"version": row.version, "line-1-G": "不用"})
    row = of(row.round)
    said = [each.given["G"]["value"] for each in rows_in(row, row.lines.all()[:2])]
    assert said == ["不用", "否"]


def test_a_row_that_breaks_a_formula_between_columns_keeps_the_list_at_home(cast: Cast) -> None:
    settle(cast)
    row = of(listed(cast, checks=["G <= D", "D >= 上期D"]))
    values = {(line.number, "G"): "3" for line in row.lines.all()} | {(2, "G"): "500"}
    row = answer_lines(
        return_id=row.pk,
        values=values,
        reasons={},
        version=row.version,
        by=cast.actors["community"],
        at=MONDAY,
    )
    (fault,) = faults_in(row)
    assert fault.number == 2 and "是否需要上门为500" in fault.words
    with pytest.raises(NotWhole, match="第 2 行审核公式不符"):
        move(return_id=row.pk, verb="submit", by=cast.actors["community"], at=MONDAY)
    row = answer_lines(
        return_id=row.pk,
        values={(2, "G"): "5"},
        reasons={},
        version=row.version,
        by=cast.actors["community"],
        at=MONDAY,
    )
    assert (
        faults_in(row) == []
        and move(return_id=row.pk, verb="submit", by=cast.actors["community"], at=MONDAY).state == "street"
    )


def test_a_formula_of_a_list_speaks_of_its_columns(cast: Cast) -> None:
    settle(cast)
    with pytest.raises(Refused, match="表中没有可填的单元格：Z"):
        listed(cast, checks=["Z <= D"])


def test_a_page_from_before_the_night_does_not_put_an_answer_beside_another_person(cast: Cast) -> None:
    settle(cast)
    made = listed(cast)
    page, (first, *_rest) = of(made), rows_in(of(made), of(made).lines.all())
    set_viewer(TESTER)
    Person.objects.filter(pk=first.id).update(state="left")
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    with pytest.raises(Refused, match="请刷新后再填"):
        answer_lines(
            return_id=page.pk, values={(1, "G"): "是"}, reasons={}, version=page.version, by=cast.actors["community"], at=MONDAY
        )  # fmt: skip
