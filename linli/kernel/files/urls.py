"""Addresses of files; included under ``files/``."""

from __future__ import annotations

from django.urls import path

from linli.kernel.files import views

app_name = "files"

urlpatterns = [
    path("shared/<str:token>/", views.shared, name="shared"),
    path("<uuid:file_id>/", views.show, name="show"),
    path("<uuid:file_id>/<int:size>/", views.show, name="thumbnail"),
]
