"""A form is filled with what is known, people add what is not, and it goes up the chain in the department's own workbook."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict

from linli.algorithms.statetable import NotPossible
from linli.algorithms.workbooks.blank import NoTemplate
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import engine_of
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.registry.commands import life
from linli.registry.models import Person
from linli.registry.tests.district import settle
from linli.returns.commands import (
    NotWhole,
    Refused,
    add_form,
    answer,
    bind_template,
    end_form,
    fill_round,
    move,
    open_round,
    upload_template,
)
from linli.returns.models import Return, Round, Term
from linli.returns.policy import returns_for
from linli.returns.queries.filled import cells_of, faults_of, records_url
from linli.returns.queries.suggesting import suggest
from linli.returns.queries.workbooks import workbook_of
from linli.returns.rules.elements import dictionary
from linli.returns.tests.factories import SERVED, bound, draft, given, own, permitted, population, sheet
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db


def test_what_is_known_is_filled_for_each_unit_and_what_is_not_is_asked(opened: Round, cast: Cast) -> None:
    set_viewer(TESTER)
    for row in Return.objects.filter(round=opened).select_related("round__template", "unit"):
        people = Person.objects.filter(path__startswith=row.path, state="present")
        assert row.known["B4"] == people.count() > 0
        assert row.known["C4"] == people.filter(sex="1").count()
        assert row.known["A2#填报单位"] == row.unit.name
        assert {cell.place for cell in cells_of(row) if cell.how == "open"} == {
            "B6",
            "C6",
            "D6",
            "A2#填表人",
            "A2#填报时间",
        }
        assert row.asked == 3, "the day and the person are not asked for"


def test_filling_again_gives_the_same(opened: Round) -> None:
    before = {row.unit_id: row.known for row in Return.objects.filter(round=opened)}
    fill_round(round_id=opened.pk, by=TESTER, at=MONDAY)
    assert {row.unit_id: row.known for row in Return.objects.filter(round=opened)} == before


def test_a_form_says_how_it_was_on_the_last_day_of_its_period(opened: Round, cast: Cast) -> None:
    """October's form, filled in November: who died since is in it, who is recorded late as dead before its last day is not."""
    known = own(opened).known["B4"]
    set_viewer(TESTER)
    inside = Person.objects.filter(path__startswith=own(opened).path, state="present").order_by("pk")
    since, before = inside[0], inside[1]
    by, last = cast.actors["community"], opened.last
    assert last < MONDAY.date()
    life.death(person_id=since.pk, by=by, at=MONDAY, on=last + timedelta(days=3))
    fill_round(round_id=opened.pk, by=TESTER, at=MONDAY)
    assert own(opened).known["B4"] == known
    life.death(person_id=before.pk, by=by, at=MONDAY, on=last)
    fill_round(round_id=opened.pk, by=TESTER, at=MONDAY)
    row = own(opened)
    assert row.known["B4"] == known - 1
    element = dictionary()["people.all"]
    behind = QueryDict(records_url(element, row).partition("?")[2])
    assert behind["as_of"] == str(last)
    register = get("persons")
    asked = register.open_to(Selection.parse(register, behind), by)
    assert engine_of(register, asked).total(register, asked, Ask(by, MONDAY, asked.as_of)) == known - 1


def test_a_return_leaves_in_the_departments_own_workbook(opened: Round, cast: Cast) -> None:
    given(opened, cast, SERVED)
    row = move(return_id=own(opened).pk, verb="submit", by=cast.actors["community"], at=MONDAY)
    page = openpyxl.load_workbook(io.BytesIO(workbook_of(row))).active
    assert page is not None
    assert page["A2"].value == "填报单位：冠竹苑社区  填表人：苏兰  填报时间：2026年11月23日"
    assert [page[f"{column}4"].value for column in "BCD"] == [row.known[f"{column}4"] for column in "BCD"]
    assert [page[f"{column}6"].value for column in "BCD"] == [12, 5, 7]
    assert page["B7"].value == "=SUM(B4:B6)" and "A1:D1" in map(str, page.merged_cells.ranges)


def test_what_the_system_filled_is_said_otherwise_only_with_a_reason(opened: Round, cast: Cast) -> None:
    with pytest.raises(Refused, match="写明理由"):
        given(opened, cast, {"B5": "99"})
    row = given(opened, cast, {"B5": "99"}, {"B5": "三位老人上周去世，尚未登记"})
    cell = next(each for each in cells_of(row) if each.place == "B5")
    assert (cell.value, cell.how, cell.reason) == (99, "changed", "三位老人上周去世，尚未登记")
    event = Event.objects.get(name="return.corrected")
    assert event.before == {"B5": row.known["B5"]} and event.after["values"]["B5"]["value"] == 99
    row = given(opened, cast, {"B5": str(row.known["B5"])})
    assert "B5" not in row.given, "said as the system does, it is the system's again"


