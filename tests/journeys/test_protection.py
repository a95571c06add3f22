"""What is masked opens for a purpose and leaves a trace."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from linli.kernel.audit.models import Event
from linli.registry.models import Person
from linli.registry.tests.district import PHONE, citizen_id, settle
from tests.cast import Cast
from tests.journeys.stage import Stage, behind_the_scene, box, whole

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NUMBER = citizen_id(0, 1935)
MASKED = f"{NUMBER[:6]}********{NUMBER[-4:]}"


@pytest.fixture
def person(cast: Cast) -> Person:
    """王秀英, the first of the thirty-two people of the district."""
    with behind_the_scene():
        return Person.objects.get(pk=settle(cast).people[0])


def looks_of(name: str) -> list[Event]:
    """The events of a name that stand in the database."""
    with behind_the_scene():
        return list(Event.objects.filter(name=name))


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_masked_number_opens_for_a_purpose_and_the_auditor_sees_who_looked_at_whom_and_why(
    stage: Stage, person: Person, size: str
) -> None:
    page = stage.enter("keeper", size)
    page.goto(f"/people/{person.uid}/")
    sealed = page.locator("#sealed")
    expect(sealed).to_contain_text(MASKED)
    expect(sealed).to_contain_text("138****0001")
    whole(page)
    sealed.get_by_role("link", name="查看").click()
    purpose = box(page, "查看用途")
    expect(purpose).to_be_visible()
    whole(page)
    assert NUMBER not in page.content() and PHONE not in page.content()
    sealed.get_by_role("button", name="查看").click()
    page.wait_for_load_state("networkidle")
    assert NUMBER not in page.content() and PHONE not in page.content(), "without a purpose nothing is shown"
    assert looks_of("privacy.revealed") == []
    purpose.select_option(label="入户走访核对")
    sealed.get_by_role("button", name="查看").click()
    expect(sealed).to_contain_text(NUMBER)
    expect(sealed).to_contain_text(PHONE)
    expect(sealed).to_contain_text("已记录本次查看")
    whole(page)
    (look,) = looks_of("privacy.revealed")
    assert look.actor_id == stage.cast.users["keeper"].pk and look.subject_id == person.pk
    assert look.after == {"field": "证件号码、电话", "purpose": "入户走访核对"}
    page.goto(f"/people/{person.uid}/")
    expect(page.locator("#sealed")).to_contain_text(MASKED)
    assert NUMBER not in page.content() and PHONE not in page.content(), "the next time it is masked again"
    overseen(stage, size)


def overseen(stage: Stage, size: str) -> None:
    """The auditor finds the look in the list of looks, and among the looks at this person, and never the number itself."""
    auditor = stage.enter("auditor", size)
    auditor.goto("/protection/looks/")
    look = auditor.locator("tbody tr", has_text="查看了证件号码、电话")
    expect(look).to_have_count(1)
    for words in ("白露", "王**", "用途：入户走访核对"):
        expect(look).to_contain_text(words)
    whole(auditor)
    look.get_by_role("link", name="王**").click()
    expect(auditor.locator("tbody tr", has_text="入户走访核对")).to_contain_text("白露")
    assert NUMBER not in auditor.content() and PHONE not in auditor.content()
    whole(auditor)
