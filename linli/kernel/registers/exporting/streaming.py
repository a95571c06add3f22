"""A file that is sent while it is made, in a transaction of its own: the request's has ended by then."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context


def as_viewer(actor: Actor, pieces: Iterator[str]) -> Iterator[bytes]:
    """The pieces, read in one transaction in which the database knows who looks; small ones are sent together."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = context.read_settings() if nested else None
        context.set_viewer(actor)
        kept: list[str] = []
        size = 0
        for piece in pieces:
            kept.append(piece)
            size += len(piece)
            if size > 32_000:
                yield "".join(kept).encode()
                kept, size = [], 0
        yield "".join(kept).encode()
        if before is not None:
            context.write_settings(before)