def test_some_of_the_answers_are_kept(opened: Round, cast: Cast) -> None:
    row = given(opened, cast, {"B6": "12"})
    assert row.asked == 2 and row.given["B6"] == {"value": 12, "who": cast.actors["community"].label}
    with pytest.raises(NotWhole, match="还有 2 处没有填"):
        move(return_id=row.pk, verb="submit", by=cast.actors["community"], at=MONDAY)


def test_a_formula_that_does_not_hold_is_said_in_words_and_keeps_the_return(
    opened: Round, cast: Cast
) -> None:
    row = given(opened, cast, {**SERVED, "C4": "1000"}, {"C4": "试"})
    (fault,) = faults_of(row)
    assert "应有 C4 + D4 = B4" in fault.words and "在册人口/男为1000" in fault.words
    with pytest.raises(NotWhole, match="审核公式不符"):
        move(return_id=row.pk, verb="submit", by=cast.actors["community"], at=MONDAY)


def test_a_return_goes_up_and_comes_back_with_a_remark(opened: Round, cast: Cast) -> None:
    given(opened, cast, SERVED)
    pk = own(opened).pk
    chain = [
        ("submit", "community", "street"),
        ("agree", "street", "county"),
        ("pass_on", "keeper", "department"),
        ("accept", "clerk", "accepted"),
    ]
    for verb, who, state in chain[:2]:
        assert move(return_id=pk, verb=verb, by=cast.actors[who], at=MONDAY).state == state
    with pytest.raises(Refused, match="哪里不对"):
        move(return_id=pk, verb="send_back", by=cast.actors["keeper"], at=MONDAY)
    back = move(return_id=pk, verb="send_back", note="上门次数请核对", by=cast.actors["keeper"], at=MONDAY)
    assert back.state == "filling" and back.submitted_at is None
    assert Event.objects.get(name="return.sent_back").note == "上门次数请核对"
    for verb, who, state in chain:
        assert move(return_id=pk, verb=verb, by=cast.actors[who], at=MONDAY).state == state
    with pytest.raises(NotPossible):
        move(return_id=pk, verb="recall", by=cast.actors["community"], at=MONDAY)


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("submit", "stranger"),
        ("submit", "street"),
        ("submit", "clerk"),
        ("submit", "grid"),
        ("submit", "leader"),
    ],
)
def test_nobody_else_submits_for_a_community(opened: Round, cast: Cast, verb: str, who: str) -> None:
    given(opened, cast, SERVED)
    with pytest.raises(NotAllowed):
        move(return_id=own(opened).pk, verb=verb, by=cast.actors[who], at=MONDAY)


def test_a_department_sees_what_has_passed_the_county_and_a_neighbour_nothing(
    opened: Round, cast: Cast
) -> None:
    given(opened, cast, SERVED)
    pk = own(opened).pk
    for verb, who in (("submit", "community"), ("agree", "street")):
        move(return_id=pk, verb=verb, by=cast.actors[who], at=MONDAY)
    assert not returns_for(cast.actors["clerk"]).exists()
    move(return_id=pk, verb="pass_on", by=cast.actors["keeper"], at=MONDAY)
    assert [row.pk for row in returns_for(cast.actors["clerk"])] == [pk]
    assert not returns_for(cast.actors["builder"]).exists(), "another department's form"
    assert pk not in [row.pk for row in returns_for(cast.actors["stranger"])]


def test_a_submitted_return_is_not_filled_again_nor_answered(opened: Round, cast: Cast) -> None:
    given(opened, cast, SERVED)
    row = move(return_id=own(opened).pk, verb="submit", by=cast.actors["community"], at=MONDAY)
    set_viewer(TESTER)
    Person.objects.filter(path__startswith=row.path).update(state="left")
    fill_round(round_id=opened.pk, by=TESTER, at=MONDAY)
    assert own(opened).known == row.known
    with pytest.raises(Refused, match="已经提交"):
        given(opened, cast, {"B6": "1"})


