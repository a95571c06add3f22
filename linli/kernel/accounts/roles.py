"""The roles: one readable table in ``data/roles.toml``, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


class UnknownRole(LookupError):
    """A post names a role that the table does not have."""


@dataclass(frozen=True)
class Role:
    """What a role is called, what it is for, where it can be held, and the verbs it grants."""

    code: str
    title: str
    description: str
    kinds: tuple[str, ...]
    verbs: frozenset[str]


@cache
def roles() -> dict[str, Role]:
    """Every role by its code, in the order of the table."""
    text = (Path(__file__).parent / "data" / "roles.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["role"]
    return {
        row["code"]: Role(
            row["code"], row["title"], row["description"], tuple(row["kinds"]), frozenset(row["verbs"])
        )
        for row in table
    }


def role(code: str) -> Role:
    """The role of that code, or ``UnknownRole``."""
    try:
        return roles()[code]
    except KeyError:
        raise UnknownRole(code) from None
