"""What each page costs on the demo district: server time, and what a browser fetches that has been here never before.

``bin/linli bench visits [TURNS]`` on an installation with the demo. Every page without values in its address, and the latest
case, unit and grid, is asked for by the first person of each role that may see it; the median of the turns counts. The first
load is the page and the style sheets and scripts it names, compressed, without those of the map and the charts. The baseline
in the same run is ``/health/``, which asks the database one question.
"""

from __future__ import annotations

import gzip
import logging
import os
import platform
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.cases.models import Case
from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.privacy.context import set_viewer

TURNS = 5
LIBRARIES = re.compile(r"maplibre|echarts")
FILES = re.compile(r'(?:src|href)="/static/([^"?]+\.(?:js|css))"')
HASH = re.compile(r"\.[0-9a-f]{12}(?=\.(?:js|css)$)")
SLOWEST = 25


@dataclass(frozen=True)
class Visit:
    """A page as one role sees it: milliseconds of waiting and of Python's own processor time (without the database's), and
    kilobytes compressed of the page alone and of a first load.
    """

    address: str
    role: str
    ms: float
    cpu: float
    page_kb: float
    first_kb: float


def main(arguments: list[str]) -> dict[str, object]:
    """Visit everything, print the table, and return it."""
    turns = int(arguments[0]) if arguments else TURNS
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    bare = _timed(Client(), "/health/", turns)[0]
    logging.disable(logging.ERROR)  # a page that a role may not see is passed over
    roles = {post.role: post for post in Post.objects.select_related("user").order_by("-pk")}
    visits = [
        visit for post in roles.values() for visit in _visits(post, turns) if visit.address != "/health/"
    ]
    shown = sorted(visits, key=lambda visit: -visit.ms)
    print(f"{'':<44}{'role':<20}{'ms':>8}{'cpu':>8}{'x bare':>8}{'page kB':>9}{'first kB':>9}")
    for visit in shown[:SLOWEST]:
        print(
            f"{visit.address:<44}{visit.role:<20}{visit.ms:>8.1f}{visit.cpu:>8.1f}{visit.ms / bare:>8.1f}"
            f"{visit.page_kb:>9.1f}{visit.first_kb:>9.1f}"
        )
    over = [visit for visit in visits if visit.ms > 100]
    heavy = max(visits, key=lambda visit: visit.first_kb)
    print(
        f"{len(visits)} visits of {len(roles)} roles; bare {bare:.1f} ms; over 100 ms: {len(over)}; "
        f"heaviest first load {heavy.first_kb:.0f} kB ({heavy.address})"
    )
    return {
        "machine": f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}",
        "cases": _cases(),
        "visits": len(visits),
        "bare_ms": round(bare, 1),
        "over_100_ms": len(over),
        "over_100_cpu_ms": len([visit for visit in visits if visit.cpu > 100]),
        "slowest": asdict(shown[0]),
        "heaviest": asdict(heavy),
    }


def _cases() -> int:
    with transaction.atomic():
        post = Post.objects.filter(role="dispatcher").first()
        assert post is not None
        set_viewer(actor_for(post))
        return Case.objects.count()


def _visits(post: Post, turns: int) -> Iterator[Visit]:
    client = Client()
    client.force_login(post.user)
    for address in _addresses(post):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code != 200 or not kind.startswith("text/html") or answer.streaming:
            continue
        ms, cpu, content = _timed(client, address, turns)
        html = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        files = {HASH.sub("", name) for name in FILES.findall(html.decode()) if not LIBRARIES.search(name)}
        size = len(content) / 1000
        yield Visit(address, post.role, ms, cpu, size, size + sum(map(_weight, files)))


def _timed(client: Client, address: str, turns: int) -> tuple[float, float, bytes]:
    waited, worked, content = [], [], b""
    for _ in range(turns):
        start, used = time.perf_counter(), time.process_time()
        content = client.get(address, headers={"Accept-Encoding": "gzip"}).content
        waited.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - used) * 1000)
    return median(waited), median(worked), content


def _weight(name: str) -> float:
    """Kilobytes of a static file, compressed."""
    path = finders.find(name)
    if not isinstance(path, str):
        return 0.0
    with open(path, "rb") as file:
        return len(gzip.compress(file.read(), 6)) / 1000


def _addresses(post: Post) -> list[str]:
    with transaction.atomic():
        set_viewer(actor_for(post))
        case = Case.objects.filter(state="handling").order_by("-received_at").first()
    found = [
        address for address in _plain(get_resolver(), "/") if not address.startswith(("/api/", "/i18n/"))
    ]
    return found + ([f"/cases/{case.number}/"] if case else [])


def _plain(resolver: URLResolver, before: str) -> Iterator[str]:
    """Every address without values in it."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if "<" in route or "(" in route or "^" in route:
            continue
        if isinstance(pattern, URLResolver):
            yield from _plain(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route
