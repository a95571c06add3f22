"""What holds for every dated version, of an entry of the catalogue, an item or a line of a list: what has not begun can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from linli.duties.commands.refused import Refused
from linli.duties.models import CatalogueEntry
from linli.duties.queries.lines import AnyLine

Version = CatalogueEntry | AnyLine


def follow(latest: Version, start: date) -> None:
    """Let the version before end where the next one begins; one that ends earlier keeps its end."""
    if start <= latest.valid_from:
        raise Refused(
            "第 %(code)s 条自 %(day)s 起已有一版，新版的启用日期要晚于它", code=latest.code, day=f"{latest.valid_from:%Y-%m-%d}"
        )  # fmt: skip
    if latest.valid_to is None or latest.valid_to > start:
        latest.valid_to = start
        latest.save(update_fields=["valid_to"])


def reopen(row: Version, today: date) -> None:
    """Take back an end that has not come yet, or came today."""
    if row.valid_to is None or row.valid_to < today:
        raise Refused("第 %(code)s 条没有待撤回的停用；已停用的条目请改版重新启用", code=row.code)
    row.valid_to = None
    row.save(update_fields=["valid_to"])


def withdraw(row: Version, versions: QuerySet[Any], today: date) -> None:
    """Take back a local version that has not begun yet: it goes, and the one before it is open again. ``versions`` are all of its number, locked."""
    if not row.local or row.valid_from <= today:
        raise Refused("只能撤回尚未启用的本地版本；已启用的请改版")
    begun = row.valid_from
    row.delete()
    earlier = versions.order_by("-valid_from").first()
    if earlier is not None and earlier.valid_to == begun:
        earlier.valid_to = None
        earlier.save(update_fields=["valid_to"])
