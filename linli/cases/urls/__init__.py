"""Addresses of the loop, a module a topic."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

app_name = "cases"

TOPICS = ("public", "phone", "desk", "work", "api")

urlpatterns: list[URLPattern | URLResolver] = [
    pattern
    for topic in TOPICS
    if find_spec(f"linli.cases.urls.{topic}")
    for pattern in import_module(f"linli.cases.urls.{topic}").urlpatterns
]
