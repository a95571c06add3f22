"""What is given to linkage: one file's rows as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

Columns: TypeAlias = Any
"""An Arrow table, a Polars frame or anything else with Arrow's C stream, or lists by column."""

PERSON = ("citizen_id", "name", "sex", "birth", "phone", "address", "household")
ORGANISATION = ("uscc", "name", "phone", "address")


@dataclass(frozen=True, slots=True)
class Source:
    """One department's file.

    ``columns``: ``id`` (of any kind, distinct) and what is known of ``citizen_id, name, sex, birth, phone, address,
    household``; for organisations ``uscc, name, phone, address``. A column may be missing and every value null.
    ``household`` groups rows of this file; it is never compared with another file's. ``duplicates`` says that one
    person may stand in several rows: then rows of the file are linked to each other, too.
    """

    name: str
    columns: Columns
    duplicates: bool = False

    def table(self, names: Sequence[str]) -> pa.Table:
        """The columns in order, missing ones as nulls. Raises ``ValueError`` without an ``id``."""
        given = self.columns
        table = given if isinstance(given, pa.Table) else pa.table(given)
        if "id" not in table.column_names:
            raise ValueError(f"{self.name}: a source needs a column id")
        nothing = pa.nulls(table.num_rows, pa.string())
        return pa.table(
            {name: table[name] if name in table.column_names else nothing for name in ("id", *names)}
        )
