"""What the page of a case shows besides the case itself: its way through time, its clocks as one line, its turns and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from linli.algorithms.text.sentences import said
from linli.cases import policy, rules, states
from linli.cases.models import Assignment, Case, CaseQuerySet, Extension, Objection, Supervision
from linli.cases.queries.reading import ClockShown
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import events_of, sentence_of
from linli.kernel.files.models import StoredFile
from linli.kernel.files.queries import files_of
from linli.kernel.standing import Standing
from linli.territory.queries.units import join_units

SOON = timedelta(hours=24)
STORED = "file.stored"
PRECEDENTS = 3

LOOKS = {
    "case.received": ("headset", ""), "case.filed": ("clipboard-check", "open"), "case.dispatched": ("send", "open"),
    "case.withdrawn": ("arrow-back-up", "risk"), "case.signed": ("rubber-stamp", "open"), "case.returned": ("arrow-back-up", "risk"), "case.contacted": ("phone", ""),
    "case.measure_recorded": ("tool", ""), "case.answered": ("message-reply", "done"), "case.checked": ("zoom-check", "done"),
    "case.reworked": ("refresh", "risk"), "case.closed": ("circle-check", "done"), "case.reopened": ("refresh", "overdue"),
    "case.at_risk": ("clock-exclamation", "risk"), "case.overdue": ("alert-triangle", "overdue"),
    "case.escalated": ("trending-up", "overdue"), "case.supervised": ("speakerphone", "overdue"),
    "case.called_back": ("phone-call", ""), "case.rated": ("star", ""), "case.paused": ("player-pause", ""),
    "case.resumed": ("player-play", ""), "case.merged": ("git-merge", ""), "case.voided": ("ban", ""), STORED: ("photo", ""),
    "case.reassigned": ("transfer", "open"), "case.handed_down": ("arrow-down", "open"), "case.verified": ("eye", ""),
    "case.refused": ("hand-stop", "risk"), "case.refusal_taken_back": ("arrow-back-up", ""),
    "case.explained": ("message-2", "done"), "case.referred": ("route", ""),
}  # fmt: skip
"""Icon and tone of an event in the timeline."""

DONE_WORDS = {"sign": "签收", "contact": "首次联系", "resolve": "反馈结果"}


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    who: str
    what: str
    text: str = ""
    tone: str = ""
    icon: str = "circle-dot"
    files: tuple[StoredFile, ...] = ()


@dataclass(frozen=True)
class LineMark:
    """A moment on the line of clocks; the state is done, overdue, risk, or nothing where it is still to come."""

    at: datetime
    label: str
    state: str = ""


@dataclass(frozen=True)
class ClockLine:
    """The clocks of a case as one line, in the shape that the tag ``clock_line`` draws."""

    start: datetime
    now: datetime
    marks: list[LineMark]
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    closed: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of a case's way that have a place of their own on its page."""

    turns: list[Assignment]
    objections: list[Objection]
    extensions: list[Extension]
    supervisions: list[Supervision]
    merged: list[Case]

    @property
    def lead(self) -> Assignment | None:
        """The running turn of the lead unit."""
        return next((turn for turn in self.turns if turn.is_lead and turn.ended_at is None), None)

    @property
    def assist(self) -> list[Assignment]:
        """The running turns of the assisting units."""
        return [turn for turn in self.turns if not turn.is_lead and turn.ended_at is None]


RECORDED_BY = {
    "objections": ("case.returned", "case.objection"),
    "extensions": ("case.extension", "case.defer"),
    "supervisions": ("case.supervis", "case.escalated"),
    "pauses": ("case.paused", "case.defer"),
    "files": (STORED,),
}
"""How the events begin that are written together with rows of a kind: without one there is no row to be asked for."""


TURNS = Standing(lambda case_id: Assignment.objects.filter(case=case_id).order_by("given_at", "id"), -1)


class History:
    """The events of a case, read once. A page asks them first which other rows there are."""

    def __init__(self, case: Case) -> None:
        self.events = events_of("case", case.pk)
        self.names = frozenset(event.name for event in self.events)

    def tells_of(self, kind: str) -> bool:
        """Whether rows of a kind of ``RECORDED_BY`` have ever been written for the case."""
        return any(name.startswith(RECORDED_BY[kind]) for name in self.names)


def rows_of(actor: Actor, case: Case, history: History) -> Rows:
    """Turns, objections, extensions, supervisions and merged cases of a case, each in order of time."""
    merged = (
        policy.visible_to(actor).filter(merged_into=case).order_by("received_at") if case.merged_count else []
    )
    turns = TURNS.ask(case.pk)
    join_units(turns, "unit")
    return Rows(
        turns,
        list(case.objections.select_related("unit", "proposed", "entry").order_by("raised_at"))
        if history.tells_of("objections")
        else [],
        list(case.extensions.select_related("unit").order_by("asked_at"))
        if history.tells_of("extensions")
        else [],
        list(case.supervisions.select_related("unit").order_by("at"))
        if history.tells_of("supervisions")
        else [],
        list(merged),
    )


