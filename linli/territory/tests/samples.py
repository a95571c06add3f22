"""Rows of the territory's registers for the shared test."""

from __future__ import annotations

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.tests.protocol import Sample, sample_for
from linli.territory.commands import NewUnit
from linli.territory.commands.units import build_unit, insert_units
from linli.territory.models import Address, BoundaryFinding, Compound, Unit
from linli.territory.queries.units import TREE
from linli.territory.tests.district import AT, START, build

LOOKER = Actor(label="看图人", unit="330421", scope="330421/", verbs=frozenset({"territory.view"}))
STRANGER = Actor(label="外人")


def _grids() -> list[Unit]:
    """Fourteen grids and dedicated grids in three communities."""
    made = build()
    homes = [made[code] for code in ("330421001002", "330421002001", "330421003005")]
    new = [
        NewUnit(
            f"{homes[n % 3].code}{n:03d}",
            f"第{n}网格",
            "dedicated_grid" if n % 5 == 0 else "grid",
            homes[n % 3],
            150 + 40 * n,
        )
        for n in range(14)
    ]
    grids = insert_units([build_unit(row, START) for row in new])
    TREE.changed()
    return grids


@sample_for("units")
def units() -> Sample:
    """The district."""
    build()
    return Sample(sees=LOOKER, stranger=STRANGER, words="社区")


@sample_for("grids")
def grids() -> Sample:
    """Grids of two kinds."""
    _grids()
    return Sample(sees=LOOKER, stranger=STRANGER, words="网格")


def _compounds() -> list[Compound]:
    ways = [way for way, _ in Compound.Management.choices]
    return Compound.objects.bulk_create(
        Compound(
            name=f"锦绣{n}号花园", unit=grid.parent, management=ways[n % len(ways)], households=100 + 90 * n, road=f"中山{n % 3}路",
            number=f"{n}号", lon=120.9 + n / 1000 if n % 4 else None, lat=30.8 if n % 4 else None,
        )
        for n, grid in enumerate(_grids())
    )  # fmt: skip


@sample_for("compounds")
def compounds() -> Sample:
    """Compounds of every way of management, some without a point."""
    _compounds()
    return Sample(sees=LOOKER, stranger=STRANGER, words="锦绣")


@sample_for("addresses")
def addresses() -> Sample:
    """Addresses with and without a grid."""
    Address.objects.bulk_create(
        Address(
            text=f"中山路{n}号锦绣花园",
            unit=grid if n % 4 else None,
            road="中山路",
            lon=120.9 + n / 1000,
            lat=30.8,
            valid_from=START,
        )
        for n, grid in enumerate(_grids())
    )
    return Sample(sees=LOOKER, stranger=STRANGER, words="锦绣")


@sample_for("boundary_findings")
def boundary_findings() -> Sample:
    """Findings of every kind and level."""
    made = build()
    codes = [c for c in made if len(c) in (9, 12)]
    kinds = [kind for kind, _ in BoundaryFinding.Kind.choices]
    BoundaryFinding.objects.bulk_create(
        BoundaryFinding(
            kind=kinds[n % 4], unit=made[codes[n % len(codes)]], other=made[codes[(n + 1) % len(codes)]] if n % 3 else None,
            level="street" if len(codes[n % len(codes)]) == 9 else "community", area_m2=100 + n, lon=120.9 + n / 1000, lat=30.8,
            checked_on=AT.date(),
        )
        for n in range(16)
    )  # fmt: skip
    return Sample(sees=LOOKER, stranger=STRANGER, words="社区")
