"""Writing down the use of a seal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.duties import commands
from linli.duties.forms import SealForm
from linli.duties.models import ListEntry
from linli.duties.views.frame import actor_of, page
from linli.kernel.audit.actor import Actor
from linli.territory.models import Unit
from linli.territory.queries.units import tree


@login_required
def use(request: HttpRequest) -> HttpResponse:
    """Write down one use of a seal of the own place."""
    by, at = actor_of(request, "duty.seal"), timezone.now()
    today = timezone.localdate(at)
    offered: dict[str, Any] = {
        "units": _units(by),
        "ranges": list(ListEntry.objects.in_force(today).filter(kind="seal").values_list("pk", "name")),
    }
    start = {"used_on": today, "unit": by.unit}
    form = (
        SealForm(request.POST, **offered) if request.method == "POST" else SealForm(initial=start, **offered)
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        unit = get_object_or_404(Unit, code=said["unit"])
        entry = get_object_or_404(ListEntry, pk=said["entry"])
        try:
            commands.use_seal(
                unit=unit, entry=entry, used_on=said["used_on"], purpose=said["purpose"], document=said["document"], by=by, at=at
            )  # fmt: skip
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记用印：%(document)s") % {"document": said["document"]})
            return redirect("duties:seals")
    context = page(by, _("登记用印"), (_("用印登记"), reverse("duties:seals")), form=form)
    return render(request, "duties/seal_form.html", context, status=422 if form.errors else 200)


def _units(by: Actor) -> list[tuple[str, str]]:
    """The streets and communities of the own place."""
    return [
        (node.code, node.name)
        for node in tree().nodes
        if node.level in {"community", "street"} and by.scope and node.path.startswith(by.scope)
    ]
