"""Changing norms, and what processes see of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.norms import commands, importers
from linli.kernel.norms.commands import Change
from linli.kernel.norms.models import Norm, Origin
from linli.kernel.norms.queries import NORMS, NoNorm, compare, find_norm, lines, norm, search
from linli.kernel.norms.rules import NormRefused

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
ADMIN = Actor("管理员", user_id=1, verbs=frozenset({"norm.change"}))
KEY = "test.clock"
FILE = """
[[norm]]
key = "test.clock"
title = "测试时限"
value = 10
unit = "working_day"
valid_from = 2020-01-01
source = "产品默认值"

[[norm]]
key = "test.space"
title = "服务用房面积"
formula = "max(750, 50*hh/100)"
unit = "平方米"
valid_from = 2020-01-01
source = "S4-30"
"""


@pytest.fixture
def shipped(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product that ships two norms."""
    path = tmp_path / "norms.toml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(importers, "files", lambda: iter([("norms", path)]))
    load()
    return path


def load() -> importers.Loaded:
    return importers.load(by=Actor.system("测试"), at=AT)


def set_norm(**values: Any) -> Norm:
    usual: dict[str, Any] = {
        "key": KEY,
        "value": 5,
        "valid_from": date(2026, 12, 1),
        "source": "云府发〔2026〕1号",
    }
    return commands.set_norm(change=Change(**{**usual, **values}), by=ADMIN, at=AT)


def on(month: int, day: int, **asked: Any) -> Any:
    return norm(KEY, on=date(2026, month, day), **asked).value


def test_a_change_closes_the_earlier_row_and_is_recorded_with_both_values(shipped: Path) -> None:
    row = set_norm()
    before = Norm.objects.get(key=KEY, origin=Origin.SHIPPED)
    assert (before.valid_to, before.replaced_by) == (date(2026, 11, 30), row)
    assert (on(11, 30), on(12, 1)) == (10, 5)
    event = Event.objects.get(name="norm.changed")
    assert (event.before["value"], event.after["value"], event.after["source"]) == (
        10,
        5,
        "云府发〔2026〕1号",
    )


def test_a_change_for_a_time_lies_over_the_earlier_row_which_comes_back(shipped: Path) -> None:
    set_norm(value=3, valid_to=date(2026, 12, 10))
    assert [on(11, 30), on(12, 1), on(12, 10), on(12, 11)] == [10, 3, 3, 10]


def test_a_change_before_a_later_one_ends_the_day_before_it(shipped: Path) -> None:
    set_norm(valid_from=date(2027, 1, 1), value=7)
    assert set_norm(value=6).valid_to == date(2026, 12, 31)
    assert [norm(KEY, on=day).value for day in (date(2026, 12, 31), date(2027, 1, 1))] == [6, 7]


def test_a_street_may_have_its_own_value(shipped: Path) -> None:
    set_norm(place="520103/520103001/", value=2)
    assert (on(12, 2), on(12, 2, place="520103/520103001/x/"), on(12, 2, place="520103/520103002/")) == (
        10,
        2,
        10,
    )
    assert [
        found.value if found else None
        for found in compare(KEY, [("", date(2026, 12, 2)), ("520103/520103001/", date(2026, 12, 2))])
    ] == [10, 2]


def test_a_formula_is_changed_and_computed(shipped: Path) -> None:
    asked = date(2026, 12, 1)
    assert norm("test.space", on=asked).amount(hh=2000) == 1000
    set_norm(key="test.space", value=None, formula="max(600, 30*hh/100)")
    assert norm("test.space", on=asked).amount(hh=2000) == 600
    with pytest.raises(NormRefused, match="hh"):
        set_norm(key="test.space", value=None, formula="10*people", valid_from=date(2027, 1, 1))


def test_withdrawing_opens_the_earlier_row_again(shipped: Path) -> None:
    row = set_norm()
    commands.withdraw_norm(norm=row, by=ADMIN, at=AT)
    assert on(12, 1) == 10
    assert Norm.objects.get(key=KEY).valid_to is None
    assert Event.objects.filter(name="norm.withdrawn").count() == 1
    with pytest.raises(NormRefused):
        commands.withdraw_norm(norm=Norm.objects.get(key=KEY), by=ADMIN, at=AT)


