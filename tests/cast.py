"""The same small district and the same people in every test.

A county with one street, two communities with a grid each, and three departments. 何敏 answers the hotline, 派遣员 周正
dispatches, 城管 的 秦川 handles, 惠民社区 的 苏兰 works in the community, 网格员 罗小兵 walks the grid, 邻社区 的 马远 is the
stranger who must see nothing of it.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.duties.models import CatalogueEntry, Category
from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.queries import actor_for
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.importers import load as load_calendar
from linli.kernel.calendar.models import Day, Year
from linli.kernel.norms.importers import load as load_norms
from linli.kernel.norms.models import Norm
from linli.territory.commands.units import span_of
from linli.territory.models import Unit, UnitSpan
from linli.territory.queries.units import TREE, Node, tree
from tests.database import bring_back, kept_rows

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A working Monday, ten in the morning."""

START = date(2020, 1, 1)
TESTER = Actor.system("测试")

COPIED = (Norm, Year, Day, Unit, UnitSpan, Category, CatalogueEntry, User, Post)
"""The tables that the district fills, in the order of their references."""

KEPT: dict[Any, Any] = {}
"""Their rows, and the cast, as this process made them first: copying takes a tenth of the time of loading."""

UNITS = [
    ("520103", "云岩区", "county", None),
    ("520103019", "大营路街道", "subdistrict", "520103"),
    ("520103019001", "冠竹苑社区", "community", "520103019"),
    ("520103019002", "友谊花园社区", "community", "520103019"),
    ("520103019001001", "冠竹苑社区第一网格", "grid", "520103019001"),
    ("520103019002001", "友谊花园社区第一网格", "grid", "520103019002"),
    ("D01", "云岩区综合行政执法局", "department", "520103"),
    ("D02", "云岩区住房和城乡建设局", "department", "520103"),
    ("D03", "云岩区市场监督管理局", "department", "520103"),
]

CATEGORIES = [
    ("01", "部件", None, "component", False),
    ("0101", "井盖缺失", "01", "component", True),
    ("02", "事件", None, "event", False),
    ("0201", "暴露垃圾", "02", "event", True),
    ("03", "诉求", None, "request", False),
    ("0301", "物业服务", "03", "request", True),
    ("0302", "食品安全", "03", "request", True),
]

SYNONYMS = {
    "0101": ["井盖"],
    "0201": ["垃圾", "臭味"],
    "0301": ["物业", "电梯"],
    "0302": ["过期食品", "餐馆"],
}

ENTRIES = [
    ("C001", "0101", "D02", True, True),
    ("C002", "0201", "community", False, True),
    ("C003", "0301", "D02", False, False),
    ("C004", "0302", "D03", True, False),
]

PEOPLE = {
    "operator": ("何敏", "hotline_operator", "520103"),
    "dispatcher": ("周正", "dispatcher", "520103"),
    "arbiter": ("梁文", "arbiter", "520103"),
    "clerk": ("秦川", "department_clerk", "D01"),
    "builder": ("高原", "department_clerk", "D02"),
    "head": ("方宁", "department_head", "D02"),
    "street": ("田野", "street_officer", "520103019"),
    "community": ("苏兰", "community_worker", "520103019001"),
    "grid": ("罗小兵", "grid_worker", "520103019001001"),
    "stranger": ("马远", "community_worker", "520103019002"),
    "supervisor": ("邓严", "supervisor", "520103"),
    "leader": ("江河", "county_leader", "520103"),
    "auditor": ("石清", "auditor", "520103"),
    "security": ("卫平", "security_admin", "520103"),
    "admin": ("程维", "system_admin", "520103"),
    "keeper": ("白露", "registry_keeper", "520103"),
    "gate": ("关山", "gate_officer", "520103"),
}


@dataclass
class Cast:
    """The district with its people: ``cast.actors["clerk"]``, ``cast.users["clerk"]``, ``cast.unit("D01")``."""

    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def unit(self, code: str) -> Node:
        """A unit of the small district."""
        return tree().by_code[code]

    def category(self, code: str) -> Category:
        """A category of the small tree."""
        return Category.objects.get(code=code)


def assemble() -> Cast:
    """Write the district, its norms and calendar, and its people; from the second time on by copying the rows."""
    if not KEPT:
        cast = _make()
        KEPT.update({model: kept_rows(model) for model in COPIED}, cast=cast)
    else:
        for model in COPIED:
            bring_back(model, KEPT[model])
        TREE.forget()
        cast = KEPT["cast"]
    return deepcopy(cast)


def _make() -> Cast:
    load_norms(by=TESTER, at=MONDAY)
    load_calendar(by=TESTER, at=MONDAY)
    _units()
    _categories()
    cast = Cast()
    for key, (name, role, code) in PEOPLE.items():
        user = User(username=key, display_name=name)
        user.set_unusable_password()
        user.save()
        unit = tree().by_code[code]
        post = Post.objects.create(
            user=user, role=role, unit_code=code, unit_name=unit.name, scope=unit.path, starts_on=START
        )
        cast.users[key], cast.actors[key] = user, actor_for(post)
    return cast


def _units() -> None:
    paths: dict[str, Unit] = {}
    for code, name, kind, parent in UNITS:
        above = paths.get(parent or "")
        paths[code] = Unit.objects.create(
            code=code,
            name=name,
            kind=kind,
            parent=above,
            path=f"{above.path if above else ''}{code}/",
            valid_from=START,
        )
    UnitSpan.objects.bulk_create(span_of(unit) for unit in paths.values())
    TREE.forget()


def _categories() -> None:
    made: dict[str, Category] = {}
    for code, name, parent, domain, leaf in CATEGORIES:
        above = made.get(parent or "")
        made[code] = Category.objects.create(
            code=code, name=name, parent=above, path=f"{above.path if above else ''}{code}/", domain=domain,
            kinds=["help", "complaint", "tipoff"], synonyms=SYNONYMS.get(code, []), is_leaf=leaf,
        )  # fmt: skip
    for code, category, lead, department, auto in ENTRIES:
        CatalogueEntry.objects.create(
            code=code, category=made[category], lead=lead, must_be_department=department, auto=auto, valid_from=START,
            reason=f"按目录 {code} 条", basis="测试依据",
        )  # fmt: skip
