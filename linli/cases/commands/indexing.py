"""The blind marks of reporters' telephones made anew from what lies sealed: after the key of the index, or its hash, was changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from linli.cases.commands.intake import phone_marks
from linli.cases.models import Reporter
from linli.kernel.privacy import crypto
from linli.kernel.privacy.models import DataKey
from linli.kernel.staging import set_columns

STEP = 5_000


def reporters(at: datetime) -> Iterator[int]:
    """Telephones of reporters who are not forgotten; each lies under a key of its own."""
    sealed = Reporter.objects.filter(phone__isnull=False).order_by("pk")
    last = 0
    while found := list(sealed.filter(pk__gt=last).values_list("pk", "key_id", "phone")[:STEP]):
        keys = dict(
            DataKey.objects.filter(pk__in=[key for _pk, key, _phone in found], destroyed_at=None).values_list("pk", "wrapped")
        )  # fmt: skip
        rows = [
            (
                pk,
                *phone_marks(
                    crypto.unseal(crypto.unwrap(bytes(keys[key] or b"")), bytes(phone or b""), about=b"phone")
                ),
            )
            for pk, key, phone in found
            if key in keys
        ]
        columns = {
            "case_id": pl.Int64,
            "phone_index": pl.Binary,
            "phone_tail_index": pl.Binary,
        }
        set_columns(Reporter, pl.DataFrame(rows, schema=columns, orient="row"))
        last = found[-1][0]
        yield len(rows)
