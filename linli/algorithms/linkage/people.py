"""Persons: their columns made ready from a source."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from linli.algorithms.linkage import columns
from linli.algorithms.linkage.columns import Array, Prepared
from linli.algorithms.linkage.frames import PERSON, Source
from linli.algorithms.linkage.packed import mixed
from linli.algorithms.linkage.sounds import sounds


def prepare(source: Source) -> Prepared:
    """A source of persons made ready; kept, it can be matched with other sources again and again.

    A birth date and a sex that are not given are read from a valid citizen id.
    """
    table = source.table(PERSON)
    sounds()
    with ThreadPoolExecutor(2) as pool:
        names = pool.submit(columns.names, table["name"])
        places = pool.submit(columns.addresses, table["address"])
        held: dict[str, Array] = {
            **columns.citizen_ids(table["citizen_id"]),
            "phone": columns.phones(table["phone"]),
            "birth": columns.births(table["birth"]),
            "sex": columns.sexes(table["sex"]),
        }
        held |= names.result() | places.result()
    held["birth_read"] = (held["birth"] % 100 == 0) & (held["id_birth"] > 0)
    held["birth"] = np.where(held["birth_read"], held["id_birth"], held["birth"])
    held["sex_read"] = (held["sex"] == 0) & (held["id_sex"] > 0)
    held["sex"] = np.where(held["sex_read"], held["id_sex"], held["sex"])
    held["year"] = held["birth"] // 10_000
    held["day"] = held["birth"] % 10_000
    held["id_key"] = mixed(held["id_low"], held["id_high"])
    held["surname"] = held["near"] & np.uint64(0xFFFF)
    held["home"] = columns.households(table["household"], _dwelling(held))
    if (held["length"] == 255).any():
        held["name_text"] = np.array(table["name"].to_pylist(), object)
    return Prepared(source.name, source.duplicates, table["id"], held)


def _dwelling(held: dict[str, Array]) -> Array:
    """A number for the dwelling where the room is known, else 0."""
    place = np.where(held["compound"] != 0, held["compound"], held["door"])
    known = (place != 0) & (held["room"] != 0)
    return np.where(known, mixed(place, held["building"], held["entrance"], held["room"]), np.uint64(0))
