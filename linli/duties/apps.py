from __future__ import annotations

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "linli.duties"
    label = "duties"
    verbose_name = "事项与派单目录"
