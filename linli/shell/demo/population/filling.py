"""Putting the invented people, organisations and components of a district into the registers, batch by batch.

Each batch is one transaction and has intakes of its own, named 演示数据, whose rows without a text say of every record that
it is invented. What was filled stays: filling again goes on from there, so that a run that was cut off can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.context import set_viewer
from linli.kernel.staging import array_of, put_frame
from linli.registry.commands.bulk import (
    write_cares,
    write_components,
    write_households,
    write_memberships,
    write_organisations,
    write_persons,
    write_residences,
)
from linli.registry.commands.sealing import register_key
from linli.registry.models import Household, Intake, Person, RawRow, RecordKind, Source, Staff
from linli.registry.rules.elements import mask_of
from linli.registry.rules.tables import titles
from linli.shell.demo.population import places
from linli.shell.demo.population.people import ORIGIN, Population, invent
from linli.territory import commands as territory
from linli.territory.models import Unit
from linli.territory.queries.locating import locate_many
from linli.territory.queries.units import root as root_unit
from linli.territory.queries.units import tree

BATCH = 150_000
PEOPLE_PER_HOME = 2.35
"""Fewer than live in one that is lived in: some stand empty."""
PEOPLE_PER_ORGANISATION, PEOPLE_PER_COMPONENT = 27, 12
SEED = 20253
KEPT = timedelta(days=3650)
BASIS = "无：全部内容由程序生成，不涉及任何真实的人"
PURPOSE = "演示与培训"

Progress = Callable[[str, float], None]

KNOWN = {
    "person": ("name", "sex", "birth", "document_kind", "document", "education", "population", "household_number", "relation",
               "registered_address", "address", "residence_kind"),
    "organisation": ("name", "uscc", "kind", "address", "contact", "staff_count", "opened_on", "lon", "lat"),
    "component": ("code", "kind", "owner", "keeper", "state", "place", "lon", "lat", "installed_on"),
}  # fmt: skip
"""What is known of every record."""
SOMETIMES = {"person": ("phones", "work"), "organisation": ("phones", "closed_on"), "component": ()}


class NotInvented(Refusal):
    """The register holds people who were not invented here."""


@dataclass(frozen=True)
class Filled:
    """How many rows were written."""

    persons: int = 0
    households: int = 0
    organisations: int = 0
    components: int = 0

    def __add__(self, other: Filled) -> Filled:
        return Filled(
            self.persons + other.persons, self.households + other.households,
            self.organisations + other.organisations, self.components + other.components,
        )  # fmt: skip


def count_invented() -> int:
    """How many persons were invented. Raises ``NotInvented`` where there are others."""
    count = sum(Intake.objects.filter(source__title=_title("person")).values_list("total", flat=True))
    if Person.objects.count() > count:
        raise NotInvented("登记中已有不是演示生成的人员，不再生成演示人员")
    return count


def batches_filled() -> int:
    """How many batches there are: the number of the next."""
    return Intake.objects.filter(source__title=_title("person")).count()


def division_of(root: Unit) -> str:
    """The six digits of a district; a city's four are filled up."""
    return f"{root.code:0<6}"[:6]