def timeline_of(history: History, files: Sequence[StoredFile]) -> list[Moment]:
    """What happened to a case, the latest first; photos stand with the step they were sent with."""
    events = history.events
    by_id = {str(file.pk): file for file in files}
    sent: defaultdict[UUID | None, list[StoredFile]] = defaultdict(list)
    for event in events:
        if event.name == STORED and event.after.get("file") in by_id:
            sent[event.request_id].append(by_id[event.after["file"]])
    steps = {event.request_id for event in events if event.name != STORED and event.request_id}
    shown = [event for event in events if event.name != STORED or _is_first(event, steps, sent)]
    taken: set[UUID] = set()
    return [_moment(event, sent, taken) for event in reversed(shown)]


def _is_first(event: Event, steps: Iterable[UUID | None], sent: dict[UUID | None, list[StoredFile]]) -> bool:
    """Whether a file's own line is shown: the first of those sent together, where no other step came with them."""
    together = sent.get(event.request_id, [])
    return event.request_id not in steps and bool(together) and str(together[0].pk) == event.after.get("file")


def _moment(event: Event, sent: dict[UUID | None, list[StoredFile]], taken: set[UUID]) -> Moment:
    icon, tone = LOOKS.get(event.name, ("circle-dot", ""))
    files: tuple[StoredFile, ...] = ()
    if event.request_id and event.request_id not in taken:
        files = tuple(sent.get(event.request_id, ()))
        taken.add(event.request_id)
    what = (
        said("添加%(what)s", what=said(rules.FILE_PURPOSES.get(files[0].purpose, "照片")))
        if event.name == STORED and files
        else sentence_of(event)
    )
    return Moment(event.at, event.actor_label, what, event.note, tone, icon, files)


def photos_of(case: Case, history: History) -> list[StoredFile]:
    """The photos and documents of a case, the oldest first."""
    return list(files_of("case", case.pk)) if history.tells_of("files") else []


def line_of(case: Case, clocks: Sequence[ClockShown], at: datetime) -> ClockLine:
    """The clocks as one line: what was done and when, what is due and when, and where it stood still."""
    kept = [shown for shown in clocks if not shown.clock.dropped]
    waits = any(shown.clock.stopped_at is None for shown in kept)
    end = case.closed_at or (None if waits else case.answered_at)
    marks = [_mark(shown, at) for shown in kept]
    if case.closed_at is not None:
        marks.append(LineMark(case.closed_at, said(states.TABLE.state(case.state).label), "done"))
    pauses = [(p.started_at, p.ended_at or min(p.ends_by, at)) for shown in kept for p in shown.pauses]
    return ClockLine(case.received_at, end or at, marks, pauses, closed=end is not None)


def _mark(shown: ClockShown, at: datetime) -> LineMark:
    clock = shown.clock
    if clock.stopped_at is not None:
        late = clock.stopped_at > clock.due_at
        done = said(DONE_WORDS[clock.kind])
        words = said("%(step)s（超时）", step=done) if late else done
        return LineMark(clock.stopped_at, words, "overdue" if late else "done")
    return LineMark(clock.due_at, shown.label, tone_of(clock.due_at, at) if clock.paused_at is None else "")


def tone_of(due_at: datetime | None, at: datetime) -> str:
    """``overdue``, ``risk`` within a day of the date, or nothing."""
    if due_at is None:
        return ""
    return "overdue" if due_at < at else "risk" if due_at - at < SOON else ""


RULED = Standing(
    lambda category_id: (
        Objection.objects.filter(category=category_id, ruled_at__isnull=False)
        .exclude(case__kind=policy.TIPOFF)
        .select_related("case")
        .defer("case__grams")
        .order_by("-ruled_at")[:20]
    ),
    -1,
)
"""The latest rulings in a category, of cases that the row policies show: from them the few for a page are taken."""


def precedents_for(actor: Actor, case: Case) -> list[Objection]:
    """The latest rulings on objections in the same category, of cases that the actor may see; never of a tip-off."""
    if case.category_id is None:
        return []
    found = [
        row for row in RULED.ask(case.category_id) if row.case_id != case.pk and policy.sees(actor, row.case)
    ][:PRECEDENTS]
    join_units(found, "unit", "proposed")
    return found


def inbox_of(actor: Actor) -> CaseQuerySet:
    """The cases that the actor's unit leads and has not finished, and those it assists in: what it had once is not there."""
    having = Assignment.objects.filter(case=OuterRef("pk"), unit__code=actor.unit, ended_at=None)
    return policy.visible_to(actor).filter(
        Q(lead__code=actor.unit) | Exists(having), state__in=states.WITH_UNIT, audience__contains=[actor.unit]
    )
