"""Holding the database: the first who needs it starts it, the last who leaves stops it.

Every process that uses the embedded server holds a shared lock on one file; the operating system lets go of it
even after ``kill -9``, so no count can go wrong.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from linli.shell.launch.console import step
from linli.shell.launch.database import (
    Addresses,
    check_external,
    embedded_addresses,
    external_addresses,
    make_roles_and_database,
)
from linli.shell.launch.folders import DataFolder
from linli.shell.launch.keys import secret
from linli.shell.launch.postgres import Server


@contextmanager
def database(
    folder: DataFolder, *, throw_away: bool = False, embedded: bool = False
) -> Iterator[tuple[Addresses, Server | None]]:
    """The addresses of a running database, and its server where it is the embedded one.

    ``embedded`` leaves an outside server that the environment names alone; ``throw_away`` trades safety after
    a power cut for speed, for tests.
    """
    outside = None if embedded else external_addresses()
    if outside is not None:
        check_external(outside)
        yield outside, None
        return
    folder.make()
    with open(folder.run / "database.users", "w", encoding="ascii") as users:
        with _turn(folder):
            server = Server(folder, throw_away=throw_away)
            _start(server, folder)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield embedded_addresses(server, folder.keys), server
        finally:
            with _turn(folder):
                if _is_last(users):
                    server.stop()


def _start(server: Server, folder: DataFolder) -> None:
    if server.is_ready():
        return
    fresh = not server.exists()
    with step(
        "启动数据库" if not fresh else "建立数据库",
        "starting the database" if not fresh else "making the database",
    ):
        if fresh:
            server.initialise(secret(folder.keys, "linli_admin.password"))
        server.start()
        stamp = server.home / "roles-made"
        if not stamp.exists():
            make_roles_and_database(server, folder.keys)
            stamp.touch()


@contextmanager
def _turn(folder: DataFolder) -> Iterator[None]:
    """One at a time starts or stops the server."""
    with open(folder.run / "database.turn", "w", encoding="ascii") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