def test_two_people_at_one_return_do_not_overwrite_each_other(opened: Round, cast: Cast) -> None:
    row = own(opened)
    given(opened, cast, {"B6": "12"})
    with pytest.raises(Refused, match="刷新"):
        answer(
            return_id=row.pk,
            values={"B6": "13"},
            reasons={},
            version=row.version,
            by=cast.actors["community"],
            at=MONDAY,
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owner": "520103019001"}, "主管部门"),
        ({"basis": "  "}, "依据"),
        ({"valid_to": draft().valid_from}, "截止日期"),
        ({"valid_to": draft().valid_from.replace(year=2031)}, "三年"),
    ],
)
def test_a_form_without_department_basis_or_last_day_is_not_permitted(
    cast: Cast, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        add_form(draft=replace(draft(), **changes), by=cast.actors["keeper"], at=MONDAY)


def test_only_who_keeps_the_register_permits_forms_and_only_the_own_department_asks(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_form(draft=draft(), by=cast.actors["clerk"], at=MONDAY)
    form = permitted(cast)
    bound(cast, form)
    with pytest.raises(NotAllowed, match="该部门"):
        open_round(code=form.code, by=cast.actors["builder"], at=MONDAY)


def test_a_period_is_asked_once_and_a_form_that_ended_never(cast: Cast) -> None:
    form = permitted(cast)
    with pytest.raises(Refused, match="还没有确认过的模板"):
        open_round(code=form.code, by=cast.actors["clerk"], at=MONDAY)
    bound(cast, form)
    made = open_round(code=form.code, by=cast.actors["clerk"], at=MONDAY)
    assert (made.period, made.returns.count()) == ("2026-10", 2)
    with pytest.raises(Refused, match="不重复要"):
        open_round(code=form.code, by=cast.actors["clerk"], at=MONDAY)
    end_form(code=form.code, on=MONDAY.date(), reason="减负", by=cast.actors["keeper"], at=MONDAY)
    with pytest.raises(Refused, match="不在准许的期限内"):
        open_round(code=form.code, by=cast.actors["clerk"], at=MONDAY)


def test_headings_are_bound_by_the_dictionary_and_what_a_person_said_is_remembered(cast: Cast) -> None:
    form = permitted(cast)
    first = upload_template(
        form=form, file_name="a.xlsx", content=population(), by=cast.actors["clerk"], at=MONDAY
    )
    assert first.bindings["B4"] == "people.all" and first.bindings["A2#填报单位"] == "fact.unit"
    assert first.bindings.get("C5") == "people.age.60.men", "老年人/男 is not 男"
    assert "B6" not in first.bindings
    bind_template(
        template_id=first.pk, bindings={"B6": "cases.received"}, checks=[], by=cast.actors["clerk"], at=MONDAY
    )
    assert Term.objects.get().element == "cases.received"
    assert suggest(["上门服务次数/合计"]) == {"上门服务次数/合计": "cases.received"}


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("流动人口/人数/合计", "people.floating"), ("流动人口/人数/男", "people.floating.men"), ("流动人口/户数", None), ("家庭户/户数", "households.all"),
        ("60岁以上/合计", "people.age.60"), ("老年人口/独居老人", None), ("九小场所/个数", "organisations.small"), ("上门服务/人数", None),
    ],
)  # fmt: skip
def test_a_heading_of_parts_is_known_only_where_nothing_is_left_over(
    db: None, heading: str, code: str | None
) -> None:
    assert suggest([heading]).get(heading) == code


def test_a_formula_between_cells_that_are_not_there_is_refused(cast: Cast) -> None:
    form = permitted(cast)
    for text, words in (("C4 + Z9 = B4", "Z9"), ("C4 + D4", "两边"), ("import os = B4", "公式")):
        with pytest.raises(Refused, match=words):
            bound(cast, form, [text])


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"no workbook", NoTemplate, "打不开"),
        (sheet(["一份说明，没有可填的地方"], merged=()), Refused, "没有找到可填的单元格"),
    ],
)
def test_what_is_no_table_of_figures_is_refused_with_what_to_do(
    cast: Cast, content: bytes, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        upload_template(
            form=permitted(cast), file_name="x.xlsx", content=content, by=cast.actors["clerk"], at=MONDAY
        )


def test_what_a_norm_says_is_filled_as_it_holds_at_the_place_on_the_last_day(cast: Cast) -> None:
    settle(cast)
    by = cast.actors["clerk"]
    form = permitted(cast, title="网格设置月报")
    content = sheet(
        ["网格设置月报"],
        ["填报单位："],
        ["项目", "网格户数标准", "在册人口"],
        ["本月", None, None],
        merged=("A1:C1", "A2:C2"),
    )
    template = upload_template(form=form, file_name="网格.xlsx", content=content, by=by, at=MONDAY)
    assert template.bindings["B4"] == "norm.grid.households"
    bind_template(template_id=template.pk, bindings=template.bindings, checks=[], by=by, at=MONDAY)
    made = open_round(code=form.code, by=by, at=MONDAY)
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    assert own(made).known["B4"] == 300
    assert records_url(dictionary()["norm.grid.households"], own(made)).startswith("/norms/")
