"""The gate at work: applying, being heard, decided, published, ended; refusing; letting an emergency through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from linli.algorithms.statetable import NotPossible
from linli.duties import commands, policy, queries, states, tasks
from linli.duties.commands import Refused, Said, Task
from linli.duties.models import Application, Bypass, ListEntry, Opinion, Refusal
from linli.duties.queries import gate as reads
from linli.duties.rules.gate import GateClosed
from linli.duties.tests.gates import (
    DAYS,
    DRAFT,
    ENDS,
    STARTS,
    STREET,
    bypassed,
    drafted,
    heard,
    moved,
    published,
    refused,
)
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.notices.models import Notice
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


# --- Applying -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": " "}, "事项名称"),
        ({"basis": ""}, "依据"),
        ({"alternatives": ""}, "其他办法"),
        ({"places": ["520103/D01/"]}, "街道、社区"),
        ({"ends_on": STARTS - DAYS}, "最后一日"),
        ({"ends_on": STARTS + 2000 * DAYS}, "最长 1096 天"),
        ({"trial_until": ENDS}, "试点"),
        ({"brings": {}}, "工作量"),
        ({"category": "99"}, "99"),
        ({"often": "sometimes"}, "频次"),
    ],
)
def test_what_cannot_be_weighed_cannot_be_applied_for(cast: Cast, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        drafted(cast, **changes)


def test_a_department_applies_only_for_itself(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        commands.draft_application(draft=DRAFT, by=cast.actors["builder"], at=MONDAY)


def test_an_application_less_than_thirty_working_days_ahead_is_sent_to_the_first_day_that_would_do(
    cast: Cast,
) -> None:
    row = drafted(cast, starts_on=date(2026, 12, 10))
    with pytest.raises(GateClosed, match="提前 30 个工作日"):
        moved(cast, row, "submit")


def test_the_county_has_fifteen_working_days_and_the_clock_stops_while_the_department_mends(
    cast: Cast,
) -> None:
    row = moved(cast, drafted(cast), "submit")
    assert row.due_at is not None and row.due_at.date() == date(2026, 12, 14)
    assert reads.standing_of(row, MONDAY) == ""
    assert reads.standing_of(row, row.due_at - timedelta(days=1)) == "near"
    assert reads.standing_of(row, row.due_at + timedelta(minutes=1)) == "late"
    assert moved(cast, row, "send_back").due_at is None


def test_the_estimate_is_counts_times_minutes_and_is_kept_as_it_was(cast: Cast) -> None:
    row = moved(cast, drafted(cast, starts_on=STARTS, ends_on=STARTS + 364 * DAYS), "submit")
    by_kind = {line["kind"]: line for line in row.burden["lines"]}
    assert by_kind["visit"]["count"] == [80, 80, 80]
    assert by_kind["visit"]["minutes"] == [400, 1200, 3200]
    assert row.burden["units"] == 2
    assert row.burden["minutes"] == [sum(line["minutes"][n] for line in by_kind.values()) for n in range(3)]


def test_a_second_reader_of_the_same_version_does_not_overwrite(cast: Cast) -> None:
    row = drafted(cast)
    commands.change_application(
        number=row.number, draft=replace(DRAFT, title="改过"), version=0, by=cast.actors["clerk"], at=MONDAY
    )
    with pytest.raises(Refused, match="刚被别人改过"):
        commands.change_application(
            number=row.number, draft=DRAFT, version=0, by=cast.actors["clerk"], at=MONDAY
        )


# --- Opinions -----------------------------------------------------------------------------------------------------------


def test_every_community_and_street_concerned_is_asked_in_one_step(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit", "ask")
    assert sorted(row.opinions.values_list("unit__code", flat=True)) == [
        "520103019",
        "520103019001",
        "520103019002",
    ]


def test_an_opinion_with_a_condition_or_against_says_why_and_can_be_taken_back(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit", "ask")
    by = cast.actors["community"]
    with pytest.raises(Refused, match="理由"):
        commands.give_opinion(number=row.number, stance="against", words=" ", by=by, at=MONDAY)
    commands.give_opinion(number=row.number, stance="against", words="没有权限认定", by=by, at=MONDAY)
    assert Opinion.objects.get(unit__code=by.unit).stance == "against"
    commands.take_back_opinion(number=row.number, by=by, at=MONDAY)
    assert Opinion.objects.get(unit__code=by.unit).stance == ""


def test_who_was_not_asked_has_no_opinion_to_give(cast: Cast) -> None:
    row = moved(cast, drafted(cast, places=["520103/520103019/520103019001/"]), "submit", "ask")
    with pytest.raises(NotAllowed, match="没有征求"):
        commands.give_opinion(
            number=row.number, stance="agree", words="", by=cast.actors["stranger"], at=MONDAY
        )


def test_nothing_is_admitted_before_all_have_spoken_or_their_time_is_over(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit", "ask")
    admit = {"number": row.number, "verb": "admit", "said_with": Said(note="可以"), "by": cast.actors["gate"]}
    with pytest.raises(GateClosed, match="还有 3 个单位"):
        commands.move_application(**admit, at=MONDAY)
    assert row.heard_by is not None
    assert commands.move_application(**admit, at=row.heard_by + timedelta(minutes=1)).state == states.ADMITTED


# --- Deciding and publishing --------------------------------------------------------------------------------------------


def test_what_a_list_keeps_from_communities_is_not_admitted(cast: Cast) -> None:
    line = commands.ListDraft(
        kind="negative",
        name="物业企业处罚",
        valid_from=TODAY,
        lead="D02",
        category="0301",
        basis="物业管理条例",
    )
    commands.add_line(draft=line, by=cast.actors["gate"], at=MONDAY)
    row = moved(cast, drafted(cast, category="0301"), "submit", "ask")
    heard(cast, row)
    with pytest.raises(Refused, match="负面清单"):
        commands.move_application(
            number=row.number, verb="admit", said_with=Said(note="可以"), by=cast.actors["gate"], at=MONDAY
        )


def test_a_condition_has_to_be_named(cast: Cast) -> None:
    row = moved(cast, drafted(cast), "submit", "ask")
    with pytest.raises(Refused, match="条件"):
        commands.move_application(
            number=row.number, verb="admit_if", said_with=Said(note="可以"), by=cast.actors["gate"], at=MONDAY
        )


def test_a_published_matter_stands_on_its_list_from_its_first_to_its_last_day(cast: Cast) -> None:
    row = published(cast)
    entry = ListEntry.objects.get(code=row.number)
    assert (entry.kind, entry.name, entry.valid_from, entry.valid_to) == (
        "assist",
        row.title,
        STARTS,
        ENDS + DAYS,
    )
    assert "每个社区每季 500 元" in entry.lead_share
    assert entry.note == "经费每季先拨后做"
    assert reads.passes(row.number, STARTS) and reads.passes(row.number, ENDS)
    assert not reads.passes(row.number, STARTS - DAYS) and not reads.passes(row.number, ENDS + DAYS)


def test_a_trial_ends_by_itself_unless_it_is_confirmed(cast: Cast) -> None:
    until = STARTS + 30 * DAYS
    over = moved(cast, drafted(cast, trial_until=until), "submit", "ask", "admit", "publish")
    kept = moved(
        cast, drafted(cast, title="另一件", trial_until=until), "submit", "ask", "admit", "publish", "confirm"
    )
    later = MONDAY + (until + DAYS - TODAY)
    commands.watch_gate(at=later)
    over.refresh_from_db()
    kept.refresh_from_db()
    assert (over.state, over.end_reason) == (states.EXITED, "试点到期，没有转正")
    assert kept.state == states.PUBLISHED
    versions = ListEntry.objects.filter(code=kept.number).order_by("valid_from")
    assert [v.valid_to for v in versions][-1] == ENDS + DAYS


def test_reviews_are_called_up_and_what_is_over_ends_once(cast: Cast) -> None:
    row = published(cast)
    row.review_on = STARTS + 90 * DAYS
    row.save(update_fields=["review_on"])
    assert commands.watch_gate(at=MONDAY + (row.review_on - TODAY)) == 1
    row.refresh_from_db()
    assert row.state == states.REVIEW
    after = MONDAY + (ENDS + DAYS - TODAY)
    assert commands.watch_gate(at=after) == 1
    assert commands.watch_gate(at=after) == 0


def test_money_that_did_not_come_ends_the_matter_and_its_entry(cast: Cast) -> None:
    row = published(cast)
    commands.report_missing(
        number=row.number, missing=["money"], words="两季没有拨", by=cast.actors["community"], at=MONDAY
    )
    with pytest.raises(Refused, match="没有到位"):
        commands.move_application(
            number=row.number,
            verb="withdraw",
            said_with=Said(note="没拨款"),
            by=cast.actors["gate"],
            at=MONDAY,
        )
    row = moved(cast, row, "withdraw")
    assert (row.state, row.missing) == (states.WITHDRAWN, ["money"])
    assert not ListEntry.objects.in_force(STARTS).filter(code=row.number).exists()
    assert Event.objects.filter(name="duty.gate_withdrawn").get().after["missing"] == "费"


# --- Who sees and does what ---------------------------------------------------------------------------------------------


SEES = {
    "gate": {"draft": False, "hearing": True, "published": True}, "leader": {"draft": False, "hearing": True, "published": True},
    "clerk": {"draft": True, "hearing": True, "published": True}, "builder": {"draft": False, "hearing": False, "published": False},
    "community": {"draft": False, "hearing": True, "published": True}, "street": {"draft": False, "hearing": True, "published": True},
    "stranger": {"draft": False, "hearing": False, "published": False}, "security": {"draft": False, "hearing": False, "published": False},
}  # fmt: skip


@pytest.mark.parametrize("who", SEES)
def test_a_department_sees_its_own_a_community_what_concerns_it_the_county_all(cast: Cast, who: str) -> None:
    one = ["520103/520103019/520103019001/"]
    draft = drafted(cast, places=one)
    hearing = moved(cast, drafted(cast, title="征求意见的", places=one), "submit", "ask")
    by = cast.actors["gate"]
    on_list = moved(cast, drafted(cast, title="公布了的", places=one), "submit", "ask")
    for each in ("community", "street"):
        commands.give_opinion(
            number=on_list.number, stance="agree", words="", by=cast.actors[each], at=MONDAY
        )
    for verb in ("admit", "publish"):
        commands.move_application(
            number=on_list.number, verb=verb, said_with=Said(note="可以"), by=by, at=MONDAY
        )
    seen = set(policy.applications_for(cast.actors[who]).values_list("pk", flat=True))
    rows = {"draft": draft, "hearing": hearing, "published": on_list}
    assert {state: row.pk in seen for state, row in rows.items()} == SEES[who]


def test_refusals_are_seen_by_who_refused_by_whose_task_it_was_and_by_the_county(cast: Cast) -> None:
    row = refused(cast)
    bureau = replace(cast.actors["builder"], unit="D03", scope=cast.unit("D03").path)
    seeing = {
        "community": True,
        "street": True,
        "gate": True,
        "leader": True,
        "stranger": False,
        "clerk": False,
        "security": False,
    }
    actors = {**{who: cast.actors[who] for who in seeing}, "bureau": bureau}
    seen = {who: policy.refusals_for(by).filter(pk=row.pk).exists() for who, by in actors.items()}
    assert seen == {**seeing, "bureau": True}


DOES: dict[str, set[str]] = {
    "draft": {"clerk"}, "opine": {"community", "street"}, "decide": {"gate"}, "refuse": {"community", "street", "stranger"},
    "bypass": {"head", "gate", "leader"},
}  # fmt: skip
EVERYBODY = (
    "operator", "dispatcher", "arbiter", "clerk", "builder", "head", "street", "community", "grid", "stranger", "supervisor", "leader",
    "auditor", "security", "admin", "keeper", "gate",
)  # fmt: skip


@pytest.mark.parametrize("deed", DOES)
def test_each_deed_is_open_to_those_and_to_nobody_else(cast: Cast, deed: str) -> None:
    asked = moved(cast, drafted(cast, places=["520103/520103019/520103019001/"]), "submit", "ask")
    assert asked.heard_by is not None
    later = asked.heard_by + timedelta(hours=1)

    def does(by: Actor) -> object:
        match deed:
            case "draft":
                return commands.draft_application(draft=DRAFT, by=by, at=MONDAY)
            case "opine":
                return commands.give_opinion(number=asked.number, stance="agree", words="", by=by, at=MONDAY)
            case "decide":
                return commands.move_application(
                    number=asked.number, verb="admit", said_with=Said(note="可以"), by=by, at=later
                )
            case "refuse":
                return commands.refuse(task=Task("D03", "上报截图", "group"), by=by, at=MONDAY)
        draft = commands.BypassDraft("D02", "排查", "预警", [STREET], TODAY + DAYS)
        return commands.open_bypass(draft=draft, by=by, at=MONDAY)

    done = set()
    for who in EVERYBODY:
        try:
            does(cast.actors[who])
        except (NotAllowed, NotPossible):
            continue
        done.add(who)
    assert done == DOES[deed]


# --- Refusing -----------------------------------------------------------------------------------------------------------


def test_a_task_that_no_list_names_is_refused_in_two_fields_and_told_to_department_and_county(
    cast: Cast,
) -> None:
    row = refused(cast)
    assert (row.state, row.ground, row.line) == (states.SENT, "unlisted", "")
    assert row.citation == "清单中没有条目列明此事，也没有经过准入"
    event = Event.objects.get(name="duty.refused")
    tasks.tell_one(event)
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"gate"}


def test_a_refusal_cites_the_entry_that_forbids(cast: Cast) -> None:
    line = commands.ListDraft(
        kind="negative", name="代收水费", valid_from=TODAY, lead="D03", basis="会议纪要"
    )
    commands.add_line(draft=line, code="N90", by=cast.actors["gate"], at=MONDAY)
    row = refused(cast, title="请社区代收水费并上门催缴")
    assert (row.ground, row.line, row.citation) == (
        "forbidden",
        "N90",
        "负面清单第 N90 条“代收水费”（会议纪要）",
    )


def test_a_refusal_cites_the_application_that_was_refused_or_has_ended(cast: Cast) -> None:
    asked = moved(cast, drafted(cast), "submit", "ask", "refuse")
    row = refused(cast, title=asked.title, department="D01")
    assert asked.number in row.citation and "不予准入" in row.citation
    ended = moved(cast, published(cast, title="门店巡查报送"), "exit")
    row = refused(cast, title=ended.title, department="D01")
    assert (row.ground, row.line) == ("ended", ended.number)


def test_what_the_lists_name_or_an_emergency_let_through_is_not_refused(cast: Cast) -> None:
    line = commands.ListDraft(kind="own", name="居务公开", valid_from=TODAY, basis="居民委员会组织法")
    commands.add_line(draft=line, by=cast.actors["gate"], at=MONDAY)
    with pytest.raises(Refused, match="社区依法履职清单"):
        refused(cast, title="居务公开")
    with pytest.raises(Refused, match="应急直通"):
        refused(cast, title=bypassed(cast).title)


def test_a_wrong_click_is_taken_back_by_who_made_it_and_nobody_is_told(cast: Cast) -> None:
    row = refused(cast)
    with pytest.raises(NotAllowed):
        commands.take_back_refusal(number=row.number, by=cast.actors["stranger"], at=MONDAY)
    commands.take_back_refusal(number=row.number, by=cast.actors["community"], at=MONDAY)
    tasks.tell_one(Event.objects.get(name="duty.refused"))
    assert not Notice.objects.exists()
    assert reads.refusals_by_department(TODAY, TODAY) == {}


def test_attempts_are_counted_by_department(cast: Cast) -> None:
    for who in ("community", "stranger"):
        refused(cast, who=who)
    refused(cast, title="上报投资意向", department="D02")
    assert reads.refusals_by_department(TODAY, TODAY) == {"D03": 2, "D02": 1}
    assert reads.refusals_by_unit(TODAY, TODAY)[cast.unit("520103019001").path] == 2


def test_an_emergency_answer_opens_a_by_pass_and_a_listed_one_cites_an_entry_that_holds(cast: Cast) -> None:
    row = refused(cast)
    by = cast.actors["gate"]
    with pytest.raises(Refused, match="没有第“X9”条"):
        commands.answer_refusal(number=row.number, verb="point_out", note="见", line="X9", by=by, at=MONDAY)
    until = TODAY + 5 * DAYS
    row = commands.answer_refusal(
        number=row.number, verb="let_through", note="暴雨红色预警", until=until, by=by, at=MONDAY
    )
    assert row.bypass is not None and (row.bypass.ends_on, row.bypass.places) == (until, [row.path])


def test_a_refusal_has_no_date_by_which_anything_is_due() -> None:
    """Never held against the community: there is no clock to be late on, and nothing that counts by person or rates the unit."""
    names = {field.name for field in Refusal._meta.get_fields()}
    assert not {name for name in names if "due" in name or "late" in name or "score" in name}


# --- Letting an emergency through ---------------------------------------------------------------------------------------


def test_a_by_pass_lets_a_category_through_to_its_places_until_its_last_day(cast: Cast) -> None:
    row = bypassed(cast, category="03", places=["520103/520103019/520103019001/"])
    category, here, there = (
        cast.category("0301"),
        cast.unit("520103019001").path,
        cast.unit("520103019002").path,
    )
    found = queries.let_through(category, TODAY, here)
    assert found is not None and found.number == row.number
    assert queries.let_through(category, TODAY, there) is None
    assert queries.let_through(category, row.ends_on + DAYS, here) is None
    assert queries.let_through(cast.category("0201"), TODAY, here) is None


def test_a_by_pass_is_short_reasoned_and_reviewed_after_its_end(cast: Cast) -> None:
    with pytest.raises(Refused, match="最长 30 天"):
        bypassed(cast, days=30)
    with pytest.raises(Refused, match="等不及"):
        bypassed(cast, reason=" ")
    row = bypassed(cast, days=3)
    assert row.review_by == date(2026, 12, 10)
    review = {"number": row.number, "verdict": "justified", "words": "预警属实", "by": cast.actors["gate"]}
    with pytest.raises(Refused, match="结束以后"):
        commands.review_bypass(**review, at=MONDAY)
    done = commands.review_bypass(**review, at=MONDAY + 4 * DAYS)
    assert done.verdict == "justified"


def test_a_by_pass_ends_early_when_the_emergency_is_over(cast: Cast) -> None:
    row = commands.end_bypass(number=bypassed(cast).number, by=cast.actors["head"], at=MONDAY + DAYS)
    assert row.ends_on == TODAY + DAYS
    assert not Bypass.objects.in_force(TODAY + 2 * DAYS).exists()


# --- What other rooms read ----------------------------------------------------------------------------------------------


def test_decisions_of_a_period_carry_their_estimate(cast: Cast) -> None:
    yes = published(cast)
    no = moved(cast, drafted(cast, title="另一件"), "submit", "refuse")
    found = reads.decided_between(TODAY, TODAY)
    assert {(each.application.pk, each.is_admitted, each.units) for each in found} == {
        (yes.pk, True, 2),
        (no.pk, False, 2),
    }
    assert all(0 < each.minutes.low < each.minutes.likely < each.minutes.high for each in found)
    assert reads.decided_between(TODAY + DAYS, TODAY + DAYS) == []
    assert Application.objects.in_force(STARTS).get() == yes
