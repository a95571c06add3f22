"""The screening board: accept with corrections, or one of the other ways out; the next case opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.cases import commands, rules
from linli.cases.forms.desk import ScreenForm, category_words
from linli.cases.forms.units import street_of
from linli.cases.models import Case
from linli.cases.queries.boards import to_screen
from linli.cases.queries.calls import due_of_draft, suggestion_for
from linli.cases.queries.similar import similar_cases
from linli.cases.views.desk.frame import (
    Board,
    Done,
    actor_of,
    board_page,
    carry,
    categories_offered,
    merged_numbers,
    place_words,
)
from linli.duties.queries import suggest_categories
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of
from linli.territory.queries.units import tree


def _detail(by: Actor, case: Case, at: datetime) -> dict[str, Any]:
    point = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    start = {
        "version": case.version, "kind": case.kind, "urgency": case.urgency, "category": category_words(case.category) if case.category else "",
        "place": case.place.code if case.place else "", "place_kind": case.place_kind, "unit": grid_code(case),
    }  # fmt: skip
    verified = history_of("case", case.pk).filter(name="case.verified").last()
    return {
        "form": ScreenForm(initial=start).near(street_of(case)), "place": place_words(case), "suggestion": suggestion_for(case, at), "due": due_of_draft(case, at),
        "similar": similar_cases(by, text=case.text, place_path=case.place_path, at=at, point=point, category_id=case.category_id, exclude=case.pk),
        "guesses": [(each, category_words(each.category)) for each in suggest_categories(case.text, unsure=True)],
        "verified": verified, "merged": merged_numbers(case), "may_answer": by.may("case.answer"), "may_merge": by.may("case.merge"),
    }  # fmt: skip


def grid_code(case: Case) -> str:
    """The grid that the case lies in, where one is known: who would go and see."""
    node = tree().by_id.get(case.place_id) if case.place_id else None
    return node.code if node is not None and node.level == "grid" else ""


BOARD = Board("screening", gettext_lazy("受理"), "case.screen", _detail, gettext_lazy("没有待受理的案件"))


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """What waits to be accepted."""
    by = actor_of(request, BOARD.verb)
    return board_page(request, BOARD, to_screen(by), categories=categories_offered())


def _accept(case: Case, said: dict[str, Any], by: Actor, at: datetime) -> Done:
    """Open the case; only what differs from what was taken down is corrected."""
    commands.file_case(
        case_id=case.pk, by=by, at=at, version=said["version"],
        category=said["category"] if said["category"] and said["category"].pk != case.category_id else None,
        kind=said["kind"] if said["kind"] != case.kind else "",
        urgency=said["urgency"] if said["urgency"] != case.urgency else "",
        place=said["place"] if said["place"] and said["place"].id != case.place_id else None,
        place_kind=said["place_kind"] if said["place_kind"] != case.place_kind else None,
    )  # fmt: skip
    return Done(_("已受理立案 %(number)s") % {"number": case.number}, "unfile")


def _ask(case: Case, said: dict[str, Any], by: Actor, at: datetime) -> Done:
    unit = said["unit"] or (tree().by_id.get(case.place_id) if case.place_id else None)
    if unit is None or unit.level != "grid":
        raise rules.Refused(_("请选择核实的网格"))
    commands.ask_verify(case_id=case.pk, unit=unit, note=said["note"], by=by, at=at, version=said["version"])
    return Done(_("已派 %(unit)s 核实") % {"unit": unit.name})


def _void(case: Case, said: dict[str, Any], by: Actor, at: datetime) -> Done:
    commands.void(case_id=case.pk, note=said["note"], by=by, at=at, version=said["version"])
    return Done(_("已注销 %(number)s") % {"number": case.number}, "restore")


def _explain(case: Case, said: dict[str, Any], by: Actor, at: datetime) -> Done:
    commands.explain(case_id=case.pk, note=said["note"], by=by, at=at, version=said["version"])
    return Done(_("已解释办结 %(number)s") % {"number": case.number}, "restore")


def _refer(case: Case, said: dict[str, Any], by: Actor, at: datetime) -> Done:
    commands.refer(
        case_id=case.pk, channel=said["referral"], note=said["note"], by=by, at=at, version=said["version"]
    )
    return Done(_("已引导 %(number)s") % {"number": case.number}, "restore")


def _merge(case: Case, said: dict[str, Any], by: Actor, at: datetime) -> Done:
    if said["into"] is None:
        raise rules.Refused(_("请选择并入哪一件"))
    case = commands.merge(case_id=case.pk, into_id=said["into"], by=by, at=at, version=said["version"])
    main = case.merged_into.number if case.merged_into else ""
    return Done(_("已把 %(number)s 并入 %(main)s") % {"number": case.number, "main": main}, "unmerge")


STEPS: dict[str, Callable[[Case, dict[str, Any], Actor, datetime], Done]] = {
    "accept": _accept, "ask_verify": _ask, "void": _void, "explain": _explain, "refer": _refer, "merge": _merge,
}  # fmt: skip


@login_required
@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One way out of screening."""
    by, at = actor_of(request, BOARD.verb), timezone.now()
    if verb not in STEPS:
        raise Http404
    form = ScreenForm(request.POST)
    return carry(request, BOARD, number, form, lambda case: STEPS[verb](case, form.cleaned_data, by, at))
