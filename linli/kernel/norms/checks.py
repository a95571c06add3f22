"""What a room asks of the values of its norms before they may be saved; declared when the room is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], object]

CHECKS: dict[str, Check] = {}


def declare_check(key: str, check: Check) -> None:
    """Call ``check`` with every new value of a norm; it raises ``ValueError`` with Chinese words where it is wrong."""
    CHECKS[key] = check


def check(key: str, value: Any) -> None:
    """Run the check of a key, if a room declared one."""
    if key in CHECKS:
        CHECKS[key](value)
