"""What departments' files said is forgotten on time, and what may no longer be kept of a person is deleted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.kernel.privacy.commands import Forgotten, open_key
from linli.kernel.privacy.retention import RETENTION
from linli.kernel.protection.queries.keeping import preview
from linli.kernel.protection.tasks import carry_out
from linli.registry.commands.switches import set_trait, switch_off, switch_on
from linli.registry.models import Intake, RawRow, Trait
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
