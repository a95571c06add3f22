"""What every page of this room needs: the right to look, the row, the frame."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from linli.algorithms.statetable import Transition
from linli.kernel.audit.actor import Actor
from linli.returns import policy, states
from linli.returns.commands.filling import may_move
from linli.returns.models import Form, Query, Return
from linli.returns.queries.permission import why_not_permitted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def actor_of(request: HttpRequest, verb: str = "return.view") -> Actor:
    """Who looks, if they may."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(by, verb)
    return by


def form_or_404(code: str) -> Form:
    """A permitted form by its number."""
    found = Form.objects.select_related("owner").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def query_or_404(code: str) -> Query:
    """A query by its number."""
    found = Query.objects.select_related("owner").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def return_or_404(by: Actor, pk: int) -> Return:
    """A return that the actor may see."""
    found = policy.returns_for(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def page(title: Any, *crumbs: tuple[Any, str], **more: Any) -> dict[str, Any]:
    """The context that every page takes."""
    return {"title": title, "crumbs": [{"label": label, "url": url} for label, url in crumbs], **more}


def steps_of(row: Return, by: Actor) -> list[Transition]:
    """The arrows that this person may take now, but the first, which the form itself takes."""
    return [
        step
        for step in states.TABLE.leaving(row.state)
        if _is_offered(step, row) and may_move(row, by, step.verb)
    ]


def _is_offered(step: Transition, row: Return) -> bool:
    if step.verb == "refuse":
        return bool(why_not_permitted(row.round.form, timezone.localdate()))
    return step.sources != (states.FILLING,)


def as_file(row: Return, content: bytes) -> HttpResponse:
    """A return as a file, named after what it is."""
    answer = HttpResponse(content, content_type=XLSX)
    name = f"{row.round.form.title}-{row.round.period}-{row.unit.name}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
