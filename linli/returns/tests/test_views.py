"""The pages: a form is permitted, bound, sent, filled and goes its way, each by whom it is for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.privacy.context import set_viewer
from linli.registry.tests.district import settle
from linli.returns.commands import fill_round
from linli.returns.models import Form, Return, Round, Template
from linli.returns.tests.factories import BINDINGS, bound, permitted, population
from tests.cast import MONDAY, TESTER, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(cast: Cast) -> Form:
    """A permitted form that holds on the day of the tests."""
    settle(cast)
    made = permitted(cast)
    Form.objects.filter(pk=made.pk).update(valid_to=timezone.localdate() + timedelta(days=100))
    return Form.objects.get(pk=made.pk)


def sent(cast: Cast, form: Form) -> Return:
    """A round, opened by the department in its page and filled by the worker."""
    bound(cast, form, ["C4 + D4 = B4"])
    answer = enter(cast, "clerk").post(reverse("returns:form_open", args=[form.code]), follow=True)
    assert "系统正在填写已知的数字" in answer.content.decode()
    set_viewer(TESTER)
    fill_round(round_id=Round.objects.get().pk, by=TESTER, at=MONDAY)
    return Return.objects.get(unit__code="520103019001")


def test_the_keeper_permits_a_form_and_is_told_what_is_missing(cast: Cast) -> None:
    keeper = enter(cast, "keeper")
    assert "准许一张报表" in keeper.get(reverse("returns:forms")).content.decode()
    empty = keeper.post(reverse("returns:form_add"), {"title": "月报"})
    assert empty.status_code == 422 and "主管部门" in empty.content.decode()
    values = {
        "title": "社区人口情况月报", "owner": "D01", "basis": "统计法第十九条", "purpose": "掌握人口变动", "level": "community",
        "frequency": "month", "due_days": "10", "valid_from": "2026-01-01", "valid_to": "2027-01-01",
    }  # fmt: skip
    wrong = keeper.post(reverse("returns:form_add"), {**values, "valid_to": "2025-01-01"})
    assert wrong.status_code == 422 and "没有截止日期的报表不得下发" in wrong.content.decode()
    assert keeper.post(reverse("returns:form_add"), values).status_code == 302
    form = Form.objects.get()
    page = keeper.get(reverse("returns:form", args=[form.code])).content.decode()
    assert "还没有模板" in page and "统计法第十九条" in page
    changed = keeper.post(
        reverse("returns:form_change", args=[form.code]),
        {**values, "version": form.version, "title": "人口月报"},
    )
    assert changed.status_code == 302 and Form.objects.get().title == "人口月报"
    late = keeper.post(reverse("returns:form_change", args=[form.code]), {**values, "version": form.version})
    assert late.status_code == 422 and "刚被别人改过" in late.content.decode()


def test_a_department_uploads_its_own_workbook_and_says_what_fills_each_cell(cast: Cast, form: Form) -> None:
    clerk = enter(cast, "clerk")
    address = reverse("returns:template_add", args=[form.code])
    assert clerk.get(address).status_code == 200
    wrong = clerk.post(address, {"file": SimpleUploadedFile("x.xlsx", b"no workbook")})
    assert wrong.status_code == 422 and "打不开" in wrong.content.decode()
    answer = clerk.post(address, {"file": SimpleUploadedFile("人口月报.xlsx", population())}, follow=True)
    page = answer.content.decode()
    assert "在册人口/男" in page and "系统里没有，请单位填" in page
    template = Template.objects.get()
    places = [each["place"] for each in template.layout["places"]]
    chosen = {f"place-{n}": BINDINGS.get(place, "") for n, place in enumerate(places)}
    binding = reverse("returns:template", args=[form.code, 1])
    wrong = clerk.post(binding, {**chosen, "checks": "C4 + Z9 = B4"})
    assert wrong.status_code == 422 and "Z9" in wrong.content.decode()
    assert clerk.post(binding, {**chosen, "checks": "C4 + D4 = B4"}).status_code == 302
    assert "已确认" in clerk.get(binding).content.decode()
    assert (
        enter(cast, "builder").post(address, {"file": SimpleUploadedFile("x.xlsx", population())}).status_code
        == 403
    )


def test_a_community_fills_what_is_asked_and_submits_and_takes_it_back(cast: Cast, form: Form) -> None:
    row = sent(cast, form)
    community = enter(cast, "community")
    address = reverse("returns:return", args=[row.pk])
    page = community.get(address).content.decode()
    assert (
        f'<strong translate="no">{row.known["B4"]}</strong>' in page
        and "请填这几处" in page
        and "提交时自动填" in page
    )
    fields = dict(re.findall(r'id="(value-\d+)" name="value-\d+" value="([^"]*)"', page))
    asked = [name for name, value in fields.items() if not value]
    assert len(asked) == 3
    few = community.post(address, {**fields, asked[0]: "12", "version": row.version, "submit": "1"})
    assert few.status_code == 422 and "还有 2 处没有填" in few.content.decode()
    row.refresh_from_db()
    assert [each["value"] for each in row.given.values()] == [12], "what was written is kept"
    version = re.search(r'name="version" value="(\d+)"', few.content.decode())
    assert version is not None and int(version[1]) == row.version, (
        "the page that came back goes on from what was kept"
    )
    whole = {**fields, **dict.fromkeys(asked, "6"), "version": row.version, "submit": "1"}
    done = community.post(address, whole, follow=True).content.decode()
    assert "已提交" in done and "待街道审核" in done
    assert (
        "填报中"
        in community.post(reverse("returns:move", args=[row.pk, "recall"]), follow=True).content.decode()
    )


def test_the_records_behind_a_figure_are_as_many_as_it_says(cast: Cast, form: Form) -> None:
    row = sent(cast, form)
    community = enter(cast, "community")
    page = community.get(reverse("returns:return", args=[row.pk])).content.decode()
    for place, words in (("B4", "在册人口"), ("C4", "男性人口"), ("B5", "60岁以上")):
        url = next(u for u, t in re.findall(r'<a href="([^"]+)">([^<]+)</a>', page) if t == words).replace(
            "&amp;", "&"
        )
        listed = community.get(f"{url}&format=json").json()
        assert listed["total"] == row.known[place], (place, url)


def test_a_return_is_sent_back_with_a_remark_and_leaves_as_the_departments_file(
    cast: Cast, form: Form
) -> None:
    row = sent(cast, form)
    Return.objects.filter(pk=row.pk).update(state="street", submitted_at=MONDAY)
    street = enter(cast, "street")
    page = street.get(reverse("returns:return", args=[row.pk])).content.decode()
    assert "审核通过" in page and "退回修改" in page
    refused = street.post(reverse("returns:move", args=[row.pk, "send_back"]), {"note": ""}, follow=True)
    assert "请写明哪里不对" in refused.content.decode()
    back = street.post(
        reverse("returns:move", args=[row.pk, "send_back"]), {"note": "请核对男女合计"}, follow=True
    )
    assert "请核对男女合计" in back.content.decode()
    file = street.get(reverse("returns:workbook", args=[row.pk]))
    assert file["Content-Type"].endswith("sheet") and file.content[:2] == b"PK"


def test_others_see_nothing_of_it(cast: Cast, form: Form) -> None:
    row = sent(cast, form)
    assert enter(cast, "stranger").get(reverse("returns:return", args=[row.pk])).status_code == 404
    assert enter(cast, "clerk").get(reverse("returns:return", args=[row.pk])).status_code == 404
    assert enter(cast, "security").get(reverse("returns:forms")).status_code == 403
    assert enter(cast, "street").get(reverse("returns:form_add")).status_code == 403
    assert Client().get(reverse("returns:returns")).status_code == 302
