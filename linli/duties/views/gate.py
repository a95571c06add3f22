"""The pages of an application at the gate: what is asked, what it weighs, who says what, what was decided."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms import burden
from linli.algorithms.statetable import NotPossible, Transition
from linli.algorithms.text.sentences import said
from linli.algorithms.worktime import explain_zh
from linli.duties import commands, policy, rules, states
from linli.duties.commands.applications import provided_words, resource_words
from linli.duties.forms.gate import ApplicationForm, FilesForm, MissingForm, OpinionForm, StepForm
from linli.duties.models import Application, Opinion
from linli.duties.queries.gate import (
    asked_already,
    communities_of,
    days_of,
    decide_clock,
    kept_estimate,
    place_words,
    standing_of,
)
from linli.duties.queries.lines import forbids
from linli.duties.registers.gate import STANDING_TONES, STANDINGS, STATE_TONES, STATE_WORDS
from linli.duties.rules import gate
from linli.duties.views.frame import actor_of, gate_page
from linli.kernel.answers import saying
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.files.queries import files_of

FORWARD = {"submit", "ask", "admit", "publish", "publish_trial", "confirm", "keep"}
"""Steps that take an application on: the button that stands out."""

STANCE_TONES = {"agree": "done", "agree_if": "info", "against": "risk", "": "waiting"}


def application_or_404(by: Actor, number: str) -> Application:
    """An application that the actor may see."""
    found = policy.applications_for(by).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def crumb() -> tuple[Any, str]:
    """The way back to the list."""
    return _("准入申请"), reverse("duties:gate")


def _may(by: Actor, step: Transition, row: Application) -> bool:
    if (
        step.by_system
        or not by.may(step.permission)
        or (step.verb == "publish_trial") != bool(row.trial_until)
        and step.verb.startswith("publish")
    ):
        return False
    return step.permission != "duty.apply" or row.department.code == by.unit or by.sees_all


def steps_of(by: Actor, row: Application) -> list[dict[str, Any]]:
    """The arrows that the actor may take now, each with the form of what it asks for."""
    found = []
    for step in states.TABLE.leaving(row.state):
        if _may(by, step, row):
            url = reverse("duties:application_move", args=[row.number, step.verb])
            form = StepForm(step, initial={"until": timezone.localdate()})
            found.append(
                {
                    "verb": step.verb, "label": said(step.label), "url": url, "form": form if form.fields else None,
                    "forward": step.verb in FORWARD,
                }
            )  # fmt: skip
    return sorted(found, key=lambda each: each["forward"])


def estimate_lines(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a kept estimate with their words."""
    return [
        {**line, "name": said(burden.KINDS[line["kind"]].name), "unit": said(burden.KINDS[line["kind"]].unit)}
        for line in kept.get("lines", ())
        if line["kind"] in burden.KINDS
    ]


def weight(kept: dict[str, Any]) -> dict[str, Any]:
    """What an estimate comes to: hours a year of one community, and of all."""
    minutes, units = kept.get("minutes", (0, 0, 0)), kept.get("units", 0)
    return {
        "lines": estimate_lines(kept), "units": units, "hours": [round(each / 60) for each in minutes],
        "all_hours": [round(each * units / 60) for each in minutes],
    }  # fmt: skip


def opinions_of(row: Application) -> dict[str, Any]:
    """What was said of an application, and who has not spoken."""
    rows = list(row.opinions.select_related("unit"))
    counts = Counter(each.stance for each in rows)
    told = [
        {
            "row": each, "words": said(gate.STANCES[each.stance]) if each.stance else _("还没有表态"), "tone": STANCE_TONES[each.stance],
            "missing": resource_words(each.missing),
        }
        for each in rows
        if each.stance or each.missing
    ]  # fmt: skip
    silent = [each.unit.name for each in rows if not each.stance]
    return {
        "rows": told, "total": len(rows), "silent": len(silent), "silent_names": silent, "missing": sum(bool(each.missing) for each in rows),
        "counts": [(said(words), counts[stance]) for stance, words in gate.STANCES.items()],
    }  # fmt: skip


DECIDED = {states.REFUSED: "不予准入"}


