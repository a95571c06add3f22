"""An installation in a folder that the database's own user can reach, removed afterwards with its database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.shell.launch.folders import DataFolder
from linli.shell.launch.postgres import Server
from tests.resilience.product import Product


@pytest.fixture
def product(monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL", "LINLI_DATA", "LINLI_KEYS_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LINLI_PLAIN_STATIC", "LINLI_TESTING", "LINLI_DEMO"):
        monkeypatch.delenv(name, raising=False)
    path = Path(tempfile.mkdtemp(prefix="linli-killed-"))
    made = Product(DataFolder(path))
    yield made
    made.kill_everything() if made.launcher and made.launcher.poll() is None else None
    if made.folder.postgres.exists():
        server = Server(made.folder)
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
