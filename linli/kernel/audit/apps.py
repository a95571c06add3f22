from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "linli.kernel.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        autodiscover_modules("events")