def decided_words(row: Application) -> str:
    """What was decided, whatever became of it since."""
    return said(DECIDED.get(row.state) or ("附条件准入" if row.conditions else "准予准入"))


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """An application with its estimate, the opinions, the decision and its history."""
    by, at = actor_of(request), timezone.now()
    row, today = application_or_404(by, number), timezone.localdate()
    kept = (
        row.burden
        if row.burden and row.state not in (states.DRAFT, states.SENT_BACK)
        else kept_estimate(row, today)
    )
    opinion = Opinion.objects.filter(application=row, unit__code=by.unit).select_related("unit").first()
    standing = standing_of(row, at)
    is_draft = row.state in (states.DRAFT, states.SENT_BACK)
    context = gate_page(
        by, row.title, crumb(), row=row, kind=said(gate.MATTERS[row.kind]), state=STATE_WORDS[row.state], tone=STATE_TONES[row.state],
        standing=STANDINGS.get(standing, ""), standing_tone=STANDING_TONES.get(standing, ""), places=place_words(row.places),
        units=len(communities_of(row.places)), often=said(burden.OFTEN[row.often]), decided=decided_words(row) if row.decided_at else "", weight=weight(kept), provided=_provided(row),
        opinions=opinions_of(row), opinion=opinion, may_opine=opinion is not None and by.may("duty.opine"), steps=steps_of(by, row),
        may_edit=is_draft and by.may("duty.apply"), may_ask_again=_may_ask_again(by, row), asked=asked_already(row.headings), unknown=len(row.headings) - row.known,
        forbidden=forbids(row.category, row.starts_on) if row.category and row.state not in states.IN_FORCE else "",
        clock=explain_zh(decide_clock(row.applied_at)) if row.applied_at and row.due_at else [],
        apply_by=_apply_by(row) if is_draft else None, missing=resource_words(row.missing),
        missing_form=MissingForm(initial={"missing": opinion.missing, "words": opinion.missing_words} if opinion else None),
        may_report=opinion is not None and by.may("duty.opine") and row.state in states.IN_FORCE,
        files=files_of("gate_application", row.pk), files_form=FilesForm(), history=timeline([event for event in history_of("gate_application", row.pk) if not event.name.startswith("duty.gate_opinion")]),
    )  # fmt: skip
    return render(request, "duties/application.html", context)


def _provided(row: Application) -> list[dict[str, Any]]:
    return [
        {"word": said(words), "comes": getattr(row, name), "words": getattr(row, f"{name}_words")}
        for name, words in rules.RESOURCES.items()
    ]


def _apply_by(row: Application) -> dict[str, Any]:
    """The last day on which to send an application in for its day, and whether it is near or gone."""
    today = timezone.localdate()
    last = gate.last_application(row.starts_on, days_of("gate.ahead", today), calendar_for())
    warn = days_of("gate.warn", today)
    tone = "overdue" if last < today else "risk" if last - today <= timedelta(days=2 * warn) else ""
    return {
        "on": last,
        "tone": tone,
        "earliest": gate.first_start(today, days_of("gate.ahead", today), calendar_for()),
    }


def _may_ask_again(by: Actor, row: Application) -> bool:
    """A matter that is needed beyond its last day is applied for anew, from what was written before."""
    own = policy.is_county(by) or by.unit == row.department.code
    return row.state in states.DECIDED and by.may("duty.apply") and own


