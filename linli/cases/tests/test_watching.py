"""Signs of abuse, who looked at whom, the assessment, and forgetting by rule."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.cases.models import Case, ParkedCall, Reporter
from linli.cases.tests.personal import of_calls
from linli.cases.tests.test_keeping import closed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy import queries
from linli.kernel.privacy.commands import Forgotten, open_key
from linli.kernel.privacy.commands.signs import NoteNeeded, find_signs, look_into
from linli.kernel.privacy.models import Sign
from linli.kernel.privacy.retention import RETENTION
from linli.kernel.protection.queries.figures import Territories, thresholds_on
from linli.kernel.protection.queries.impact import assessment
from linli.kernel.protection.queries.keeping import preview
from linli.kernel.protection.tasks import carry_out
from tests.cast import MONDAY, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db


def look(by: Actor, person: int, at: datetime = MONDAY, scope: str = "") -> None:
    """One look at one person."""
    subject = Subject("case", person, f"案件{person}", scope)
    record("privacy.revealed", subject=subject, by=by, at=at, after={"field": "电话", "purpose": "回访"})


def signs(at: datetime = MONDAY) -> list[tuple[str, str, int]]:
    """The signs that are found: kind, about whom, how many."""
    find_signs(thresholds=thresholds_on(at.date()), territory=Territories(), at=at)
    return [
        (row.kind, row.actor_label[:2] or row.subject_label, row.count) for row in Sign.objects.order_by("pk")
    ]


def test_the_same_person_again_and_again_is_a_sign(cast: Cast) -> None:
    for hours in range(6):
        look(cast.actors["operator"], 1, MONDAY - timedelta(hours=hours))
        look(cast.actors["operator"], 100 + hours, MONDAY - timedelta(hours=hours))
    assert signs() == [("again", "何敏", 6)]
    assert signs() == [("again", "何敏", 6)], "once for each day"


def test_many_who_look_at_one_person_is_a_sign_about_nobody(cast: Cast) -> None:
    for who in list(cast.actors)[:8]:
        look(cast.actors[who], 7)
    assert signs() == [("crowd", "案件7", 8)]


def test_looks_outside_the_own_grid_are_a_sign_and_a_department_works_everywhere_in_its_county(
    cast: Cast,
) -> None:
    there = cast.unit("520103019002").path
    for person in range(5):
        look(cast.actors["grid"], person, scope=there)
        look(cast.actors["clerk"], person + 50, scope=there)
    assert signs() == [("outside", "罗小", 5)]


def test_looks_at_night_are_a_sign(cast: Cast) -> None:
    night = MONDAY.replace(hour=23)
    for person in range(5):
        look(cast.actors["operator"], person, night + timedelta(minutes=person))
    assert signs(night + timedelta(hours=1)) == [("night", "何敏", 5)]


def test_a_sign_is_put_away_with_a_note_by_the_security_officer_alone(cast: Cast) -> None:
    for hours in range(6):
        look(cast.actors["operator"], 1, timezone.now() - timedelta(minutes=hours))
    signs(timezone.now())
    row = Sign.objects.get(kind="again")
    with pytest.raises(NoteNeeded):
        look_into(sign_id=row.pk, note=" ", by=cast.actors["security"], at=MONDAY)
    assert enter(cast, "leader").get(reverse("protection:sign", args=[row.pk])).status_code == 403
    officer = enter(cast, "security")
    assert "反复查看同一人" in officer.get(reverse("protection:signs")).content.decode()
    page = officer.get(reverse("protection:sign", args=[row.pk])).content.decode()
    assert page.count("案件1") >= 6
    officer.post(reverse("protection:sign", args=[row.pk]), {"note": "已核实，系集中回访"})
    row.refresh_from_db()
    assert (row.state, row.note) == ("done", "已核实，系集中回访")
    assert Event.objects.filter(name="privacy.sign_looked_into").count() == 1


def test_who_looked_at_one_person_when_and_why(cast: Cast) -> None:
    look(cast.actors["operator"], 3)
    look(cast.actors["clerk"], 3, MONDAY + timedelta(hours=1))
    look(cast.actors["clerk"], 4)
    found = queries.looks_at("case", 3)
    assert [(each.who[:2], each.purpose) for each in found] == [("秦川", "回访"), ("何敏", "回访")]
    page = enter(cast, "auditor").get(reverse("protection:looks_at", args=["case", 3])).content.decode()
    assert "案件3" in page and "何敏" in page and "案件4" not in page
    assert enter(cast, "clerk").get(reverse("protection:looks_at", args=["case", 3])).status_code == 403


# --- What is kept, and how long -----------------------------------------------------------------------------------------


def test_the_assessment_says_of_each_table_what_why_who_and_how(cast: Cast) -> None:
    reporter = next(each for each in assessment(timezone.now()) if each.declared.model == "cases.Reporter")
    assert reporter.walled and "热线话务员" in reporter.who and "区（县）领导" not in reporter.who
    assert [rule.name for rule in reporter.rules] == ["cases.reporters"]
    for name in ("impact", "purposes", "retention", "requests"):
        page = enter(cast, "clerk").get(reverse(f"protection:{name}"))
        assert page.status_code == 200, name
    text = enter(cast, "clerk").get(reverse("protection:impact")).content.decode()
    assert "诉求人姓名" in text and "履行法定职责" in text and "热线话务员" in text


def test_a_rule_forgets_batch_by_batch_and_the_counts_stay(cast: Cast) -> None:
    case = closed(cast)
    key = Reporter.objects.get(case=case).key_id
    rule, late = RETENTION["cases.reporters"], MONDAY + timedelta(days=740)
    shown = preview(rule, late)
    assert (shown.count, shown.samples, shown.kept) == (1, [case.pk], timedelta(days=730))
    assert preview(rule, MONDAY).count == 0
    assert carry_out("cases.reporters", MONDAY) == 0
    assert carry_out("cases.reporters", late) == 1
    assert carry_out("cases.reporters", late) == 0
    with pytest.raises(Forgotten):
        open_key(key)
    assert Case.objects.count() == 1 and Reporter.objects.count() == 1
    event = Event.objects.get(name="privacy.forgot")
    assert event.after["count"] == 1


def test_what_a_rule_deletes_takes_its_key_along(cast: Cast) -> None:
    of_calls(cast)
    key = ParkedCall.objects.first().key_id  # type: ignore[union-attr]
    assert carry_out("cases.calls", MONDAY) == 0
    assert carry_out("cases.calls", MONDAY + timedelta(hours=2)) == 2
    with pytest.raises(Forgotten):
        open_key(key)


def test_every_rule_can_be_previewed_and_carried_out(cast: Cast) -> None:
    for name, rule in RETENTION.items():
        assert preview(rule, timezone.now()).count == 0
        assert carry_out(name, timezone.now()) == 0
