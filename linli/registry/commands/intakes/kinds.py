"""What the intake of a file has to know of the kind of records it is about: one table instead of branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import polars as pl

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import OpenKey
from linli.registry.commands.intakes import components, organisations, persons
from linli.registry.models import Component, Intake, Organisation, Person, RecordKind
from linli.registry.queries import judging
from linli.registry.queries.held import by_code, by_uscc
from linli.registry.queries.linking import Linked, found_since, link_persons
from linli.registry.queries.linking_places import found_by, link_components, link_organisations
from linli.registry.rules.rows import Rows


class Write(Protocol):
    """Writes a batch of judged rows, the new ones as they were made ready; returns it with the ``path`` of each record."""

    def __call__(
        self, batch: pl.DataFrame, values: pl.DataFrame, fresh: pl.DataFrame, *, intake: Intake, key: OpenKey, by: Actor, at: datetime
    ) -> pl.DataFrame: ...  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of records.

    ``found`` gives, for rows that are wanted, the records that their numbers lead to, and what was made ready for them.
    ``ready`` makes new records ready to be stored, without a connection, while others are written. ``places`` are the elements that are
    addresses, the one that says where a record is first; ``spot`` is what of the territory they lead to. ``same`` are sets
    of elements: rows of one file that agree in the first set for which they have all values speak of one record. ``kept_once``
    says that the keys of the table refuse a record that is there already by what ``found`` looks for.
    """

    model: type[Person | Organisation | Component]
    comparing: judging.Comparing
    link: Callable[[Rows, pl.Series], Linked]
    found: Callable[[pl.DataFrame, pl.Series, pl.DataFrame], dict[int, int]]
    places: tuple[str, ...]
    spot: str
    same: tuple[tuple[str, ...], ...]
    write: Write
    kept_once: bool = False
    ready: Callable[[pl.DataFrame, pl.DataFrame, OpenKey], pl.DataFrame] = lambda batch, values, key: (
        pl.DataFrame()
    )


KINDS: dict[str, Kind] = {
    RecordKind.PERSON: Kind(
        Person,
        judging.PERSONS,
        lambda rows, usable: link_persons(rows.values, usable, rows.doubtful),
        lambda values, wanted, fresh: found_since(wanted, fresh),
        places=("address", "registered_address"),
        spot="dwelling",
        same=(("document",), ("name", "birth", "address")),
        write=persons.write,
        kept_once=True,
        ready=persons.ready,
    ),
    RecordKind.ORGANISATION: Kind(
        Organisation,
        judging.ORGANISATIONS,
        lambda rows, usable: link_organisations(rows.values, usable),
        lambda values, wanted, fresh: found_by(values, wanted, "uscc", by_uscc),
        places=("address",),
        spot="building",
        same=(("uscc",), ("name", "address"), ("name", "phones"), ("name", "unit")),
        write=lambda batch, values, fresh, **about: organisations.write(batch, values, **about),
    ),
    RecordKind.COMPONENT: Kind(
        Component,
        judging.COMPONENTS,
        lambda rows, usable: link_components(rows.values, usable),
        lambda values, wanted, fresh: found_by(values, wanted, "code", by_code),
        places=("place",),
        spot="building",
        same=(("code",), ("kind", "lon", "lat"), ("kind", "place")),
        write=lambda batch, values, fresh, **about: components.write(batch, values, **about),
    ),
}
"""The kinds by the value that a source keeps."""
