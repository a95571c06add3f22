"""The test database seen by another role, in a connection of its own: what its owner or an intruder could do."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import psycopg
from django.db import connections


def run_as(name: str, statement: str) -> None:
    """Run SQL as the role of one of the addresses in the environment (``DATABASE_OWNER_URL``)."""
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
        other.execute(statement)


def as_owner(statement: str) -> None:
    """Run SQL as the owner of the tables."""
    run_as("DATABASE_OWNER_URL", statement)
