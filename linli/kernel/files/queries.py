"""Reading files: lists of a subject, and addresses for people without an account."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from linli.kernel.audit.actor import Actor
from linli.kernel.files import access
from linli.kernel.files.models import StoredFile

SALT = "linli.files.shared"
SHARED_SECONDS = 3600


def files_of(kind: str, subject_id: int, *, purpose: str = "") -> QuerySet[StoredFile]:
    """The files of one subject, the oldest first; the caller has decided who may see the subject."""
    rows = StoredFile.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("at", "id")
    return rows.filter(purpose=purpose) if purpose else rows


def get_file_for(actor: Actor, file_id: UUID) -> StoredFile | None:
    """The file if its room lets the actor see it, else None."""
    row = StoredFile.objects.filter(pk=file_id).first()
    return row if row is not None and access.may_see(actor, row.subject_kind, row.subject_id) else None


def shared_url(file: StoredFile, size: int = 0) -> str:
    """An address that opens this one file for an hour, for a public page that has already decided who looks."""
    return reverse("files:shared", args=[signing.dumps([str(file.pk), size], salt=SALT)])


def read_shared(token: str) -> tuple[StoredFile | None, int]:
    """The file and size of such an address; None where it is wrong or too old."""
    try:
        file_id, size = signing.loads(token, salt=SALT, max_age=SHARED_SECONDS)
    except signing.BadSignature:
        return None, 0
    return StoredFile.objects.filter(pk=file_id).first(), int(size)
