"""Changes to the tree and the catalogue: one event each, refused in words, and an old version is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.duties import commands
from linli.duties.commands import CategoryChange, Draft, Refused
from linli.duties.models import CatalogueEntry, Category
from linli.duties.tests.factories import AT, KEEPER, READER, STRANGER, TODAY
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.models import Event

pytestmark = [pytest.mark.usefixtures("lists"), pytest.mark.django_db]

TOMORROW = TODAY + timedelta(days=1)
DRAFT = Draft(
    category="010108",
    lead="D03",
    basis="云岩区路灯管护办法",
    reason="路灯由城管局养护",
    valid_from=TODAY,
    condition={"place_kind": ["park"]},
    assist=["community"],
)


def names_since(before: int) -> list[str]:
    """The events written after the first so many."""
    return list(Event.objects.order_by("pk").values_list("name", flat=True))[before:]


def test_changing_a_category_writes_what_changed_and_a_change_to_the_same_writes_nothing() -> None:
    before = Event.objects.count()
    change = CategoryChange(urgency="urgent", name="路灯与景观灯")
    commands.change_category(code="010108", change=change, by=KEEPER, at=AT)
    commands.change_category(code="010108", change=change, by=KEEPER, at=AT)
    assert names_since(before) == ["duty.category_changed"]
    event = Event.objects.latest("pk")
    assert event.before == {"urgency": "normal"}
    assert event.after["fields"] == "紧急程度"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (CategoryChange(name=" "), "名称"),
        (CategoryChange(kinds=[]), "诉求类型"),
        (CategoryChange(kinds=["praise"]), "诉求类型"),
        (CategoryChange(urgency="never"), "紧急程度"),
        (CategoryChange(synonyms=["灯"]), "太短"),
        (CategoryChange(synonyms=["盲道"]), "盲道与无障碍坡道"),
        (CategoryChange(name="公交站亭与路灯", synonyms=["井盖"]), "无主井盖"),
    ],
)
def test_a_change_that_would_spoil_the_tree_is_refused_in_words(change: CategoryChange, words: str) -> None:
    with pytest.raises(Refused, match=words):
        commands.change_category(code="010108", change=change, by=KEEPER, at=AT)


def test_a_new_category_gets_the_next_code_and_the_domain_of_its_parent() -> None:
    before = Event.objects.count()
    added = commands.add_category(
        parent="0101", name="智慧灯杆", kinds=["help"], synonyms=["智慧灯杆"], by=KEEPER, at=AT
    )
    assert (added.path, added.domain, added.is_leaf) == (f"01/0101/{added.code}/", "component", True)
    assert names_since(before) == ["duty.category_added"]
    below = commands.add_category(parent=added.code, name="灯杆屏幕", kinds=["help"], by=KEEPER, at=AT)
    assert below.code == f"{added.code}01"
    assert not Category.objects.get(code=added.code).is_leaf


def test_two_children_of_one_parent_cannot_have_the_same_name() -> None:
    with pytest.raises(Refused, match="公共厕所"):
        commands.add_category(parent="0103", name="公共厕所", kinds=["help"], by=KEEPER, at=AT)


def test_a_new_entry_gets_a_number_of_the_county() -> None:
    before = Event.objects.count()
    entry = commands.add_entry(draft=DRAFT, by=KEEPER, at=AT)
    assert entry.code == "B0001"
    assert commands.add_entry(draft=replace(DRAFT, condition={}), by=KEEPER, at=AT).code == "B0002"
    assert names_since(before) == ["duty.entry_added"] * 2
    with pytest.raises(Refused, match="B0001"):
        commands.add_entry(draft=DRAFT, code="B0001", by=KEEPER, at=AT)


def test_a_change_is_a_new_version_and_the_old_one_keeps_what_it_said() -> None:
    draft = replace(DRAFT, condition={}, valid_from=TOMORROW, lead="D26", assist=[])
    commands.change_entry(code="P010108-01", draft=draft, by=KEEPER, at=AT)
    old, new = CatalogueEntry.objects.filter(code="P010108-01")
    assert (old.lead, old.valid_to) == ("D03", TOMORROW)
    assert (new.lead, new.valid_from, new.valid_to, new.local) == ("D26", TOMORROW, None, True)
    assert CatalogueEntry.objects.in_force(TODAY).get(code="P010108-01") == old
    assert CatalogueEntry.objects.in_force(TOMORROW).get(code="P010108-01") == new
    with pytest.raises(Refused, match="晚于"):
        commands.change_entry(code="P010108-01", draft=draft, by=KEEPER, at=AT)


def test_a_version_that_has_not_begun_can_be_withdrawn_and_the_one_before_goes_on() -> None:
    draft = replace(DRAFT, condition={}, valid_from=TOMORROW)
    commands.change_entry(code="P010108-01", draft=draft, by=KEEPER, at=AT)
    commands.withdraw_entry(code="P010108-01", by=KEEPER, at=AT)
    assert CatalogueEntry.objects.get(code="P010108-01").valid_to is None
    with pytest.raises(Refused, match="尚未启用"):
        commands.withdraw_entry(code="P010108-01", by=KEEPER, at=AT)


def test_closing_can_be_undone_on_the_same_day() -> None:
    commands.close_entry(code="P010108-01", on=TODAY, reason="机构改革", by=KEEPER, at=AT)
    assert not CatalogueEntry.objects.in_force(TODAY).filter(code="P010108-01").exists()
    commands.reopen_entry(code="P010108-01", by=KEEPER, at=AT)
    assert CatalogueEntry.objects.in_force(TODAY).filter(code="P010108-01").exists()
    with pytest.raises(Refused):
        commands.reopen_entry(code="P010108-01", by=KEEPER, at=AT)


@pytest.mark.parametrize(
    ("on", "reason", "words"), [(TODAY - timedelta(days=1), "机构改革", "早于今天"), (TODAY, " ", "理由")]
)
def test_closing_needs_a_reason_and_never_reaches_back(on: object, reason: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        commands.close_entry(code="P010108-01", on=on, reason=reason, by=KEEPER, at=AT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "draft",
    [
        replace(DRAFT, category="999999"),
        replace(DRAFT, basis=""),
        replace(DRAFT, reason=" "),
        replace(DRAFT, lead="D99"),
        replace(DRAFT, lead="community", assist=[], must_be_department=True),
        replace(DRAFT, condition={"place_kind": ["moon"]}),
    ],
)
def test_an_entry_that_could_not_be_followed_is_refused(draft: Draft) -> None:
    with pytest.raises(Refused):
        commands.add_entry(draft=draft, by=KEEPER, at=AT)


def test_an_import_is_one_event_for_all() -> None:
    before = Event.objects.count()
    drafts = {"X1": DRAFT, "P010108-01": replace(DRAFT, condition={})}
    assert commands.import_entries(drafts=drafts, source="目录.xlsx", by=KEEPER, at=AT) == 2
    assert names_since(before) == ["duty.catalogue_imported"]
    assert CatalogueEntry.objects.filter(code="P010108-01").count() == 2


def test_an_import_does_not_bring_an_ended_entry_back_for_the_days_between() -> None:
    commands.close_entry(code="P010108-01", on=TODAY, reason="机构改革", by=KEEPER, at=AT)
    later = replace(DRAFT, condition={}, valid_from=TODAY + timedelta(days=30))
    commands.import_entries(drafts={"P010108-01": later}, source="目录.xlsx", by=KEEPER, at=AT)
    assert not CatalogueEntry.objects.in_force(TODAY).filter(code="P010108-01").exists()


@pytest.mark.parametrize("by", [READER, STRANGER])
def test_only_who_keeps_the_lists_may_change_them(by: object) -> None:
    for attempt in (
        lambda: commands.change_category(code="01", change=CategoryChange(name="x"), by=by, at=AT),
        lambda: commands.add_category(parent="01", name="x", kinds=["help"], by=by, at=AT),
        lambda: commands.add_entry(draft=DRAFT, by=by, at=AT),
        lambda: commands.change_entry(code="P010108-01", draft=DRAFT, by=by, at=AT),
        lambda: commands.close_entry(code="P010108-01", on=TODAY, reason="x", by=by, at=AT),
        lambda: commands.reopen_entry(code="P010108-01", by=by, at=AT),
        lambda: commands.withdraw_entry(code="P010108-01", by=by, at=AT),
        lambda: commands.import_entries(drafts={}, source="x", by=by, at=AT),
        lambda: commands.load_categories(by=by, at=AT),
        lambda: commands.load_departments_data(by=by, at=AT),
        lambda: commands.load_catalogue(by=by, at=AT),
    ):
        with pytest.raises(NotAllowed):
            attempt()
