"""What the register holds of many records, in columns and in the words in which files are compared with it."""

from __future__ import annotations

from uuid import UUID

import polars as pl
from django.db import connection
from numpy.typing import NDArray

from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import open_key
from linli.kernel.staging import array_literal
from linli.registry.rules.elements import elements, switched_elements

DOOR = """(
        SELECT concat(c.name, b.name, e.name, d.room) FROM territory_dwelling d JOIN territory_entrance e ON e.id = d.entrance_id
        JOIN territory_building b ON b.id = e.building_id LEFT JOIN territory_compound c ON c.id = b.compound_id WHERE d.id = {home}.dwelling_id
    )"""
"""A home in words, for those that were registered by pointing at the dwelling: what nobody wrote is known all the same."""
PERSONS = f"""
    SELECT p.id, p.name, nullif(p.former_name, ''), nullif(p.sex, '0'),
        to_char(p.birth, CASE p.birth_precision WHEN 'day' THEN 'YYYY-MM-DD' WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY' END),
        encode(p.document_mark, 'hex'), p.phones, p.key_id, nullif(p.education, ''), nullif(p.work, ''),
        nullif(p.population, 'unknown'), p.died_on::text, nullif(h.number, ''), m.relation,
        coalesce(nullif(r.address, ''), {DOOR.format(home="r")}), coalesce(nullif(u.address, ''), {DOOR.format(home="u")}), u.kind, p.path, p.registered_path, p.state, p.document_kind, p.document
    FROM registry_person p
    LEFT JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
    LEFT JOIN registry_household h ON h.id = m.household_id
    LEFT JOIN registry_residence r ON r.person_id = p.id AND r.valid_to IS NULL AND r.kind = 'registered'
    LEFT JOIN LATERAL (
        SELECT address, kind, dwelling_id FROM registry_residence
        WHERE person_id = p.id AND valid_to IS NULL AND kind <> 'registered' ORDER BY id DESC LIMIT 1
    ) u ON true
    WHERE p.id = ANY(%s) ORDER BY p.id
"""
COLUMNS = {
    "id": pl.Int64, "name": pl.String, "former_name": pl.String, "sex": pl.String, "birth": pl.String,
    "document_mark": pl.String, "phones": pl.Binary, "key_id": pl.Object, "education": pl.String, "work": pl.String,
    "population": pl.String, "died_on": pl.String, "household_number": pl.String, "relation": pl.String,
    "registered_address": pl.String, "address": pl.String, "residence_kind": pl.String, "path": pl.String,
    "registered_path": pl.String, "state": pl.String, "document_kind": pl.String, "document": pl.Binary,
}  # fmt: skip


def held_persons(ids: NDArray, *, documents: bool = False) -> pl.DataFrame:  # type: ignore[type-arg]
    """The values of persons by id, phones opened, the document as its mark in hex; null where nothing is known.

    ``documents`` opens the document too, as ``kind:number``.
    """
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, [ids.tolist()])
        frame = pl.DataFrame(cursor.fetchall(), schema=COLUMNS, orient="row")
    keys = frame["key_id"].to_list()
    opened = [unsealed(frame["phones"], keys, "person.phones").alias("phones")]
    if documents:
        number = unsealed(frame["document"], keys, "person.document")
        opened.append((frame["document_kind"] + ":" + number).alias("document"))
    return frame.drop("key_id", "document", "document_kind").with_columns(opened)


TRAITS = "SELECT person_id, element, sealed, key_id FROM registry_trait WHERE person_id = ANY(%s)"


def held_with_traits(ids: NDArray, *, documents: bool = False) -> pl.DataFrame:  # type: ignore[type-arg]
    """``held_persons`` with the values of fields that must be switched on, opened: for who compares a file or takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(TRAITS, [ids.tolist()])
        schema = {"id": pl.Int64, "element": pl.String, "sealed": pl.Binary, "key_id": pl.Object}
        told = pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    values = told.select(
        "id", "element", unsealed(told["sealed"], told["key_id"].to_list(), "trait").alias("value")
    )
    frame = held_persons(ids, documents=documents)
    for code in switched_elements():
        own = values.filter(pl.col("element") == code).select("id", pl.col("value").alias(code))
        frame = frame.join(own, on="id", how="left", maintain_order="left")
    return frame


ORGANISATIONS = """
    SELECT id, name, nullif(uscc, ''), kind, nullif(address, ''), contact, phones, key_id, staff_count::text, opened_on::text,
        closed_on::text, lon::text, lat::text, building_id, path, state, confirmed_on::text
    FROM registry_organisation WHERE id = ANY(%s) ORDER BY id
"""
ORGANISATION_COLUMNS = {
    "id": pl.Int64, "name": pl.String, "uscc": pl.String, "kind": pl.String, "address": pl.String, "contact": pl.Binary,
    "phones": pl.Binary, "key_id": pl.Object, "staff_count": pl.String, "opened_on": pl.String, "closed_on": pl.String,
    "lon": pl.String, "lat": pl.String, "building": pl.Int64, "path": pl.String, "state": pl.String, "confirmed_on": pl.String,
}  # fmt: skip


def held_organisations(ids: NDArray) -> pl.DataFrame:  # type: ignore[type-arg]
    """The values of organisations by id, contact and phones opened; null where nothing is known."""
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATIONS, [ids.tolist()])
        frame = pl.DataFrame(cursor.fetchall(), schema=ORGANISATION_COLUMNS, orient="row")
    keys = frame["key_id"].to_list()
    opened = [unsealed(frame[name], keys, f"organisation.{name}").alias(name) for name in ("contact", "phones")]  # fmt: skip
    return frame.drop("key_id").with_columns(opened)


COMPONENTS = """
    SELECT id, code, kind, nullif(owner, ''), nullif(keeper, ''), state, nullif(place, ''), lon::text, lat::text,
        installed_on::text, path, confirmed_on::text
    FROM registry_component WHERE id = ANY(%s) ORDER BY id
