"""The pages of lists: bound by the department, filled row by row in the community, taken away for a purpose."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from linli.kernel.audit.models import Event
from linli.kernel.privacy.context import set_viewer
from linli.registry.models import Person, Question
from linli.registry.queries.sealed import Opener
from linli.registry.tests.district import settle
from linli.returns.commands import fill_round
from linli.returns.models import Form, Return, Round, Template
from linli.returns.queries.lists import opened
from linli.returns.tests.factories import permitted
from linli.returns.tests.rosters import COLUMNS, LABELS, listed, of, roster
from linli.returns.views import lists
from tests.cast import TESTER, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(cast: Cast) -> Return:
    """The list of one community, filled."""
    settle(cast)
    return of(listed(cast))


def page_of(row: Return, what: str = "return") -> str:
    """An address of a return."""
    return reverse(f"returns:{what}", args=[row.pk])


def fields(page: str) -> dict[str, str]:
    """What a page would send."""
    return dict(re.findall(r'name="((?:line|value)-[^"]+)"[^>]* value="([^"]*)"', page))


def test_a_department_says_whose_rows_its_list_has_and_what_fills_each_column(cast: Cast) -> None:
    settle(cast)
    form = permitted(cast, title="80岁以上老人花名册")
    Form.objects.filter(pk=form.pk).update(valid_to=timezone.localdate() + timedelta(days=100))
    clerk = enter(cast, "clerk")
    file = SimpleUploadedFile("花名册.xlsx", roster())
    page = clerk.post(
        reverse("returns:template_add", args=[form.code]), {"file": file}, follow=True
    ).content.decode()
    assert "列出谁" in page and "证件号码（6-8-4 位空格分段）" in page and "逐行请单位填" in page
    binding = reverse("returns:template", args=[form.code, 1])
    homes = clerk.post(binding, {"rows": "households.all", "change": "1"}).content.decode()
    assert '<option value="household.head" selected>' in homes and Template.objects.get().confirmed_at is None
    places = [each["place"] for each in Template.objects.get().layout["places"]]
    chosen = {
        "rows": "people.age.80", "confirm": "1", **{f"column-{place}": code for place, code in COLUMNS.items()},
        **{f"place-{n}": LABELS[place] for n, place in enumerate(places)},
    }  # fmt: skip
    wrong = clerk.post(binding, {**chosen, "rows": "care.disabled"})
    assert wrong.status_code == 422 and "登记准许报表的岗位" in wrong.content.decode()
    assert clerk.post(binding, chosen).status_code == 302
    shown = clerk.get(binding).content.decode()
    assert "已确认" in shown and "80岁以上" in shown and "联系电话（只写第一个）" in shown
    clerk.post(reverse("returns:form_open", args=[form.code]))
    set_viewer(TESTER)
    fill_round(round_id=Round.objects.get().pk, by=TESTER, at=timezone.now())
    assert Return.objects.filter(lines__isnull=False).distinct().count() == 2


def test_the_community_sees_its_rows_with_numbers_masked(cast: Cast, row: Return) -> None:
    page = enter(cast, "community").get(page_of(row)).content.decode()
    people = Person.objects.in_bulk([each.id for each in opened(row, row.lines.all())])
    documents = [number for person in people.values() if (number := Opener().document(person))]
    assert documents and not any(number in page or number[6:14] in page for number in documents)
    assert all(f"{number[:6]}********{number[14:]}" in page for number in documents)
    assert all(person.name in page and str(person.uid) in page for person in people.values())
    assert "登记里没有" in page and "还要您填" in page


def test_rows_are_answered_corrected_and_sent(cast: Cast, row: Return) -> None:
    community = enter(cast, "community")
    given = fields(community.get(page_of(row)).content.decode())
    few = community.post(page_of(row), {**given, "line-1-G": "是", "version": row.version, "submit": "1"})
    assert few.status_code == 422 and "花名册还有" in few.content.decode()
    row.refresh_from_db()
    bare = community.post(
        page_of(row), {**given, "fix-1": "B", "fixed-1": "王秀瑛", "line-2-G": "否", "version": row.version}
    )
    assert (
        bare.status_code == 422
        and "要写明理由" in bare.content.decode()
        and "王秀瑛" in bare.content.decode()
    )
    row.refresh_from_db()
    assert not opened(row, row.lines.all())[1].given, "of a page that is refused nothing is kept"
    answers = {f"line-{line.number}-G": "否" for line in row.lines.all()}
    whole = {
        **given,
        **answers,
        "fix-1": "B",
        "fixed-1": "王秀瑛",
        "why-1": "身份证上是这个字",
        "version": row.version,
        "submit": "1",
    }
    done = community.post(page_of(row), whole, follow=True).content.decode()
    assert "已提交" in done and "待街道审核" in done
    assert Question.objects.get().element == "name"
    street = enter(cast, "street").get(page_of(row)).content.decode()
    assert "登记为" in street and "身份证上是这个字" in street and 'name="line-' not in street


def test_saving_a_page_as_it_is_changes_nothing(cast: Cast, row: Return) -> None:
    community = enter(cast, "community")
    before = opened(row, row.lines.all())
    given = fields(community.get(page_of(row)).content.decode())
    assert community.post(page_of(row), {**given, "version": row.version}).status_code == 302
    assert opened(row, row.lines.all()) == before and not Question.objects.exists()
    assert not Event.objects.filter(name__in=["return.answered", "return.corrected"]).exists()


def test_a_long_list_has_pages_and_one_saves_on_to_the_next(
    cast: Cast, row: Return, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 10)
    community = enter(cast, "community")
    first = community.get(page_of(row)).content.decode()
    assert 'name="line-10-G"' in first and 'name="line-11-G"' not in first and "保存，看下一页" in first
    moved: Any = community.post(page_of(row), {"line-3-G": "是", "version": row.version, "next": "1"})
    assert moved["Location"].endswith("?page=2")
    assert 'name="line-11-G"' in community.get(moved["Location"]).content.decode()


def test_the_workbook_is_taken_for_a_purpose(cast: Cast, row: Return) -> None:
    community = enter(cast, "community")
    assert community.get(page_of(row, "workbook"))["Location"] == page_of(row, "take")
    assert "用途" in community.get(page_of(row, "take")).content.decode()
    assert community.post(page_of(row, "take"), {"purpose": ""}).status_code == 422
    file = community.post(page_of(row, "take"), {"purpose": "census"})
    assert file["Content-Type"].endswith("sheet")
    page: Any = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert page["B4"].value == opened(row, row.lines.all())[0].known["B"]
    assert Event.objects.get(name="return.list_taken").actor_label.startswith("苏兰")


def test_others_see_how_far_it_is_and_nothing_of_the_rows(cast: Cast, row: Return) -> None:
    leader = enter(cast, "leader")
    page = leader.get(page_of(row)).content.decode()
    assert "看不到花名册的内容" in page and "下载原表" not in page and "********" not in page
    assert leader.get(page_of(row, "take")).status_code == 403
    assert enter(cast, "stranger").get(page_of(row)).status_code == 404
    assert enter(cast, "clerk").get(page_of(row, "take")).status_code == 404
