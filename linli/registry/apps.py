from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.registry"
    label = "registry"
    verbose_name = "人、户、组织与部件"

    def ready(self) -> None:
        """The map can be coloured by how fresh what is known is."""
        import linli.registry.queries.freshness  # noqa: F401, PLC0415 - models exist only now
