"""More time is asked for by the unit and given by who decides: a later date, or the case put off; one way for both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.algorithms import worktime
from linli.cases import commands, rules
from linli.cases.commands.escalation import end_pause, paused_too_long
from linli.cases.forms.work import ExtendForm, PutOffForm
from linli.cases.models import Case, Clock, Extension
from linli.cases.queries.boards import to_extend
from linli.cases.tests.test_loop import received
from linli.cases.views.work.showing import Shown
from linli.cases.workbench import sections
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.queries import history_of, sentence_of
from linli.kernel.calendar.queries import calendar_for
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
REASON = "外墙要等雨季过后才能施工"


def handling(cast: Cast) -> Case:
    """A lift that does not run, with the department of buildings."""
    case, desk = received(cast, code="0301", text="电梯不动"), cast.actors["dispatcher"]
    commands.accept(case_id=case.pk, by=desk, at=MONDAY)
    commands.dispatch(case_id=case.pk, lead=cast.unit("D02"), by=desk, at=MONDAY)
    return commands.sign(case_id=case.pk, by=cast.actors["builder"], at=MONDAY)


def asked(cast: Cast, case: Case, days: int = 30, at: datetime = MONDAY + HOUR) -> Extension:
    """The unit asks to put it off."""
    return commands.request_deferral(
        case_id=case.pk, amount=days, reason=REASON, by=cast.actors["builder"], at=at
    )


def decided(cast: Cast, row: Extension, granted: bool, at: datetime = MONDAY + 2 * HOUR) -> Case:
    """The arbiter decides."""
    commands.decide_extension(
        extension_id=row.pk, granted=granted, decision="情况属实" if granted else "现在就能办", by=cast.actors["arbiter"], at=at
    )  # fmt: skip
    return Case.objects.get(pk=row.case_id)


def test_a_deferral_that_is_granted_stops_the_clock_for_what_was_asked(cast: Cast) -> None:
    case = handling(cast)
    case = decided(cast, asked(cast, case, days=30), granted=True)
    until = worktime.add(MONDAY + 2 * HOUR, 30, worktime.Unit.NATURAL_DAY, calendar_for(case.place_path)).at
    clock = case.clocks.get(kind="resolve")
    still = clock.pauses.get(ended_at=None)
    assert (case.state, clock.paused_at) == ("deferred", MONDAY + 2 * HOUR)
    assert (still.ends_by, still.reason) == (until, REASON)
    said = [sentence_of(event) for event in history_of("case", case.pk)]
    assert "申请缓办 30 天" in said and any(line.startswith("批准缓办，最迟 2026-12-") for line in said)


def test_when_its_time_is_over_the_case_goes_on_and_the_date_has_moved(cast: Cast) -> None:
    case = handling(cast)
    before = case.resolve_due_at
    case = decided(cast, asked(cast, case, days=7), granted=True)
    later = MONDAY + timedelta(days=8)
    for row in paused_too_long(later, 0):
        end_pause(row, later)
    case.refresh_from_db()
    assert before is not None and case.resolve_due_at is not None
    assert case.state == "handling" and case.resolve_due_at > before + timedelta(days=5)


def test_a_deferral_that_is_refused_changes_no_date_and_says_why(cast: Cast) -> None:
    case = handling(cast)
    before = case.resolve_due_at
    case = decided(cast, asked(cast, case), granted=False)
    assert (case.state, case.resolve_due_at) == ("handling", before)
    row = case.extensions.get()
    assert (row.granted, row.decision) == (False, "现在就能办")
    assert history_of("case", case.pk).filter(name="case.deferral_refused").exists()


def test_a_paused_case_may_be_put_off_and_waits_as_long_as_was_granted(cast: Cast) -> None:
    case = handling(cast)
    commands.pause(case_id=case.pk, reason="等配件", by=cast.actors["builder"], at=MONDAY + HOUR)
    case = decided(cast, asked(cast, case, days=60), granted=True)
    pauses = case.clocks.get(kind="resolve").pauses.order_by("started_at")
    assert [pause.ended_at is None for pause in pauses] == [False, True]
    assert paused_too_long(MONDAY + timedelta(days=30), 0) == []


def test_nobody_puts_off_for_longer_than_the_norm_allows(cast: Cast) -> None:
    with pytest.raises(rules.Refused, match="缓办不得超过 90 天"):
        asked(cast, handling(cast), days=91)


def test_a_case_is_not_put_off_after_its_date(cast: Cast) -> None:
    case = handling(cast)
    assert case.resolve_due_at is not None
    with pytest.raises(rules.Refused, match="办结时限已过，不能再申请缓办"):
        asked(cast, case, at=case.resolve_due_at)


def test_one_request_waits_at_a_time_whichever_it_is(cast: Cast) -> None:
    case = handling(cast)
    asked(cast, case)
    with pytest.raises(rules.Refused, match="等待决定"):
        commands.request_extension(
            case_id=case.pk, amount=1, reason=REASON, by=cast.actors["builder"], at=MONDAY + HOUR
        )
    with pytest.raises(rules.Refused, match="请决定这份申请"):
        commands.defer(case_id=case.pk, note="等工程", by=cast.actors["arbiter"], at=MONDAY + HOUR)


def test_only_the_lead_unit_asks_and_only_who_decides_extensions_decides(cast: Cast) -> None:
    case = handling(cast)
    with pytest.raises((rules.Refused, NotAllowed)):
        commands.request_deferral(
            case_id=case.pk, amount=5, reason=REASON, by=cast.actors["clerk"], at=MONDAY + HOUR
        )
    row = asked(cast, case)
    with pytest.raises(NotAllowed):
        commands.decide_extension(
            extension_id=row.pk, granted=True, decision="同意", by=cast.actors["builder"], at=MONDAY + HOUR
        )


def test_the_arbiter_finds_the_request_on_workbench_and_board_and_grants_it_there(
    client: Client, cast: Cast
) -> None:
    case = handling(cast)
    asked(cast, case)
    arbiter = cast.actors["arbiter"]
    waiting = next(one for one in sections(arbiter, MONDAY) if one.title == "延期、缓办待决")
    assert waiting.count == 1 and list(to_extend(arbiter)) == [case]
    client.force_login(cast.users["arbiter"])
    page = client.get(reverse("cases:arbitration"), {"tab": "extensions"}).content.decode()
    assert "申请缓办 30 天" in page and REASON in page and "准许缓办" in page
    client.post(
        reverse("cases:arbitration_extension", args=[case.number]), {"yes": "1", "note": "雨季后施工"}
    )
    case.refresh_from_db()
    assert case.state == "deferred" and not to_extend(arbiter)


def test_the_page_of_the_case_shows_what_was_asked_and_offers_to_ask(cast: Cast) -> None:
    case = handling(cast)
    at = MONDAY + HOUR
    assert "put_off" in {button.verb for button in Shown(case, cast.actors["builder"], at).buttons}
    asked(cast, case)
    assert [words for _row, words in Shown(case, cast.actors["builder"], at).requests] == ["申请缓办 30 天"]
    assert "put_off" not in {button.verb for button in Shown(case, cast.actors["builder"], at).buttons}


@pytest.mark.parametrize(("measure", "words"), [("working_hour", "个工作时"), ("working_day", "个工作日")])
def test_an_extension_is_worded_in_the_measure_of_the_clock(cast: Cast, measure: str, words: str) -> None:
    case = handling(cast)
    Clock.objects.filter(case=case, kind="resolve").update(measure=measure)
    builder, at = cast.actors["builder"], MONDAY + timedelta(minutes=5)
    form = ExtendForm(case=case, actor=builder, at=at)
    assert form.fields["amount"].help_text == f"以{words}计，最多 10 {words}"
    with pytest.raises(rules.Refused, match=f"延期不得超过 10 {words}"):
        commands.request_extension(case_id=case.pk, amount=11, reason=REASON, by=builder, at=at)
    row = commands.request_extension(case_id=case.pk, amount=2, reason=REASON, by=builder, at=at)
    assert [said for _row, said in Shown(case, builder, at).requests] == [f"申请延期 2 {words}"]
    decided(cast, row, granted=True, at=at)
    with pytest.raises(rules.Refused, match=f"延期合计不得超过 10 {words}，已给 2 {words}"):
        commands.request_extension(case_id=case.pk, amount=9, reason=REASON, by=builder, at=at)


def test_the_form_of_a_deferral_says_how_long_is_possible(cast: Cast) -> None:
    form = PutOffForm(case=handling(cast), actor=cast.actors["builder"], at=MONDAY)
    assert form.fields["amount"].help_text == "以天计，最多 90 天"
