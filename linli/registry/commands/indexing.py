"""The blind marks of the register made anew from what lies sealed: after the key of the index, or its hash, was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import Model, Q, QuerySet

from linli.kernel.privacy.models import DataKey
from linli.kernel.staging import set_columns
from linli.registry.commands.bulk import document_marks, phone_marks
from linli.registry.models import Invitation, Organisation, Person
from linli.registry.queries.held import unsealed

STEP = 50_000


def persons(at: datetime) -> Iterator[int]:
    """Documents and phones of persons; what was forgotten with its key can be found by nobody and is left."""
    sealed = Person.objects.filter(Q(document__isnull=False) | Q(phones__isnull=False))
    columns = {"id": pl.Int64, "key_id": pl.Object, "document_kind": pl.String, "document": pl.Binary, "phones": pl.Binary}  # fmt: skip
    return _anew(sealed, columns, _of_persons)


def organisations(at: datetime) -> Iterator[int]:
    """Phones of organisations."""
    sealed = Organisation.objects.filter(phones__isnull=False)
    return _anew(sealed, {"id": pl.Int64, "key_id": pl.Object, "phones": pl.Binary}, _of_organisations)


def invitations(at: datetime) -> Iterator[int]:
    """Codes of residents are known by their marks alone: those that still hold end, and the community gives new ones."""
    yield Invitation.objects.filter(ended_at=None, expires_at__gt=at).update(ended_at=at)


Marked = Callable[[pl.DataFrame], list[pl.Series]]


def _of_persons(rows: pl.DataFrame) -> list[pl.Series]:
    numbers = unsealed(rows["document"], rows["key_id"].to_list(), "person.document")
    return [*document_marks(rows["document_kind"], numbers), _phones(rows, "person.phones")]


def _of_organisations(rows: pl.DataFrame) -> list[pl.Series]:
    return [_phones(rows, "organisation.phones")]


def _phones(rows: pl.DataFrame, about: str) -> pl.Series:
    return phone_marks(unsealed(rows["phones"], rows["key_id"].to_list(), about).fill_null(""))


def _anew(sealed: QuerySet[Model], columns: Mapping[str, Any], marked: Marked) -> Iterator[int]:
    whole = sealed.filter(key_id__in=DataKey.objects.filter(destroyed_at=None).values("pk")).order_by("pk")
    last = 0
    while found := list(whole.filter(pk__gt=last).values_list(*columns)[:STEP]):
        rows = pl.DataFrame(found, schema=columns, orient="row")
        set_columns(sealed.model, rows.select("id").with_columns(marked(rows)))
        last = found[-1][0]
        yield len(found)
