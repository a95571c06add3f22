"""Personal values: sealed, searched without being opened, forgotten, and behind a second wall."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.kernel.audit.record import Subject
from linli.kernel.privacy import commands, context, crypto
from linli.kernel.privacy.models import DataKey
from tests.cast import MONDAY, TESTER

CIPHERS = list(crypto.CIPHERS)


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.MASTER_KEY, settings.INDEX_KEY = "11" * 32, "22" * 32


@pytest.mark.parametrize("cipher", CIPHERS)
def test_what_is_sealed_is_read_again_and_nothing_of_it_shows(settings: Any, cipher: str) -> None:
    settings.CIPHER = cipher
    key = crypto.new_key()

    @given(st.text(max_size=60))
    def holds(value: str) -> None:
        sealed = crypto.seal(key, value, about=b"name")
        assert crypto.unseal(key, sealed, about=b"name") == value
        assert len(value.encode()) < 4 or value.encode() not in sealed

    holds()


@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_value_cannot_be_pasted_elsewhere_altered_or_opened_with_another_key(
    settings: Any, cipher: str
) -> None:
    settings.CIPHER = cipher
    key, sealed = crypto.new_key(), b""
    sealed = crypto.seal(key, "王秀英", about=b"name")
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, value, about in (
        (key, sealed, b"phone"),
        (key, altered, b"name"),
        (crypto.new_key(), sealed, b"name"),
    ):
        with pytest.raises(crypto.CannotUnseal):
            crypto.unseal(other, value, about=about)


def test_values_sealed_under_another_cipher_stay_readable_after_the_setting_changes(settings: Any) -> None:
    key = crypto.new_key()
    settings.CIPHER = "AES-256-GCM"
    old = crypto.seal(key, "旧")
    settings.CIPHER = "SM4-GCM"
    new = crypto.seal(key, "新")
    assert (crypto.unseal(key, old), crypto.unseal(key, new)) == ("旧", "新")
    assert (old[1], new[1]) == (1, 2)


@pytest.mark.parametrize("name", ["SHA256", "SM3"])
def test_a_blind_index_finds_the_same_value_of_the_same_kind_and_nothing_else(
    settings: Any, name: str
) -> None:
    settings.BLIND_HASH = name
    here = crypto.blind("phone", "13885100001")
    assert here == crypto.blind("phone", "13885100001") and len(here) == 16
    settings.INDEX_KEY = "33" * 32
    others = {crypto.blind("phone", "13885100001")}
    settings.INDEX_KEY = "22" * 32
    assert here not in others | {
        crypto.blind("phone tail", "13885100001"),
        crypto.blind("phone", "13885100002"),
    }


@pytest.mark.django_db
def test_a_destroyed_key_forgets_what_it_sealed_and_leaves_an_event() -> None:
    key = commands.make_key(subject="reporter")
    sealed = key.seal("王秀英", "name")
    assert commands.open_key(key.id).unseal(sealed, "name") == "王秀英"
    commands.forget(key_id=key.id, by=TESTER, at=MONDAY)
    commands.forget(key_id=key.id, by=TESTER, at=MONDAY)
    with pytest.raises(commands.Forgotten):
        commands.open_key(key.id)
    assert DataKey.objects.get(id=key.id).wrapped is None
    event = Event.objects.get(name="privacy.forgotten")
    assert event.subject_label == "诉求人信息" and event.after["key"] == str(key.id)
    assert sentence_of(event) == "销毁密钥，加密保存的诉求人信息从此无法读出"


def test_whatever_is_sealed_has_a_name_that_the_audit_can_say() -> None:
    for path in Path(__file__).parents[3].rglob("*.py"):
        if "tests" not in path.parts:
            for subject in re.findall(r'make_keys?\(subject="([^"]+)"', path.read_text(encoding="utf-8")):
                assert subject in commands.SEALED, path


@pytest.mark.django_db
def test_a_key_lies_wrapped_in_the_table() -> None:
    key = commands.make_key(subject="reporter")
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM privacy_datakey WHERE id = %s", [key.id])
        assert key.secret not in bytes(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_masked_value_is_revealed_only_for_a_declared_purpose() -> None:
    subject = Subject("case", 1, "一号")
    with pytest.raises(commands.PurposeRequired):
        commands.log_reveal(subject=subject, field="电话", purpose="好奇", by=TESTER, at=MONDAY)
    commands.log_reveal(
        subject=subject, field="电话", purpose=next(iter(commands.purposes())), by=TESTER, at=MONDAY
    )
    assert Event.objects.get(name="privacy.revealed").after["field"] == "电话"


@pytest.mark.django_db
def test_a_door_opens_only_if_declared_and_shuts_behind() -> None:
    viewer = Actor("甲", user_id=7, unit="D01", verbs=frozenset({"case.view"}))
    context.set_viewer(viewer)
    with pytest.raises(context.UndeclaredDoor), context.door("后门"):
        pass
    name = next(iter(context.DOORS))
    with context.door(name):
        assert context.read_settings()[-1] == "on"
    assert context.read_settings() == context.values_of(viewer)


@pytest.mark.django_db
def test_a_door_shuts_when_the_work_inside_fails() -> None:
    context.set_viewer(None)
    with pytest.raises(ZeroDivisionError), context.door(next(iter(context.DOORS))):
        raise ZeroDivisionError
    assert context.read_settings() == context.values_of(None)
