"""Keys, choices, ports and children: what a start makes and what it refuses."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from linli.shell.launch.children import Child, end_left_behind, left_behind, marked, stop_all
from linli.shell.launch.console import Failure
from linli.shell.launch.folders import Choices, DataFolder
from linli.shell.launch.keys import make_keys
from linli.shell.launch.run import choices_for, choose_port, only_launcher, options

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def chosen(*arguments: str) -> argparse.Namespace:
    return options(list(arguments))


def wait_until(answer: object) -> None:
    deadline = time.monotonic() + 10
    while not answer() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.02)
    assert answer()  # type: ignore[operator]


def test_keys_are_made_once_and_only_their_owner_reads_them(folder: DataFolder) -> None:
    make_keys(folder.keys)
    first = {path.name: path.read_text() for path in folder.keys.iterdir()}
    make_keys(folder.keys)
    assert {path.name: path.read_text() for path in folder.keys.iterdir()} == first
    assert set(first) == {"secret_key", "master.key", "index.key"}
    assert len(bytes.fromhex(first["master.key"])) == len(bytes.fromhex(first["index.key"])) == 32
    assert {path.stat().st_mode & 0o777 for path in folder.keys.iterdir()} == {0o600}
    assert folder.keys.stat().st_mode & 0o777 == 0o700


def test_a_first_start_takes_the_demo_of_the_default_district(folder: DataFolder) -> None:
    assert choices_for(folder, chosen()) == Choices(district="520103", demo=True)


def test_a_later_start_goes_on_as_the_first_began(folder: DataFolder) -> None:
    Choices(district="511724", demo=False).remember(folder)
    assert choices_for(folder, chosen()) == Choices(district="511724", demo=False)


def test_a_data_folder_of_one_county_is_not_started_for_another(folder: DataFolder) -> None:
    Choices(district="511724", demo=True).remember(folder)
    with pytest.raises(Failure, match="511724"):
        choices_for(folder, chosen("--district", "520103"))


def test_a_port_that_was_asked_for_and_is_taken_is_refused() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        with pytest.raises(Failure, match="--port"):
            choose_port(stranger.getsockname()[1])


def test_a_second_launcher_of_one_folder_is_told_where_the_first_answers(folder: DataFolder) -> None:
    with only_launcher(folder):
        (folder.run / "launcher.lock").write_text("http://127.0.0.1:8000/\n")
        with pytest.raises(Failure, match="127.0.0.1:8000"), only_launcher(folder):
            pass


def test_a_child_that_is_killed_is_started_again(folder: DataFolder) -> None:
    child = Child("web", SLEEPER, dict(os.environ))
    child.start()
    assert child.process is not None
    first = child.process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    child.watch()
    assert child.process is not first and child.process.poll() is None
    stop_all([child])
    assert child.process.poll() is not None


def test_a_child_that_dies_at_once_every_time_stops_the_launcher() -> None:
    child = Child("web", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    child.start()
    with pytest.raises(Failure, match="代码 3"):
        for _attempt in range(5):
            assert child.process is not None
            child.process.wait()
            child.watch()


@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="left processes are found through /proc")
def test_what_a_killed_launcher_left_behind_is_ended_at_the_next_start(folder: DataFolder) -> None:
    stray = subprocess.Popen(SLEEPER, env=dict(os.environ) | marked(folder.path), start_new_session=True)
    wait_until(lambda: stray.pid in left_behind(folder.path))
    end_left_behind(folder.path)
    assert stray.wait(timeout=10) == -signal.SIGTERM