def test_an_ended_norm_is_missing_afterwards_and_the_words_name_it(shipped: Path) -> None:
    row = Norm.objects.get(key=KEY)
    commands.end_norm(norm=row, last_day=date(2026, 11, 30), source="停止执行的通知", by=ADMIN, at=AT)
    assert find_norm(KEY, on=date(2026, 12, 1)) is None
    with pytest.raises(NoNorm, match="test.clock"):
        on(12, 1, place="520103/", match={"category": ["01", "0102"]})
    with pytest.raises(NormRefused):
        commands.end_norm(norm=row, last_day=date(2026, 11, 30), source="再停一次", by=ADMIN, at=AT)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"key": "test.unknown"}, "没有名为"),
        ({"valid_from": date(2020, 1, 1)}, "同一天"),
        ({"source": ""}, "依据"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_leaves_nothing(
    shipped: Path, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(NormRefused, match=words):
        set_norm(**values)
    assert Norm.objects.filter(origin=Origin.LOCAL).count() == 0


def test_a_person_without_the_verb_changes_nothing(shipped: Path) -> None:
    stranger = Actor("王芳", user_id=3)
    row = Norm.objects.get(key=KEY)
    with pytest.raises(NotAllowed):
        commands.set_norm(
            change=Change(key=KEY, value=1, valid_from=date(2027, 1, 1), source="无"), by=stranger, at=AT
        )
    with pytest.raises(NotAllowed):
        commands.end_norm(norm=row, last_day=date(2027, 1, 1), source="无", by=stranger, at=AT)
    with pytest.raises(NotAllowed):
        commands.withdraw_norm(norm=row, by=stranger, at=AT)


def test_loading_again_changes_nothing(shipped: Path) -> None:
    events = Event.objects.count()
    assert not load().anything
    assert Event.objects.count() == events


def test_loading_follows_the_files_but_leaves_what_the_county_changed(shipped: Path) -> None:
    set_norm()
    shipped.write_text(FILE.replace("value = 10", "value = 12").replace("50*hh", "60*hh"), encoding="utf-8")
    done = load()
    assert (done.changed, done.kept) == (1, [KEY])
    assert (on(11, 1), on(12, 1)) == (10, 5)
    assert norm("test.space", on=date(2026, 12, 1)).amount(hh=2000) == 1200
    shipped.write_text(FILE.split("[[norm]]")[0], encoding="utf-8")
    assert (load().removed, find_norm("test.space", on=date(2026, 12, 1))) == (1, None)
    assert on(12, 1) == 5


@pytest.mark.parametrize(
    "text",
    [
        "[[norm]]\nkey='a'",
        FILE.replace("value = 10", "value = 10\nformula='1'"),
        FILE.replace("unit =", "units ="),
        FILE + FILE,
        FILE.replace("50*hh", "50**hh"),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_written(shipped: Path, text: str) -> None:
    shipped.write_text(text, encoding="utf-8")
    with pytest.raises(importers.BadNormFile, match="norms.toml"):
        load()


def test_every_shipped_file_can_be_read(db: None) -> None:
    rows = [row for room, path in importers.files() for row in importers.read(room, path)]
    assert {"calendar.hours", "files.max_bytes"} <= {row.key for row in rows}
    assert not [row.key for row in rows if not row.source.strip()]


def test_a_rolled_back_change_is_not_seen(shipped: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        set_norm()
        assert on(12, 1) == 5
        raise ZeroDivisionError
    assert on(12, 1) == 10


def test_within_a_second_a_norm_costs_no_query(
    shipped: Path, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NORMS._seen, "changing", 0.0, raising=False)
    on(12, 1)
    with django_assert_num_queries(0):
        assert [on(12, day) for day in range(1, 20)] == [10] * 19


def test_search_finds_words_in_title_and_key(shipped: Path) -> None:
    set_norm()
    assert [len(line) for line in lines(search("测试 时限", "norms"))] == [2]
    assert search("用房")[0].key == "test.space"
    assert search("没有这样的词") == []


@pytest.mark.parametrize(
    "values",
    [
        {"valid_to": date(2019, 1, 1)},
        {"value": 1, "formula": "1"},
        {"source": ""},
        {"valid_from": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_rows_that_make_no_sense(shipped: Path, values: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "key": KEY, "title": "x", "room": "norms", "value": 1, "valid_from": date(2021, 1, 1), "source": "s", "created_at": AT,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Norm.objects.create(**{**usual, **values})
