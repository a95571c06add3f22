"""The list page of every register, at one URL for page, fragment, map and file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import View

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.registers import commands, queries
from linli.kernel.registers import register as registry
from linli.kernel.registers.columns import Point
from linli.kernel.registers.engines.points import Box, places_of
from linli.kernel.registers.exporting import csvfile, geojson, sheet
from linli.kernel.registers.exporting.streaming import as_viewer
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.models import ColumnPreference, SavedView
from linli.kernel.registers.page import MAP_LIMIT, SEPARATE, ListPage
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import Selection

FORMATS = ("csv", "xlsx", "geojson")


def register_for(request: Any, name: str) -> Register:
    """The register of that name, if the person may see it."""
    try:
        found = registry.get(name)
    except LookupError:
        raise Http404 from None
    try:
        found.require(request.actor)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return found


class RegisterView(View):
    """A register at its address. ``RegisterView.of("cases")`` mounts one at a room's own address.

    A room with more to say on the page names a ``template`` that extends ``registers/list.html``.
    """

    register_name = ""
    template = "registers/list.html"

    @classmethod
    def of(cls, name: str, template: str = template) -> Callable[..., HttpResponseBase]:
        """The view of one register."""
        return cls.as_view(register_name=name, template=template)

    def get(self, request: Any, name: str = "") -> HttpResponseBase:
        """The page, or whatever part or format of it the URL asks for."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        register = register_for(request, name or self.register_name)
        views = queries.views_for(request.actor, register)
        elsewhere = _elsewhere(request, register, views, by_name=bool(name))
        if elsewhere:
            return redirect(elsewhere)
        selection = register.open_to(Selection.parse(register, request.GET), request.actor)
        ask = Ask(request.actor, timezone.now(), selection.as_of)
        refusal = register.refusal(selection)
        if refusal:
            return render(
                request,
                "registers/refused.html",
                {"title": register.title, "reason": refusal, "register": register},
                status=422,
            )
        if request.GET.get("part") == "map":
            return _map(register, selection, ask, Box.read(request.GET.get("box", "")))
        address = f"{request.path}?{selection.query() or 'q='}"
        preference = queries.preference_of(request.actor, register)
        selection = with_own_columns(register, selection, preference)
        wanted = request.GET.get("format", "")
        if wanted in FORMATS:
            return _export(request, register, selection, ask, wanted)
        answer = queries.engine_of(register, selection).answer(register, selection, ask)
        page = ListPage(register, selection, answer, ask, views, preference)
        if wanted == "json":
            return JsonResponse(
                geojson.page(page.columns, answer.total, answer.rows),
                json_dumps_params={"ensure_ascii": False},
            )
        partial = (
            request.htmx and not request.htmx.history_restore_request and request.htmx.target == "register"
        )
        context = {
            "title": register.title,
            "list": page,
            "register": register,
            "page": page.page,
            "as_of": selection.as_of,
            "can_export": register.may_export(request.actor),
            "can_import": register.importer is not None and request.actor.may(register.importer.verb),
        }
        if not partial:
            return render(request, self.template, context)
        response = render(request, "registers/_parts/list.html", context)
        response["HX-Push-Url"] = address
        return response


def _elsewhere(request: Any, register: Register, views: list[SavedView], *, by_name: bool) -> str:
    """Where the opening leads on to: the page that the room gave the list, or the view that the person opens it with."""
    if by_name and register.address:
        return register.url(request.GET.urlencode())
    mine = [view for view in views if view.is_default and view.owner_id == request.actor.user_id]
    return f"{request.path}?{mine[0].query}" if mine and mine[0].query and not request.GET else ""


def with_own_columns(register: Register, selection: Selection, kept: ColumnPreference | None) -> Selection:
    """The person's columns where the address names none; columns that are no longer declared are left out."""
    if kept is None or selection.columns:
        return selection
    known = {column.name for column in register.columns}
    return replace(selection, columns=tuple(name for name in kept.columns if name in known))


