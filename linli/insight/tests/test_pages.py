"""The pages of insight: every number leads to as many records, what one may see is what is counted, and Word says the same."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from linli.cases.models import Case
from linli.insight.queries.cockpit import Row, cockpit
from linli.insight.queries.facts import CHAPTER, facts
from linli.insight.queries.periods import asked, named
from linli.insight.queries.reports import MECHANISMS, PLACES
from linli.insight.views.reports import address
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import engine_of
from linli.kernel.registers.register import REGISTERS
from linli.kernel.registers.selection import Selection
from linli.territory.queries.figures import FIGURES
from tests.cast import PEOPLE, Cast

pytestmark = pytest.mark.django_db
STATES = (
    "received",
    "dispatched",
    "objected",
    "handling",
    "paused",
    "calling",
    "closed",
    "closed",
    "closed",
    "voided",
)


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Sixty cases of the last weeks, in every state, by three units at three places."""
    now = timezone.now()
    leads = [cast.unit(code) for code in ("D01", "D02", "520103019001")]
    places = [cast.unit(code) for code in ("520103019001001", "520103019002001", "520103019002")]
    rows = []
    for n in range(60):
        state, lead, place = STATES[n % 10], leads[n % 3], places[n % 3]
        held = state not in {"received", "voided"}
        given = now - timedelta(hours=n * 4)
        rows.append(Case(
            number=f"20260101-{n:06d}", public_code=f"p{n:015d}", channel=("hotline", "web", "grid", "proposal")[n % 4],
            kind=("help", "complaint", "tipoff")[n % 3], category=cast.category(("0201", "0301", "0302")[n % 3]), title=f"事 {n}",
            text="测试", state=state, received_at=given, place_id=place.id, place_path=place.path, lead_id=lead.id if held else None,
            audience=[lead.code] if held else [], has_contact=n % 2 == 0, dispatched_at=given if held else None,
            due_at=now + timedelta(hours=n % 7 - 3) if state in {"dispatched", "objected", "handling"} else None,
            sign_due_at=given + timedelta(hours=4), contact_due_at=given + timedelta(hours=8), resolve_due_at=given + timedelta(hours=40),
            signed_at=given + timedelta(hours=n % 6), contacted_at=given + timedelta(hours=n % 10),
            answered_at=given + timedelta(hours=n % 50) if state in {"calling", "closed"} else None,
            closed_at=given + timedelta(hours=n % 55) if state == "closed" else None, escalation=n % 4,
            resolved=n % 5 > 0 if state == "closed" else None, satisfied=n % 5 + 1 if state == "closed" and n % 4 else None,
            supervised=n % 5 == 0, urgency=("normal", "urgent")[n % 2], excluded_reason="恶意诉求" if n == 17 else "",
        ))  # fmt: skip
    Case.objects.bulk_create(rows)
    return cast


def listed(url: str, actor: Actor, at: Any) -> int:
    """How many records the list at an address has for a person."""
    path, query = urlsplit(url).path, urlsplit(url).query
    register = next(r for r in REGISTERS.values() if urlsplit(r.url()).path == path)
    selection = Selection.parse(register, QueryDict(query))
    assert set(parse_qs(query)) == {name for name, _values in selection.values}, (
        "the list dropped a condition"
    )
    return engine_of(register, selection).total(register, selection, Ask(actor, at))


@pytest.mark.parametrize("who", ["leader", "street", "head"])
def test_every_number_of_the_cockpit_leads_to_as_many_records(busy: Cast, who: str) -> None:
    actor, at = busy.actors[who], timezone.now()
    shown = cockpit(actor, at)
    numbers = [(f.label, f.value, f.url) for f in shown.figures] + [
        (d.title, d.count, d.url) for d in shown.decisions
    ]
    for row in (*shown.departments, *shown.matters, *shown.places):
        numbers += parts(row)
    assert len(numbers) > 12
    for label, number, url in numbers:
        assert listed(url, actor, at) == number, (label, url)


def parts(row: Row) -> list[tuple[str, int, str]]:
    found = [
        (row.label, row.received, row.received_url),
        (row.label, row.open, row.open_url),
        (row.label, row.overdue, row.overdue_url),
    ]
    return found + ([(row.label, row.share.rate.denominator, row.share_url)] if row.share else [])


def test_what_has_risen_to_the_county_stands_first_and_a_street_sees_only_its_own_units(busy: Cast) -> None:
    at = timezone.now()
    first = cockpit(busy.actors["leader"], at).decisions[0]
    assert first.title == "超期升级到本级"
    assert first.first
    assert all(case.escalation and case.due_at < at for case in first.first)
    for decision in cockpit(busy.actors["street"], at).decisions:
        assert all(
            case.lead.code.startswith("520103019")
            for case in decision.first
            if decision.title == "超期升级到本级"
        )


def test_a_street_counts_less_than_the_county_and_never_what_it_may_not_see(busy: Cast) -> None:
    at = timezone.now()
    county, clerk = cockpit(busy.actors["leader"], at), cockpit(busy.actors["head"], at)
    assert county.total == 60
    assert 0 < clerk.total < county.total
    assert {row.label for row in clerk.departments} == {"云岩区住房和城乡建设局"}


