"""What tests of lists read of a page and of a file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from django.test import Client

from tests.cast import Cast


def enter(cast: Cast, who: str) -> Client:
    """A browser in which one of the cast has signed in."""
    client = Client()
    client.force_login(cast.users[who])
    return client


def sheet(answer: Any) -> list[list[str]]:
    """The rows of a CSV answer."""
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def listed(client: Client, address: str, **query: Any) -> list[str]:
    """The numbers of the rows of a page."""
    return re.findall(r'data-row="(\d+)"', client.get(address, query).content.decode())
