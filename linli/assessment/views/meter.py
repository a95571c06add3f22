"""The meter: of a place, of one number, by department, what was saved, and the formula."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.burden import KINDS, Range, total
from linli.algorithms.text.sentences import said
from linli.assessment import policy
from linli.assessment.queries import records
from linli.assessment.queries import saved as savings
from linli.assessment.queries.meter import Meter, Row, rates_on
from linli.assessment.rules import METERED, QUESTIONS, RECORDED, ROLE_QUESTIONS, ROLES, of_report
from linli.assessment.views.frame import (
    actor_of,
    asked_period,
    in_hours,
    kind_words,
    line_shown,
    node_or_404,
    offered_periods,
    own_place,
    page,
    period_words,
    rounded,
    shown,
    unit_words,
)
from linli.kernel.audit.actor import Actor
from linli.kernel.jobs.job import enqueue
from linli.territory.queries.units import Node, tree

COLUMNS = (
    "form",
    "cell",
    "known",
    "task",
    "unlisted",
    "certificate",
    "inspection",
    "meeting",
    "group",
    "app",
    "account",
    "signboard",
)


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """The meter of the own place."""
    by = actor_of(request)
    return _of_place(request, by, own_place(by))


@login_required
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The meter of a place: published figures, so anybody's."""
    return _of_place(request, actor_of(request), node_or_404(code))


def _of_place(request: HttpRequest, by: Actor, node: Node) -> HttpResponse:
    today = timezone.localdate()
    period = asked_period(request, today)
    meter = Meter(period, today)
    whole = meter.row(node)
    single = node.level == "community"
    by_community = request.GET.get("by") == "community"
    above = [
        (each.name, each_url(each, period.name))
        for each in tree().ancestors(node.path)[:-1]
        if each.kind != "department"
    ]
    context = page(
        by, _("%(place)s：减负计量") % {"place": node.name}, *above, tab="meter", node=node, period=period, words=period_words(period),
        periods=offered_periods(today, period), counted_at=meter.counted_at, whole=whole, hours=in_hours(whole.estimate.minutes),
        lines=_lines(meter, whole, node, period.name), missing=_missing(whole), single=single, figures=_figures(whole, node, period.name),
        columns=[(kind, kind_words(kind), unit_words(kind)) for kind in COLUMNS],
        rows=[] if single else [_shown_row(row, period.name) for row in meter.rows_below(node, by="community" if by_community else "")],
        by_community=by_community, is_county=node.level not in {"street", "community"},
        roles=[] if single else _roles(meter, node), months=rounded(meter.share * 365), least_roles=ROLES,
        report_url=_report_url(by, node, period.year) if single else "", chart=_chart(meter, whole, node, period.name),
    )  # fmt: skip
    return render(request, "assessment/meter.html", context)


def each_url(node: Node, period: str) -> str:
    """The meter of a place in a period."""
    return f"{reverse('assessment:unit', args=[node.code])}?period={period}"


def figure_url(node: Node, kind: str, period: str) -> str:
    """How one number came about."""
    return f"{reverse('assessment:figure', args=[node.code, kind])}?period={period}"


def _report_url(by: Actor, node: Node, year: int) -> str:
    return reverse("assessment:report_fill", args=[node.code, year]) if policy.may_report(by, node) else ""


def _lines(meter: Meter, row: Row, node: Node, period: str) -> list[dict[str, Any]]:
    """The formula line by line."""
    return [
        {
            **line_shown(line, meter.minutes[line.kind]),
            "url": figure_url(node, line.kind, period),
            "source": _source(line.kind),
        }
        for line in row.estimate.lines
    ]


def _source(kind: str) -> str:
    reported = {q.kind for q in (*QUESTIONS, *ROLE_QUESTIONS)}
    if kind in RECORDED:
        return _("系统记录和自报") if kind in reported else _("系统记录")
    return _("社区自报")


def _missing(row: Row) -> list[str]:
    """Kinds that nothing is known of: neither recorded nor told."""
    return [kind_words(kind) for kind in METERED if kind not in row.counts]


def _figures(row: Row, node: Node, period: str) -> list[dict[str, Any]]:
    """The few numbers at the head."""
    found = []
    for kind in ("form", "cell", "known", "unlisted", "group", "app"):
        figure = shown(row.counts.get(kind))
        if figure is not None:
            found.append(
                {
                    "label": kind_words(kind),
                    "unit": unit_words(kind),
                    "figure": figure,
                    "url": figure_url(node, kind, period),
                }
            )
    return found


