"""A list in the database asks two questions, however many filters it has, and each filter that is used one more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.accounts.models import Post, User
from linli.kernel.registers.engines.counting import counted
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.kit import Choice, Condition, Conditions, Flag
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.kernel.registers.tests import probe
from tests.cast import TESTER, Cast

ASK = Ask(probe.EVERYONE, timezone.now())


@pytest.mark.parametrize(
    ("selection", "questions"),
    [
        (Selection(), 2),
        (Selection(values=(("state", ("open",)),)), 3),
        (Selection(values=(("state", ("open",)), ("urgent", ("yes",)))), 4),
        (Selection(values=(("state", ("open",)), ("urgent", ("yes",))), join="any"), 3),
    ],
)
def test_the_choices_of_all_filters_are_counted_in_one_question(
    db: None, sees_all: None, selection: Selection, questions: int
) -> None:
    probe.make_table()
    probe.make_rows()
    with CaptureQueriesContext(connection) as asked:
        SqlEngine().answer(get("probe"), selection, ASK)
    assert len(asked) == questions


def test_a_filter_that_looks_at_many_rows_of_another_table_multiplies_no_count(cast: Cast) -> None:
    user = cast.users["dispatcher"]
    post = Post.objects.filter(user=user)[0]
    post.pk, post.role = None, "arbiter"
    post.save(force_insert=True)
    role = Choice("role", "角色", field="posts__role")
    holds = Conditions("post", "岗位", {"any": Condition("有", lambda at: Q(posts__isnull=False))})
    active = Flag("is_active", "启用")
    for each in (role, holds, active):
        each.bind(User)
    found = counted(User.objects.filter(pk=user.pk), [role, holds, active], Ask(TESTER, timezone.now()))
    assert found.total == 1
    assert found.choices == {
        "role": {"dispatcher": 1, "arbiter": 1},
        "post": {"any": 1},
        "is_active": {"yes": 1, "no": 0},
    }


def test_of_no_rows_every_count_is_nothing(cast: Cast) -> None:
    found = counted(User.objects.none(), [Flag("is_active", "启用")], Ask(TESTER, timezone.now()))
    assert (found.total, found.choices) == (0, {})
