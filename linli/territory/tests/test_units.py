from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.territory import commands
from linli.territory.commands import ChangeRefused, NewUnit
from linli.territory.models import Unit, UnitSpan
from linli.territory.queries.units import resolve, tree, tree_as_of, unit_as_of
from linli.territory.tests.district import AT, BY, START

Units = dict[str, Unit]
pytestmark = pytest.mark.django_db
ON = date(2019, 6, 1)


def names(found: list[Unit]) -> list[str]:
    return [unit.name for unit in found]


def last_event() -> Event:
    return Event.objects.order_by("-id")[0]


def test_a_new_unit_stands_below_its_parent_with_one_event(units: Units) -> None:
    before = Event.objects.count()
    made = commands.create_unit(
        code="D01", name="县城管局", kind="department", parent=units["330421"], by=BY, at=AT
    )
    assert made.path == "330421/D01/" and made.pinyin.startswith("xian cheng guan")
    assert unit_as_of("D01", AT.date()) is not None
    assert Event.objects.count() == before + 1 and last_event().name == "territory.unit_created"


def test_a_code_is_never_used_twice(units: Units) -> None:
    with pytest.raises(ChangeRefused, match="已被使用"):
        commands.create_unit(
            code="330421001", name="又一个", kind="subdistrict", parent=units["330421"], by=BY, at=AT
        )


def test_a_grid_cannot_stand_right_below_a_street(units: Units) -> None:
    with pytest.raises(ChangeRefused, match="不能设在"):
        commands.create_unit(code="X", name="格", kind="grid", parent=units["330421001"], by=BY, at=AT)


def test_a_renamed_unit_keeps_its_old_name_for_earlier_days(units: Units) -> None:
    commands.rename(unit=units["330421001001"], name="日晖新社区", on=ON, by=BY, at=AT)
    earlier, later = unit_as_of("330421001001", date(2019, 5, 31)), unit_as_of("330421001001", ON)
    assert earlier and later and (earlier.name, later.name) == ("日晖社区", "日晖新社区")
    assert last_event().before == {"name": "日晖社区"}


def test_a_change_cannot_take_effect_tomorrow_or_before_the_last_one(units: Units) -> None:
    with pytest.raises(ChangeRefused, match="不能晚于今天"):
        commands.rename(unit=units["330421001001"], name="乙", on=date(2026, 11, 24), by=BY, at=AT)
    commands.rename(unit=units["330421001001"], name="乙", on=ON, by=BY, at=AT)
    with pytest.raises(ChangeRefused, match="不能早于"):
        commands.rename(unit=units["330421001001"], name="丙", on=date(2019, 1, 1), by=BY, at=AT)


def test_a_street_becomes_a_new_type_community_and_a_street_again(units: Units) -> None:
    """S2-22: 撤销街道办事处,组建新型社区; later reversed."""
    street = units["330421002"]
    commands.change_kind(unit=street, kind="new_community", on=date(2012, 2, 1), by=BY, at=AT)
    commands.change_kind(unit=street, kind="subdistrict", on=date(2021, 1, 1), by=BY, at=AT)
    kinds = [
        (unit_as_of("330421002", day) or pytest.fail()).kind for day in (START, date(2015, 1, 1), AT.date())
    ]
    assert kinds == ["subdistrict", "new_community", "subdistrict"]


def test_a_moved_community_takes_its_grids_and_their_posts_along(units: Units) -> None:
    user = User.objects.create(username="g", display_name="罗小兵")
    grid = units["330421001001001"]
    post = Post.objects.create(
        user=user,
        role="grid_worker",
        unit_code=grid.code,
        unit_name=grid.name,
        scope=grid.path,
        starts_on=START,
    )
    commands.move(unit=units["330421001001"], parent=units["330421003"], on=ON, by=BY, at=AT)
    new_path = "330421/330421003/330421001001/330421001001001/"
    assert Unit.objects.get(pk=grid.pk).path == new_path
    post.refresh_from_db()
    assert post.scope == new_path
    event = last_event()
    assert (
        event.name == "territory.unit_moved"
        and event.after["before_path"] == "330421/330421001/330421001001/"
    )
    assert "330421001001001" in {u.code for u in tree_as_of("330421001", date(2019, 5, 31))}
    assert "330421001001001" not in {u.code for u in tree_as_of("330421001", ON)}
    assert "330421001001001" in {u.code for u in tree_as_of("330421003", ON)}


