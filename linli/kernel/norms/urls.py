"""Addresses of norms; included under ``norms/``."""

from __future__ import annotations

from django.urls import path

from linli.kernel.norms import views
from linli.kernel.registers.views import RegisterView

app_name = "norms"

urlpatterns = [
    path("", views.index, name="index"),
    path("all/", RegisterView.of("norms"), name="all"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/end/", views.end, name="end"),
]
