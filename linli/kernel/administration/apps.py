from __future__ import annotations

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "linli.kernel.administration"
    label = "administration"
    verbose_name = "系统管理"
