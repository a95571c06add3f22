"""Files in an S3-compatible bucket: the same doors, over real HTTP, with signatures and rights that are really checked.

The store is moto's own server on a free port: a store without Amazon, of which only the S3 and the keys are used.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from moto.server import ThreadedMotoServer
from PIL import Image

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject
from linli.kernel.files import access, commands, queries, views
from linli.kernel.files import store as stores
from linli.kernel.files.models import StoredFile
from linli.kernel.files.rules import FileRefused, Unavailable
from linli.kernel.files.store import Bucket, Missing, store
from linli.kernel.files.tests import samples
from linli.kernel.norms import importers

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
CASE = Subject("test_case", 7, "YY-7", "520103/")
WORKER = Actor("网格员", user_id=2)
BUCKET = "linli-files"
MAY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*", "arn:aws:s3:::not-made", "arn:aws:s3:::not-made/*"]}
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """What opens the store, and what is too weak for it."""

    endpoint: str
    good: tuple[str, str]
    weak: tuple[str, str]


def key_of(iam: Any, name: str) -> tuple[str, str]:
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


@pytest.fixture(scope="module")
def server() -> Iterator[Keys]:
    """A store with one bucket, one who may use it and one who may not; whoever signs wrongly is turned away."""
    running = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    endpoint = "http://{}:{}".format(*running.get_host_and_port())
    # moto keeps its users in the process: a worker that comes back to this file would meet those of its first time.
    requests.post(f"{endpoint}/moto-api/reset", timeout=5).raise_for_status()
    session = boto3.session.Session("root", "root", region_name="us-east-1")
    with closing(session.client("s3", endpoint_url=endpoint)) as s3:
        s3.create_bucket(Bucket=BUCKET)
    with closing(session.client("iam", endpoint_url=endpoint)) as iam:
        keys = Keys(endpoint, key_of(iam, "linli"), key_of(iam, "weak"))
        iam.put_user_policy(UserName="linli", PolicyName="files", PolicyDocument=json.dumps(MAY))
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=5)
    yield keys
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"inf", timeout=5)
    running.stop()


@pytest.fixture(autouse=True)
def bucket(server: Keys, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of a county whose files lie in the bucket."""
    opened: list[Bucket] = []

    class Noted(Bucket):
        """Lets go of its connections at the end."""

        def __init__(self, name: str, endpoint: str) -> None:
            super().__init__(name, endpoint)
            opened.append(self)

    monkeypatch.setattr(stores, "Bucket", Noted)
    settings.S3_BUCKET, settings.S3_ENDPOINT = BUCKET, server.endpoint
    sign_with(monkeypatch, server.good)
    stores._store.cache_clear()
    yield
    stores._store.cache_clear()
    for each in opened:
        each.client.close()


@pytest.fixture
def room(db: None) -> None:
    importers.load(by=Actor.system("测试"), at=AT)
    access.register("test_case", lambda actor, subject_id: actor.user_id == 2)


def sign_with(monkeypatch: pytest.MonkeyPatch, key: tuple[str, str]) -> None:
    for name, value in zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), key, strict=True):
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def stored() -> StoredFile:
    upload = SimpleUploadedFile("IMG_1.jpg", samples.photo("JPEG", size=(400, 300)))
    return commands.store_upload(upload=upload, subject=CASE, purpose="before", by=WORKER, at=AT)


def show(file: StoredFile, size: int = 0) -> Any:
    request = RequestFactory().get("/")
    request.actor = WORKER  # type: ignore[attr-defined]
    return views.show(request, file.pk, size)


def kept() -> dict[str, datetime]:
    return dict(store().listing())


