"""What went out and what one was told, as lists that can be narrowed and taken away."""

from __future__ import annotations

import re

import pytest

from linli.kernel.notices.models import Channel, Delivery
from linli.kernel.notices.tests.samples import told
from tests.cast import Cast
from tests.lists import enter, sheet

pytestmark = pytest.mark.django_db


def sent(cast: Cast, state: str, number: int) -> Delivery:
    """A delivery by the channel of a department."""
    channel, _made = Channel.objects.get_or_create(
        unit_code="D01",
        title="执法局群",
        kind="wecom",
        key_id="00000000-0000-0000-0000-000000000001",
        address=b"-",
    )
    notice = told(cast.users["clerk"], number)
    return Delivery.objects.create(
        notice=notice,
        channel=channel,
        state=state,
        tries=5,
        at=notice.at,
        error="对方没有应答" if state == "failed" else "",
    )


def test_the_failed_notices_stand_first_and_are_taken_away_as_they_are_shown(cast: Cast) -> None:
    failed, gone = sent(cast, "failed", 1), sent(cast, "sent", 2)
    client = enter(cast, "admin")
    rows = re.findall(r'data-row="(\d+)"', client.get("/notices/sending/").content.decode())
    assert rows == [str(failed.pk)]
    rows = re.findall(r'data-row="(\d+)"', client.get("/notices/sending/?state=sent").content.decode())
    assert rows == [str(gone.pk)]
    head, row = sheet(client.get("/notices/sending/", {"format": "csv"}))
    assert dict(zip(head, row, strict=True)) | {"时间": ""} == {
        "时间": "", "通知": "新派案件 1", "状态": "失败", "单位": "云岩区综合行政执法局", "渠道": "执法局群", "次数": "5",
        "原因": "对方没有应答",
    }  # fmt: skip


def test_a_failed_notice_is_sent_again_from_its_page(cast: Cast) -> None:
    row = sent(cast, "failed", 1)
    client = enter(cast, "admin")
    assert "重发" in client.get(f"/notices/sending/{row.pk}/").content.decode()
    assert client.post(f"/notices/sending/{row.pk}/again/").headers["Location"] == "/notices/sending/"
    assert "重发" not in client.get(f"/notices/sending/{row.pk}/").content.decode()


def test_a_person_takes_away_what_was_told_to_him_and_nothing_else(cast: Cast) -> None:
    told(cast.users["clerk"], 1)
    told(cast.users["admin"], 2)
    client = enter(cast, "clerk")
    rows = sheet(client.get("/list/notices/", {"format": "csv"}))
    assert [row[1:] for row in rows[1:]] == [["新派案件 1", "请按时签收。", "已读"]]
    assert len(sheet(client.get("/list/notices/", {"format": "csv", "read": "no"}))) == 1


@pytest.mark.parametrize("address", ["/notices/sending/1/", "/notices/channels/"])
def test_who_does_not_keep_the_notices_is_refused(cast: Cast, address: str) -> None:
    row = sent(cast, "failed", 1)
    assert enter(cast, "clerk").get(address.replace("1", str(row.pk))).status_code == 403
