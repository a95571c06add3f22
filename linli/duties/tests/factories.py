"""The shipped tree and catalogue in a test database, and the people who look at them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from linli.duties import commands
from linli.kernel.audit.actor import Actor
from linli.territory.models import Unit

AT = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
SYSTEM = Actor.system("测试")
KEEPER = Actor(
    "系统管理员",
    user_id=None,
    role="system_admin",
    verbs=frozenset({"duty.view", "duty.change", "territory.change"}),
)
READER = Actor("派遣员", role="dispatcher", verbs=frozenset({"duty.view"}))
STRANGER = Actor("安全管理员", role="security_admin")


def county() -> Unit:
    """A county without streets: departments need one above them."""
    values = {"name": "云岩区", "kind": "county", "path": "520103/", "valid_from": date(2022, 10, 31)}
    return Unit.objects.get_or_create(code="520103", defaults=values)[0]


def loaded() -> None:
    """Everything that is shipped, as ``bin/linli duties load`` leaves it."""
    county()
    commands.load_categories(by=SYSTEM, at=AT)
    commands.load_departments_data(by=SYSTEM, at=AT)
    commands.load_catalogue(by=SYSTEM, at=AT)
    commands.load_lists(by=SYSTEM, at=AT)
