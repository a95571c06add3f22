"""The web and worker processes: started, watched, started again when they die, stopped together.

Each child leads its own process group and carries the data folder's mark in its environment, so that what a
``kill -9`` of the launcher leaves behind is found and ended at the next start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from linli.shell.launch.console import Failure, say

MARK = "LINLI_LAUNCHED_FROM"
STOP_SECONDS = 15.0
QUICK_DEATH = 5.0
QUICK_DEATHS_ALLOWED = 3


@dataclass
class Child:
    """One program that is to run for as long as the launcher does."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def watch(self) -> None:
        """Starts it again where it has died; one that dies at once several times stops the launcher."""
        if self.process is None or self.process.poll() is None:
            return
        code = self.process.returncode
        signal_group(self.process.pid, signal.SIGKILL)
        lived = time.monotonic() - self.started
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH else 0
        if self.quick_deaths >= QUICK_DEATHS_ALLOWED:
            raise Failure(
                f"{self.name} 进程连续退出（代码 {code}），原因见上方输出",
                f"the {self.name} process keeps ending (code {code}); its output above tells why",
            )
        say(
            f"! {self.name} 进程退出（代码 {code}），重新启动",
            f"the {self.name} process ended; starting it again",
        )
        self.start()


def signal_group(group: int, order: signal.Signals) -> bool:
    """False where the group is gone."""
    try:
        os.killpg(group, order)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def stop_all(children: list[Child]) -> None:
    """Asks all to finish, then ends those that have not."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        signal_group(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        signal_group(process.pid, signal.SIGKILL)
        process.wait()


def marked(folder: Path) -> dict[str, str]:
    return {MARK: str(folder)}


def left_behind(folder: Path) -> list[int]:
    """Living processes that an earlier launcher of this folder started and could not stop (Linux only)."""
    mark = f"{MARK}={folder}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def end_left_behind(folder: Path) -> None:
    """Called under the launcher's lock: whoever carries the mark now has lost its launcher."""
    for order, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)):
        pids = left_behind(folder)
        if not pids:
            return
        say(f"结束上次留下的进程 {pids}", "ending processes that an earlier start left behind")
        for pid in pids:
            try:
                os.kill(pid, order)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + seconds
        while left_behind(folder) and time.monotonic() < deadline:
            time.sleep(0.05)
