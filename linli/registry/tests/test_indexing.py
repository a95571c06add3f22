"""The key of the index changed: whoever was found before is found after, and nothing that was done before is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import mark_anew
from linli.kernel.privacy.indexes import Marking, in_force
from linli.kernel.privacy.marks import mark
from linli.registry.commands import cares, intakes, invitations
from linli.registry.commands.sealing import document_mark, register_key, sealed_phones
from linli.registry.models import Care, Change, Invitation, Organisation, Person
from linli.registry.personal import cares_for
from linli.registry.queries.own import invitation_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.life import Refused
from linli.registry.tests.factories import (
    TODAY,
    citizen_id,
    family,
    person,
    seen_by,
)
from linli.registry.tests.files import examined, source_of, written
from linli.registry.tests.lives import LENIENT, go_and_come_back, nothing_stays, steps, world
from linli.registry.tests.test_intakes import LI, ZHANG
from tests.cast import MONDAY, TESTER, Cast, assemble

NEXT = Marking("5a" * 32, "SHA256")
LATER = MONDAY + timedelta(days=60)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture(autouse=True)
def own_key(settings: Any) -> None:
    """The key that a test puts in force goes with it."""
    settings.INDEX_KEY, settings.BLIND_HASH = "11" * 32, "SHA256"


def change_key(now: Marking = NEXT) -> None:
    """As ``bin/linli privacy reindex`` does it, with every process started anew after it."""
    from django.conf import settings  # noqa: PLC0415 - what the test's own fixture puts back

    mark_anew(before=in_force(), now=now, by=TESTER, at=MONDAY, tell=lambda _table, _rows: None)
    settings.INDEX_KEY, settings.BLIND_HASH = now


def wrongly_marked() -> list[str]:
    """Records whose marks are not those that the key in force gives their sealed values."""
    opener, wrong = Opener(), []
    for row in Person.objects.all():
        number = opener.document(row)
        whole = document_mark(row.document_kind, number) if number else None
        tail = crypto.blind("document tail", number[-4:]) if number else None
        if (
            row.document_mark and bytes(row.document_mark),
            row.document_tail and bytes(row.document_tail),
        ) != (whole, tail):
            wrong.append(f"document of {row}")
        if [bytes(each) for each in row.phone_marks] != sealed_phones(
            opener.phones(row), register_key()
        ).marks:
            wrong.append(f"phones of {row}")
    for each in Organisation.objects.all():
        if [bytes(one) for one in each.phone_marks] != sealed_phones(
            opener.organisation_phones(each), register_key()
        ).marks:
            wrong.append(f"phones of {each}")
    return wrong + [
        f"{care}" for care in Care.objects.all() if care.mark != mark("care", opener.care(care)["group"])
    ]


@pytest.mark.parametrize("now", [NEXT, Marking("11" * 32, "SM3")], ids=["another key", "another hash"])
def test_who_was_found_is_found_and_nobody_by_the_mark_before(cast: Cast, now: Marking) -> None:
    number = citizen_id(date(1980, 2, 14), "2")
    row = person(cast, "李春梅", document=number, phones="13885100001、13885100002")
    before = document_mark("citizen_id", number)
    change_key(now)
    assert Person.objects.get(document_mark=document_mark("citizen_id", number)) == row
    assert Person.objects.get(phone_marks__contains=[crypto.blind("phone", "13885100002")]) == row
    assert not Person.objects.filter(document_mark=before).exists()
    assert wrongly_marked() == []
    with pytest.raises(Refused, match="已经登记在另一条记录上"):
        person(cast, "李春梅", document=number)


def test_a_care_group_is_seen_by_the_same_posts_before_and_after(cast: Cast) -> None:
    _, husband, wife, _ = family(cast)
    cares.add_care(
        person_id=husband.pk, group="disabled", basis="证", by=cast.actors["street"], at=MONDAY, on=TODAY
    )
    cares.add_care(
        person_id=wife.pk, group="unemployed", basis="证", by=cast.actors["street"], at=MONDAY, on=TODAY
    )

    def seen() -> dict[str, list[int]]:
        found = {}
        for name, actor in cast.actors.items():
            with seen_by(actor):
                found[name] = sorted(cares_for(actor).values_list("person_id", flat=True))
        return found

    before = seen()
    assert any(before.values())
    told = {each.pk for each in Change.objects.exclude(mark="")}
    change_key()
    assert seen() == before
    groups = {mark("care", group) for group in ("disabled", "unemployed")}
    assert told and {each.mark for each in Change.objects.filter(pk__in=told)} <= groups


@hypothesis_settings(LENIENT, max_examples=5)
@given(steps)
def test_what_was_done_before_is_taken_back_after(cast: Cast, chosen: list[tuple[str, int, int]]) -> None:
    def turn() -> None:
        change_key(NEXT if in_force() != NEXT else Marking("11" * 32, "SHA256"))

    with nothing_stays():
        go_and_come_back(world(cast), chosen, between=turn)
        assert wrongly_marked() == []


def test_a_file_that_was_examined_before_is_written_after_and_taken_back(cast: Cast) -> None:
    keeper = cast.actors["keeper"]
    known = person(cast, "李春梅", document=LI["document"], phones="13885109999")
    intake = examined(source_of("police", keeper), [LI, {**ZHANG, "care": "残疾"}], keeper)
    change_key()
    written(intake, keeper)
    assert Person.objects.filter(name="李春梅").count() == 1 and wrongly_marked() == []
    change_key(Marking("33" * 32, "SM3"))
    intakes.undo_intake(intake_id=intake.pk, by=keeper, at=MONDAY + timedelta(hours=2))
    assert Opener().phones(Person.objects.get(pk=known.pk)) == ["13885109999"]
    assert wrongly_marked() == []


def test_codes_of_residents_end_because_nobody_can_mark_them_anew(cast: Cast) -> None:
    household, *_ = family(cast)
    with seen_by(cast.actors["community"]) as by:
        code = invitations.invite(household_id=household.pk, by=by, at=MONDAY).code
    assert invitation_of(code, MONDAY) is not None
    change_key()
    assert invitation_of(code, MONDAY) is None
    assert Invitation.objects.get().ended_at is not None
