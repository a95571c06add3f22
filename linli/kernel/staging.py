"""Columns of many rows into tables: COPY into a staging table of the transaction, then one statement puts them in their place.

COPY cannot write into a table whose row policies bind the writer, and a statement over the staging table can do what COPY
cannot: compare with what is there, change it, or put in what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import polars as pl
from django.db import connection, models
from numpy.typing import NDArray

Part = TypeVar("Part")
Made = TypeVar("Made")


def numbers(model: type[models.Model], count: int) -> NDArray[np.int64]:
    """So many new primary keys of a table, taken from its sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(nextval(s.name)::text, ',')"
            " FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) s, generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        (listed,) = cursor.fetchone()
    return np.fromstring(listed, np.int64, sep=",") if listed else np.empty(0, np.int64)


def rendered(frame: pl.DataFrame) -> list[bytes]:
    """The rows of a frame as COPY reads them: what takes a while with sealed values, and needs no connection."""
    return [
        _written(part).write_csv(None, include_header=False, quote_style="non_numeric").encode()
        for part in frame.iter_slices(100_000)
    ]


def stage(
    name: str, model: type[models.Model], frame: pl.DataFrame, *, joined: bool = True, text: Iterable[bytes] | None = None
) -> None:  # fmt: skip
    """Make a staging table of the transaction with the columns of the frame, typed as the model's, and fill it.

    Columns that the model does not have keep the type of the frame. Bytes are given as bytes, arrays as ``array_of`` writes them.
    A table that is ``joined`` is counted first, so that the planner knows how large it is. ``text`` is the frame ``rendered`` before.
    """
    own = {field.column: field for field in model._meta.concrete_fields}
    columns = ", ".join(
        f'"{column}" {_sql_type(own.get(column), dtype)}' for column, dtype in frame.schema.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
        cursor.execute(f'CREATE TEMP TABLE "{name}" ({columns}) ON COMMIT DROP')
        names = ", ".join(f'"{column}"' for column in frame.columns)
        with cursor.cursor.copy(f'COPY "{name}" ({names}) FROM STDIN (FORMAT CSV)') as copy:
            for part in rendered(frame) if text is None else text:
                copy.write(part)
        if joined:
            cursor.execute(f'ANALYZE "{name}"')


def put_frame(
    model: type[models.Model], frame: pl.DataFrame, text: Iterable[bytes] | None = None
) -> NDArray[np.int64]:
    """Write the rows of a frame, whose columns are the model's columns, and return their primary keys in order.

    Columns that the frame leaves out get the default of the database. ``text`` is the frame ``rendered`` before, with its primary keys.
    """
    key = str(model._meta.pk.column)
    if frame.is_empty():
        return np.empty(0, np.int64)
    if key not in frame.columns:
        frame = frame.with_columns(pl.Series(key, numbers(model, len(frame))))
    table, name = model._meta.db_table, f"new_{model._meta.db_table}"
    stage(name, model, frame, joined=False, text=text)
    names = ", ".join(f'"{column}"' for column in frame.columns)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{name}"')
        cursor.execute(f'DROP TABLE "{name}"')
    return frame[key].to_numpy()


def set_columns(model: type[models.Model], frame: pl.DataFrame, *, also: str = "") -> None:
    """Write the columns of a frame into the rows of the model with its primary keys; ``also`` is what else SQL sets in them."""
    key, table = str(model._meta.pk.column), model._meta.db_table
    if frame.is_empty():
        return
    stage("columns_set", model, frame)
    assigned = ", ".join(f'"{name}" = s."{name}"' for name in frame.columns if name != key)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET {assigned}{also} FROM columns_set s WHERE t."{key}" = s."{key}"'
        )


def one_ahead(make: Callable[[Part], Made], parts: Iterable[Part]) -> Iterator[Made]:
    """What ``make`` gives for each part in order; the next one is made in a thread while the caller is busy with the last.

    Meant for a caller that waits for the database most of the time: ``make`` must not use the connection.
    """
    with ThreadPoolExecutor(1) as pool:
        last = None
        for part in parts:
            coming = pool.submit(make, part)
            if last is not None:
                yield last.result()
            last = coming
        if last is not None:
            yield last.result()


def array_literal(series: pl.Series) -> str:
    """A column of numbers, texts or bytes, without nulls, as PostgreSQL reads an array: far quicker than a list that psycopg writes."""
    if series.dtype == pl.Binary:
        items = '"\\\\x' + series.bin.encode("hex") + '"'
    elif series.dtype == pl.String:
        items = (
            '"'
            + series.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
            + '"'
        )
    else:
        items = series.cast(pl.String)
    return "{" + (items.str.join(",").item() if len(series) else "") + "}"


def _sql_type(field: Any, dtype: pl.DataType) -> str:
    if field is not None:
        return str(field.rel_db_type(connection) if field.is_relation else field.cast_db_type(connection))
    if dtype.is_integer():
        return "bigint"
    if dtype.is_float():
        return "double precision"
    if dtype == pl.Boolean:
        return "boolean"
    return "date" if dtype == pl.Date else "text"


def array_of(items: Iterable[str | bytes]) -> str:
    """An array as PostgreSQL reads it: what a column of arrays is given, because lists of lists are slow to make."""
    return (
        "{"
        + ",".join(
            '"\\\\x' + each.hex() + '"' if isinstance(each, bytes) else _quoted(each) for each in items
        )
        + "}"
    )


def _quoted(item: str) -> str:
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(frame: pl.DataFrame) -> pl.DataFrame:
    """Bytes as PostgreSQL reads them."""
    return frame.with_columns(
        ("\\x" + series.bin.encode("hex")).alias(series.name) for series in frame if series.dtype == pl.Binary
    )