def _after(row: Application, earliest: date) -> dict[str, Any]:
    """The fields of an application that follows another one: as long, from the day after it, and no trial."""
    first = max(earliest, row.ends_on + timedelta(days=1))
    days = {"starts_on": first, "ends_on": first + (row.ends_on - row.starts_on)}
    return {**ApplicationForm.values_of(row), **days, "trial_until": None, "trial_words": ""}


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Begin an application; ``from`` is the number of one that it follows, in whose words it begins."""
    by, today = actor_of(request, "duty.apply"), timezone.localdate()
    only = "" if policy.is_county(by) else by.unit
    earliest = gate.first_start(today, days_of("gate.ahead", today), calendar_for())
    start = {
        "department": by.unit,
        "starts_on": earliest,
        "ends_on": earliest.replace(month=12, day=31),
        "often": "quarter",
    }
    earlier = application_or_404(by, number) if (number := request.GET.get("from", "")) else None
    if earlier is not None and _may_ask_again(by, earlier):
        start = _after(earlier, earliest)
    form = (
        ApplicationForm(request.POST, only=only)
        if request.method == "POST"
        else ApplicationForm(only=only, initial=start)
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = commands.draft_application(draft=form.draft(), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已存为草稿，核对估算后提交"))
            return redirect("duties:application", row.number)
    context = gate_page(
        by,
        _("申请准入"),
        crumb(),
        form=form,
        earliest=earliest,
        ahead=days_of("gate.ahead", today),
        earlier=earlier,
    )
    return render(request, "duties/application_form.html", context, status=422 if form.errors else 200)


@login_required
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Change an application that is not sent in."""
    by, today = actor_of(request, "duty.apply"), timezone.localdate()
    row = application_or_404(by, number)
    only = "" if policy.is_county(by) else row.department.code
    form = (
        ApplicationForm(request.POST, only=only)
        if request.method == "POST"
        else ApplicationForm.of(row, only)
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = int(request.POST.get("version") or 0)
            commands.change_application(
                number=number, draft=form.draft(), version=version, by=by, at=timezone.now()
            )
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存"))
            return redirect("duties:application", number)
    earliest = gate.first_start(today, days_of("gate.ahead", today), calendar_for())
    context = gate_page(
        by, _("修改申请"), crumb(), (row.title, reverse("duties:application", args=[number])), form=form, row=row, earliest=earliest,
        ahead=days_of("gate.ahead", today),
    )  # fmt: skip
    return render(request, "duties/application_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Take an application one step on."""
    by = actor_of(request)
    row = application_or_404(by, number)
    try:
        step = states.TABLE.find(
            "publish_trial" if verb == "publish" and row.trial_until else verb, row.state
        )
        form = StepForm(step, request.POST)
        if not form.is_valid():
            raise commands.Refused(
                "请填写：%(fields)s", fields="、".join(str(form[name].label) for name in form.errors)
            )
        commands.move_application(number=number, verb=verb, said_with=form.said(), by=by, at=timezone.now())
    except (commands.Refused, gate.GateClosed, NotPossible) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已办理：%(step)s") % {"step": said(step.label)})
    return redirect("duties:application", number)


@login_required
@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Keep files with an application that is not sent in."""
    by, form = actor_of(request, "duty.apply"), FilesForm(request.POST, request.FILES)
    application_or_404(by, number)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["uploads"])))
        return redirect("duties:application", number)
    uploads = form.cleaned_data["uploads"]
    with saying(request, _("已上传 %(n)s 个附件") % {"n": len(uploads)}):
        commands.attach_files(number=number, uploads=uploads, by=by, at=timezone.now())
    return redirect("duties:application", number)


@login_required
@require_POST
def detach(request: HttpRequest, number: str, file_id: UUID) -> HttpResponse:
    """Remove a file from an application that is not sent in."""
    by = actor_of(request, "duty.apply")
    application_or_404(by, number)
    with saying(request, _("已删除附件")):
        commands.detach_file(number=number, file_id=file_id, by=by, at=timezone.now())
    return redirect("duties:application", number)


@login_required
def opinion(request: HttpRequest, number: str) -> HttpResponse:
    """Say in half a minute what the own unit thinks: three buttons and a line."""
    by = actor_of(request, "duty.opine")
    row = application_or_404(by, number)
    form = OpinionForm(request.POST) if request.method == "POST" else OpinionForm()
    if request.method == "POST" and form.is_valid():
        try:
            commands.give_opinion(number=number, by=by, at=timezone.now(), **form.cleaned_data)
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("duties:opinion_back", args=[number])
            stance = said(gate.STANCES[form.cleaned_data["stance"]])
            messages.success(request, _("已表态：%(stance)s") % {"stance": stance}, extra_tags=f"undo:{undo}")
            return redirect("duties:application", number)
    own = Opinion.objects.filter(application=row, unit__code=by.unit).select_related("unit").first()
    if own is None:
        raise Http404
    context = gate_page(
        by, row.title, crumb(), (row.number, reverse("duties:application", args=[number])), row=row, form=form, opinion=own,
        weight=weight(row.burden), provided=provided_words(row), often=said(burden.OFTEN[row.often]), stances=list(_stances()),
        is_open=row.state == states.HEARING,
    )  # fmt: skip
    return render(request, "duties/opinion.html", context, status=422 if form.errors else 200)


def _stances() -> Any:
    icons = {"agree": "thumb-up", "agree_if": "message-check", "against": "thumb-down"}
    return ((stance, said(words), icons[stance]) for stance, words in gate.STANCES.items())


@login_required
@require_POST
def opinion_back(request: HttpRequest, number: str) -> HttpResponse:
    """Undo the own opinion."""
    by = actor_of(request, "duty.opine")
    with saying(request, _("已收回意见")):
        commands.take_back_opinion(number=number, by=by, at=timezone.now())
    return redirect("duties:opinion", number)


@login_required
@require_POST
def report_missing(request: HttpRequest, number: str) -> HttpResponse:
    """Say that power, money or people did not come."""
    by, form = actor_of(request, "duty.opine"), MissingForm(request.POST)
    with saying(request, _("已反映给区（县）准入审核")):
        missing = form.cleaned_data["missing"] if form.is_valid() else ()
        words = form.cleaned_data.get("words", "")
        commands.report_missing(number=number, missing=missing, words=words, by=by, at=timezone.now())
    return redirect("duties:application", number)


@login_required
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The application as the paper 《申请准入社区工作事项审批表》."""
    by = actor_of(request)
    row = application_or_404(by, number)
    context = {
        "title": _("申请准入社区工作事项审批表"), "row": row, "kind": said(gate.MATTERS[row.kind]), "places": place_words(row.places),
        "often": said(burden.OFTEN[row.often]), "provided": provided_words(row), "opinions": opinions_of(row),
        "weight": weight(row.burden or kept_estimate(row, timezone.localdate())), "decided": decided_words(row),
    }  # fmt: skip
    return render(request, "duties/application_paper.html", context)
