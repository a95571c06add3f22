"""What is kept, why and how long: open to everybody who works here."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.privacy.context import DOORS
from linli.kernel.protection.queries.impact import assessment, purposes_in_use
from linli.kernel.protection.queries.keeping import previews
from linli.kernel.protection.views.frame import tabs


@login_required
def impact(request: StaffRequest) -> HttpResponse:
    """The impact assessment, written from the catalogue as it is today."""
    context = {
        "title": _("个人信息保护影响评估"),
        "tabs": tabs(request.actor, "impact"),
        "tables": assessment(timezone.now()),
        "doors": sorted(DOORS.items()),
        "at": timezone.now(),
    }
    return render(request, "protection/impact.html", context)


@login_required
def purposes(request: StaffRequest) -> HttpResponse:
    """The closed list of purposes and the tables whose values may be shown for each."""
    context = {"title": _("用途登记"), "tabs": tabs(request.actor, "purposes"), "rows": purposes_in_use()}
    return render(request, "protection/purposes.html", context)


@login_required
def retention(request: StaffRequest) -> HttpResponse:
    """Every rule and what it would forget now."""
    at = timezone.now()
    context = {
        "title": _("保存期限"),
        "tabs": tabs(request.actor, "retention"),
        "rows": previews(at),
        "at": at,
    }
    return render(request, "protection/retention.html", context)
