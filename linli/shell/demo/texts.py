"""The words of the demo: what residents write, and what units answer, from ``data/texts``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parent / "data" / "texts"
SHOPS = (
    "好又多超市",
    "老凯里酸汤鱼",
    "兴隆便利店",
    "幸福药房",
    "聚福麻将馆",
    "飞燕理发店",
    "阳光早餐店",
    "鑫源建材店",
)
SCHOOLS = ("实验小学", "第三中学", "阳光幼儿园", "外国语学校", "第十二小学")
TIMES = ("昨晚十点多", "今天早上七点", "每天凌晨", "中午休息时", "这两天夜里", "上周末", "晚饭后", "凌晨两点")


@dataclass(frozen=True)
class Place:
    """What a text may say of a place."""

    road: str
    compound: str
    building: str


@cache
def texts() -> Mapping[str, Any]:
    """All files together: ``messages`` by category, the other tables by their name."""
    together: dict[str, Any] = {"messages": {}}
    for path in sorted(FOLDER.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if isinstance(table, dict):
                together.setdefault(name, {}).update(table)
            else:
                together[name] = table
    return together


def message(category: str, place: Place, rng: Random) -> str:
    """A believable message of a category, at a place."""
    return fill(rng.choice(texts()["messages"][category]), place, rng)


def fill(template: str, place: Place, rng: Random) -> str:
    """A template with its slots filled."""
    values = {
        "road": place.road, "compound": place.compound, "building": place.building, "unit": f"{rng.randint(1, 4)}单元",
        "shop": rng.choice(SHOPS), "school": rng.choice(SCHOOLS), "time": rng.choice(TIMES),
        "days": str(rng.choice((2, 3, 4, 5, 7, 10, 15))), "n": str(rng.choice((2, 3, 4, 5, 6))),
    }  # fmt: skip
    return template.format_map(values)
