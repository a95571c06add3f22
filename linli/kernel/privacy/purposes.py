"""The closed list of purposes for which a masked personal value may be shown, each with its legal basis."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from linli.kernel.privacy.catalogue import CATALOGUE


@dataclass(frozen=True)
class Purpose:
    """One purpose: its code, its words, and the law that lets an office look for it."""

    code: str
    title: str
    basis: str


@cache
def register() -> dict[str, Purpose]:
    """Every purpose by its code, in the order of ``data/purposes.toml``."""
    text = (Path(__file__).parent / "data" / "purposes.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["purpose"]
    return {row["code"]: Purpose(row["code"], row["title"], row["basis"]) for row in rows}


def purposes(model: str = "") -> dict[str, str]:
    """The purposes for which a masked value may be shown, code to words: those of a table of the catalogue, or all."""
    declared = CATALOGUE.get(model.lower())
    codes = declared.purposes if declared else tuple(register())
    return {code: register()[code].title for code in codes}
