"""Each role at its own pages, on a desk and on a telephone: nothing broken, nothing English, nothing that axe finds."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case
from linli.kernel.privacy.context import set_viewer
from tests.architecture.house import ROOT
from tests.cast import TESTER, Cast

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 360, "height": 740}}
SCREENS = os.environ.get("LINLI_SCREENS")
"""A folder for pictures of every page, to be looked at."""

PAGES = {
    "operator": ["/workbench/", "/desk/", "/callback/", "/cases/"],
    "dispatcher": ["/workbench/", "/screening/", "/dispatching/", "/cases/", "/proposals/"],
    "arbiter": ["/workbench/", "/arbitration/"],
    "builder": ["/workbench/", "/cases/inbox/", "{case}"],
    "street": ["/workbench/", "/cases/inbox/"],
    "community": ["/workbench/", "/cases/inbox/", "/desk/"],
    "grid": ["/phone/", "/phone/report/", "/phone/grid/", "/phone/me/"],
    "supervisor": ["/workbench/", "/supervision/", "/callback/", "{case}"],
    "leader": ["/workbench/", "/cockpit/", "/rates/", "/facts/", "/reports/mechanisms/"],
    "auditor": ["/audit/"],
    "security": ["/workbench/", "/accounts/me/"],
    "admin": ["/workbench/", "/norms/", "/calendar/", "/jobs/", "/duties/"],
    "": ["/public/", "/public/report/", "/public/track/", "{track}", "/accounts/sign-in/"],
}
VISITS = [(who, page, size) for who, pages in PAGES.items() for page in pages for size in SIZES]

ENGLISH = re.compile(
    r"\b(?:the|and|of|not|is|are|Home|Save|Cancel|Search|Submit|None|True|False|Error|Undefined|null)\b"
)
"""Words that a Chinese page does not have: an untranslated sentence, or a value of the program."""


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case that the builder is handling, received an hour ago; and one that nobody has looked at yet."""
    with transaction.atomic():
        set_viewer(TESTER)
        return handled(cast)


def handled(cast: Cast) -> Case:
    """Taken down, dispatched and signed."""
    at = timezone.now() - timedelta(hours=1)
    intake = Intake(
        channel="hotline", text="电梯坏了三天没人修", category=cast.category("0301"), place=cast.unit("520103019001001"),
        reporter=ReporterFacts("王秀英", "13885100001"),
    )  # fmt: skip
    made = commands.receive(intake, by=cast.actors["operator"], at=at)
    commands.accept(case_id=made.pk, by=cast.actors["dispatcher"], at=at)
    commands.dispatch(case_id=made.pk, lead=cast.unit("D02"), by=cast.actors["dispatcher"], at=at)
    commands.receive(intake, by=cast.actors["operator"], at=at)
    return commands.sign(case_id=made.pk, by=cast.actors["builder"], at=at + timedelta(minutes=10))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("LINLI_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def signed_in(cast: Cast, who: str) -> str:
    """The session of a person."""
    client = Client()
    client.force_login(cast.users[who])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def open_page(browser: Browser, url: str, session: str, size: str) -> tuple[Page, list[str]]:
    """A page of the person, and the list in which its complaints gather."""
    context = browser.new_context(viewport=SIZES[size], base_url=url, locale="zh-CN", bypass_csp=False)  # type: ignore[arg-type]
    if session:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@pytest.mark.parametrize("who, page_at, size", VISITS)
def test_a_page_of_a_role_is_whole(
    browser: Browser, live_server: Any, cast: Cast, case: Case, who: str, page_at: str, size: str
) -> None:
    session = signed_in(cast, who) if who else ""
    page, complaints = open_page(browser, live_server.url, session, size)
    address = page_at.format(case=f"/cases/{case.number}/", track=f"/t/{case.public_code}/")
    answer = page.goto(address, wait_until="load")
    assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"
    if SCREENS:
        words = re.sub(r"[^a-z]+", "-", page_at).strip("-")
        name = f"{who or 'resident'}-{words}-{size}.png"
        page.screenshot(path=str(Path(SCREENS) / name))
    assert complaints == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"{address} is {wide} px wider than the screen"
    words = page.evaluate("document.body.innerText")
    assert ENGLISH.findall(words) == [], address
    found = axe(page)
    assert found == [], address
    page.context.close()


def axe(page: Page) -> list[str]:
    """What axe finds, each with the first element it names. It is put in by the driver, past the page's own policy."""
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
