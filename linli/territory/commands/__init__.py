"""Every change of the territory, one module a noun."""

from __future__ import annotations

from linli.territory.commands.units import ChangeRefused, NewUnit, change_kind, create_unit, move, rename, set_facts

__all__ = ["ChangeRefused", "NewUnit", "change_kind", "create_unit", "move", "rename", "set_facts"]
