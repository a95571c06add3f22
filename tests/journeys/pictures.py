"""The pictures of ``docs/screens``, taken anew from a running demo: ``python -m tests.journeys.pictures http://127.0.0.1:8000``.

They are to be looked at, one by one, by whoever takes them.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
ROLES = {
    "operator": "热线话务员", "dispatcher": "派遣员", "arbiter": "异议裁定员", "supervisor": "督办员", "leader": "区（县）领导",
    "auditor": "安全审计员", "security": "安全管理员", "admin": "系统管理员", "street": "街道（镇）工作人员", "clerk": "部门经办人",
    "community": "社区工作者", "keeper": "数据管理员", "gate": "准入审核员", "grid": "网格员", "resident": "",
}  # fmt: skip

PICTURES = {
    "operator": {"workbench": "/workbench/", "desk": "/desk/", "callback": "/callback/", "cases": "/cases/"},
    "dispatcher": {
        "workbench": "/workbench/", "screening": "/screening/", "dispatching": "/dispatching/", "cases": "/cases/",
        "split": "/cases/?view=split", "proposals": "/proposals/", "callbacks": "/list/callbacks/", "notices": "/list/notices/",
    },
    "arbiter": {"arbitration": "/arbitration/", "objections": "/list/objections/"},
    "supervisor": {"workbench": "/workbench/", "supervision": "/supervision/", "case": "/cases/?due=overdue → td a"},
    "leader": {
        "workbench": "/workbench/", "cockpit": "/cockpit/", "rates": "/rates/", "facts": "/facts/", "map": "/map/",
        "coverage": "/reports/mechanisms/",
    },
    "auditor": {"audit": "/audit/", "looks": "/protection/looks/", "impact": "/protection/impact/"},
    "security": {"staff": "/accounts/staff/", "roles": "/accounts/roles/"},
    "admin": {
        "norms": "/norms/", "calendar": "/calendar/2026/", "catalogue": "/duties/catalogue/", "jobs": "/jobs/",
        "sending": "/notices/sending/", "units": "/list/units/",
    },
    "street": {"workbench": "/workbench/", "territory": "/territory/"},
    "clerk": {"workbench": "/workbench/", "inbox": "/cases/inbox/", "case": "/cases/?state=handling → td a"},
    "community": {"workbench": "/workbench/", "inbox": "/cases/inbox/", "grid": "/list/grids/ → td a",
        "people": "/people/", "person": "/people/ → td a", "household": "/households/ → td a", "visits": "/visits/",
        "returns": "/returns/", "return": "/returns/?state=filling → td a", "items": "/duties/items/", "burden": "/burden/",
    },
    "gate": {
        "applications": "/duties/gate/", "application": "/duties/gate/ → td a", "refusals": "/duties/refusals/", "bypasses": "/duties/bypasses/",
        "burden": "/burden/", "saved": "/burden/saved/", "check": "/burden/check/",
    },
    "keeper": {"intakes": "/intakes/", "forms": "/returns/forms/", "queries": "/returns/queries/", "query": "/returns/queries/ → td a", "people": "/people/", "organisations": "/organisations/", "components": "/components/"},
    "grid": {"phone": "/phone/", "report": "/phone/report/", "me": "/phone/me/"},
    "resident": {"public": "/public/", "report": "/public/report/", "track": "/public/track/", "duties": "/duties/public/", "gate": "/duties/public/gate/", "burden": "/burden/public/"},
}  # fmt: skip
"""Address of each picture; after an arrow the link that is followed from there."""

ON_A_PHONE = {
    "operator": {"desk"}, "dispatcher": {"cases", "screening"}, "leader": {"cockpit"}, "auditor": {"audit"},
    "clerk": {"workbench", "case"}, "community": {"inbox", "return", "burden"}, "gate": {"application", "burden"}, "grid": {"phone", "report", "me"},
    "resident": {"public", "report", "burden"},
}  # fmt: skip
ONLY_ON_A_PHONE = {"grid"}


def take(browser: Browser, site: str, who: str, size: str) -> None:
    """Sign in with one click and take the pictures of a role."""
    wanted = {
        name: address
        for name, address in PICTURES[who].items()
        if (name in ON_A_PHONE.get(who, ()) if size == "phone" else who not in ONLY_ON_A_PHONE)
    }
    if not wanted:
        return
    context = browser.new_context(viewport=SIZES[size], locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    if ROLES[who]:
        page.goto(f"{site}/accounts/demo/")
        page.get_by_text(ROLES[who], exact=True).first.click()
        page.wait_for_load_state("networkidle")
    for name, address in wanted.items():
        photograph(page, site, address, SCREENS / f"{who}-{name}-{size}.png")
    context.close()


def photograph(page: Page, site: str, address: str, to: Path) -> None:
    """Open a page, follow a link where one is named, and keep what is seen first."""
    start, _arrow, link = address.partition(" → ")
    page.goto(site + start, wait_until="networkidle")
    if link:
        page.locator(link).first.click()
        page.wait_for_load_state("networkidle")
    page.screenshot(path=str(to))
    print(to.name, page.url)


def main(site: str) -> None:
    """Every picture, the old ones removed."""
    for old in SCREENS.glob("*.png"):
        old.unlink()
    with sync_playwright() as play:
        path = os.environ.get("LINLI_CHROMIUM") or shutil.which("chromium")
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for who in PICTURES:
            for size in SIZES:
                take(browser, site.rstrip("/"), who, size)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
