"""Taking files in and removing them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Protocol
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.files import documents, images, rules
from linli.kernel.files.models import StoredFile
from linli.kernel.files.rules import Family, FileRefused
from linli.kernel.files.store import Store, store
from linli.kernel.norms.queries import find_norm, norm

ORPHAN_AGE = timedelta(hours=2)
BATCH = 500


class Upload(Protocol):
    """A file as Django hands it over."""

    @property
    def name(self) -> str | None:
        """What the sender calls it."""

    @property
    def size(self) -> int | None:
        """Its length in bytes."""

    def read(self) -> bytes:
        """The whole content."""


@dataclass(frozen=True)
class _Clean:
    content: bytes
    content_type: str
    name: str
    width: int | None = None
    height: int | None = None
    cleared: bool = True
    thumbnails: dict[int, bytes] = field(default_factory=dict)


@transaction.atomic
def store_upload(
    *, upload: Upload, subject: Subject, purpose: str, by: Actor, at: datetime, expires_on: date | None = None
) -> StoredFile:
    """Check, clean and keep one file of a subject; the caller has decided that ``by`` may add to it.

    Raises ``FileRefused`` with words for the sender. The name that a phone gave a photo is not kept. A rollback
    leaves no row; the content it leaves is removed by the purge job.
    """
    if subject.id is None:
        raise ValueError("a file belongs to a saved subject")
    today = timezone.localdate(at)
    _check_count(subject.kind, subject.id, today)
    content = _read(upload, int(norm("files.max_bytes", on=today).value))
    clean = _clean(content, upload.name or "", at, today)
    keep = find_norm("files.keep_days", on=today, match={"purpose": purpose})
    row = StoredFile(
        subject_kind=subject.kind, subject_id=subject.id, purpose=purpose, name=clean.name,
        content_type=clean.content_type, size=len(clean.content), sha256=hashlib.sha256(clean.content).hexdigest(),
        width=clean.width, height=clean.height, cleared=clean.cleared, key=f"{today:%Y/%m}/{uuid4().hex}",
        uploaded_by=by.user_id, uploader_label=by.label[:120], at=at,
        expires_on=expires_on or rules.expires_on(today, int(keep.value) if keep else None),
    )  # fmt: skip
    kept = store()
    kept.put(row.key, clean.content, clean.content_type)
    for size, small in clean.thumbnails.items():
        kept.put(row.thumbnail_key(size), small, "image/webp")
    row.save(force_insert=True)
    after = {
        "file": str(row.id), "type": row.content_type, "size": row.size, "purpose": purpose,
        "what": rules.kind_words(row.content_type), "length": rules.length_words(row.size),
    }  # fmt: skip
    record("file.stored", subject=subject, by=by, at=at, after=after)
    return row


def _check_count(kind: str, subject_id: int, today: date) -> None:
    most = int(norm("files.max_per_subject", on=today).value)
    if StoredFile.objects.filter(subject_kind=kind, subject_id=subject_id).count() >= most:
        raise FileRefused("同一事项最多上传 %(most)s 个文件", most=most)


def _read(upload: Upload, limit: int) -> bytes:
    rules.check_size(upload.size or 0, limit)
    content = upload.read()
    rules.check_size(len(content), limit)
    return content


def _clean(content: bytes, name: str, at: datetime, today: date) -> _Clean:
    max_pixels = int(norm("files.max_pixels", on=today).value)
    family = rules.family_of(content)
    if family is Family.IMAGE:
        edge = int(norm("files.longest_edge", on=today).value)
        picture = images.clean(content, max_pixels=max_pixels, longest_edge=edge)
        label = f"照片 {timezone.localtime(at):%Y-%m-%d %H%M%S}"
        called = rules.name_for("", images.EXTENSIONS[picture.content_type], photo=label)
        return _Clean(
            picture.content,
            picture.content_type,
            called,
            picture.width,
            picture.height,
            thumbnails=picture.thumbnails,
        )
    document = (
        documents.clean_pdf(content)
        if family is Family.PDF
        else documents.clean_office(content, max_pixels=max_pixels)
    )
    called = rules.name_for(name, documents.EXTENSIONS[document.content_type])
    return _Clean(document.content, document.content_type, called, cleared=document.cleared)


@transaction.atomic
def remove(
    *, file: StoredFile, reason: str, by: Actor, at: datetime, label: str = "", scope: str = ""
) -> None:
    """Remove a file for good; its content goes once the removal is committed.

    Where the store does not answer then, the nightly purge takes it.
    """
    row = StoredFile.objects.select_for_update().get(pk=file.pk)
    subject = Subject(row.subject_kind, row.subject_id, label or row.subject_kind, scope)
    before = {"file": str(row.id), "type": row.content_type, "size": row.size, "purpose": row.purpose}
    keys = row.keys
    row.delete()
    record(
        "file.removed",
        subject=subject,
        by=by,
        at=at,
        before=before,
        after={"what": rules.kind_words(row.content_type), "reason": reason},
    )
    transaction.on_commit(lambda: _delete(store(), keys), robust=True)


def _delete(kept: Store, keys: list[str]) -> None:
    for key in keys:
        kept.delete(key)


def purge_orphans(*, at: datetime) -> int:
    """Delete contents that no row names, left by a rollback or a crash; young ones may belong to a running request."""
    kept, removed = store(), 0
    old = (key for key, written in kept.listing() if written < at - ORPHAN_AGE)
    while batch := list(islice(old, BATCH)):
        bases = {_base(key) for key in batch}
        named = set(StoredFile.objects.filter(key__in=bases).values_list("key", flat=True))
        lost = [key for key in batch if _base(key) not in named]
        _delete(kept, lost)
        removed += len(lost)
    return removed


def _base(key: str) -> str:
    """The key of the file that a thumbnail or a half-written part belongs to."""
    return key.split(".", 1)[0]
