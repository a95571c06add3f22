"""A list has one row for each record that a form asks for: filled, sealed, corrected so that the register hears of it, and taken away for a purpose."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from linli.kernel.accounts.roles import role
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.kernel.norms.commands import Change, set_norm
from linli.kernel.privacy.commands import Forgotten, PurposeRequired, decide
from linli.kernel.privacy.context import set_viewer
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.tests.protocol import forget_due
from linli.registry.commands import life
from linli.registry.commands.living import Place
from linli.registry.models import Care, Membership, Person, Question
from linli.registry.queries.sealed import Opener
from linli.registry.rules.ages import age_on
from linli.registry.tests.district import settle
from linli.returns.commands import (
    NotWhole,
    Refused,
    answer_lines,
    bind_list,
    bind_template,
    fill_round,
    move,
    open_round,
    take_list,
)
from linli.returns.models import DepartedRows, Line, Return, Round, Template, Term
from linli.returns.policy import lines_for, returns_for, sees_lines
from linli.returns.queries.departures import departures_of
from linli.returns.queries.figures import figures
from linli.returns.queries.lists import Contents, opened
from linli.returns.queries.similar import known_share
from linli.returns.queries.suggesting import suggest_columns
from linli.returns.tests.factories import permitted
from linli.returns.tests.rosters import COLUMNS, LABELS, NEXT, OWN, listed, of, uploaded
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db

WHOLE = {"purpose": "census", "reason": "核对"}


@pytest.fixture
def made(cast: Cast) -> Round:
    """Everybody of both communities, listed."""
    settle(cast)
    return listed(cast)


def contents(made: Round, unit: str = OWN) -> list[Contents]:
    """The rows of one community, opened."""
    row = of(made, unit)
    return opened(row, row.lines.all())


def said(made: Round, cast: Cast, values: dict[tuple[int, str], str], reasons: dict[tuple[int, str], str] | None = None) -> Return:  # fmt: skip
    """The return after the community has said something of its rows."""
    set_viewer(cast.actors["community"])
    row = of(made)
    done = answer_lines(
        return_id=row.pk, values=values, reasons=reasons or {}, version=row.version, by=cast.actors["community"], at=MONDAY
    )  # fmt: skip
    set_viewer(TESTER)
    return done


def test_every_unit_has_a_row_for_each_of_its_records_as_many_as_the_figure_says(made: Round) -> None:
    paths = list(Return.objects.filter(round=made).values_list("path", flat=True))
    counted = figures(["people.all"], paths, made.span, TESTER, MONDAY)["people.all"]
    for row in Return.objects.filter(round=made):
        people = Person.objects.filter(path__startswith=row.path, state="present")
        lines = opened(row, row.lines.all())
        assert {each.id for each in lines} == set(people.values_list("pk", flat=True))
        assert len(lines) == counted[row.path] > 3
        assert [each.known["A"] for each in lines] == list(range(1, len(lines) + 1))


def test_a_list_has_the_people_of_its_last_day_who_are_there_still(made: Round, cast: Cast) -> None:
    rows = [each.id for each in contents(made)]
    last, by = made.last, cast.actors["community"]
    born = life.birth(
        household_id=Membership.objects.get(person=rows[0], valid_to=None).household_id, values={"name": "小宝", "sex": "1"},
        by=by, at=MONDAY, on=last + timedelta(days=2),
    )  # fmt: skip
    life.move(
        person_id=rows[1],
        place=Place(address="遵义市汇川区某路一号"),
        by=by,
        at=MONDAY,
        on=last + timedelta(days=3),
    )
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    again = {each.id for each in contents(made)}
    assert born.pk not in again, "born after the last day"
    assert rows[1] not in again, "the unit is not told where somebody went"
    assert again == set(rows) - {rows[1]}


def test_rows_stand_household_by_household_from_its_head_on(made: Round) -> None:
    ids = [each.id for each in contents(made)]
    members = {
        row.person_id: (row.household.number, row.relation)
        for row in Membership.objects.filter(person__in=ids).select_related("household")
    }
    placed = [members[pk] for pk in ids]
    assert placed == sorted(placed)
    heads = Counter(number for number, relation in placed if relation == "01")
    assert set(heads.values()) == {1} and placed[0][1] == "01"


def test_filling_again_gives_the_same_and_keeps_what_people_gave(made: Round, cast: Cast) -> None:
    said(made, cast, {(2, "G"): "是"})
    before = contents(made)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    assert contents(made) == before and before[1].given["G"]["value"] == "是"


def test_what_people_gave_stays_with_its_record_when_others_join_the_list(made: Round, cast: Cast) -> None:
    said(made, cast, {(2, "G"): "是"})
    gone, kept = contents(made)[0].id, contents(made)[1].id
    Person.objects.filter(pk=gone).update(state="left")
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    first = contents(made)[0]
    assert first.id == kept and first.known["A"] == 1 and first.given["G"]["value"] == "是"


def test_the_workbook_says_cell_by_cell_what_the_registers_say(made: Round, cast: Cast) -> None:
    said(made, cast, {(1, "G"): "是"})
    row, content = take_list(return_id=of(made).pk, by=cast.actors["community"], at=MONDAY, **WHOLE)
    assert content is not None
    page: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    opener = Opener()
    ids = [each.id for each in contents(made)]
    people = Person.objects.in_bulk(ids)
    for number, pk in enumerate(ids, start=1):
        person = people[pk]
        document, phones = opener.document(person), opener.phones(person)
        expected = [
            number,
            person.name,
            {"1": "男", "2": "女"}[person.sex],
            age_on(person.birth, made.last) if person.birth else None,
            f"{document[:6]} {document[6:14]} {document[14:]}" if document else None,
            phones[0] if phones else None,
            "是" if number == 1 else None,
        ]
        assert [cell.value for cell in page[number + 3][:7]] == expected
    total = 4 + len(ids)
    assert (page[f"A{total}"].value, page[f"B{total}"].value) == ("合计", f"=COUNTA(B4:B{total - 1})")
    assert page["A2"].value == f"填报单位：{row.unit.name}  填报时间：    年    月    日"
    assert "A1:G1" in map(str, page.merged_cells.ranges)


def test_nothing_of_a_row_lies_in_plain_in_the_table(made: Round) -> None:
    person = Person.objects.get(pk=contents(made)[0].id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(l)::text, sealed FROM returns_line l")
        rows = cursor.fetchall()
    assert rows and all(
        person.name not in text and person.name.encode() not in bytes(sealed) for text, sealed in rows
    )
    assert {field.name for field in Line._meta.concrete_fields} == {"id", "row", "number", "open", "sealed"}
    told = Event.objects.get(name="return.listed").after
    assert told["records"] == Line.objects.count() and 0 < told["documents"] < told["records"]
    assert person.name not in str(list(Event.objects.values_list("after", flat=True)))


def test_neighbours_and_other_departments_see_no_row(made: Round, cast: Cast) -> None:
    own = set(of(made).lines.values_list("pk", flat=True))
    seen = {}
    for who in ("community", "street", "stranger", "clerk", "builder", "leader", "auditor"):
        set_viewer(cast.actors[who])
        seen[who] = set(Line.objects.values_list("pk", flat=True))
        assert seen[who] == set(lines_for(cast.actors[who]).values_list("pk", flat=True)), who
    set_viewer(TESTER)
    assert seen["community"] == own < seen["street"]
    assert not seen["stranger"] & own and seen["stranger"]
    assert not seen["clerk"] | seen["builder"] | seen["leader"] | seen["auditor"]
    with pytest.raises(NotAllowed, match="看不到"):
        take_list(return_id=of(made).pk, by=cast.actors["leader"], at=MONDAY, **WHOLE)


def test_the_department_gets_the_rows_when_the_county_has_passed_them_on(made: Round, cast: Cast) -> None:
    Return.objects.filter(pk=of(made).pk).update(state="department")
    set_viewer(cast.actors["clerk"])
    assert Line.objects.count() == of(made).lines.count() > 0
    set_viewer(cast.actors["builder"])
    assert not Line.objects.exists()


def test_a_return_leaves_when_every_asked_cell_is_filled(made: Round, cast: Cast) -> None:
    count = len(contents(made))
    assert of(made).asked == count, "a cell of each row"
    assert said(made, cast, {(1, "G"): "否"}).asked == count - 1
    with pytest.raises(NotWhole, match=f"还有 {count - 1} 格"):
        move(return_id=of(made).pk, verb="submit", by=cast.actors["community"], at=MONDAY)
    said(made, cast, {(number, "G"): "否" for number in range(2, count + 1)})
    assert (
        move(return_id=of(made).pk, verb="submit", by=cast.actors["community"], at=MONDAY).state == "street"
    )
    with pytest.raises(Refused, match="已经提交"):
        said(made, cast, {(1, "G"): "是"})


def test_a_list_is_made_anew_as_it_left_though_it_has_changed_since(made: Round, cast: Cast) -> None:
    community, street = cast.actors["community"], cast.actors["street"]
    whole = {(number, "G"): "否" for number in range(1, len(contents(made)) + 1)}
    said(made, cast, whole)
    move(return_id=of(made).pk, verb="submit", by=community, at=MONDAY)
    _row, first = take_list(return_id=of(made).pk, by=community, at=MONDAY, **WHOLE)
    move(return_id=of(made).pk, verb="send_back", note="漏了一户", by=street, at=MONDAY)
    said(made, cast, {(1, "G"): "是"})
    (left,) = departures_of(of(made))
    assert left.holds, "what is kept makes the workbook with the same fingerprint"
    told: dict[str, Any] = {"return_id": of(made).pk, "by": community, "at": MONDAY, **WHOLE}
    again = take_list(**told, departure_id=left.departure.pk)[1]
    assert [[cell.value for cell in row] for row in sheet_in(again)] == [
        [cell.value for cell in row] for row in sheet_in(first)
    ]
    assert sheet_in(take_list(**told)[1])["G4"].value == "是" != sheet_in(again)["G4"].value
    row = of(made)
    set_viewer(cast.actors["builder"])
    assert not DepartedRows.objects.exists() and departures_of(row)[0].holds is None
    set_viewer(TESTER)
    forget_due("returns.lists", MONDAY + timedelta(days=1), timedelta(0))
    assert not DepartedRows.objects.exists() and departures_of(of(made))[0].holds is None
    with pytest.raises(Refused, match="没有留存"):
        take_list(**told, departure_id=left.departure.pk)


def sheet_in(content: bytes | None) -> Any:
    """The sheet of a workbook."""
    return openpyxl.load_workbook(io.BytesIO(content or b"")).active


def test_a_correction_needs_a_reason_and_becomes_a_question_for_the_visit(made: Round, cast: Cast) -> None:
    with pytest.raises(Refused, match="第 1 行“姓名”"):
        said(made, cast, {(1, "B"): "王秀瑛"})
    said(made, cast, {(1, "B"): "王秀瑛"}, {(1, "B"): "身份证上是这个字"})
    first = contents(made)[0]
    question = Question.objects.get()
    assert (question.record_id, question.element, question.why, question.state) == (
        first.id,
        "name",
        "conflict",
        "open",
    )
    assert question.asked_by is not None and question.asked_by.code == OWN
    assert '"theirs": "王秀瑛"' in Opener().text(question.sealed, question.key_id, "question")
    assert first.known["B"] != "王秀瑛" and first.values["B"] == "王秀瑛" and first.given["B"]["reason"]
    assert Person.objects.get(pk=first.id).name == first.known["B"], "the register is corrected by who visits"
    assert Event.objects.get(name="return.corrected").after == {"cells": 1}
    assert "王秀瑛" not in str(list(Event.objects.values_list("after", "subject_label", "note")))
    said(made, cast, {(1, "B"): str(first.known["B"])})
    assert "B" not in contents(made)[0].given and Question.objects.get().state == "dropped"


def test_what_the_register_lacks_is_said_without_a_reason_and_asked_there_too(
    made: Round, cast: Cast
) -> None:
    number = next(n for n, each in enumerate(contents(made), start=1) if "F" not in each.known)
    said(made, cast, {(number, "F"): "138 8510 0009"})
    question = Question.objects.get()
    assert question.element == "phones"
    assert "13885100009" in Opener().text(question.sealed, question.key_id, "question")
    with pytest.raises(Exception, match="联系电话"):
        said(made, cast, {(number, "F"): "不知道"})


def test_a_masked_value_says_nothing_and_an_age_asks_for_the_birth(made: Round, cast: Cast) -> None:
    said(made, cast, {(1, "E"): "520103********001X"})
    assert not contents(made)[0].given and not Question.objects.exists()
    number = next(n for n, each in enumerate(contents(made), start=1) if "D" in each.known)
    said(made, cast, {(number, "D"): "20"}, {(number, "D"): "年龄不对"})
    question = Question.objects.get()
    assert question.element == "birth"
    assert '"theirs": null' in Opener().text(question.sealed, question.key_id, "question")


def test_two_people_at_one_list_do_not_overwrite_each_other(made: Round, cast: Cast) -> None:
    row = of(made)
    said(made, cast, {(1, "G"): "是"})
    with pytest.raises(Refused, match="刷新"):
        answer_lines(
            return_id=row.pk, values={(1, "G"): "否"}, reasons={}, version=row.version, by=cast.actors["community"], at=MONDAY
        )  # fmt: skip
    for who in ("stranger", "street", "clerk"):
        with pytest.raises(NotAllowed):
            answer_lines(
                return_id=row.pk, values={(1, "G"): "否"}, reasons={}, version=1, by=cast.actors[who], at=MONDAY
            )  # fmt: skip


def test_a_list_is_taken_away_for_a_purpose_and_says_who_took_it(made: Round, cast: Cast) -> None:
    with pytest.raises(PurposeRequired):
        take_list(
            return_id=of(made).pk, purpose="curiosity", reason="", by=cast.actors["community"], at=MONDAY
        )
    _row, content = take_list(return_id=of(made).pk, by=cast.actors["community"], at=MONDAY, **WHOLE)
    page: Any = openpyxl.load_workbook(io.BytesIO(content or b"")).active
    assert "苏兰" in page.oddFooter.left.text and "2026-11-23 10:00" in page.oddFooter.left.text
    event = Event.objects.get(name="return.list_taken")
    assert event.after == {"rows": len(contents(made)), "purpose": "人口统计核对"}


def test_more_rows_than_one_decides_alone_wait_for_a_second_person(made: Round, cast: Cast) -> None:
    now, by = timezone.now(), cast.actors["community"]
    change = Change(
        key="protection.export.rows", value=3, unit="条", source="通知", valid_from=timezone.localdate()
    )
    set_norm(change=change, by=cast.actors["admin"], at=now)
    _row, content = take_list(return_id=of(made).pk, by=by, at=now, **WHOLE)
    assert content is None and not Event.objects.filter(name="return.list_taken").exists()
    decide(request_id=Request.objects.get().pk, approve=True, answer="", by=cast.actors["leader"], at=now)
    _row, content = take_list(return_id=of(made).pk, by=by, at=now, **WHOLE)
    assert content is not None and Request.objects.count() == 1


def test_a_list_of_a_care_group_is_bound_by_the_keeper_alone_and_seen_by_whom_its_verb_opens_it(
    cast: Cast,
) -> None:
    settle(cast)
    with pytest.raises(NotAllowed, match="关爱对象"):
        listed(cast, "care.disabled")
    made = listed(cast, "care.disabled", "keeper")
    people = Care.objects.filter(person__path__startswith=of(made).path, person__cares__isnull=False)
    rows = contents(made)
    assert 0 < len(rows) < people.count()
    Return.objects.filter(round=made).update(state="department")
    assert not returns_for(cast.actors["clerk"]).exists(), "the department has no verb for the group"
    set_viewer(cast.actors["clerk"])
    assert not Line.objects.exists()
    set_viewer(cast.actors["community"])
    assert Line.objects.count() == len(rows) and returns_for(cast.actors["community"]).count() == 1
    set_viewer(TESTER)


def test_the_keys_of_lists_are_destroyed_when_their_time_is_over(made: Round) -> None:
    row, lines = of(made), list(of(made).lines.all())
    assert forget_due("returns.lists", MONDAY, timedelta(days=1096)) == 0
    assert forget_due("returns.lists", MONDAY + timedelta(days=1), timedelta(0)) == 2
    assert not Line.objects.exists() and Return.objects.filter(round=made).count() == 2
    with pytest.raises(Forgotten):
        opened(row, lines)


def test_the_columns_of_a_list_are_found_and_bound_by_the_dictionary(cast: Cast) -> None:
    form = permitted(cast, title="花名册")
    template = uploaded(cast, form)
    columns = template.layout["columns"]
    assert template.is_list and [each["place"] for each in columns] == list("ABCDEFG")
    assert template.layout["body"] == [4, 6]
    found = suggest_columns("persons", [each["heading"] for each in columns])
    assert found["身份证号"] == "person.document@whole" and "是否需要上门" not in found
    by = cast.actors["clerk"]
    for rows, chosen, words in (
        ("cases.open", COLUMNS, "列出谁"),
        ("households.all", COLUMNS, "没有这一项"),
        ("people.all", {"A": "row.number"}, "至少有一列"),
    ):
        with pytest.raises(Refused, match=words):
            bind_list(template_id=template.pk, rows=rows, columns=chosen, bindings={}, by=by, at=MONDAY)
    bind_list(
        template_id=template.pk, rows="people.all", columns={**COLUMNS, "G": "person.work"}, bindings=LABELS, by=by, at=MONDAY
    )  # fmt: skip
    assert dict(Term.objects.values_list("words", "element")) == {
        "persons/身份证号": "person.document@parted", "persons/联系电话": "person.phones@first", "persons/是否需要上门": "person.work",
    }  # fmt: skip
    assert suggest_columns("persons", ["是否需要上门"]) == {"是否需要上门": "person.work"}
    assert suggest_columns("households", ["是否需要上门"]) == {}
    share = known_share(Template.objects.get())
    assert (share.places, share.known) == (9, 9)
    with pytest.raises(Refused, match="已经确认"):
        bind_template(template_id=template.pk, bindings={}, checks=[], by=by, at=MONDAY)


@pytest.mark.parametrize(
    ("rows", "columns", "first"),
    [
        ("households.all", {"B": "household.head", "E": "household.document@tail", "F": "household.phones@all"}, "王秀英"),
        ("organisations.all", {"B": "organisation.name", "F": "organisation.phones@all"}, "宏福0号餐馆"),
        ("components.all", {"B": "component.code", "C": "component.kind@words"}, "520103010"),
    ],
)  # fmt: skip
def test_households_organisations_and_components_are_listed_too(
    cast: Cast, rows: str, columns: dict[str, str], first: str
) -> None:
    settle(cast)
    form = permitted(cast, title="清单")
    by = cast.actors["clerk"]
    template = uploaded(cast, form)
    bind_list(template_id=template.pk, rows=rows, columns=columns, bindings={}, by=by, at=MONDAY)
    made = open_round(code=form.code, by=by, at=MONDAY)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    assert str(contents(made)[0].known["B"]).startswith(first)
    assert len(contents(made)) > 1 and len(contents(made, NEXT)) > 1
    assert said_of(made, cast, "F" if "F" in columns else "G") == 1


def said_of(made: Round, cast: Cast, place: str) -> int:
    """How many cells of the first row the community can fill."""
    number = next((n for n, each in enumerate(contents(made), start=1) if place not in each.known), 1)
    said(made, cast, {(number, place): "13885100009"}, {(number, place): "换了"})
    return len(contents(made)[number - 1].given)


def test_the_department_whose_list_it_is_has_somebody_who_may_open_a_care_group(cast: Cast) -> None:
    settle(cast)
    made = listed(cast, "care.disabled", "keeper")
    Return.objects.filter(round=made).update(state="department")
    clerk = cast.actors["clerk"]
    carer = replace(clerk, verbs=role("care_clerk").verbs)
    elsewhere = replace(carer, unit="D02")
    assert not returns_for(clerk).exists() and not returns_for(elsewhere).exists()
    assert returns_for(carer).count() == 2
    set_viewer(carer)
    row = of(made)
    assert sees_lines(carer, row) and opened(row, row.lines.all())
