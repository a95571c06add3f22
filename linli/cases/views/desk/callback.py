"""The call-back board: whom to call and why, what was said, and closing by the file where no call is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.cases import commands, states
from linli.cases.forms.desk import CALLBACK_REASONS, CallbackForm, VersionForm
from linli.cases.models import Case
from linli.cases.queries import reporter_for
from linli.cases.queries.boards import call_reasons, to_call
from linli.cases.views.desk.frame import Board, Done, actor_of, board_page, carry, merged_numbers, place_words
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm


def _detail(by: Actor, case: Case, at: datetime) -> dict[str, Any]:
    tries = case.callbacks.filter(by_reporter=False, at__gte=case.answered_at or case.received_at).order_by(
        "at"
    )
    most = int(norm("cases.callback.tries", on=timezone.localdate(at), place=case.place_path).amount())
    return {
        "form": CallbackForm(initial={"version": case.version}), "place": place_words(case), "why": call_reasons(case, at),
        "shown": {"reporter": reporter_for(by, case)}, "tries": list(tries), "most": most, "all_reasons": CALLBACK_REASONS,
        "may_close": by.may("case.close"), "merged": merged_numbers(case),
    }  # fmt: skip


TABS = (("must", gettext_lazy("须回访"), "?tab=must"), ("all", gettext_lazy("全部待回访"), "?tab=all"))
LOOKED_THROUGH = 200
"""How many of the longest waiting cases are looked through for those that must be called."""


def _mark(case: Case, at: datetime) -> str:
    return "、".join(call_reasons(case, at))


BOARD = Board(
    "callback", gettext_lazy("回访"), "case.callback", _detail, gettext_lazy("没有待回访的案件"), TABS, _mark
)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Answered cases; those that must be called are marked with the reason."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    tab = "all" if request.GET.get("tab") == "all" else "must"
    rows = to_call(by)
    found = rows if tab == "all" else [case for case in rows[:LOOKED_THROUGH] if call_reasons(case, at)]
    return board_page(request, BOARD, found, tab=tab)


@login_required
@require_POST
def call(request: HttpRequest, number: str) -> HttpResponse:
    """What the reporter said: closes the case, or reopens it once and hands it to the supervisor."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    form = CallbackForm(request.POST)

    def run(case: Case) -> Done:
        after = commands.call_back(case_id=case.pk, by=by, at=at, **form.answers())
        if after.state == states.CALLING:
            return Done(_("已记录未接通，案件留在回访列表"))
        return Done(_("已重新办理并转督办") if after.state == states.HANDLING else _("已回访结案"))

    return carry(request, BOARD, number, form, run)


@login_required
@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Close by the file a case that was not drawn for a call."""
    by, at = actor_of(request, "case.close"), timezone.now()
    form = VersionForm(request.POST)

    def run(case: Case) -> Done:
        commands.close(
            case_id=case.pk,
            note=form.cleaned_data["note"],
            version=form.cleaned_data["version"],
            by=by,
            at=at,
        )
        return Done(_("已审定结案"))

    return carry(request, BOARD, number, form, run)
