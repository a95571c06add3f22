"""Items and lists: what is shipped, how they change, what they forbid, and the log of seals."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from linli.duties import commands, queries
from linli.duties.commands import ItemDraft, ListDraft, Refused
from linli.duties.models import ListEntry, SealUse, WorkItem
from linli.duties.queries.lines import in_words
from linli.duties.tests.factories import AT, KEEPER, READER, SYSTEM, TODAY, county
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event

pytestmark = [pytest.mark.usefixtures("lists"), pytest.mark.django_db]

ITEM = ItemDraft(
    name="楼道灯报修登记", area="综合管理", heading="公共设施", lead="community", valid_from=TODAY, given_by="D26",
    basis="城市道路管理条例",
)  # fmt: skip
LINE = ListDraft(kind="negative", name="代收水费", valid_from=TODAY, lead="D41", basis="会议纪要")
SEALER = Actor("苏兰", role="community_worker", scope="520103/", verbs=frozenset({"duty.view", "duty.seal"}))


def test_the_shipped_catalogue_has_the_size_that_the_source_reports_tell() -> None:
    items = list(WorkItem.objects.in_force(TODAY))
    assert len({item.area for item in items}) == 8
    assert len({(item.area, item.heading) for item in items}) == 43
    assert len(items) == 156
    assert Counter("community" if item.lead == "community" else "department" for item in items) == {
        "community": 105, "department": 51,
    }  # fmt: skip
    assert all(item.basis and item.procedure and item.materials for item in items)


def test_there_are_twenty_certificates_that_must_not_be_issued() -> None:
    assert ListEntry.objects.in_force(TODAY).filter(kind="no_certificate").count() == 20


def test_loading_the_lists_twice_changes_nothing_and_keeps_what_the_county_changed() -> None:
    assert not commands.load_lists(by=SYSTEM, at=AT).anything
    row = ListEntry.objects.get(code="N02")
    draft = ListDraft(kind="negative", name=row.name, valid_from=TODAY, lead="D13", basis="县里的会议纪要")
    commands.change_line(code="N02", draft=draft, by=KEEPER, at=AT)
    done = commands.load_lists(by=SYSTEM, at=AT)
    assert (done.anything, done.kept) == (False, 1)
    assert [v.valid_to for v in ListEntry.objects.filter(code="N02")] == [TODAY, None]


def test_the_shipped_lists_contradict_neither_each_other_nor_the_dispatch_catalogue() -> None:
    assert {finding.kind for finding in queries.list_findings(TODAY)} == {"bare"}


def test_what_was_handed_down_without_money_is_said_with_who_gave_it() -> None:
    commands.add_line(draft=ITEM, code="X1", by=KEEPER, at=AT)
    (found,) = (f for f in queries.list_findings(TODAY) if f.lines[0].code == "X1")
    assert found.words == "“楼道灯报修登记”由云岩区市政工程管理处交办，没有随事下放：权、费、人"


def test_a_change_is_a_new_version_and_one_event() -> None:
    commands.add_line(draft=ITEM, code="X1", by=KEEPER, at=AT)
    events = Event.objects.count()
    later = replace(ITEM, money=True, money_words="每件 20 元", valid_from=date(2027, 1, 1))
    commands.change_line(code="X1", draft=later, by=KEEPER, at=AT)
    old, new = WorkItem.objects.filter(code="X1")
    assert (old.valid_to, new.money, Event.objects.count()) == (date(2027, 1, 1), True, events + 1)
    with pytest.raises(Refused, match="启用日期要晚于"):
        commands.change_line(code="X1", draft=later, by=KEEPER, at=AT)


def test_an_ended_line_forbids_nothing_from_its_day_on() -> None:
    category = queries.category_by_code("031501")
    assert category is not None
    assert "负面清单第 N03 条“食品和药品经营的许可与处罚”" in queries.forbids(category, TODAY)
    end = date(2026, 12, 1)
    commands.end_line(model=ListEntry, code="N03", on=end, reason="职能调整", by=KEEPER, at=AT)
    assert "N03" in queries.forbids(category, TODAY)
    assert "N03" not in queries.forbids(category, end)
    assert "由云岩区市场监督管理局主办" in queries.forbids(category, end)


def test_an_end_can_be_taken_back_until_its_day_is_over() -> None:
    commands.end_line(model=ListEntry, code="N03", on=TODAY, reason="写错了", by=KEEPER, at=AT)
    assert not ListEntry.objects.in_force(TODAY).filter(code="N03").exists()
    commands.reopen_line(model=ListEntry, code="N03", by=KEEPER, at=AT)
    assert ListEntry.objects.in_force(TODAY).filter(code="N03").exists()
    with pytest.raises(Refused, match="没有待撤回的停用"):
        commands.reopen_line(model=ListEntry, code="N03", by=KEEPER, at=AT)


def test_a_version_that_has_not_begun_is_taken_back_and_the_one_before_goes_on() -> None:
    commands.add_line(draft=ITEM, code="X1", by=KEEPER, at=AT)
    later = replace(ITEM, money=True, money_words="每件 20 元", valid_from=date(2027, 1, 1))
    commands.change_line(code="X1", draft=later, by=KEEPER, at=AT)
    commands.withdraw_line(model=WorkItem, code="X1", by=KEEPER, at=AT)
    assert WorkItem.objects.get(code="X1").valid_to is None
    with pytest.raises(Refused, match="尚未启用"):
        commands.withdraw_line(model=WorkItem, code="X1", by=KEEPER, at=AT)
    assert Event.objects.filter(name="duty.line_withdrawn").count() == 1


def test_only_who_keeps_the_lists_takes_anything_back() -> None:
    for deed in (commands.reopen_line, commands.withdraw_line):
        with pytest.raises(NotAllowed):
            deed(model=ListEntry, code="N03", by=READER, at=AT)


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (replace(ITEM, name=" "), "名称"),
        (replace(ITEM, area="外星事务"), "方面"),
        (replace(ITEM, lead="D99"), "D99"),
        (replace(ITEM, lead=""), "主办"),
        (replace(ITEM, assist=["community"]), "协办"),
        (replace(ITEM, category="99"), "99"),
        (replace(LINE, kind="wishes"), "清单"),
    ],
)
def test_a_line_that_nobody_could_follow_is_refused(draft: commands.LineDraft, why: str) -> None:
    with pytest.raises(Refused, match=why):
        commands.add_line(draft=draft, by=KEEPER, at=AT)


def test_only_who_keeps_the_lists_changes_them() -> None:
    with pytest.raises(NotAllowed):
        commands.add_line(draft=LINE, by=READER, at=AT)


def test_two_days_show_what_came_what_went_and_what_changed() -> None:
    commands.add_line(draft=LINE, code="N90", by=KEEPER, at=AT)
    commands.end_line(model=ListEntry, code="N25", on=TODAY, reason="并入", by=KEEPER, at=AT)
    row = ListEntry.objects.get(code="N01")
    draft = ListDraft(
        kind="negative",
        name="行政处罚、行政强制",
        valid_from=TODAY,
        lead="D02",
        basis=row.basis,
        note=row.note,
    )
    commands.change_line(code="N01", draft=draft, by=KEEPER, at=AT)
    found = queries.between(date(2026, 6, 1), TODAY, "negative").comparison
    assert (found.came, found.went) == (("N90",), ("N25",))
    assert found.changed == {"N01": (("名称", "行政处罚和行政强制", "行政处罚、行政强制"),)}
    assert in_words(row)["主责部门"] == "云岩区综合行政执法局"


def test_a_use_of_a_seal_is_logged_and_a_forbidden_certificate_is_not_sealed() -> None:
    entry = ListEntry.objects.get(code="Y02")
    use = commands.use_seal(
        unit=county(),
        entry=entry,
        used_on=TODAY,
        purpose="第三季度居务公开",
        document="公告",
        by=SEALER,
        at=AT,
    )
    assert (use.used_by, Event.objects.latest("pk").name) == ("苏兰", "duty.seal_used")
    with pytest.raises(Refused, match="不得出具证明清单第 Z01 条“亲属关系证明”"):
        commands.use_seal(
            unit=county(),
            entry=entry,
            used_on=TODAY,
            purpose="继承",
            document="亲属关系证明",
            by=SEALER,
            at=AT,
        )
    with pytest.raises(Refused, match="印章使用范围"):
        commands.use_seal(
            unit=county(), entry=ListEntry.objects.get(code="N01"), used_on=TODAY, purpose="公告", document="公告",
            by=SEALER, at=AT,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        commands.use_seal(
            unit=county(), entry=entry, used_on=TODAY, purpose="公告", document="公告", by=READER, at=AT
        )
    assert SealUse.objects.count() == 1
