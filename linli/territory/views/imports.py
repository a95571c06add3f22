"""Files in: a code list is shown as a report before it is taken over; outlines are matched to units by code or name."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.territory import commands
from linli.territory.forms import BoundaryUpload, ListConfirm, ListUpload
from linli.territory.policy import require
from linli.territory.queries.codelist import compare_with_tree
from linli.territory.queries.units import root
from linli.territory.rules.codelist import CodeRow
from linli.territory.rules.geojson import UnreadableBoundaries
from linli.territory.rules.tables import UnreadableList, as_lines, from_lines, read_code_list
from linli.territory.views.asking import looker, page


def code_list(request: HttpRequest) -> HttpResponse:
    """Upload a list, see what it would change, take it over."""
    require(looker(request), "territory.change")
    context = page(_("导入代码表"), (_("单位与网格"), reverse("territory:home")), form=ListUpload())
    if request.method == "POST" and "lines" in request.POST:
        return _take_over(request, context)
    if request.method == "POST":
        form = ListUpload(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                rows = read_code_list(file.read(), file.name)
                return _report(
                    request,
                    context,
                    rows,
                    ListConfirm(
                        initial={"lines": as_lines(rows), "source": file.name, "on": timezone.localdate()}
                    ),
                )
            except UnreadableList as refusal:
                form.add_error("file", str(refusal))
        context["form"] = form
    return render(
        request, "territory/import_list.html", context, status=422 if context["form"].errors else 200
    )


def _report(
    request: HttpRequest,
    context: dict[str, Any],
    rows: list[CodeRow],
    confirm: ListConfirm,
    status: int = 200,
) -> HttpResponse:
    report = compare_with_tree(rows, root())
    return render(
        request,
        "territory/import_list.html",
        context | {"report": report, "counts": report.counts(), "confirm": confirm},
        status=status,
    )


def _take_over(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    confirm = ListConfirm(request.POST)
    rows = from_lines(request.POST["lines"])
    if confirm.is_valid():
        given = {key: confirm.cleaned_data[key] for key in ("source", "on", "end_missing")}
        try:
            report = commands.import_code_list(
                rows=rows, root=root(), by=looker(request), at=timezone.now(), **given
            )
        except commands.ChangeRefused as refusal:
            confirm.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("已导入：新增 %(new)s、划转 %(moved)s、更名 %(renamed)s") % report.counts()
            )
            return redirect("territory:home")
    return _report(request, context, rows, confirm, 422)


def boundaries(request: HttpRequest) -> HttpResponse:
    """Upload outlines as GeoJSON; features that match no unit are listed and left out."""
    require(looker(request), "territory.change")
    form = BoundaryUpload(request.POST or None, request.FILES or None)
    context = page(_("导入边界"), (_("单位与网格"), reverse("territory:home")), form=form)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("datum", "on", "source")}
        try:
            context["done"] = commands.import_boundaries(
                data=form.cleaned_data["file"].read(), by=looker(request), at=timezone.now(), **given
            )
        except (commands.ChangeRefused, UnreadableBoundaries) as refusal:
            form.add_error("file", str(refusal))
    return render(request, "territory/import_boundaries.html", context, status=422 if form.errors else 200)
