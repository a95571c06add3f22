"""The hotline desk: one screen from the first word to where the case goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.algorithms.statetable import NotPossible
from linli.algorithms.text.mask import mask_phone
from linli.cases import commands, rules, states
from linli.cases.forms.desk import CallForm, category_words
from linli.cases.models import Case, ParkedCall
from linli.cases.queries import actions_for, get_case_for, history_of_number
from linli.cases.queries.boards import calls_of, received_today
from linli.cases.queries.calls import look, phrases, words_of
from linli.cases.queries.routing import was_automatic
from linli.cases.views.desk.frame import actor_of, case_or_404, categories_offered
from linli.kernel.answers import next_of
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.commands import Forgotten
from linli.territory.queries.units import root_node, top_node

HISTORY = 12
LEAST_DIGITS = 7
KEPT_FIELDS = (
    "channel", "phone", "name", "address", "wants_secrecy", "text", "kind", "urgency", "category", "place_text", "point", "place", "place_kind",
    "about", "lead", "assist",
)  # fmt: skip
KEYS = (
    ("Ctrl Enter", gettext_lazy("登记")), ("Alt T", gettext_lazy("到反映内容")), ("Alt C", gettext_lazy("到分类")), ("Alt L", gettext_lazy("到地点")), ("Alt 1…0", gettext_lazy("打开一组话术")),
    ("↓ ↑ Enter", gettext_lazy("在提示里选择")), ("Alt R", gettext_lazy("直接答复")), ("Alt G", gettext_lazy("引导")), ("Alt M", gettext_lazy("并入最相似的一件")), ("Alt P", gettext_lazy("挂起，接下一个")),
    ("Alt N", gettext_lazy("清空，接新来电")),
)  # fmt: skip


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The desk, empty or with a call taken up again; a POST sends it."""
    by = actor_of(request, "case.take")
    if request.method == "POST":
        return _send(request, by)
    row = _call(request, by)
    words = _words(row) if row is not None else {}
    start = {
        "channel": request.GET.get("channel") or ("hotline" if by.unit == top_node().code else "counter")
    }
    form = CallForm(initial={**start, **words, "call": row.pk if row is not None else None})
    return _page(request, by, form)


def _call(request: HttpRequest, by: Actor) -> ParkedCall | None:
    asked = request.GET.get("call", "")
    calls = calls_of(by, timezone.now())
    return next((row for row in calls if str(row.pk) == asked), None)


def _words(row: ParkedCall) -> dict[str, str]:
    try:
        return words_of(row)
    except Forgotten:
        return {}


def _send(request: HttpRequest, by: Actor) -> HttpResponse:
    form, at = CallForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, by, form, status=422)
    try:
        case = commands.take(form.intake(), form.wish(), by=by, at=at)
    except (rules.Refused, NotPossible) as refusal:
        form.add_error(None, str(refusal))
        return _page(request, by, form, status=422)
    if form.cleaned_data["call"]:
        commands.drop_call(call_id=form.cleaned_data["call"], by=by, at=at)
    _say(request, by, case)
    return redirect(f"{reverse('cases:desk')}?done={case.number}&channel={case.channel}")


def _say(request: HttpRequest, by: Actor, case: Case) -> None:
    """What became of it, with the way back where the person may take it."""
    said = {
        states.DISPATCHED: _("已登记并派遣"), states.EXPLAINED: _("已直接答复办结"), states.REFERRED: _("已引导"), states.MERGED: _("已并入"),
    }.get(case.state, _("已登记"))  # fmt: skip
    undo = {states.DISPATCHED: "recall", states.MERGED: "unmerge"}.get(case.state, "")
    if undo == "recall" and was_automatic(case):
        undo = ""
    may = bool(undo) and by.may(states.TABLE.find(undo, case.state).permission)
    tag = f"undo:{reverse('cases:desk_undo', args=[case.number, undo])}" if may else ""
    messages.success(request, f"{said} {case.number}", extra_tags=tag)


def _page(request: HttpRequest, by: Actor, form: CallForm, status: int = 200) -> HttpResponse:
    at = timezone.now()
    done = _done(by, request.GET.get("done", ""))
    calls = calls_of(by, at)
    known = {"county": top_node().name}
    if done is not None:
        known |= {
            "number": done.number,
            "code": done.public_code,
            "unit": done.lead.name if done.lead else _("承办单位"),
        }
        known |= (
            {"due": f"{timezone.localtime(done.resolve_due_at):%m月%d日 %H:%M}"}
            if done.resolve_due_at
            else {}
        )
    context: dict[str, Any] = {
        "title": _("接听登记"), "form": form, "phrases": phrases(known), "calls": [_shown(row) for row in calls], "done": done,
        "may_withdraw": done is not None and any(step.verb == "withdraw" for step in actions_for(by, done, at)), "done_state": _(states.TABLE.state(done.state).label) if done else "", "today": received_today(by, at),
        "categories": categories_offered(), "may_dispatch": by.may("case.screen") and by.may("case.dispatch"),
        "may_answer": by.may("case.answer"), "root": root_node(), "page_keys": [{"key": key, "label": label} for key, label in KEYS],
    }  # fmt: skip
    return render(request, "cases/desk/desk.html", context, status=status)


