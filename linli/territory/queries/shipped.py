"""The lists of division codes that come with the product."""

from __future__ import annotations

import csv
from pathlib import Path

from linli.territory.rules.codelist import CodeRow
from linli.territory.rules.tables import UnreadableList, read_code_list

DIVISIONS = Path(__file__).parents[1] / "data" / "divisions"


def shipped_places() -> list[dict[str, str]]:
    """The counties and the city whose lists are shipped: code, name and full name."""
    with (DIVISIONS / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_shipped_list(code: str) -> list[CodeRow]:
    """Every unit of a shipped place from its root down, as of 2022-10-31."""
    place = next((p for p in shipped_places() if p["code"] == code), None)
    if place is None:
        raise UnreadableList("没有随产品提供 %(code)s 的代码表：请导入本地的代码表", code=code)
    rows = [CodeRow(1, code, place["name"])]
    for level in ("areas", "streets", "villages"):
        path = DIVISIONS / f"{code}_{level}.csv"
        if path.exists():
            rows += read_code_list(path.read_bytes(), path.name)
    return rows
