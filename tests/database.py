"""The test database seen by another role, in a connection of its own: what its owner or an intruder could do."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections
from django.db.models import Model


def run_as(name: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run SQL as the role of one of the addresses in the environment (``DATABASE_OWNER_URL``); what the last one gave."""
    url = urlsplit(os.environ[name])
    values = connections["default"].settings_dict
    with psycopg.connect(
        dbname=values["NAME"],
        user=url.username,
        password=url.password,
        host=values["HOST"] or None,
        port=values["PORT"] or None,
        autocommit=True,
    ) as other:
        answers = [other.execute(statement) for statement in statements]
        return answers[-1].fetchall() if answers[-1].description else []


def as_owner(*statements: str) -> list[tuple[Any, ...]]:
    """Run SQL as the owner of the tables."""
    return run_as("DATABASE_OWNER_URL", *statements)


def kept_rows(model: type[Model]) -> str:
    """All rows of a table as JSON, for ``bring_back``."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(jsonb_agg(to_jsonb(kept)), '[]')::text FROM \"{table}\" kept")
        return str(cursor.fetchone()[0])


def bring_back(model: type[Model], rows: str) -> None:
    """Insert kept rows again under the numbers they had."""
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} '
            f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb)',
            [rows],
        )
