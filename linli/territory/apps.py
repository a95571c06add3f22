from __future__ import annotations

from django.apps import AppConfig

from linli.kernel.norms.places import declare_places


class TerritoryConfig(AppConfig):
    name = "linli.territory"
    label = "territory"
    verbose_name = "单位与网格"

    def ready(self) -> None:
        """The kernel's pages call places by the names of units."""
        from linli.territory.queries.units import place_choices  # noqa: PLC0415 - models exist only now

        declare_places(place_choices)
