"""What a list forbids is not dispatched to a community or street, and the refusal cites the line."""

from __future__ import annotations

from datetime import date

import pytest

from linli.cases import commands
from linli.cases.commands import Intake
from linli.cases.models import Case
from linli.cases.rules import Refused
from linli.duties.commands import ItemDraft, ListDraft, add_line
from linli.kernel.audit.actor import Actor
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

KEEPER = Actor("系统管理员", role="system_admin", verbs=frozenset({"duty.view", "duty.change"}))
SINCE = date(2024, 1, 1)


def taken(cast: Cast, category: str) -> Case:
    """A matter at the grid of 冠竹苑, taken down by 何敏; where one rule decides it is on its way."""
    intake = Intake(
        channel="hotline", text=f"第 {Case.objects.count()} 件", category=cast.category(category),
        place=cast.unit("520103019001001"),
    )  # fmt: skip
    return commands.take(intake, commands.Wish(), by=cast.actors["operator"], at=MONDAY)


def filed(cast: Cast, category: str) -> Case:
    """A case that waits for a unit."""
    case = taken(cast, category)
    return commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=MONDAY)


@pytest.mark.parametrize("unit", ["520103019001", "520103019"])
def test_the_negative_list_keeps_a_matter_from_community_and_street_and_is_cited(
    cast: Cast, unit: str
) -> None:
    case = filed(cast, "0301")
    draft = ListDraft("negative", "物业处罚", SINCE, lead="D02", basis="区政府公告", category="03")
    add_line(draft=draft, code="N07", by=KEEPER, at=MONDAY)
    with pytest.raises(Refused, match="负面清单第 N07 条“物业处罚”（区政府公告），不得派给"):
        commands.dispatch(case_id=case.pk, lead=cast.unit(unit), by=cast.actors["dispatcher"], at=MONDAY)
    commands.dispatch(case_id=case.pk, lead=cast.unit("D02"), by=cast.actors["dispatcher"], at=MONDAY)


def test_an_item_that_a_department_leads_is_not_given_to_a_community(cast: Cast) -> None:
    case = filed(cast, "0301")
    item = ItemDraft("物业监管", "综合管理", "物业", "D02", SINCE, basis="物业管理条例", category="0301")
    add_line(draft=item, code="I01", by=KEEPER, at=MONDAY)
    with pytest.raises(Refused, match="由云岩区住房和城乡建设局主办"):
        commands.dispatch(
            case_id=case.pk, lead=cast.unit("520103019001"), by=cast.actors["dispatcher"], at=MONDAY
        )


def test_nothing_goes_automatically_where_a_list_forbids_it(cast: Cast) -> None:
    assert taken(cast, "0201").lead is not None
    draft = ListDraft("recovered", "垃圾清运执法", SINCE, lead="D01", basis="收回清单", category="0201")
    add_line(draft=draft, by=KEEPER, at=MONDAY)
    assert taken(cast, "0201").lead is None
