"""A data folder that the database's user can reach: pytest's own temporary folders are closed to others."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.shell.launch.folders import DataFolder
from linli.shell.launch.postgres import Server


@pytest.fixture(autouse=True)
def no_outside_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The launcher decides as on a fresh machine, whatever runs the tests."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL", "LINLI_DATA", "LINLI_KEYS_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    path = Path(tempfile.mkdtemp(prefix="linli-launch-"))
    data = DataFolder(path)
    data.make()
    yield data
    if data.postgres.exists():
        Server(data).stop()
    shutil.rmtree(path)
