"""Files about organisations and components: what becomes of each row, who sees the result, and that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from shapely.geometry import box, mapping

from linli.kernel.privacy import context
from linli.kernel.privacy.commands import open_key
from linli.registry.commands import intakes
from linli.registry.models import Change, Component, Intake, Organisation, Question, RawRow, Source
from linli.registry.queries.rows import values_of
from linli.registry.queries.sealed import Opener
from linli.registry.tests.files import examined, home, source_of, taken_in
from linli.territory import commands as territory
from tests.cast import MONDAY, START, TESTER, Cast, assemble
from tests.lists import enter

GRID, OTHER_GRID = "520103019001001", "520103019002001"
SHOP = {
    "name": "金龙超市", "uscc": "91520103MA6DL0001M", "kind": "便利店", "address": "冠竹苑3栋101", "contact": "马东升",
    "phones": "13985100002", "staff_count": "12人", "opened_on": "2019年5月",
}  # fmt: skip
DINER = {
    "name": "宏福餐馆",
    "kind": "餐馆",
    "address": "友谊花园1栋1号",
    "phones": "13985100003",
    "unit": "友谊花园社区",
}
COVER = {
    "code": "5201030102000001",
    "kind": "污水井盖",
    "owner": "市排水公司",
    "lon": "106.710000",
    "lat": "26.600000",
}
LAMP = {"kind": "路灯", "lon": "106.711000", "lat": "26.600000", "state": "完好"}
METRE = 1e-5
"""Degrees: about one metre."""


@pytest.fixture
def cast(db: None) -> Cast:
    made = assemble()
    home()
    return made


def organisations(cast: Cast, kind: str = "market_supervision", title: str = "") -> Source:
    return source_of(kind, cast.actors["keeper"], title=title, record_kind="organisation")


def components(cast: Cast, kind: str = "urban_management", title: str = "") -> Source:
    return source_of(kind, cast.actors["keeper"], title=title, record_kind="component")


def take(cast: Cast, source: Source, rows: Sequence[dict[str, str]], hours: int = 0, on: date = date(2026, 11, 20)) -> Intake:  # fmt: skip
    return taken_in(source, rows, cast.actors["keeper"], MONDAY + timedelta(hours=hours), on)


def everything() -> list[dict[str, Any]]:
    """All organisations and components in clear, as the system sees them, but for the day they were spoken of."""
    opener, found = Opener(), []
    for model in (Organisation, Component):
        for row in model._default_manager.order_by("pk"):
            found.append({name: value for name, value in values_of(row, opener).items() if name != "confirmed_on"})  # fmt: skip
    return found


def reasons() -> list[str]:
    return RawRow.objects.get(verdict="rejected").reasons


def draw(cast: Cast) -> None:
    """The two grids side by side, parted at 106.72 degrees."""
    shapes = {GRID: box(106.70, 26.59, 106.72, 26.61), OTHER_GRID: box(106.72, 26.59, 106.74, 26.61)}
    rows = [
        {"type": "Feature", "properties": {"code": code}, "geometry": mapping(shape)}
        for code, shape in shapes.items()
    ]
    data = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    territory.import_boundaries(data=data, datum="cgcs2000", on=START, source="测试", by=TESTER, at=MONDAY)


def test_the_first_list_makes_organisations_in_their_premises(cast: Cast) -> None:
    intake = take(cast, organisations(cast), [SHOP, DINER])
    assert intake.counts["new"] == 2
    shop, diner = Organisation.objects.order_by("pk")
    assert (shop.name, shop.kind, shop.staff_count, shop.opened_on) == (
        "金龙超市",
        "small_shop",
        12,
        date(2019, 5, 1),
    )
    assert shop.building is not None and shop.path == cast.unit(GRID).path
    assert (shop.lon, shop.lat) == (shop.building.lon, shop.building.lat)
    assert diner.building is None and diner.path == cast.unit("520103019002").path
    assert shop.confirmed_on == intake.file_date


def test_contact_and_phones_are_sealed(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    shop = Organisation.objects.get()
    assert "马东升".encode() not in bytes(shop.contact)
    assert open_key(shop.key_id).unseal(bytes(shop.contact), "organisation.contact") == "马东升"
    assert Opener().organisation_phones(shop) == ["13985100002"]


def test_the_same_rows_again_change_nothing(cast: Cast) -> None:
    draw(cast)
    shops, things = organisations(cast), components(cast)
    benches = {"kind": "公厕", "place": "中华北路12号旁", "unit": "冠竹苑社区"}
    take(cast, shops, [SHOP, DINER])
    take(cast, things, [COVER, LAMP, benches])
    before = everything()
    again = [take(cast, shops, [SHOP, DINER], 1), take(cast, things, [COVER, LAMP, benches], 1)]
    assert [each.counts["same"] for each in again] == [2, 3]
    assert everything() == before
    assert not Change.objects.exists()


def test_the_code_finds_an_organisation_under_another_name_and_market_supervision_is_believed(
    cast: Cast,
) -> None:
    take(cast, organisations(cast, "other", "社区台账"), [SHOP])
    intake = take(cast, organisations(cast), [{**SHOP, "name": "金龙生活超市", "phones": "13985109999"}], 1)
    assert intake.counts["changed"] == 1
    shop = Organisation.objects.get()
    assert shop.name == "金龙生活超市"
    assert Opener().organisation_phones(shop) == ["13985109999"]
    assert Opener().contact(shop) == "马东升"
    told = Change.objects.get()
    assert "13985100002" in open_key(told.key_id).unseal(bytes(told.sealed or b""), "change")
    assert "".join(shop.grams).count("生活")


def test_what_a_less_believed_source_says_otherwise_is_left(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    before = everything()
    intake = take(cast, organisations(cast, "other"), [{**SHOP, "name": "金龙小卖部"}], 1)
    assert intake.counts["same"] == 1
    assert everything() == before


def test_two_lists_of_one_rank_and_day_that_disagree_become_a_question(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    intake = take(cast, organisations(cast, title="年报"), [{**SHOP, "name": "金龙百货"}], 1)
    assert intake.counts["conflict"] == 1
    question = Question.objects.get()
    assert (question.element, question.record_kind) == ("name", "organisation")
    assert question.path == Organisation.objects.get().path
    assert Organisation.objects.get().name == "金龙超市"


def test_a_shop_without_code_is_found_by_name_and_address(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    without = {"name": "金龙超市", "address": "冠竹苑3栋101", "phones": "13985100002", "staff_count": "15"}
    intake = take(cast, organisations(cast, title="九小场所"), [without], 1, date(2026, 11, 21))
    assert intake.counts["changed"] == 1
    assert Organisation.objects.get().staff_count == 15


def test_a_shop_that_only_may_be_known_waits(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    renamed = {"name": "东升副食", "address": "冠竹苑3栋101", "phones": "13985100002"}
    intake = take(cast, organisations(cast, title="九小场所"), [renamed], 1)
    assert intake.counts["review"] == 1
    assert Organisation.objects.count() == 1
    assert "name:maybe_known" in RawRow.objects.get(verdict="review").reasons


@pytest.mark.parametrize("same", [True, False])
def test_who_brought_the_file_says_whether_it_is_the_known_one(cast: Cast, same: bool) -> None:
    take(cast, organisations(cast), [SHOP])
    before = everything()
    renamed = {"name": "东升副食", "address": "冠竹苑3栋101", "phones": "13985100002", "staff_count": "3"}
    intake = take(cast, organisations(cast, title="九小场所"), [renamed], 1, date(2026, 11, 22))
    row = RawRow.objects.get(verdict="review")
    intakes.settle_row(row_id=row.pk, same=same, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert Organisation.objects.count() == (1 if same else 2)
    assert Organisation.objects.filter(name="东升副食", staff_count=3).exists()
    intake.refresh_from_db()
    assert (intake.counts["review"], intake.counts["changed" if same else "new"]) == (0, 1)
    intakes.undo_settled(row_id=row.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert everything() == before
    intake.refresh_from_db()
    assert (intake.counts["review"], intake.counts["changed" if same else "new"]) == (1, 0)
    with pytest.raises(intakes.FileRefused, match="还没有核对"):
        intakes.undo_settled(row_id=row.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    intakes.settle_row(row_id=row.pk, same=not same, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert Organisation.objects.count() == (2 if same else 1)
    intakes.undo_intake(intake_id=intake.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=3))
    assert everything() == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**DINER, "uscc": "91520103MA6DL00019"}, "uscc:uscc_checksum"),
        ({"uscc": SHOP["uscc"]}, "name:missing"),
    ],
)
def test_a_row_with_a_wrong_code_goes_back_with_its_reason(
    cast: Cast, row: dict[str, str], reason: str
) -> None:
    intake = take(cast, organisations(cast), [SHOP, row])
    assert (intake.counts["new"], intake.counts["rejected"]) == (1, 1)
    assert reason in reasons()


def test_a_closed_shop_is_marked_and_open_again_when_the_list_is_taken_back(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    before = everything()
    intake = take(cast, organisations(cast, title="注销"), [{**SHOP, "closed_on": "2026-11-01"}], 1)
    assert Organisation.objects.get().state == "closed"
    intakes.undo_intake(intake_id=intake.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert everything() == before
    assert Change.objects.get(what="undone").record_kind == "organisation"


def test_a_moved_shop_leaves_its_building_and_its_point_and_comes_back_when_the_list_is_taken_back(
    cast: Cast,
) -> None:
    take(cast, organisations(cast), [SHOP])
    before = everything()
    elsewhere = {**SHOP, "address": "友谊花园1栋1号", "unit": "友谊花园社区"}
    intake = take(cast, organisations(cast, title="变更"), [elsewhere], 1, date(2026, 11, 22))
    shop = Organisation.objects.get()
    assert (shop.building, shop.lon, shop.path) == (None, None, cast.unit("520103019002").path)
    intakes.undo_intake(intake_id=intake.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert everything() == before


def test_a_list_taken_back_leaves_nothing(cast: Cast) -> None:
    draw(cast)
    for source, rows in ((organisations(cast), [SHOP, DINER]), (components(cast), [COVER, LAMP])):
        intake = take(cast, source, rows)
        intakes.undo_intake(intake_id=intake.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert everything() == []


def test_the_neighbour_sees_nothing_of_a_shop_and_its_contact(cast: Cast) -> None:
    take(cast, organisations(cast, "other"), [SHOP])
    take(cast, organisations(cast), [{**SHOP, "contact": "赵国庆"}], 1)
    context.set_viewer(cast.actors["community"])
    assert Organisation.objects.count() == Change.objects.count() == 1
    context.set_viewer(cast.actors["stranger"])
    for model in (Organisation, Change, RawRow, Question):
        assert not model._default_manager.exists()


def test_a_shop_that_nothing_places_is_the_countys(cast: Cast) -> None:
    take(cast, organisations(cast), [{"name": "流动小吃摊", "phones": "13985100009"}])
    assert Organisation.objects.get().path == cast.unit("520103").path


def test_components_lie_in_the_grid_of_their_point_and_are_given_codes(cast: Cast) -> None:
    draw(cast)
    far = {**LAMP, "lon": "106.730000"}
    intake = take(cast, components(cast), [COVER, LAMP, far])
    assert intake.counts["new"] == 3
    cover, lamp, other = Component.objects.order_by("pk")
    assert (cover.code, cover.kind, cover.state) == ("5201030102000001", "0102", "good")
    assert (lamp.path, other.path) == (cast.unit(GRID).path, cast.unit(OTHER_GRID).path)
    assert (lamp.code, other.code) == ("5201030118900001", "5201030118900002")
    more = take(cast, components(cast, title="新增"), [{**LAMP, "lat": "26.601000"}], 1)
    assert more.counts["new"] == 1
    assert Component.objects.order_by("pk").last().code == "5201030118900003"  # type: ignore[union-attr]


def test_a_code_says_the_kind(cast: Cast) -> None:
    take(cast, components(cast), [{"code": "5201030301000007", "unit": "冠竹苑社区"}])
    assert Component.objects.get().kind == "0301"


@pytest.mark.parametrize(("metres", "count"), [(2.0, 1), (5.0, 2)])
def test_one_kind_within_three_metres_is_one_component(cast: Cast, metres: float, count: int) -> None:
    draw(cast)
    take(cast, components(cast), [LAMP])
    moved = {**LAMP, "lat": f"{26.6 + metres * METRE * 0.9:.7f}", "state": "破损"}
    take(cast, components(cast, title="普查"), [moved], 1, date(2026, 11, 22))
    assert Component.objects.count() == count
    assert Component.objects.filter(state="damaged").count() == 1


def test_another_kind_or_another_code_at_the_spot_is_another_component(cast: Cast) -> None:
    draw(cast)
    take(cast, components(cast), [COVER])
    beside = [{**COVER, "code": "5201030102000002"}, {**COVER, "code": "", "kind": "雨水井盖"}]
    assert take(cast, components(cast, title="普查"), beside, 1).counts["new"] == 2


def test_a_code_that_was_given_makes_way_for_the_departments_own(cast: Cast) -> None:
    draw(cast)
    take(cast, components(cast, "other"), [LAMP])
    intake = take(cast, components(cast), [{**LAMP, "code": "5201030118000033"}], 1)
    assert intake.counts["changed"] == 1
    assert Component.objects.get().code == "5201030118000033"
    intakes.undo_intake(intake_id=intake.pk, by=cast.actors["keeper"], at=MONDAY + timedelta(hours=2))
    assert Component.objects.get().code == "5201030118900001"


def test_a_component_that_is_nowhere_and_a_point_that_cannot_be_are_told(cast: Cast) -> None:
    intake = take(cast, components(cast), [{"kind": "路灯"}, {**COVER, "lon": "26.6", "lat": "106.7"}])
    assert (intake.counts["new"], intake.counts["rejected"]) == (1, 1)
    assert reasons() == ["code:unplaced"]
    assert {"lon:outside", "lat:outside"} <= set(RawRow.objects.get(verdict="new").reasons)
    assert Component.objects.get().lon is None


def test_a_code_that_somebody_registered_meanwhile_belongs_to_that_record(cast: Cast) -> None:
    waiting = examined(organisations(cast, title="甲"), [SHOP], cast.actors["keeper"])
    take(cast, organisations(cast, title="乙"), [SHOP], 1)
    intakes.confirm(intake_id=waiting.pk, by=cast.actors["keeper"], at=MONDAY)
    intakes.apply_batch(intake_id=waiting.pk, by=cast.actors["keeper"], at=MONDAY)
    assert Organisation.objects.count() == 1
    assert Intake.objects.get(pk=waiting.pk).counts["same"] == 1


def test_the_page_of_a_file_names_the_shop_that_it_may_be_and_takes_the_answer(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    renamed = {"name": "东升副食", "address": "冠竹苑3栋101", "phones": "13985100002"}
    intake = take(cast, organisations(cast, title="九小场所"), [renamed], 1)
    client = enter(cast, "keeper")
    page = client.get(reverse("registry:intake", args=[intake.pk])).content.decode()
    assert "金龙超市" in page and "东升副食" in page
    assert SHOP["phones"] not in page
    row = RawRow.objects.get(verdict="review")
    assert (
        enter(cast, "clerk").post(reverse("registry:intake_settle", args=[row.pk, "same"])).status_code == 404
    )
    done = client.post(reverse("registry:intake_settle", args=[row.pk, "different"]), follow=True)
    assert Organisation.objects.count() == 2
    undo = reverse("registry:intake_settle", args=[row.pk, "undo"])
    assert undo in done.content.decode()
    client.post(undo)
    assert Organisation.objects.count() == 1
    client.post(reverse("registry:intake_settle", args=[row.pk, "different"]))
    again = client.post(reverse("registry:intake_settle", args=[row.pk, "same"]), follow=True)
    assert "已经核对过了" in again.content.decode()


def test_what_somebody_changed_since_a_row_was_settled_is_not_taken_from_under_it(cast: Cast) -> None:
    take(cast, organisations(cast), [SHOP])
    renamed = {"name": "东升副食", "address": "冠竹苑3栋101", "phones": "13985100002", "staff_count": "3"}
    take(cast, organisations(cast, title="九小场所"), [renamed], 1, date(2026, 11, 22))
    row = RawRow.objects.get(verdict="review")
    keeper = cast.actors["keeper"]
    intakes.settle_row(row_id=row.pk, same=False, by=keeper, at=MONDAY + timedelta(hours=2))
    take(cast, organisations(cast, title="社区"), [{**renamed, "staff_count": "4"}], 3, date(2026, 11, 23))
    with pytest.raises(intakes.FileRefused, match="请直接更正"):
        intakes.undo_settled(row_id=row.pk, by=keeper, at=MONDAY + timedelta(hours=4))
    assert Organisation.objects.count() == 2
