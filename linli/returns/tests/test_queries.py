"""A department asks the registers instead of the communities: for a purpose, until a day, as counts; what it spared is written down."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event
from linli.kernel.privacy.commands import ReasonNeeded
from linli.kernel.privacy.context import set_viewer
from linli.kernel.privacy.models import Request
from linli.registry.models import Person
from linli.registry.tests.district import settle
from linli.returns.commands import (
    QueryDraft,
    Refused,
    answer_query,
    ask_query,
    decide_query,
    end_query,
    querying,
    take_rows,
)
from linli.returns.models import Query
from linli.returns.queries.asking import told
from linli.returns.queries.dictionary import entries
from linli.returns.tests.factories import bound, permitted
from tests.cast import MONDAY, TESTER, Cast

TODAY = MONDAY.date()
ASKED = QueryDraft(
    "各社区人口数", "统计法第十九条", "测算服务人数", TODAY + timedelta(days=90), figures=("people.all", "people.women")
)  # fmt: skip
CARE = replace(ASKED, title="独居老人数", figures=("care.elderly_alone",))


@pytest.mark.django_db
def test_what_is_held_and_not_sensitive_is_answered_at_once_and_counted_as_work_nobody_had(
    cast: Cast,
) -> None:
    settle(cast)
    by = cast.actors["clerk"]
    row = ask_query(draft=ASKED, by=by, at=MONDAY)
    assert row.state == Query.State.APPROVED and row.decided_by == "数据查询规则"
    _, found = answer_query(code=row.code, frequency="month", by=by, at=MONDAY)
    set_viewer(TESTER)
    for node, (all_of_them, women) in found.rows:
        people = Person.objects.filter(path__startswith=node.path, state="present")
        assert all_of_them == people.count() and women == people.filter(sex="2").count()
    assert found.total[0] == sum(values[0] for _, values in found.rows) > 0
    assert row.answers.get().cells == 2 * len(found.rows)


@pytest.mark.django_db
def test_a_sensitive_group_waits_for_the_county_and_small_counts_stay_at_home(cast: Cast) -> None:
    settle(cast)
    by = cast.actors["clerk"]
    row = ask_query(draft=CARE, by=by, at=MONDAY)
    assert row.state == Query.State.ASKED
    with pytest.raises(Refused, match="没有批准"):
        answer_query(code=row.code, frequency="month", by=by, at=MONDAY)
    with pytest.raises(NotAllowed):
        decide_query(code=row.code, agrees=True, note="", by=by, at=MONDAY)
    decide_query(code=row.code, agrees=True, note="", by=cast.actors["keeper"], at=MONDAY)
    _, found = answer_query(code=row.code, frequency="month", by=by, at=MONDAY)
    said = [value for _, values in found.rows for value in values]
    assert "少于5" in said and all(value == 0 or value in ("少于5", "不显示") or value >= 5 for value in said)


UNITS = st.sampled_from([f"1/{street}/{street}{n}/" for street in "甲乙" for n in range(4)])


@given(st.dictionaries(UNITS, st.integers(0, 12), min_size=1), st.integers(2, 8))
def test_no_hidden_count_is_the_sum_of_its_street_or_of_all_less_the_others(
    counts: dict[str, int], least: int
) -> None:
    column = told(counts, least)
    hidden = {place for place, value in column.items() if isinstance(value, str)}
    assert {place for place, count in counts.items() if 0 < count < least} <= hidden
    assert all(
        value == counts[place] for place, value in column.items() if place in counts and place not in hidden
    )
    for street in "甲乙":
        together = {place for place in counts if place.startswith(f"1/{street}/")}
        if len(together & hidden) == 1:
            assert not any(counts[place] for place in together - hidden), (
                "the one that is hidden could be reckoned"
            )
    if len(hidden) == 1:
        assert not any(value for place, value in column.items() if place not in hidden)


@pytest.mark.django_db
def test_a_query_has_a_department_a_basis_and_a_last_day(cast: Cast) -> None:
    by = cast.actors["clerk"]
    for change, words in (
        ({"figures": ()}, "至少选一个"), ({"basis": " "}, "依据和用途"), ({"valid_to": TODAY}, "从明天起"),
        ({"valid_to": TODAY + timedelta(days=400)}, "最长 366 天"), ({"figures": ("fact.unit",)}, "至少选一个"), ({"level": "county"}, "哪一级"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            ask_query(draft=replace(ASKED, **change), by=by, at=MONDAY)
    with pytest.raises(NotAllowed):
        ask_query(draft=ASKED, by=cast.actors["community"], at=MONDAY)


@pytest.mark.django_db
def test_a_query_is_used_by_its_department_alone_until_it_ends(cast: Cast) -> None:
    row = ask_query(draft=ASKED, by=cast.actors["clerk"], at=MONDAY)
    with pytest.raises(NotAllowed, match="由该部门使用"):
        answer_query(code=row.code, frequency="month", by=cast.actors["community"], at=MONDAY)
    with pytest.raises(Refused, match="已到期"):
        answer_query(
            code=row.code, frequency="month", by=cast.actors["clerk"], at=MONDAY + timedelta(days=90)
        )
    end_query(code=row.code, by=cast.actors["clerk"], at=MONDAY)
    with pytest.raises(Refused, match="没有批准"):
        answer_query(code=row.code, frequency="month", by=cast.actors["clerk"], at=MONDAY)


@pytest.mark.django_db
def test_the_dictionary_tells_where_each_entry_is_known_from_and_which_forms_ask_it(
    cast: Cast, client: Client
) -> None:
    bound(cast, permitted(cast))
    found = {each.code: each for group in entries(TODAY).values() for each in group}
    assert found["people.all"].forms == 1 and found["people.age.80"].forms == 0
    assert found["care.disabled"].access == "sensitive" and found["person.document"].access == "sealed"
    client.force_login(cast.users["clerk"])
    page = client.get("/returns/elements/?q=流动人口").content.decode()
    assert "户籍不在辖区而居住在辖区的人" in page and "百岁老人" not in page
    assert "没有找到" in client.get("/returns/elements/?q=外星人").content.decode()


@pytest.mark.django_db
def test_a_refusal_says_why(cast: Cast) -> None:
    row = ask_query(draft=CARE, by=cast.actors["clerk"], at=MONDAY)
    with pytest.raises(Refused, match="写明理由"):
        decide_query(code=row.code, agrees=False, note="", by=cast.actors["keeper"], at=MONDAY)
    done = decide_query(code=row.code, agrees=False, note="没有依据", by=cast.actors["keeper"], at=MONDAY)
    assert done.state == Query.State.REFUSED
    assert Event.objects.get(name="return.query_refused").note == "没有依据"


@pytest.mark.django_db
def test_the_pages_lead_from_the_question_to_the_table(cast: Cast, client: Client) -> None:
    settle(cast)
    client.force_login(cast.users["clerk"])
    sent = {
        "title": "各社区人口数", "figures": ["people.all"], "level": "community", "basis": "统计法", "purpose": "测算", "exact": "",
        "valid_to": str(date.today() + timedelta(days=30)),
    }  # fmt: skip
    answer = client.post("/returns/queries/new/", sent, follow=True)
    code = Query.objects.get().code
    assert (
        answer.redirect_chain[-1][0] == f"/returns/queries/{code}/"
        and "现在就可以查" in answer.content.decode()
    )
    page = client.post(f"/returns/queries/{code}/", {"frequency": "month"}).content.decode()
    assert "查询结果" in page and "冠竹苑社区" in page
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"/returns/queries/{code}/", {"file": "1"}).content))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert (
        rows[3][:2] == ("单位", "在册人口")
        and rows[-3][0] == "合计"
        and rows[-3][1] == sum(row[1] for row in rows[4:-3])
        and rows[-1][0] == rows[1][0]
        and "用途：测算" in rows[1][0]
    )
    client.force_login(cast.users["community"])
    assert "查询</button>" not in client.get(f"/returns/queries/{code}/").content.decode()
    assert client.post(f"/returns/queries/{code}/", {"frequency": "month"}).status_code == 403


LIST = replace(ASKED, title="登记电话核对", figures=(), rows="people.age.60", columns=("person.name", "person.phones", "person.unit"))  # fmt: skip


@pytest.mark.django_db
def test_a_list_is_agreed_by_the_county_and_leaves_marked_with_the_columns_that_were_asked(
    cast: Cast,
) -> None:
    settle(cast)
    by = cast.actors["clerk"]
    row = ask_query(draft=LIST, by=by, at=MONDAY)
    assert row.state == Query.State.ASKED and row.is_list
    with pytest.raises(Refused, match="没有批准"):
        take_rows(code=row.code, purpose="visit", reason="", by=by, at=MONDAY)
    decide_query(code=row.code, agrees=True, note="", by=cast.actors["keeper"], at=MONDAY)
    with pytest.raises(NotAllowed, match="由该部门使用"):
        take_rows(code=row.code, purpose="visit", reason="", by=cast.actors["builder"], at=MONDAY)
    _, content = take_rows(code=row.code, purpose="visit", reason="", by=by, at=MONDAY)
    assert content is not None
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    set_viewer(TESTER)
    old = Person.objects.filter(state="present", birth__lte=date(1966, 11, 23))
    assert rows[3] == ("姓名", "联系电话", "所属社区")
    assert sorted(row[0] for row in rows[4 : 4 + old.count()]) == sorted(old.values_list("name", flat=True))
    assert "秦川" in rows[1][0] and "用途：" in rows[1][0] and rows[-1][0] == rows[1][0]
    told = Event.objects.get(name="return.rows_taken")
    assert told.after["rows"] == old.count()
    assert Query.objects.get().answers.get().cells == 3 * old.count()


@pytest.mark.django_db
def test_many_rows_leave_only_with_a_second_person(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(cast)
    monkeypatch.setattr(querying, "needs_approval", lambda rows, by, at: True)
    by = cast.actors["clerk"]
    row = ask_query(draft=LIST, by=by, at=MONDAY)
    decide_query(code=row.code, agrees=True, note="", by=cast.actors["keeper"], at=MONDAY)
    with pytest.raises(ReasonNeeded):
        take_rows(code=row.code, purpose="visit", reason="", by=by, at=MONDAY)
    assert take_rows(code=row.code, purpose="visit", reason="核对失联老人", by=by, at=MONDAY)[1] is None
    assert Request.objects.get().selection == str(row)


@pytest.mark.django_db
def test_the_members_of_a_care_group_are_in_no_query(cast: Cast) -> None:
    by = cast.actors["clerk"]
    with pytest.raises(Refused, match="请申请准许报表"):
        ask_query(draft=replace(LIST, rows="care.disabled"), by=by, at=MONDAY)
    with pytest.raises(Refused, match="哪些栏目"):
        ask_query(draft=replace(LIST, columns=("organisation.name",)), by=by, at=MONDAY)
