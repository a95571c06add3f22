"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.kernel.registers.views import RegisterView
from linli.returns.views import elements, lists, permitted, queries, series, templates, units

app_name = "returns"

urlpatterns = [
    path("", RegisterView.of("returns"), name="returns"),
    path("<int:pk>/", units.detail, name="return"),
    path("<int:pk>/workbook/", units.workbook, name="workbook"),
    path("<int:pk>/take/", lists.take, name="take"),
    path("<int:pk>/carry/", units.carry, name="carry"),
    path("<int:pk>/<slug:verb>/", units.move, name="move"),
    path("<int:pk>/left/<int:departure>/", units.left, name="left"),
    path("elements/", elements.dictionary, name="elements"),
    path("queries/", RegisterView.of("return_queries", "returns/queries.html"), name="queries"),
    path("queries/new/", queries.ask, name="query_ask"),
    path("queries/<str:code>/", queries.detail, name="query"),
    path("queries/<str:code>/decide/", queries.decide, name="query_decide"),
    path("queries/<str:code>/end/", queries.end, name="query_end"),
    path("forms/", RegisterView.of("return_forms", "returns/forms.html"), name="forms"),
    path("forms/new/", permitted.add, name="form_add"),
    path("forms/<str:code>/", permitted.detail, name="form"),
    path("forms/<str:code>/series/", series.detail, name="series"),
    path("forms/<str:code>/change/", permitted.change, name="form_change"),
    path("forms/<str:code>/end/", permitted.end, name="form_end"),
    path("forms/<str:code>/open/", permitted.open_now, name="form_open"),
    path("forms/<str:code>/template/", templates.upload, name="template_add"),
    path("forms/<str:code>/template/<int:number>/", templates.bind, name="template"),
]
