"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.assessment.views import checks, meter, public, reports, suggestions
from linli.kernel.registers.views import RegisterView

app_name = "assessment"

urlpatterns = [
    path("", meter.overview, name="meter"),
    path("count/", meter.count_again, name="count"),
    path("departments/", meter.departments, name="departments"),
    path("saved/", meter.saved, name="saved"),
    path("formula/", meter.formula, name="formula"),
    path("units/<str:code>/", meter.unit, name="unit"),
    path("units/<str:code>/<slug:kind>/", meter.figure, name="figure"),
    path("reports/", RegisterView.of("burden_reports", "assessment/reports.html"), name="reports"),
    path("reports/<str:code>/<int:year>/", reports.detail, name="report"),
    path("reports/<str:code>/<int:year>/fill/", reports.fill, name="report_fill"),
    path("reports/<str:code>/<int:year>/undo/", reports.undo, name="report_undo"),
    path(
        "suggestions/",
        RegisterView.of("burden_suggestions", "assessment/suggestions.html"),
        name="suggestions",
    ),
    path("suggestions/new/", suggestions.add, name="suggest"),
    path("suggestions/<str:number>/", suggestions.detail, name="suggestion"),
    path("suggestions/<str:number>/withdraw/", suggestions.withdraw, name="suggestion_withdraw"),
    path("check/", checks.page_of_rules, name="check"),
    path("check/<slug:code>/", checks.confirm, name="check_confirm"),
    path("public/", public.meter, name="public"),
    path("public/suggestions/", public.suggestions, name="public_suggestions"),
    path("public/suggest/", public.suggest, name="public_suggest"),
]
