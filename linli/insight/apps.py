from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "linli.insight"
    label = "insight"
    verbose_name = "运行与现状"
