"""A new master key: nothing is lost, running processes follow, and a cut in the middle is gone on with."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.privacy import commands, crypto, keyring
from linli.kernel.privacy.models import DataKey
from tests.cast import MONDAY, TESTER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of keys of the test's own."""
    (tmp_path / "master.key").write_text("11" * 32)
    settings.KEYS_DIR, settings.MASTER_KEY = tmp_path, "11" * 32
    settings.MASTER_KEY_FROM_ENVIRONMENT, settings.OLD_MASTER_KEYS = False, []
    monkeypatch.setattr(keyring._Seen, "written", (tmp_path / "master.key").stat().st_mtime_ns)
    monkeypatch.setattr(keyring._Seen, "key", "")
    return tmp_path


def rewrap(limit: int) -> int:
    return commands.rewrap_some(limit=limit, by=TESTER, at=MONDAY)


def test_what_was_sealed_is_read_before_while_and_after_the_key_is_changed(folder: Path) -> None:
    keys = commands.make_keys(subject="reporter", count=5)
    sealed = [key.seal("王秀英", "name") for key in keys]

    def read() -> set[str]:
        return {
            commands.open_key(key.id).unseal(value, "name") for key, value in zip(keys, sealed, strict=True)
        }

    keyring.replace()
    assert read() == {"王秀英"}
    assert rewrap(2) == 2, "and here the machine is cut off"
    assert read() == {"王秀英"} and commands.under_old_keys() == 3
    assert (rewrap(2), rewrap(2), rewrap(2)) == (2, 1, 0)
    assert commands.under_old_keys() == 0
    retired = keyring.retire(date(2026, 11, 27))
    assert retired is not None and retired.exists() and not (folder / "master.key.old").exists()
    assert read() == {"王秀英"}
    assert sum(event.after["count"] for event in Event.objects.filter(name="privacy.rotated")) == 5


def test_the_old_key_opens_nothing_any_more(settings: Any) -> None:
    key = commands.make_key(subject="reporter")
    keyring.replace()
    rewrap(10)
    wrapped = bytes(DataKey.objects.get(pk=key.id).wrapped or b"")
    with pytest.raises(crypto.CannotUnseal):
        crypto.unseal_bytes(bytes.fromhex("11" * 32), wrapped, b"data key")


def test_a_destroyed_key_stays_destroyed() -> None:
    key = commands.make_key(subject="reporter")
    commands.forget(key_id=key.id, by=Actor.system("测试"), at=MONDAY)
    keyring.replace()
    assert rewrap(10) == 0
    assert DataKey.objects.get(pk=key.id).wrapped is None


def test_the_files_are_read_by_their_owner_alone(folder: Path) -> None:
    keyring.replace()
    assert {os.stat(folder / name).st_mode & 0o777 for name in ("master.key", "master.key.old")} == {0o600}


def test_a_key_of_the_environment_is_changed_there(settings: Any) -> None:
    settings.MASTER_KEY_FROM_ENVIRONMENT = True
    with pytest.raises(keyring.FromEnvironment):
        keyring.replace()
    key = commands.make_key(subject="reporter")
    settings.MASTER_KEY, settings.OLD_MASTER_KEYS = "33" * 32, ["11" * 32]
    assert commands.open_key(key.id).secret == key.secret
    assert rewrap(10) == 1
    settings.OLD_MASTER_KEYS = []
    assert commands.open_key(key.id).secret == key.secret
