"""The pages of lists: what fills their columns, the rows of one unit, and the workbook taken away for a purpose."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline
from linli.kernel.privacy.commands import Forgotten
from linli.kernel.privacy.limits import limits
from linli.kernel.registers.register import get
from linli.returns import commands, policy, states
from linli.returns.commands.filling import may_move
from linli.returns.forms import TakeForm
from linli.returns.models import Line, Return, Template
from linli.returns.queries.changes import ALWAYS, Changes, changes_of, faults_in
from linli.returns.queries.departures import departures_of
from linli.returns.queries.fields import (
    NUMBER,
    RECORDS,
    Binding,
    binding_of,
    bindings_of,
    rows_named,
    selections,
)
from linli.returns.queries.filled import cells_of, places_of
from linli.returns.queries.lists import (
    Contents,
    bindings_in,
    columns_of,
    hidden,
    opened,
    selection_of,
)
from linli.returns.queries.suggesting import suggest_columns
from linli.returns.registers import STATE_TONES, STATE_WORDS
from linli.returns.rules.elements import LATER, dictionary
from linli.returns.rules.rendering import ways_of
from linli.returns.views.frame import actor_of, as_file, page, return_or_404, steps_of

AT_ONCE = 50
"""Rows of a page."""

FAULTS = 10
"""Rows that are told to be wrong at once."""

EVERYBODY = "people.all"


# --- What fills the columns -----------------------------------------------------------------------------------------------


def bind(request: HttpRequest, template: Template, by: Actor) -> HttpResponse:
    """Say whose rows a list has and what fills its columns; confirmed once, it is only shown. Whoever chooses other records gets other proposals."""
    kept, error = template.form, ""
    named = rows_named(kept.title) or rows_named(template.layout["title"])
    rows = request.POST.get("rows") or template.listing.get("rows") or named
    rows = rows if rows in selections() else EVERYBODY
    is_confirming = request.method == "POST" and "confirm" in request.POST
    columns, labels = _chosen(request, template, rows, is_confirming), _labels_chosen(request, template)
    checks = request.POST.get("checks", "\n".join(template.checks))
    if is_confirming:
        try:
            commands.bind_list(
                template_id=template.pk,
                rows=rows,
                columns=columns,
                bindings=labels,
                checks=checks.splitlines(),
                by=by,
                at=timezone.now(),
            )
        except (commands.Refused, NotAllowed) as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("模板已确认，可以下发"))
            return redirect("returns:form", kept.code)
    record = RECORDS[selections()[rows].register]
    crumbs = (
        (_("准许报表"), reverse("returns:forms")),
        (kept.title, reverse("returns:form", args=[kept.code])),
    )
    context = page(
        _("第 %(number)s 版模板") % {"number": template.number}, *crumbs, template=template, error=error, rows=rows, checks=checks, groups=_selections(),
        columns=[_column(each, record, columns.get(each["place"], "")) for each in columns_of(template)], choices=_choices(record),
        labels=[_label(n, each, labels.get(each["place"], "")) for n, each in enumerate(places_of(template))], whose=selections()[rows],
        facts=[(each.code, _(each.title)) for each in dictionary().values() if each.kind == "fact"],
        known=len([code for code in [*columns.values(), *labels.values()] if code]), may=policy.owns(by, kept) and template.confirmed_at is None,
    )  # fmt: skip
    return render(request, "returns/bind_list.html", context, status=422 if error else 200)


def _chosen(request: HttpRequest, template: Template, rows: str, is_confirming: bool) -> dict[str, str]:
    """What the columns are filled with: as was said, as was confirmed, or as is proposed for such records."""
    if is_confirming:
        return {
            each["place"]: request.POST.get(f"column-{each['place']}", "") for each in columns_of(template)
        }
    if template.listing:
        return dict(template.listing["columns"])
    found = suggest_columns(selections()[rows].register, [each["heading"] for each in columns_of(template)])
    return {each["place"]: found.get(each["heading"], "") for each in columns_of(template)}


def _labels_chosen(request: HttpRequest, template: Template) -> dict[str, str]:
    places = places_of(template)
    if request.method == "POST":
        return {each["place"]: request.POST.get(f"place-{n}", "") for n, each in enumerate(places)}
    return dict(template.bindings)


def _selections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Whose rows may be asked for, register by register."""
    return [
        (
            str(get(register).title),
            [(code, _(each.title)) for code, each in selections().items() if each.register == register],
        )
        for register in RECORDS
    ]


def _choices(record: str) -> list[tuple[str, str]]:
    """What a column may be filled with, in every way of writing it."""
    return [(each.code, _words(each)) for each in bindings_of(record)]


def _words(binding: Binding) -> str:
    way = ways_of(binding.field.shape)[binding.way]
    title = _(binding.field.title)
    return f"{title}（{_(way)}）" if way else title


