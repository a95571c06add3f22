"""Idempotency keys: whoever lost the answer sends again, and the same key does the same thing once."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from linli.cases.models import ApiRequest

CLAIM = """
    INSERT INTO cases_apirequest (client, key, fingerprint, case_id, at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (client, key) DO NOTHING
"""


def claim(*, client: str, key: str, fingerprint: bytes, case_id: int, at: datetime) -> ApiRequest | None:
    """The request that used this key, or None for a key that is new and now kept; one under way is waited for.

    The case may be one that is written later in the transaction: only its end looks whether it is there.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [client, key, fingerprint, case_id, at])
        if cursor.rowcount:
            return None
    return ApiRequest.objects.select_related("case").get(client=client, key=key)
