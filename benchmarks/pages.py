"""What a page costs with a million cases: eight users in a closed loop without think time, at three scopes.

``bin/linli bench pages [SECONDS [pages] [intake]]`` on a database that ``bin/linli bench fill`` has filled. It starts the product's own web
server (two processes) and worker, and the baseline's (see ``baseline/wsgi.py``) the same way, one after the other, with
the database on the same machine. Every figure is the whole answer as the browser gets it, over kept connections.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import numpy as np
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.cases.models import Case
from linli.cases.policy import visible_to
from linli.cases.tasks import UNDO_SECONDS
from linli.kernel.accounts import tokens
from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.shell.launch.web import web_command
from linli.territory.queries.units import root_node

USERS = 8
SECONDS = 20.0
PARTS = ["pages", "intake"]
WARM = 5
INTAKE = 2000
INTAKE_LINE = "intake, dispatched and sealed"
BARE = "bare create (DRF)"
"""Requests taken in by all users together: long enough that the notices of the first ones, ten seconds later, fall into it."""
SCOPES = {"community": "community_worker", "street": "street_officer", "county": "dispatcher"}
BENCH = Actor.system("性能测量")
Request = tuple[str, str, bytes, dict[str, str]]
"""Method, address, body, headers."""

TEXTS = (
    "{0}门口垃圾成堆，已经三天没人清，气味很大", "{0}楼下路灯坏了，晚上看不见路", "{0}的井盖没了，很危险",
    "{0}夜里施工噪音很大，睡不着", "{0}的电梯又坏了，物业不修", "{0}消防通道被车堵住了",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """One line of the table: milliseconds, answers a second, and milliseconds of processor time for an answer.

    The processor time is that of the server's processes and of the database; it says what an answer costs even where other
    work on the machine makes it wait.
    """

    name: str
    p50: float
    p95: float
    rate: float
    cpu: float
    count: int
    failed: int

    def line(self) -> str:
        """For people."""
        return (
            f"{self.name:<34}{self.p50:>9.1f}{self.p95:>9.1f}{self.rate:>10.1f}{self.cpu:>9.1f}"
            f"{self.count:>8}{self.failed:>8}"
        )


def spent() -> float:
    """Milliseconds of processor time that the processes started from here and the database's have used so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    mine = str(os.getpid())
    lines = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            lines.append((path.parent.name, fields[1], sum(map(int, fields[11:15]))))
    family = {mine}
    for _generation in range(4):
        family |= {pid for pid, parent, _used in lines if parent in family}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid::text FROM pg_stat_activity")
        family |= {pid for (pid,) in cursor.fetchall()}
    return sum(used for pid, _parent, used in lines if pid in family and pid != mine) * 1000 / ticks


def main(arguments: list[str]) -> dict[str, object]:
    """Measure everything, print the table, and return it."""
    seconds, parts = float(arguments[0]) if arguments else SECONDS, arguments[1:] or PARTS
    _bare_table()
    call_command("collectstatic", interactive=False, verbosity=0)
    found: list[Figures] = []
    print(
        f"{'':<34}{'p50 ms':>9}{'p95 ms':>9}{'per s':>10}{'cpu ms':>9}{'count':>8}{'failed':>8}", flush=True
    )

    def told(figures: Figures) -> None:
        found.append(figures)
        print(figures.line(), flush=True)

    with _served(_product_port := _free_port(), "linli.shell.wsgi:application"):
        for scope, role in SCOPES.items() if "pages" in parts else ():
            for page, address in _pages(role).items():
                told(_loop(f"{page}, {scope}", _product_port, address, seconds))
        with _served(
            _bare_port := _free_port(), "wsgi:application", folder=Path(__file__).parent / "baseline"
        ):
            salt = Random(time.time_ns())
            create = partial(_loop, BARE, _bare_port, lambda _random: _bare_create(salt), seconds)
            if "intake" in parts:
                told(create())
                with _process([sys.executable, "-m", "linli.shell.cli", "worker"]):
                    told(_intake(_product_port))
                told(create())  # before and after: a shared machine is not as quick in every minute
            told(_loop("bare list (DRF)", _bare_port, _bare_list, seconds))
    bare = [figures.rate for figures in found if figures.name == BARE]
    intake = [figures.rate for figures in found if figures.name == INTAKE_LINE]
    share = sum(intake) / max(bare) if bare else 0.0
    print(f"intake / bare create: {share:.2f}")
    return {
        "figures": [vars(figures) for figures in found],
        "intake_share": round(share, 2),
        "cases": _cases(),
    }