def test_a_unit_cannot_be_moved_below_itself_or_to_a_wrong_kind(units: Units) -> None:
    with pytest.raises(ChangeRefused):
        commands.move(unit=units["330421001"], parent=units["330421001001"], by=BY, at=AT)


def test_three_communities_become_six(units: Units) -> None:
    """S4-2: 南门+江南+泗洲 into 南门、瓶山、江南、泗洲、绿洲、新洲; which part went where is not known."""
    old = [units[c] for c in ("330421002001", "330421002013", "330421002014")]
    street = units["330421002"]
    new = [
        NewUnit(f"3304210020{n}", name, "community", street)
        for n, name in ((15, "瓶山社区"), (16, "绿洲社区"), (17, "新洲社区"))
    ]
    event = commands.split(before=old, after=[*old, *new], on=ON, by=BY, at=AT, source="S4")
    assert (
        event.links.filter(from_unit__isnull=False).count() == 3
        and event.links.filter(to_unit__isnull=False).count() == 6
    )
    assert len(tree().by_parent[street.pk]) == 6
    assert names(resolve("330421002001", AT.date())) == ["南门社区"]
    assert len(tree_as_of("330421002", date(2019, 5, 31))) == 4 and len(tree_as_of("330421002", ON)) == 7


def test_jiahu_becomes_huifeng_and_huiyuan_and_its_code_leads_to_both(units: Units) -> None:
    """S4-2: 嘉湖 into 惠丰 and 惠园."""
    street = units["330421003"]
    new = [
        NewUnit("330421003008", "惠丰社区", "community", street),
        NewUnit("330421003009", "惠园社区", "community", street),
    ]
    commands.split(before=[units["330421003005"]], after=new, on=ON, by=BY, at=AT)
    assert names(resolve("330421003005", AT.date())) == ["惠丰社区", "惠园社区"]
    assert names(resolve("330421003005", date(2019, 5, 31))) == ["嘉湖社区"]
    assert unit_as_of("330421003005", ON) is None
    with pytest.raises(ChangeRefused, match="撤销"):
        commands.rename(unit=units["330421003005"], name="还在", by=BY, at=AT)


def test_an_old_code_leads_through_several_reorganisations(units: Units) -> None:
    street = units["330421003"]
    first = NewUnit("330421003008", "惠丰社区", "community", street)
    second = NewUnit("330421003009", "惠园社区", "community", street)
    commands.split(before=[units["330421003005"]], after=[first, second], on=ON, by=BY, at=AT)
    huifeng, huiyuan = Unit.objects.get(code=first.code), Unit.objects.get(code=second.code)
    whole = NewUnit("330421003010", "新嘉湖社区", "community", street)
    commands.merge(before=[huifeng, huiyuan], after=[whole], on=date(2022, 1, 1), by=BY, at=AT)
    assert names(resolve("330421003005", date(2020, 1, 1))) == ["惠丰社区", "惠园社区"]
    assert names(resolve("330421003005", AT.date())) == ["新嘉湖社区"]


def test_a_merger_puts_what_stood_below_under_the_heir(units: Units) -> None:
    commands.merge(
        before=[units["330421001001"], units["330421001002"]],
        after=[units["330421001002"]],
        on=ON,
        by=BY,
        at=AT,
    )
    assert Unit.objects.get(code="330421001001001").path == "330421/330421001/330421001002/330421001001001/"
    assert names(resolve("330421001001", AT.date())) == ["谈公社区"]


