"""``bin/test``: every test against an embedded server in a throw-away data folder, in a real browser too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.shell.launch import prepare
from linli.shell.launch.console import Failure, say, step
from linli.shell.launch.folders import ROOT, Choices, DataFolder
from linli.shell.launch.holding import database
from linli.shell.launch.keys import make_keys
from linli.shell.launch.postgres import Server
from linli.shell.launch.run import DEFAULT_DISTRICT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHINESE_FONTS = ("fonts-noto-cjk",)
LOCK_SECONDS = 300
"""How long to wait for another program that is installing packages."""
HELP = """bin/test [--quick] [pytest 的参数 / arguments of pytest]

  全部测试，含真实浏览器；数据库在临时文件夹里，用后删除（LINLI_TEST_DATA 可指定并保留一个文件夹）。
  All tests, in a real browser too, on a throw-away database (LINLI_TEST_DATA names a folder to keep).

  --quick   不跑浏览器与慢测试 / without the browser's and the slow tests
"""


def find_browser() -> str | None:
    """The browser that LINLI_CHROMIUM names, else the first known one on the path."""
    named = os.environ.get("LINLI_CHROMIUM")
    candidates = [named] if named else [shutil.which(name) for name in BROWSERS]
    return next((path for path in candidates if path and Path(path).exists()), None)


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return True
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def ensure_browser() -> str:
    """Chromium and a Chinese font, from Debian's packages where this machine lets us install them."""
    browser = find_browser()
    missing = [] if browser else ["chromium"]
    if not has_chinese_font() or not browser:
        missing += CHINESE_FONTS
    if missing:
        install(missing)
        browser = find_browser()
    if browser is None:
        raise Failure(
            "没有找到 Chromium。请安装（Debian/Ubuntu：apt install chromium fonts-noto-cjk）"
            "或用 LINLI_CHROMIUM 指明路径；不需浏览器的测试：bin/test --quick",
            "Chromium was not found: install it (Debian/Ubuntu: apt install chromium fonts-noto-cjk) or name it in "
            "LINLI_CHROMIUM; bin/test --quick needs no browser",
        )
    return browser


def install(packages: list[str]) -> None:
    """As root on a Debian-like machine; elsewhere the caller says what is missing."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}"]
    with step(f"安装 {' '.join(packages)}", "installing from Debian's packages"):
        for command in ([*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(
                command,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
    if done.returncode:
        say("\n".join(done.stdout.splitlines()[-10:]))


@contextmanager
def test_folder() -> Iterator[DataFolder]:
    """The named folder, kept; else one below the temporary folder that is removed with its database."""
    named = os.environ.get("LINLI_TEST_DATA")
    if named:
        yield DataFolder(Path(named).absolute())
        return
    folder = DataFolder(Path(tempfile.mkdtemp(prefix="linli-test-")))
    try:
        yield folder
    finally:
        if folder.postgres.exists():
            shutil.rmtree(Server(folder).home, ignore_errors=True)
        shutil.rmtree(folder.path, ignore_errors=True)


def pytest_command(arguments: list[str], quick: bool) -> list[str]:
    chosen = ["-m", "not journey and not slow"] if quick else []
    return [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-q", *chosen, *arguments]


def run(arguments: list[str], quick: bool) -> int:
    # The live server of the journeys serves files by their own names, not by the hashed ones of collectstatic.
    extra = {"LINLI_TESTING": "1", "LINLI_PLAIN_STATIC": "1"}
    if not quick:
        extra["LINLI_CHROMIUM"] = ensure_browser()
    with test_folder() as folder:
        folder.make()
        make_keys(folder.keys)
        prepare.compile_messages()
        with database(folder, throw_away=True, embedded=True) as (addresses, _server):
            choices = Choices(district=DEFAULT_DISTRICT, demo=True)
            environment = prepare.environment(folder, addresses, choices) | extra
            if not quick:
                prepare.collect_static(folder, environment)
            return subprocess.run(
                pytest_command(arguments, quick), cwd=ROOT, env=environment, check=False
            ).returncode


def main(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(HELP)
        return 0
    rest = [argument for argument in arguments if argument != "--quick"]
    try:
        return run(rest, quick="--quick" in arguments)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("已中断", "interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
