"""A notice goes out by the channels of the unit; what does not go through is tried again and listed, never lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from linli.kernel.notices import commands, queries
from linli.kernel.notices.models import Channel, Delivery, Notice
from linli.kernel.notices.tasks import deliver
from linli.kernel.notices.tests.receiver import Receiver, listening
from tests.cast import MONDAY, Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # Apprise looks for it
]

TOLD = {
    "number": "20261123-000001",
    "unit": "冠竹苑社区",
    "category": "暴露垃圾",
    "due": "",
    "link": "/cases/1/",
}


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job begins with a fresh connection; here it works within the test's own transaction."""
    monkeypatch.setattr("linli.kernel.jobs.job.close_old_connections", lambda: None)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    with listening(found):
        yield found


@pytest.fixture
def channel(cast: Cast, receiver: Receiver) -> Channel:
    """A channel of the community that leads to the receiver."""
    return commands.add_channel(
        unit_code="520103019001", title="社区群", kind="wecom", address=receiver.address, by=cast.actors["admin"], at=MONDAY,
    )  # fmt: skip


def told(cast: Cast) -> int:
    """A dispatch told to a worker of the community; the delivery that waits."""
    people = [cast.users["community"]]
    waiting = commands.tell(
        users=people, name="case.dispatched", values=TOLD, event_id=7, at=MONDAY, unit_code="520103019001"
    )
    assert len(waiting) == 1
    return waiting[0]


def test_a_notice_goes_out_by_the_channel_of_the_unit(
    cast: Cast, channel: Channel, receiver: Receiver
) -> None:
    row = told(cast)
    deliver(delivery_id=row)
    deliver(delivery_id=row)
    assert Delivery.objects.get(pk=row).state == Delivery.State.SENT
    assert [sent["title"] for sent in receiver.got] == [Notice.objects.get().title], "and it goes out once"


def test_a_notice_that_does_not_go_through_is_tried_again_and_then_listed(
    cast: Cast, channel: Channel, receiver: Receiver, client: Client
) -> None:
    receiver.accepts = False
    row = told(cast)
    for _ in range(commands.MOST_TRIES - 1):
        with pytest.raises(commands.NotSent):
            deliver(delivery_id=row)
    deliver(delivery_id=row)
    assert len(receiver.got) == commands.MOST_TRIES
    assert [failed.pk for failed in Delivery.objects.filter(state=Delivery.State.FAILED)] == [row]
    client.force_login(cast.users["admin"])
    assert "20261123-000001" in client.get(reverse("notices:sending")).content.decode()


def test_a_failed_notice_is_sent_again_by_a_press(
    cast: Cast, channel: Channel, receiver: Receiver, client: Client
) -> None:
    receiver.accepts = False
    row = told(cast)
    with pytest.raises(commands.NotSent):
        deliver(delivery_id=row)
    receiver.accepts = True
    client.force_login(cast.users["admin"])
    client.post(reverse("notices:resend", args=[row]))
    deliver(delivery_id=row)
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert len(receiver.got) == 2


def test_who_is_told_once_is_not_told_again(cast: Cast, channel: Channel, receiver: Receiver) -> None:
    told(cast)
    again = commands.tell(
        users=[cast.users["community"]], name="case.dispatched", values=TOLD, event_id=7, at=MONDAY,
        unit_code="520103019001",
    )  # fmt: skip
    assert again == [] and Notice.objects.count() == 1


def test_a_unit_without_a_channel_is_told_on_its_pages_alone(cast: Cast) -> None:
    people = [cast.users["community"]]
    waiting = commands.tell(
        users=people, name="case.dispatched", values=TOLD, event_id=7, at=MONDAY, unit_code="520103019001"
    )
    assert waiting == [] and queries.inbox(cast.users["community"]).filter(read_at=None).count() == 1


def test_a_fresh_installation_writes_every_notice_to_the_console(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    commands.tell(users=[cast.users["community"]], name="case.dispatched", values=TOLD, event_id=7, at=MONDAY)
    logging.getLogger("linli.cases").info("not asked for")
    assert caplog.messages == ["通知 case.dispatched → 1 人:新派案件 20261123-000001：暴露垃圾"]


def test_a_text_message_goes_to_the_one_phone(cast: Cast, receiver: Receiver) -> None:
    commands.add_channel(
        unit_code="520103", title="短信", kind="sms", address=f"{receiver.address}{{phone}}", by=cast.actors["admin"], at=MONDAY,
    )  # fmt: skip
    commands.send_text(phone="13885100001", words="您的查询验证码是 123456", unit_code="520103")
    assert receiver.got[0]["message"] == "您的查询验证码是 123456"
    receiver.accepts = False
    with pytest.raises(commands.NotSent):
        commands.send_text(phone="13885100001", words="您的查询验证码是 123456", unit_code="520103")


def test_an_address_that_nobody_can_read_is_refused(cast: Cast) -> None:
    with pytest.raises(commands.BadChannel):
        commands.add_channel(
            unit_code="520103",
            title="坏",
            kind="other",
            address="不是地址",
            by=cast.actors["admin"],
            at=MONDAY,
        )