"""
COMPONENT_COLUMNS = {
    "id": pl.Int64, "code": pl.String, "kind": pl.String, "owner": pl.String, "keeper": pl.String, "state": pl.String,
    "place": pl.String, "lon": pl.String, "lat": pl.String, "installed_on": pl.String, "path": pl.String,
    "confirmed_on": pl.String,
}  # fmt: skip


def held_components(ids: NDArray) -> pl.DataFrame:  # type: ignore[type-arg]
    """The values of components by id; null where nothing is known."""
    with connection.cursor() as cursor:
        cursor.execute(COMPONENTS, [ids.tolist()])
        return pl.DataFrame(cursor.fetchall(), schema=COMPONENT_COLUMNS, orient="row")


def unsealed(sealed: pl.Series, key_ids: list[UUID | None], about: str) -> pl.Series:
    """A column that was sealed under several keys, opened; each key once."""
    values = sealed.to_list()
    found: list[str | None] = [None] * len(values)
    for key_id in {each for each in key_ids if each is not None}:
        rows = [at for at, each in enumerate(key_ids) if each == key_id and values[at] is not None]
        opened = crypto.unseal_many(
            open_key(key_id).secret, [values[at] for at in rows], about=about.encode()
        )
        for at, value in zip(rows, opened, strict=True):
            found[at] = value
    return pl.Series(found, dtype=pl.String)


CARES = "SELECT person_id, mark FROM registry_care WHERE valid_to IS NULL AND person_id = ANY(%s)"


def held_cares(ids: NDArray) -> pl.DataFrame:  # type: ignore[type-arg]
    """The care groups of persons, by blind mark."""
    with connection.cursor() as cursor:
        cursor.execute(CARES, [ids.tolist()])
        return pl.DataFrame(cursor.fetchall(), schema={"id": pl.Int64, "mark": pl.String}, orient="row")


WRITERS = """
    SELECT r.record_id, r.wrote, s.kind, i.file_date, i.created_at FROM registry_rawrow r
    JOIN registry_intake i ON i.id = r.intake_id JOIN registry_source s ON s.id = i.source_id
    WHERE r.record_kind = %s AND r.record_id = ANY(%s) AND r.wrote <> 0 AND i.state IN ('applying', 'failed', 'done') AND i.id <> %s
    UNION ALL
    SELECT record_id, wrote, origin, "on", at FROM registry_change
    WHERE record_kind = %s AND record_id = ANY(%s) AND wrote <> 0 AND undone_by_id IS NULL AND intake_id IS NULL
"""


def writers(kind: str, ids: NDArray, intake_id: UUID) -> dict[str, pl.DataFrame]:  # type: ignore[type-arg]
    """For each element, who wrote its value last in each record before this file: ``id``, ``source_kind``, ``on``."""
    given = ids.tolist()
    schema = {"id": pl.Int64, "wrote": pl.Int64, "source_kind": pl.String, "on": pl.Date, "at": pl.Datetime}
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [kind, given, intake_id, kind, given])
        rows = [(*row[:4], row[4].replace(tzinfo=None)) for row in cursor.fetchall()]
    frame = pl.DataFrame(rows, schema=schema, orient="row").sort("id", "at")
    return {
        code: frame.filter(pl.col("wrote") & element.mask != 0)
        .unique("id", keep="last", maintain_order=True)
        .select("id", "source_kind", "on")
        for code, element in elements(kind).items()
    }


BY_DOCUMENT = """
    SELECT a.n, p.id, p.name FROM unnest(%s::text::bigint[], %s::text::bytea[]) AS a(n, mark)
    JOIN registry_person p ON p.document_mark = a.mark AND p.state <> 'merged'
"""


AT_ONCE = 50_000
"""Documents that are asked for together."""


def by_document(marks: pl.Series) -> pl.DataFrame:
    """The persons with the documents of a column of marks: ``row``, ``id``, ``held_name``."""
    schema = {"row": pl.Int64, "id": pl.Int64, "held_name": pl.String}
    asked = pl.DataFrame({"mark": marks}).with_row_index("row").filter(pl.col("mark").is_not_null())
    found = [pl.DataFrame(schema=schema)]
    with connection.cursor() as cursor:
        for part in asked.iter_slices(AT_ONCE):
            cursor.execute(BY_DOCUMENT, [array_literal(part["row"]), array_literal(part["mark"])])
            found.append(pl.DataFrame(cursor.fetchall(), schema=schema, orient="row"))
    return pl.concat(found)


BY_USCC = """
    SELECT a.n, o.id FROM unnest(%s::bigint[], %s::text[]) AS a(n, uscc)
    JOIN registry_organisation o ON o.uscc = a.uscc AND o.state <> 'merged'
"""
BY_CODE = """
    SELECT a.n, c.id FROM unnest(%s::bigint[], %s::text[]) AS a(n, code) JOIN registry_component c ON c.code = a.code
"""


def by_uscc(rows: list[int], codes: list[str]) -> dict[int, int]:
    """The organisation of each row whose unified code is registered."""
    return _found(BY_USCC, rows, codes)


def by_code(rows: list[int], codes: list[str]) -> dict[int, int]:
    """The component of each row whose identity code is registered."""
    return _found(BY_CODE, rows, codes)


def _found(sql: str, rows: list[int], codes: list[str]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [rows, codes])
        return dict(cursor.fetchall())
