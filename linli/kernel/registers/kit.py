"""Everything a room needs to declare a register."""

from __future__ import annotations

from linli.kernel.registers.columns import Column, Geometry, Point, Sort
from linli.kernel.registers.exporting.sheet import Watermark
from linli.kernel.registers.filters.area import Area
from linli.kernel.registers.filters.base import MISSING_CODE, Ask, Load, as_number
from linli.kernel.registers.filters.choice import Choice, Node, Tree
from linli.kernel.registers.filters.conditions import Condition, Conditions, Flag
from linli.kernel.registers.filters.ranges import DateRange, NumberRange, bounds_among, midnight, within
from linli.kernel.registers.importing.importer import Importer, Incoming
from linli.kernel.registers.importing.parsers import (
    Cell,
    one_of,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_flag,
    parse_integer,
    parse_text,
)
from linli.kernel.registers.register import Register, register, register_url
from linli.kernel.registers.search import Search

__all__ = [
    "MISSING_CODE", "Area", "Ask", "Cell", "Choice", "Column", "Condition", "Conditions", "DateRange", "Flag", "Geometry", "Importer", "Incoming", "Load", "Node",
    "NumberRange", "Point", "Register", "Search", "Sort", "Tree", "Watermark", "as_number", "bounds_among", "midnight", "one_of", "parse_date", "parse_datetime", "parse_decimal",
    "parse_flag", "parse_integer", "parse_text", "register", "register_url", "within",
]  # fmt: skip
