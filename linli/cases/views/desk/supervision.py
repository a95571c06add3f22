"""The supervision board: what is overdue and how far it has risen, reopened, near its date, or waiting for a ruling."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.algorithms import worktime
from linli.cases import commands, rules
from linli.cases.forms.desk import SuperviseForm
from linli.cases.models import Case
from linli.cases.queries import clocks_of
from linli.cases.queries.boards import SUPERVISED, to_supervise
from linli.cases.queries.clocks import measure_of, norm_for
from linli.cases.views.desk.frame import Board, Done, actor_of, board_page, carry, place_words
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.wording import worded


def _detail(by: Actor, case: Case, at: datetime) -> dict[str, Any]:
    sent = list(case.supervisions.select_related("unit").order_by("-at"))
    step = list(rules.SUPERVISION_STEPS)[min(len(sent), len(rules.SUPERVISION_STEPS) - 1)]
    start = {
        "version": case.version,
        "unit": case.lead.name if case.lead else "",
        "step": step,
        "note": _words(case),
    }
    return {
        "form": SuperviseForm(initial=start), "place": place_words(case), "sent": sent, "answer_by": _answer_by(case, at),
        "clocks": clocks_of(case, at), "last_call": case.callbacks.filter(reached=True).order_by("-at").first(),
    }  # fmt: skip


def _words(case: Case) -> str:
    if case.reopen_count:
        return _("诉求人反映没有解决，请查明原因，重新办理并当面答复。")
    if case.due_at is not None and case.due_at < timezone.now():
        return _("本案已超过时限，请立即办理，说明超期原因和办结日期。")
    return _("本案时限将到，请按期办结。")


def _answer_by(case: Case, at: datetime) -> datetime:
    found = norm_for(case, "cases.supervision.reply_within", at)
    return worktime.add(at, int(found.amount()), measure_of(found), calendar_for(case.place_path)).at


TABS = tuple((key, words, f"?tab={key}") for key, words in worded(SUPERVISED).items())
BOARD = Board(
    "supervision",
    gettext_lazy("督办"),
    "case.supervise",
    _detail,
    gettext_lazy("这一类没有需要督办的案件"),
    TABS,
)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """One of the four lists."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    asked = request.GET.get("tab", "")
    tab = asked if asked in SUPERVISED else "overdue"
    return board_page(request, BOARD, to_supervise(by, tab, at), tab=tab)


@login_required
@require_POST
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send a reminder, an order or a notice; an order is to be answered by a date."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    form = SuperviseForm(request.POST)

    def run(case: Case) -> Done:
        said = form.cleaned_data
        until = None if said["step"] == "remind" else _answer_by(case, at)
        commands.supervise(
            case_id=case.pk,
            step=said["step"],
            unit=said["unit"],
            words=said["note"],
            by=by,
            at=at,
            answer_by=until,
        )
        return Done(
            _("已向%(unit)s发出%(step)s")
            % {"unit": said["unit"].name, "step": _(rules.SUPERVISION_STEPS[said["step"]])}
        )

    return carry(request, BOARD, number, form, run)
