"""Addresses of the grid worker's telephone."""

from __future__ import annotations

from django.urls import path, re_path

from linli.cases.views import phone

urlpatterns = [
    path("phone/", phone.home, name="phone_home"),
    path("phone/report/", phone.report, name="phone_report"),
    re_path(r"^phone/look/(?P<number>\d{8}-\d{6,9})/$", phone.look_at, name="phone_look"),
    path("phone/grid/", phone.grid, name="phone_grid"),
    path("phone/points.geojson", phone.points, name="phone_points"),
    path("phone/me/", phone.me, name="phone_me"),
    path("phone/offline/", phone.offline, name="phone_offline"),
    path("phone/manifest.webmanifest", phone.manifest, name="phone_manifest"),
    path("phone/worker.js", phone.worker, name="phone_worker"),
]
