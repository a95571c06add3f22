"""Who speaks is protected: the reporter of a tip-off (举报) comes out nowhere, whoever asks and by whatever address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case, Reporter
from linli.cases.queries import reporter_for
from linli.cases.tasks import tell_one
from linli.kernel.accounts import tokens
from linli.kernel.accounts.tokens import FOR_PEOPLE
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.models import Event
from linli.kernel.notices.models import Notice
from linli.kernel.privacy.commands import forget
from linli.kernel.registers.register import REGISTERS
from tests.cast import MONDAY, PEOPLE, Cast

NAME, PHONE, HOME = "欧阳震铄", "13977735791", "揭发路77号3单元"
PLANTED = [
    NAME.encode(),
    PHONE.encode(),
    "揭发路77号".encode(),
    NAME.encode("unicode_escape"),
    NAME.encode("gb18030"),
]
MASKED = b"139****5791"
ALLOWED = {"operator", "supervisor"}
"""Who took it down, and who has the verb: they may see the mask, and the rest with a purpose that is written down."""


@pytest.fixture
def tipoff(cast: Cast) -> Case:
    """A tip-off about D01 that D02 has handled and answered, with everything that is told on the way."""
    intake = Intake(
        channel="hotline", kind="tipoff", text="有人长期收受好处，请严查", category=cast.category("0301"), about=cast.unit("D01"),
        place=cast.unit("520103019001001"), reporter=ReporterFacts(NAME, PHONE, HOME),
    )  # fmt: skip
    operator, dispatcher, builder = cast.actors["operator"], cast.actors["dispatcher"], cast.actors["builder"]
    pk = commands.receive(intake, by=operator, at=MONDAY).pk
    commands.accept(case_id=pk, by=dispatcher, at=MONDAY)
    commands.dispatch(case_id=pk, lead=cast.unit("D02"), by=dispatcher, at=MONDAY)
    commands.sign(case_id=pk, by=builder, at=MONDAY + timedelta(minutes=5))
    commands.record_measure(case_id=pk, words="已立案调查", by=builder, at=MONDAY + timedelta(hours=1))
    commands.submit(case_id=pk, result="已查处", by=builder, at=MONDAY + timedelta(hours=2))
    return Case.objects.get(pk=pk)


def named(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every name of an address with the values it asks for."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern, f"{before}{pattern.namespace}:" if pattern.namespace else before)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield (
                f"{before}{pattern.name}",
                list(pattern.pattern.regex.groupindex) or list(pattern.pattern.converters),
            )


def addresses(case: Case, user_id: int) -> list[str]:
    """Every address of the product that a case, a register, a person or nothing at all can fill."""
    fills = {
        "number": [case.number], "code": [case.public_code, "520103", "520103019001"], "name": list(REGISTERS), "pk": [str(case.pk)],
        "key": ["resolution"], "verb": ["submit", "close"], "user_id": [str(user_id)], "size": ["a5", "80"],
    }  # fmt: skip
    found = []
    for name, asked in named(get_resolver()):
        for chosen in product(*(fills.get(key, []) for key in asked)):
            with suppress(NoReverseMatch):
                found.append(reverse(name, kwargs=dict(zip(asked, chosen, strict=True))))
    found += [
        f"/list/{register}/?format={kind}"
        for register in REGISTERS
        for kind in ("csv", "xlsx", "geojson", "json")
    ]
    found += [f"{page}?q={text}" for page in ("/search/", "/cases/") for text in (NAME, PHONE, "收受好处")]
    return list(dict.fromkeys(found))


def answer_of(client: Client, address: str) -> bytes:
    """Everything that an address answers, a stream and the inside of a packed file too."""
    response: Any = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as packed:
        return b"".join(map(packed.read, packed.namelist()))


NEAREST = ("clerk", "builder", "operator")
"""The accused, who handles it, and who took it down: walked at every commit, the others by the whole suite."""

WALKED = [who if who in NEAREST else pytest.param(who, marks=pytest.mark.slow) for who in PEOPLE]


@pytest.mark.django_db
@pytest.mark.parametrize("who", WALKED)
def test_the_reporter_of_a_tip_off_is_in_no_page_export_or_search(
    client: Client, cast: Cast, tipoff: Case, who: str
) -> None:
    client.force_login(cast.users[who])
    client.raise_request_exception = True
    for address in addresses(tipoff, cast.users[who].pk):
        content = answer_of(client, address)
        echoed = address.startswith(("/search/", "/cases/?q="))
        for planted in PLANTED:
            if not echoed:
                assert planted not in content, (who, address)
        if who not in ALLOWED:
            assert MASKED not in content, (who, address)


@pytest.mark.django_db
def test_the_reporter_of_a_tip_off_is_in_no_public_page(client: Client, cast: Cast, tipoff: Case) -> None:
    for address in addresses(tipoff, 0):
        content = answer_of(client, address)
        if not address.startswith(("/search/", "/cases/?q=")):
            assert not any(planted in content for planted in [*PLANTED, MASKED]), address


@pytest.mark.django_db
def test_what_is_searched_for_finds_no_tip_off_by_its_reporter(
    client: Client, cast: Cast, tipoff: Case
) -> None:
    for who in PEOPLE:
        client.force_login(cast.users[who])
        for text in (NAME, PHONE):
            assert tipoff.number.encode() not in answer_of(client, f"/search/?q={text}"), who


@pytest.mark.django_db
def test_no_event_and_no_notice_holds_the_reporter(cast: Cast, tipoff: Case) -> None:
    for event in Event.objects.filter(subject_kind="case", subject_id=tipoff.pk):
        words = f"{event.before} {event.after} {event.note} {event.subject_label} {event.actor_label}"
        assert not any(planted in words for planted in (NAME, PHONE, HOME)), event.name
        if event.name in {"case.dispatched", "case.returned"}:
            tell_one(event, Case.objects.get(pk=event.subject_id or 0), MONDAY)
    told = "".join(f"{notice.title} {notice.body}" for notice in Notice.objects.all())
    assert told
    assert not any(planted in told for planted in (NAME, PHONE, HOME))


@pytest.mark.django_db
def test_the_reporter_lies_sealed_in_the_table(tipoff: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name || phone || address FROM cases_reporter WHERE case_id = %s", [tipoff.pk])
        raw = bytes(cursor.fetchone()[0])
    assert not any(planted in raw for planted in PLANTED)


@pytest.mark.django_db
def test_a_machine_with_every_verb_does_not_learn_the_reporter(
    client: Client, cast: Cast, tipoff: Case
) -> None:
    _, text = tokens.make_token(
        name="对接", unit_code="520103", scope="520103/", verbs=set(VERBS) - FOR_PEOPLE, starts_on=date(2020, 1, 1),
        ends_on=date(2090, 1, 1), by=cast.actors["security"], at=MONDAY,
    )  # fmt: skip
    for address in (
        f"/api/v1/cases/{tipoff.number}",
        "/api/v1/cases",
        f"/api/v1/cases/{tipoff.number}/events",
    ):
        answer = client.get(address, headers={"Authorization": f"Bearer {text}"})
        assert not any(planted in answer.content for planted in [*PLANTED, MASKED])


@pytest.mark.django_db
def test_the_accused_unit_does_not_even_see_that_there_is_a_tip_off(
    client: Client, cast: Cast, tipoff: Case
) -> None:
    client.force_login(cast.users["clerk"])
    assert client.get(f"/cases/{tipoff.number}/").status_code == 404
    assert tipoff.number.encode() not in answer_of(client, "/cases/")


@pytest.mark.django_db
def test_when_the_key_is_destroyed_the_reporter_is_forgotten(cast: Cast, tipoff: Case) -> None:
    forget(key_id=Reporter.objects.get(case=tipoff).key_id, by=cast.actors["supervisor"], at=MONDAY)
    assert reporter_for(cast.actors["supervisor"], tipoff).hidden == "已按保存期限销毁"
