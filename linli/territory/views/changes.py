"""Changing units: one form a change."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.territory import commands
from linli.territory.forms import CHANGES
from linli.territory.models import GridMember
from linli.territory.policy import require
from linli.territory.views.asking import looker, page, unit_for


def change(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """One change of one unit; ``what`` is a key of ``CHANGES``."""
    unit = unit_for(request, code)
    require(looker(request), "territory.change", unit)
    made = CHANGES.get(what)
    if made is None or unit.valid_to is not None:
        raise Http404
    form = made(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            shown = form.apply(by=looker(request), at=timezone.now())
        except commands.ChangeRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已%(verb)s") % {"verb": form.verb})
            return redirect("territory:unit", code=shown.code)
    others = [(key, other.title) for key, other in CHANGES.items() if other.fits(unit)]
    crumbs = [(unit.name, reverse("territory:unit", args=[code]))]
    context = page(form.title, *crumbs, form=form, unit=unit, what=what, others=others)
    return render(request, "territory/change.html", context, status=422 if form.errors else 200)


@require_POST
def end_member(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A person's service in a grid ends today."""
    member = get_object_or_404(GridMember.objects.select_related("grid"), pk=pk, grid__code=code)
    try:
        commands.end_member(member=member, by=looker(request), at=timezone.now())
        messages.success(request, _("已离任"))
    except commands.ChangeRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("territory:unit", code=code)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Look for gaps, overlaps, enclaves and exclaves in the boundaries of every level."""
    count = commands.check_boundaries(by=looker(request), at=timezone.now())
    messages.success(request, _("检查完成，发现 %(count)s 个问题") % {"count": count})
    return redirect(reverse("registers:list", args=["boundary_findings"]))
