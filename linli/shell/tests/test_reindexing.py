"""``bin/linli privacy reindex``: whatever the state it finds, it ends with key, hash and database in agreement, or says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from linli.kernel.privacy import indexes
from linli.kernel.privacy.commands import held_stamp, require_right_key
from linli.kernel.privacy.indexes import Marking
from linli.shell.cli import privacy

pytestmark = pytest.mark.django_db
FIRST = "11" * 32


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """A folder of keys of the test's own, and a database that was marked with its key."""
    settings.KEYS_DIR, settings.INDEX_KEY, settings.BLIND_HASH = tmp_path, FIRST, "SHA256"
    settings.OLD_INDEX_KEYS, settings.INDEX_KEY_FROM_ENVIRONMENT = [], False
    (tmp_path / "index.key").write_text(FIRST + "\n")
    require_right_key()
    return tmp_path


def run(command: str = "reindex") -> Result:
    return CliRunner().invoke(privacy.privacy, [command])


def key_in(folder: Path, name: str = "index.key") -> str:
    return (folder / name).read_text().strip()


def test_a_new_key_takes_the_place_of_the_old_one_which_is_kept(folder: Path, settings: Any) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    made = key_in(folder)
    assert made != FIRST and held_stamp() == Marking(made, "SHA256").stamp
    (retired,) = folder.glob("index.key.retired-*")
    assert key_in(folder, retired.name) == FIRST and not (folder / "index.key.next").exists()
    assert run("check").exit_code == 1, "this process has the key before"
    settings.INDEX_KEY = made
    assert run("check").exit_code == 0


def test_a_run_that_was_cut_off_before_its_end_goes_on_with_the_same_key(folder: Path) -> None:
    begun = indexes.next_key()
    assert run().exit_code == 0 and key_in(folder) == begun


def test_a_run_that_was_cut_off_between_database_and_file_only_puts_the_file_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(privacy, "_put_in_force", lambda: None)
        assert run().exit_code == 0
    made = key_in(folder, "index.key.next")
    assert held_stamp() == Marking(made, "SHA256").stamp and key_in(folder) == FIRST
    done = run()
    assert done.exit_code == 0 and "registry.Person" not in done.output
    assert key_in(folder) == made


def test_another_hash_keeps_the_key(folder: Path, settings: Any) -> None:
    settings.BLIND_HASH = "SM3"
    assert run("check").exit_code == 1
    assert run().exit_code == 0
    assert (
        key_in(folder) == FIRST
        and held_stamp() == Marking(FIRST, "SM3").stamp
        and run("check").exit_code == 0
    )


def test_a_backup_of_the_key_before_is_brought_up_to_the_one_in_force(folder: Path, settings: Any) -> None:
    (folder / "index.key.retired-20260101").write_text(FIRST + "\n")
    settings.INDEX_KEY = "22" * 32
    assert run().exit_code == 0 and held_stamp() == Marking("22" * 32, "SHA256").stamp


def test_a_key_of_the_environment_is_changed_there(settings: Any) -> None:
    settings.INDEX_KEY_FROM_ENVIRONMENT = True
    told = run()
    assert told.exit_code == 1 and "LINLI_OLD_INDEX_KEYS" in told.output
    settings.INDEX_KEY, settings.OLD_INDEX_KEYS = "22" * 32, [FIRST]
    assert run().exit_code == 0 and held_stamp() == Marking("22" * 32, "SHA256").stamp


def test_a_key_that_is_lost_is_asked_for_and_nothing_is_touched(settings: Any) -> None:
    settings.INDEX_KEY = "22" * 32
    told = run()
    assert told.exit_code == 1 and "放回密钥文件夹" in told.output
    assert held_stamp() == Marking(FIRST, "SHA256").stamp
