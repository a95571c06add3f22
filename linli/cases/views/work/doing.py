"""One address for every step: GET shows its form, POST takes it. The command is the judge; its refusal is shown in its words."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from linli.algorithms.statetable import NotPossible
from linli.cases import rules
from linli.cases.commands.move import ChangedMeanwhile, locked, undo_of
from linli.cases.forms.work import DoForm
from linli.cases.models import Case
from linli.cases.views.work.case import actor_of, case_for
from linli.cases.views.work.doings import DOINGS, Doing, label_of, said_of
from linli.cases.views.work.inbox import box_of, still_in
from linli.cases.views.work.showing import show
from linli.kernel.answers import next_of
from linli.kernel.audit.actor import Actor
from linli.kernel.files.rules import FileRefused

REFUSALS = (rules.Refused, NotPossible, FileRefused)


def do(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A step of a case."""
    doing = DOINGS.get(verb)
    if doing is None:
        raise Http404
    case, actor, at = case_for(request, number), actor_of(request), timezone.now()
    shape = doing.form or DoForm
    if request.method != "POST":
        return _asked(request, case, verb, shape(case=case, actor=actor, at=at))
    form = shape(request.POST, request.FILES, case=case, actor=actor, at=at)
    if not form.is_valid():
        return _asked(request, case, verb, form, status=422)
    try:
        take(doing, case, form.cleaned_data, actor, at)
    except ChangedMeanwhile as refusal:
        return _asked(request, case, verb, form, status=409, refusal=str(refusal))
    except REFUSALS as refusal:
        return _asked(request, case, verb, form, status=422, refusal=str(refusal))
    return _done(request, case, verb)


@transaction.atomic
def take(doing: Doing, case: Case, given: dict[str, Any], by: Actor, at: datetime) -> None:
    """Take a step on the version that the person saw; photos and step are kept together or not at all."""
    locked(case.pk, version=given.get("version"))
    doing.do(case, given, by, at)


def _asked(
    request: HttpRequest, case: Case, verb: str, form: DoForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    """The form of a step, alone for htmx, as a page without it."""
    box = box_of(request)
    context = {
        "case": case, "form": form, "verb": verb, "label": label_of(verb), "refusal": refusal, "status": status, "box": box,
        "title": label_of(verb), "action": reverse("cases:do", args=[case.number, verb]),
        "changed": status == 409, "multipart": form.is_multipart(), "danger": DOINGS[verb].tone == "danger",
        "crumbs": [{"label": case.number, "url": reverse("cases:case", args=[case.number])}],
    }  # fmt: skip
    template = "cases/_parts/do.html" if request.htmx else "cases/work/do.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _done(request: HttpRequest, case: Case, verb: str) -> HttpResponse:
    """Say what was done, with the way back where there is one; then the next case of the box, or the case again."""
    undo = undo_of(verb)
    back = reverse("cases:do", args=[case.number, undo]) if undo else ""
    box = box_of(request)
    if request.htmx and box:  # type: ignore[attr-defined]
        return _in_box(request, case, box, {"text": f"{said_of(verb)}:{case.title}", "undo": back})
    messages.success(request, f"{said_of(verb)}:{case.title}", extra_tags=f"undo:{back}" if back else "")
    address = next_of(request, reverse("cases:case", args=[case.number]))
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _in_box(request: HttpRequest, case: Case, box: str, toast: dict[str, str]) -> HttpResponse:
    """The next case of the list where this one has left it; else the same one as it is now."""
    actor, at = actor_of(request), timezone.now()
    said: dict[str, Any] = {"linli:toast": toast}
    if not still_in(actor, box, case, at):
        said["linli:next"] = f"case-{case.pk}"
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(said)})
    fresh = case_for(request, case.number)
    response = render(request, "cases/work/detail.html", show(fresh, actor, at) | {"box": box})
    response["HX-Trigger"], response["HX-Retarget"], response["HX-Reswap"] = (
        json.dumps(said),
        "#detail",
        "innerHTML",
    )
    return response
