"""The review of pairs: list left, two records right, decided by keys, taken back at once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.answers import done, next_of
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands import reviews
from linli.registry.models import Pair
from linli.registry.queries.reviews import decided_for, grounds_of, lines_of, pairs_for, title_of, with_rows
from linli.registry.rules.life import Refused

LISTED = 60


def _actor(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.may("registry.approve"):
        policy.require(by, "registry.review")
    return by


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, and the first or the chosen one of them."""
    by = _actor(request)
    rows = pairs_for(by)
    chosen = request.GET.get("pair", "")
    if chosen.isdigit() and getattr(request, "htmx", False):
        found = with_rows(rows.filter(pk=int(chosen)))
        if not found:
            raise Http404
        return render(request, "registry/reviews/_parts/pair.html", _shown(found[0], by))
    listed = with_rows(rows[:LISTED])
    current = next((each for each in listed if str(each.pk) == chosen), listed[0] if listed else None)
    context = {
        "title": _("核对疑似同一人"),
        "rows": [(each, title_of(each)) for each in listed],
        "current": current,
        "total": rows.count(),
        "page_keys": [{"key": "s", "label": _("同一人")}, {"key": "d", "label": _("不是同一人")}, {"key": "j k", "label": _("上下")}],
        **(_shown(current, by) if current else {}),
    }  # fmt: skip
    return render(request, "registry/reviews/board.html", context)


def _shown(pair: Pair, by: Actor) -> dict[str, object]:
    return {
        "pair": pair,
        "lines": lines_of(pair),
        "grounds": grounds_of(pair),
        "own": pair.state == Pair.State.PROPOSED and pair.first_user_id == by.user_id,
    }


@login_required
@require_POST
def decide(request: HttpRequest, pair_id: int, what: str) -> HttpResponse:
    """Same or different; the next pair opens, undo is offered for ten seconds."""
    by = _actor(request)
    pair = get_object_or_404(pairs_for(by), pk=pair_id)
    try:
        decided = reviews.decide(pair_id=pair.pk, same=what == "same", by=by, at=timezone.now())
    except Refused as refusal:
        return _refused(request, refusal)
    words = (
        _("已提请合并，由另一人复核")
        if decided.state == Pair.State.PROPOSED
        else _("已确认为同一人")
        if what == "same"
        else _("已确认不是同一人")
    )
    undo = reverse("registry:review_undo", args=[decided.pk])
    return done(request, words, reverse("registry:reviews"), undo=undo, row=f"pair-{decided.pk}")


@login_required
@require_POST
def undo(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Take the decision back."""
    by = _actor(request)
    get_object_or_404(decided_for(by), pk=pair_id)
    try:
        reviews.undo_decision(pair_id=pair_id, by=by, at=timezone.now())
    except Refused as refusal:
        return _refused(request, refusal)
    return redirect(next_of(request, reverse("registry:reviews")))


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return done(request, str(refusal), reverse("registry:reviews"), failed=True)
