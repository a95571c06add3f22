"""A small real-looking district for the tests of the territory: 嘉善县 with the streets and communities of S4."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from linli.kernel.audit.actor import Actor
from linli.territory.commands import NewUnit
from linli.territory.commands.units import build_unit, insert_units
from linli.territory.models import Unit
from linli.territory.queries.units import TREE

AT = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
START = date(2010, 1, 1)
BY = Actor.system("测试")

UNITS = [
    ("330421", "嘉善县", "county", None, None),
    ("330421001", "魏塘街道", "subdistrict", "330421", None),
    ("330421002", "罗星街道", "subdistrict", "330421", None),
    ("330421003", "惠民街道", "subdistrict", "330421", None),
    ("330421001001", "日晖社区", "community", "330421001", 1800),
    ("330421001002", "谈公社区", "community", "330421001", 900),
    ("330421001201", "网埭村", "village", "330421001", 700),
    ("330421002001", "南门社区", "community", "330421002", 4100),
    ("330421002013", "江南社区", "community", "330421002", 3700),
    ("330421002014", "泗洲社区", "community", "330421002", 3900),
    ("330421003005", "嘉湖社区", "community", "330421003", 3300),
    ("330421001001001", "日晖第1网格", "grid", "330421001001", 900),
    ("330421001001002", "日晖第2网格", "grid", "330421001001", 900),
]


def build() -> dict[str, Unit]:
    """The district, by code."""
    made: dict[str, Unit] = {}
    for code, name, kind, parent, households in UNITS:
        row = NewUnit(code, name, kind, made[parent] if parent else None, households)
        made[code] = insert_units([build_unit(row, START)])[0]
    TREE.changed()
    return made
