"""The page of a person, and the sealed values in clear."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.looking import reveal_person, see_person
from linli.registry.forms import RevealForm
from linli.registry.models import Person
from linli.registry.queries.persons import person_for
from linli.registry.queries.showing import show_person
from linli.registry.rules.ages import age_on
from linli.registry.views.asking import day_of, looker, page, revealed
from linli.registry.views.deeds import PERSON_PAGES
from linli.registry.views.recording import ways_of


def _person(request: HttpRequest, uid: UUID) -> tuple[Actor, Person]:
    """Who looks and at whom; 404 alike for one who is not there and one who may not be seen."""
    actor = looker(request)
    found = person_for(actor, uid)
    if found is None:
        raise Http404
    return actor, found


def _crumb() -> tuple[str, str]:
    return _("人员"), reverse("registry:people")


@login_required
@never_cache
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What is known of a person, from where and since when; on any day with ``?on=``."""
    actor, found = _person(request, uid)
    if found.merged_into_id is not None:
        into = policy.persons_for(actor).filter(pk=found.merged_into_id).first()
        return redirect("registry:person", uid=into.uid) if into else redirect("registry:people")
    day, today = day_of(request), timezone.localdate()
    see_person(person=found, by=actor, at=timezone.now())
    shown = show_person(actor, found, day or today, today)
    context = page(
        found.name, _crumb(), shown=shown, person=found, as_of=day, on=request.GET.get("on", ""),
        age=age_on(found.birth, found.died_on or day or today) if found.birth else None, may_reveal=actor.may("registry.reveal"),
        deeds=[] if day else ways_of(PERSON_PAGES, actor, "registry:person_deed", uid, found.state),
        may_undo=actor.may("registry.change") and not day,
    )  # fmt: skip
    return render(request, "registry/people/person.html", context)


@login_required
@never_cache
def reveal(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask what for; then show document and phones in clear, written down as a look."""
    actor, found = _person(request, uid)
    policy.require(actor, "registry.reveal")
    form = RevealForm(request.POST or None)
    clear = None
    if request.method == "POST":
        clear = revealed(form, partial(reveal_person, person_id=found.pk), actor, timezone.now())
    context = page(
        _("查看证件和电话"), _crumb(), (found.name, reverse("registry:person", args=[uid])), form=form, clear=clear,
        action=reverse("registry:person_reveal", args=[uid]), back=reverse("registry:person", args=[uid]),
    )  # fmt: skip
    template = "registry/_parts/reveal.html" if request.htmx else "registry/people/reveal.html"  # type: ignore[attr-defined]
    status = 422 if request.method == "POST" and clear is None else 200
    return render(request, template, context, status=status)
