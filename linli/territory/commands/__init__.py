"""Every change of the territory, one module a noun."""

from __future__ import annotations

from linli.territory.commands.boundaries import check_boundaries, import_boundaries
from linli.territory.commands.codelist import import_code_list, load_district
from linli.territory.commands.dwellings import PlaceRow, Taken, entrance_of, import_places
from linli.territory.commands.grids import (
    NewMember,
    add_member,
    appoint_members,
    create_grid,
    create_micro_grid,
    end_member,
)
from linli.territory.commands.illustrate import make_boundaries, make_homes
from linli.territory.commands.lineage import abolish, found, merge, record_history, split
from linli.territory.commands.places import AddressRow, import_addresses, relocate_places
from linli.territory.commands.units import (
    ChangeRefused,
    NewUnit,
    change_kind,
    create_unit,
    move,
    rename,
    set_facts,
)

__all__ = [
    "AddressRow",
    "ChangeRefused",
    "NewMember",
    "NewUnit",
    "PlaceRow",
    "Taken",
    "abolish",
    "add_member",
    "appoint_members",
    "change_kind",
    "check_boundaries",
    "create_grid",
    "create_micro_grid",
    "create_unit",
    "end_member",
    "entrance_of",
    "found",
    "import_addresses",
    "import_boundaries",
    "import_code_list",
    "import_places",
    "load_district",
    "make_boundaries",
    "make_homes",
    "merge",
    "move",
    "record_history",
    "relocate_places",
    "rename",
    "set_facts",
    "split",
]
