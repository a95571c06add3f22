"""Where contents lie: a folder, or an S3-compatible bucket where ``LINLI_S3_BUCKET`` is set."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_noop

from linli.algorithms.text.sentences import said
from linli.kernel.files.rules import Unavailable

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
    from botocore.exceptions import ConnectionError as NoConnection
except ImportError:  # the optional extra requirements-s3.txt
    boto3 = None

log = logging.getLogger(__name__)


class Missing(LookupError):
    """The store has nothing under this key."""


class Store(Protocol):
    """Keeps bytes under keys."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep the content; a crash leaves either all of it or nothing."""

    def open(self, key: str) -> BinaryIO:
        """The content as a stream; raises ``Missing``."""

    def delete(self, key: str) -> None:
        """Remove the content; nothing happens where there is none."""

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every key with the time it was written."""


class Folder:
    """Files below one folder, readable by their owner alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: bytes, content_type: str) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f"{path.name}.part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)

    def open(self, key: str) -> BinaryIO:
        try:
            return (self.root / key).open("rb")
        except FileNotFoundError:
            raise Missing(key) from None

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        for path in self.root.rglob("*"):
            if path.is_file():
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield path.relative_to(self.root).as_posix(), written


NO_BUCKET = gettext_noop("没有设置里写的存储桶")
NO_KEY = gettext_noop("访问密钥不对或已失效")
NO_RIGHT = gettext_noop("访问密钥无权读写这个存储桶")
NO_ANSWER = gettext_noop("连接不上")
OTHER = gettext_noop("没有完成读写")
REASONS = {
    "NoSuchBucket": NO_BUCKET, "InvalidBucketName": NO_BUCKET,
    "InvalidAccessKeyId": NO_KEY, "SignatureDoesNotMatch": NO_KEY, "InvalidToken": NO_KEY, "ExpiredToken": NO_KEY,
    "AccessDenied": NO_RIGHT, "AllAccessDisabled": NO_RIGHT,
}  # fmt: skip
"""What an S3-compatible store answers, in words."""

ADVICE = {
    NO_BUCKET: "请查 LINLI_S3_BUCKET，或先在存储里建这个桶",
    NO_KEY: "请查 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY",
    NO_RIGHT: "请在存储里给这把密钥读、写、列、删这个桶的权限",
    NO_ANSWER: "请查 LINLI_S3_ENDPOINT 和网络",
    OTHER: "请看存储自己的日志",
}
"""What who keeps the server looks at."""


def reason_of(error: Exception) -> str:
    """Why the store did not do what it was asked for."""
    if isinstance(error, ClientError):
        return REASONS.get(error.response["Error"]["Code"], OTHER)
    if isinstance(error, NoCredentialsError):
        return NO_KEY
    return NO_ANSWER if isinstance(error, HTTPClientError | NoConnection) else OTHER


class Bucket:
    """Objects of an S3-compatible bucket; the keys of access come from the environment as boto3 reads them."""

    def __init__(self, name: str, endpoint: str) -> None:
        if boto3 is None:
            raise ImproperlyConfigured(
                "设置了 LINLI_S3_BUCKET，但没有安装 boto3：请按 requirements-s3.txt 安装"
            )
        self.name, self.endpoint = name, endpoint
        # A person waits for the answer; and checksums in trailers are understood by few stores besides Amazon's own.
        patient = Config(
            connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 2},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
        )  # fmt: skip
        self.client: Any = boto3.session.Session().client("s3", endpoint_url=endpoint or None, config=patient)

    @contextmanager
    def _asked(self, key: str = "") -> Iterator[None]:
        """Turns what the client raises into ``Missing`` or ``Unavailable``."""
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise Missing(key) from None
            reason = reason_of(error)
            log.error(
                "文件存储用不了：%s（LINLI_S3_BUCKET=%s，LINLI_S3_ENDPOINT=%s）。%s。%s",
                reason, self.name, self.endpoint, ADVICE[reason], error,
            )  # fmt: skip
            raise Unavailable(
                "文件存储用不了：%(reason)s。请先不带照片和附件提交，或过一会儿再试；一直这样请告诉系统管理员",
                reason=said(reason),
            ) from error

    def put(self, key: str, content: bytes, content_type: str) -> None:
        with self._asked(key):
            self.client.put_object(Bucket=self.name, Key=key, Body=content, ContentType=content_type)

    def open(self, key: str) -> BinaryIO:
        with self._asked(key):
            found: BinaryIO = self.client.get_object(Bucket=self.name, Key=key)["Body"]
        return found

    def delete(self, key: str) -> None:
        with self._asked(key):
            self.client.delete_object(Bucket=self.name, Key=key)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        with self._asked():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name):
                for entry in page.get("Contents", []):
                    yield entry["Key"], entry["LastModified"]


@cache
def _store(bucket: str, endpoint: str, root: str) -> Store:
    return Bucket(bucket, endpoint) if bucket else Folder(Path(root))


def store() -> Store:
    """The store that the settings name."""
    return _store(settings.S3_BUCKET, settings.S3_ENDPOINT, str(settings.MEDIA_ROOT))
