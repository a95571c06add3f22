"""The identity code of a component (GB/T 30428 shape): six digits of the division, four of the kind, six of a running number.

A component whose file brings no code is given one. The running numbers that are given here begin high, so that they stay
clear of those of the departments, and can be told from them.
"""

from __future__ import annotations

import re

from linli.registry.rules.tables import codes

SHAPE = re.compile(r"\d{6}(\d{4})(\d{6})")
GIVEN_FROM = 900_001


def kind_in(code: str | None) -> str | None:
    """The kind of component that an identity code says; None where the code is none, or the kind is not in the table."""
    match = SHAPE.fullmatch(code or "")
    return match[1] if match and match[1] in codes("component_kinds") else None


def is_given(code: str) -> bool:
    """Whether a code was given here, because no file had brought one."""
    match = SHAPE.fullmatch(code)
    return match is not None and int(match[2]) >= GIVEN_FROM


def given_code(path: str, kind: str, running: int) -> str:
    """The code of a component of a kind in a unit, by the unit's path; ``running`` counts from 0."""
    division = path.rstrip("/").rpartition("/")[2][:6]
    return f"{division}{kind}{GIVEN_FROM + running}"
