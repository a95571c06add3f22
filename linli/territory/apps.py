from __future__ import annotations

from django.apps import AppConfig

from linli.kernel.accounts.units import declare_units
from linli.kernel.norms.places import declare_places


class TerritoryConfig(AppConfig):
    name = "linli.territory"
    label = "territory"
    verbose_name = "单位与网格"

    def ready(self) -> None:
        """The kernel's pages call places by the names of units, and posts find their unit by its code."""
        from linli.territory.queries.picking import every_unit  # noqa: PLC0415 - models exist only now
        from linli.territory.queries.units import place_choices, unit_facts  # noqa: PLC0415 - models exist only now

        declare_places(place_choices)
        declare_units(unit_facts, every_unit)
