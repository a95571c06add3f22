"""Small counts of sensitive groups do not leave the territory as numbers, on no page and in no workbook, nor can they be reckoned."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.registry.tests.district import settle
from linli.returns.commands import bind_template, fill_round, open_round, upload_template
from linli.returns.models import Return
from linli.returns.queries.leaving import veil_for
from linli.returns.queries.workbooks import workbook_of
from linli.returns.rules.elements import dictionary
from linli.returns.rules.leaving import covered, small
from linli.returns.tests.factories import permitted, sheet
from tests.cast import MONDAY, TESTER, Cast

TODAY = MONDAY.date()
OWN = "520103019001"
BINDINGS = {"A2#填报单位": "fact.unit", "B4": "care.disabled", "C4": "care.elderly_alone", "D4": "people.all"}

PLACES = st.sampled_from([f"C{n}" for n in range(1, 9)])
COUNTS = st.dictionaries(PLACES, st.integers(0, 30).map(Decimal))
SUMS = st.lists(st.frozensets(PLACES, min_size=2, max_size=5), max_size=6)


@given(COUNTS, SUMS, st.sets(PLACES), st.integers(1, 10))
def test_no_equation_gives_away_the_one_number_that_is_hidden_in_it(
    counts: dict[str, Decimal], sums: list[frozenset[str]], sensitive: set[str], least: int
) -> None:
    first = small(counts, sensitive, least)
    hidden = covered(first, sums, counts)
    assert first <= hidden and hidden <= counts.keys()
    for places in sums:
        others = [place for place in places - hidden if counts.get(place)]
        assert len(places & hidden) != 1 or not others


@given(COUNTS, SUMS)
def test_where_nothing_is_small_everything_is_told(
    counts: dict[str, Decimal], sums: list[frozenset[str]]
) -> None:
    assert covered(small(counts, set(counts), 0), sums, counts) == set()


def test_every_figure_that_is_selected_by_a_sensitive_condition_is_kept_as_a_sensitive_one() -> None:
    for element in dictionary().values():
        if element.kind == "figure":
            query = QueryDict(element.query_in(TODAY, TODAY))
            register = get(element.register)
            selection = Selection.parse(register, query)
            used = any(each.sensitive for each in register.filters if selection.of(each.name))
            assert element.is_sensitive == used, element.code


def cared(cast: Cast, **changes: str) -> Return:
    """The return of a community to a form that asks for two care groups; both are small."""
    settle(cast)
    form = permitted(cast, **changes)
    content = sheet(
        ["重点人群月报"], ["填报单位："], ["项目", "残疾人", "独居老人", "人口"], ["在册", None, None, None]
    )
    by = cast.actors["clerk"]
    template = upload_template(form=form, file_name="月报.xlsx", content=content, by=by, at=MONDAY)
    bind_template(template_id=template.pk, bindings=BINDINGS, checks=["B4 + C4 ≤ D4"], by=by, at=MONDAY)
    made = open_round(code=form.code, by=by, at=MONDAY)
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    row = Return.objects.whole().get(round=made, unit__code=OWN)
    Return.objects.filter(pk=row.pk).update(state="department")
    return row


@pytest.mark.django_db
def test_the_department_sees_fewer_than_and_the_territory_the_number(cast: Cast) -> None:
    row = cared(cast)
    counts = {place: row.known[place] for place in ("B4", "C4")}
    assert all(0 < count < 5 for count in counts.values()), "the test has small groups"
    for name in ("community", "street", "keeper"):
        assert veil_for(row, cast.actors[name], TODAY).hidden == frozenset(), name
    veil = veil_for(row, cast.actors["clerk"], TODAY)
    assert veil.hidden == {"B4", "C4"}
    page = openpyxl.load_workbook(io.BytesIO(workbook_of(row, veiled=veil.values()))).active
    assert page is not None
    assert [page[place].value for place in ("B4", "C4", "D4")] == ["少于5", "少于5", row.known["D4"]]


@pytest.mark.django_db
def test_page_and_file_of_the_department_tell_no_small_count(cast: Cast, client: Client) -> None:
    row = cared(cast)
    client.force_login(cast.users["clerk"])
    text = client.get(f"/returns/{row.pk}/").content.decode()
    assert (
        text.count('<strong translate="no">少于5</strong>') == 2
        and f'<strong translate="no">{row.known["B4"]}</strong>' not in text
    )
    answer = client.get(f"/returns/{row.pk}/workbook/")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page is not None and page["B4"].value == "少于5"


@pytest.mark.django_db
def test_a_form_with_a_basis_for_exact_counts_brings_them(cast: Cast) -> None:
    row = cared(cast, exact="社会救助暂行办法第六条：按月核对人数")
    assert veil_for(row, cast.actors["clerk"], TODAY).hidden == frozenset()