def test_a_photo_goes_through_the_bucket_clean_with_its_thumbnails_and_is_forgotten(
    room: None, django_capture_on_commit_callbacks: Any
) -> None:
    row = stored()
    assert sorted(kept()) == sorted(row.keys) and len(row.keys) == 3
    assert all(abs(datetime.now(UTC) - written) < timedelta(minutes=1) for written in kept().values())
    for key in row.keys:
        with store().open(key) as content:
            raw = content.read()
        assert b"SecretCamera" not in raw and b"13800001234" not in raw and b"SecretComment" not in raw
    head = store().client.head_object(Bucket=BUCKET, Key=row.key)
    assert (head["ContentType"], head["ContentLength"]) == ("image/jpeg", row.size)

    whole, small = show(row), show(row, 320)
    assert len(whole.getvalue()) == row.size and whole["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(small.getvalue())) as picture:
        assert (picture.format, max(picture.size)) == ("WEBP", 320)
    for answer in (whole, small):
        answer.file_to_stream.close()
    assert list(queries.files_of("test_case", 7)) == [row]

    with django_capture_on_commit_callbacks(execute=True):
        commands.remove(file=row, reason="误传", by=WORKER, at=AT)
    assert kept() == {}


def test_what_no_row_names_is_purged_from_the_bucket_when_it_is_old(room: None) -> None:
    row = stored()
    store().put("2026/11/lost", b"x", "image/jpeg")
    assert commands.purge_orphans(at=datetime.now(UTC)) == 0
    assert commands.purge_orphans(at=datetime.now(UTC) + timedelta(hours=3)) == 1
    assert sorted(kept()) == sorted(row.keys)
    for key in row.keys:
        store().delete(key)


def test_a_content_that_is_gone_is_not_found_and_deleting_it_again_does_nothing(room: None) -> None:
    row = stored()
    for key in row.keys * 2:
        store().delete(key)
    with pytest.raises(Missing, match=row.key):
        store().open(row.key)
    with pytest.raises(Http404):
        show(row)


@pytest.mark.parametrize(
    ("key", "name", "words", "advice"),
    [
        (("nobody", "secret"), BUCKET, "访问密钥不对或已失效", "AWS_ACCESS_KEY_ID"),
        (("good", "wrong secret"), BUCKET, "访问密钥不对或已失效", "AWS_SECRET_ACCESS_KEY"),
        (("", ""), BUCKET, "访问密钥不对或已失效", "AWS_ACCESS_KEY_ID"),
        (("weak", ""), BUCKET, "访问密钥无权读写这个存储桶", "权限"),
        (("good", ""), "not-made", "没有设置里写的存储桶", "LINLI_S3_BUCKET"),
        (("good", ""), "No Bucket", "没有完成读写", "日志"),
    ],
)
def test_a_store_that_turns_us_away_is_said_in_words_to_the_sender_and_to_the_log(
    server: Keys, room: None, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    key: tuple[str, str], name: str, words: str, advice: str,
) -> None:  # fmt: skip
    known = {"good": server.good, "weak": server.weak}.get(key[0], key)
    sign_with(monkeypatch, (known[0], known[1] if key[1] in ("", known[1]) else key[1]))
    settings.S3_BUCKET = name
    with caplog.at_level(logging.ERROR), pytest.raises(FileRefused, match=f"文件存储用不了：{words}。"):
        stored()
    assert name in caplog.text and server.endpoint in caplog.text and advice in caplog.text
    assert not StoredFile.objects.exists()


def test_a_store_that_does_not_answer_is_said_soon_and_a_picture_says_it_too(
    room: None, settings: Any, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    row = stored()
    settings.S3_ENDPOINT = "http://127.0.0.1:9"
    answer = show(row)
    assert answer.status_code == 503 and "文件存储用不了：连接不上" in answer.content.decode()
    with pytest.raises(Unavailable, match="连接不上"):
        stored()
    with django_capture_on_commit_callbacks(execute=True):
        commands.remove(file=row, reason="误传", by=WORKER, at=AT)
    assert not StoredFile.objects.exists(), "the row is gone; the content waits for the nightly purge"
