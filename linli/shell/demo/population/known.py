"""The invented people as the registers hold them, in plain text, for whoever writes files of them."""

from __future__ import annotations

from uuid import UUID

import polars as pl
from django.db import connection

from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import open_key
from linli.kernel.privacy.marks import mark
from linli.registry.rules.tables import titles
from linli.territory.queries.units import tree

PERSONS = """
    SELECT p.id, p.uid::text, p.name, p.sex, p.birth, p.document, p.phones, p.key_id::text, p.education, p.work, p.population,
        p.state, p.path, m.relation, h.number, h.dwelling_id, r.dwelling_id, r.address
    FROM (SELECT * FROM registry_person ORDER BY id LIMIT %s) p
    JOIN registry_membership m ON m.person_id = p.id
    JOIN registry_household h ON h.id = m.household_id
    JOIN registry_residence r ON r.person_id = p.id AND r.kind = 'registered'
    ORDER BY p.id"""
"""People were written household by household, so their order is that of the households, too."""
HOMES = """
    SELECT d.id, u.path, coalesce(c.road || c.number, ''), coalesce(c.name, ''), b.name, e.name, d.room
    FROM territory_dwelling d
    JOIN territory_entrance e ON e.id = d.entrance_id
    JOIN territory_building b ON b.id = e.building_id
    JOIN territory_unit u ON u.id = b.unit_id
    LEFT JOIN territory_compound c ON c.id = b.compound_id
    WHERE b.illustrative ORDER BY d.id"""


def known_people(limit: int) -> pl.DataFrame:
    """Persons by household: ids and phones unsealed, codes as words, ``home`` and ``registered`` as numbers of dwellings,
    ``groups`` as a list of care groups, ``street`` and ``community`` by name."""
    names = (
        "id", "uid", "name", "sex", "birth", "document", "phones", "key_id", "education", "work", "population", "state", "path",
        "relation", "number", "home", "registered", "outside",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, [limit])
        rows = cursor.fetchall()
        cursor.execute("SELECT person_id, mark FROM registry_care WHERE valid_to IS NULL")
        cares = pl.DataFrame(cursor.fetchall(), schema={"id": pl.Int64, "mark": pl.String}, orient="row")
    frame = pl.DataFrame(rows, schema=list(names), orient="row", infer_schema_length=None)
    groups = {mark("care", code): code for code in titles("care_groups")}
    cares = (
        cares.with_columns(groups=pl.col("mark").replace_strict(groups, default=None))
        .group_by("id")
        .agg("groups")
    )
    paths = {path: _above(path) for path in frame["path"].unique().to_list()}
    words = [pl.col(name).replace_strict(titles(table), default="").alias(name) for name, table in
             (("sex", "sexes"), ("education", "educations"), ("relation", "relations"))]  # fmt: skip
    return (
        frame.with_columns(
            _unsealed(frame, "document", "person.document"), _unsealed(frame, "phones", "person.phones")
        )
        .with_columns(
            *words,
            street=pl.col("path").replace_strict({path: above[0] for path, above in paths.items()}),
            community=pl.col("path").replace_strict({path: above[1] for path, above in paths.items()}),
        )
        .drop("key_id")
        .join(cares, on="id", how="left", maintain_order="left")
    )


def known_homes() -> pl.DataFrame:
    """Every invented home: ``dwelling_id``, ``path``, ``road`` with number, ``compound``, ``building``, ``entrance``, ``room``."""
    names = ("dwelling_id", "path", "road", "compound", "building", "entrance", "room")
    with connection.cursor() as cursor:
        cursor.execute(HOMES)
        return pl.DataFrame(cursor.fetchall(), schema=list(names), orient="row", infer_schema_length=None)


def _above(path: str) -> tuple[str, str]:
    """The street and the community of a grid."""
    nodes = {node.level: node.name for node in tree().ancestors(path)} if path else {}
    return nodes.get("street", ""), nodes.get("community", "")


def _unsealed(frame: pl.DataFrame, name: str, about: str) -> pl.Series:
    keys = {key_id: open_key(UUID(key_id)).secret for key_id in frame["key_id"].unique().to_list() if key_id}
    values = [
        crypto.unseal(keys[key_id], sealed, about=about.encode()) if sealed is not None else None
        for key_id, sealed in zip(frame["key_id"].to_list(), frame[name].to_list(), strict=True)
    ]
    return pl.Series(name, values, dtype=pl.String)
