"""Addresses of the working calendar; included under ``calendar/``."""

from __future__ import annotations

from django.urls import path

from linli.kernel.calendar import views

app_name = "calendar"

urlpatterns = [
    path("", views.year, name="index"),
    path("import/", views.import_year, name="import"),
    path("<int:year>/", views.year, name="year"),
    path("day/<str:day>/", views.day, name="day"),
    path("day/<str:day>/restore/", views.restore, name="restore"),
]
