"""The arbiter's board: objections with the entry and what was ruled before, requests for more time, deferral."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.cases import commands, rules
from linli.cases.forms.desk import RulingForm
from linli.cases.models import Case
from linli.cases.queries.boards import precedents_of, to_extend, to_rule
from linli.cases.queries.calls import suggestion_for
from linli.cases.views.desk.frame import Board, Done, actor_of, board_page, carry, place_words
from linli.cases.views.work.showing import asked_for
from linli.kernel.audit.actor import Actor

TABS = (
    ("objections", gettext_lazy("派单异议"), "?"),
    ("extensions", gettext_lazy("延期和缓办申请"), "?tab=extensions"),
)


def _detail(by: Actor, case: Case, at: datetime) -> dict[str, Any]:
    asked = list(case.extensions.select_related("unit").order_by("asked_at"))
    waiting = next((row for row in asked if row.decided_at is None), None)
    return {
        "form": RulingForm(initial={"version": case.version}), "place": place_words(case), "suggestion": suggestion_for(case, at),
        "objection": case.objections.select_related("unit", "entry", "proposed").filter(ruled_at=None).first(),
        "extension": waiting, "asked": asked_for(waiting) if waiting is not None else "", "precedents": precedents_of(case),
        "may_decide": by.may("case.extend_decide"), "may_rule": by.may("case.arbitrate"),
        "earlier": [(row, asked_for(row)) for row in asked if row.decided_at is not None],
    }  # fmt: skip


BOARD = Board(
    "arbitration",
    gettext_lazy("异议与延期"),
    "case.arbitrate",
    _detail,
    gettext_lazy("没有待裁定的事项"),
    TABS,
)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Objections, or requests for more time."""
    by = actor_of(request, BOARD.verb)
    tab = "extensions" if request.GET.get("tab") == "extensions" else "objections"
    rows = to_extend(by) if tab == "extensions" else to_rule(by)
    return board_page(request, BOARD, rows, tab=tab)


@login_required
@require_POST
def rule(request: HttpRequest, number: str) -> HttpResponse:
    """Rule on an objection; the ruling is a precedent from then on."""
    by, at = actor_of(request, "case.arbitrate"), timezone.now()
    form = RulingForm(request.POST)

    def run(case: Case) -> Done:
        said = form.cleaned_data
        commands.rule(
            case_id=case.pk, upheld=said["yes"], ruling=said["note"], version=said["version"], by=by, at=at
        )
        return Done(_("异议成立，案件回到派遣") if said["yes"] else _("异议不成立，由原单位继续办理"))

    return carry(request, BOARD, number, form, run)


@login_required
@require_POST
def extension(request: HttpRequest, number: str) -> HttpResponse:
    """Grant or refuse what was asked for, or put the case off instead of extending it."""
    by, at = actor_of(request, "case.extend_decide"), timezone.now()
    form = RulingForm(request.POST)

    def run(case: Case) -> Done:
        said = form.cleaned_data
        asked = case.extensions.filter(decided_at=None).first()
        if asked is None:
            raise rules.Refused(_("这件案件没有等待决定的申请"))
        if not said["note"].strip():
            raise rules.Refused(_("请写明决定的理由"))
        commands.decide_extension(
            extension_id=asked.pk, granted=said["yes"], decision=said["note"], by=by, at=at
        )
        if asked.kind == "defer":
            return Done(_("已准许缓办") if said["yes"] else _("已驳回缓办申请"))
        if request.POST.get("defer"):
            commands.defer(case_id=case.pk, note=said["note"], by=by, at=at)
            return Done(_("已改为缓办"))
        return Done(_("已准许延期") if said["yes"] else _("已驳回延期申请"))

    return carry(request, BOARD, number, form, run)
