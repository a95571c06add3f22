"""The lists of the registry: persons, households, organisations, components, and questions about them."""

from __future__ import annotations

from linli.registry.registers import components, households, organisations, persons, questions

__all__ = ["components", "households", "organisations", "persons", "questions"]
