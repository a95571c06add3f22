"""The norms page: find, compare, change, and the history of each line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.accounts.policy import require
from linli.kernel.audit.queries import history_of, sentence_of
from linli.kernel.norms import commands, queries, words
from linli.kernel.norms.forms import EndForm, NormForm
from linli.kernel.norms.models import Norm
from linli.kernel.norms.places import place_choices
from linli.kernel.norms.rules import CLOCK_UNITS, NormRefused, NormValue, may_withdraw

FEW = 4
"""A key with more lines than this is one entry of the list."""


@dataclass(frozen=True)
class Shown:
    """A row with its words, for the templates."""

    row: Norm
    words: str
    state: str


def shown(row: Norm, today: date) -> Shown:
    """A row in words; the state is past, now or ahead."""
    state = "ahead" if row.valid_from > today else "past" if row.valid_to and row.valid_to < today else "now"
    return Shown(row, words.with_unit(row.value, row.formula, row.unit), state)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every norm with what holds today, by room, with a search. A key with many lines is one entry until it is asked for."""
    today = timezone.localdate()
    text, room, key = (request.GET.get(name, "").strip()[:120] for name in ("q", "room", "key"))
    lines = [line for line in queries.lines(queries.search(text, room)) if not key or line[0].key == key]
    entries = _entries(lines, today, fold=not text and not key)
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(entry["shown"].row.room, []).append(entry)
    context = {
        "title": _("规范"),
        "groups": [(words.room_words(code), found) for code, found in groups.items()],
        "rooms": [(code, words.room_words(code), count) for code, count in queries.rooms()],
        "room": room, "q": text, "key": key, "total": len(lines),
    }  # fmt: skip
    return render(request, "norms/index.html", context)


def _entries(lines: list[list[Norm]], today: date, *, fold: bool) -> list[dict[str, Any]]:
    """One entry a line; a key with more than ``FEW`` lines is folded into one."""
    found = []
    for key, group in groupby(lines, key=lambda line: line[0].key):
        of_key = list(group)
        if fold and len(of_key) > FEW:
            title = _head(of_key)
            found.append(
                {"shown": shown(of_key[0][-1], today), "folded": len(of_key), "key": key, "title": title}
            )
        else:
            found.extend(_current(line, today) for line in of_key)
    return found


def _head(lines: list[list[Norm]]) -> str:
    """What most lines of a key are called before the words of their matter."""
    heads = Counter(words.head_of(line[-1].title) for line in lines)
    return _(heads.most_common(1)[0][0])


