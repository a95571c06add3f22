"""Addresses of the interface."""

from __future__ import annotations

from django.urls import path

from linli.cases.api import api

urlpatterns = [path("api/v1/", api.urls)]
