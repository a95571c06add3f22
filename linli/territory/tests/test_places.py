from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, mapping

from linli.kernel.accounts.models import User
from linli.kernel.audit.models import Event
from linli.territory import commands
from linli.territory.commands import ChangeRefused
from linli.territory.models import Address, Boundary, BoundaryFinding, Building, Compound, GridMember, Unit
from linli.territory.queries import coverage
from linli.territory.queries.grids import card_of, members_on
from linli.territory.queries.locating import OUTLINES, grid_at, locate_many
from linli.territory.queries.places import PLACES, find_address, find_place, grid_of_address
from linli.territory.rules import geojson
from linli.territory.tests.district import AT, BY, START

Units = dict[str, Unit]
pytestmark = pytest.mark.django_db
WEST, EAST = box(120.90, 30.80, 120.91, 30.82), box(120.91, 30.80, 120.92, 30.82)
COMMUNITY = "330421001001"


def features(*pairs: tuple[str, object]) -> bytes:
    rows = [
        {"type": "Feature", "properties": {"name": name}, "geometry": mapping(shape)} for name, shape in pairs
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def draw(
    *pairs: tuple[str, object], on: date = START, datum: str = "cgcs2000"
) -> commands.boundaries.BoundariesImported:
    return commands.import_boundaries(data=features(*pairs), datum=datum, on=on, source="测试", by=BY, at=AT)


@pytest.fixture
def drawn(units: Units) -> Units:
    """日晖社区 with its two grids side by side."""
    draw(("日晖第1网格", WEST), ("日晖第2网格", EAST), ("日晖社区", WEST.union(EAST)))
    return units


@pytest.fixture
def housed(drawn: Units) -> Units:
    """One compound with a building and its address in the western grid."""
    grid = drawn["330421001001001"]
    compound = Compound.objects.create(
        name="锦绣花园",
        unit=drawn[COMMUNITY],
        management="property",
        road="中山路",
        number="12号",
        lon=120.905,
        lat=30.81,
    )
    for number in (1, 3):
        building = Building.objects.create(
            compound=compound, unit=grid, name=f"{number}栋", lon=120.905, lat=30.81 + number / 1e4
        )
        Address.objects.create(
            text=f"中山路12号锦绣花园{number}栋",
            building=building,
            unit=grid,
            road="中山路",
            lon=120.905,
            lat=30.81,
            valid_from=START,
        )
    PLACES.changed()
    return drawn


def test_a_point_finds_its_grid(drawn: Units) -> None:
    west, east = grid_at(120.905, 30.81), grid_at(120.915, 30.81)
    assert west and east and (west.code, east.code) == ("330421001001001", "330421001001002")
    assert grid_at(121.5, 30.81) is None


def test_a_point_finds_the_grid_of_the_day(drawn: Units) -> None:
    """From 2020 on the eastern grid holds the western half too."""
    draw(
        ("日晖第1网格", box(120.95, 30.8, 120.96, 30.82)),
        ("日晖第2网格", WEST.union(EAST)),
        on=date(2020, 1, 1),
    )
    then, now = grid_at(120.905, 30.81, date(2019, 12, 31)), grid_at(120.905, 30.81)
    assert then and now and (then.name, now.name) == ("日晖第1网格", "日晖第2网格")
    assert grid_at(120.905, 30.81, date(2009, 1, 1)) is None


def test_many_points_are_located_as_single_ones_are(drawn: Units) -> None:
    points = np.column_stack([np.linspace(120.89, 120.93, 60), np.linspace(30.79, 30.83, 60)])
    assert locate_many(points) == [grid_at(lon, lat) for lon, lat in points.tolist()]


def test_outlines_in_another_datum_are_converted_once_and_the_original_is_kept(units: Units) -> None:
    draw(("日晖第1网格", WEST), datum="gcj02")
    row = Boundary.objects.get()
    assert row.datum == "gcj02" and b"120.9" in bytes(row.original or b"")
    east, north = (120.90 - row.west) * 95_600, (30.80 - row.south) * 111_320
    assert 200 < math.hypot(east, north) < 800


def test_outlines_without_a_unit_are_rejected_with_a_reason(units: Units) -> None:
    data = json.loads(features(("没有的社区", WEST), ("日晖第1网格", WEST), ("日晖第1网格", EAST)))
    data["features"].append(
        {
            "type": "Feature",
            "properties": {"name": "点"},
            "geometry": {"type": "Point", "coordinates": [120, 30]},
        }
    )
    done = commands.import_boundaries(
        data=json.dumps(data).encode(), datum="wgs84", on=START, source="测试", by=BY, at=AT
    )
    assert done.taken == 1
    assert [(r.number, r.reason) for r in done.rejected] == [
        (1, "没有这个单位"),
        (3, "“日晖第1网格”在文件中不止一个图形"),
        (4, "不是面"),
    ]


def test_a_file_that_is_no_geojson_is_refused_in_words(units: Units) -> None:
    with pytest.raises(geojson.UnreadableBoundaries, match="GeoJSON"):
        commands.import_boundaries(data=b"<kml/>", datum="wgs84", on=START, source="x", by=BY, at=AT)


def test_an_outline_cannot_be_written_under_a_later_one(drawn: Units) -> None:
    draw(("日晖第1网格", EAST), on=date(2020, 1, 1))
    with pytest.raises(ChangeRefused, match="不能早于"):
        draw(("日晖第1网格", EAST), on=date(2015, 1, 1))


def test_overlaps_and_exclaves_are_laid_to_a_unit(units: Units) -> None:
    """S2-8: 插花地、飞地."""
    far = box(120.95, 30.80, 120.955, 30.805)
    draw(("日晖第1网格", box(120.90, 30.80, 120.912, 30.82)), ("日晖第2网格", EAST.union(far)))
    assert commands.check_boundaries(by=BY, at=AT) == BoundaryFinding.objects.count()
    found = {(f.kind, f.unit.name) for f in BoundaryFinding.objects.select_related("unit")}
    assert {("overlap", "日晖第1网格"), ("exclave", "日晖第2网格")} <= found
    assert commands.check_boundaries(by=BY, at=AT) == len(BoundaryFinding.objects.all())


def test_clean_outlines_have_no_findings(drawn: Units) -> None:
    assert commands.check_boundaries(by=BY, at=AT) == 0


def test_a_sentence_finds_the_building_it_speaks_of(housed: Units) -> None:
    best = find_place("我住锦绣花园3号楼,楼道灯不亮")[0]
    assert (best.kind, best.name, best.unit_name) == ("building", "3栋", "日晖第1网格")
    assert best.label == "中山路12号锦绣花园3栋"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("锦绣花园门口积水", "compound"),
        ("锦绣", "compound"),
        ("中山路12号", "address"),
        ("中山路边", "road"),
        ("日晖社区", "unit"),
    ],
)
def test_a_place_is_found_by_compound_beginning_door_road_and_unit(
    housed: Units, text: str, kind: str
) -> None:
    assert find_place(text)[0].kind == kind


