"""The product as a person starts it, with a data folder of its own, and ways to kill its parts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from linli.shell.launch import prepare
from linli.shell.launch.children import left_behind
from linli.shell.launch.folders import ROOT, Choices, DataFolder
from linli.shell.launch.holding import database
from linli.shell.launch.keys import make_keys
from linli.shell.launch.postgres import SUPERUSER, Server, free_port

START_SECONDS = 180.0
STOP_SECONDS = 60.0


class Product:
    """One installation: ``prepare`` it, ``start`` it, kill it, ``start`` it again, ``stop`` it."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.port = free_port()
        self.launcher: subprocess.Popen[bytes] | None = None

    def prepare(self, code: str) -> str:
        """Make the database and run a line of Python on it as the worker role; returns what it printed."""
        self.folder.make()
        make_keys(self.folder.keys)
        choices = Choices(district="520103", demo=False)
        choices.remember(self.folder)
        with database(self.folder) as (addresses, server):
            environment = prepare.environment(self.folder, addresses, choices, role="worker")
            prepare.compile_messages()
            prepare.migrate(self.folder, environment, server)
            prepare.collect_static(self.folder, environment)
            program = [sys.executable, "-c", f"import django; django.setup(); {code}"]
            return subprocess.run(
                program, env=environment, capture_output=True, text=True, check=True
            ).stdout.strip()

    def start(self) -> None:
        """``bin/run`` on the data folder; returns when the pages answer."""
        program = [sys.executable, "-m", "linli.shell.launch.run", "--data", str(self.folder.path)]
        with open(self.folder.path / "launcher.log", "ab") as log:
            self.launcher = subprocess.Popen(
                [*program, "--no-demo", "--port", str(self.port), "--workers", "1"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(self.answers, START_SECONDS)

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without what would lead the product to another server."""
        return {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}

    def answers(self) -> bool:
        """Whether the pages are there."""
        assert self.launcher is not None and self.launcher.poll() is None, self.log()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def log(self) -> str:
        """What the product said so far."""
        return (self.folder.path / "launcher.log").read_text(errors="replace")[-4000:]

    def linli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """``bin/linli`` on this installation."""
        program = [
            sys.executable,
            "-m",
            "linli.shell.launch.command",
            "--data",
            str(self.folder.path),
            *words,
        ]
        return subprocess.run(
            program, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def worker(self) -> int:
        """The process id of the worker."""
        found = [pid for pid in left_behind(self.folder.path) if "worker" in command_of(pid)]
        assert found, "no worker"
        return found[0]

    def kill_worker(self) -> None:
        """``kill -9`` of the worker; the launcher starts another."""
        os.kill(self.worker(), signal.SIGKILL)

    def kill_database(self) -> None:
        """``kill -9`` of the database server and of every process that it has started."""
        pid = Server(self.folder).pid()
        assert pid is not None
        for each in (pid, *children_of(pid)):
            end(each)

    def kill_everything(self) -> None:
        """``kill -9`` of the launcher first, so that it mends nothing, then of all the others."""
        assert self.launcher is not None
        database_pid = Server(self.folder).pid()
        self.launcher.kill()
        self.launcher.wait()
        for pid in left_behind(self.folder.path):
            end(pid)
        if database_pid is not None:
            for each in (database_pid, *children_of(database_pid)):
                end(each)

    def stop(self) -> float:
        """Ctrl-C; returns how many seconds it took."""
        started = time.monotonic()
        if self.launcher is not None and self.launcher.poll() is None:
            self.launcher.send_signal(signal.SIGINT)
            self.launcher.wait(timeout=STOP_SECONDS)
        return time.monotonic() - started

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Everything that a query finds, past every policy."""
        password = (self.folder.keys / "linli_admin.password").read_text().strip()
        with psycopg.connect(
            host="127.0.0.1", port=Server(self.folder).port, user=SUPERUSER, password=password, dbname="linli"
        ) as db:
            return db.execute(query).fetchall()  # type: ignore[arg-type]

    def one(self, query: str) -> Any:
        """The one value that a query gives."""
        return self.rows(query)[0][0]


def command_of(pid: int) -> list[str]:
    """The words with which a process was started."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def end(pid: int) -> None:
    """``kill -9``; one that is gone already is as good."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{holds.__name__} does not hold after {seconds:.0f} s"
        time.sleep(0.2)
