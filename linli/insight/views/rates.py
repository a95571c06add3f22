"""比率: the rates by unit, matter, channel and place, and how each is computed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.queries.rates import FIVE, GROUPINGS, RATES, Sight, weights
from linli.insight.policy import require
from linli.insight.queries.facts_cases import of_share
from linli.insight.queries.periods import NAMED, Period, asked, cases

OFFERED = ("office", "below", "street", "community", "grid", "category", "channel", "kind")


def rates(request: HttpRequest) -> HttpResponse:
    """Five rates for the whole and for each group, in the order of the list; never of persons, never by how good they are."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor)
    at = timezone.now()
    sight = Sight(actor, at)
    period = asked(request.GET, sight.today)
    by = request.GET.get("by", "office")
    by = by if by in OFFERED else "office"
    within = sight.received(period.first, period.last)
    context = {
        "title": _("比率"), "at": at, "period": period, "periods": NAMED, "by": by, "grouping": GROUPINGS[by], "least": sight.least,
        "groupings": {key: GROUPINGS[key].title for key in OFFERED}, "weights": _weights(sight), "definitions": [RATES[k] for k in FIVE],
        "whole": [of_share(sight.share(key, within), period) for key in FIVE],
        "rows": [_row(group, by, period) for group in sight.groups(by, within) if group.code],
    }  # fmt: skip
    return render(request, "insight/rates.html", context)


def _row(group: Any, by: str, period: Period) -> dict[str, Any]:
    name = GROUPINGS[by].filter
    narrow = {name: [group.code]} if name else {}
    cells = [
        (share, cases(period, **narrow, measure=[f"{key}.all"]) if name else "") for key, share in group.shares.items()
    ]  # fmt: skip
    return {
        "label": group.label,
        "total": group.total,
        "url": cases(period, **narrow) if name else "",
        "cells": cells,
    }


def _weights(sight: Sight) -> str:
    found = weights(sight.today)
    return "、".join(f"{RATES[key].title} {share}%" for key, share in found.items() if key in RATES)


def rate(request: HttpRequest, key: str) -> HttpResponse:
    """How one rate is computed: formula, numerator, denominator, what was left out and why, each with its records."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor)
    if key not in RATES:
        raise Http404
    at = timezone.now()
    sight = Sight(actor, at)
    period = asked(request.GET, sight.today)
    share = sight.share(key, sight.received(period.first, period.last))
    context = {
        "title": _("%(rate)s怎样算出") % {"rate": share.definition.title}, "at": at, "period": period, "held": of_share(share, period),
        "share": share, "unit": "%", "label": share.definition.title, "source": share.definition.source,
        "crumbs": [{"label": _("比率"), "url": reverse("insight:rates")}],
    }  # fmt: skip
    return render(request, "insight/figure.html", context)
