"""What rooms declare for the pages that belong to none of them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps


@cache
def declared(drawer: str, name: str) -> tuple[Any, ...]:
    """Everything that the rooms have under a name in a drawer, lists put together: ``declared("navigation", "NAV")``."""
    found: list[Any] = []
    for config in apps.get_app_configs():
        module = f"{config.name}.{drawer}"
        if config.name.startswith("linli.") and config.name != "linli.shell" and find_spec(module):
            listed = getattr(import_module(module), name, [])
            found.extend([listed] if callable(listed) else listed)
    return tuple(found)
