"""The database of the tests: made by the owner, used by the web role, so that every test meets the row policies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as properties

from linli.kernel.audit.actor import Actor
from linli.kernel.norms.freshness import EVERY
from linli.kernel.privacy import context, grants
from linli.kernel.registers.engines import columns
from linli.kernel.registers.register import REGISTERS
from tests.cast import Cast, assemble
from tests.database import as_owner

properties.register_profile("linli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("linli")
"""A property holds or does not; how quickly the machine answers while others use it is no part of it."""


def _take_role(name: str, database: str) -> None:
    parts = urlsplit(os.environ[name])
    values = connections["default"].settings_dict
    connections["default"].close()
    values.update(USER=parts.username or "", PASSWORD=parts.password or "", NAME=database)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Create the test database as the owner, grant, and go on as the web role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    connection = connections["default"]
    real = connection.settings_dict["NAME"]
    connection.settings_dict["OPTIONS"] = {}
    connection.settings_dict["TEST"]["NAME"] = f"test_{real}_{worker}" if worker else f"test_{real}"
    with django_db_blocker.unblock():
        _take_role("DATABASE_OWNER_URL", real)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        test_name = connection.settings_dict["NAME"]
        web = urlsplit(os.environ["DATABASE_URL"]).username or ""
        worker_role = (
            urlsplit(os.environ.get("DATABASE_WORKER_URL") or os.environ["DATABASE_URL"]).username or ""
        )
        grants.apply(web=web, worker=worker_role)
        with connection.cursor() as cursor:
            cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{web}"')
        _take_role("DATABASE_URL", test_name)
    yield
    with django_db_blocker.unblock():
        _take_role("DATABASE_OWNER_URL", test_name)
        connection.creation.destroy_test_db(real, verbosity=0)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test go into its own folder."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")


@pytest.fixture(autouse=True)
def sees_all(request: pytest.FixtureRequest) -> None:
    """The test itself, outside the requests it makes, sees every row."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        context.set_viewer(Actor.system("测试"))


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Tables kept in memory start empty: rows of the test before are gone."""
    for table in EVERY:
        table.clear()
    columns.forget_all()


@pytest.fixture(autouse=True)
def registers_of_the_product() -> Iterator[None]:
    """A list that a test declares is gone after it."""
    before = dict(REGISTERS)
    yield
    REGISTERS.clear()
    REGISTERS.update(before)


@pytest.fixture
def cast(sees_all: None, db: None, nothing_remembered: None) -> Cast:
    """The small district and its people; see tests/cast.py."""
    return assemble()


@pytest.fixture
def sealing_role(transactional_db: None) -> Iterator[None]:
    """Work as the worker role, which alone may seal the chain; the head starts where the emptied tables start."""
    as_owner("INSERT INTO audit_head (id, position, digest, tx) VALUES (1, 0, '', 0) ON CONFLICT DO NOTHING")
    name = connections["default"].settings_dict["NAME"]
    _take_role("DATABASE_WORKER_URL", name)
    yield
    _take_role("DATABASE_URL", name)
