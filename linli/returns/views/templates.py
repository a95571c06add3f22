"""A department's workbook: uploaded, and said what fills each of its cells."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.workbooks.blank import NoTemplate
from linli.returns import commands, policy
from linli.returns.forms import UploadForm
from linli.returns.models import Template
from linli.returns.queries.filled import places_of
from linli.returns.rules.elements import dictionary
from linli.returns.views import lists
from linli.returns.views.frame import actor_of, form_or_404, page


def _crumbs(title: str, code: str) -> tuple[tuple[str, str], ...]:
    return (_("准许报表"), reverse("returns:forms")), (title, reverse("returns:form", args=[code]))


@login_required
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take a workbook as it is."""
    by, kept = actor_of(request, "return.ask"), form_or_404(code)
    policy.require_own(by, kept)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            template = commands.upload_template(
                form=kept, file_name=file.name, content=file.read(), sheet=form.cleaned_data["sheet"].strip(), by=by, at=timezone.now()
            )  # fmt: skip
        except (NoTemplate, commands.Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("returns:template", code, template.number)
    context = page(_("上传模板"), *_crumbs(kept.title, code), form=form, kept=kept)
    return render(request, "returns/upload.html", context, status=422 if form.errors else 200)


@login_required
def bind(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say what fills each place; confirmed once, it is only shown."""
    by, kept = actor_of(request), form_or_404(code)
    template = Template.objects.filter(form=kept, number=number).first()
    if template is None:
        raise Http404
    if template.is_list:
        return lists.bind(request, template, by)
    bindings, checks, error = template.bindings, "\n".join(template.checks), ""
    if request.method == "POST":
        bindings = {
            each["place"]: request.POST.get(f"place-{n}", "") for n, each in enumerate(places_of(template))
        }
        checks = request.POST.get("checks", "")
        try:
            commands.bind_template(
                template_id=template.pk,
                bindings=bindings,
                checks=checks.splitlines(),
                by=by,
                at=timezone.now(),
            )
        except commands.Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("模板已确认，可以下发"))
            return redirect("returns:form", code)
    rows = [_row(n, each, bindings.get(each["place"], "")) for n, each in enumerate(places_of(template))]
    context = page(
        _("第 %(number)s 版模板") % {"number": number}, *_crumbs(kept.title, code), template=template, rows=rows, checks=checks, error=error,
        elements=_elements(), known=sum(bool(row["element"]) for row in rows), may=policy.owns(by, kept) and template.confirmed_at is None,
    )  # fmt: skip
    return render(request, "returns/bind.html", context, status=422 if error else 200)


def _row(n: int, place: dict[str, str], code: str) -> dict[str, Any]:
    return {
        "name": f"place-{n}",
        **place,
        "cell": place["place"].partition("#")[0],
        "code": code,
        "element": dictionary().get(code),
    }


def _elements() -> list[tuple[str, str]]:
    """The choices of a place: what the system can fill it with."""
    return [
        (each.code, f"{_(each.title)}（{_(each.unit)}）" if each.unit else _(each.title))
        for each in dictionary().values()
    ]
