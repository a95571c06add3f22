"""What is corrected on a case moves its dates as if it had been right from the start; the dates before are kept and shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.cases import commands
from linli.cases.models import Case, Clock
from linli.cases.tests.test_loop import received
from linli.kernel.audit.models import Event
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def handled(cast: Cast) -> Case:
    """A case that its community has signed and handles."""
    case = received(cast)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)
    commands.dispatch(
        case_id=case.pk, lead=cast.unit("520103019001"), by=cast.actors["dispatcher"], at=MONDAY
    )
    return commands.sign(case_id=case.pk, by=cast.actors["community"], at=MONDAY)


def test_a_case_that_turns_out_urgent_is_due_from_its_start_and_keeps_the_old_date(
    cast: Cast, client: Client
) -> None:
    case, later = handled(cast), MONDAY + timedelta(hours=1)
    old = Clock.objects.get(case=case, kind="resolve")
    commands.reclassify(case_id=case.pk, urgency="critical", by=cast.actors["dispatcher"], at=later)
    case.refresh_from_db()
    new = Clock.objects.get(case=case, kind="resolve", stopped_at=None)
    assert new.due_at < old.due_at and new.started_at == old.started_at
    assert (case.resolve_due_at, new.first_due_at) == (new.due_at, old.due_at)
    old.refresh_from_db()
    assert (old.dropped, old.stopped_at) == (True, later)
    event = Event.objects.get(subject_id=case.pk, name="case.reclassified")
    assert event.before["due_before"] != event.after["due"]
    client.force_login(cast.users["dispatcher"])
    assert "此前作废的时限" in client.get(reverse("cases:case", args=[case.number])).content.decode()


def test_time_that_stood_still_and_time_that_was_granted_are_not_lost(cast: Cast) -> None:
    case, community, at = handled(cast), cast.actors["community"], MONDAY + timedelta(hours=1)
    row = commands.request_extension(case_id=case.pk, amount=1, reason="等配件", by=community, at=at)
    commands.decide_extension(
        extension_id=row.pk, granted=True, decision="属实", by=cast.actors["arbiter"], at=at
    )
    commands.pause(case_id=case.pk, reason="等诉求人回来", by=community, at=at)
    commands.resume(case_id=case.pk, by=community, at=at + timedelta(hours=2))
    before = Clock.objects.get(case=case, kind="resolve", stopped_at=None)
    commands.reclassify(
        case_id=case.pk, kind="help", by=cast.actors["dispatcher"], at=at + timedelta(hours=3)
    )
    after = Clock.objects.get(case=case, kind="resolve", stopped_at=None)
    assert (after.extended, after.pauses.count()) == (before.extended, 1)
