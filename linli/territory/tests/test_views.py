from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.kernel.accounts.models import Post, User
from linli.kernel.norms.freshness import EVERY
from linli.territory import commands
from linli.territory.commands import NewUnit
from linli.territory.models import Compound, Unit
from linli.territory.queries import figures
from linli.territory.queries.units import tree
from linli.territory.tests.district import AT, BY, START

Units = dict[str, Unit]
FRAME = 4
"""What the frame around a page asks for: the badges of the rail and the unread notices."""

pytestmark = pytest.mark.django_db
GRID, COMMUNITY = "330421001001001", "330421001001"


def sign_in(role: str, unit: Unit) -> Client:
    user = User.objects.create(username=role, display_name=role)
    Post.objects.create(
        user=user, role=role, unit_code=unit.code, unit_name=unit.name, scope=unit.path, starts_on=START
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def drawn(units: Units) -> Units:
    commands.make_boundaries(root=units["330421"], on=START, by=BY, at=AT, seed=5)
    return units


@pytest.fixture
def admin(drawn: Units) -> Client:
    return sign_in("system_admin", drawn["330421"])


@pytest.fixture
def worker(drawn: Units) -> Client:
    return sign_in("grid_worker", drawn[GRID])


PAGES = [
    "/map/", "/territory/", "/territory/where/?q=日晖社区", "/territory/where/?q=120.92,30.84", "/territory/lineage/",
    "/territory/coverage/", "/territory/sizes/", "/units/330421/", f"/units/{COMMUNITY}/?on=2015-01-01", f"/units/{GRID}/",
]  # fmt: skip
CHANGES = ["/territory/import/", "/territory/boundaries/import/"] + [
    f"/units/{COMMUNITY}/change/{what}/"
    for what in ("facts", "child", "rename", "kind", "move", "split", "merge", "abolish")
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_shown_to_a_grid_worker(worker: Client, page: str) -> None:
    answer = worker.get(page)
    assert answer.status_code == 200 and "<h1>" in answer.content.decode()


def test_the_list_of_units_tells_what_there_was_on_any_day(units: Units) -> None:
    """S4-2: 嘉湖 into 惠丰 and 惠园; the street above it was called otherwise before."""
    on, street = date(2019, 6, 1), units["330421003"]
    commands.rename(unit=street, name="惠民新街道", on=on, by=BY, at=AT)
    new = [
        NewUnit(f"33042100300{n}", name, "community", street)
        for n, name in ((8, "惠丰社区"), (9, "惠园社区"))
    ]
    commands.split(before=[units["330421003005"]], after=new, on=on, by=BY, at=AT)
    reader, address = sign_in("county_leader", units["330421"]), reverse("registers:list", args=["units"])

    def listed(**query: str) -> dict[str, str]:
        asked = {"area": "330421003", "kind": "community", "format": "json"} | query
        return {row["name"]: row["parent"] for row in reader.get(address, asked).json()["rows"]}

    assert listed(as_of="2019-05-31") == {"嘉湖社区": "惠民街道"}
    assert listed(as_of="2019-06-01") == {"惠丰社区": "惠民新街道", "惠园社区": "惠民新街道"}
    assert set(listed()) == {"嘉湖社区", "惠丰社区", "惠园社区"}, (
        "today's list keeps what is gone, marked as such"
    )
    assert set(listed(force="now")) == {"惠丰社区", "惠园社区"}
    page = reader.get(address, {"as_of": "2019-05-31", "kind": "community"}).content.decode()
    assert "/units/330421003005/?on=2019-05-31" in page


@pytest.mark.parametrize("page", CHANGES)
def test_pages_of_change_are_for_administrators_alone(admin: Client, worker: Client, page: str) -> None:
    assert admin.get(page).status_code == 200
    assert worker.get(page).status_code == 403


@pytest.mark.parametrize("page", ["/map/", "/units/330421/", "/map/units.geojson?level=street"])
def test_a_stranger_is_sent_away(drawn: Units, page: str) -> None:
    assert Client().get(page).status_code in (302, 403)


def test_the_card_of_a_grid_is_open_to_everybody(drawn: Units) -> None:
    user = User.objects.create(username="luo", display_name="罗小兵")
    commands.add_member(grid=drawn[GRID], user=user, role="leader", public_phone="13851000000", by=BY, at=AT)
    commands.set_facts(unit=drawn["330421"], supervision_phone="057384111111", by=BY, at=AT)
    page = Client().get(f"/g/{GRID}/").content.decode()
    assert all(word in page for word in ("日晖第1网格", "罗小兵", "13851000000", "057384111111", "示意"))
    outline = json.loads(Client().get(f"/g/{GRID}/outline.geojson").content)
    assert "url" not in outline["features"][0]["properties"]
    assert Client().get(f"/g/{COMMUNITY}/").status_code == 404


def test_the_map_gives_each_level_with_a_figure_and_an_etag(worker: Client) -> None:
    answer = worker.get("/map/units.geojson?level=community&figure=households")
    found = json.loads(answer.content)["features"]
    assert {f["properties"]["name"] for f in found} >= {"日晖社区", "南门社区"}
    assert next(f for f in found if f["properties"]["code"] == COMMUNITY)["properties"]["households"] == 1800
    again = worker.get(
        "/map/units.geojson?level=community&figure=households", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    below = json.loads(worker.get("/map/units.geojson?level=grid&parent=330421001").content)["features"]
    assert all(f["properties"]["code"].startswith("330421001") for f in below) and below


def test_the_three_figures_of_the_territory_add_up(drawn: Units) -> None:
    nodes = [tree().by_code[code] for code in ("330421001", "330421001001", "330421001002", "330421001201")]
    for name in ("households", "grids", "area"):
        street, *communities = (figures.FIGURES[name].values(BY, nodes)[n.code] for n in nodes)
        assert street == pytest.approx(sum(communities), rel=0.01)
    with pytest.raises(ValueError, match="twice"):
        figures.declare("area", "", "", lambda actor, nodes: {})


def test_a_unit_is_shown_as_it_was(admin: Client, drawn: Units) -> None:
    page = admin.post(
        f"/units/{COMMUNITY}/change/rename/",
        {"name": "朝晖社区", "on": "2020-01-01", "note": ""},
        follow=True,
    )
    assert "朝晖社区" in page.content.decode()
    assert "<h1>日晖社区</h1>" in admin.get(f"/units/{COMMUNITY}/?on=2019-12-31").content.decode()
    assert "没有这个单位的记录" in admin.get(f"/units/{COMMUNITY}/?on=2001-01-01").content.decode()


def test_a_refused_change_says_why_and_keeps_what_was_typed(admin: Client) -> None:
    answer = admin.post(f"/units/{COMMUNITY}/change/abolish/", {"on": "2020-01-01", "words": "撤并说明"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "请先划转" in page and "撤并说明" in page


def test_an_abolished_unit_points_to_its_heirs(admin: Client, drawn: Units) -> None:
    new = "330421003008 惠丰社区\n330421003009 惠园社区"
    for grid in Unit.objects.filter(path__startswith=drawn["330421003005"].path, kind="grid"):
        commands.abolish(unit=grid, by=BY, at=AT)
    answer = admin.post(
        "/units/330421003005/change/split/", {"new": new, "on": "2026-11-01", "words": ""}, follow=True
    )
    page = answer.content.decode()
    assert "已于" in page and "惠丰社区" in page and "惠园社区" in page


def test_a_list_is_shown_as_a_report_before_it_is_taken_over(admin: Client) -> None:
    text = (
        "代码,名称\n330421001001,日晖社区居委会\n330421001002,谈公新社区\n330421001009,亭桥社区\n3304210,错\n"
    )
    page = admin.post("/territory/import/", {"file": SimpleUploadedFile("list.csv", text.encode())})
    shown = page.content.decode()
    assert "谈公新社区" in shown and "亭桥社区" in shown and "代码应为" in shown
    assert not Unit.objects.filter(code="330421001009").exists()
    given = {"lines": page.context["confirm"].initial["lines"], "source": "民政局", "on": "2020-01-01"}
    admin.post("/territory/import/", given, follow=True)
    assert Unit.objects.get(code="330421001009").name == "亭桥社区"
    assert Unit.objects.get(code="330421001002").name == "谈公新社区"
    again = admin.post("/territory/import/", {"file": SimpleUploadedFile("list.csv", text.encode())})
    assert again.context["counts"] | {"gone": 0} == {
        "new": 0,
        "gone": 0,
        "moved": 0,
        "renamed": 0,
        "same": 3,
        "wrong": 1,
    }


def test_outlines_are_taken_in_from_a_file(admin: Client) -> None:
    shape = {
        "type": "Polygon",
        "coordinates": [[[120.9, 30.8], [120.91, 30.8], [120.91, 30.81], [120.9, 30.8]]],
    }
    data = json.dumps(
        {
            "features": [
                {"properties": {"code": GRID}, "geometry": shape},
                {"properties": {"name": "无"}, "geometry": shape},
            ]
        }
    )
    given = {
        "file": SimpleUploadedFile("a.geojson", data.encode()),
        "datum": "wgs84",
        "on": "2026-01-01",
        "source": "勘界",
    }
    page = admin.post("/territory/boundaries/import/", given).content.decode()
    assert "没有这个单位" in page
    bad = {**given, "file": SimpleUploadedFile("a.geojson", b"nothing")}
    assert admin.post("/territory/boundaries/import/", bad).status_code == 422


def test_a_compound_lists_its_buildings(worker: Client) -> None:
    compound = Compound.objects.order_by("id")[0]
    page = worker.get(f"/compounds/{compound.pk}/").content.decode()
    assert compound.name in page and "1栋" in page


def test_a_member_joins_and_leaves_on_the_page(admin: Client, drawn: Units) -> None:
    User.objects.create(username="luo", display_name="罗小兵")
    given = {"username": "luo", "role": "worker", "public_phone": "13851000000", "starts_on": "2024-01-01"}
    assert "罗小兵" in admin.post(f"/units/{GRID}/change/member/", given, follow=True).content.decode()
    member = drawn[GRID].members.get()
    admin.post(f"/units/{GRID}/members/{member.pk}/end/")
    member.refresh_from_db()
    assert member.ends_on is not None
    assert admin.post(f"/units/{GRID}/change/member/", {**given, "username": "无此人"}).status_code == 422


@pytest.mark.parametrize("page", ["/units/330421/", "/territory/coverage/", f"/units/{GRID}/"])
def test_a_warm_page_takes_few_queries(
    worker: Client, django_assert_max_num_queries: object, page: str
) -> None:
    for table in EVERY:
        table.clear()  # a process that has just changed a table asks for its token at every read
    worker.get(page)
    with django_assert_max_num_queries(24 + FRAME):  # type: ignore[operator]
        worker.get(page)
