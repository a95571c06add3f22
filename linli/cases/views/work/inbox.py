"""收件: what waits for a unit, list left and case right; the same for a department, a street and a community."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.models import Case, CaseQuerySet, Supervision
from linli.cases.queries.page import inbox_of, tone_of
from linli.cases.states import TABLE
from linli.cases.views.work.showing import show
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor

SHOWN = 100
Which = Callable[[Actor, datetime], Q]


@dataclass(frozen=True)
class Box:
    """One list of the inbox."""

    code: str
    label: Any
    which: Which


def _day_end(at: datetime) -> datetime:
    local = timezone.localtime(at)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _leads(actor: Actor) -> Q:
    return Q(lead__code=actor.unit)


def _supervised(actor: Actor, at: datetime) -> Q:
    asked = Supervision.objects.filter(case=OuterRef("pk"), unit__code=actor.unit, answered_at=None)
    return Q(supervised=True) | Q(Exists(asked))


BOXES = (
    Box("sign", gettext_lazy("待签收"), lambda actor, at: _leads(actor) & Q(state="dispatched")),
    Box(
        "handle",
        gettext_lazy("办理中"),
        lambda actor, at: _leads(actor) & Q(state__in=("handling", "paused", "deferred")),
    ),
    Box(
        "today",
        gettext_lazy("今天到期"),
        lambda actor, at: _leads(actor) & Q(due_at__gte=at, due_at__lt=_day_end(at)),
    ),
    Box("overdue", gettext_lazy("已逾期"), lambda actor, at: _leads(actor) & Q(due_at__lt=at)),
    Box("returned", gettext_lazy("退单待裁"), lambda actor, at: _leads(actor) & Q(state="objected")),
    Box("supervised", gettext_lazy("督办"), lambda actor, at: _leads(actor) & _supervised(actor, at)),
    Box("assist", gettext_lazy("协办"), lambda actor, at: ~_leads(actor)),
)
BY_CODE = {box.code: box for box in BOXES}


def box_of(request: HttpRequest) -> str:
    """Which list of the inbox a request comes from; empty from elsewhere."""
    code = request.POST.get("box") or request.GET.get("box", "")
    return code if code in BY_CODE else ""


def rows_in(actor: Actor, box: str, at: datetime) -> CaseQuerySet:
    """The cases of a list, the most pressing first."""
    return inbox_of(actor).filter(BY_CODE[box].which(actor, at)).order_by("due_at", "received_at", "pk")


def still_in(actor: Actor, box: str, case: Case, at: datetime) -> bool:
    """Whether a case is in a list now."""
    return rows_in(actor, box, at).filter(pk=case.pk).exists()


def counts(actor: Actor, at: datetime) -> dict[str, int]:
    """How many cases are in each list: one query."""
    wanted = {box.code: Count("pk", filter=box.which(actor, at)) for box in BOXES}
    found: dict[str, int] = inbox_of(actor).aggregate(**wanted)
    return found


def inbox(request: HttpRequest) -> HttpResponse:
    """The inbox of the actor's unit; ``?box=`` names the list and ``?case=`` the case that is open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("case.sign"):
        raise NotAllowed(_("收件是部门、街道和社区办理案件的地方，您的岗位没有签收和办理案件的权限"))
    at = timezone.now()
    number_of = counts(actor, at)
    first = next((box.code for box in BOXES if number_of[box.code]), BOXES[0].code)
    box = box_of(request) or first
    cases = list(
        rows_in(actor, box, at).select_related("category", "place", "lead", "about", "merged_into")[:SHOWN]
    )
    wanted = request.GET.get("case", "")
    chosen = next((case for case in cases if case.number == wanted), None)
    if request.htmx and request.htmx.target == "detail":  # type: ignore[attr-defined]
        return _detail(request, chosen, box, actor, at)
    open_case = chosen or (cases[0] if cases else None)
    context: dict[str, Any] = {
        "title": _("收件"), "box": box, "total": number_of[box], "shown_most": SHOWN, "current": BY_CODE[box], "has_detail": chosen is not None,
        "tabs": [(each, number_of[each.code], f"?box={each.code}") for each in BOXES],
        "rows": [_row(case, box, open_case, at) for case in cases],
    }  # fmt: skip
    if open_case is not None:
        context |= show(open_case, actor, at)
    return render(request, "cases/work/inbox.html", context)


def _detail(request: HttpRequest, case: Case | None, box: str, actor: Actor, at: datetime) -> HttpResponse:
    if case is None:
        return render(request, "cases/work/gone.html", {"box": box})
    return render(request, "cases/work/detail.html", show(case, actor, at) | {"box": box})


def _row(case: Case, box: str, chosen: Case | None, at: datetime) -> dict[str, Any]:
    return {
        "case": case, "url": f"{reverse('cases:inbox')}?box={box}&case={case.number}", "current": chosen is not None and case.pk == chosen.pk,
        "tone": tone_of(case.due_at, at), "state": TABLE.state(case.state).label,
    }  # fmt: skip