def _done(by: Actor, number: str) -> Case | None:
    try:
        return get_case_for(by, number) if number else None
    except Case.DoesNotExist:
        return None


def _shown(row: ParkedCall) -> dict[str, Any]:
    words = _words(row)
    title = rules.title_of(words.get("text", "")) or words.get("place_text", "") or _("未写内容")
    return {
        "id": row.pk,
        "at": row.saved_at,
        "parked": row.parked,
        "title": title,
        "name": words.get("name", "")[:1],
    }


@login_required
@require_POST
def glance(request: HttpRequest) -> HttpResponse:
    """What can be said of the call as it stands; nothing of it is kept."""
    by, at = actor_of(request, "case.take"), timezone.now()
    form = CallForm(request.POST)
    intake = form.so_far()
    seen = look(intake, by=by, at=at, on=timezone.localdate(at))
    context = {
        "look": seen, "guesses": [(guess, category_words(guess.category)) for guess in seen.guesses], "chosen": intake.category,
        "may_merge": by.may("case.merge"), "may_dispatch": by.may("case.screen") and by.may("case.dispatch"),
        "tipoff": intake.kind == "tipoff", "in_words": not intake.place_text,
    }  # fmt: skip
    return render(request, "cases/desk/_look.html", context)


@login_required
@require_POST
def history(request: HttpRequest) -> HttpResponse:
    """The earlier cases of a number, masked as everywhere; that somebody looked is written down."""
    by, at = actor_of(request, "case.take"), timezone.now()
    phone = "".join(ch for ch in request.POST.get("phone", "") if ch.isdigit())
    rows: list[Case] = []
    if len(phone) >= LEAST_DIGITS:
        rows = list(history_of_number(by, phone)[:HISTORY])
        record(
            "case.looked_up",
            subject=Subject("phone", None, mask_phone(phone)),
            by=by,
            at=at,
            after={"found": len(rows)},
        )
    context = {
        "history": rows,
        "asked": len(phone) >= LEAST_DIGITS,
        "open": sum(row.state in states.OPEN_STATES for row in rows),
    }
    return render(request, "cases/desk/_history.html", context)


def _keep(request: HttpRequest, by: Actor, *, parked: bool) -> ParkedCall | None:
    words = {name: "、".join(request.POST.getlist(name)) for name in KEPT_FIELDS}
    if not any(value.strip() for name, value in words.items() if name != "channel"):
        return None
    asked = request.POST.get("call", "")
    call_id = int(asked) if asked.isdigit() else None
    return commands.keep_call(words=words, by=by, at=timezone.now(), call_id=call_id, parked=parked)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is typed, as it is typed."""
    row = _keep(request, actor_of(request, "case.take"), parked=False)
    return render(request, "cases/desk/_kept.html", {"row": row}) if row else HttpResponse(status=204)


@login_required
@require_POST
def park(request: HttpRequest) -> HttpResponse:
    """Put the call aside for another one."""
    row = _keep(request, actor_of(request, "case.take"), parked=True)
    if row is not None:
        messages.success(request, _("来电已挂起，可在左侧“未完成”中恢复"))
    return redirect("cases:desk")


@login_required
@require_POST
def drop(request: HttpRequest, call_id: int) -> HttpResponse:
    """Forget a call that was put aside."""
    commands.drop_call(call_id=call_id, by=actor_of(request, "case.take"), at=timezone.now())
    return redirect("cases:desk")


UNDO = {
    "recall": commands.recall,
    "unmerge": commands.unmerge,
    "restore": commands.restore,
    "unfile": commands.unfile,
}
UNDONE = {
    "recall": gettext_lazy("已撤回派遣"),
    "unmerge": gettext_lazy("已撤销并案"),
    "restore": gettext_lazy("已恢复受理"),
    "unfile": gettext_lazy("已撤回立案"),
}


@login_required
@require_POST
def undo(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Take a step back by the command that compensates it."""
    by = actor_of(request, "case.view")
    case = case_or_404(by, number)
    back = next_of(request, reverse("cases:desk"))
    try:
        UNDO[verb](case_id=case.pk, by=by, at=timezone.now())
    except (rules.Refused, NotPossible) as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, f"{UNDONE[verb]} {number}")
    return redirect(back)