def _current(line: list[Norm], today: date) -> dict[str, Any]:
    holding = [
        row for row in line if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)
    ]
    ahead = [row for row in line if row.valid_from > today]
    return {"shown": shown(holding[-1] if holding else line[-1], today), "ahead": bool(ahead)}


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: its rows over time, side by side with other places and days, and what was done to it."""
    row, today = get_object_or_404(Norm, pk=pk), timezone.localdate()
    line = list(Norm.objects.line(row.key, row.place, row.match))
    others = [
        other
        for other in Norm.objects.filter(key=row.key).order_by("place", "valid_from", "id")
        if other not in line
    ]
    events = [event for each in line for event in history_of("norm", each.pk)]
    context = {
        "title": _(row.title), "crumbs": [{"label": _("规范"), "url": reverse("norms:index")}, {"label": _(row.title)}],
        "row": shown(row, today), "room": words.room_words(row.room),
        "line": [{"shown": shown(each, today), "withdraw": _withdrawable(each, today)} for each in reversed(line)],
        "others": [shown(other, today) for other in others[:12]], "others_more": max(0, len(others) - 12),
        "compare": _compare(request, row, today), "can_change": request.actor.may("norm.change"),  # type: ignore[attr-defined]
        "events": [_event(event) for event in sorted(events, key=lambda each: each.pk, reverse=True)],
        "end_form": EndForm(), "today": today,
    }  # fmt: skip
    return render(request, "norms/detail.html", context)


def _withdrawable(row: Norm, today: date) -> bool:
    set_on = timezone.localdate(row.created_at)
    return may_withdraw(is_local=row.origin == "local", valid_from=row.valid_from, set_on=set_on, today=today)


def _event(event: Any) -> dict[str, Any]:
    return {
        "at": event.at,
        "who": event.actor_label,
        "what": sentence_of(event),
        "text": event.note,
        "icon": "history",
    }


def _compare(request: HttpRequest, row: Norm, today: date) -> dict[str, Any]:
    """Places down, days across: what holds for the matter of this row."""
    places = [""] + sorted(
        {place for place in Norm.objects.filter(key=row.key).values_list("place", flat=True) if place}
    )
    asked = request.GET.get("place", "").strip()[:200]
    if asked and asked not in places:
        places.append(asked)
    days = sorted({today, *_days(request.GET.getlist("on")), *_starts(row.key, today)})[:6]
    table = []
    for place in places:
        found = queries.compare(row.key, [(place, day) for day in days], row.match)
        table.append({"place": place, "cells": [_cell(each) for each in found]})
    return {"days": days, "table": table, "place": asked, "choices": place_choices()}


def _days(texts: list[str]) -> list[date]:
    found = []
    for text in texts[:4]:
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            continue
    return found


def _starts(key: str, today: date) -> list[date]:
    """The days ahead on which a norm changes."""
    return list(
        Norm.objects.filter(key=key, valid_from__gt=today).values_list("valid_from", flat=True).distinct()[:3]
    )


def _cell(found: NormValue | None) -> str:
    if found is None:
        return "—"
    return words.with_unit(found.value, found.formula.text if found.formula else "", found.unit)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Type a new value, look at what it changes, and set it."""
    row = get_object_or_404(Norm, pk=pk)
    require(request.actor, "norm.change")  # type: ignore[attr-defined]
    form = NormForm(request.POST or None, row=row, units=_units(row))
    effect, at = None, timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            if "confirm" in request.POST:
                made = commands.set_norm(change=form.change(), by=request.actor, at=at)  # type: ignore[attr-defined]
                messages.success(
                    request,
                    _("已改，自生效日期起执行"),
                    extra_tags=f"undo:{reverse('norms:withdraw', args=[made.pk])}",
                )
                return redirect("norms:detail", pk=made.pk)
            effect = commands.effect_of(form.change(), at=at)
        except NormRefused as refused:
            form.add_error(None, str(refused))
    today = timezone.localdate(at)
    context = {
        "title": _("修改规范"), "form": form, "row": shown(row, today),
        "crumbs": [{"label": _("规范"), "url": reverse("norms:index")}, {"label": _(row.title), "url": reverse("norms:detail", args=[pk])}, {"label": _("修改")}],
        "effect": effect, "after": shown(effect.row, today) if effect else None,
        "before": shown(effect.before, today) if effect and effect.before else None,
    }  # fmt: skip
    return render(request, "norms/change.html", context, status=422 if form.errors else 200)


def _units(row: Norm) -> list[str]:
    known = set(Norm.objects.filter(key=row.key).values_list("unit", flat=True))
    return sorted(known | CLOCK_UNITS if known & CLOCK_UNITS else known)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change back."""
    row = get_object_or_404(Norm, pk=pk)
    before = row.replaces.first() or Norm.objects.line(row.key, row.place, row.match).exclude(pk=pk).last()
    try:
        commands.withdraw_norm(norm=row, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        messages.success(request, _("已撤回"))
    except NormRefused as refused:
        messages.error(request, str(refused))
        return redirect("norms:detail", pk=pk)
    return redirect("norms:detail", pk=before.pk) if before else redirect("norms:index")


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a norm end with nothing after it."""
    row, form = get_object_or_404(Norm, pk=pk), EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写执行到哪一天和依据"))
        return redirect("norms:detail", pk=pk)
    try:
        commands.end_norm(norm=row, **form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        messages.success(request, _("已设定截止日期"))
    except NormRefused as refused:
        messages.error(request, str(refused))
    return redirect("norms:detail", pk=pk)
