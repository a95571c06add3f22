"""The lists of the registry: persons, households, organisations, components."""

from __future__ import annotations

from linli.registry.registers import components, households, organisations, persons

__all__ = ["components", "households", "organisations", "persons"]
