"""Names for compounds and roads that do not exist, for the demo's illustrative map. The same seed, the same names."""

from __future__ import annotations

from random import Random

FIRST = "锦秀云翠春兰竹松梅桂清景福和安康泰宁吉祥嘉瑞华明星月晨阳"
SECOND = "山水溪湖园林庭苑居岭泉台舍麓湾坡"
ENDINGS = ("小区", "花园", "家园", "公寓", "名城", "新村")


def compound_names(count: int, rng: Random) -> list[str]:
    """That many different names of compounds that do not exist."""
    names = [a + b + ending for a in FIRST for b in SECOND for ending in ENDINGS]
    rng.shuffle(names)
    if count > len(names):
        names += [f"{name}{number}期" for number in ("二", "三", "四", "五") for name in names]
    return names[:count]


def road_names(community: str, rng: Random) -> list[str]:
    """Two roads of a community that do not exist, made from its name."""
    stem = community.removesuffix("社区").removesuffix("村")[:4]
    ends = ["一路", "二路", "东巷", "西巷", "南街", "北街", "支路", "后街"]
    return [stem + end for end in rng.sample(ends, 2)]
