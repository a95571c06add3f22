"""Lineage, coverage by grids, and the size of communities against the norm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.territory.models import LineageEvent
from linli.territory.queries import coverage as asked
from linli.territory.queries.units import sides, top_node, tree
from linli.territory.views.asking import looker, page


def _home() -> tuple[str, str]:
    return _("单位与网格"), reverse("territory:home")


def lineage(request: HttpRequest) -> HttpResponse:
    """Every reorganisation that is on record, the latest first, undated ones last."""
    looker(request)
    events = LineageEvent.objects.prefetch_related("links__from_unit", "links__to_unit").order_by(
        "-on_date", "-id"
    )
    rows = [(event, *sides(event)) for event in sorted(events, key=lambda e: e.on_date is None)]
    return render(request, "territory/lineage.html", page(_("单位沿革"), _home(), rows=rows))


def coverage(request: HttpRequest) -> HttpResponse:
    """Whether all area, households and addresses lie in a grid: the 100 % check, by community."""
    looker(request)
    top = tree().by_code.get(request.GET.get("parent", "")) or top_node()
    rows = asked.coverage_by_community(top.path)
    context = page(_("网格覆盖"), _home(), rows=rows, total=asked.coverage_total(rows), top=top)
    return render(request, "territory/coverage.html", context)


def sizes(request: HttpRequest) -> HttpResponse:
    """Communities under, within and over the norm of households, with a hint to split or merge."""
    looker(request)
    top = top_node()
    norm = asked.size_norm(timezone.localdate(), top.path)
    rows = asked.sizes(norm, top.path) if norm else []
    counts = {
        verdict: sum(row.verdict == verdict for row in rows)
        for verdict in ("over", "under", "within", "unknown")
    }
    return render(
        request, "territory/sizes.html", page(_("社区规模"), _home(), norm=norm, rows=rows, counts=counts)
    )