def test_a_split_community_whose_grids_have_no_heir_is_refused(units: Units) -> None:
    new = [NewUnit(f"33042100101{n}", f"新{n}社区", "community", units["330421001"]) for n in (1, 2)]
    with pytest.raises(ChangeRefused, match="请先划转"):
        commands.split(before=[units["330421001001"]], after=new, by=BY, at=AT)


def test_a_new_community_is_looked_after_by_another(units: Units) -> None:
    """S4-2: 新增星辰、星河, for the time being looked after by another community."""
    new = NewUnit("330421002018", "星辰社区", "community", units["330421002"])
    event = commands.found(new=new, caretaker=units["330421002001"], on=ON, by=BY, at=AT)
    assert event.kind == "caretaker" and names(resolve("330421002001", AT.date())) == ["南门社区"]


def test_an_abolished_unit_leads_nowhere_and_cannot_have_children(units: Units) -> None:
    with pytest.raises(ChangeRefused, match="请先划转"):
        commands.abolish(unit=units["330421001001"], by=BY, at=AT)
    commands.abolish(unit=units["330421001002"], by=BY, at=AT, words="撤并")
    assert resolve("330421001002", AT.date()) == [] and resolve("999", AT.date()) == []


def test_only_those_with_the_verb_and_the_scope_change_units(units: Units) -> None:
    worker = Actor(
        label="社区",
        unit="330421001001",
        scope=units["330421001001"].path,
        verbs=frozenset({"territory.view"}),
    )
    officer = Actor(
        label="街道", unit="330421001", scope=units["330421001"].path, verbs=frozenset({"territory.change"})
    )
    with pytest.raises(NotAllowed):
        commands.rename(unit=units["330421001001"], name="乙", by=worker, at=AT)
    with pytest.raises(NotAllowed):
        commands.rename(unit=units["330421002001"], name="乙", by=officer, at=AT)
    with pytest.raises(NotAllowed):
        commands.move(unit=units["330421001001"], parent=units["330421003"], by=officer, at=AT)
    assert commands.rename(unit=units["330421001001"], name="乙", by=officer, at=AT).name == "乙"


def test_the_database_refuses_two_spans_of_one_unit_on_the_same_day(units: Units) -> None:
    unit = units["330421001001"]
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitSpan.objects.create(unit=unit, name="重", kind="community", path=unit.path, valid_from=ON)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "split", "merge", "rename", "grid"]), st.integers(0, 20), st.integers(0, 20)
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_changes_every_path_is_the_parents_path_and_the_code(
    units: Units, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        for number, (what, first, second) in enumerate(steps):
            step(what, first, second, number)
            check_paths()
        transaction.set_rollback(True)


def step(what: str, first: int, second: int, number: int) -> None:
    communities: list[Any] = list(Unit.objects.filter(kind="community", valid_to=None).order_by("code"))
    streets = list(Unit.objects.filter(kind="subdistrict", valid_to=None).order_by("code"))
    one, other = communities[first % len(communities)], communities[second % len(communities)]
    on = date(2020, 1, 1 + number)
    if what == "move":
        commands.move(unit=one, parent=streets[second % len(streets)], on=on, by=BY, at=AT)
    elif what == "split":
        new = NewUnit(f"{one.code[:9]}9{number:02d}", f"拆{number}社区", "community", one.parent)
        commands.split(before=[one], after=[one, new], on=on, by=BY, at=AT)
    elif what == "merge" and one != other:
        commands.merge(before=[one, other], after=[other], on=on, by=BY, at=AT)
    elif what == "grid":
        commands.create_grid(community=one, name="新网格", on=on, by=BY, at=AT)
    elif what == "rename":
        commands.rename(unit=one, name=f"改{number}", on=on, by=BY, at=AT)


def check_paths() -> None:
    for unit in Unit.objects.filter(valid_to=None).select_related("parent"):
        assert unit.path == (unit.parent.path if unit.parent else "") + unit.code + "/"
        spans = list(unit.spans.order_by("valid_from"))
        assert spans[-1].valid_to is None and spans[-1].path == unit.path and spans[-1].name == unit.name
        assert all(a.valid_to == b.valid_from for a, b in zip(spans, spans[1:], strict=False))
