"""The six registers of a unit together: each figure leads to as many records, within what the viewer may see."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from linli.cases.tests.samples import dispatched, taken
from linli.insight.queries.six import books_of
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import engine_of
from linli.kernel.registers.register import REGISTERS
from linli.kernel.registers.selection import Selection
from linli.registry.tests.district import settle
from linli.territory.models import Unit
from tests.cast import TESTER, Cast

pytestmark = pytest.mark.django_db

GRID = "520103019001001"


@pytest.fixture
def lived(cast: Cast) -> Cast:
    settle(cast)
    for number in range(6):
        (taken, dispatched)[number % 2](cast, number)
    return cast


def records(url: str, actor: Actor) -> int:
    """How many records the list at an address has."""
    parts = urlsplit(url)
    register = next(r for r in REGISTERS.values() if urlsplit(r.url()).path == parts.path)
    selection = Selection.parse(register, QueryDict(parts.query))
    return engine_of(register, selection).total(register, selection, Ask(actor, timezone.now()))


@pytest.mark.parametrize("who, code", [("community", GRID), ("street", "520103019"), ("leader", "520103")])
def test_every_figure_leads_to_as_many_records(lived: Cast, who: str, code: str) -> None:
    actor = lived.actors[who]
    context.set_viewer(actor)
    books = books_of(actor, Unit.objects.get(code=code), timezone.now())
    figures = [(book.title, book.total, book.url) for book in books if book.url] + [
        (line.label, line.count, line.url) for book in books for line in book.lines if line.url
    ]
    wrong = [(label, count) for label, count, url in figures if records(url, actor) != count]
    context.set_viewer(TESTER)
    assert len(figures) > 5 and wrong == []


def test_the_page_shows_the_six_to_who_works_there(lived: Cast, client: Client) -> None:
    client.force_login(lived.users["community"])
    page = client.get(f"/units/{GRID}/registers/").content.decode()
    assert [
        title for title in ("人", "地", "物", "情", "事", "组织") if f"</svg> {title}</h2>" not in page
    ] == []
    assert "不在您的管辖范围内" not in page
    assert f"/units/{GRID}/registers/" in client.get(f"/units/{GRID}/").content.decode()


def test_who_has_no_persons_to_see_is_not_told_of_them(lived: Cast, client: Client) -> None:
    client.force_login(lived.users["leader"])
    page = client.get(f"/units/{GRID}/registers/").content.decode()
    assert "/people/" not in page and "事</h2>" in page
    client.force_login(lived.users["stranger"])
    assert "不在您的管辖范围内" in client.get(f"/units/{GRID}/registers/").content.decode()
    assert client.get("/units/999/registers/").status_code == 404
