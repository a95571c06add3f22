"""What departments' files said is forgotten on time, and what may no longer be kept of a person is deleted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.kernel.privacy.commands import Forgotten, make_key, open_key
from linli.kernel.privacy.retention import RETENTION
from linli.kernel.protection.queries.keeping import preview
from linli.kernel.protection.tasks import carry_out
from linli.registry.commands.switches import set_trait, switch_off, switch_on
from linli.registry.commands.undoing import NotUndoable, undo_change
from linli.registry.models import Change, Intake, Question, RawRow, Trait
from linli.registry.queries.rows import contents_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import codes_of
from linli.registry.tests.district import settle
from linli.registry.tests.files import home, source_of, taken_in
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def test_the_rows_of_a_file_are_forgotten_when_their_time_is_over_and_the_lineage_stays(cast: Cast) -> None:
    home()
    keeper = cast.actors["keeper"]
    intake = taken_in(
        source_of("police", keeper), [{"name": "李春梅", "address": "冠竹苑3栋2单元501室"}], keeper
    )
    at, late = MONDAY + timedelta(days=1), MONDAY + timedelta(days=181)
    wrote = list(RawRow.objects.order_by("pk").values_list("wrote", "record_id"))
    assert preview(RETENTION["registry.files"], at).count == 0 and carry_out("registry.files", at) == 0
    assert preview(RETENTION["registry.files"], late).count == 1
    assert carry_out("registry.files", late) == 1 and carry_out("registry.files", late) == 0
    assert not RawRow.objects.exclude(sealed=None).exists()
    assert list(RawRow.objects.order_by("pk").values_list("wrote", "record_id")) == wrote
    with pytest.raises(Forgotten):
        open_key(Intake.objects.get(pk=intake.pk).key_id)


def test_the_values_of_a_field_are_deleted_once_it_is_switched_off(cast: Cast) -> None:
    who, keeper, at = settle(cast).people[0], cast.actors["keeper"], timezone.now()
    today = timezone.localdate()
    switch_on(
        element="ethnic", basis="统计法", purpose="统计", until=today + timedelta(days=9), by=keeper, at=at, on=today - timedelta(days=1)
    )  # fmt: skip
    set_trait(person_id=who, element="ethnic", value="01", by=keeper, at=at, on=date(2026, 11, 1))
    assert carry_out("registry.traits", at) == 0 and Trait.objects.count() == 1
    switch_off(element="ethnic", by=keeper, at=at, on=today)
    shown = preview(RETENTION["registry.traits"], at)
    assert shown.count == 1 and shown.oldest == today
    assert carry_out("registry.traits", at) == 1 and not Trait.objects.exists()


def test_the_history_forgets_what_a_field_said_once_it_is_off_and_keeps_the_rest(cast: Cast) -> None:
    who, keeper, at = settle(cast).people[0], cast.actors["keeper"], timezone.now()
    today = timezone.localdate()
    for element in ("ethnic", "marital"):
        switch_on(
            element=element, basis="统计法", purpose="统计", until=today + timedelta(days=9), by=keeper, at=at, on=today - timedelta(days=1)
        )  # fmt: skip
    for element, value in (("ethnic", "01"), ("marital", "已婚"), ("ethnic", "02"), ("ethnic", "")):
        set_trait(person_id=who, element=element, value=value, by=keeper, at=at, on=today)
    assert carry_out("registry.trait_changes", at) == 0
    switch_off(element="ethnic", by=keeper, at=at, on=today)
    assert preview(RETENTION["registry.trait_changes"], at).count == 3
    assert carry_out("registry.trait_changes", at) == 3 and carry_out("registry.trait_changes", at) == 0
    rows = list(Change.objects.filter(what="trait_set", record_id=who).order_by("pk"))
    told = [contents_of(row, Opener()) for row in rows]
    assert [each.forgotten for each in told] == [True, False, True, True]
    assert "ethnic" not in "".join(each.dumps() for each in told) and told[1].after == {"marital": "20"}
    assert [codes_of("person", row.wrote) for row in rows] == [[], ["marital"], [], []]
    with pytest.raises(NotUndoable, match="已按规定删除"):
        undo_change(change_id=rows[-1].pk, by=keeper, at=at)
    switch_on(
        element="ethnic",
        basis="统计法",
        purpose="统计",
        until=today + timedelta(days=9),
        by=keeper,
        at=at,
        on=today,
    )
    with pytest.raises(NotUndoable, match="已按规定删除"):
        undo_change(change_id=rows[-1].pk, by=keeper, at=at)


def test_a_file_that_brought_a_field_keeps_its_other_values_in_the_history(cast: Cast) -> None:
    home()
    keeper, at = cast.actors["keeper"], timezone.now()
    today = timezone.localdate()
    switch_on(
        element="ethnic", basis="统计法", purpose="统计", until=today + timedelta(days=9), by=keeper, at=at, on=date(2026, 11, 1)
    )  # fmt: skip
    row = {"name": "李春梅", "address": "冠竹苑3栋2单元501室", "ethnic": "汉族"}
    known = {"name": "李春梅", "address": "冠竹苑3栋2单元501室"}
    taken_in(source_of("other", keeper), [known], keeper)
    taken_in(
        source_of("police", keeper), [{**row, "work": "贵阳第一中学"}], keeper, at=MONDAY + timedelta(hours=1)
    )
    change = Change.objects.get(intake__isnull=False)
    assert "ethnic" in contents_of(change, Opener()).after and Trait.objects.count() == 1
    switch_off(element="ethnic", by=keeper, at=at, on=today)
    assert carry_out("registry.trait_changes", at) == 1
    change.refresh_from_db()
    after = contents_of(change, Opener()).after
    assert "ethnic" not in after and after["work"] == "贵阳第一中学"


def test_nobody_is_asked_about_a_field_that_is_off_and_what_was_given_is_forgotten(cast: Cast) -> None:
    who, keeper, at = settle(cast).people[0], cast.actors["keeper"], timezone.now()
    today, key = timezone.localdate(), make_key(subject="registry")
    switch_on(
        element="ethnic", basis="统计法", purpose="统计", until=today + timedelta(days=9), by=keeper, at=at, on=today - timedelta(days=1)
    )  # fmt: skip
    asked = Question.objects.create(
        record_kind="person", record_id=who, element="ethnic", why="conflict", sealed=key.seal('{"theirs": "02"}', "question"), key_id=key.id,
        asked_at=at,
    )  # fmt: skip
    assert carry_out("registry.trait_questions", at) == 0
    switch_off(element="ethnic", by=keeper, at=at, on=today)
    assert preview(RETENTION["registry.trait_questions"], at).oldest == today
    assert carry_out("registry.trait_questions", at) == 1 and carry_out("registry.trait_questions", at) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.sealed) == ("dropped", None)
