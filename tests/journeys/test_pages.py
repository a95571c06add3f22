"""Each role at all its pages, on a desk and on a telephone: nothing broken, nothing English, nothing that axe finds.

``LINLI_SCREENS=folder`` keeps a picture of every page, to be looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from tests.cast import Cast
from tests.journeys.scenery import full
from tests.journeys.stage import SIZES, Stage, behind_the_scene, faults

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = os.environ.get("LINLI_SCREENS")

PAGES = {
    "operator": [
        "/workbench/", "/desk/", "/callback/?case={calling}", "/cases/", "/cases/{unhappy}/", "/cases/{case}/reporter/",
        "/search/?q=电梯", "/notices/", "/list/notices/", "/accounts/me/",
    ],
    "dispatcher": [
        "/workbench/", "/screening/?case={screening}", "/dispatching/?case={dispatching}", "/cases/", "/cases/{dispatching}/",
        "/cases/{dispatching}/do/dispatch/", "/proposals/", "/proposals/add/", "/proposals/{proposal}/", "/list/cases/import/",
        "/list/cases/import/{run}/", "/list/callbacks/",
    ],
    "arbiter": ["/workbench/", "/arbitration/?case={objected}", "/arbitration/?tab=extensions", "/list/objections/", "/list/extensions/"],
    "clerk": ["/workbench/", "/duties/gate/", "/duties/gate/new/", "/duties/gate/{drafted}/", "/duties/gate/{drafted}/change/", "/duties/gate/{decided}/paper/", "/returns/queries/new/", "/returns/queries/{query}/"],
    "builder": [
        "/workbench/", "/cases/inbox/", "/cases/inbox/?box=sign", "/cases/{case}/", "/cases/{case}/do/submit/",
        "/cases/{case}/do/pause/", "/cases/{case}/paper/", "/proposals/{proposal}/", "/proposals/{lettered}/letter/print/",
    ],
    "gate": [
        "/workbench/", "/duties/gate/", "/duties/gate/{heard}/", "/duties/gate/{decided}/", "/duties/refusals/", "/duties/refusals/{refusal}/",
        "/duties/refusals/departments/", "/duties/bypasses/", "/duties/bypasses/{over}/", "/duties/bypasses/{running}/",
    ],
    "head": ["/workbench/", "/duties/bypasses/", "/duties/bypasses/new/", "/cases/inbox/", "/cases/{case}/", "/rates/", "/list/supervisions/"],
    "street": ["/workbench/", "/cases/inbox/", "/desk/?channel=counter", "/cases/", "/territory/", "/returns/{sent}/"],
    "community": ["/workbench/", "/cases/inbox/", "/desk/", "/cases/{look}/", "/units/{grid}/", "/units/{grid}/registers/", "/compounds/{compound}/", "/visits/",
        "/duties/seals/", "/duties/seals/new/", "/duties/gate/", "/duties/gate/{heard}/opinion/", "/duties/gate/{decided}/", "/duties/refusals/", "/duties/refusals/new/",
        "/duties/refusals/{refusal}/", "/burden/", "/burden/reports/520103019001/{year}/", "/burden/reports/520103019001/{year}/fill/", "/burden/suggestions/new/",
        "/returns/", "/returns/{owed}/", "/returns/forms/", "/returns/queries/"],
    "grid": ["/phone/", "/phone/report/", "/phone/grid/", "/phone/me/", "/phone/look/{look}/", "/phone/offline/", "/phone/visits/", "/g/{grid}/"],
    "supervisor": ["/workbench/", "/supervision/?case={unhappy}", "/callback/", "/cases/{unhappy}/", "/list/supervisions/"],
    "leader": [
        "/workbench/", "/cockpit/", "/rates/", "/rates/resolution/", "/facts/", "/facts/streets_count/", "/reports/",
        "/reports/330421/", "/reports/mechanisms/", "/map/", "/territory/coverage/", "/territory/sizes/",
    ],
    "keeper": [
        "/workbench/", "/people/", "/people/find/", "/people/add/", "/households/", "/organisations/", "/components/", "/intakes/",
        "/organisations/add/", "/components/add/", "/intakes/sources/new/", "/reviews/", "/questions/", "/exports/", "/switches/", "/switches/ethnic/on/",
        "/returns/", "/returns/forms/", "/returns/forms/new/", "/returns/forms/{form}/", "/returns/forms/{form}/change/",
        "/burden/", "/burden/?by=community", "/burden/units/520103019/", "/burden/units/520103019001/", "/burden/units/520103019001/form/", "/burden/units/520103019001/group/",
        "/burden/departments/", "/burden/saved/", "/burden/formula/", "/burden/reports/", "/burden/suggestions/", "/burden/suggestions/{said}/", "/burden/check/",
        "/burden/check/filing/", "/returns/forms/{form}/template/", "/returns/forms/{form}/template/1/", "/returns/forms/{form}/series/", "/returns/elements/", "/returns/queries/", "/returns/queries/{query}/",
    ],
    "auditor": [
        "/audit/", "/cases/{case}/", "/workbench/", "/protection/", "/protection/looks/", "/protection/exports/",
        "/protection/impact/", "/protection/purposes/", "/protection/retention/", "/switches/",
    ],
    "security": [
        "/workbench/", "/protection/signs/", "/accounts/staff/", "/accounts/staff/{person}/", "/accounts/roles/", "/accounts/machines/", "/accounts/machines/all/",
    ],
    "admin": [
        "/workbench/", "/accounts/staff/new/", "/norms/", "/norms/{norm}/", "/norms/{norm}/change/", "/norms/all/", "/calendar/", "/calendar/2026/",
        "/calendar/day/2026-10-01/", "/calendar/import/", "/jobs/", "/jobs/{job}/", "/jobs/periodic/", "/notices/sending/",
        "/notices/sending/{delivery}/", "/notices/words/{wording}/", "/notices/channels/", "/notices/channels/new/", "/duties/", "/duties/categories/new/?parent=03", "/duties/categories/0301/",
        "/duties/categories/0301/change/", "/duties/catalogue/", "/duties/catalogue/new/", "/duties/catalogue/C003/",
        "/duties/catalogue/C003/change/", "/duties/try/?text=电梯坏了", "/duties/findings/",
        "/duties/items/", "/duties/items/new/", "/duties/items/X01/", "/duties/items/X01/change/", "/duties/lists/", "/duties/lists/new/?kind=negative",
        "/duties/lists/N01/", "/duties/lists/N01/change/", "/duties/seals/", "/duties/compare/?one=2020-06-01", "/list/work_items/import/", "/territory/", "/territory/where/",
        "/territory/lineage/", "/territory/import/", "/territory/boundaries/import/", "/units/{grid}/change/facts/",
        "/list/units/", "/list/grids/", "/list/compounds/", "/list/addresses/", "/list/boundary_findings/",
        "/list/addresses/import/",
    ],
    "": [
        "/public/", "/public/report/", "/public/track/", "/public/number/", "/t/{code}/", "/t/{rated}/", "/t/{code}/receipt/",
        "/duties/public/", "/duties/public/item/", "/duties/public/no_certificate/", "/duties/public/gate/", "/duties/public/gate/{decided}/", "/burden/public/", "/burden/public/suggestions/", "/burden/public/suggest/", "/t/{code}/paper/a5/", "/t/{code}/paper/80/", "/accounts/sign-in/", "/accounts/demo/", "/gallery/", "/own/",
    ],
}  # fmt: skip
"""What a role opens, with a place for every row that the scenery makes."""

MACHINES = ("openapi-json", "create", "listing", "one", "category_list", "unit_list", "api-root")

OF_RECORDS = (
    "person", "person_reveal", "household", "building", "organisation", "organisation_reveal", "component",
    "person_deed", "person_undo", "household_deed", "organisation_deed", "component_deed",
)  # fmt: skip
OF_VISITS = ("invite", "phone_home", "phone_visits_offline", "own", "own_copy", "own_leave")
NO_PAGES = {
    "home": "sends everybody to their first page",
    "health": "for the watchman of the machine: one word",
    "files:shared": "a file", "files:show": "a file", "files:thumbnail": "a file",
    "notices:open": "marks as read and sends on",
    "registers:import_sample": "a file", "registers:import_rejects": "a file",
    "territory:geojson": "shapes", "territory:unit_geojson": "shapes", "territory:compounds_geojson": "shapes",
    "territory:card_outline": "shapes", "cases:public_outlines": "shapes", "cases:phone_points": "shapes", "cases:place": "shapes",
    "cases:public_places": "a part of the report page", "cases:public_here": "a part of the report page",
    "cases:use_code": "opens only after a number was typed: test_resident.py",
    "cases:phone_manifest": "for the browser", "cases:phone_worker": "for the browser",
    "cases:proposal_letter_file": "a file", "insight:facts_word": "a file",
    **{f"registry:{name}": "opened with rows in linli/registry/tests/test_pages.py" for name in OF_RECORDS},
    **{f"registry:{name}": "opened with a file in linli/registry/tests/test_intake_pages.py" for name in ("upload", "intake")},
    "registry:transfer": "sends on to finding: test_registering_things.py",
    "registry:switch_off": "opened with a field that is on in test_registering_things.py",
    **{f"registry:{name}": "opened in test_visit_without_network.py" for name in OF_VISITS},
    **{f"protection:{name}": "opened with rows in linli/kernel/protection/tests" for name in ("ask", "request", "looks_at", "sign")},
    "registers:take": "opened with rows in linli/kernel/protection/tests", "registers:export": "opened with rows in linli/kernel/protection/tests",
    "registers:export_file": "a file", "registry:intake_refused": "a file", "registry:phone_visits_worker": "for the browser",
    "returns:workbook": "a file", "returns:left": "a file", "returns:take": "opened with rows in test_lists_of_forms.py",
    "set_language": "changes the language and sends back",
    **{f"cases:api:{name}": "for machines: test_api_document.py" for name in MACHINES},
}  # fmt: skip
"""Addresses that answer a GET and are no page, each with the reason."""


@pytest.mark.journey
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", PAGES)
def test_the_pages_of_a_role_are_whole(stage: Stage, who: str, size: str) -> None:
    with behind_the_scene():
        rows = full(stage.cast)
    page = stage.enter(who, size)
    wrong = {each: found for each in PAGES[who] if (found := visit(page, each.format(**rows), stage))}
    for name, each in enumerate(PAGES[who]) if SCREENS else ():
        page.goto(each.format(**rows), wait_until="networkidle")
        photograph(page, f"{who or 'resident'}-{name:02d}-{each}", size)
    assert not wrong, "\n".join(f"{each}: {'; '.join(found)}" for each, found in wrong.items())


def visit(page: Page, address: str, stage: Stage) -> list[str]:
    """What is wrong with a page."""
    answer = page.goto(address, wait_until="load")
    status = answer.status if answer else 0
    found = [*([f"status {status}"] if status != 200 else []), *stage.complaints, *faults(page)]
    stage.complaints.clear()
    return found


def photograph(page: Page, words: str, size: str) -> None:
    name = re.sub(r"[^a-z0-9_]+", "-", re.sub(r"\{\w+\}", "x", words)).strip("-")
    page.screenshot(path=str(Path(str(SCREENS)) / f"{name}.{size}.png"))


def addresses(resolver: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the product: its name and its pattern."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from addresses(each, prefix + str(each.pattern), inner)
        elif isinstance(each, URLPattern):
            yield f"{space}{each.name or ''}", prefix + str(each.pattern)


SAMPLES = {
    "int": "1", "uuid": "8f14e45f-ceea-467f-a3a4-2f3d3a3b3c3d", "slug": "cases", "str": "X", "verb": "recall", "number": "20261123-000001",
}  # fmt: skip
"""Something for each place of an address, by its kind or its name."""


def only_posts(clients: list[Client], pattern: str) -> bool:
    """Whether an address takes steps and shows nothing: whoever may come so far is told that a GET is no way to do it."""
    places = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1:place>", pattern.strip("^$"))
    address = "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "X"), places)
    return any(client.get(address).status_code == 405 for client in clients)


def test_every_page_of_the_product_is_visited(cast: Cast) -> None:
    with behind_the_scene():
        rows = full(cast)
    seen = {
        resolve(each.format(**rows).split("?")[0]).view_name for pages in PAGES.values() for each in pages
    }
    clients = []
    for user in (*cast.users.values(), None):
        clients.append(Client())
        if user is not None:
            clients[-1].force_login(user)
    known = seen | set(NO_PAGES)
    found = [(name, pattern) for name, pattern in addresses(get_resolver()) if name not in known]
    unseen = sorted(name for name, pattern in found if not only_posts(clients, pattern))
    assert unseen == [], "put them into PAGES, or into NO_PAGES with the reason"


def test_what_is_said_to_be_no_page_is_an_address_and_not_visited(cast: Cast) -> None:
    names = {name for name, _ in addresses(get_resolver())}
    assert set(NO_PAGES) <= names
