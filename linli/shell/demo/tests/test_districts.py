"""Each of the five places of the reports starts with its real units, its history, and its report's figures and contradictions."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.insight.places import load_place
from linli.kernel.accounts.queries import demo_posts
from linli.kernel.calendar.importers import load as load_calendar
from linli.kernel.norms.importers import load as load_norms
from linli.shell.demo import loading
from linli.territory.models import BoundaryFinding, LineageEvent, Unit
from linli.territory.rules.kinds import COMMUNITY_KINDS, STREET_KINDS
from tests.cast import MONDAY, TESTER
from tests.database import as_owner

STREETS_AND_COMMUNITIES = {
    "520103": (18, 162), "330421": (9, 174), "2108": (70, 849), "420923": (13, 195), "511724": (31, 324),
}  # fmt: skip
HISTORIES = {"520103", "330421", "420923"}
TRAPS = {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"}


def leader() -> Client:
    """The county's leader, as a visitor of the demo steps in."""
    post = next(post for post in demo_posts(date.today()) if post.role == "county_leader")
    client = Client()
    client.force_login(post.user)
    return client


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", STREETS_AND_COMMUNITIES)
def test_an_official_from_there_recognises_the_place(
    code: str, sealing_role: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DISTRICT", code)
    monkeypatch.setattr(settings, "DEMO", True)
    load_norms(by=TESTER, at=MONDAY)
    load_calendar(by=TESTER, at=MONDAY)
    loading.load(code, lambda words, share: None, cases=40, people=2000, now=timezone.now())
    as_owner("ANALYZE")

    streets = Unit.objects.filter(kind__in=STREET_KINDS)
    communities = Unit.objects.filter(kind__in=COMMUNITY_KINDS)
    assert (streets.count(), communities.count()) == STREETS_AND_COMMUNITIES[code]
    assert LineageEvent.objects.exists() == (code in HISTORIES)
    assert set(BoundaryFinding.objects.values_list("kind", flat=True)) == {
        "exclave",
        "enclave",
        "overlap",
        "gap",
    }
    place, client = load_place(code), leader()
    assert place is not None
    chapter = client.get(reverse("insight:facts")).content.decode()
    assert Unit.objects.get(parent=None).name in chapter
    page = unescape(client.get(reverse("insight:place")).content.decode())
    assert place.name in page and place.report.date_note in page
    missing = [f.key for f in place.figures.values() if f.text not in page or f.sentence not in page]
    assert missing == []
    assert all(check.title in page and check.verdict in page for check in place.checks)
    assert client.get(reverse("insight:mechanisms")).status_code == 200
    history = unescape(client.get(reverse("territory:lineage")).content.decode())
    assert all(event.on_date or event.date_words in history for event in LineageEvent.objects.all())
    assert history.count("l-panel-body") == LineageEvent.objects.count()


class CutOff(Exception):
    """The machine is switched off."""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_load_that_was_cut_off_goes_on_with_what_departments_ask(
    sealing_role: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_norms(by=TESTER, at=MONDAY)
    load_calendar(by=TESTER, at=MONDAY)
    told = {"cases": 20, "people": 1000, "now": timezone.now()}

    def cut(at: object, seed: int) -> None:
        raise CutOff

    with monkeypatch.context() as patch, pytest.raises(CutOff):
        patch.setattr(loading, "_ask", cut)
        loading.load("520103", lambda words, share: None, **told)
    assert loading.is_loaded() and loading.is_cut_off()
    count = loading.load("520103", lambda words, share: None, **told)
    assert count >= 20 and not loading.is_cut_off()


def test_the_reports_show_every_contradiction_that_is_known_of_them() -> None:
    places = [place for place in map(load_place, STREETS_AND_COMMUNITIES) if place is not None]
    assert {check.trap for place in places for check in place.checks if check.trap} == TRAPS
