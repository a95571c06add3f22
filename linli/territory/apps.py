from __future__ import annotations

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "linli.territory"
    label = "territory"
    verbose_name = "单位与网格"
