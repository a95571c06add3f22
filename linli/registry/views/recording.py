"""A deed on a record as a page: its form, the command that records it, what is said afterwards, and the way back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands import undoing
from linli.registry.forms.deeds import DeedForm
from linli.registry.models import Component, Organisation, Person
from linli.registry.queries.history import Record, change_made, timeline
from linli.registry.views.asking import looker, page
from linli.territory.queries.units import tree

Given = Mapping[str, Any]
Common = Mapping[str, Any]

IN_FORCE = frozenset({"present", "open", "good", "damaged", "missing", "abandoned"})
"""States of a record of which something can still be recorded."""

PAGES: dict[type[Record], tuple[str, str, str]] = {
    Person: ("registry:person", "uid", "registry:people"),
    Organisation: ("registry:organisation", "uid", "registry:organisations"),
    Component: ("registry:component", "code", "registry:components"),
}
"""The address of a record's page, what it takes, and the list that the record is in; ``_undo`` behind it is the way back."""


@dataclass(frozen=True)
class Page:
    """A deed as a page: its form, and the command that records it; ``common`` are origin, day, actor and moment.

    ``ends`` says that the record is over afterwards, ``verb`` how the button is called, ``states`` of which records it is offered.
    """

    title: Any
    form: type[DeedForm]
    record: Callable[[Any, Given, Common], Any]
    hint: Any = ""
    ends: bool = False
    states: frozenset[str] = IN_FORCE


def recorder(request: HttpRequest) -> Actor:
    """Who records, and may."""
    actor = looker(request)
    policy.require(actor, "registry.change")
    return actor


def ways_of(
    pages: Mapping[str, Page], actor: Actor, where: str, key: Any, state: str
) -> list[tuple[Any, str, bool]]:
    """Title, address and whether it ends a record, of each deed that an actor may record of a record in this state."""
    if not actor.may("registry.change"):
        return []
    return [
        (each.title, reverse(where, args=[key, what]), each.ends)
        for what, each in pages.items()
        if state in each.states and each.form.fits(actor)
    ]


def page_of(record: Record) -> str:
    """The address of a record's page."""
    where, key, _list = PAGES[type(record)]
    return reverse(where, args=[getattr(record, key)])


def asked(
    request: HttpRequest,
    found: Page,
    about: Any,
    crumbs: tuple[tuple[Any, str], ...],
    address: Callable[[Any], str],
    *,
    is_first: bool = False,
) -> HttpResponse:
    """Show the form, or record the deed; what is refused stands at its field or above the form, and nothing typed is lost.

    ``is_first`` says that the form was not shown yet, though the page was asked for with a POST.
    """
    actor, at = recorder(request), timezone.now()
    is_sent = request.method == "POST" and not is_first
    form = found.form(request.POST if is_sent else None, about=about, actor=actor)
    if is_sent and form.is_valid():
        given = form.cleaned_data
        common = {"origin": given["origin"], "on": given["on"], "by": actor, "at": at}
        try:
            made = found.record(about, given, common)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say_done(request, found.title, (made, about), actor, at)
            return redirect(address(made))
    return render(
        request,
        "registry/people/deed.html",
        page(found.title, *crumbs, form=form, hint=found.hint, ends=found.ends, back=crumbs[-1][1], outlines=outlines(actor)),
        status=422 if form.errors else 200,
    )  # fmt: skip


def outlines(actor: Actor) -> str:
    """The address of the outlines of the actor's territory, to point at a place in them."""
    code = actor.scope.rstrip("/").rpartition("/")[2]
    return (
        reverse("territory:unit_geojson", args=[code])
        if code in tree().by_code
        else reverse("territory:geojson")
    )


def say_done(request: HttpRequest, title: Any, parts: tuple[Any, ...], actor: Actor, at: datetime) -> None:
    """Say what was done, with the way back where the actor still sees what it was about."""
    made = change_made(parts, by=actor, at=at)
    undo = ""
    if made is not None:
        where, key, _list = PAGES[type(made[0])]
        undo = "undo:" + reverse(f"{where}_undo", args=[getattr(made[0], key), made[1]])
    messages.success(request, _("已办理：%(what)s") % {"what": title}, extra_tags=undo)


def take_back(request: HttpRequest, actor: Actor, record: Record, change_id: int) -> HttpResponse:
    """Take back one of the deeds on a record's page; what is not there any more afterwards leads to its list."""
    if change_id not in {entry.change_id for entry in timeline(record, by=actor, today=timezone.localdate())}:
        raise Http404
    try:
        undoing.undo_change(change_id=change_id, by=actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤销，登记恢复原样"))
    left = type(record)._default_manager.filter(pk=record.pk).first()
    return redirect(page_of(left) if left else reverse(PAGES[type(record)][2]))