def _shown_row(row: Row, period: str) -> dict[str, Any]:
    """A line of the table of places."""
    node = row.node
    cells = [(shown(row.counts.get(kind)), figure_url(node, kind, period)) for kind in COLUMNS]
    name = _("%(street)s本级") % {"street": node.name} if row.is_own else node.name
    return {
        "name": name, "url": "" if row.is_own else each_url(node, period), "cells": cells, "hours": in_hours(row.estimate.minutes),
        "told": row.told, "communities": row.communities, "is_own": row.is_own,
    }  # fmt: skip


def _roles(meter: Meter, node: Node) -> list[dict[str, Any]]:
    kinds = ("group", "app", "account")
    return [
        {
            "label": said(ROLES[row.role]), "told": row.told, "people": shown(row.people), "hidden": not row.counts,
            "cells": [shown(row.counts.get(kind)) for kind in kinds],
        }
        for row in meter.roles(node)
    ]  # fmt: skip


def _chart(meter: Meter, row: Row, node: Node, period: str) -> dict[str, Any] | None:
    """Where the time goes: hours by kind, in the order of the kinds."""
    lines = [line for line in row.estimate.lines if line.minutes.likely]
    if not lines:
        return None
    return {
        "kind": "bar", "label": _("项目"), "labels": [kind_words(line.kind) for line in lines], "unit": _("小时"),
        "series": [{"name": _("大约"), "values": [round(float(line.minutes.likely / 60), 1) for line in lines]}],
        "urls": [figure_url(node, line.kind, period) for line in lines],
    }  # fmt: skip


# --- One number ---------------------------------------------------------------------------------------------------------


