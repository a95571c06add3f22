"""What the lists make of a message or a matter, and what in them needs a person's eye."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.duties import queries
from linli.duties.forms import TryForm
from linli.duties.models import Category
from linli.duties.queries import Guess, Routing
from linli.duties.views.frame import actor_of, page


@login_required
def try_it(request: HttpRequest) -> HttpResponse:
    """A message to its categories, a category to its lead; nothing is kept of what is typed."""
    by = actor_of(request)
    form = TryForm(request.POST or None)
    context = page(by, _("试一试"), tab="try", form=form)
    if request.method == "POST" and form.is_valid():
        context |= _tried(form)
    part = request.htmx and request.method == "POST"  # type: ignore[attr-defined]
    return render(request, "duties/_parts/tried.html" if part else "duties/try.html", context)


def _tried(form: TryForm) -> dict[str, Any]:
    tree, text = queries.categories(), form.cleaned_data["text"]
    chosen = tree.by_code.get(form.cleaned_data["category"])
    guesses = queries.suggest_categories(text, unsure=True) if text and chosen is None else []
    decided = bool(guesses) and bool(queries.suggest_categories(text, limit=1))
    category = chosen or (guesses[0].category if guesses else None)
    said = {"tried": True, "guesses": [_guess(guess) for guess in guesses], "decided": decided}
    return said | {"category": category, "routing": _routing(category, form) if category else None}


def _guess(guess: Guess) -> dict[str, Any]:
    return {"guess": guess, "said": queries.categories().said(guess.category)}


def _routing(category: Category, form: TryForm) -> dict[str, Any] | None:
    found = queries.route(category, on=timezone.localdate(), **form.facts)
    if found is None:
        return None
    return _words(found) | {"alternatives": [_words(other) for other in found.alternatives]}


def _words(routing: Routing) -> dict[str, Any]:
    return {
        "routing": routing, "lead": queries.lead_words([routing.lead])[0], "assist": queries.lead_words(routing.assist),
    }  # fmt: skip


@login_required
def findings(request: HttpRequest) -> HttpResponse:
    """Contradictions of the catalogue and of the lists, categories that lead nowhere, and what was handed down bare, today."""
    by = actor_of(request)
    found = queries.findings(timezone.localdate())
    context = page(
        by, _("矛盾与缺口"), tab="findings", findings=found, tree=queries.categories(), sorts=_sorted(timezone.localdate()),
    )  # fmt: skip
    return render(request, "duties/findings.html", context)


SORTS = {
    "opposed": gettext_lazy("清单之间矛盾"),
    "routed": gettext_lazy("派单目录与清单矛盾"),
    "duplicate": gettext_lazy("重复"),
    "baseless": gettext_lazy("没有依据"),
    "bare": gettext_lazy("权、费、人没有随事下放"),
}


def _sorted(on: date) -> list[dict[str, Any]]:
    """What is to be looked at in the lists, each sort with its heading, the gravest first."""
    found = queries.list_findings(on)
    groups = [
        {"heading": words, "found": [f for f in found if f.kind == kind]} for kind, words in SORTS.items()
    ]
    return [group for group in groups if group["found"]]
