"""Every rate agrees with the same rate told slowly, and every number with the list behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.cases.models import Case
from linli.cases.queries.rates import COUNTED, GROUPINGS, RATES, Sight
from linli.cases.rules import would_describe_a_person
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.commands import Change, set_norm
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import engine_of
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.territory.models import GridMember
from tests.cast import MONDAY, START, Cast

pytestmark = pytest.mark.django_db
SEER = Actor.system("测试")
HOUR = timedelta(hours=1)
WITH_UNIT = ("dispatched", "objected", "handling", "paused", "deferred", "checking", "calling", "closed")
WITHOUT = ("received", "filed", "voided", "explained")

moments = st.none() | st.integers(-60, 60).map(lambda n: MONDAY + n * HOUR)
courses = st.fixed_dictionaries(
    {
        "state": st.sampled_from((*WITH_UNIT, *WITHOUT)),
        "has_contact": st.booleans(),
        "excluded_reason": st.sampled_from(("", "", "", "恶意诉求", "超出法律政策规定")),
        "resolved": st.none() | st.booleans(),
        "satisfied": st.none() | st.integers(1, 5),
        **{
            f"{name}_at": moments
            for name in (
                "dispatched",
                "signed",
                "contacted",
                "answered",
                "sign_due",
                "contact_due",
                "resolve_due",
            )
        },
    }
)


def write(cast: Cast, rows: list[dict[str, Any]]) -> None:
    """Cases as invented, whatever sense they make."""
    Case.objects.all().delete()
    leads = [cast.unit(code) for code in ("D01", "D02", "520103019001")]
    places = [cast.unit(code) for code in ("520103019001001", "520103019002001", "520103019002")]
    Case.objects.bulk_create(
        Case(
            number=f"20261123-{n:06d}", public_code=f"c{n:015d}", channel=("hotline", "web")[n % 2], kind=("help", "tipoff")[n % 5 == 0],
            category=cast.category(("0201", "0301")[n % 2]), title="测试", text="测试", received_at=MONDAY - n * 12 * HOUR,
            lead_id=leads[n % 3].id if row["state"] in WITH_UNIT else None, place_id=places[n % 3].id, place_path=places[n % 3].path,
            audience=[leads[n % 3].code] if row["state"] in WITH_UNIT else [], **row,
        )
        for n, row in enumerate(rows)
    )  # fmt: skip


def done_in_time(case: Case, done: str, due: str) -> bool:
    first, last = getattr(case, done), getattr(case, due)
    return first is not None and last is not None and first <= last


def late(case: Case, due: str, at: datetime) -> bool:
    return getattr(case, due) is not None and getattr(case, due) < at


def told_slowly(key: str, case: Case, at: datetime) -> str:  # noqa: C901 - every reason in one place, as a person would go through it
    """The rates in plain words, one case at a time: yes, no, the reason it was left out, or nothing."""
    called, closed = case.satisfied is not None, case.state == "closed"
    if key in {"resolution", "satisfaction"}:
        if not (closed or called):
            return ""
    elif case.dispatched_at is None:
        return ""
    if case.state in {"voided", "merged"}:
        return case.state
    if case.excluded_reason:
        return "ruled_out"
    if key in {"resolution", "satisfaction"}:
        if not called:
            return "no_callback"
        return "yes" if (case.resolved if key == "resolution" else case.satisfied >= 3) else "no"
    if key in {"closed", "on_time"}:
        if case.state in {"deferred", "paused"}:
            return case.state
        if not closed and not late(case, "resolve_due_at", at):
            return "not_due"
        good = closed and (key == "closed" or done_in_time(case, "answered_at", "resolve_due_at"))
        return "yes" if good else "no"
    by_sign = key == "sign" or (key == "response" and not case.has_contact)
    if by_sign:
        if case.signed_at is None and not late(case, "sign_due_at", at):
            return "not_due"
        return "yes" if done_in_time(case, "signed_at", "sign_due_at") else "no"
    if not case.has_contact:
        return "no_contact"
    if case.contacted_at is None and case.answered_at is None and not late(case, "contact_due_at", at):
        return "not_due"
    good = any(done_in_time(case, done, "contact_due_at") for done in ("contacted_at", "answered_at"))
    return "yes" if good else "no"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(courses, min_size=1, max_size=40))
def test_each_rate_is_what_counting_one_case_at_a_time_gives(cast: Cast, rows: list[dict[str, Any]]) -> None:
    write(cast, rows)
    sight = Sight(SEER, MONDAY)
    cases = list(Case.objects.select_related("lead"))
    for key, rate in RATES.items():
        told = [told_slowly(key, case, MONDAY) for case in cases]
        share = sight.share(key)
        assert (share.rate.numerator, share.rate.denominator) == (
            told.count("yes"),
            told.count("yes") + told.count("no"),
        ), key
        assert dict(share.left_out) == {code: told.count(code) for code, _words, _test in rate.exclusions}, (
            key
        )
        groups = {group.code: group.shares[key].rate for group in sight.groups("lead", rates=[key])}
        for code, found in groups.items():
            mine = [told_slowly(key, case, MONDAY) for case in cases if case.lead and case.lead.code == code]
            assert (found.numerator, found.denominator) == (
                mine.count("yes"),
                mine.count("yes") + mine.count("no"),
            )


def spread(cast: Cast) -> None:
    """Forty cases that touch every outcome."""
    rows = []
    for n in range(40):
        state = (*WITH_UNIT, *WITHOUT)[n % 12]
        at = {
            f"{name}_at": MONDAY + (n * k % 23 - 11) * HOUR
            for k, name in enumerate(
                ("dispatched", "signed", "contacted", "sign_due", "contact_due", "resolve_due", "due"), 1
            )
        }
        if state in WITHOUT:
            at = {}
        rows.append({
            "state": state, "has_contact": n % 3 > 0, "excluded_reason": "恶意诉求" if n % 11 == 0 else "", "supervised": n % 4 == 0,
            "resolved": n % 2 == 0 if state == "closed" else None, "satisfied": n % 5 + 1 if state == "closed" and n % 3 else None,
            "urgency": ("normal", "urgent")[n % 2], "reopen_count": n % 2, "return_count": n % 3 // 2, "escalation": n % 4,
            "answered_at": MONDAY + (n % 9 - 5) * HOUR if state in {"checking", "calling", "closed"} else None, **at,
        })  # fmt: skip
    write(cast, rows)


@pytest.mark.parametrize("who", ["leader", "street", "clerk", "community"])
def test_every_counted_condition_links_to_as_many_records_as_it_says(cast: Cast, who: str) -> None:
    spread(cast)
    actor = cast.actors[who]
    sight, register = Sight(actor, MONDAY), get("cases")
    for measure in COUNTED:
        selection = Selection(values=(("measure", (measure,)),))
        listed = engine_of(register, selection).total(register, selection, Ask(actor, MONDAY))
        assert sight.count(measure) == listed, measure
    assert any(sight.count(measure) for measure in COUNTED)


@pytest.mark.parametrize("by", ["lead", "street", "community", "channel", "kind"])
def test_every_group_links_to_its_records(cast: Cast, by: str) -> None:
    spread(cast)
    actor = cast.actors["supervisor"]
    sight, register = Sight(actor, MONDAY), get("cases")
    for group in sight.groups(by):
        for key, share in group.shares.items():
            selection = Selection(
                values=((GROUPINGS[by].filter, (group.code,)), ("measure", (f"{key}.all",)))
            )
            assert share.rate.denominator == engine_of(register, selection).total(
                register, selection, Ask(actor, MONDAY)
            )


def test_a_street_leader_sees_the_figures_of_the_street_and_a_stranger_those_of_the_neighbours(
    cast: Cast,
) -> None:
    spread(cast)
    assert Sight(cast.actors["leader"], MONDAY).count() == 40
    stranger = Sight(cast.actors["stranger"], MONDAY)
    assert 0 < stranger.count() < 40
    assert set(stranger.counts("community")) == {"520103019002"}


def test_few_cases_have_counts_but_no_rate(cast: Cast) -> None:
    spread(cast)
    [group] = [g for g in Sight(SEER, MONDAY).groups("lead") if g.code == "D02"]
    assert group.shares["satisfaction"].rate.denominator < 10
    assert group.shares["satisfaction"].percent == "—"
    assert "10" in group.shares["satisfaction"].hidden


def test_the_rate_of_a_grid_with_one_worker_is_not_shown(cast: Cast) -> None:
    spread(cast)
    grid = cast.unit("520103019001001")
    for who in ("grid", "community"):
        groups = {g.code: g for g in Sight(SEER, MONDAY).groups("grid")}
        assert "网格员" in groups[grid.code].shares["response"].hidden
        GridMember.objects.create(
            grid_id=grid.id, user=cast.users[who], role="worker", public_phone="0851", starts_on=START
        )
    shown = {g.code: g for g in Sight(SEER, MONDAY).groups("grid")}[grid.code]
    assert "网格员" not in shown.shares["response"].hidden


def test_the_rate_of_a_department_with_one_clerk_is_not_shown(cast: Cast) -> None:
    spread(cast)
    alone, two = cast.unit("520103019001").code, cast.unit("D02").code
    groups = {g.code: g for g in Sight(SEER, MONDAY).groups("lead")}
    said = {share.hidden for share in groups[alone].shares.values()}
    assert said == {"办理人员不足 2 人，不列比率"}, "苏兰 is the only one there"
    assert groups[alone].total > 0, "what is counted stays"
    assert "办理人员" not in "".join(share.hidden for share in groups[two].shares.values())


def test_how_many_people_a_unit_must_have_is_a_norm_of_the_county(cast: Cast) -> None:
    spread(cast)
    change = Change(key="cases.rate.least_people", value=3, source="县里规定", valid_from=MONDAY.date())
    set_norm(change=change, by=SEER, at=MONDAY)
    hidden = {g.code: g.shares["response"].hidden for g in Sight(SEER, MONDAY).groups("office")}
    assert hidden["D02"] == "办理人员不足 3 人，不列比率", "高原 and 方宁 are two"


@pytest.mark.parametrize(
    ("people", "least", "tells"), [(1, 2, True), (2, 2, False), (0, 2, False), (2, 3, True)]
)
def test_a_rate_of_too_few_would_describe_a_person(people: int, least: int, tells: bool) -> None:
    assert would_describe_a_person(people, least) is tells


def test_cases_are_never_grouped_by_a_person() -> None:
    assert not {"taken_by", "by", "person", "worker"} & {grouping.column for grouping in GROUPINGS.values()}
