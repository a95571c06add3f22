"""Reading very many ids, as a search or a condition on another table finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray


def ids_found(question: str, given: Sequence[Any]) -> NDArray[np.int64]:
    """What a question with one column of ids gives: sent as one text and read as one array, which a row for each takes ten times."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(found.id::text, ',') FROM ({question}) AS found(id)", given)
        (listed,) = cursor.fetchone()
    return np.fromstring(listed, np.int64, sep=",") if listed else np.empty(0, np.int64)