def test_places_outside_a_scope_are_left_out(housed: Units) -> None:
    assert find_place("锦绣花园", "330421/330421001/")
    assert find_place("锦绣花园", "330421/330421002/") == []
    assert find_place("没有这样的地方") == [] and find_place("") == []


def test_an_address_finds_its_grid(housed: Units) -> None:
    node = grid_of_address("中山路12号锦绣花园3栋")
    assert node and node.code == "330421001001001"
    assert [a.text for a in find_address("锦绣花园")] == ["中山路12号锦绣花园1栋", "中山路12号锦绣花园3栋"]
    assert grid_of_address("没有的地址") is None


def test_a_drawn_community_is_covered_until_a_grid_is_taken_away(housed: Units) -> None:
    row = next(c for c in coverage.coverage_by_community() if c.node.code == COMMUNITY)
    assert row.complete and (row.grids, row.households, row.addresses, row.without_addresses) == (
        2,
        1800,
        2,
        0,
    )
    Address.objects.filter(text__endswith="3栋").update(unit=None)
    Boundary.objects.filter(unit__code="330421001001002").delete()
    OUTLINES.changed()
    row = next(c for c in coverage.coverage_by_community() if c.node.code == COMMUNITY)
    assert not row.complete and row.without_addresses == 1
    assert row.without_area_m2 == pytest.approx((row.area_m2 or 0) / 2, rel=0.01)
    total = coverage.coverage_total([row])
    assert total.address_rate == 0.5 and total.area_rate == pytest.approx(0.5, rel=0.01)


def test_communities_are_held_against_the_norm_of_households(units: Units) -> None:
    """S4-1: 每个社区1500户-3000户左右."""
    found = {s.node.name: s for s in coverage.sizes(coverage.SizeNorm(1500, 3000, "S4-1"))}
    assert found["南门社区"].verdict == "over" and "2 个" in found["南门社区"].hint
    assert found["谈公社区"].verdict == "under" and "日晖社区" in found["谈公社区"].hint
    assert found["日晖社区"].verdict == "within"
    assert "网埭村" not in found


def test_grids_are_numbered_on_with_fifteen_digits(units: Units) -> None:
    grid = commands.create_grid(community=units[COMMUNITY], name="日晖第3网格", by=BY, at=AT)
    school = commands.create_grid(
        community=units[COMMUNITY], name="实验小学", kind="dedicated_grid", by=BY, at=AT
    )
    micro = commands.create_micro_grid(grid=grid, name="3栋1单元", by=BY, at=AT)
    assert (grid.code, school.code, micro.code) == (
        "330421001001003",
        "330421001001004",
        "330421001001003001",
    )


def people(*names: str) -> list[User]:
    return [User.objects.create(username=name, display_name=name) for name in names]


def test_a_grid_has_several_workers_and_one_leader(units: Units) -> None:
    """S0-13: 一格多员; a new leader follows the old one."""
    grid = units["330421001001001"]
    first, second, third = people("甲", "乙", "丙")
    for user, role, day in (
        (first, "leader", START),
        (second, "worker", START),
        (third, "leader", date(2020, 1, 1)),
    ):
        commands.add_member(
            grid=grid, user=user, role=role, public_phone="13800000000", starts_on=day, by=BY, at=AT
        )
    assert [m.user.display_name for m in members_on(grid, date(2019, 1, 1))] == ["甲", "乙"]
    assert [(m.user.display_name, m.is_leader) for m in members_on(grid, AT.date())] == [
        ("丙", True),
        ("乙", False),
    ]