def fill(people: int, *, by: Actor, at: datetime, progress: Progress, seed: int = SEED) -> Filled:
    """Fill the registers until that many persons are invented, a transaction for each batch; nothing where they are there."""
    with _transaction(by):
        missing = people - count_invented()
        if missing <= 0:
            return Filled()
        progress("房屋", 0.0)
        make_room(missing, by=by, at=at)
    done, batches = Filled(), -(-missing // BATCH)
    for number in range(batches):
        with _transaction(by):
            size = missing * (number + 1) // batches - missing * number // batches
            done += fill_batch(size, by=by, at=at, seed=seed, progress=_part(progress, number, batches))
    return done


def _part(progress: Progress, number: int, parts: int) -> Progress:
    """The progress of one of so many parts."""
    return lambda words, share: progress(words, (number + share) / parts)


@contextmanager
def _transaction(by: Actor) -> Iterator[None]:
    """One transaction as the actor, that reads small tables by their index: of new tables the planner knows nothing."""
    with transaction.atomic():
        set_viewer(by)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def make_room(people: int, *, by: Actor, at: datetime) -> None:
    """Have homes enough for so many more people."""
    lived_in = Household.objects.exclude(dwelling=None).count()
    territory.make_homes(root=root_unit(), wanted=lived_in + int(people / PEOPLE_PER_HOME) + 10, by=by, at=at)


def fill_batch(people: int, *, by: Actor, at: datetime, progress: Progress, seed: int = SEED) -> Filled:
    """Invent one batch and write it, in the caller's transaction. One event."""
    progress("虚构人员", 0.0)
    root, today = root_unit(), timezone.localdate(at)
    batch, division = batches_filled(), division_of(root)
    homes = free_homes(int(people / PEOPLE_PER_HOME) + 10)
    buildings = buildings_of(homes)
    shops = places.organisations(
        buildings, max(1, people // PEOPLE_PER_ORGANISATION), seed=seed, on=today, division=division, root=root.name, batch=batch
    )  # fmt: skip
    workplaces = shops.filter(pl.col("state") == "open")
    invented = invent(
        homes, people, seed=seed, on=today, division=division, batch=batch, workplaces=workplaces["name"].to_list(),
        schools=workplaces.filter(pl.col("kind") == "school")["name"].to_list(),
    )  # fmt: skip
    progress("写入人员", 0.15)
    persons, households = _write_people(invented, progress)
    shops, staff = places.staffed(shops, invented.persons, seed=seed, batch=batch)
    progress("写入组织与部件", 0.85)
    organisations = write_organisations(shops, register_key())
    _write_staff(staff, organisations, persons)
    facilities = _inside(
        places.components(
            buildings, max(1, people // PEOPLE_PER_COMPONENT), kinds=list(titles("component_kinds").items()), seed=seed,
            on=today, division=division, root=root.name, batch=batch,
        )
    )  # fmt: skip
    components = write_components(facilities)
    progress("写入来源", 0.9)
    _say_origin("person", invented.persons, persons, root, batch, by, at)
    _say_origin("organisation", shops, organisations, root, batch, by, at)
    _say_origin("component", facilities, components, root, batch, by, at)
    done = Filled(len(persons), len(households), len(organisations), len(components))
    record(
        "registry.illustrated", subject=Subject("unit", root.pk, root.name, root.path), by=by, at=at,
        after={"persons": done.persons, "households": done.households, "organisations": done.organisations, "components": done.components},
    )  # fmt: skip
    return done


def free_homes(count: int) -> pl.DataFrame:
    """So many homes in which no household is: ``dwelling_id``, ``building_id``, ``path`` of the grid.

    First all of the first building of each compound, then of the second, so that few people fill whole buildings all over
    the district. Joined in memory: of tables that this transaction has filled the planner knows nothing.
    """
    buildings = _read(
        "SELECT id, compound_id, unit_id FROM territory_building WHERE illustrative",
        building_id=pl.Int64, compound_id=pl.Int64, unit_id=pl.Int64,
    )  # fmt: skip
    units = _read("SELECT id, path FROM territory_unit", unit_id=pl.Int64, path=pl.String)
    entrances = _read(
        "SELECT id, building_id FROM territory_entrance", entrance_id=pl.Int64, building_id=pl.Int64
    )
    homes = _read(
        "SELECT id, entrance_id, floor, room FROM territory_dwelling",
        dwelling_id=pl.Int64, entrance_id=pl.Int64, floor=pl.Int32, room=pl.String,
    )  # fmt: skip
    lived_in = _read(
        "SELECT dwelling_id FROM registry_household WHERE dwelling_id IS NOT NULL", dwelling_id=pl.Int64
    )
    return (
        buildings.with_columns(pl.col("building_id").rank("ordinal").over("compound_id").alias("rank"))
        .join(units, on="unit_id")
        .join(entrances, on="building_id")
        .join(homes, on="entrance_id")
        .join(lived_in, on="dwelling_id", how="anti")
        .sort("rank", "compound_id", "building_id", "entrance_id", "floor", "room")
        .select("dwelling_id", "building_id", "path")
        .head(count)
    )


def _read(sql: str, **columns: type[pl.DataType]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return pl.DataFrame(cursor.fetchall(), schema=columns, orient="row")


def buildings_of(homes: pl.DataFrame) -> pl.DataFrame:
    """The buildings of homes, as ``places`` needs them."""
    frame = _read(
        "SELECT b.id, u.path, b.lon, b.lat, coalesce(c.road || c.number || c.name, '') || b.name, coalesce(c.name, b.name) "
        "FROM territory_building b JOIN territory_unit u ON u.id = b.unit_id "
        "LEFT JOIN territory_compound c ON c.id = b.compound_id ORDER BY b.id",
        building_id=pl.Int64, path=pl.String, lon=pl.Float64, lat=pl.Float64, address=pl.String, compound=pl.String,
    ).join(homes.select("building_id").unique(), on="building_id", how="semi")  # fmt: skip
    units, names = tree(), {}
    for path in frame["path"].unique().to_list():
        community = next(
            (node for node in reversed(units.ancestors(path)) if node.level == "community"), None
        )
        names[path] = community.name if community else ""
    return frame.with_columns(pl.col("path").replace_strict(names, return_dtype=pl.String).alias("community"))


def _write_people(invented: Population, progress: Progress) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    key = register_key()
    persons = write_persons(invented.persons.drop("household", "dwelling_id"), key)
    progress("写入家庭户与居住", 0.5)
    households = write_households(
        invented.households.drop("head").with_columns(head_id=persons[invented.households["head"].to_numpy()])
    )
    write_memberships(
        invented.memberships.drop("household", "person").with_columns(
            household_id=households[invented.memberships["household"].to_numpy()],
            person_id=persons[invented.memberships["person"].to_numpy()],
        )
    )
    for frame, write in (
        (invented.residences, write_residences),
        (invented.cares, lambda rows: write_cares(rows, key)),
    ):
        write(frame.drop("person").with_columns(person_id=persons[frame["person"].to_numpy()]))
    return persons, households


def _write_staff(staff: pl.DataFrame, organisations: NDArray[np.int64], persons: NDArray[np.int64]) -> None:
    put_frame(
        Staff,
        staff.drop("organisation", "person").with_columns(
            organisation_id=organisations[staff["organisation"].to_numpy()],
            person_id=persons[staff["person"].to_numpy()],
            post=pl.lit("负责人"),
        ),
    )


def _inside(components: pl.DataFrame) -> pl.DataFrame:
    """The components whose points lie in a grid, each with the path of that one."""
    grids = locate_many(components.select("lon", "lat").to_numpy())
    paths = pl.Series("path", [grid.path if grid else None for grid in grids], dtype=pl.String)
    return components.with_columns(paths).filter(pl.col("path").is_not_null())


def _title(kind: str) -> str:
    return f"{ORIGIN}（{RecordKind(kind).label}）"


def _say_origin(
    kind: str, records: pl.DataFrame, ids: NDArray[np.int64], root: Unit, batch: int, by: Actor, at: datetime
) -> None:
    """An intake of the demo with a row for each record, which says what the record was given but has no text of its own."""
    today = timezone.localdate(at)
    source, _ = Source.objects.get_or_create(
        unit=root, title=_title(kind),
        defaults={"kind": "other", "record_kind": kind, "basis": BASIS, "purpose": PURPOSE, "valid_from": date(today.year, 1, 1),
                  "valid_to": today + KEPT, "made_at": at},
    )  # fmt: skip
    always, sometimes = mask_of(kind, KNOWN[kind]), {code: mask_of(kind, [code]) for code in SOMETIMES[kind]}
    intake = Intake.objects.create(
        source=source, file_name=f"{ORIGIN}第{batch + 1}批", digest=f"{ORIGIN}{batch + 1}", key_id=register_key().id,
        state=Intake.State.DONE, speaks=always | sum(sometimes.values()), total=len(ids), position=len(ids),
        counts={"new": len(ids)}, file_date=today, by_user_id=by.user_id or 0, by_label=by.label, created_at=at, finished_at=at,
        expires_at=at + KEPT,
    )  # fmt: skip
    spoke = np.full(len(ids), always, np.int64)
    for code, bit in sometimes.items():
        given = records[code].is_not_null() & (records[code].cast(pl.String) != "")
        spoke |= np.where(given.to_numpy(), bit, 0)
    put_frame(
        RawRow,
        pl.DataFrame(
            {
                "intake_id": pl.repeat(str(intake.id), len(ids), eager=True),
                "sheet": pl.repeat(1, len(ids), dtype=pl.Int16, eager=True),
                "number": np.arange(1, len(ids) + 1),
                "record_kind": pl.repeat(kind, len(ids), eager=True),
                "record_id": ids,
                "verdict": pl.repeat("new", len(ids), eager=True),
                "reasons": pl.repeat(array_of([]), len(ids), eager=True),
                "spoke": spoke,
                "wrote": spoke,
            }
        ),
    )
