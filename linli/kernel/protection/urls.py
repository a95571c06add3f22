"""Addresses of the protection of personal data."""

from __future__ import annotations

from django.urls import path

from linli.kernel.protection.views import looks, overview, requests
from linli.kernel.registers.views import RegisterView

app_name = "protection"
urlpatterns = [
    path("", requests.requests, name="requests"),
    path("ask/<slug:kind>/", requests.ask, name="ask"),
    path("requests/<int:pk>/", requests.detail, name="request"),
    path("requests/<int:pk>/end/", requests.end, name="end"),
    path("requests/<int:pk>/open/", requests.open_access, name="open_access"),
    path("close/", requests.close_access, name="close_access"),
    path("looks/", RegisterView.of("looks", "protection/looks.html"), name="looks"),
    path("looks/<slug:kind>/<int:subject_id>/", looks.looks_at, name="looks_at"),
    path("signs/", RegisterView.of("signs", "protection/signs.html"), name="signs"),
    path("signs/<int:pk>/", looks.sign, name="sign"),
    path("exports/", RegisterView.of("exports", "protection/exports.html"), name="exports"),
    path("impact/", overview.impact, name="impact"),
    path("purposes/", overview.purposes, name="purposes"),
    path("retention/", overview.retention, name="retention"),
]
