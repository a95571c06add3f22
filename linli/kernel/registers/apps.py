from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegistersConfig(AppConfig):
    name = "linli.kernel.registers"
    label = "registers"
    verbose_name = "名册"

    def ready(self) -> None:
        """Every room's ``registers.py`` declares its list pages."""
        autodiscover_modules("registers")