def _cases() -> int:
    with transaction.atomic():
        set_viewer(BENCH)
        return Case.objects.count()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _process(arguments: list[str], folder: Path | None = None) -> Iterator[None]:
    settings = {"LINLI_API_PER_MINUTE": "1000000", "LINLI_ROLE": "web", "LINLI_LOG_NOTICES": "WARNING"}
    environment = os.environ | settings
    running = subprocess.Popen(arguments, env=environment, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.terminate()
        running.wait(180)


@contextmanager
def _served(port: int, target: str, folder: Path | None = None) -> Iterator[None]:
    arguments = web_command(host="127.0.0.1", port=port, workers=2, threads=4)
    arguments[arguments.index("linli.shell.wsgi:application")] = target
    with _process(arguments, folder):
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield


def _pages(role: str) -> dict[str, Callable[[Random], Request]]:
    """The addresses that a person with a role asks for."""
    post = Post.objects.filter(role=role).select_related("user").order_by("unit_code", "pk")[0]
    client = Client()
    client.force_login(post.user)
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    actor = actor_for(post)
    with transaction.atomic():
        set_viewer(actor)
        numbers = list(
            visible_to(actor).order_by("-received_at").values_list("number", flat=True)[::7][:2000]
        )
    pages: dict[str, Callable[[Random], Request]] = {
        "list": partial(_list, headers),
        "case page": lambda random: ("GET", f"/cases/{random.choice(numbers)}/", b"", headers),
    }
    if actor.may("insight.view"):
        pages["cockpit"] = lambda random: ("GET", reverse("insight:cockpit"), b"", headers)
    return pages


def _list(headers: dict[str, str], random: Random) -> Request:
    """Three multi-select filters, drawn anew each time."""
    chosen = {
        "state": random.sample(["closed", "handling", "dispatched", "checking", "calling", "explained"], 3),
        "kind": random.sample(["help", "complaint", "consult", "suggestion"], 2),
        "channel": random.sample(["hotline", "web", "grid", "counter"], 2),
    }
    return "GET", f"/cases/?{urlencode(chosen, doseq=True)}", b"", headers


def _bare_list(random: Random) -> Request:
    _method, address, body, _headers = _list({}, random)
    return "GET", address.replace("/cases/", "/bare/"), body, {}


def _bare_create(random: Random) -> Request:
    run = f"{random.getrandbits(56):014x}"
    row = {
        "number": f"b{run}", "public_code": f"b{run}", "channel": "api", "kind": "help", "category_id": 1, "title": "垃圾成堆",
        "text": random.choice(TEXTS).format(run), "place_text": "某小区", "place_id": 1, "place_path": "520103/", "state": "received",
        "lead_id": None, "received_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    return "POST", "/bare/", json.dumps(row).encode(), {"Content-Type": "application/json"}


def _loop(
    name: str,
    port: int,
    ask: Callable[[Random], Request],
    seconds: float,
    users: int = USERS,
    pause: float = 0,
) -> Figures:
    """Eight users, each asking again as soon as it is answered, or after looking for ``pause`` seconds on average; the first few
    answers are not counted."""
    _users(
        port, ask, lambda _user, asked: asked < WARM, users=4 * USERS
    )  # so many that both processes are asked
    before, end = spent(), time.perf_counter() + seconds
    times, failed = _users(port, ask, lambda _user, _asked: time.perf_counter() < end, users, pause)
    return _figures(name, times, failed, seconds, spent() - before)


def _users(
    port: int,
    ask: Callable[[Random], Request],
    goes_on: Callable[[int, int], bool],
    users: int = USERS,
    pause: float = 0,
) -> tuple[list[float], int]:
    times: list[float] = []
    failures: list[int] = []

    def user(number: int) -> None:
        random, asked = Random(number), 0
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        while goes_on(number, asked):
            time.sleep(random.uniform(0, 2 * pause))
            method, address, body, headers = ask(random)
            start = time.perf_counter()
            line.request(method, address, body, headers)
            answer = line.getresponse()
            answer.read()
            asked += 1
            times.append(time.perf_counter() - start)
            if answer.status not in (200, 201):
                failures.append(answer.status)
                if asked <= WARM:
                    sys.exit(
                        f"{method} {address} 的回答是 {answer.status}，没有可测的 / answered {answer.status}: nothing to measure"
                    )

    threads = [threading.Thread(target=user, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(failures)


def _figures(name: str, times: list[float], failed: int, seconds: float, cpu: float) -> Figures:
    p50, p95 = np.percentile(np.array(times) * 1000, [50, 95]) if times else (0, 0)
    rate, each = len(times) / seconds, cpu / max(len(times), 1)
    return Figures(
        name, round(float(p50), 1), round(float(p95), 1), round(rate, 1), round(each, 1), len(times), failed
    )


def _intake(port: int) -> Figures:
    """Requests through the interface until each is dispatched or waits for a person, every event is sealed, and every job that is
    due by then is done. Who is told of a dispatch hears of it when it can no longer be undone, ten seconds later: the same
    requests have gone in for longer than that before anything is counted, so that as much is told as is taken down.
    """
    headers, places, root = (
        {"Authorization": f"Bearer {_token()}", "Content-Type": "application/json"},
        _places(),
        root_node(),
    )
    assert root is not None

    def ask(random: Random) -> Request:
        place, key = random.choice(places), f"{random.getrandbits(64):016x}"
        body = {
            "text": random.choice(TEXTS).format(place) + f"（{key[:6]}）", "place_text": place,
            "reporter": {"name": "测试", "phone": "13885100001"},
        }  # fmt: skip
        return "POST", "/api/v1/cases", json.dumps(body).encode(), headers | {"Idempotency-Key": key}

    salt = Random(time.time_ns())
    warm = time.perf_counter() + UNDO_SECONDS + 2
    _users(port, lambda _random: ask(salt), lambda _user, _asked: time.perf_counter() < warm)
    before, start = spent(), time.perf_counter()
    times, failed = _users(port, lambda _random: ask(salt), lambda _user, asked: asked < INTAKE // USERS)
    _until_done(timezone.now())
    return _figures(INTAKE_LINE, times, failed, time.perf_counter() - start, spent() - before)


def _token() -> str:
    root = root_node()
    assert root is not None
    today = timezone.localdate()
    given = {
        "name": f"测量 {time.time_ns()}",
        "unit_code": root.code,
        "scope": root.path,
        "verbs": ["case.view", "case.take"],
    }
    with transaction.atomic():
        set_viewer(BENCH)
        made = tokens.make_token(
            **given, starts_on=today, ends_on=today + timedelta(days=2), by=BENCH, at=timezone.now()
        )  # type: ignore[arg-type]
    return made[1]


def _places() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM territory_compound ORDER BY id LIMIT 500")
        return [name for (name,) in cursor.fetchall()]


WAITING = """
    SELECT (SELECT count(*) FROM audit_event WHERE tx > (SELECT tx FROM audit_head)
              AND NOT EXISTS (SELECT 1 FROM audit_seal WHERE event_id = audit_event.id)),
           (SELECT count(*) FROM procrastinate_jobs j WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= %(by)s)
              AND NOT EXISTS (SELECT 1 FROM procrastinate_periodic_defers d WHERE d.task_name = j.task_name))
"""
"""Events not yet sealed, and jobs that follow from events; what the clock starts goes on beside."""


def _until_done(by: datetime) -> None:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(WAITING, {"by": by})
            if not any(cursor.fetchone()):
                return
        time.sleep(0.05)


def _bare_table() -> None:
    """The baseline's table: every case, with all its indexes but the one for searching."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_bare')")
        if cursor.fetchone()[0] is None:
            sys.exit("先运行 bin/linli bench fill / run bin/linli bench fill first")
