"""Tokens of machines on their page: made once, shown once, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.kernel.accounts import tokens
from linli.kernel.accounts.models import ApiToken
from tests.cast import Cast

pytestmark = pytest.mark.django_db
URL = "/accounts/machines/"


@pytest.fixture
def security(client: Client, cast: Cast) -> Client:
    """卫平, the security administrator."""
    client.force_login(cast.users["security"])
    return client


def wish(**changes: object) -> dict[str, object]:
    """What is typed for a token of the county."""
    today = timezone.localdate()
    given = {
        "name": "市平台",
        "unit_code": "520103",
        "verbs": ["case.view"],
        "starts_on": today,
        "ends_on": today + timedelta(days=300),
    }
    return given | changes


def test_the_text_of_a_token_is_shown_once_and_opens_the_interface(security: Client) -> None:
    page = security.post(URL, wish()).content.decode()
    text = page.split('value="linli_')[1].split('"')[0]
    actor = tokens.actor_of(f"linli_{text}", timezone.localdate())
    assert actor is not None and actor.scope == "520103/" and actor.verbs == {"case.view"}
    assert f"linli_{text}" not in security.get(URL).content.decode()


def test_a_token_taken_back_opens_nothing(security: Client) -> None:
    text = security.post(URL, wish()).context["text"]
    answer = security.post(f"{URL}{ApiToken.objects.get().pk}/revoke/", follow=True)
    assert "已收回" in answer.content.decode()
    assert tokens.actor_of(text, timezone.localdate()) is None


@pytest.mark.parametrize(
    "changes",
    [{"unit_code": "999"}, {"verbs": []}, {"verbs": ["audit.view"]}, {"ends_on": "2099-01-01"}, {"name": ""}],
)
def test_a_wish_that_does_not_hold_makes_no_token(security: Client, changes: dict[str, object]) -> None:
    assert security.post(URL, wish(**changes)).status_code == 422
    assert not ApiToken.objects.exists()


def test_the_same_name_twice_is_refused_in_words(security: Client) -> None:
    security.post(URL, wish())
    assert "已有同名的令牌" in security.post(URL, wish()).content.decode()


@pytest.mark.parametrize("who", ["admin", "auditor", "dispatcher"])
def test_nobody_else_makes_tokens(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.users[who])
    assert client.get(URL).status_code == 403
    assert client.post(URL, wish()).status_code == 403
    assert not ApiToken.objects.exists()
