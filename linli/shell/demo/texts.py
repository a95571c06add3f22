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

DRAWN = {
    "unit": tuple(f"{n}单元" for n in range(1, 5)), "shop": SHOPS, "school": SCHOOLS, "time": TIMES,
    "days": ("2", "3", "4", "5", "7", "10", "15"), "n": ("2", "3", "4", "5", "6"),
}  # fmt: skip
"""What a slot of a template may be."""


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


class Slots(dict[str, str]):
    """What may stand in the gaps of a template; what is drawn by lot is drawn when a gap asks for it."""

    def __init__(self, place: Place, rng: Random) -> None:
        super().__init__(road=place.road, compound=place.compound, building=place.building)
        self.rng = rng

    def __missing__(self, slot: str) -> str:
        return self.rng.choice(DRAWN[slot])


def fill(template: str, place: Place, rng: Random) -> str:
    """A template with its slots filled."""
    return template.format_map(Slots(place, rng)) if "{" in template else template
