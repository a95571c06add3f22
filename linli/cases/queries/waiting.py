"""What of the loop waits for somebody: each kind once, for the workbench's lists and for the register behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.cases import states
from linli.cases.models import Extension
from linli.cases.queries import measures as m
from linli.cases.queries.measures import Hidden, Test, View
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Condition

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns
    from linli.kernel.registers.filters.base import Ask


def in_state(*codes: str) -> Test:
    """Cases in one of some states, told so that the database finds them by its index."""
    return Test(lambda at: Q(state__in=codes), m.one_of("state", codes).mask)


def led_by(unit: str) -> Test:
    """Cases that a unit leads."""
    return Test(
        lambda at: Q(lead__code=unit),
        lambda view: view.where("lead", lambda path: path.rstrip("/").rsplit("/", 1)[-1] == unit),
    )


def party_to(unit: str) -> Test:
    """Cases in which a unit has or had a part."""
    return Test(lambda at: Q(audience__contains=[unit]), lambda view: view.columns.having("audience", unit))


ASKED = m.among(lambda: Extension.objects.filter(decided_at=None).values_list("case_id", flat=True))
LATE = Test(lambda at: Q(state__in=states.WITH_UNIT, due_at__lt=at), m.OVERDUE.mask)


@dataclass(frozen=True)
class Waiting:
    """One kind of waiting case: for whom, which, what to do with it, and the field of the case that says since when it waits."""

    code: str
    title: Any
    step: Any
    verb: str
    test: Callable[[Actor], Test]
    order: int
    since: str = "received_at"


WAITING = (
    Waiting("sign", _("待签收"), _("签收"), "case.sign", lambda by: in_state("dispatched") & led_by(by.unit), 10),
    Waiting("handle", _("本单位处置中"), _("办理"), "case.handle", lambda by: in_state("handling") & led_by(by.unit), 20),
    Waiting("screen", _("待受理"), _("受理"), "case.screen", lambda by: in_state("received"), 10),
    Waiting("dispatch", _("待派遣"), _("派遣"), "case.dispatch", lambda by: in_state("filed"), 12, "filed_at"),
    Waiting("rule", _("异议待裁"), _("裁定"), "case.arbitrate", lambda by: in_state("objected"), 10),
    Waiting("decide", _("延期、缓办待决"), _("决定"), "case.extend_decide", lambda by: ASKED, 14),
    Waiting("verify", _("待核实"), _("核实"), "case.check", lambda by: in_state("verifying") & party_to(by.unit), 10),
    Waiting("check", _("待核查"), _("核查"), "case.check", lambda by: in_state("checking") & ~led_by(by.unit), 16, "answered_at"),
    Waiting("call", _("待回访"), _("回访"), "case.callback", lambda by: in_state("calling"), 18, "answered_at"),
    Waiting("overdue", _("已超期"), _("督办"), "case.supervise", lambda by: LATE, 8),
)  # fmt: skip
BY_CODE: Mapping[str, Waiting] = {waiting.code: waiting for waiting in WAITING}


class WaitingFilter(Hidden):
    """What a list of the workbench counted, as a filter of the register: it depends on who looks."""

    def __init__(self) -> None:
        kinds = {code: Condition(waiting.title, lambda at: Q()) for code, waiting in BY_CODE.items()}
        super().__init__("waiting", _("等着办"), kinds, columns=m.LOADS)

    def condition(self, value: str, ask: Ask) -> Q:
        """One kind in the database."""
        return BY_CODE[value].test(ask.actor).q(ask.at)

    def condition_mask(self, value: str, columns: Columns, ask: Ask) -> m.Mask:
        """One kind over the columns."""
        return View(columns, ask.at).holds(BY_CODE[value].test(ask.actor))


def kinds_for(actor: Actor) -> Sequence[Waiting]:
    """The kinds that an actor may do something about."""
    return [waiting for waiting in WAITING if actor.may(waiting.verb)]
