"""What a form said over the years, through all versions of its template."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.returns.queries.series import series_of
from linli.returns.views.frame import actor_of, form_or_404, page


@login_required
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of a form, period by period, summed over the units in sight."""
    by, form = actor_of(request), form_or_404(code)
    found = series_of(form, by, timezone.localdate())
    crumbs = (_("准许报表"), reverse("returns:forms")), (form.title, reverse("returns:form", args=[code]))
    return render(request, "returns/series.html", page(_("各期对照"), *crumbs, form=form, series=found))