def _column(column: dict[str, str], record: str, code: str) -> dict[str, Any]:
    binding = binding_of(record, code)
    return {**column, "code": binding.code if binding else "", "words": _words(binding) if binding else ""}


def _label(n: int, place: dict[str, str], code: str) -> dict[str, Any]:
    return {**place, "n": n, "code": code, "element": dictionary().get(code)}


# --- The rows of one unit -------------------------------------------------------------------------------------------------


@never_cache
def detail(request: HttpRequest, row: Return, by: Actor) -> HttpResponse:
    """The rows of a list, fifty at a time, sealed values masked; answers and corrections of the own unit."""
    error = ""
    if request.method == "POST":
        error = saved(request, row, by)
        if not error:
            return redirect(_next(request, row))
    sees = policy.sees_lines(by, row)
    paged = Paginator(row.lines.all() if sees else Line.objects.none(), AT_ONCE).get_page(
        request.GET.get("page")
    )
    fills, columns = row.state == states.FILLING and may_move(row, by, "submit"), _headed(row.round.template)
    try:
        changes = changes_of(row) if sees and row.key_id else Changes()
        lines = _lines(request, row, paged, by, changes) if row.key_id else []
        is_gone = False
    except Forgotten:
        lines, changes, is_gone = [], Changes(), True
    context = page(
        f"{row.round.form.title} {row.round.period}", (_("报表"), reverse("returns:returns")), row=row, error=error, page=paged, lines=lines,
        columns=columns, fixable=[each for each in columns if each["binding"] and not each["is_number"]], labels=[_shown_label(n, each, row, request) for n, each in enumerate(cells_of(row))], sees=sees,
        is_gone=is_gone, whose=selection_of(row.round.template), state=STATE_WORDS[row.state], tone=STATE_TONES[row.state], fills=fills,
        steps=steps_of(row, by), is_late=row.state == states.FILLING and row.round.due_on < timezone.localdate(),
        history=timeline(list(history_of("return", row.pk))), departures=departures_of(row), changes=changes, faults=faults_in(row)[:FAULTS] if sees and not is_gone else [],
        may_carry=fills and any(cell["before"] and not cell["value"] for line in lines for cell in line["cells"]),
    )  # fmt: skip
    return render(request, "returns/list.html", context, status=422 if error else 200)


def _headed(template: Template) -> list[dict[str, Any]]:
    bindings = bindings_in(template)
    return [
        {**each, "binding": bindings.get(each["place"]), "is_number": _is_number(bindings.get(each["place"]))}
        for each in columns_of(template)
    ]


def _is_number(binding: Binding | None) -> bool:
    return binding is not None and binding.field.code == NUMBER


def _shown_label(n: int, cell: Any, row: Return, request: HttpRequest) -> dict[str, Any]:
    """A label around the rows; the day and the person are known once the return was handed in."""
    later = cell.element.code if cell.element is not None and cell.element.code in LATER else ""
    value = request.POST.get(f"value-{n}", "" if cell.value is None else cell.value)
    return {"n": n, "cell": cell, "later": later, "value": value}


def _lines(
    request: HttpRequest, row: Return, paged: Page[Line], by: Actor, changes: Changes
) -> list[dict[str, Any]]:
    found = list(paged)
    contents = opened(row, found)
    urls = _urls(row, contents, by)
    columns = _headed(row.round.template)
    link = next((each["place"] for each in columns if each["binding"] and not each["is_number"]), "")
    return [
        {
            "number": line.number, "url": urls.get(each.id, ""), "fix": _fix(request, line.number), "is_new": changes.is_new(each),
            "cells": [_cell(request, line.number, column, each, column["place"] == link, changes) for column in columns],
        }
        for line, each in zip(found, contents, strict=True)
    ]  # fmt: skip


def _cell(
    request: HttpRequest,
    number: int,
    column: dict[str, Any],
    contents: Contents,
    is_link: bool,
    changes: Changes,
) -> dict[str, Any]:
    place, binding = column["place"], column["binding"]
    known, given = contents.known.get(place), contents.given.get(place, {})
    name = f"{number}-{place}"
    mine, was = hidden(given.get("value"), binding), changes.was(contents, place)
    told = binding is not None and binding.field.code not in ALWAYS
    return {
        "name": name, "column": column, "is_link": is_link, "is_known": known is not None, "known": hidden(known, binding),
        "shown": hidden(contents.values.get(place), binding), "value": request.POST.get(f"line-{name}", mine),
        "reason": given.get("reason", ""), "is_changed": known is not None and bool(given),
        "before": hidden(was, binding) if known is None and was is not None else "", "has_changed": told and was is not None and known is not None and was != known,
    }  # fmt: skip


