"""The administrator sets up channels and words without knowing a code."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.kernel.notices.models import Channel
from linli.kernel.notices.wording import GAPS, shipped
from tests.cast import Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # Apprise looks for it
]
GIVEN = {"title": "执法局群", "kind": "dingtalk", "address": "dingtalk://abcdefgh12345678"}


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.users["admin"])
    return client


def test_a_channel_is_given_to_a_unit_chosen_by_its_name_and_listed_by_it(admin: Client) -> None:
    page = admin.get("/notices/channels/new/").content.decode()
    assert "云岩区综合行政执法局" in page and "Apprise" not in page and "单位代码" not in page
    assert admin.post("/notices/channels/new/", {**GIVEN, "unit_code": "D01"}).status_code == 302
    assert Channel.objects.get().unit_code == "D01"
    listed = admin.get("/notices/channels/").content.decode()
    assert "云岩区综合行政执法局" in listed and "钉钉" in listed and "<td>D01</td>" not in listed


def test_a_channel_of_a_unit_that_is_not_there_is_refused(admin: Client) -> None:
    assert admin.post("/notices/channels/new/", {**GIVEN, "unit_code": "D99"}).status_code == 422
    assert not Channel.objects.exists()


def test_the_page_of_the_words_says_what_stands_in_each_gap(admin: Client) -> None:
    page = admin.get("/notices/words/case.dispatched/").content.decode()
    for gap in shipped()["case.dispatched"].names:
        assert f"{{{gap}}}" in page and GAPS[gap] in page


def test_every_gap_of_a_shipped_notice_is_explained() -> None:
    assert {gap for template in shipped().values() for gap in template.names} <= set(GAPS)
