from __future__ import annotations

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "linli.returns"
    label = "returns"
    verbose_name = "报表一表通"
