"""What the registry costs with 1.35 million people: list, name search, building and person, eight users in a closed loop.

``bin/linli bench registry [SECONDS [one|looking]]`` on a database that ``bin/linli demo fill --people 1350000`` has filled. It starts the
product's own web server (two processes) as ``pages`` does. With ``one``, one user asks: what an answer takes by itself. With
``looking``, each of the eight looks at what came for two seconds on average before asking again, as people do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from benchmarks import pages
from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.privacy.context import set_viewer
from linli.registry.models import Person
from linli.registry.policy import persons_for
from linli.territory.models import Building

SECONDS = 20.0
SCOPES = {"community": "community_worker", "street": "street_officer", "county": "registry_keeper"}
POPULATIONS = ("registered", "floating", "apart")
EDUCATIONS = ("20", "30", "40", "60", "70", "80")
AGES = ("0..3", "3..6", "6..18", "18..35", "35..60", "60..70", "70..80", "80..")
PAST = "2026-10-31"
"""A day before the register was filled: of some thousand persons another thing is known of it than of today."""

LOOKING = 2.0
"""Seconds that a user looks at a page, on average: quick for a list, so that the figure is on the safe side."""
NAMES = 400
"""Names that are searched for: of people of the whole district."""


def main(arguments: list[str]) -> dict[str, object]:
    """Measure everything, print the table, and return it."""
    seconds = float(arguments[0]) if arguments else SECONDS
    users = 1 if "one" in arguments else pages.USERS
    pause = LOOKING if "looking" in arguments else 0.0
    call_command("collectstatic", interactive=False, verbosity=0)
    found: list[pages.Figures] = []
    print(
        f"{'':<34}{'p50 ms':>9}{'p95 ms':>9}{'per s':>10}{'cpu ms':>9}{'count':>8}{'failed':>8}", flush=True
    )
    with pages._served(port := pages._free_port(), "linli.shell.wsgi:application"):
        for scope, role in SCOPES.items():
            for page, ask in _pages(role).items():
                figures = pages._loop(f"{page}, {scope}", port, ask, seconds, users, pause)
                found.append(figures)
                print(figures.line(), flush=True)
    return {
        "figures": [vars(figures) for figures in found],
        "people": _people(),
        "users": users,
        "pause": pause,
    }


def _people() -> int:
    with transaction.atomic():
        set_viewer(pages.BENCH)
        return Person.objects.count()


def _pages(role: str) -> dict[str, Callable[[Random], pages.Request]]:
    """The addresses that a person with a role asks for."""
    post = Post.objects.filter(role=role).select_related("user").order_by("unit_code", "pk")[0]
    client = Client()
    client.force_login(post.user)
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    actor = actor_for(post)
    with transaction.atomic():
        set_viewer(actor)
        people = list(persons_for(actor).values_list("uid", flat=True)[:20_000:17])
        set_viewer(pages.BENCH)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM registry_person WHERE length(name) > 1 ORDER BY id DESC LIMIT %s", [NAMES]
            )
            names = [name for (name,) in cursor.fetchall()]
        buildings = list(
            Building.objects.filter(unit__path__startswith=actor.scope).values_list("pk", flat=True)[:3000:7]
        )
    get = partial(_get, headers)
    return {
        "list, three filters": lambda random: get("/people/", _filters(random)),
        "list of a past day": lambda random: get("/people/", {**_filters(random), "as_of": PAST}),
        "name search": lambda random: get("/people/", {"q": random.choice(names)}),
        "surname search": lambda random: get("/people/", {"q": random.choice(names)[0]}),
        "building": lambda random: get(f"/buildings/{random.choice(buildings)}/"),
        "person": lambda random: get(f"/people/{random.choice(people)}/"),
        "one search box": lambda random: get("/search/", {"q": random.choice(names)}),
    }


def _get(headers: dict[str, str], path: str, query: dict[str, object] | None = None) -> pages.Request:
    address = f"{path}?{urlencode(query, doseq=True)}" if query else path
    return "GET", address, b"", headers


def _filters(random: Random) -> dict[str, object]:
    """Three multi-select filters, drawn anew each time."""
    return {
        "population": random.sample(POPULATIONS, 2),
        "education": random.sample(EDUCATIONS, 3),
        "age": random.sample(AGES, 3),
    }
