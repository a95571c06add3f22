"""``bin/run``: from whatever is there to a running Linli, and back on Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from linli.shell.launch import prepare
from linli.shell.launch.children import Child, end_left_behind, marked, stop_all
from linli.shell.launch.console import Failure, say, step
from linli.shell.launch.database import Addresses, count_anew
from linli.shell.launch.folders import Choices, DataFolder
from linli.shell.launch.holding import database
from linli.shell.launch.keys import make_keys
from linli.shell.launch.postgres import Server, is_free
from linli.shell.launch.web import web_command

DEFAULT_PORT = 8000
DEFAULT_DISTRICT = "520103"
WEB_SECONDS = 60.0
THREADS = 4


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="启动邻里：准备环境、数据库、演示数据，再启动网页与后台进程；Ctrl-C 全部停止。"
        " Starts Linli: environment, database, demo data, web and worker; Ctrl-C stops all of it.",
        epilog="环境变量 / environment: DATABASE_URL + DATABASE_OWNER_URL 使用已有的 PostgreSQL 15+ "
        "(an outside server); LINLI_DATA 数据文件夹 (the data folder); LINLI_KEYS_DIR 密钥文件夹 (the keys).",
    )
    parser.add_argument("--port", type=int, help=f"网页端口 / port of the web pages ({DEFAULT_PORT})")
    parser.add_argument("--data", metavar="DIR", help="数据文件夹 / data folder (.linli)")
    parser.add_argument(
        "--district", metavar="CODE", help=f"县市区代码 / code of the county or city ({DEFAULT_DISTRICT})"
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="不载入演示数据 / without demo data and demo accounts"
    )
    parser.add_argument("--workers", type=int, default=2, help="网页进程数 / web processes (2)")
    return parser.parse_args(arguments)


def choices_for(folder: DataFolder, chosen: argparse.Namespace) -> Choices:
    """What was asked for now, else what this folder was started with before, else the demo of Yunyan."""
    before = Choices.remembered(folder)
    district = chosen.district or (
        before.district if before else os.environ.get("LINLI_DISTRICT") or DEFAULT_DISTRICT
    )
    if before and chosen.district and before.district != chosen.district:
        raise Failure(
            f"数据文件夹 {folder.path} 属于 {before.district}；一份安装只服务一个县市区，请用 --data 另选文件夹",
            f"the data folder {folder.path} belongs to {before.district}; choose another with --data for {chosen.district}",
        )
    demo = not chosen.no_demo and (before.demo if before else True)
    return Choices(district=district, demo=demo)


@contextmanager
def only_launcher(folder: DataFolder) -> Iterator[None]:
    """One launcher a data folder."""
    with open(folder.run / "launcher.lock", "a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Failure(
                f"邻里已在运行：{lock.read().strip()}（数据文件夹 {folder.path}）",
                "Linli is already running on this data folder, at the address above",
            ) from None
        lock.truncate(0)
        yield


def choose_port(asked: int | None) -> int:
    if asked is not None and not is_free(asked):
        raise Failure(
            f"端口 {asked} 已被占用，请用 --port 另选一个",
            f"port {asked} is taken: choose another with --port",
        )
    if asked is not None:
        return asked
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 50):
        if is_free(port):
            return port
    raise Failure(
        "8000 至 8049 端口都被占用，请用 --port 指定", "ports 8000 to 8049 are taken: choose one with --port"
    )


def cli(*words: str) -> list[str]:
    return [sys.executable, "-m", "linli.shell.cli", *words]


def processes(port: int, workers: int, environment: dict[str, str]) -> list[Child]:
    serving = web_command(host="127.0.0.1", port=port, workers=workers, threads=THREADS)
    return [
        Child("web", serving, environment | {"LINLI_ROLE": "web"}),
        Child("worker", cli("worker"), environment | {"LINLI_ROLE": "worker"}),
    ]


def wait_for_web(port: int, children: list[Child]) -> None:
    deadline = time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            child.watch()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Failure(
        "网页进程 60 秒内没有应答，原因见上方输出", "the web process did not answer within a minute"
    )


def load_demo(
    environment: dict[str, str], district: str, addresses: Addresses, server: Server | None
) -> None:
    """Where the database is empty, the demo district; its progress is shown as it comes."""
    stamp = server.home / "demo-loaded" if server is not None else None
    if stamp is not None and stamp.exists():
        return
    if subprocess.run(cli("demo", "load", "--district", district), env=environment, check=False).returncode:
        raise Failure(
            "演示数据载入失败，原因见上方输出；可先用 --no-demo 启动",
            "the demo district could not be loaded; the output above tells why; --no-demo starts without it",
        )
    count_anew(addresses)
    if stamp is not None:
        stamp.touch()


def announce(port: int, environment: dict[str, str], demo: bool) -> None:
    site = f"http://127.0.0.1:{port}/"
    say(f"\n  邻里已启动 / Linli is running:  {site}")
    if demo:
        subprocess.run(cli("demo", "accounts", "--site", site.rstrip("/")), env=environment, check=False)
    else:
        say("  第一个账号 / the first account:  bin/linli admin create")
    say("  停止 / stop:  Ctrl-C\n")


def keep(children: list[Child], server: Server | None) -> None:
    """Watches over all until a signal ends it; a killed database is started again before its users notice much."""
    while True:
        if server is not None and server.pid() is None:
            say("! 数据库退出，重新启动", "the database ended; starting it again")
            server.start()
        for child in children:
            child.watch()
        time.sleep(0.5)


def serve(folder: DataFolder, chosen: argparse.Namespace) -> None:
    choices = choices_for(folder, chosen)
    end_left_behind(folder.path)
    port = choose_port(chosen.port)
    make_keys(folder.keys)
    with database(folder) as (addresses, server):
        environment = prepare.environment(folder, addresses, choices) | marked(folder.path)
        prepare.compile_messages()
        prepare.migrate(folder, environment, server)
        prepare.check_index_key(folder, environment, server)
        prepare.collect_static(folder, environment)
        if choices.demo:
            # Hundreds of invented notices would push the address off the screen; who wants them on the console says so.
            environment.setdefault("LINLI_LOG_NOTICES", "WARNING")
            load_demo(environment, choices.district, addresses, server)
        choices.remember(folder)
        children = processes(port, chosen.workers, environment)
        try:
            with step("启动网页与后台进程", "starting web and worker"):
                for child in children:
                    child.start()
                wait_for_web(port, children)
            note_address(folder.run / "launcher.lock", port)
            announce(port, environment, choices.demo)
            keep(children, server)
        finally:
            say("\n正在停止", "stopping")
            stop_all(children)


def note_address(lock: Path, port: int) -> None:
    lock.write_text(f"http://127.0.0.1:{port}/\n", encoding="ascii")


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    """A second signal during the stop changes nothing: stopping is already under way."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) is not signal.SIG_IGN or each is signal.SIGINT:  # nohup stays in force
            signal.signal(each, ask_to_stop)
    folder = DataFolder.chosen(chosen.data)
    try:
        folder.make()
        with only_launcher(folder):
            serve(folder, chosen)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("已停止", "stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
