"""What the desk and every board share: who looks, the split page, answers after a step, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.statetable import NotPossible
from linli.cases import policy, rules, states
from linli.cases.commands.move import ChangedMeanwhile
from linli.cases.forms.desk import offered
from linli.cases.models import Case, CaseQuerySet
from linli.cases.queries import get_case_for
from linli.duties.queries import categories
from linli.kernel import answers
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import door
from linli.territory.queries.units import tree

SOON = timedelta(hours=24)
SHOWN = 40
"""Rows of a board at a time: what is done leaves, and the next ones come."""


def actor_of(request: HttpRequest, verb: str) -> Actor:
    """Who looks, if they may."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(by, verb)
    return by


def case_or_404(by: Actor, number: str) -> Case:
    """The case, the same 404 for one that is not there and one that may not be seen."""
    try:
        return get_case_for(by, number)
    except Case.DoesNotExist:
        raise Http404 from None


def categories_offered() -> list[str]:
    """The names of the categories that a case can be given."""
    return list(offered(categories()).values())


@dataclass(frozen=True)
class Board:
    """One board: its name (of its address and its template), title, verb, and what its page needs for a case."""

    name: str
    title: Any
    verb: str
    detail: Callable[[Actor, Case, datetime], dict[str, Any]]
    empty: Any
    tabs: Sequence[tuple[str, Any, str]] = ()
    mark: Callable[[Case, datetime], str] | None = None


def board_page(
    request: HttpRequest, board: Board, rows: CaseQuerySet | list[Case], *, tab: str = "", **more: Any
) -> HttpResponse:
    """The list left, the chosen or first case right; an htmx request gets the right side alone."""
    by, at = actor_of(request, board.verb), timezone.now()
    wanted = request.GET.get("case", "")
    part = bool(request.htmx) and bool(wanted)  # type: ignore[attr-defined]
    if part:
        return _detail(request, board, case_or_404(by, wanted), by, at, **more)
    shown = list(rows[:SHOWN])
    total = len(shown) if len(shown) < SHOWN else len(rows) if isinstance(rows, list) else rows.count()
    chosen = next((row for row in shown if row.number == wanted), None) or (
        case_or_404(by, wanted) if wanted else next(iter(shown), None)
    )
    context = {
        "title": board.title, "board": board, "rows": [(row, board.mark(row, at) if board.mark else "") for row in shown], "total": total, "case": chosen, "at": at, "tab": tab,
        "base": request.path, "picked": bool(wanted), "soon": at + SOON, **more,
    }  # fmt: skip
    if chosen is not None:
        context |= _context(board, chosen, by, at)
    return render(request, "cases/desk/board.html", context)


def _context(board: Board, case: Case, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "case": case, "at": at, "state": states.TABLE.state(case.state), "kind": _(rules.KINDS[case.kind]),
        "channel": _(rules.CHANNELS[case.channel]), "urgency": _(rules.URGENCIES[case.urgency]),
        "part": f"cases/desk/_{board.name}.html", "board": board, "soon": at + SOON, **board.detail(by, case, at),
    }  # fmt: skip


def _detail(
    request: HttpRequest,
    board: Board,
    case: Case,
    by: Actor,
    at: datetime,
    *,
    error: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = _context(board, case, by, at) | {"error": error, **more}
    return render(request, "cases/desk/_detail.html", context, status=status)


@dataclass(frozen=True)
class Done:
    """What a step did: its words, and the verb that takes it back, if one does."""

    words: str
    undo: str = ""


def carry(
    request: HttpRequest, board: Board, number: str, form: forms.Form, run: Callable[[Case], Done]
) -> HttpResponse:
    """Do one step on one case of a board and answer: the next one opens, or the same one with what was wrong."""
    by, at = actor_of(request, board.verb), timezone.now()
    case = case_or_404(by, number)
    if not form.is_valid():
        return _refused(
            request,
            board,
            case,
            by,
            at,
            " ".join(str(error) for errors in form.errors.values() for error in errors),
            422,
        )
    try:
        done = run(case)
    except ChangedMeanwhile as lost:
        return _refused(request, board, _fresh(by, case), by, at, str(lost), 409)
    except (rules.Refused, NotPossible) as refusal:
        return _refused(request, board, _fresh(by, case), by, at, str(refusal), 422)
    return answer(request, case, done, reverse(f"cases:{board.name}"))


def _fresh(by: Actor, case: Case) -> Case:
    """The case as it is now; it may have left the viewer's sight, and is then shown as it was."""
    return (
        Case.objects.select_related("category", "place", "lead", "about", "merged_into")
        .filter(pk=case.pk)
        .first()
        or case
    )


def _refused(
    request: HttpRequest, board: Board, case: Case, by: Actor, at: datetime, error: str, status: int
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _detail(request, board, case, by, at, error=error, status=status)
    messages.error(request, error)
    return redirect(f"{reverse(f'cases:{board.name}')}?case={case.number}")


def answer(request: HttpRequest, case: Case, done: Done, back: str) -> HttpResponse:
    """Say what was done, with the way back for ten seconds, and let the next row open."""
    undo = reverse("cases:desk_undo", args=[case.number, done.undo]) if done.undo else ""
    return answers.done(request, done.words, back, undo=undo, row=f"case-{case.number}")


def place_words(case: Case) -> str:
    """The place in words: what was said, and the unit it lies in."""
    named = "".join(node.name for node in tree().ancestors(case.place_path)[1:])
    return " · ".join(part for part in (case.place_text, named) if part) or _("地点不详")


def merged_numbers(case: Case) -> list[str]:
    """The numbers of the cases merged into this one, whoever may open them."""
    if not case.merged_count:
        return []
    with door(policy.SAME_ANSWER):
        return list(case.merged.order_by("number").values_list("number", flat=True)[:20])
