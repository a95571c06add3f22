"""The page of a case as its templates read it: put together here once for the page, the inbox and the boards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.algorithms.statetable import State
from linli.cases import policy, rules, states
from linli.cases.models import Case, Extension, Objection, Supervision
from linli.cases.queries import ReporterShown, actions_for, clocks_of, reporter_for
from linli.cases.queries.deeds import deeds_for
from linli.cases.queries.page import (
    ClockLine,
    History,
    Moment,
    Rows,
    line_of,
    photos_of,
    precedents_for,
    rows_of,
    timeline_of,
    tone_of,
)
from linli.cases.queries.reading import ClockShown
from linli.cases.queries.similar import Similar, similar_cases
from linli.cases.views.work.doings import DOINGS, label_of
from linli.duties import queries as duties
from linli.kernel.audit.actor import Actor
from linli.kernel.files.models import StoredFile
from linli.territory.queries.units import tree

ALIASES = frozenset({"callback_reopen"})
"""Arrows that share a button with another: one call-back leads to either end."""

BADGES = {
    "received": "waiting", "verifying": "waiting", "filed": "waiting", "dispatched": "waiting", "objected": "risk",
    "handling": "open", "paused": "paused", "deferred": "paused", "checking": "open", "calling": "open", "closed": "done",
    "explained": "done", "referred": "done", "voided": "void", "merged": "void",
}  # fmt: skip
FIRST = (
    "sign", "submit", "submit_to_callback", "resume", "accept", "dispatch", "check_pass", "check_close", "callback_close",
    "report_verified", "uphold", "overrule", "undefer",
)  # fmt: skip
"""What is done most from a state stands first, and is the primary button."""

STAGES = tuple(dict.fromkeys(state.stage for state in states.STATES))
SEES_SIMILAR = ("case.screen", "case.merge", "case.dispatch")
SEES_PRECEDENTS = ("case.arbitrate", "case.return", "case.dispatch")


@dataclass(frozen=True)
class Button:
    """One step as a button: one press where it needs no form."""

    verb: str
    label: str
    url: str
    icon: str
    key: str
    tone: str
    direct: bool


@dataclass
class Shown:
    """Everything the page of a case shows to one person. Parts are read when a template asks for them."""

    case: Case
    actor: Actor
    at: datetime

    @cached_property
    def history(self) -> History:
        """The events of the case."""
        return History(self.case)

    @cached_property
    def rows(self) -> Rows:
        """Turns, objections, extensions, supervisions, merged cases."""
        return rows_of(self.actor, self.case, self.history)

    @cached_property
    def state(self) -> State:
        """The state with its words."""
        return states.TABLE.state(self.case.state)

    @property
    def badge(self) -> str:
        """The kind of the state's badge."""
        return BADGES[self.case.state]

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The seven stages, each past, current or to come."""
        here = STAGES.index(self.state.stage)
        return [
            (name, "done" if i < here or self.state.final else "now" if i == here else "")
            for i, name in enumerate(STAGES)
        ]

    @property
    def channel(self) -> str:
        """The channel in words."""
        return rules.CHANNELS.get(self.case.channel, self.case.channel)

    @property
    def kind(self) -> str:
        """The kind of request in words."""
        return rules.KINDS.get(self.case.kind, self.case.kind)

    @property
    def urgency(self) -> str:
        """How urgent, in words; empty for an ordinary one."""
        return "" if self.case.urgency == "normal" else rules.URGENCIES.get(self.case.urgency, "")

    @property
    def category(self) -> str:
        """The category with all above it."""
        return duties.categories().said(self.case.category) if self.case.category else _("未分类")

    @property
    def place(self) -> str:
        """The units of the place from the street down."""
        return " › ".join(
            node.name for node in tree().ancestors(self.case.place_path) if node.level != "county"
        )

    @property
    def tone(self) -> str:
        """Whether the next date is over, near, or neither."""
        return tone_of(self.case.due_at, self.at) if self.case.state in states.WITH_UNIT else ""

    @cached_property
    def all_clocks(self) -> Sequence[ClockShown]:
        """Every clock that the case has had, each with the lines that explain its date."""
        return clocks_of(self.case, self.at, paused=self.history.tells_of("pauses"))

    @property
    def clocks(self) -> Sequence[ClockShown]:
        """The clocks that count."""
        return [shown for shown in self.all_clocks if not shown.clock.dropped]

    @property
    def dropped(self) -> list[tuple[ClockShown, str]]:
        """The clocks that no longer count, the latest first, each with why its unit's turn ended, where it did."""
        ends = {turn.ended_at: rules.TURN_ENDS.get(turn.outcome, "") for turn in self.rows.turns}
        gone = [shown for shown in self.all_clocks if shown.clock.dropped]
        return [(shown, ends.get(shown.clock.stopped_at, "")) for shown in reversed(gone)]

    @cached_property
    def line(self) -> ClockLine:
        """The clocks as one line."""
        return line_of(self.case, self.clocks, self.at)

    @property
    def next_clock(self) -> ClockShown | None:
        """The running clock that ends first."""
        running = [
            shown for shown in self.clocks if shown.clock.stopped_at is None and shown.clock.paused_at is None
        ]
        return min(running, key=lambda shown: shown.clock.due_at, default=None)

    @cached_property
    def files(self) -> list[StoredFile]:
        """Photos and documents."""
        return photos_of(self.case, self.history)

    @property
    def pictures(self) -> list[tuple[str, list[StoredFile]]]:
        """Photos by what they show, in the order before, after, check."""
        return [
            (words, found)
            for code, words in rules.FILE_PURPOSES.items()
            if (found := [file for file in self.files if file.purpose == code])
        ]

    @cached_property
    def timeline(self) -> list[Moment]:
        """What happened, the latest first."""
        return timeline_of(self.history, self.files)

    @cached_property
    def reporter(self) -> ReporterShown:
        """The reporter, masked or hidden."""
        return reporter_for(self.actor, self.case)

    @property
    def requests(self) -> list[tuple[Extension, str]]:
        """The requests for more time, each with what is asked for in words."""
        return [(row, asked_for(row)) for row in self.rows.extensions]

    @property
    def supervisions(self) -> list[tuple[Supervision, str]]:
        """The steps of supervision with their words."""
        return [(row, rules.SUPERVISION_STEPS.get(row.step, row.step)) for row in self.rows.supervisions]

    @cached_property
    def similar(self) -> Sequence[Similar]:
        """Open cases like this one, for those who may merge or dispatch, while it is not yet with a unit."""
        if self.case.state not in {"received", "verifying", "filed"} or not any(
            self.actor.may(verb) for verb in SEES_SIMILAR
        ):
            return []
        point = (
            (self.case.lon, self.case.lat)
            if self.case.lon is not None and self.case.lat is not None
            else None
        )
        return similar_cases(
            self.actor, text=self.case.text, place_path=self.case.place_path, at=self.at, point=point,
            category_id=self.case.category_id, exclude=self.case.pk,
        )  # fmt: skip

    @cached_property
    def precedents(self) -> list[Objection]:
        """Rulings in the same category, while a unit has the case or objects."""
        wanted = self.case.state in {"filed", "dispatched", "objected"} and any(
            self.actor.may(verb) for verb in SEES_PRECEDENTS
        )
        return precedents_for(self.actor, self.case) if wanted else []

    @cached_property
    def buttons(self) -> list[Button]:
        """What this person may do now: the steps of the table first, then the rest. No key is used twice."""
        steps = [
            t.verb
            for t in actions_for(self.actor, self.case, self.at)
            if t.verb in DOINGS and t.verb not in ALIASES
        ]
        deeds = (
            deeds_for(self.actor, self.case, self.rows, self.at) if policy.sees(self.actor, self.case) else []
        )
        steps.sort(key=lambda verb: FIRST.index(verb) if verb in FIRST else len(FIRST))
        used: set[str] = set()
        return [self._button(verb, used) for verb in (*steps, *deeds)]

    def _button(self, verb: str, used: set[str]) -> Button:
        doing = DOINGS[verb]
        key = "" if doing.key in used else doing.key
        used.add(key)
        url = reverse("cases:do", args=[self.case.number, verb])
        return Button(verb, label_of(verb), url, doing.icon, key, doing.tone, doing.form is None)

    @property
    def main_buttons(self) -> list[Button]:
        """The buttons that stand in the bar."""
        return self.buttons[:6]

    @property
    def more_buttons(self) -> list[Button]:
        """The buttons that are folded away."""
        return self.buttons[6:]


def asked_for(row: Extension) -> str:
    """What a request for more time asks for: so much, in its measure."""
    words = {"n": row.amount, "measure": _(rules.MEASURES[row.measure])}
    sentence = _("申请缓办 %(n)s %(measure)s") if row.kind == "defer" else _("申请延期 %(n)s %(measure)s")
    return sentence % words


def show(case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    """The context of the parts in ``cases/_parts``."""
    shown = Shown(case, actor, at)
    keys = [{"key": button.key, "label": button.label} for button in shown.buttons if button.key]
    return {"shown": shown, "case": case, "page_keys": keys}
