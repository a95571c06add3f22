"""The meter: each number recomputed by hand from the records and the self-reports, and the sums of streets, the county and departments."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from linli.algorithms.burden import KINDS, Range, total
from linli.assessment import commands
from linli.assessment.queries import saved
from linli.assessment.queries.meter import Meter, rates_on
from linli.assessment.queries.records import Listed, by_kind, recorded, unlisted_categories
from linli.assessment.rules import Period
from linli.assessment.tests.factories import NEXT, OWN, STREET, asked, figures, period, told
from linli.cases import commands as cases
from linli.cases.commands import Intake
from linli.duties.commands import ListDraft, add_line
from linli.duties.models import Application, Refusal
from linli.kernel.norms.models import Norm
from linli.kernel.norms.queries import NORMS
from linli.kernel.privacy.context import set_viewer
from linli.returns.commands import end_form
from linli.returns.commands.filling import answer
from linli.returns.models import Form, Query, QueryAnswer, Return
from linli.returns.queries.filled import places_of
from linli.territory.models import Unit
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
YEAR, QUARTER = period("2026"), period("2026Q4")


def counted(cast: Cast, *periods: Period) -> None:
    for each in periods or (YEAR,):
        commands.count(period=each, by=TESTER, at=MONDAY)


def given(cast: Cast, category: str, lead: str) -> None:
    """A case dispatched to a unit."""
    intake = Intake(
        channel="hotline", text="门口垃圾成堆", category=cast.category(category), place=cast.unit(OWN)
    )
    case = cases.receive(intake, by=TESTER, at=MONDAY)
    cases.accept(case_id=case.pk, by=TESTER, at=MONDAY)
    cases.dispatch(case_id=case.pk, lead=cast.unit(lead), reason="就近办理", by=TESTER, at=MONDAY)


def test_every_kind_has_its_minutes_with_a_source(cast: Cast) -> None:
    rates = rates_on(TODAY)
    assert rates.keys() == KINDS.keys()
    assert all(rate.norm.source and rate.minutes.low <= rate.minutes.high for rate in rates.values())


def test_forms_and_cells_are_those_of_the_returns(cast: Cast) -> None:
    made = asked(cast)
    row = Return.objects.get(round=made, unit__code=OWN)
    places = places_of(made.template)
    counted(cast)
    counts = Meter(YEAR, TODAY).counts_of(cast.unit(OWN).id)
    assert counts["form"] == Range.of(1) and counts["certificate"] == Range.of(3)
    assert counts["known"] == Range.of(len(row.known)) and len(row.known) > 4
    assert counts["cell"] == Range.of(row.asked)
    assert row.asked + len(row.known) <= len(places)


def test_a_cell_that_was_asked_is_counted_the_same_before_and_after_it_is_answered(cast: Cast) -> None:
    made = asked(cast)
    row = Return.objects.get(round=made, unit__code=OWN)
    before = by_kind(recorded(YEAR, row.path))
    open_places = [
        each["place"]
        for each in places_of(made.template)
        if each["place"] not in row.known and "#" not in each["place"]
    ]
    answer(
        return_id=row.pk,
        values=dict.fromkeys(open_places, "3"),
        reasons={},
        version=row.version,
        by=TESTER,
        at=MONDAY,
    )
    row.refresh_from_db()
    assert row.asked == 0
    assert by_kind(recorded(YEAR, row.path)) == before


def test_a_task_is_inside_the_lists_when_a_list_names_its_matter_and_outside_when_none_does(
    cast: Cast,
) -> None:
    given(cast, "0201", OWN)
    given(cast, "0301", OWN)
    given(cast, "0301", "D02")
    found = by_kind(recorded(YEAR, cast.unit(OWN).path))
    assert (found["task"], found["unlisted"]) == (1, 1)
    assert unlisted_categories(YEAR, cast.unit(OWN).path) == ["0301"]


def test_what_a_list_forbids_is_outside_even_where_the_catalogue_sends_it_down(cast: Cast) -> None:
    category = cast.category("0201")
    assert Listed(TODAY).names(category.pk)
    draft = ListDraft(
        "negative", "垃圾清运", date(2020, 1, 1), lead="D01", basis="会议纪要", note="", category="0201"
    )
    add_line(draft=draft, code="N77", by=TESTER, at=MONDAY)
    assert not Listed(TODAY).names(category.pk)
    assert not Listed(TODAY).names(None)


def test_the_minutes_of_one_secretary_are_those_of_the_published_rates(cast: Cast) -> None:
    """63 + 98 groups and 44 apps (S4), of which the year so far takes 327 of 365 days."""
    told(cast)
    row = Meter(YEAR, TODAY).row(cast.unit(OWN))
    share = Fraction(327, 365)
    assert (row.counts["group"], row.counts["app"]) == (Range.of(161), Range.of(44))
    assert row.lines["group"].minutes.likely == 161 * 124 * share
    assert row.lines["app"].minutes.high == 44 * 496 * share
    assert row.lines["meeting"].minutes == Range.of(120 * share) * Range.of(
        {"low": 60, "likely": 90, "high": 180}
    )
    assert row.estimate.minutes == total(line.minutes for line in row.estimate.lines)


def test_a_year_that_was_not_told_yet_takes_the_last_one_that_was(cast: Cast) -> None:
    told(cast, year=2025)
    meter = Meter(YEAR, TODAY)
    assert meter.told[cast.unit(OWN).id].year == 2025
    assert Meter(period("2024"), TODAY).told == {}


def test_a_street_is_the_sum_of_its_communities_and_its_own_and_the_county_of_its_streets(cast: Cast) -> None:
    asked(cast)
    told(cast)
    told(cast, NEXT, form=200)
    counted(cast)
    meter = Meter(YEAR, TODAY)
    street, county = meter.row(cast.unit(STREET)), meter.row(cast.unit("520103"))
    parts = meter.rows_below(cast.unit(STREET))
    assert (
        street.estimate.minutes == total(part.estimate.minutes for part in parts) == county.estimate.minutes
    )
    assert (street.communities, street.told) == (2, 2)
    assert [part.node.code for part in parts] == [OWN, NEXT], "in the order of codes, whoever has more"
    assert [row.node.code for row in meter.rows_below(cast.unit("520103"), by="community")] == [OWN, NEXT]


def test_what_departments_ask_adds_up_to_what_communities_are_asked(cast: Cast) -> None:
    asked(cast)
    counted(cast, YEAR, QUARTER)
    meter = Meter(YEAR, TODAY)
    (row,) = meter.departments()
    county = meter.row(cast.unit("520103"))
    assert row.code == "D01"
    assert {kind: row.counts[kind] for kind in ("form", "cell", "known")} == {
        kind: county.counts[kind] for kind in ("form", "cell", "known")
    }
    assert meter.of_unit(cast.unit(OWN).id, "form") == [("云岩区综合行政执法局", 1)]
    assert row.saved.minutes == row.counts["known"] * Range.of(
        {"low": Fraction(1, 10), "likely": Fraction(48, 100), "high": 2}
    )


def test_roles_are_kept_back_until_enough_communities_have_told(cast: Cast) -> None:
    told(cast)
    told(cast, NEXT)
    county = cast.unit("520103")
    (row,) = Meter(YEAR, TODAY).roles(county)
    assert (row.role, row.told, dict(row.counts)) == ("secretary", 2, {})
    Norm.objects.filter(key="assessment.roles.least").update(value=2)
    NORMS.changed()
    (row,) = Meter(YEAR, TODAY).roles(county)
    assert row.counts["group"] == Range.of(161)


def test_an_ended_form_saves_what_it_took_in_a_year(cast: Cast) -> None:
    made = asked(cast)
    form = Form.objects.get()
    end_form(code=form.code, on=TODAY, reason="并入人口月报", by=TESTER, at=MONDAY)
    minutes = {kind: rate.minutes for kind, rate in rates_on(TODAY).items()}
    (ended,) = saved.ended_forms(YEAR, TODAY, minutes)
    places = len(places_of(made.template))
    assert (ended.why, ended.units, ended.times, ended.asked + ended.known) == (
        "并入人口月报",
        2,
        Range.of(12),
        places,
    )
    likely = 12 * 2 * (15 + Fraction(1, 2) * ended.asked + Fraction(2, 100) * ended.known)
    assert ended.yearly.minutes.likely == likely
    assert saved.ended_forms(period("2026Q1"), TODAY, minutes) == []


def test_a_stranger_counts_what_the_system_counts(cast: Cast) -> None:
    """The figures are published: they do not depend on who looks."""
    asked(cast)
    whole = recorded(YEAR)
    for who in ("stranger", "clerk", "leader"):
        set_viewer(cast.actors[who])
        assert recorded(YEAR) == whole
    set_viewer(TESTER)


def test_a_community_that_told_nothing_has_no_numbers_instead_of_noughts(cast: Cast) -> None:
    counted(cast)
    commands.report(unit=cast.unit(OWN), year=2026, figures=figures(meeting=0), by=TESTER, at=MONDAY)
    counts = Meter(YEAR, TODAY).counts_of(cast.unit(OWN).id)
    assert counts["meeting"] == Range.of(0) and "inspection" not in counts and counts["form"] == Range.of(0)


# --- What was kept away -------------------------------------------------------------------------------------------------


def test_a_matter_that_the_gate_refused_saves_its_estimate_for_each_community_that_it_concerned(
    cast: Cast,
) -> None:
    days = {"starts_on": TODAY, "ends_on": date(2027, 12, 31), "made_at": MONDAY, "decided_at": MONDAY}
    told_burden = {"units": 2, "minutes": [10, 20.5, 40]}
    owner = Unit.objects.get(code="D03")
    for number, state in (("ZR1", "refused"), ("ZR2", "published"), ("ZR3", "hearing")):
        Application.objects.create(
            number=number,
            department=owner,
            title="企业信息采集",
            what="采集",
            basis="通知",
            alternatives="无",
            state=state,
            burden=told_burden,
            **days,
        )
    (away,) = saved.kept_away(YEAR, TODAY)
    assert (away.number, away.units) == ("ZR1", 2)
    assert away.yearly == Range.of({"low": 20, "likely": 41, "high": 80})
    assert saved.kept_away(period("2026Q1"), TODAY) == []


def test_a_refusal_that_was_found_right_saves_a_task_and_is_held_against_no_community(cast: Cast) -> None:
    minutes = {kind: rate.minutes for kind, rate in rates_on(TODAY).items()}
    for number, state in enumerate(("upheld", "upheld", "listed", "taken_back", "sent")):
        Refusal.objects.create(
            number=f"JS{number}",
            unit_id=cast.unit(OWN).id,
            path=cast.unit(OWN).path,
            department=Unit.objects.get(code="D01"),
            channel="outside",
            title="代收费用",
            ground="unlisted",
            citation="清单没有",
            refused_at=MONDAY,
            state=state,
        )
    found = saved.refused_tasks(YEAR, TODAY, minutes)
    assert found["云岩区综合行政执法局"].minutes == Range.of(2) * minutes["unlisted"]
    meter = Meter(YEAR, TODAY)
    assert meter.row(cast.unit(OWN)).refused == 4, "all but the one that was taken back"


def test_a_query_counts_once_a_month_however_often_it_is_asked(cast: Cast) -> None:
    query = Query.objects.create(
        code="CX1",
        title="老年人口",
        owner=Unit.objects.get(code="D01"),
        basis="条例",
        purpose="核对",
        valid_to=date(2027, 1, 1),
        asked_by="秦川",
        asked_at=MONDAY,
    )
    for at in (MONDAY, MONDAY, MONDAY - timedelta(days=40)):
        QueryAnswer.objects.create(query=query, at=at, cells=10, units=2, by_label="秦川")
    minutes = {kind: rate.minutes for kind, rate in rates_on(TODAY).items()}
    (found,) = saved.answered(YEAR, TODAY, minutes)
    assert (found.queries, found.line.count) == (2, Range.of(20))
    assert found.line.minutes.likely == 10
