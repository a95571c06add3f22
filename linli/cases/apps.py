from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "linli.cases"
    label = "cases"
    verbose_name = "案件"

    def ready(self) -> None:
        """The map can be coloured by cases."""
        import linli.cases.queries.map_figures  # noqa: F401, PLC0415 - models exist only now
