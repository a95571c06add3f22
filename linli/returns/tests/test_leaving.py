"""A return stays as it left; who has not handed in is reminded; what was learned since goes into what is still open; years stay comparable."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.algorithms.workbooks.blank import fingerprint
from linli.kernel.audit.models import Event
from linli.kernel.notices.models import Notice
from linli.kernel.privacy.context import set_viewer
from linli.registry.models import Person
from linli.returns.commands import bind_template, fill_round, move, open_round, remind, upload_template
from linli.returns.models import Departure, Return, Round
from linli.returns.queries.departures import departures_of
from linli.returns.queries.rounds import rounds_still_filled
from linli.returns.queries.series import series_of
from linli.returns.queries.workbooks import left_as
from linli.returns.tests.factories import OWN, SERVED, given, own, sheet
from linli.returns.workbench import sections
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture
def handed_in(opened: Round, cast: Cast) -> Return:
    """The return of the first community, which has left it."""
    given(opened, cast, SERVED)
    return move(return_id=own(opened).pk, verb="submit", by=cast.actors["community"], at=MONDAY)


def test_what_left_can_be_made_again_and_has_the_same_fingerprint(handed_in: Return) -> None:
    (left,) = departures_of(handed_in)
    assert left.holds and left.departure.values["B6"] == 12
    assert fingerprint(left_as(handed_in, left.departure.values)) == left.departure.fingerprint
    assert Event.objects.get(name="return.submitted").after["fingerprint"] == left.departure.fingerprint


def test_a_return_that_was_sent_back_leaves_twice_and_the_first_time_is_kept(
    handed_in: Return,
    opened: Round,
    cast: Cast,
) -> None:
    move(return_id=handed_in.pk, verb="send_back", note="上门次数不对", by=cast.actors["street"], at=MONDAY)
    given(opened, cast, {**SERVED, "B6": "13", "C6": "6"})
    move(return_id=handed_in.pk, verb="submit", by=cast.actors["community"], at=MONDAY + timedelta(hours=1))
    now, before = departures_of(own(opened))
    assert (now.departure.values["B6"], before.departure.values["B6"]) == (13, 12)
    assert now.holds and before.holds and now.departure.fingerprint != before.departure.fingerprint


def test_a_file_is_told_from_the_one_that_left(handed_in: Return, cast: Cast, client: Client) -> None:
    client.force_login(cast.users["community"])
    address = f"/returns/{handed_in.pk}/left/{Departure.objects.get().pk}/"
    content = client.get(address).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active["B6"] = 99  # type: ignore[index]
    changed = io.BytesIO()
    book.save(changed)
    for given_file, words in (
        (content, "没有改动"),
        (changed.getvalue(), "和当时报出的不同"),
        (b"x", "不是表格文件"),
    ):
        answer = client.post(address, {"file": SimpleUploadedFile("a.xlsx", given_file)}, follow=True)
        assert words in answer.content.decode()


def test_who_has_not_handed_in_is_reminded_before_the_last_day_after_it_and_once_a_week(
    opened: Round,
) -> None:
    due = opened.due_on
    reminded = {
        days: remind(by=TESTER, at=MONDAY + timedelta(days=(due - TODAY).days + days)) for days in (-3, -2, -1, 0, 1, 2, 7, 8, 15)
    }  # fmt: skip
    assert reminded == {-3: 0, -2: 2, -1: 0, 0: 0, 1: 2, 2: 0, 7: 0, 8: 2, 15: 2}
    notice = Notice.objects.filter(template="return.reminded").first()
    assert notice is not None and "社区人口情况月报" in notice.body and "1 张报表还没有交" in notice.body


def test_who_has_handed_in_is_left_alone(handed_in: Return, opened: Round) -> None:
    assert remind(by=TESTER, at=MONDAY + timedelta(days=(opened.due_on - TODAY).days - 2)) == 1


def test_what_was_learned_since_goes_into_what_is_still_open_and_not_into_what_left(
    handed_in: Return,
    opened: Round,
) -> None:
    set_viewer(TESTER)
    other = Return.objects.exclude(pk=handed_in.pk).get(round=opened)
    for row in (handed_in, other):
        someone = Person.objects.filter(path__startswith=row.path, state="present").order_by("pk").first()
        assert someone is not None
        Person.objects.filter(pk=someone.pk).update(state="left")
    assert (
        rounds_still_filled(TODAY) == [opened.pk]
        and rounds_still_filled(opened.due_on + timedelta(days=1)) == []
    )
    fill_round(round_id=opened.pk, by=TESTER, at=MONDAY + timedelta(days=1))
    assert Return.objects.get(pk=handed_in.pk).known["B4"] == handed_in.known["B4"]
    assert Return.objects.get(pk=other.pk).known["B4"] == other.known["B4"] - 1


def test_each_finds_on_the_workbench_what_waits_for_the_next_step(handed_in: Return, cast: Cast) -> None:
    titles = {
        name: [each.title for each in sections(cast.actors[name], MONDAY)]
        for name in ("community", "street", "keeper", "clerk")
    }
    assert titles["street"] == ["待街道审核的报表"] and titles["community"] == [] and titles["clerk"] == []
    move(return_id=handed_in.pk, verb="agree", by=cast.actors["street"], at=MONDAY)
    (section,) = sections(cast.actors["keeper"], MONDAY)
    assert (
        section.title == "待区县审核的报表"
        and section.count == 1
        and section.tasks[0].url == f"/returns/{handed_in.pk}/"
    )


def test_the_same_question_is_one_line_through_versions_of_the_template(
    handed_in: Return,
    opened: Round,
    cast: Cast,
) -> None:
    by, form = cast.actors["clerk"], opened.form
    content = sheet(
        ["社区人口情况月报"],
        ["填报单位："],
        ["项目", "女", "合计", "上门服务次数"],
        ["在册人口", None, None, None],
    )
    template = upload_template(form=form, file_name="新.xlsx", content=content, by=by, at=MONDAY)
    bind_template(template_id=template.pk, bindings={"A2#填报单位": "fact.unit", "B4": "people.women", "C4": "people.all"}, checks=[], by=by, at=MONDAY)  # fmt: skip
    later = MONDAY + timedelta(days=31)
    made = open_round(code=form.code, by=by, at=later)
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=later)
    given(made, cast, {"D4": "3"})
    move(return_id=own(made).pk, verb="submit", by=cast.actors["community"], at=later)
    found = series_of(form, cast.actors["keeper"], TODAY)
    assert [(each.template.number, units) for each, units in found.periods] == [(2, 1), (1, 1)]
    lines = dict(found.lines)
    assert lines["在册人口"] == [Decimal(own(made).known["C4"]), Decimal(handed_in.known["B4"])]
    assert lines["女性人口"] == [Decimal(own(made).known["B4"]), Decimal(handed_in.known["D4"])]
    seen = series_of(form, cast.actors["clerk"], TODAY)
    assert seen.lines == [], "the department sees what has passed the county"


def test_a_corrected_figure_goes_back_to_who_keeps_the_register_until_it_says_the_same(
    opened: Round, cast: Cast
) -> None:
    by = cast.actors["community"]
    known = own(opened).known["B4"]
    given(opened, cast, {"B4": str(known - 1)}, {"B4": "一位老人上周去世，尚未登记"})
    (section,) = (each for each in sections(by, MONDAY) if "登记还没改" in each.title)
    (task,) = section.tasks
    assert task.title == f"在册人口：登记为 {known}，报表写 {known - 1}" and "尚未登记" in task.note
    assert task.url.startswith("/people/") and f"unit={OWN}" in task.url
    assert not [each for each in sections(cast.actors["street"], MONDAY) if "登记还没改" in each.title]
    set_viewer(TESTER)
    someone = Person.objects.filter(path__startswith=own(opened).path, state="present").order_by("pk").first()
    assert someone is not None
    Person.objects.filter(pk=someone.pk).update(state="dead")
    assert not [each for each in sections(by, MONDAY) if "登记还没改" in each.title]
