"""The calendar page, as people use it."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.kernel.audit.actor import Actor
from linli.kernel.calendar import importers
from linli.kernel.calendar.models import Day, Year
from linli.kernel.norms import importers as norms
from tests.cast import MONDAY, Cast

CHANGE = {"shape": "morning", "hours": "", "name": "民族节日", "place": "", "source": "云府办发〔2026〕8号"}
NOTICE = {
    "year": 2027,
    "papers": ["国办发明电〔2026〕9号"],
    "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}],
}


@pytest.fixture(autouse=True)
def loaded(cast: Cast) -> None:
    """The shipped calendar and norms."""
    norms.load(by=Actor.system("测试"), at=MONDAY)
    importers.load(by=Actor.system("测试"), at=MONDAY)


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_a_year_shows_holidays_make_up_days_and_its_working_days(cast: Cast) -> None:
    page = signed_in(cast, "clerk").get(reverse("calendar:year", args=[2026])).content.decode()
    assert len(re.findall(r'class="cal-month"', page)) == 12
    assert "10月10日 班 国庆节" in page and "10月1日 休 国庆节" in page
    assert "尚未公布" not in page and "导入放假安排" not in page


def test_a_year_that_is_not_announced_says_so(cast: Cast) -> None:
    assert (
        "2027 年放假安排尚未公布"
        in signed_in(cast, "clerk").get(reverse("calendar:year", args=[2027])).content.decode()
    )
    assert signed_in(cast, "clerk").get(reverse("calendar:year", args=[1999])).status_code == 404


def test_a_day_becomes_a_half_day_and_is_restored(cast: Cast) -> None:
    client, url = signed_in(cast, "admin"), reverse("calendar:day", args=["2026-11-27"])
    assert client.post(url, CHANGE).status_code == 302
    assert Day.objects.get(notice=None).hours == ["09:00-12:00"]
    assert "撤回本地安排" in client.get(url).content.decode()
    client.post(reverse("calendar:restore", args=["2026-11-27"]), {"place": ""})
    assert not Day.objects.filter(notice=None)


def test_a_wrong_day_comes_back_and_a_clerk_may_not_change_it(cast: Cast) -> None:
    url = reverse("calendar:day", args=["2026-11-27"])
    admin, clerk = signed_in(cast, "admin"), signed_in(cast, "clerk")
    answer = admin.post(url, {**CHANGE, "shape": "hours"})
    assert answer.status_code == 422 and "上班时段" in answer.content.decode()
    assert admin.post(url, {**CHANGE, "shape": "hours", "hours": "9点"}).status_code == 422
    assert clerk.post(url, CHANGE).status_code == 403
    assert clerk.get(reverse("calendar:import")).status_code == 403
    assert admin.get(reverse("calendar:day", args=["2026-13-01"])).status_code == 404


def test_a_new_year_is_looked_at_before_it_is_taken_over(cast: Cast) -> None:
    client, url = signed_in(cast, "admin"), reverse("calendar:import")
    preview = client.post(
        url, {"file": SimpleUploadedFile("2027.json", json.dumps(NOTICE).encode()), "source": ""}
    )
    assert "元旦" in preview.content.decode() and not Year.objects.filter(year=2027)
    client.post(url, {"confirm": "1", "notice": preview.context["packed"]})
    assert Year.objects.get(year=2027).source == "国办发明电〔2026〕9号"
    assert client.post(url, {"confirm": "1", "notice": "forged"}).status_code == 302


def test_a_file_that_is_no_notice_is_refused_with_its_fault(cast: Cast) -> None:
    answer = signed_in(cast, "admin").post(
        reverse("calendar:import"), {"file": SimpleUploadedFile("x.json", b"{}"), "source": ""}
    )
    assert answer.status_code == 422 and "year" in answer.content.decode()
