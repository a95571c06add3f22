"""The administrators' lists in a browser's eyes: who may see them, what a file of them holds, and what is never read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.accounts.models import User
from linli.kernel.administration.registers import SUBJECTS
from linli.kernel.administration.tests import samples
from linli.kernel.audit.models import Event
from linli.kernel.audit.record import Subject, record
from linli.kernel.registers.register import get
from tests.architecture.house import ROOT
from tests.cast import Cast
from tests.lists import enter, listed, sheet

pytestmark = pytest.mark.django_db

LISTS = {
    "/audit/": "auditor",
    "/accounts/staff/": "security",
    "/accounts/machines/all/": "security",
    "/jobs/": "admin",
    "/notices/sending/": "admin",
}


def happened(days_ago: int, name: str = "audit.verified") -> int:
    """Something that was written down some days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    return record(name, subject=Subject("audit", None, "审计链"), by=samples.CLERK, at=at).pk


@pytest.mark.parametrize("address", LISTS)
def test_an_administrators_list_is_refused_to_everybody_else(cast: Cast, address: str) -> None:
    assert enter(cast, LISTS[address]).get(address).status_code == 200
    for kind in ("", "csv", "xlsx"):
        assert enter(cast, "dispatcher").get(address, {"format": kind}).status_code == 403


@pytest.mark.parametrize("address", LISTS)
def test_a_list_can_be_taken_away_and_that_is_written_down(cast: Cast, address: str, sees_all: None) -> None:
    client = enter(cast, LISTS[address])
    for kind in ("csv", "xlsx"):
        answer = client.get(address, {"format": kind})
        assert answer.status_code == 200 and b"".join(answer.streaming_content)
    assert [event.after["format"] for event in Event.objects.filter(name="register.exported")] == [
        "csv",
        "xlsx",
    ]


def test_the_audit_log_opens_with_the_last_seven_days_and_is_taken_away_as_it_stands(
    cast: Cast, sees_all: None
) -> None:
    recent, old = happened(1), happened(40)
    client = enter(cast, "auditor")
    assert str(recent) in listed(client, "/audit/") and str(old) not in listed(client, "/audit/")
    assert str(old) in listed(client, "/audit/", at=f"{timezone.localdate() - timedelta(days=50)}..")
    rows = sheet(client.get("/audit/", {"format": "csv", "event": "audit.verified"}))
    assert rows[0] == ["时间", "操作人", "对象", "事项", "说明"] and len(rows) == 2
    assert rows[1][1:4] == [samples.CLERK.label, "审计链", "核对审计链："]


@pytest.mark.parametrize(
    "query", [{}, {"at": ""}, {"at": "", "join": "any", "kind": "case"}, {"at": "nonsense"}, {"q": "审计"}]
)
def test_no_address_makes_the_audit_log_read_past_its_period(
    cast: Cast, sees_all: None, query: dict[str, str]
) -> None:
    old = happened(40)
    client = enter(cast, "auditor")
    with CaptureQueriesContext(connection) as asked:
        assert str(old) not in listed(client, "/audit/", **query)
    reads = [each["sql"] for each in asked if 'FROM "audit_event"' in each["sql"]]
    assert reads and all('"audit_event"."at" >= ' in sql.partition(" WHERE ")[2] for sql in reads)


def test_the_period_of_the_audit_log_can_be_changed_and_not_taken_off(cast: Cast) -> None:
    page = enter(cast, "auditor").get("/audit/", {"look": "reads"}).content.decode()
    chips = page.partition('<ul class="l-chips"')[2].partition("</ul>")[0]
    assert "近 7 天" in chips and "去掉条件 时间" not in chips and "去掉条件 查看或改动" in chips


def test_the_audit_log_does_not_read_what_is_sealed(cast: Cast) -> None:
    asked = str(get("audit").rows_for(cast.actors["auditor"]).query)
    assert "actor_label" in asked and "personal" not in asked and "key_id" not in asked


def test_whatever_an_event_is_about_has_a_word() -> None:
    named = {
        kind
        for path in ROOT.glob("linli/**/*.py")
        if "tests" not in path.parts
        for kind in re.findall(r'\bSubject\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert named and named <= set(SUBJECTS)


def test_both_keepers_of_accounts_see_the_same_accounts_and_can_narrow_them(cast: Cast) -> None:
    everybody = User.objects.count()
    for who in ("admin", "security"):
        client = enter(cast, who)
        assert len(listed(client, "/accounts/staff/", size=200)) == everybody
        found = listed(client, "/accounts/staff/", role=["auditor", "security_admin"])
        assert found == [
            str(cast.users[name].pk)
            for name in sorted(("auditor", "security"), key=lambda n: -cast.users[n].pk)
        ]


def test_an_account_whose_post_has_ended_counts_as_one_without_a_post(cast: Cast) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    cast.users["auditor"].posts.update(starts_on=yesterday, ends_on=yesterday)
    assert listed(enter(cast, "security"), "/accounts/staff/", role="-") == [str(cast.users["auditor"].pk)]


def test_the_list_of_accounts_leads_to_the_person(cast: Cast) -> None:
    page = (
        enter(cast, "security")
        .get("/accounts/staff/", {"q": cast.users["clerk"].display_name})
        .content.decode()
    )
    assert f'href="/accounts/staff/{cast.users["clerk"].pk}/"' in page


def test_jobs_open_with_the_failed_ones_and_the_others_are_one_step_away(cast: Cast) -> None:
    failed, waiting = samples.queued("failed", "todo")
    client = enter(cast, "admin")
    opened = listed(client, "/jobs/")
    assert str(failed) in opened and str(waiting) not in opened
    assert listed(client, "/jobs/", status=["failed", "todo"])[:2] == [str(waiting), str(failed)]
    assert listed(client, "/jobs/", status="")[:2] == [str(waiting), str(failed)]
    assert [row[0] for row in sheet(client.get("/jobs/", {"format": "csv"}))] == ["编号", *opened]


def test_a_list_that_is_empty_as_it_opens_says_what_will_stand_there(cast: Cast) -> None:
    assert "外部渠道发送失败后，列在这里" in enter(cast, "admin").get("/notices/sending/").content.decode()


def test_a_failed_job_is_run_again_from_its_page(cast: Cast) -> None:
    (failed,) = samples.queued("failed")
    client = enter(cast, "admin")
    page = client.get(f"/jobs/{failed}/").content.decode()
    assert "重新运行" in page and "没有做成" in page
    assert client.post(f"/jobs/{failed}/again/").headers["Location"] == "/jobs/"
    assert Event.objects.filter(name="job.run_again", subject_id=failed).exists()


def test_the_address_of_a_list_by_its_name_leads_to_its_own_page(cast: Cast) -> None:
    assert enter(cast, "admin").get("/list/jobs/?status=todo").headers["Location"] == "/jobs/?status=todo"
