"""The keeper switches a field on, with a basis and a last day, and off again, knowing what becomes of the values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.audit.models import Event
from linli.registry.commands.switches import set_trait, switch_on
from linli.registry.models import Switch
from linli.registry.tests.district import Lived, settle
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(cast: Cast) -> Lived:
    return settle(cast)


@pytest.fixture
def keeper(client: Client, cast: Cast, lived: Lived) -> Client:
    client.force_login(cast.users["keeper"])
    return client


def said(answer: Any) -> str:
    return str(answer.content.decode())


def board(client: Client) -> dict[str, Any]:
    answer = client.get(reverse("registry:switches"))
    return {each.element.code: each for each in answer.context["fields"]}


def turn(client: Client, way: str, element: str = "ethnic", **given: Any) -> Any:
    return client.post(reverse(f"registry:switch_{way}", args=[element]), given, follow=True)


GIVEN = {"basis": "《全国人口普查条例》第十二条", "purpose": "普查核对"}


def later(days: int = 90) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def kept_since_yesterday(cast: Cast, who: int) -> None:
    """The field is on since yesterday, and one person has a value of it."""
    keeper, today = cast.actors["keeper"], timezone.localdate()
    switch_on(
        element="ethnic", basis="条例", purpose="核对", until=today + timedelta(days=9), by=keeper, at=timezone.now(), on=today - timedelta(days=1)
    )  # fmt: skip
    set_trait(person_id=who, element="ethnic", value="01", by=keeper, at=timezone.now(), on=date(2026, 11, 1))


def test_every_field_is_off_at_first_and_the_keeper_finds_the_page(keeper: Client) -> None:
    assert {code: each.now for code, each in board(keeper).items()} == {
        "ethnic": None,
        "marital": None,
        "political": None,
    }
    assert reverse("registry:switches") in said(keeper.get(reverse("registry:people")))
    assert reverse("registry:switches") in said(keeper.get(reverse("protection:impact")))
    assert "还没有启用过又停用的字段" in said(keeper.get(reverse("registry:switches")))


def test_whoever_oversees_reads_what_is_on_and_switches_nothing(keeper: Client, cast: Cast) -> None:
    turn(keeper, "on", **GIVEN, until=later())
    keeper.force_login(cast.users["auditor"])
    page = said(keeper.get(reverse("registry:switches")))
    assert "第十二条" in page and "白露" in page and "已登记" not in page and "停用</" not in page
    assert keeper.get(reverse("registry:switch_off", args=["ethnic"])).status_code == 403
    assert reverse("registry:switches") in said(keeper.get(reverse("protection:impact")))
    keeper.force_login(cast.users["community"])
    assert keeper.get(reverse("registry:switches")).status_code == 403


def test_a_field_is_switched_on_with_basis_purpose_and_last_day(keeper: Client) -> None:
    page = turn(keeper, "on", **GIVEN, until=later())
    assert "已启用：民族" in said(page) and "第十二条" in said(page) and "白露" in said(page)
    row = board(keeper)["ethnic"].now
    assert (row.valid_from, row.valid_to.isoformat()) == (timezone.localdate(), later())
    assert Event.objects.get(name="registry.switched_on").after["basis"] == GIVEN["basis"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"basis": ""}, "basis"),
        ({"purpose": " "}, "purpose"),
        ({"until": ""}, "until"),
        ({"until": later(0)}, "until"),
    ],
)
def test_what_is_missing_is_said_at_its_field(keeper: Client, wrong: dict[str, str], field: str) -> None:
    answer = turn(keeper, "on", **GIVEN | {"until": later()} | wrong)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Switch.objects.exists()


def test_before_a_field_is_switched_off_it_is_said_what_becomes_of_the_values(
    keeper: Client, cast: Cast, lived: Lived
) -> None:
    kept_since_yesterday(cast, lived.people[0])
    asked = said(keeper.get(reverse("registry:switch_off", args=["ethnic"])))
    assert (
        "已登记的 1 人的内容，今夜由后台任务删除" in asked
        and Switch.objects.get().valid_to > timezone.localdate()
    )
    page = turn(keeper, "off")
    found = board(keeper)["ethnic"]
    assert found.now is None and [row.valid_to for row in found.before] == [timezone.localdate()]
    assert "已停用：民族" in said(page) and Event.objects.filter(name="registry.switched_off").exists()
    again = turn(keeper, "on", **GIVEN, until=later())
    assert "已启用" in said(again) and board(keeper)["ethnic"].kept == 1, "until the night nothing is lost"


def test_a_field_that_ends_soon_says_so(keeper: Client, cast: Cast, lived: Lived) -> None:
    kept_since_yesterday(cast, lived.people[0])
    assert board(keeper)["ethnic"].ends_soon and "即将到期" in said(keeper.get(reverse("registry:switches")))


def test_what_is_on_is_not_switched_on_nor_what_is_off_switched_off(keeper: Client) -> None:
    assert turn(keeper, "off").status_code == 404
    turn(keeper, "on", **GIVEN, until=later())
    assert turn(keeper, "on", **GIVEN, until=later()).status_code == 404
    assert turn(keeper, "on", "phones", **GIVEN, until=later()).status_code == 404


@pytest.mark.parametrize("who", ["community", "street", "auditor", "admin"])
def test_nobody_else_switches_anything(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.users[who])
    for name, args in (("switches", []), ("switch_on", ["ethnic"]), ("switch_off", ["ethnic"])):
        allowed = (who, name) == ("auditor", "switches")
        assert client.get(reverse(f"registry:{name}", args=args)).status_code == (200 if allowed else 403)
