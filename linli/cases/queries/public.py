"""What a receipt shows: who has it, until when, and what was done, in sentences meant for the public.

Nothing written for colleagues is shown: no note, no reason, no person's name; only the values named in ``SENTENCES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from linli.cases import policy, rules
from linli.cases.models import Callback, Case, OneTimeCode, Reporter
from linli.cases.queries.clocks import norm_for
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import history_of
from linli.kernel.files.models import StoredFile
from linli.kernel.files.queries import files_of
from linli.kernel.privacy.commands import open_key
from linli.kernel.privacy.context import door
from linli.territory.queries.units import Node, tree

STATES = {
    "received": "已收到，等待受理", "verifying": "正在核实", "filed": "已受理，正在安排", "dispatched": "已交办，等待签收",
    "objected": "正在确定由谁办理", "handling": "正在办理", "paused": "暂时等待", "deferred": "经批准暂缓办理",
    "checking": "已经办了，正在核查", "calling": "已经办了，等您评价", "closed": "已办结", "explained": "已答复",
    "referred": "已告知办理渠道", "voided": "不予受理", "merged": "与相同的反映合并办理",
}  # fmt: skip
"""What each state is called on a receipt."""

SENTENCES: dict[str, tuple[str, tuple[str, ...]]] = {
    "case.received": ("收到您反映的事", ()),
    "case.filed": ("已受理", ()),
    "case.verification_asked": ("已安排人到现场核实", ()),
    "case.verified": ("已到现场看过", ()),
    "case.dispatched": ("已交给{lead}办理", ("lead",)),
    "case.reassigned": ("改由{lead}办理", ("lead",)),
    "case.handed_down": ("改由{lead}办理", ("lead",)),
    "case.signed": ("{unit}已签收", ("unit",)),
    "case.contacted": ("办理单位联系您：{reached}", ("reached",)),
    "case.measure_recorded": ("办理单位正在采取措施", ()),
    "case.paused": ("因为要等外部条件，办理时间暂停计算", ()),
    "case.resumed": ("恢复办理", ()),
    "case.deferred": ("经批准，暂缓办理", ()),
    "case.undeferred": ("恢复办理", ()),
    "case.answered": ("办理单位说已经办完", ()),
    "case.checked": ("到现场核查，已经办好", ()),
    "case.reworked": ("到现场核查，还没有办好，要求重新办", ()),
    "case.escalated": ("超过了时限，已提请上级督促", ()),
    "case.supervised": ("已列入督办", ()),
    "case.called_back": ("给您回访", ()),
    "case.word_added": ("您补充了说明", ()),
    "case.rated": ("您作了评价", ()),
    "case.closed": ("办结", ()),
    "case.reopened": ("重新办理", ()),
    "case.answer_texted": ("已用短信答复您", ()),
    "case.explained": ("已答复", ()),
    "case.referred": ("这件事请找{channel}", ("channel",)),
    "case.voided": ("不予受理", ()),
    "case.restored": ("重新受理", ()),
    "case.merged": ("与相同的反映合并办理，结果一样会答复您", ()),
    "case.unmerged": ("恢复单独办理", ()),
}
"""Event to its public sentence and the only values that may stand in it; an event that is not here is not shown."""

DONE = frozenset({"closed", "explained", "referred", "voided"})
ANSWERED = frozenset({"calling", *DONE})
RATED = frozenset({"calling", "closed"})


@dataclass(frozen=True)
class PublicStep:
    """One line of a receipt's way."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Receipt:
    """A case as its reporter may see it with the receipt in hand."""

    case: Case
    state: str
    holder: str
    due_at: datetime | None
    late: bool
    steps: list[PublicStep]
    answer: str
    photos: list[StoredFile]
    grid: Node | None
    rated: Callback | None
    may_rate: bool
    may_add: bool

    @property
    def is_tipoff(self) -> bool:
        """Whether the words must not be shown again to whoever holds the paper."""
        return self.case.kind == policy.TIPOFF


def receipt_of(code: str, at: datetime) -> Receipt | None:
    """The receipt of a code; None alike for every code that is not one."""
    wanted = rules.code_of(code)
    if not wanted:
        return None
    with door(policy.PUBLIC_RECEIPT):
        case = (
            Case.objects.select_related("lead", "merged_into__lead", "place", "category")
            .filter(public_code=wanted)
            .first()
        )
        return _shown(case, at) if case is not None else None


def _shown(case: Case, at: datetime) -> Receipt:
    main = case.merged_into or case
    running = main.state not in DONE and main.state != "calling"
    rated = case.callbacks.filter(by_reporter=True).order_by("-at").first()
    photos = (
        []
        if case.kind == policy.TIPOFF or main.state not in ANSWERED
        else list(files_of("case", main.pk, purpose="after"))
    )
    return Receipt(
        case, gettext(STATES[case.state]), main.lead.name if main.lead and main.state != "objected" else "", main.resolve_due_at if running else None,
        running and main.resolve_due_at is not None and main.resolve_due_at < at, steps_of(case),
        case.result if case.state in ANSWERED or main.state in DONE else "", photos, _grid_of(case), rated,
        case.state in RATED and _may_rate(case, rated, at), case.state not in DONE,
    )  # fmt: skip


def _may_rate(case: Case, rated: Callback | None, at: datetime) -> bool:
    days = int(norm_for(case, "cases.reopen.within", at).amount())
    try:
        rules.may_rate(case.answered_at, rated.at if rated else None, case.closed_at, at, days)
    except rules.Refused:
        return False
    return True


def steps_of(case: Case) -> list[PublicStep]:
    """What was done, the latest first."""
    told = [
        (event, SENTENCES[event.name]) for event in history_of("case", case.pk) if event.name in SENTENCES
    ]
    return [PublicStep(event.at, _said(event, *sentence)) for event, sentence in reversed(told)]


def _said(event: Event, sentence: str, names: tuple[str, ...]) -> str:
    return gettext(sentence).format(**{name: str(event.after.get(name) or "") for name in names})


def _grid_of(case: Case) -> Node | None:
    return tree().above(case.place_path, "grid", "dedicated_grid")


def code_to_send(code_id: int) -> tuple[str, str, Case] | None:
    """Phone, code and case of a one-time code that is still to be sent; for the job that sends it."""
    row = OneTimeCode.objects.select_related("case").filter(pk=code_id, sent_at=None).first()
    if row is None:
        return None
    who = Reporter.objects.get(case=row.case)
    phone = open_key(who.key_id).unseal(bytes(who.phone or b""), "phone")
    return phone, open_key(row.key_id).unseal(bytes(row.sealed), "one-time code"), row.case
