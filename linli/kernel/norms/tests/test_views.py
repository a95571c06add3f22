"""The norms page, as people use it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linli.kernel.audit.actor import Actor
from linli.kernel.norms import importers
from linli.kernel.norms.models import Norm, Origin
from linli.kernel.norms.queries import norm
from tests.cast import MONDAY, Cast

CHANGE = {
    "value": "3",
    "unit": "个",
    "valid_from": "2099-12-01",
    "valid_to": "",
    "place": "",
    "source": "云府发〔2026〕1号",
    "note": "",
}


@pytest.fixture
def row(cast: Cast) -> Norm:
    """A shipped norm."""
    importers.load(by=Actor.system("测试"), at=MONDAY)
    return Norm.objects.get(key="files.max_per_subject")


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_anybody_signed_in_reads_norms_but_only_who_may_changes_them(cast: Cast, row: Norm) -> None:
    client = signed_in(cast, "clerk")
    page = client.get(reverse("norms:index"), {"q": "文件数"}).content.decode()
    assert "同一事项的文件数上限" in page and "单张照片像素上限" not in page
    detail = client.get(reverse("norms:detail", args=[row.pk])).content.decode()
    assert "产品默认值" in detail and "停止执行" not in detail
    assert client.get(reverse("norms:change", args=[row.pk])).status_code == 403
    assert client.post(reverse("norms:withdraw", args=[row.pk])).status_code == 403
    assert Client().get(reverse("norms:index")).status_code == 302


def test_a_change_is_looked_at_before_it_is_made_and_can_be_taken_back(cast: Cast, row: Norm) -> None:
    client, url = signed_in(cast, "admin"), reverse("norms:change", args=[row.pk])
    preview = client.post(url, CHANGE)
    assert "60" in preview.content.decode() and Norm.objects.filter(origin=Origin.LOCAL).count() == 0
    made = client.post(url, {**CHANGE, "confirm": "1"})
    assert made.status_code == 302
    assert norm(row.key, on=date(2099, 12, 1)).value == 3
    local = Norm.objects.get(origin=Origin.LOCAL)
    assert "撤回" in client.get(made["Location"]).content.decode()
    client.post(reverse("norms:withdraw", args=[local.pk]))
    assert norm(row.key, on=date(2099, 12, 1)).value == 60


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"source": ""}, "依据"), ({"value": "三个"}, "请填写数字"), ({"valid_from": "2007-01-01"}, "同一天")],
)
def test_a_wrong_change_comes_back_with_what_was_typed(
    cast: Cast, row: Norm, wrong: dict[str, str], words: str
) -> None:
    answer = signed_in(cast, "admin").post(reverse("norms:change", args=[row.pk]), {**CHANGE, **wrong})
    assert answer.status_code == 422 and words in answer.content.decode()


@pytest.mark.parametrize(
    "key", ["calendar.hours", "calendar.count_first_day", "cases.rate.weights", "cases.supervision.ladder"]
)
def test_every_shape_of_value_can_be_shown_for_change_and_sent_back_as_it_is(
    cast: Cast, row: Norm, key: str
) -> None:
    asked = Norm.objects.filter(key=key).first()
    assert asked is not None
    client, url = signed_in(cast, "admin"), reverse("norms:change", args=[asked.pk])
    initial = client.get(url).context["form"]
    value = initial.fields["value"].initial
    answer = client.post(url, {**CHANGE, "value": value, "unit": asked.unit, "confirm": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert norm(key, on=date(2099, 12, 1), match=asked.match).value == asked.value


def test_a_norm_is_ended_with_a_source(cast: Cast, row: Norm) -> None:
    client, url = signed_in(cast, "admin"), reverse("norms:end", args=[row.pk])
    client.post(url, {"last_day": "2099-01-01", "source": ""})
    assert Norm.objects.get(pk=row.pk).valid_to is None
    client.post(url, {"last_day": "2099-01-01", "source": "废止通知"})
    assert Norm.objects.get(pk=row.pk).valid_to == date(2099, 1, 1)


def test_places_and_days_are_compared_side_by_side(cast: Cast, row: Norm) -> None:
    page = signed_in(cast, "clerk").get(
        reverse("norms:detail", args=[row.pk]), {"place": "520103/x/", "on": ["2030-01-01", "nonsense"]}
    )
    table = page.context["compare"]
    assert date(2030, 1, 1) in table["days"] and [line["place"] for line in table["table"]] == [
        "",
        "520103/x/",
    ]
    assert table["table"][1]["cells"][-1] == "60 个"
