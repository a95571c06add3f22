from __future__ import annotations

from django.apps import AppConfig

from linli.cases.rules import NORM_CODES
from linli.kernel.norms.words import declare_names


class CasesConfig(AppConfig):
    name = "linli.cases"
    label = "cases"
    verbose_name = "案件"

    def ready(self) -> None:
        """The map can be coloured by cases, and the page of norms says what their codes mean."""
        declare_names(NORM_CODES)
        import linli.cases.queries.map_figures  # noqa: F401, PLC0415 - models exist only now
