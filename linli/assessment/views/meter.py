"""The meter: of a place, of one number, by department, what was saved, and the formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.algorithms.burden import KINDS, Line, Range, total
from linli.algorithms.text.sentences import said
from linli.assessment import policy
from linli.assessment.queries import records
from linli.assessment.queries import saved as savings
from linli.assessment.queries.meter import Meter, Row, meter_of, rates_on
from linli.assessment.rules import METERED, QUESTIONS, RECORDED, ROLE_QUESTIONS, ROLES, Period, of_report
from linli.assessment.views.frame import (
    SHORT,
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
from linli.kernel.registers.kit import register_url
from linli.territory.queries.units import Node, tree

COLUMNS = ("form", "cell", "known", "task", "unlisted", "inspection", "meeting", "group", "app")


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
    meter = meter_of(period, today)
    if request.GET.get("format") == "csv":
        return as_csv(meter, node)
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
        columns=[(SHORT[kind], unit_words(kind)) for kind in COLUMNS],
        rows=[] if single else [_shown_row(row, period.name) for row in meter.rows_below(node, by="community" if by_community else "")],
        by_community=by_community, is_county=node.level not in {"street", "community"},
        roles=[] if single else _roles(meter, node), days=_share_words(meter), refused=whole.refused, refusals_url=refusals_url(node, period),
        report_url=_report_url(by, node, period.year) if single else "",
    )  # fmt: skip
    return render(request, "assessment/meter.html", context)


def as_csv(meter: Meter, node: Node) -> HttpResponse:
    """Every community of a place with its counts and hours, the least and the most beside the likely figure; the same figures as on the page."""
    target = io.StringIO()
    writer = csv.writer(target)
    kinds = [kind_words(kind) for kind in METERED]
    writer.writerow([_("单位代码"), _("单位"), _("期间"), *kinds, _("估算小时：大约"), _("至少"), _("至多")])
    for row in meter.rows_below(node, by="community"):
        hours = row.estimate.minutes * Range.of(Fraction(1, 60))
        counts = [plain(row.counts[kind].likely) if kind in row.counts else "" for kind in METERED]
        told = [plain(each) for each in (hours.likely, hours.low, hours.high)]
        writer.writerow([row.node.code, row.node.name, meter.period.name, *counts, *told])
    answer = HttpResponse(target.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    name = quote(_("减负计量-%(period)s.csv") % {"period": meter.period.name})
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def plain(value: Fraction) -> str:
    """A figure for a machine: with at most one digit after the point, without marks between thousands."""
    return rounded(value, 1).replace(",", "")


def refusals_url(node: Node, period: Period) -> str:
    """The refusals of a place in a period."""
    return register_url("gate_refusals", unit=[node.code], refused_at=[period.value])


def each_url(node: Node, period: str) -> str:
    """The meter of a place in a period."""
    return f"{unit_address(node.code)}?period={period}"


def figure_url(node: Node, kind: str, period: str) -> str:
    """How one number came about; a page has a thousand of them."""
    return f"{unit_address(node.code)}{kind}/?period={period}"


@lru_cache(maxsize=4096)
def unit_address(code: str) -> str:
    """The meter of a place."""
    return reverse("assessment:unit", args=[code])


def _report_url(by: Actor, node: Node, year: int) -> str:
    return reverse("assessment:report_fill", args=[node.code, year]) if policy.may_report(by, node) else ""


def _lines(meter: Meter, row: Row, node: Node, period: str) -> list[dict[str, Any]]:
    """The formula line by line."""
    whole = row.estimate.minutes.likely
    return [
        {
            **line_shown(line, meter.minutes[line.kind]), "url": figure_url(node, line.kind, period), "source": _source(line.kind),
            "share": rounded(line.minutes.likely * 100 / whole) if whole else "0",
        }
        for line in row.estimate.lines
    ]  # fmt: skip


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
    cells = [(shown(row.counts.get(kind)), figure_url(node, kind, period), SHORT[kind]) for kind in COLUMNS]
    name = _("%(street)s本级") % {"street": node.name} if row.is_own else node.name
    return {
        "name": name, "url": "" if row.is_own else each_url(node, period), "cells": cells, "hours": in_hours(row.estimate.minutes),
        "told": row.told, "communities": row.communities, "is_own": row.is_own, "refused": row.refused,
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


# --- One number ---------------------------------------------------------------------------------------------------------


@login_required
def figure(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """How one number came about: what is recorded, counted again at this moment, and by whom it was told; each with its records."""
    by, node = actor_of(request), node_or_404(code)
    if kind not in METERED:
        raise Http404
    today = timezone.localdate()
    period = asked_period(request, today)
    meter = meter_of(period, today)
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
        owners=meter.of_unit(node.id, kind) if single else [], told=_told(told, kind, node, by, meter.share), single=single,
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


def _told(told: Any, kind: str, node: Node, by: Actor, share: Fraction) -> dict[str, Any] | None:
    """What the community itself told of a kind for a year, and where that stands for who may open it."""
    if told is None:
        return None
    figure = of_report(told.figures).get(kind)
    url = reverse("assessment:report", args=[node.code, told.year]) if policy.is_within(by, node.path) else ""
    if figure is None:
        return None
    part = figure if KINDS[kind].standing else figure * Range.of(share)
    return {"year": told.year, "figure": shown(figure), "part": shown(part), "url": url}


# --- Departments, savings, formula --------------------------------------------------------------------------------------


@login_required
def departments(request: HttpRequest) -> HttpResponse:
    """What each department asks, and what it saved, in the order of codes."""
    by, today = actor_of(request), timezone.localdate()
    period = asked_period(request, today)
    meter = meter_of(period, today)
    context = page(
        by, _("按部门：要了什么，减了多少"), tab="departments", departments=departments_of(meter), words=period_words(period),
        periods=offered_periods(today, period), counted_at=meter.counted_at,
    )  # fmt: skip
    return render(request, "assessment/departments.html", context)


def departments_of(meter: Meter) -> list[dict[str, Any]]:
    """The table of departments for a page or the public one: whoever asks, was refused, or asks no more."""
    spared = Spared(meter)
    asking = {row.name: row for row in meter.departments()}
    codes = {node.name: node.code for node in tree().nodes if node.kind == "department"}
    names = sorted({*asking, *spared.owners}, key=lambda name: codes.get(name, name))
    return [_department(name, asking.get(name), spared) for name in names]


class Spared:
    """What decisions of a period spared communities, by department."""

    def __init__(self, meter: Meter) -> None:
        period, today = meter.period, meter.today
        self.ended = savings.ended_forms(period, today, meter.minutes)
        self.kept_away = savings.kept_away(period, today)
        self.refused = savings.refused_tasks(period, today, meter.minutes)
        self.answered = {each.owner: each.line for each in savings.answered(period, today, meter.minutes)}
        self.owners = {
            *(each.owner for each in self.ended),
            *(each.owner for each in self.kept_away),
            *self.refused,
            *self.answered,
        }

    def of(self, owner: str) -> tuple[int, int, Range]:
        """Forms ended, matters and tasks refused, and minutes a year of all of it."""
        ended = [each for each in self.ended if each.owner == owner]
        away = [each for each in self.kept_away if each.owner == owner]
        line = self.refused.get(owner)
        minutes = savings.saved_yearly(ended) + total(each.yearly for each in away)
        tasks = int(line.count.likely) if line else 0
        return len(ended), len(away) + tasks, minutes + line.minutes if line else minutes


def _department(name: str, row: Any, spared: Spared) -> dict[str, Any]:
    ended, refused, minutes = spared.of(name)
    counts = row.counts if row else {}
    nothing = Range.of(0)
    spared_by_data = [row.saved.minutes] if row else []
    if name in spared.answered:
        spared_by_data.append(spared.answered[name].minutes)
    return {
        "name": name, "cells": [(shown(counts.get(kind, nothing)), SHORT[kind]) for kind in ("form", "cell", "known")],
        "hours": in_hours(row.estimate.minutes if row else nothing), "saved": in_hours(total(spared_by_data)), "ended": ended,
        "refused": refused, "ended_hours": in_hours(minutes),
    }  # fmt: skip


@login_required
def saved(request: HttpRequest) -> HttpResponse:
    """What each decision saved, with its formula."""
    by = actor_of(request)
    today = timezone.localdate()
    period = asked_period(request, today)
    meter = meter_of(period, today)
    ended = savings.ended_forms(period, today, meter.minutes)
    filled = [row for row in meter.departments() if row.saved.count.likely]
    away = savings.kept_away(period, today)
    refused = savings.refused_tasks(period, today, meter.minutes)
    answered = savings.answered(period, today, meter.minutes)
    whole = [
        _sum(_("停用报表"), savings.saved_yearly(ended), _("%(n)s 张") % {"n": len(ended)}),
        _sum(_("不予准入"), total(each.yearly for each in away), _("%(n)s 件") % {"n": len(away)}),
        _sum(_("社区拒收"), total(line.minutes for line in refused.values()), _("%(n)s 件") % {"n": _together(refused.values())}),
        _sum(_("查询代替填表"), total(each.line.minutes for each in answered), _("%(n)s 次") % {"n": sum(each.queries for each in answered)}),
        _sum(_("系统代填"), total(row.saved.minutes for row in filled), _("%(n)s 项") % {"n": _together(row.saved for row in filled)}),
    ]  # fmt: skip
    context = page(
        by, _("减了多少"), tab="saved", period=period, words=period_words(period), periods=offered_periods(today, period),
        counted_at=meter.counted_at, whole=whole, ended=[_ended(each) for each in ended],
        away=[{"row": each, "each": shown(each.each), "hours": in_hours(each.yearly)} for each in away],
        refused=[_line(name, line) for name, line in refused.items()],
        answered=[{**_line(each.owner, each.line), "queries": each.queries} for each in answered],
        filled=[_line(row.name, row.saved) for row in filled],
    )  # fmt: skip
    return render(request, "assessment/saved.html", context)


def _sum(label: str, minutes: Range, count: str) -> dict[str, Any]:
    """One decision's figure at the head: hours, how many, and from the least to the most."""
    hours = in_hours(minutes)
    return {"label": label, "hours": hours, "note": f"{count} · {hours.spread}" if hours.spread else count}


def _together(lines: Iterable[Line]) -> str:
    return rounded(sum((line.count.likely for line in lines), Fraction(0)))


def _line(name: str, line: Line) -> dict[str, Any]:
    return {
        "name": name,
        "count": shown(line.count),
        "rate": shown(line.rate, 2),
        "hours": in_hours(line.minutes),
    }


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