def test_every_figure_of_the_chapter_leads_to_its_records(busy: Cast) -> None:
    actor, at = busy.actors["leader"], timezone.now()
    found = facts(actor, at, named("year", timezone.localdate(at)))
    assert set(found.held) == set(CHAPTER.figures)
    for key, held in found.held.items():
        if held.records:
            assert listed(held.url, actor, at) == held.count, key
        for part in (held.numerator, held.denominator, *held.left_out, *held.parts):
            if part and part.url and part.shown.replace(",", "").isdigit() and "/cases/" in part.url:
                assert listed(part.url, actor, at) == int(part.shown.replace(",", "")), (key, part)


def test_the_word_file_opens_and_says_the_numbers_of_the_page(busy: Cast, client: Client) -> None:
    client.force_login(busy.users["leader"])
    page = unescape(client.get(reverse("insight:facts")).content.decode())
    answer = client.get(reverse("insight:facts_word"))
    paper = Document(BytesIO(answer.content))
    said = "\n".join(p.text for p in paper.paragraphs)
    sentence = re.search(r"共受理案件(\d+)件，其中并入其他案件\d+件、注销(\d+)件", said)
    assert sentence
    assert sentence.groups() == ("60", "6")
    assert ">60</a>件" in page
    cells = {row.cells[0].text: row.cells[3].text for row in paper.tables[0].rows}
    assert "÷" in cells["响应率"]


@pytest.mark.parametrize("name", ["cockpit", "rates", "facts", "place", "mechanisms"])
def test_who_has_no_business_with_figures_is_refused(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.users["operator"])
    assert client.get(reverse(f"insight:{name}")).status_code == 403
    client.force_login(cast.users["leader"])
    assert client.get(reverse(f"insight:{name}")).status_code == 200


def test_every_figure_and_every_rate_has_a_page_that_says_how_it_came_about(
    busy: Cast, client: Client
) -> None:
    client.force_login(busy.users["leader"])
    for key, figure in CHAPTER.figures.items():
        assert client.get(reverse("insight:figure", args=[key])).status_code == (
            404 if figure.shape == "text" else 200
        ), key
    page = client.get(reverse("insight:rate", args=["on_time"])).content.decode()
    assert "办结时限未到" in page
    assert "95%" in page


def test_rates_are_shown_by_unit_matter_channel_and_place_and_not_by_person(
    busy: Cast, client: Client
) -> None:
    client.force_login(busy.users["supervisor"])
    for by in ("office", "below", "street", "community", "grid", "category", "channel", "kind"):
        assert client.get(reverse("insight:rates"), {"by": by}).status_code == 200
    assert "person" not in client.get(reverse("insight:rates"), {"by": "taken_by"}).content.decode()


def test_the_contradictions_of_the_reports_are_shown_with_their_arithmetic(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.users["leader"])
    pages = {p.code: client.get(reverse("insight:place_of", args=[p.code])).content.decode() for p in PLACES}
    traps = set(re.findall(r"T[1-8]", "".join(pages.values())))
    assert traps == {f"T{n}" for n in range(1, 9)}
    assert "245 ÷ 29" in pages["330421"]
    assert "8.45" in pages["330421"]


def test_the_coverage_list_narrows_by_source_and_state(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["leader"])
    rows = client.get(reverse("insight:mechanisms"), {"source": "S4", "state": "here"}).context["rows"]
    assert rows
    assert all(m.state == "here" and "S4" in m.source for m, _tone, _pages in rows)
    everything = client.get(reverse("insight:mechanisms")).context["rows"]
    assert len(everything) == 152


def test_every_page_that_the_coverage_list_names_opens_for_the_role_it_names(
    cast: Cast, client: Client
) -> None:
    people = {role: key for key, (_name, role, _unit) in reversed(PEOPLE.items())}
    named = {(page.role, page.url_name) for mechanism in MECHANISMS for page in mechanism.where}
    shut = []
    for role, url_name in sorted(named):
        client.logout()
        if role:
            client.force_login(cast.users[people[role]])
        answer = client.get(address(url_name))
        shut += [] if answer.status_code == 200 else [(role, url_name, answer.status_code)]
    assert len(named) > 25
    assert shut == []


def test_the_map_is_coloured_by_what_the_viewer_may_count(busy: Cast) -> None:
    values = FIGURES["cases_open"].values
    nodes = [busy.unit("520103"), busy.unit("520103019001"), busy.unit("520103019002")]
    county, community = values(busy.actors["leader"], nodes), values(busy.actors["stranger"], nodes)
    assert county["520103"] == county["520103019001"] + county["520103019002"]
    assert community["520103019001"] < county["520103019001"]


def test_a_period_that_lies_ahead_or_cannot_be_read_is_as_usual() -> None:
    today = timezone.localdate()
    assert asked({"from": "nonsense", "to": "x"}, today) == named("year", today)
    assert asked(
        {"from": f"{today + timedelta(days=3)}", "to": f"{today + timedelta(days=9)}"}, today
    ) == named("year", today)
    assert (
        asked({"from": f"{today - timedelta(days=3)}", "to": f"{today + timedelta(days=9)}"}, today).last
        == today
    )
