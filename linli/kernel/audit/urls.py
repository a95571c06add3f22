"""Addresses of the audit."""

from __future__ import annotations

from django.urls import path

from linli.kernel.audit import views

app_name = "audit"
urlpatterns = [path("", views.event_list, name="list"), path("verify/", views.verify, name="verify")]
