"""Marks: a group is never written beside its member, and who may see the group is told its mark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context, marks
from linli.kernel.privacy.marks import declare_mark, mark, marks_of


@pytest.fixture(autouse=True)
def two_groups() -> Iterator[None]:
    """Two groups and the verbs that open them, gone after the test."""
    before = dict(marks.OPENED_BY)
    declare_mark("probe.see_elders", "probe group", "elders")
    declare_mark("probe.see_orphans", "probe group", "orphans")
    yield
    marks.OPENED_BY.clear()
    marks.OPENED_BY.update(before)
    marks._marks.cache_clear()


def told(actor: Actor | None) -> list[str]:
    """What the row policies are told of the marks."""
    context.set_viewer(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT linli_marks()")
        return list(cursor.fetchone()[0])


def holding(*verbs: str) -> Actor:
    return Actor("甲", user_id=1, role="x", unit="u", scope="u/", verbs=frozenset(verbs))


@pytest.mark.django_db
def test_a_viewer_is_told_the_marks_of_the_own_verbs_alone() -> None:
    assert told(holding("probe.see_elders", "case.view")) == [mark("probe group", "elders")]
    assert told(holding("probe.see_elders", "probe.see_orphans")) == sorted(
        mark("probe group", each) for each in ("elders", "orphans")
    )
    assert told(holding("case.view")) == told(None) == told(Actor.public()) == []


@pytest.mark.django_db
def test_the_marks_of_the_viewer_before_are_gone() -> None:
    told(holding("probe.see_elders"))
    assert told(holding("case.view")) == []


def test_a_mark_says_nothing_of_its_value_and_changes_with_the_key(settings: object) -> None:
    before = marks_of(frozenset({"probe.see_elders"}))
    assert before == (mark("probe group", "elders"),)
    assert "elders" not in before[0]
    settings.INDEX_KEY = "ab" * 32  # type: ignore[attr-defined]
    assert marks_of(frozenset({"probe.see_elders"})) != before


def test_a_mark_declared_twice_is_one_mark() -> None:
    declare_mark("probe.see_elders", "probe group", "elders")
    assert len(marks_of(frozenset({"probe.see_elders"}))) == 1
