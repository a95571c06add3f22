"""A few dozen people of the small district: two buildings, households with relations, organisations and components."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from shapely.geometry import box, mapping
from stdnum.cn import ric

from linli.kernel.accounts.models import Post, User
from linli.kernel.privacy.commands import make_key
from linli.registry.commands import bulk
from linli.territory import commands as territory
from linli.territory.models import Building, Compound, Dwelling, Entrance
from tests.cast import MONDAY, START, TESTER, Cast

GRIDS = ("520103019001001", "520103019002001")
NAMES = ("王秀英", "李建国", "王伟", "欧阳娜", "张敏", "刘洋", "陈静", "杨帆")
CARES = ("elderly_alone", "disabled", "minimum_allowance")
PHONE = "13885100001"


def citizen_id(number: int, year: int = 1990) -> str:
    """A number that passes the check, another one for each number."""
    body = f"520103{year}0101{number:03}"
    return body + ric.calc_check_digit(body + "0")


@dataclass
class Lived:
    """What was made."""

    people: list[int] = field(default_factory=list)
    households: list[int] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    dwellings: list[Dwelling] = field(default_factory=list)


def settle(cast: Cast, count: int = 32) -> Lived:
    """People in both grids: every fourth registered in the other one, some without document, phone or birth."""
    lived = Lived()
    for grid in GRIDS:
        _build(cast, grid, lived)
    key = make_key(subject="registry")
    paths = [cast.unit(GRIDS[n % 2]).path for n in range(count)]
    registered = [cast.unit(GRIDS[(n + (n % 4 == 3)) % 2]).path for n in range(count)]
    years = [1935 + n * 2 for n in range(count)]
    lived.people = bulk.write_persons(
        pl.DataFrame({
            "name": [NAMES[n % len(NAMES)] for n in range(count)],
            "sex": [str(n % 2 + 1) for n in range(count)],
            "birth": [None if n % 11 == 10 else date(years[n], 1, 1) for n in range(count)],
            "document_kind": ["" if n % 5 == 4 else "citizen_id" for n in range(count)],
            "document": [None if n % 5 == 4 else citizen_id(n, years[n]) for n in range(count)],
            "phones": [None if n % 3 == 2 else f"138851{n + 1:05}" for n in range(count)],
            "education": [("", "20", "60", "70")[n % 4] for n in range(count)],
            "work": [("", "金龙商贸有限公司")[n % 2] for n in range(count)],
            "population": [("registered", "apart", "floating")[n % 3] for n in range(count)],
            "state": ["dead" if n == 30 else "left" if n == 31 else "present" for n in range(count)],
            "path": paths, "registered_path": registered,
            "confirmed_on": [None if n % 6 == 5 else date(2026, 11, 1 + n % 20) if n % 2 else date(2025, 3, 1) for n in range(count)],
        }, schema_overrides={"birth": pl.Date, "confirmed_on": pl.Date}), key,
    ).tolist()  # fmt: skip
    _house(lived, paths)
    bulk.write_cares(
        pl.DataFrame(
            {
                "person_id": lived.people[:9],
                "group": [CARES[n % 3] for n in range(9)],
                "valid_from": [date(2024, 1, 1)] * 9,
            }
        ),
        key,
    )
    lived.organisations = bulk.write_organisations(
        pl.DataFrame({
            "name": [f"金龙{n}号超市" if n % 2 else f"宏福{n}号餐馆" for n in range(10)],
            "uscc": ["" if n % 4 == 3 else f"91520103MA6DL{n:05}" for n in range(10)],
            "kind": [("small_shop", "small_restaurant", "enterprise", "school")[n % 4] for n in range(10)],
            "contact": ["马东升" if n % 3 else None for n in range(10)],
            "phones": ["13985100002" if n % 3 else None for n in range(10)],
            "path": [paths[n] for n in range(10)],
            "lon": [None if n == 9 else 106.7 + n / 1000 for n in range(10)],
            "lat": [None if n == 9 else 26.6 + n / 1000 for n in range(10)],
            "staff_count": [None if n == 8 else n * 7 for n in range(10)],
            "confirmed_on": [date(2026, 10, 1) if n % 2 else None for n in range(10)],
        }), key,
    ).tolist()  # fmt: skip
    bulk.write_components(pl.DataFrame({
        "code": [f"520103010{n % 3 + 1}{n:06}" for n in range(12)],
        "kind": [f"010{n % 3 + 1}" for n in range(12)],
        "state": [("good", "damaged", "missing")[n % 3] for n in range(12)],
        "place": [f"中华北路{n}号门前" for n in range(12)],
        "keeper": [("云岩区综合行政执法局", "市自来水公司")[n % 2] for n in range(12)],
        "path": [paths[n] for n in range(12)],
        "lon": [106.7 + n / 1000 for n in range(12)],
        "lat": [26.6 + n / 1000 for n in range(12)],
        "installed_on": [date(2018, 1, 1 + n) for n in range(12)],
    }))  # fmt: skip
    return lived


def draw_grids() -> None:
    """The outlines of both grids, side by side: from 106.70 and from 106.71 degrees east on."""
    shapes = [box(106.70 + n / 100, 26.60, 106.71 + n / 100, 26.61) for n in range(len(GRIDS))]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": mapping(shape)}
        for code, shape in zip(GRIDS, shapes, strict=True)
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    territory.import_boundaries(data=data, datum="cgcs2000", on=START, source="测试", by=TESTER, at=MONDAY)


def _build(cast: Cast, grid: str, lived: Lived) -> None:
    """A compound with a building of two entrances, three floors and two doors."""
    node = cast.unit(grid)
    compound = Compound.objects.create(
        name=f"金龙小区{grid[-4]}", unit_id=node.parent_id or 0, management=Compound.Management.PROPERTY
    )
    n = len(lived.buildings)
    building = Building.objects.create(
        compound=compound, unit_id=node.id, name="3栋", floors=3, lon=106.7 + n / 100, lat=26.6
    )
    lived.buildings.append(building)
    for name in ("1单元", "2单元"):
        entrance = Entrance.objects.create(building=building, name=name)
        lived.dwellings += Dwelling.objects.bulk_create(
            Dwelling(entrance=entrance, room=f"{floor}0{door}", floor=floor)
            for floor in (1, 2, 3)
            for door in (1, 2)
        )


def _house(lived: Lived, paths: list[str]) -> None:
    """Four to a household, in the home of their grid: the head, a spouse, a child, a parent; one in four rents."""
    homes = {
        path: [d.pk for d in lived.dwellings if d.entrance.building.unit.path == path] for path in set(paths)
    }
    groups = [
        (path, members)
        for path in homes
        for members in _parted([pk for pk, where in zip(lived.people, paths, strict=True) if where == path])
    ]
    dwellings = [homes[path][n // len(homes)] for n, (path, _members) in enumerate(sorted(groups))]
    groups.sort()
    lived.households = bulk.write_households(
        pl.DataFrame({
            "number": [f"H{n:04}" for n in range(len(groups))],
            "head_id": [members[0] for _path, members in groups],
            "dwelling_id": dwellings,
            "address": [f"金龙小区3栋{n}" for n in range(len(groups))],
            "size": [len(members) for _path, members in groups],
            "path": [path for path, _members in groups],
        })
    ).tolist()  # fmt: skip
    rows = [
        (household, dwelling, person, place, n)
        for household, dwelling, (place, members), n in zip(
            lived.households, dwellings, groups, range(99), strict=False
        )
        for person in members
    ]
    within = {person: at for _path, members in groups for at, person in enumerate(members)}
    bulk.write_memberships(
        pl.DataFrame({
            "household_id": [row[0] for row in rows], "person_id": [row[2] for row in rows],
            "relation": [("01", "10", "20", "51")[within[row[2]]] for row in rows],
            "valid_from": [date(2021, 5, 1)] * len(rows),
        })
    )  # fmt: skip
    bulk.write_residences(
        pl.DataFrame({
            "person_id": [row[2] for row in rows], "dwelling_id": [row[1] for row in rows],
            "kind": ["renting" if row[4] % 4 == 3 else "usual" for row in rows],
            "address": ["金龙小区3栋1单元"] * len(rows), "path": [row[3] for row in rows],
            "valid_from": [date(2021, 5, 1)] * len(rows),
        })
    )  # fmt: skip


def _parted(people: list[int]) -> list[list[int]]:
    return [people[at : at + 4] for at in range(0, len(people), 4)]


def taker_of(cast: Cast) -> User:
    """An officer whose post is in the community of the second grid: sees nobody of the first, and may bring people over."""
    found = User.objects.filter(username="taker").first()
    if found is None:
        unit = cast.unit("520103019002")
        found = User.objects.create(username="taker", display_name="丁平")
        Post.objects.create(
            user=found, role="street_officer", unit_code=unit.code, unit_name=unit.name, scope=unit.path, starts_on=START
        )  # fmt: skip
    return found
