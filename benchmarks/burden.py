"""The burden of a district counted for a year and shown; a loop over the same returns in Python as the baseline.

``bin/linli bench burden [RETURNS]`` after ``demo load``. The returns of the demo are copied, round after round, until there are so many (77,000: what
162 communities owe in a year with forty forms a month); everything is rolled back. *counted*: every number of every unit stored. Pages are asked of the
product in this process with templates and rights, the first time (nothing kept) and again. The baseline counts the cells of the returns alone.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from linli.assessment.commands import count
from linli.assessment.queries.meter import METERS
from linli.assessment.rules import Period
from linli.kernel.accounts.models import Post
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.returns.models import Return
from linli.territory.queries.units import tree

RETURNS = 77_000
BENCH = Actor.system("测量")
COPY = """
    WITH made AS (
        INSERT INTO returns_round (form_id, template_id, period, first, last, due_on, opened_at)
        SELECT form_id, template_id, left(period, 12) || '#' || %s, first, last, due_on, opened_at FROM returns_round WHERE id = %s RETURNING id
    )
    INSERT INTO returns_return (round_id, unit_id, path, state, known, given, asked, filled_at, submitted_at, person, version, key_id, mark)
    SELECT made.id, r.unit_id, r.path, r.state, r.known, r.given, r.asked, r.filled_at, r.submitted_at, r.person, r.version, NULL, r.mark
    FROM returns_return r, made WHERE r.round_id = %s
"""


def main(arguments: list[str]) -> dict[str, object]:
    """Measure, print the table, and return the figures."""
    wanted = int(arguments[0]) if arguments else RETURNS
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        set_viewer(BENCH)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        if not Return.objects.exists():
            sys.exit("需要有报表的数据库：先运行 demo load / a database with returns is needed: demo load")
        number = _copied(wanted)
        found = _measured()
        transaction.set_rollback(True)
    communities = sum(node.level == "community" for node in tree().nodes)
    load = os.getloadavg()[0]
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}; {number:,} returns, {communities} communities"
    )
    for name, seconds in found.items():
        print(f"{name:<52}{seconds:>9.3f} s")
    ratio = found["a loop in Python over the same returns"] / found["counted: every number of every unit"]
    print(f"counted {ratio:.1f} times as fast as the loop")
    return {"returns": number, "communities": communities, "ratio": round(ratio, 1), "load": load, **found}


def _copied(wanted: int) -> int:
    """Copy rounds that fall due this year until there are so many returns."""
    year = timezone.localdate().year
    rounds = list(
        Return.objects.filter(round__due_on__year=year, round__template__listing={}).order_by().values_list("round", flat=True).distinct()
    )  # fmt: skip
    with connection.cursor() as cursor:
        number, copy = Return.objects.count(), 0
        while number < wanted:
            round_id = rounds[copy % len(rounds)]
            cursor.execute(COPY, [copy, round_id, round_id])
            number, copy = number + cursor.rowcount, copy + 1
    return number


def _measured() -> dict[str, float]:
    today = timezone.localdate()
    year = Period(str(today.year), today.replace(month=1, day=1), today.replace(month=12, day=31))
    reader, county = Client(SERVER_NAME="localhost"), tree().nodes[0].code
    reader.force_login(Post.objects.filter(role="county_leader", ends_on=None).select_related("user")[0].user)
    found = {
        "a loop in Python over the same returns": _timed(lambda: _loop(year)),
        "counted: every number of every unit": _timed(
            lambda: count(period=year, by=BENCH, at=timezone.now())
        ),
    }
    for name, address in {
        "county by street": f"/burden/units/{county}/", "all communities": f"/burden/units/{county}/?by=community",
        "what was saved": "/burden/saved/", "public page": "/burden/public/",
    }.items():  # fmt: skip
        METERS.changed()
        found[f"{name}, first"] = _timed(partial(_opened, reader, address))
        found[f"{name}, again"] = _timed(partial(_opened, reader, address))
    return found


def _opened(reader: Client, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"


def _loop(year: Period) -> Counter[tuple[int, str]]:
    """What anybody would write first: each return read, its cells counted."""
    found: Counter[tuple[int, str]] = Counter()
    rows = Return.objects.filter(round__due_on__range=(year.first, year.last))
    for row in rows.only("unit_id", "known", "given", "asked").iterator(2000):
        found[row.unit_id, "form"] += 1
        found[row.unit_id, "known"] += len(row.known)
        found[row.unit_id, "cell"] += row.asked + len(row.given.keys() - row.known.keys())
    return found


def _timed(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return round(time.perf_counter() - start, 3)
