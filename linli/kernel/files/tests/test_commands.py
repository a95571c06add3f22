"""Taking files in, showing them, forgetting them."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.kernel.audit.record import Subject
from linli.kernel.files import access, commands, queries, views
from linli.kernel.files.models import StoredFile
from linli.kernel.files.rules import FileRefused
from linli.kernel.files.store import Missing, store
from linli.kernel.files.tests import samples
from linli.kernel.norms import commands as norm_commands
from linli.kernel.norms import importers
from linli.kernel.norms.commands import Change
from linli.kernel.privacy.tests.protocol import forget_due

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
CASE = Subject("test_case", 7, "YY-7", "520103/")
WORKER = Actor("网格员", user_id=2)
STRANGER = Actor("路人", user_id=3)


@pytest.fixture(autouse=True)
def rooms(db: None) -> None:
    """The shipped limits, and a room that lets one person see its files."""
    importers.load(by=Actor.system("测试"), at=AT)
    access.register("test_case", lambda actor, subject_id: actor.user_id == 2 and subject_id == 7)


def stored(content: bytes = b"", name: str = "IMG_20261122.jpg", **values: Any) -> StoredFile:
    upload = SimpleUploadedFile(name, content or samples.photo("JPEG"))
    return commands.store_upload(
        **{"upload": upload, "subject": CASE, "purpose": "before", "by": WORKER, "at": AT, **values}
    )


def contents(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def kept_bytes(file: StoredFile) -> bytes:
    with store().open(file.key) as content:
        return content.read()


def show(file: StoredFile, actor: Actor, size: int = 0) -> Any:
    request = RequestFactory().get("/")
    request.actor = actor  # type: ignore[attr-defined]
    return views.show(request, file.pk, size)


def test_a_photo_is_kept_clean_with_its_thumbnails_and_one_event(settings: Any) -> None:
    row = stored()
    kept = kept_bytes(row)
    assert row.sha256 == hashlib.sha256(kept).hexdigest() and row.size == len(kept)
    assert (row.content_type, row.width, row.name) == ("image/jpeg", 64, "照片 2026-11-22 100000.jpg")
    assert len(contents(settings.MEDIA_ROOT)) == 3
    for path in contents(settings.MEDIA_ROOT):
        assert b"SecretCamera" not in path.read_bytes() and oct(path.stat().st_mode)[-3:] == "600"
    event = Event.objects.get(name="file.stored")
    assert (event.subject_id, event.after["purpose"]) == (7, "before") and "IMG" not in str(event.after)
    assert sentence_of(event) == f"上传照片（{max(1, round(row.size / 1000))} KB）"


def test_a_word_file_keeps_the_name_its_sender_gave(settings: Any) -> None:
    row = stored(samples.docx(), "关于停水的函.docx")
    assert (row.name, row.is_image, row.cleared) == ("关于停水的函.docx", False, True)


def test_the_name_does_not_decide_what_a_file_is() -> None:
    assert stored(samples.pdf(), "照片.jpg").name == "照片.pdf"
    with pytest.raises(FileRefused, match="不接收"):
        stored(b"#!/bin/sh", "photo.jpg")


def test_a_file_over_the_limit_of_the_norm_is_refused() -> None:
    change = Change(key="files.max_bytes", value=1000, valid_from=AT.date(), source="通知")
    norm_commands.set_norm(change=change, by=Actor.system("测试"), at=AT)
    with pytest.raises(FileRefused, match="超过上限"):
        stored(samples.photo("PNG", size=(200, 200)))


def test_a_subject_holds_a_limited_number_of_files() -> None:
    change = Change(key="files.max_per_subject", value=1, valid_from=AT.date(), source="通知")
    norm_commands.set_norm(change=change, by=Actor.system("测试"), at=AT)
    stored()
    with pytest.raises(FileRefused, match="最多上传 1 个"):
        stored()


def test_a_rollback_leaves_no_row_and_its_content_is_purged_later(settings: Any) -> None:
    kept = stored()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        stored()
        raise ZeroDivisionError
    assert [row.pk for row in StoredFile.objects.all()] == [kept.pk]
    assert len(contents(settings.MEDIA_ROOT)) == 6
    assert commands.purge_orphans(at=datetime.now(UTC)) == 0, "young contents may belong to a running request"
    old = (datetime.now(UTC) - timedelta(hours=3)).timestamp()
    for path in contents(settings.MEDIA_ROOT):
        os.utime(path, (old, old))
    assert commands.purge_orphans(at=datetime.now(UTC)) == 3
    assert {
        path.relative_to(settings.MEDIA_ROOT).as_posix() for path in contents(settings.MEDIA_ROOT)
    } == set(kept.keys)


def test_removing_takes_the_content_once_it_is_committed(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = stored()
    with django_capture_on_commit_callbacks() as callbacks:
        commands.remove(file=row, reason="误传", by=WORKER, at=AT)
    assert len(contents(settings.MEDIA_ROOT)) == 3
    for callback in callbacks:
        callback()
    assert contents(settings.MEDIA_ROOT) == []
    assert Event.objects.get(name="file.removed").after["reason"] == "误传"


def test_files_for_imports_are_forgotten_after_their_norm(django_capture_on_commit_callbacks: Any) -> None:
    row, lasting = stored(samples.xlsx(), "名单.xlsx", purpose="import"), stored()
    assert (row.expires_on, lasting.expires_on) == (AT.date() + timedelta(30), None)
    assert forget_due("files.expired", AT + timedelta(days=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_due("files.expired", AT + timedelta(days=31)) == 1
    with pytest.raises(Missing):
        store().open(row.key)


def test_only_whom_the_room_lets_see_gets_the_file() -> None:
    row = stored()
    response = show(row, WORKER)
    assert b"".join(response.streaming_content) == kept_bytes(row)
    response.file_to_stream.close()
    for actor in (STRANGER, Actor.public()):
        with pytest.raises(Http404):
            show(row, actor)
    access._KINDS.pop("test_case")
    with pytest.raises(Http404):
        show(row, WORKER)


def test_a_file_is_sent_so_that_a_browser_neither_runs_nor_shares_it() -> None:
    picture, document = show(stored(), WORKER, 320), show(stored(samples.docx(), "函.docx"), WORKER)
    for response in (picture, document):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"].startswith("private")
        assert "sandbox" in response["Content-Security-Policy"]
        response.file_to_stream.close()
    assert (picture["Content-Type"], document["Content-Disposition"][:10]) == ("image/webp", "attachment")
    with pytest.raises(Http404):
        show(stored(), WORKER, 77)


def test_a_shared_address_opens_one_file_for_an_hour(time_machine: Any) -> None:
    row = stored()
    token = queries.shared_url(row, 320).split("/")[-2]
    assert queries.read_shared(token) == (row, 320)
    assert queries.read_shared(token[:-1] + ("A" if token[-1] != "A" else "B")) == (None, 0)
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=2))
    assert queries.read_shared(token) == (None, 0)


def test_the_files_of_a_subject_come_in_order_and_by_purpose() -> None:
    first, second = stored(), stored(purpose="after", at=AT + timedelta(hours=1))
    assert list(queries.files_of("test_case", 7)) == [first, second]
    assert list(queries.files_of("test_case", 7, purpose="after")) == [second]
    assert not queries.files_of("test_case", 8)
