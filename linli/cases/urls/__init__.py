"""Addresses of the loop, a module a topic."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from linli.cases.urls import api, desk, phone, public, work

app_name = "cases"

urlpatterns: list[URLPattern | URLResolver] = [
    *public.urlpatterns,
    *phone.urlpatterns,
    *desk.urlpatterns,
    *work.urlpatterns,
    *api.urlpatterns,
]