def _map(register: Register, selection: Selection, ask: Ask, box: Box | None) -> HttpResponse:
    """Every row by itself where they are few; more of them, or a part of many, gathered as densely as the map can show."""
    if register.map is None:
        raise Http404
    engine = queries.engine_of(register, selection)
    is_long = isinstance(register.map, Point) and engine.total(register, selection, ask) > MAP_LIMIT
    drawn = (
        _gathered(register, selection, ask, box)
        if is_long
        else geojson.places(register, engine.rows(register, selection, ask, MAP_LIMIT))
    )
    return HttpResponse(geojson.text(drawn), content_type="application/geo+json")


def _gathered(register: Register, selection: Selection, ask: Ask, box: Box | None) -> dict[str, Any]:
    found = places_of(register, selection, ask, box, separate=SEPARATE)
    if not found.cells:
        return {**geojson.places(register, found.rows), "gathered": True}
    return geojson.gathered(register, found.cells, found.rows)


def _export(
    request: Any, register: Register, selection: Selection, ask: Ask, wanted: str
) -> HttpResponseBase:
    if not register.may_export(request.actor) or (wanted == "geojson" and register.map is None):
        raise PermissionDenied(_("您的岗位不能导出“%(title)s”") % {"title": register.title})
    if register.is_personal:
        return redirect(f"{reverse('registers:take', args=[register.name])}?{selection.query()}")
    engine = queries.engine_of(register, selection)
    total = engine.total(register, selection, ask)
    if wanted == "xlsx" and total > sheet.MAX_ROWS:
        reason = _("共 %(total)s 条，超过一张工作表的上限 %(limit)s 条。请缩小范围，或导出 CSV。") % {
            "total": f"{total:,}",
            "limit": f"{sheet.MAX_ROWS:,}",
        }
        return render(
            request,
            "registers/refused.html",
            {"title": register.title, "reason": reason, "register": register},
            status=422,
        )
    conditions = register.sentence(selection, ask.actor)
    commands.record_export(
        register=register, conditions=conditions, rows=total, file_format=wanted, by=ask.actor, at=ask.at
    )
    columns = register.columns_of(selection)
    name = f"{register.title}-{timezone.localtime(ask.at):%Y%m%d-%H%M}.{wanted}"
    rows = engine.rows(register, selection, ask)
    if wanted == "xlsx":
        cover = sheet.Cover(
            str(register.title), conditions, total, ask.actor.label, timezone.localtime(ask.at)
        )
        return FileResponse(sheet.write(cover, columns, rows), as_attachment=True, filename=name)
    pieces = csvfile.lines(columns, rows) if wanted == "csv" else geojson.lines(register, columns, rows)
    kind = "text/csv; charset=utf-8" if wanted == "csv" else "application/geo+json"
    return _download(StreamingHttpResponse(as_viewer(ask.actor, pieces), content_type=kind), name)


def _download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@require_POST
def save_view(request: Any, name: str) -> HttpResponse:
    """Keep the selection of the form under a name."""
    register = register_for(request, name)
    selection = Selection.parse(register, QueryDict(request.POST.get("query", "")))
    try:
        view = commands.save_view(
            register=register,
            name=request.POST.get("name", ""),
            query=selection.query(),
            shared="shared" in request.POST,
            is_default="default" in request.POST,
            by=request.actor,
            at=timezone.now(),
        )
    except commands.NameNeeded as error:
        messages.error(request, str(error))
        return redirect(register.url(selection.query()))
    messages.success(request, _("已保存视图“%(name)s”") % {"name": view.name})
    return redirect(register.url(view.query or "q="))


@require_POST
def remove_view(request: Any, name: str, view_id: int) -> HttpResponse:
    """Delete one's own view."""
    register = register_for(request, name)
    get_object_or_404(SavedView, pk=view_id, register=register.name)
    try:
        commands.remove_view(view_id=view_id, by=request.actor, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return redirect(register.url("q="))


@require_POST
def choose_columns(request: Any, name: str) -> HttpResponse:
    """Remember the columns and the row height; the list opens with them."""
    register = register_for(request, name)
    columns = request.POST.getlist("columns") if "usual" not in request.POST else []
    commands.choose_columns(
        register=register, columns=columns, density=request.POST.get("density", ""), by=request.actor
    )
    selection = Selection.parse(register, QueryDict(request.POST.get("query", "")))
    return redirect(register.url(replace(selection, columns=(), density="").query() or "q="))
