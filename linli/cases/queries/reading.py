"""Reading cases: one case with its way, similar ones, the lists of a desk, and what others may ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from linli.algorithms import worktime
from linli.algorithms.statetable import Transition
from linli.algorithms.text.mask import mask_address, mask_name, mask_phone
from linli.algorithms.text.sentences import said
from linli.cases import policy, rules, states
from linli.cases.models import Case, CaseQuerySet, Clock, Pause, Reporter
from linli.cases.queries.clocks import due_of, norm_for
from linli.cases.queries.routing import may_be_refused, was_automatic
from linli.duties.queries.categories import join_categories
from linli.duties.queries.gate import open_refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import Forgotten, open_key
from linli.kernel.standing import Standing
from linli.territory.queries.units import join_units


@dataclass(frozen=True)
class ReporterShown:
    """A reporter as the viewer may see it: masked, or hidden with the reason."""

    name: str = ""
    phone: str = ""
    address: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class ClockShown:
    """A clock with the explanation of its date."""

    clock: Clock
    label: str
    lines: Sequence[str]
    state: str
    pauses: Sequence[Pause] = ()


CASE = Standing(lambda number: Case.objects.filter(number=number).defer("grams"), "?")


def get_case_for(actor: Actor, number: str) -> Case:
    """The case of a number, if the actor may see it; else ``Case.DoesNotExist``, as for one that is not there."""
    case = CASE.first(number)
    if case is None or not policy.sees(actor, case):
        raise Case.DoesNotExist(number)
    join_units([case], "place", "lead", "about")
    join_categories([case])
    return case


def actions_for(actor: Actor, case: Case, at: datetime) -> list[Transition]:
    """The arrows this actor may take from the case's state, in the order of the table: the buttons of its page."""
    own_work = {"sign", "return", "pause", "resume", "submit", "submit_to_callback", "hand_down", "refuse"}
    lead = case.lead.code if case.lead else ""
    found = []
    for transition in states.TABLE.leaving(case.state):
        if not actor.may(transition.permission) or not policy.sees(actor, case):
            continue
        if transition.verb in own_work and lead != actor.unit:
            continue
        if transition.guard == "was_refused" and open_refusal("case", case.number, actor.unit) is None:
            continue
        if transition.guard == "not_own_work" and lead == actor.unit:
            continue
        found.append(transition)
    domain = case.category.domain if case.category else "request"
    site = rules.needs_site_check(domain, case.has_contact)
    skip = {"submit_to_callback" if site else "submit", "check_close" if case.has_contact else "check_pass"}
    return [
        transition
        for transition in found
        if transition.verb not in skip and _is_open(transition.verb, case, at)
    ]


def _is_open(verb: str, case: Case, at: datetime) -> bool:
    """Whether the number of times that a step may be taken is not used up, and what it leads to is there."""
    if verb == "reopen":
        return case.lead_id is not None
    if verb == "refuse":
        return may_be_refused(case, at)
    if verb in {"recall", "withdraw"}:
        return was_automatic(case) == (verb == "withdraw")
    if verb in LIMITS:
        key, used = LIMITS[verb]
        return used(case) < int(norm_for(case, key, at).amount())
    return True


LIMITS: dict[str, tuple[str, Callable[[Case], int]]] = {
    "return": ("cases.return.limit", lambda case: case.return_count),
    "pause": ("cases.pause.limit", lambda case: Pause.objects.filter(clock__case=case).count()),
    "callback_reopen": ("cases.reopen.limit", lambda case: case.reopen_count),
}
"""Steps that may be taken only so many times: the norm, and how often it was done."""


REPORTER = Standing(lambda case_id: Reporter.objects.filter(case=case_id), -1)


def reporter_for(actor: Actor, case: Case) -> ReporterShown:
    """The reporter, masked: a surname and the ends of the number, or the words why nothing is shown."""
    if not policy.sees_reporter(actor, case):
        return ReporterShown(hidden=_why_hidden(case))
    row = REPORTER.first(case.pk)
    if row is None:
        return ReporterShown(hidden=said("匿名反映，未留联系方式"))
    try:
        facts = unsealed(row)
    except Forgotten:
        return ReporterShown(hidden=said("已按保存期限销毁"))
    return ReporterShown(mask_name(facts["name"]), mask_phone(facts["phone"]), mask_address(facts["address"]))


def _why_hidden(case: Case) -> str:
    if case.kind == policy.TIPOFF:
        return said("举报人信息依法保密")
    if case.is_secret:
        return said("诉求人要求保密，由热线回访联系")
    return said("您的岗位不显示诉求人信息")


def unsealed(row: Reporter) -> dict[str, str]:
    """The reporter's values in clear; who calls this logs it."""
    key = open_key(row.key_id)
    fields = {"name": row.name, "phone": row.phone, "address": row.address}
    return {name: key.unseal(bytes(value), name) if value else "" for name, value in fields.items()}


CLOCKS = Standing(lambda case_id: Clock.objects.filter(case=case_id).order_by("stopped_at", "started_at"), -1)


def clocks_of(case: Case, at: datetime, *, paused: bool = True) -> list[ClockShown]:
    """The clocks of a case, the running ones first, each with why its date is that date.

    ``paused`` False says that none of them was ever paused, so that the pauses need not be read.
    """
    shown = []
    clocks = CLOCKS.ask(case.pk)
    if paused:
        prefetch_related_objects(clocks, "pauses")
    join_units(clocks, "unit")
    for clock in clocks:
        pauses = list(clock.pauses.all()) if paused else []
        due = due_of(clock, pauses, case.place_path)
        lines = worktime.explain_zh(due)
        shown.append(ClockShown(clock, said(rules.CLOCKS[clock.kind]), lines, clock_state(clock, at), pauses))
    return shown


def clock_state(clock: Clock, at: datetime) -> str:
    """In which state a clock is: dropped, met, late, paused, overdue, or running."""
    if clock.dropped:
        return "dropped"
    if clock.stopped_at is not None:
        return "met" if clock.stopped_at <= clock.due_at else "late"
    if clock.paused_at is not None:
        return "paused"
    return "overdue" if at > clock.due_at else "running"


def history_of_number(actor: Actor, phone: str) -> CaseQuerySet:
    """The cases of a phone number that the actor may see, newest first. The caller logs the look-up."""
    index = crypto.blind("phone", "".join(ch for ch in phone if ch.isdigit()))
    cases = Reporter.objects.filter(phone_index=index).values("case_id")
    return (
        policy.visible_to(actor)
        .filter(pk__in=cases)
        .select_related("category", "lead")
        .order_by("-received_at")
    )