def _fix(request: HttpRequest, number: int) -> dict[str, str]:
    """The correction of a row that was sent and not taken."""
    sent = {"place": f"fix-{number}", "value": f"fixed-{number}", "reason": f"why-{number}"}
    return {name: request.POST.get(field, "") for name, field in sent.items()}


def _urls(row: Return, contents: list[Contents], by: Actor) -> dict[int, str]:
    """The pages of the records of these rows, as far as the viewer sees them."""
    register = get(selection_of(row.round.template).register)
    if not by.may(register.verb):
        return {}
    rows = register.rows_for(by).filter(pk__in=[each.id for each in contents])
    return {each.pk: register.row_url(each) for each in rows}


def saved(request: HttpRequest, row: Return, by: Actor) -> str:
    """Keep what was written around the rows and in them, both or nothing, and submit where that was asked; returns what is wrong."""
    at, version = timezone.now(), int(request.POST.get("version") or -1)
    labels = {
        cell.place: text
        for n, cell in enumerate(cells_of(row))
        if (text := request.POST.get(f"value-{n}")) is not None
    }
    fixes = _fixes(request)
    values = _answers(request) | {cell: fix["value"] for cell, fix in fixes.items()}
    reasons = {cell: fix["reason"] for cell, fix in fixes.items()}
    try:
        with transaction.atomic():
            kept = commands.answer(return_id=row.pk, values=labels, reasons={}, version=version, by=by, at=at)
            commands.answer_lines(
                return_id=row.pk, values=values, reasons=reasons, version=kept.version, by=by, at=at
            )
    except (Refusal, NotAllowed) as refusal:
        return str(refusal)
    if "submit" not in request.POST:
        messages.success(request, _("已保存"))
        return ""
    try:
        commands.move(return_id=row.pk, verb="submit", by=by, at=at)
    except commands.NotWhole as refusal:
        row.refresh_from_db()
        messages.success(request, _("所填已保存"))
        return str(refusal)
    undo = reverse("returns:move", args=[row.pk, "recall"])
    messages.success(request, _("已提交"), extra_tags=f"undo:{undo}")
    return ""


def _answers(request: HttpRequest) -> dict[tuple[int, str], str]:
    """The cells that a page sent: ``line-3-C`` as row 3, column C."""
    found = {}
    for name, text in request.POST.items():
        head, _dash, rest = name.partition("-")
        number, _dash, place = rest.partition("-")
        if head == "line" and number.isdigit():
            found[int(number), place] = str(text)
    return found


def _fixes(request: HttpRequest) -> dict[tuple[int, str], dict[str, str]]:
    """The corrections that a page sent, one of each row at most."""
    numbers = [int(name[4:]) for name in request.POST if name.startswith("fix-") and name[4:].isdigit()]
    fixes = {number: _fix(request, number) for number in numbers}
    return {(number, fix["place"]): fix for number, fix in fixes.items() if fix["place"]}


def _next(request: HttpRequest, row: Return) -> str:
    """Where one is after saving: on the same page, or the one after it."""
    here = request.GET.get("page", "1")
    number = int(here) if here.isdigit() else 1
    address = reverse("returns:return", args=[row.pk])
    number += "next" in request.POST
    return f"{address}?page={number}" if number > 1 else address


# --- The workbook ---------------------------------------------------------------------------------------------------------


@login_required
@never_cache
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the list is taken for; then the department's own workbook, marked with who took it when."""
    by = actor_of(request)
    row = return_or_404(by, pk)
    if not row.round.template.is_list:
        return redirect("returns:workbook", pk)
    if not policy.sees_lines(by, row):
        raise NotAllowed("您的岗位看不到这份花名册的内容")
    asked = request.GET.get("left", "")
    left = (
        get_object_or_404(row.departed.select_related("departure"), departure=asked)
        if asked.isdigit()
        else None
    )
    form, at = TakeForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            _row, content = commands.take_list(
                return_id=pk,
                departure_id=left.departure_id if left else None,
                by=by,
                at=at,
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        except Forgotten:
            form.add_error(None, _("花名册的保存期限已过，内容已销毁"))
        else:
            if content is not None:
                return as_file(row, content)
            messages.success(request, _("已提交申请，另一名审批人同意后再来下载"))
            return redirect("returns:return", pk)
    count = left.count if left else row.lines.count()
    context = page(
        _("下载花名册"), (_("报表"), reverse("returns:returns")), (str(row.round), reverse("returns:return", args=[pk])), row=row, form=form, departure=left.departure if left else None,
        count=count, approval=commands.needs_approval(count, by, at), limits=limits(timezone.localdate(at), by.role),
    )  # fmt: skip
    return render(request, "returns/take.html", context, status=422 if form.errors else 200)
