"""What every page of this room needs: the right to look, the row, the frame."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from linli.kernel.audit import queries as audit
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.returns import policy
from linli.returns.models import Form, Return


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


def return_or_404(by: Actor, pk: int) -> Return:
    """A return that the actor may see."""
    found = policy.returns_for(by).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def timeline(events: list[Event]) -> list[dict[str, Any]]:
    """Events as lines of a history, the latest first."""
    lines = [
        {"at": e.at, "who": e.actor_label, "what": audit.sentence_of(e), "text": e.note, "icon": "pencil"}
        for e in events
    ]
    return lines[::-1]


def page(title: Any, *crumbs: tuple[Any, str], **more: Any) -> dict[str, Any]:
    """The context that every page takes."""
    return {"title": title, "crumbs": [{"label": label, "url": url} for label, url in crumbs], **more}
