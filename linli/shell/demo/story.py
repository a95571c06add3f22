"""One invented case: the rows it leaves behind, made step by step until today cuts it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from linli.algorithms import worktime
from linli.cases import rules
from linli.cases.models import Assignment, Callback, Case, Clock, Contact, Objection, Pause
from linli.cases.queries.clocks import new_clock
from linli.cases.states import TABLE
from linli.duties.queries import Routing
from linli.shell.demo.texts import Place, fill, texts
from linli.shell.demo.timeline import REWORKED, STILL_UNHAPPY, UNCLEAR, Course, minutes, office
from linli.territory.queries.units import Node

DESK = "演示派遣员（热线中心）"


@dataclass(slots=True)
class Said:
    """One event of a story: the fields of :class:`linli.kernel.audit.models.Event`, without a model's weight."""

    name: str
    at: datetime
    actor_label: str
    subject_label: str
    scope: str
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    subject_kind: str = "case"
    subject_id: int | None = None
    id: int | None = None
    actor_id: int | None = None
    post_id: int | None = None
    personal: bytes | None = None
    key_id: UUID | None = None
    request_id: UUID | None = None


class Today(Exception):
    """The story has reached the present: what would come next has not happened yet."""


@dataclass
class Story:
    """A case on its way, with every row that the commands would have written."""

    case: Case
    course: Course
    place: Place
    lead: Node
    routing: Routing | None
    calendar: worktime.Calendar
    now: datetime
    rng: Random
    events: list[Said] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)

    def play(self) -> Story:
        """Let everything happen that has had time to happen."""
        at = self.case.received_at
        self.say("case.received", at, by=DESK, after={"channel": rules.CHANNELS[self.case.channel]})
        try:
            self._screen(at)
        except Today:
            self.settle()
        return self

    # --- telling ---------------------------------------------------------------------------------------------------

    def say(
        self,
        name: str,
        at: datetime,
        *,
        by: str,
        note: str = "",
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """One event of the case."""
        case = self.case
        self.events.append(Said(name, at, by, case.number, case.place_path, before or {}, after or {}, note))

    def take(self, verb: str, at: datetime, *, by: str, note: str = "", **after: Any) -> None:
        """Take an arrow of the table of states, unless it lies in the future."""
        if at > self.now:
            raise Today
        transition = TABLE.find(verb, self.case.state)
        before = self.case.state
        self.case.state = transition.target
        self.case.version += 1
        self.say(
            transition.event,
            at,
            by=by,
            note=note,
            before={"state": before},
            after={"state": transition.target, **after},
        )

    def words(self, table: str, kind: str = "list") -> str:
        """A sentence for what people write down."""
        return fill(self.rng.choice(texts()[table][kind]), self.place, self.rng)

    def later(self, at: datetime, hours: float) -> datetime:
        """So many working hours on."""
        return office(at, hours, self.calendar)

    # --- the loop --------------------------------------------------------------------------------------------------

    def _screen(self, at: datetime) -> None:
        course = self.course
        at = (
            at + minutes(self.rng, 0.01, 0.05)
            if course.automatic
            else self.later(at, self.rng.expovariate(1 / 0.6))
        )
        by = "自动派遣" if course.automatic else DESK
        if course.ending != "dispatched":
            self._finish_at_desk(at)
            return
        self.take("accept", at, by=by)
        self.case.filed_at = at
        self._dispatch(at if course.automatic else self._considered(at), by)

    def _considered(self, at: datetime) -> datetime:
        """When a dispatcher has decided: at once for most, after a word with the units where it is not clear."""
        return (
            self.later(at, self.rng.uniform(1, 9))
            if self.rng.random() < UNCLEAR
            else at + minutes(self.rng, 1, 25)
        )

    def _finish_at_desk(self, at: datetime) -> None:
        verb, note = {
            "explained": (
                "explain",
                self.words("explain_and_close", self.rng.choice(("policy", "schedule", "information"))),
            ),
            "voided": ("void", self.words("void_reasons")),
            "referred": ("refer", self.words("refer_reasons")),
        }[self.course.ending]
        channel = {"channel": "诉讼仲裁"} if verb == "refer" else {}
        self.take(verb, at, by=DESK, note=note, **channel)
        self.case.closed_at, self.case.result = at, note

    def _dispatch(self, at: datetime, by: str) -> None:
        self.take(
            "dispatch",
            at,
            by=by,
            note=self.routing.reason if self.routing else "",
            lead=self.lead.name,
            lead_code=self.lead.code,
        )
        self._give(at, by)
        kinds = ("sign", "contact", "resolve") if self.case.has_contact else ("sign", "resolve")
        self.clocks = [new_clock(self.case, kind, at) for kind in kinds]
        self._dates()
        signed = self.later(at, self.course.sign_hours)
        if self.course.returned:
            self._object(signed)
            signed = self.later(signed, self.rng.uniform(2, 9))
        self.take("sign", signed, by=self._clerk, unit=self.lead.name)
        self.case.signed_at = self.assignments[-1].signed_at = signed
        self._stop("sign", signed)
        self._handle(signed)

    def _give(self, at: datetime, by: str) -> None:
        case = self.case
        case.lead_id, case.dispatched_at = self.lead.id, at
        case.audience = list(dict.fromkeys([*case.audience, self.lead.code]))
        self.assignments.append(
            Assignment(
                unit_id=self.lead.id, given_at=at, given_by=by, automatic=self.course.automatic,
                entry_id=self.routing.entry_id if self.routing else None, reason=self.routing.reason if self.routing else "",
            )
        )  # fmt: skip

    @property
    def _clerk(self) -> str:
        return f"经办人（{self.lead.name}）"

    def _object(self, at: datetime) -> None:
        reason = self.words("returns", self.rng.choice(("not_ours", "unclear", "beyond")))
        self.take("return", at, by=self._clerk, note=reason, unit=self.lead.name)
        self.case.return_count += 1
        self._stop("sign", at)
        row = Objection(
            unit_id=self.lead.id, category_id=self.case.category_id, raised_at=at, raised_by=self._clerk, reason=reason,
            entry_id=self.routing.entry_id if self.routing else None,
        )  # fmt: skip
        self.objections.append(row)
        ruled = self.later(at, self.rng.uniform(1, 7))
        ruling = self.words("objection_rulings", "overruled")
        self.take("overrule", ruled, by="演示裁定员（热线中心）", note=ruling, unit=self.lead.name)
        row.ruled_at, row.ruled_by, row.upheld, row.ruling = ruled, "演示裁定员（热线中心）", False, ruling
        self.clocks.append(new_clock(self.case, "sign", ruled))
        self._dates()

    def _handle(self, at: datetime) -> None:
        if self.case.has_contact:
            self._contact(self.later(at, self.rng.expovariate(1 / 2)))
        resolve = self._running("resolve")
        answered = at + (resolve.due_at - at) * self.course.resolve_share
        if self.course.paused:
            answered = self._pause(at + (answered - at) * 0.5, resolve, answered)
        measured = at + (answered - at) * 0.6
        if measured <= self.now:
            self.say(
                "case.measure_recorded",
                measured,
                by=self._clerk,
                note=self.words("measures", self.rng.choice(("onsite", "coordinate", "follow"))),
            )
        self._answer(max(answered, at + timedelta(minutes=20)))

    def _contact(self, at: datetime) -> None:
        if at > self.now:
            return
        reached = self.rng.random() < 0.9
        words = self.words("contacts", "reached" if reached else "unreached")
        self.contacts.append(Contact(at=at, by=self._clerk, way="phone", reached=reached, words=words))
        self.say(
            "case.contacted",
            at,
            by=self._clerk,
            note=words,
            after={"way": "电话", "reached": "已联系上" if reached else "未联系上"},
        )
        if reached:
            self.case.contacted_at = at
            self._stop("contact", at)

    def _pause(self, at: datetime, resolve: Clock, answered: datetime) -> datetime:
        reason = self.words("pause_reasons", self.rng.choice(("resident", "third", "weather")))
        ends_by = worktime.add(at, 10, worktime.Unit.WORKING_DAY, self.calendar).at
        self.take("pause", at, by=self._clerk, note=reason, ends_by=f"{ends_by:%Y-%m-%d %H:%M}")
        row = Pause(clock=resolve, started_at=at, ends_by=ends_by, reason=reason[:200])
        self.pauses.append(row)
        resolve.paused_at = at
        self._dates()
        resumed = self.later(at, self.rng.uniform(8, 24))
        self.take("resume", resumed, by=self._clerk, due=f"{resolve.due_at:%Y-%m-%d %H:%M}")
        row.ended_at, resolve.paused_at = resumed, None
        due = worktime.add(
            resolve.started_at,
            resolve.amount,
            worktime.Unit(resolve.measure),
            self.calendar,
            [worktime.Pause(at, resumed, reason)],
        )
        resolve.due_at, resolve.provisional = due.at, due.provisional
        self._dates()
        return answered + (resumed - at)

    def _answer(self, at: datetime) -> None:
        case = self.case
        top = case.category.code[:4] if case.category else "0201"
        result = fill(
            self.rng.choice(texts()["results"].get(top) or texts()["results"]["0201"]), self.place, self.rng
        )
        self.take(
            "submit" if self.course.site_check else "submit_to_callback", at, by=self._clerk, note=result
        )
        case.answered_at, case.result = at, result
        self._stop("contact", at)
        self._stop("resolve", at)
        if not self.course.site_check:
            self._call_back(self.later(at, self.rng.uniform(1, 14)))
            return
        checked = self.later(at, self.rng.uniform(1, 8))
        if case.rework_count == 0 and self.rng.random() < REWORKED:
            self.take("check_fail", checked, by="网格员", note=self.words("check", "failed"))
            case.rework_count, case.answered_at, case.result = 1, None, ""
            self._again(checked)
        elif case.has_contact:
            self.take("check_pass", checked, by="网格员", note=self.words("check", "passed"))
            self._call_back(self.later(checked, self.rng.uniform(1, 14)))
        else:
            self.take("check_close", checked, by="网格员", note=self.words("check", "passed"))
            self._close(checked, resolved=True, satisfied=None)

    def _again(self, at: datetime) -> None:
        self.clocks.append(new_clock(self.case, "resolve", at))
        self._dates()
        clock = self.clocks[-1]
        self._answer(at + (clock.due_at - at) * self.rng.uniform(0.3, 0.95))

    def _call_back(self, at: datetime) -> None:
        if at > self.now:
            raise Today
        by = "演示话务员（热线中心）"
        again = self.case.reopen_count > 0
        unhappy = self.course.unhappy and (not again or self.rng.random() < STILL_UNHAPPY)
        satisfied = self.rng.choice((1, 2)) if unhappy else self.rng.choices((3, 4, 5), (15, 35, 50))[0]
        words = self.words(
            "callback", "unsatisfied" if unhappy else "basic" if satisfied == 3 else "satisfied"
        )
        self.callbacks.append(
            Callback(at=at, by=by, reached=True, resolved=not unhappy, satisfied=satisfied, words=words)
        )
        self.case.resolved, self.case.satisfied = not unhappy, satisfied
        if unhappy and not again:
            self.take("callback_reopen", at, by=by, note=words)
            self.case.reopen_count, self.case.supervised, self.case.answered_at, self.case.result = (
                1,
                True,
                None,
                "",
            )
            self._again(at)
        else:
            said = "未解决" if unhappy else "已解决"
            self.take("callback_close", at, by=by, note=words, outcome=f"{said}，满意度 {satisfied}")
            self._close(at, resolved=not unhappy, satisfied=satisfied)

    def _close(self, at: datetime, *, resolved: bool, satisfied: int | None) -> None:
        self.case.closed_at, self.case.resolved, self.case.satisfied = at, resolved, satisfied
        self.case.due_at = None
        self.assignments[-1].ended_at, self.assignments[-1].outcome = at, "closed"

    # --- clocks ----------------------------------------------------------------------------------------------------

    def _running(self, kind: str) -> Clock:
        return next(clock for clock in reversed(self.clocks) if clock.kind == kind)

    def _stop(self, kind: str, at: datetime) -> None:
        for clock in self.clocks:
            if clock.kind == kind and clock.stopped_at is None:
                clock.stopped_at = at
        self._dates()

    def settle(self) -> None:
        """What the watch over the clocks has already said when the visitor arrives: the past is not told again."""
        for clock in self.clocks:
            if clock.stopped_at is None and clock.due_at <= self.now:
                clock.warned_at = clock.late_at = clock.due_at

    def _dates(self) -> None:
        running: Sequence[Clock] = [clock for clock in self.clocks if clock.stopped_at is None]
        self.case.due_at = rules.next_due(clock.due_at for clock in running if clock.paused_at is None)
        for clock in self.clocks:
            setattr(self.case, f"{clock.kind}_due_at", clock.due_at)