def test_the_database_refuses_a_second_leader(units: Units) -> None:
    first, second = people("甲", "乙")
    row = {
        "grid": units["330421001001001"],
        "role": "leader",
        "is_leader": True,
        "public_phone": "1",
        "starts_on": START,
    }
    GridMember.objects.create(user=first, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        GridMember.objects.create(user=second, **row)


def test_a_member_must_have_a_public_phone_and_serves_once(units: Units) -> None:
    [user] = people("甲")
    grid = units["330421001001001"]
    with pytest.raises(ChangeRefused, match="电话"):
        commands.add_member(grid=grid, user=user, role="worker", public_phone="", by=BY, at=AT)
    commands.add_member(grid=grid, user=user, role="worker", public_phone="1", by=BY, at=AT)
    with pytest.raises(ChangeRefused, match="已是"):
        commands.add_member(grid=grid, user=user, role="worker", public_phone="1", by=BY, at=AT)


def test_the_card_of_a_grid_names_who_serves_and_whom_to_complain_to(units: Units) -> None:
    [user] = people("罗小兵")
    commands.add_member(
        grid=units["330421001001001"], user=user, role="worker", public_phone="057384000000", by=BY, at=AT
    )
    commands.set_facts(unit=units["330421001"], supervision_phone="057384111111", by=BY, at=AT)
    card = card_of("330421001001001", AT.date())
    assert card and card.supervision_phone == "057384111111" and card.supervised_by == "魏塘街道"
    assert [m.public_phone for m in card.members] == ["057384000000"]
    assert card_of("330421001001", AT.date()) is None


def test_an_illustrated_place_is_covered_numbered_and_the_same_for_the_same_seed(units: Units) -> None:
    root = units["330421"]
    done = commands.make_boundaries(root=root, on=START, by=BY, at=AT, seed=7)
    assert done.grids >= 4 and Boundary.objects.filter(illustrative=False).count() == 0
    assert commands.check_boundaries(by=BY, at=AT) == 0
    assert all(len(code) == 15 for code in Unit.objects.filter(kind="grid").values_list("code", flat=True))
    for address in Address.objects.select_related("unit"):
        node = grid_at(address.lon, address.lat)
        assert node is None or (address.unit and node.code == address.unit.code)
    assert commands.make_boundaries(root=root, on=START, by=BY, at=AT, seed=7).grids == 0


@given(st.floats(120.89, 120.93), st.floats(30.79, 30.83))
def test_a_named_feature_goes_to_the_only_unit_of_that_name(lon: float, lat: float) -> None:
    shape = box(lon, lat, lon + 0.01, lat + 0.01)
    drawn_shapes, rejected = geojson.read_outlines(features(("日晖社区居委会", shape)), "cgcs2000")
    targets = [geojson.Target(1, "330421001001", "日晖社区"), geojson.Target(2, "x", "别的")]
    pairs, unmatched = geojson.match(drawn_shapes, targets)
    assert not rejected and not unmatched and pairs[0][1].id == 1 and pairs[0][0].shape.equals(shape)


def test_every_command_writes_one_event(units: Units) -> None:
    counts = []
    for change in (
        lambda: commands.set_facts(unit=units[COMMUNITY], households=2000, by=BY, at=AT),
        lambda: commands.create_grid(community=units[COMMUNITY], name="格", by=BY, at=AT),
        lambda: draw(("日晖第1网格", WEST)),
        lambda: commands.check_boundaries(by=BY, at=AT),
    ):
        before = Event.objects.count()
        change()
        counts.append(Event.objects.count() - before)
    assert counts == [1, 1, 1, 1]


def test_addresses_and_buildings_follow_new_outlines_once(housed: Units) -> None:
    draw(("日晖第2网格", WEST), ("日晖第1网格", EAST), on=date(2020, 1, 1))
    assert commands.relocate_places(by=BY, at=AT) == 4
    assert {a.unit.name for a in Address.objects.select_related("unit") if a.unit} == {"日晖第2网格"}
    assert {b.unit.name for b in Building.objects.select_related("unit")} == {"日晖第2网格"}
    assert commands.relocate_places(by=BY, at=AT) == 0


def test_addresses_are_taken_in_with_the_grid_of_their_point(drawn: Units) -> None:
    rows = [
        commands.AddressRow("中山路1号", "中山路", 120.905, 30.81),
        commands.AddressRow("海上1号", "", 122.0, 30.0),
    ]
    assert commands.import_addresses(rows=rows, source="公安", by=BY, at=AT) == 1
    assert commands.import_addresses(rows=[rows[0]], source="公安", by=BY, at=AT) == 0
    assert Address.objects.count() == 2
    node = grid_of_address("中山路1号")
    assert node and node.name == "日晖第1网格"
