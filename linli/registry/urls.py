"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from linli.registry.views import intakes

app_name = "registry"

urlpatterns = [
    path("intakes/", intakes.board, name="intakes"),
    path("intakes/sources/new/", intakes.add_source, name="source_add"),
    path("intakes/sources/<int:source_id>/", intakes.upload, name="upload"),
    path("intakes/<uuid:intake_id>/", intakes.intake, name="intake"),
    path("intakes/<uuid:intake_id>/refused/", intakes.refused, name="intake_refused"),
    path("intakes/<uuid:intake_id>/<slug:what>/", intakes.step, name="intake_step"),
]
