"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from linli.kernel.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.open_notice, name="open"),
    path("sending/", views.failed, name="failed"),
    path("sending/<int:pk>/again/", views.resend, name="resend"),
    path("words/<str:name>/", views.wording, name="wording"),
    path("channels/new/", views.channel, name="channel"),
    path("channels/<int:pk>/end/", views.end_channel, name="end_channel"),
]
