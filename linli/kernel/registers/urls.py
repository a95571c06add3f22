"""Addresses of registers."""

from __future__ import annotations

from django.urls import path

from linli.kernel.registers import views

app_name = "registers"

urlpatterns = [
    path("list/<slug:name>/", views.RegisterView.as_view(), name="list"),
    path("list/<slug:name>/views/", views.save_view, name="save_view"),
    path("list/<slug:name>/views/<int:view_id>/remove/", views.remove_view, name="remove_view"),
    path("list/<slug:name>/columns/", views.choose_columns, name="choose_columns"),
]
