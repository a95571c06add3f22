"""What the blind marks were made with is known, and nothing is done with another key; a change is whole or has not been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from linli.kernel.audit.models import Event
from linli.kernel.privacy import indexes
from linli.kernel.privacy.commands import held_stamp, mark_anew, require_right_key
from linli.kernel.privacy.indexes import GROUPED, INDEXES, Marking, WrongIndexKey, in_force
from linli.kernel.privacy.models import IndexStamp
from tests.cast import MONDAY, TESTER

pytestmark = pytest.mark.django_db
NEXT = Marking("5a" * 32, "SHA256")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """A folder of keys of the test's own."""
    settings.KEYS_DIR, settings.INDEX_KEY, settings.BLIND_HASH = tmp_path, "11" * 32, "SHA256"
    settings.OLD_INDEX_KEYS = []
    (tmp_path / "index.key").write_text("11" * 32 + "\n")
    return tmp_path


def go(now: Marking) -> None:
    mark_anew(before=in_force(), now=now, by=TESTER, at=MONDAY, tell=lambda _table, _rows: None)


def test_the_first_to_ask_says_what_the_marks_are_made_with_and_nobody_works_with_another(
    settings: Any,
) -> None:
    assert held_stamp() is None
    require_right_key()
    require_right_key()
    assert IndexStamp.objects.count() == 1
    for key, name in (("22" * 32, "SHA256"), ("11" * 32, "SM3")):
        settings.INDEX_KEY, settings.BLIND_HASH = key, name
        with pytest.raises(WrongIndexKey, match="bin/linli privacy reindex"):
            require_right_key()


def test_the_stamp_tells_nothing_of_the_key() -> None:
    assert NEXT.stamp != Marking("5b" * 32, "SHA256").stamp != Marking("5b" * 32, "SM3").stamp
    assert len(NEXT.stamp) == 16 and bytes.fromhex(NEXT.key)[:16] != NEXT.stamp


def test_after_a_change_only_the_new_key_is_the_right_one(settings: Any) -> None:
    require_right_key()
    go(NEXT)
    with pytest.raises(WrongIndexKey):
        require_right_key()
    settings.INDEX_KEY = NEXT.key
    require_right_key()
    assert Event.objects.get(name="privacy.reindexed").after["count"] >= 0


def test_a_change_that_is_cut_off_has_not_been(monkeypatch: pytest.MonkeyPatch) -> None:
    require_right_key()

    def cut_off(at: datetime) -> Iterator[int]:
        yield 3
        raise KeyboardInterrupt

    monkeypatch.setitem(INDEXES, "registry.Organisation", (("phone_marks",), cut_off))
    with pytest.raises(KeyboardInterrupt):
        go(NEXT)
    assert in_force() == Marking("11" * 32, "SHA256")
    require_right_key()
    assert not Event.objects.filter(name="privacy.reindexed").exists()


def test_the_next_key_is_made_once_and_takes_the_place_of_the_one_that_is_kept(folder: Path) -> None:
    assert indexes.waiting_key() == ""
    made = indexes.next_key()
    assert indexes.next_key() == indexes.waiting_key() == made != "11" * 32
    assert (folder / "index.key.next").stat().st_mode & 0o777 == 0o600
    retired = indexes.put_next_in_force(date(2026, 11, 27))
    assert (retired.name, retired.read_text().strip()) == ("index.key.retired-20261127", "11" * 32)
    assert (folder / "index.key").read_text().strip() == made and indexes.waiting_key() == ""
    indexes.next_key()
    assert indexes.put_next_in_force(date(2026, 11, 27)).name == "index.key.retired-20261127-2"


def test_all_keys_that_are_kept_are_tried_with_both_hashes(folder: Path, settings: Any) -> None:
    settings.OLD_INDEX_KEYS = ["33" * 32]
    (folder / "index.key.retired-20260101").write_text("44" * 32 + "\n")
    keys = {each.key for each in indexes.known()}
    assert keys == {"11" * 32, "33" * 32, "44" * 32}
    assert len(indexes.known()) == 6 and len({each.stamp for each in indexes.known()}) == 6


MARKS = ("mark", "marks", "_index", "_tail")


def _keeps_marks(field: models.Field[Any, Any]) -> bool:
    inner = getattr(field, "base_field", field)
    is_mark = isinstance(inner, models.BinaryField) or (
        isinstance(inner, models.CharField) and inner.max_length == 32
    )
    return is_mark and field.name.endswith(MARKS)


def test_every_column_of_blind_marks_is_made_anew() -> None:
    declared = {(model, column) for model, (columns, _anew) in INDEXES.items() for column in columns} | set(
        GROUPED.items()
    )
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
        for field in model._meta.concrete_fields
        if _keeps_marks(field)
    }
    assert found == declared
