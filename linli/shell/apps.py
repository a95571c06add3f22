from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext

from linli.algorithms.text.sentences import speak_through


class ShellConfig(AppConfig):
    name = "linli.shell"
    label = "shell"
    verbose_name = "邻里"

    def ready(self) -> None:
        """Sentences of plain code are looked up like those of the pages."""
        speak_through(gettext)
