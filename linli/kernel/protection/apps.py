from __future__ import annotations

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "linli.kernel.protection"
    label = "protection"
    verbose_name = "个人信息保护工作"