@login_required
def figure(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """How one number came about: what is recorded, counted again at this moment, and by whom it was told; each with its records."""
    by, node = actor_of(request), node_or_404(code)
    if kind not in METERED:
        raise Http404
    today = timezone.localdate()
    period = asked_period(request, today)
    meter = Meter(period, today)
    row = meter.row(node)
    single = node.level == "community"
    told = meter.told.get(node.id) if single else None
    recorded = sum(meter.recorded_of(each.id)[kind] for each in tree().below(node.path))
    line = row.lines.get(kind)
    context = page(
        by, _("%(place)s：%(kind)s") % {"place": node.name, "kind": kind_words(kind)},
        (_("减负计量"), each_url(node, period.name)), node=node, kind=kind, label=kind_words(kind), unit=unit_words(kind), words=period_words(period),
        figure=shown(row.counts.get(kind)), line=line_shown(line, meter.minutes[kind]) if line else None, norm=meter.rates[kind].norm,
        standing=KINDS[kind].standing, share=_share_words(meter), is_recorded=kind in RECORDED, recorded=recorded, counted_at=meter.counted_at,
        now=records.by_kind(records.recorded(period, node.path))[kind] if kind in RECORDED and single else None,
        records=records.records_url(kind, node, period) if kind in RECORDED and single else "",
        owners=meter.of_unit(node.id, kind) if single else [], told=_told(told, kind, node, by), single=single,
        is_told=kind in {q.kind for q in (*QUESTIONS, *ROLE_QUESTIONS)}, row=row,
        below=[] if single else [_part(each, kind, period.name) for each in meter.rows_below(node)],
    )  # fmt: skip
    return render(request, "assessment/figure.html", context)


def _share_words(meter: Meter) -> str:
    days = (min(meter.period.last, meter.today) - meter.period.first).days + 1
    return _("%(days)d 天") % {"days": days}


def _part(row: Row, kind: str, period: str) -> dict[str, Any]:
    found = _shown_row(row, period)
    return {**found, "figure": shown(row.counts.get(kind)), "figure_url": figure_url(row.node, kind, period)}


def _told(told: Any, kind: str, node: Node, by: Actor) -> dict[str, Any] | None:
    """What the community itself told of a kind for a year, and where that stands for who may open it."""
    if told is None:
        return None
    figure = of_report(told.figures).get(kind)
    url = reverse("assessment:report", args=[node.code, told.year]) if policy.is_within(by, node.path) else ""
    return {"year": told.year, "figure": shown(figure), "url": url} if figure is not None else None


# --- Departments, savings, formula --------------------------------------------------------------------------------------


@login_required
def departments(request: HttpRequest) -> HttpResponse:
    """What each department asks, and what it saved, in the order of codes."""
    by = actor_of(request)
    return render(
        request,
        "assessment/departments.html",
        page(by, _("按部门：要了什么，减了多少"), tab="departments", **departments_of(request)),
    )


def departments_of(request: HttpRequest) -> dict[str, Any]:
    """The table of departments for a page or the public one."""
    today = timezone.localdate()
    period = asked_period(request, today)
    meter = Meter(period, today)
    ended = savings.ended_forms(period, today, meter.minutes)
    by_owner: dict[str, list[Any]] = {}
    for each in ended:
        by_owner.setdefault(each.owner, []).append(each)
    found = []
    for row in meter.departments():
        own = by_owner.get(row.name, [])
        found.append({
            "name": row.name, "cells": [shown(row.counts.get(kind, Range.of(0))) for kind in ("form", "cell", "known")],
            "hours": in_hours(row.estimate.minutes), "saved": in_hours(row.saved.minutes), "ended": len(own),
            "ended_hours": in_hours(savings.saved_yearly(own)),
        })  # fmt: skip
    return {
        "departments": found, "period": period, "words": period_words(period), "periods": offered_periods(today, period),
        "counted_at": meter.counted_at,
    }  # fmt: skip


@login_required
def saved(request: HttpRequest) -> HttpResponse:
    """What each decision saved, with its formula."""
    by = actor_of(request)
    today = timezone.localdate()
    period = asked_period(request, today)
    meter = Meter(period, today)
    ended = savings.ended_forms(period, today, meter.minutes)
    filled = [row for row in meter.departments() if row.saved.count.likely]
    known = total(row.saved.minutes for row in filled)
    context = page(
        by, _("减了多少"), tab="saved", period=period, words=period_words(period), periods=offered_periods(today, period),
        counted_at=meter.counted_at, ended=[_ended(each) for each in ended], ended_hours=in_hours(savings.saved_yearly(ended)),
        filled=[{"name": row.name, "count": shown(row.saved.count), "rate": shown(row.saved.rate, 2), "hours": in_hours(row.saved.minutes)} for row in filled],
        filled_hours=in_hours(known), filled_count=rounded(sum((row.saved.count.likely for row in filled), Fraction(0))),
    )  # fmt: skip
    return render(request, "assessment/saved.html", context)


def _ended(each: Any) -> dict[str, Any]:
    return {
        "form": each, "times": shown(each.times), "hours": in_hours(each.yearly.minutes),
        "lines": [
            {"label": kind_words(line.kind), "count": shown(line.count), "rate": shown(line.rate, 2), "minutes": shown(line.minutes)}
            for line in each.yearly.lines
        ],
    }  # fmt: skip


@login_required
def formula(request: HttpRequest) -> HttpResponse:
    """The published minutes of each kind, with norm, date and source, and how they are put together."""
    by = actor_of(request)
    context = page(
        by,
        _("怎样估算"),
        tab="formula",
        rates=rates_shown(),
        may_open=by.may("norm.change"),
        today=timezone.localdate(),
    )
    return render(request, "assessment/formula.html", context)


def rates_shown() -> list[dict[str, Any]]:
    """Every rate as pages show it."""
    found = rates_on(timezone.localdate())
    return [
        {
            "label": kind_words(kind), "unit": unit_words(kind), "standing": KINDS[kind].standing, "norm": rate.norm, "metered": kind in METERED,
            "low": rounded(rate.minutes.low, 2), "likely": rounded(rate.minutes.likely, 2), "high": rounded(rate.minutes.high, 2),
        }
        for kind, rate in found.items()
    ]  # fmt: skip


@login_required
@require_POST
def count_again(request: HttpRequest) -> HttpResponse:
    """Let the worker count a period anew."""
    actor_of(request, "burden.keep")
    period = asked_period(request, timezone.localdate())
    enqueue("assessment.count_now", period=period.name)
    messages.success(request, _("正在重新统计%(period)s，一会儿刷新") % {"period": period_words(period)})
    return redirect(f"{reverse('assessment:meter')}?period={period.name}")
