"""Where contents lie: a folder, or an S3-compatible bucket where ``LINLI_S3_BUCKET`` is set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

try:
    import boto3
    from botocore.exceptions import ClientError  # type: ignore[import-not-found,unused-ignore]
except ImportError:  # the optional extra requirements-s3.txt
    boto3 = None


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


class Bucket:
    """Objects of an S3-compatible bucket; the keys of access come from the environment as boto3 reads them."""

    def __init__(self, name: str, endpoint: str) -> None:
        if boto3 is None:
            raise ImproperlyConfigured(
                "设置了 LINLI_S3_BUCKET，但没有安装 boto3：请按 requirements-s3.txt 安装"
            )
        self.name = name
        self.client: Any = boto3.client("s3", endpoint_url=endpoint or None)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content, ContentType=content_type)

    def open(self, key: str) -> BinaryIO:
        try:
            found: BinaryIO = self.client.get_object(Bucket=self.name, Key=key)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise Missing(key) from None
            raise
        return found

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["LastModified"]


@cache
def _store(bucket: str, endpoint: str, root: str) -> Store:
    return Bucket(bucket, endpoint) if bucket else Folder(Path(root))


def store() -> Store:
    """The store that the settings name."""
    return _store(settings.S3_BUCKET, settings.S3_ENDPOINT, str(settings.MEDIA_ROOT))
