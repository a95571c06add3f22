"""What the workbench counts is what its link opens: for everybody, and for every list."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from linli.cases.models import Case
from linli.cases.policy import visible_to
from linli.cases.queries.waiting import BY_CODE, kinds_for
from linli.cases.tests.test_more_time import asked, handling
from linli.cases.tests.test_work_steps import COMMUNITY, in_state, received
from linli.cases.workbench import sections
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import engine_of
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from tests.cast import MONDAY, PEOPLE, Cast

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=20)
"""Long after: what was to be done by then is overdue."""


def busy(cast: Cast) -> None:
    """A case or two of each kind, some of them of other units."""
    for state in (
        "received",
        "verifying",
        "filed",
        "objected",
        "checking",
        "calling",
        "paused",
        "deferred",
        "closed",
    ):
        in_state(cast, state)
    for lead in (COMMUNITY, "D02"):
        in_state(cast, "dispatched", lead)
        in_state(cast, "handling", lead)
    asked(cast, handling(cast))
    received(cast, kind="tipoff")


def opened(actor: Actor, url: str) -> list[int]:
    """The rows that the register shows at an address."""
    register = get("cases")
    selection = Selection.parse(register, QueryDict(urlsplit(url).query + "&size=100"))
    answer = engine_of(register, selection).answer(register, selection, Ask(actor, NOW))
    assert answer.total == len(answer.rows)
    return sorted(row.pk for row in answer.rows)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_list_of_the_workbench_opens_exactly_the_rows_that_it_counts(cast: Cast, who: str) -> None:
    busy(cast)
    actor = cast.actors[who]
    set_viewer(actor)
    kinds = sorted(kinds_for(actor), key=lambda kind: kind.code)
    shown = {section.url.rsplit("=", 1)[-1]: section for section in sections(actor, NOW)}
    assert sorted(shown) == [kind.code for kind in kinds]
    for kind in kinds:
        rows = sorted(visible_to(actor).filter(kind.test(actor).q(NOW)).values_list("pk", flat=True))
        assert opened(actor, shown[kind.code].url) == rows, kind.code
        assert shown[kind.code].count == len(rows), kind.code


def test_every_kind_has_a_case_and_somebody_who_finds_it(cast: Cast) -> None:
    busy(cast)
    found = {
        section.url.rsplit("=", 1)[-1]
        for who in PEOPLE
        for section in sections(cast.actors[who], NOW)
        if section.count
    }
    assert found == set(BY_CODE)


@pytest.mark.parametrize(
    ("state", "who", "title", "since"),
    [
        ("received", "dispatcher", "待受理", "received_at"),
        ("filed", "dispatcher", "待派遣", "filed_at"),
        ("checking", "supervisor", "待核查", "answered_at"),
        ("calling", "supervisor", "待回访", "answered_at"),
    ],
)
def test_a_row_without_a_date_says_since_when_it_waits(
    client: Client, cast: Cast, state: str, who: str, title: str, since: str
) -> None:
    case = in_state(cast, state)
    before = getattr(case, since)
    [section] = [one for one in sections(cast.actors[who], before) if one.title == title]
    assert [task.since for task in section.tasks] == [before]
    client.force_login(cast.users[who])
    assert "已等 " in client.get("/workbench/").content.decode()


def test_a_longer_list_of_the_workbench_asks_the_database_no_more_often(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        in_state(cast, "calling")
    with django_assert_max_num_queries(2 * len(kinds_for(cast.actors["supervisor"]))):
        sections(cast.actors["supervisor"], NOW)


def test_the_link_opens_a_page_that_says_what_it_shows(client: Client, cast: Cast) -> None:
    case = in_state(cast, "filed")
    in_state(cast, "closed")
    client.force_login(cast.users["dispatcher"])
    [section] = [one for one in sections(cast.actors["dispatcher"], timezone.now()) if one.title == "待派遣"]
    page = client.get(section.url).content.decode()
    assert case.number in page and "等着办" in page
    assert all(other.number not in page for other in Case.objects.exclude(pk=case.pk))
