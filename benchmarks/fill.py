"""A scratch database with a million cases: the finished cases of the demo, replicated with their whole history.

``bin/linli bench fill [CASES]`` on a database that holds the demo and nothing else. Each copy is a server-side
``INSERT … SELECT`` of every table that hangs on a case, with ids and times shifted; indexes are built afterwards. The same
demo gives the same rows. Texts, places and people repeat from copy to copy; open cases are those of the demo, as in a
county whose old cases are done.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg

CASES = 1_000_000
SHIFT_DAYS = 19
"""By how many days each copy lies before the one after it: a million cases in about three years."""

FINISHED = (
    "state IN ('closed', 'explained', 'referred', 'voided') AND merged_into_id IS NULL AND merged_count = 0"
)
OF_CASE = f"id <= %(tail)s AND case_id IN (SELECT id FROM cases_case WHERE id <= %(last)s AND {FINISHED})"
"""``tail`` is the last row of the demo: copies are not copied."""


@dataclass(frozen=True, eq=False)
class Replica:
    """How the rows of one table are copied: which of them, and which columns become what."""

    table: str
    which: str = OF_CASE
    made: dict[str, str] = field(default_factory=dict)


CASE_NUMBER = (
    "to_char(received_at - %(back)s::interval, 'YYYYMMDD') || '-' || lpad((id + %(up)s)::text, 8, '0')"
)
LARGEST_DEMO = 100_000
TABLES = (
    Replica(
        "cases_case", f"id <= %(last)s AND {FINISHED}",
        {"id": "id + %(up)s", "number": CASE_NUMBER, "public_code": "upper(substr(md5((id + %(up)s)::text), 1, 12))"},
    ),
    Replica("cases_reporter", OF_CASE.removeprefix("id <= %(tail)s AND "), made={"case_id": "case_id + %(up)s"}),
    *(
        Replica(f"cases_{name}", made={"case_id": "case_id + %(up)s", "id": f"nextval(pg_get_serial_sequence('cases_{name}', 'id'))"})
        for name in ("clock", "assignment", "contact", "callback", "objection")
    ),
    Replica(
        "audit_event", f"id <= %(tail)s AND subject_kind = 'case' AND subject_id IN (SELECT id FROM cases_case WHERE id <= %(last)s AND {FINISHED})",
        {"subject_id": "subject_id + %(up)s", "id": "nextval(pg_get_serial_sequence('audit_event', 'id'))"},
    ),
)  # fmt: skip


def main(arguments: list[str]) -> dict[str, object]:
    """Fill the database of ``DATABASE_OWNER_URL`` (a superuser) up to so many cases, and return the sizes."""
    wanted = int(arguments[0]) if arguments else CASES
    started = time.perf_counter()
    with _connected() as connection:
        count = f"SELECT max(id), count(*), count(*) FILTER (WHERE {FINISHED}) FROM cases_case"
        last, present, each = connection.execute(count).fetchone() or (0, 0, 0)
        if not each or last > LARGEST_DEMO:
            sys.exit("需要一个只有演示数据的数据库 / a database with the demo alone is needed")
        tails = {r.table: _tail(connection, r.table) for r in TABLES}
        kept = [index for replica in TABLES for index in _without_indexes(connection, replica.table)]
    copies = range(1, -(-(wanted - present) // each) + 1)
    half = len(copies) // 2
    shares = (
        (TABLES[:1], copies),
        (TABLES[1:-1], copies),
        (TABLES[-1:], copies[:half]),
        (TABLES[-1:], copies[half:]),
    )
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda share: _copy_all(*share, last=last, tails=tails), shares))
    print(f"rows copied, {time.perf_counter() - started:.0f} s", flush=True)
    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(_execute, kept))
    print(f"indexes built, {time.perf_counter() - started:.0f} s", flush=True)
    with _connected() as connection:
        _move_sequences(connection)
        _make_bare(connection)
        sizes = _sizes(connection)
    _execute("VACUUM (ANALYZE)")
    return {"seconds": round(time.perf_counter() - started), **sizes}


def _connected() -> psycopg.Connection:
    """A connection that checks no foreign keys and fires no triggers: the copies are as whole as the demo is."""
    connection = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '1GB'")
    return connection


def _execute(statement: str) -> None:
    with _connected() as connection:
        connection.execute(statement)


def _tail(connection: psycopg.Connection, table: str) -> int:
    key = "case_id" if table == "cases_reporter" else "id"
    return (connection.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone() or (0,))[0]


def _copy_all(
    group: Sequence[Replica], copies: Iterable[int], *, last: int, tails: Mapping[str, int]
) -> None:
    with _connected() as connection:
        for copy in copies:
            for replica in group:
                given = {
                    "up": copy * last,
                    "back": f"{copy * SHIFT_DAYS} days",
                    "last": last,
                    "tail": tails[replica.table],
                }
                _copy(connection, replica, given)


def _without_indexes(connection: psycopg.Connection, table: str) -> list[str]:
    """Drop what is faster built at the end, and return how to build it."""
    rows = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = indexrelid)",
        [table],
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in rows]


def _copy(connection: psycopg.Connection, replica: Replica, given: dict[str, object]) -> None:
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [replica.table],
    ).fetchall()
    moved = {name: f"{name} - %(back)s::interval" for name, kind in columns if kind.startswith("timestamp")}
    made = [replica.made.get(name) or moved.get(name, name) for name, _kind in columns]
    names = ", ".join(name for name, _kind in columns)
    connection.execute(
        f"INSERT INTO {replica.table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join(made)} FROM {replica.table} WHERE {replica.which}",
        given,
    )


def _move_sequences(connection: psycopg.Connection) -> None:
    """New cases come after the copies; the chain of events begins after them."""
    connection.execute(
        "SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))"
    )
    connection.execute("SELECT setval('cases_number', (SELECT max(id) FROM cases_case))")
    connection.execute("UPDATE audit_head SET tx = pg_current_xact_id()::text::bigint")


def _make_bare(connection: psycopg.Connection) -> None:
    """The table of the baseline: every case, with all its indexes but the one for searching."""
    connection.execute("CREATE TABLE bench_bare (LIKE cases_case INCLUDING DEFAULTS INCLUDING IDENTITY)")
    connection.execute("ALTER TABLE bench_bare OWNER TO linli_owner")
    for column in ("grams", "changed_tx"):
        connection.execute(f"ALTER TABLE bench_bare DROP COLUMN {column}")
    names = [
        row[0]
        for row in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'bench_bare'"
        )
    ]
    connection.execute(
        f"INSERT INTO bench_bare ({', '.join(names)}) OVERRIDING SYSTEM VALUE SELECT {', '.join(names)} FROM cases_case"
    )
    for (definition,) in connection.execute(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'cases_case'"
    ).fetchall():
        if "grams" not in definition and "changed_tx" not in definition:
            index, rest = definition.split(" ON ", 1)
            connection.execute(f"{index}_bare ON {rest.replace('cases_case', 'bench_bare')}")
    connection.execute(
        "SELECT setval(pg_get_serial_sequence('bench_bare', 'id'), (SELECT max(id) FROM bench_bare))"
    )
    for name in names:
        connection.execute(
            f"ALTER TABLE bench_bare ALTER COLUMN {name} DROP NOT NULL"
        ) if name != "id" else None
    connection.execute("GRANT ALL ON bench_bare TO PUBLIC")


def _sizes(connection: psycopg.Connection) -> dict[str, object]:
    counts = {
        replica.table: (connection.execute(f"SELECT count(*) FROM {replica.table}").fetchone() or (0,))[0]
        for replica in TABLES
    }
    size = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return {"rows": counts, "megabytes": size[0] // 1_000_000}
