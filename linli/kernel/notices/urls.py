"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from linli.kernel.notices import views
from linli.kernel.registers.views import RegisterView

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.open_notice, name="open"),
    path("sending/", RegisterView.of("deliveries", "notices/sending.html"), name="sending"),
    path("sending/<int:pk>/", views.delivery, name="delivery"),
    path("sending/<int:pk>/again/", views.resend, name="resend"),
    path("words/<str:name>/", views.wording, name="wording"),
    path("channels/", views.settings, name="settings"),
    path("channels/new/", views.channel, name="channel"),
    path("channels/<int:pk>/end/", views.end_channel, name="end_channel"),
]
