from __future__ import annotations

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "linli.kernel.registers"
    label = "registers"
    verbose_name = "名册"
