"""A browser in which the people of the cast sign in, and what every page they see must keep."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.cases.models import Case
from linli.kernel.audit.commands import seal_next
from linli.kernel.jobs.job import defer
from linli.kernel.privacy.context import set_viewer
from tests.architecture.house import ROOT
from tests.cast import TESTER, Cast
from tests.database import as_owner

SIZES: dict[str, Any] = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 360, "height": 740}}
PATIENCE = 20_000
"""Milliseconds until something that should show is given up; two busy cores are slow."""

LONGEST_WRITING = 300.0
"""Seconds until an event that is not final yet is given up: another worker of the suite may load a whole county in one transaction."""

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"""

ENGLISH = re.compile(
    r"\b(?:the|and|of|not|is|are|Home|Save|Cancel|Search|Submit|None|True|False|Error|Undefined|null|undefined|NaN)\b"
)
"""Words that a Chinese page does not have: an untranslated sentence, or a value of the program."""

CODED = re.compile(r"(?<![.\w])[a-z]+(?:_[a-z]+)+\b|%\([a-z]+\)s|\{\{|\{%")
"""Names of the program that a person should never meet: ``hotline_operator``, ``%(n)s``."""


REFUSED = re.compile(
    r"Failed to load resource: .* status of (409|422|429) |Response Status Error Code (409|422|429)|htmx:(afterRequest|sendAbort|sendError)"
)
"""The browser notes every answer that is no success, and what was under way when a page was left; neither is a fault of ours."""


def is_fault(said: ConsoleMessage) -> bool:
    """Whether what the console says is something wrong with the product."""
    return said.type == "error" and not REFUSED.search(said.text)


@dataclass
class Stage:
    """``stage.enter("clerk")`` is a page on which 秦川 is signed in; whoever entered leaves at the end."""

    browser: Browser
    url: str
    cast: Cast
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What the browser's console said was wrong."""

    def enter(self, who: str = "", size: str = "desk", **more: Any) -> Page:
        """A page of a person of the cast; without a name of somebody who has no account."""
        context = self.browser.new_context(viewport=SIZES[size], base_url=self.url, locale="zh-CN", **more)
        context.set_default_timeout(PATIENCE)
        if who:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": session(self.cast, who), "url": self.url}])
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if is_fault(said) else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def leave(self) -> None:
        """Everybody goes home, when what they asked for is answered: the tables are emptied next."""
        for context in self.contexts:
            for page in context.pages:
                page.wait_for_load_state("networkidle")
            context.close()
        self.contexts.clear()


def session(cast: Cast, who: str) -> str:
    """A session in which the person is signed in."""
    client = Client()
    client.force_login(cast.users[who])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def behind_the_scene() -> Iterator[None]:
    """The test itself reads or writes, seeing every row."""
    with transaction.atomic():
        set_viewer(TESTER)
        yield


def worked_off(task: str) -> int:
    """Events go to who listens and the waiting jobs of a task are done, as the worker does both, in its role; how many jobs."""
    as_owner("INSERT INTO audit_head (id, position, digest, tx) VALUES (1, 0, '', 0) ON CONFLICT DO NOTHING")
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(_work, task).result()
    as_owner(f"DELETE FROM procrastinate_jobs WHERE task_name = '{task}'")
    return done


def _work(task: str) -> int:
    """In a thread of its own: its connection, and no other, is the worker's, which alone may seal the chain."""
    role = urlsplit(os.environ["DATABASE_WORKER_URL"])
    connection.settings_dict = {**connection.settings_dict, "USER": role.username, "PASSWORD": role.password}
    try:
        waiting = _waiting(task)
        for each in waiting:
            app.tasks[task](**each.args)
        return len(waiting)
    finally:
        connection.close()


def _waiting(task: str) -> list[ProcrastinateJob]:
    """The jobs of a task, once the events are final: the longest that somebody else writes on the same server holds them up."""
    until = monotonic() + LONGEST_WRITING
    while True:
        with behind_the_scene():
            while seal_next(at=timezone.now(), defer=defer):
                pass
            found = list(ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("pk"))
        if found or monotonic() > until:
            return found
        sleep(0.2)


def again(case: Case) -> Case:
    """The case as it is now."""
    with behind_the_scene():
        return Case.objects.select_related("lead").get(pk=case.pk)


def box(page: Page | Locator, words: str) -> Locator:
    """The field of a label, whether it may be left empty or not."""
    label = page.get_by_label(re.compile(rf"^\s*{words}\s*(可不填)?\s*$"))
    return label.and_(page.locator("input, select, textarea"))


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands: too wide, English, names of the program, or against WCAG 2.2 AA."""
    found = []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 1:
        found.append(f"{wide} px wider than the screen")
    words = page.evaluate("document.body.innerText")
    found += [f"word: {word}" for word in {*ENGLISH.findall(words), *CODED.findall(words)}]
    return found + axe(page)


AT_THE_TOP = """() => new Promise(done => {
  let still = 0;
  const look = () => {
    still = window.scrollY === 0 ? still + 1 : 0;
    if (!still) window.scrollTo({ top: 0, behavior: "instant" });
    if (still > 2) done(); else requestAnimationFrame(look);
  };
  look();
})"""
"""Scrolls up until the page stays there: the browser may still be following the caret of the field that was filled last."""


def axe(page: Page) -> list[str]:
    """What axe finds, each with the first element it names. It is put in by the driver, past the page's own policy.

    It looks from the top, and at a telephone's list without the bar at its foot: what happens to lie half under a bar is no fault.
    """
    page.evaluate(AT_THE_TOP)
    page.evaluate(
        "document.querySelectorAll('.l-toolbar-end').forEach(bar => { bar.style.position = 'relative'; })"
    )
    if not page.evaluate("'axe' in window"):
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    result = page.evaluate(LOOK, WCAG)
    page.evaluate("document.querySelectorAll('.l-toolbar-end').forEach(bar => { bar.style.position = ''; })")
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:160]} {found['nodes'][0]['failureSummary']}"
        for found in result["violations"]
    ]


def whole(page: Page) -> None:
    """The page as it stands, once it does, has no fault."""
    page.wait_for_load_state("domcontentloaded")
    found = faults(page)
    assert not found, f"{page.url}: {'; '.join(found)}"
