from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "linli.returns"
    label = "returns"
    verbose_name = "报表一表通"

    def ready(self) -> None:
        """The gate looks at the columns of a new form through this room's dictionary."""
        import_module("linli.returns.queries.permission")
