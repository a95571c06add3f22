"""The same comparisons as settings of Splink: the reference for our scorer, its training, and Spark for a province.

Levels are SQL over the prepared columns, so that Splink and ``comparisons`` agree pair by pair (tests hold them to it).
Households, twins, rivals and the rarity of names are ours alone.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.comparison_library import CustomComparison

from linli.algorithms.linkage.columns import MISSING, VALID, Prepared
from linli.algorithms.linkage.model import Model
from linli.algorithms.linkage.packed import without_lane

COLUMNS = (
    "id_low", "id_high", "id_state", "chars", "sound", "turned", "near", "length", "surname", "sound_first", "chars_first",
    "less0", "less1", "less2", "less3", "birth", "year", "sex", "phone", "compound", "door", "road", "building", "entrance",
    "room",
)  # fmt: skip

NIBBLES = 0x0111111111111111
LANES = 0x0001000100010001


class Sql:
    """Bits in the words of one engine: ``duckdb`` or ``spark``."""

    def __init__(self, dialect: str) -> None:
        self.spark = dialect == "spark"

    def xor(self, one: str, other: str) -> str:
        """Exclusive or."""
        return f"({one} ^ {other})" if self.spark else f"xor({one}, {other})"

    def down(self, value: str, bits: int) -> str:
        """Shifted towards the low end."""
        return f"shiftright({value}, {bits})" if self.spark else f"({value} >> {bits})"

    def lanes(self, value: str, width: int, mask: int) -> str:
        """A bit at the low end of each lane that is not zero."""
        parts = " | ".join([value, *(self.down(value, bits) for bits in range(1, width))])
        return f"(({parts}) & {mask})"

    def places(self, column: str) -> str:
        """In how many digits two values differ."""
        return f"bit_count({self.lanes(self.xor(f'{column}_l', f'{column}_r'), 4, NIBBLES)})"

    def swapped(self, column: str) -> str:
        """Whether two neighbouring digits, and nothing else, changed places."""
        one, difference = f"{column}_l", self.xor(f"{column}_l", f"{column}_r")
        marks = self.lanes(difference, 4, NIBBLES)
        lowest = f"(15 * ({marks} & (-{marks})))"
        turned = self.xor(self.xor(difference, one), self.down(one, 4))
        equal = self.xor(difference, self.down(difference, 4))
        return (
            f"(bit_count({marks}) = 2 AND ({marks} & {self.down(marks, 4)}) <> 0"
            f" AND (({turned}) & {lowest}) = 0 AND (({equal}) & {lowest}) = 0)"
        )


def table(source: Prepared, *, taken_from_id: bool = True) -> pa.Table:
    """The columns that the SQL compares, as whole numbers, with ``unique_id`` the row's number.

    Without ``taken_from_id`` birth dates and sexes that were read from the id are left out (for training).
    """
    lane = np.uint64(0xFFFF)
    held = dict(source.columns)
    held |= {f"less{place}": without_lane(held["chars"], place) for place in range(4)}
    held |= {"sound_first": held["sound"] & lane, "chars_first": held["chars"] & lane}
    if not taken_from_id:
        held |= {column: np.where(held[f"{column}_read"], 0, held[column]) for column in ("birth", "sex")}
    numbers = {
        name: held[name].view(np.int64) if held[name].dtype == np.uint64 else held[name].astype(np.int64)
        for name in COLUMNS
    }
    return pa.table({"unique_id": np.arange(source.size), **numbers})


def conditions(dialect: str) -> dict[str, tuple[str, list[str]]]:
    """By comparison: when a value is missing, and the condition of each level but the last."""
    sql = Sql(dialect)

    def same(*columns: str) -> str:
        return "(" + " AND ".join(f"{column}_l = {column}_r" for column in columns) + ")"

    def known(column: str) -> str:
        return f"({column}_l <> 0 AND {column}_r <> 0)"

    def agree(column: str) -> str:
        return f"({known(column)} AND {column}_l = {column}_r)"

    unsure = f"NOT (id_state_l = {VALID} AND id_state_r = {VALID})"
    places = f"({sql.places('id_low')} + {sql.places('id_high')})"
    swapped = f"(({sql.swapped('id_low')} AND {same('id_high')}) OR ({sql.swapped('id_high')} AND {same('id_low')}))"
    whole = "(length_l <> 1 AND length_r <> 1)"
    surname = f"({same('sound_first')} OR {same('chars_first')})"
    differing = f"bit_count({sql.lanes(sql.xor('chars_l', 'chars_r'), 16, LANES)})"
    left_out = " OR ".join(
        f"(length_{long} = length_{short} + 1 AND length_{long} <= 4 AND less{place}_{long} = chars_{short})"
        for long, short in ("lr", "rl")
        for place in range(4)
    )
    month = {side: f"(birth_{side} {'div' if sql.spark else '//'} 100 % 100)" for side in "lr"}
    day = {side: f"(birth_{side} % 100)" for side in "lr"}
    vague = f"({day['l']} = 0 OR {day['r']} = 0)"
    three = " + ".join(
        f"CASE WHEN {one} = {other} THEN 1 ELSE 0 END"
        for one, other in (("year_l", "year_r"), (month["l"], month["r"]), (day["l"], day["r"]))
    )
    place = f"({agree('compound')} OR ({agree('door')} AND NOT {known('compound')}))"
    near_enough = (
        f"({agree('building')} OR NOT {known('building')}) AND ({agree('room')} OR NOT {known('room')})"
        f" AND ({known('building')} OR {known('room')}) AND ({agree('entrance')} OR NOT {known('entrance')})"
    )
    return {
        "citizen_id": (
            f"id_state_l = {MISSING} OR id_state_r = {MISSING}",
            [
                f"{places} = 0",
                f"{unsure} AND ({places} = 1 OR {swapped})",
                f"{unsure} AND {places} = 2",
                unsure,
            ],
        ),
        "name": (
            "length_l = 0 OR length_r = 0",
            [
                f"{whole} AND {same('chars')}",
                f"{whole} AND {same('sound')}",
                f"{whole} AND {same('turned')}",
                f"{whole} AND {same('near')}",
                f"{whole} AND (({differing} = 1 AND {same('length')} AND length_l >= 3) OR {left_out})",
                f"NOT {whole} AND {surname}",
                surname,
            ],
        ),
        "birth": (
            "birth_l = 0 OR birth_r = 0",
            [
                f"{same('birth')} AND NOT {vague}",
                f"{same('year')} AND NOT {vague} AND {month['l']} = {day['r']} AND {day['l']} = {month['r']}",
                f"NOT {vague} AND ({three}) = 2",
                f"{same('year')} AND {vague} AND ({month['l']} = {month['r']} OR {month['l']} = 0 OR {month['r']} = 0)",
                "abs(year_l - year_r) <= 1",
            ],
        ),
        "sex": ("sex_l = 0 OR sex_r = 0", [same("sex")]),
        "phone": (
            "phone_l = 0 OR phone_r = 0",
            [same("phone"), f"{sql.places('phone')} = 1 OR {sql.swapped('phone')}"],
        ),
        "address": (
            f"NOT ({known('compound')} OR {known('door')} OR {known('road')})",
            [
                f"{place} AND {agree('building')} AND {agree('room')}"
                f" AND ({agree('entrance')} OR NOT {known('entrance')})",
                f"{place} AND {near_enough}",
                place,
                agree("road"),
            ],
        ),
    }


def settings(model: Model, dialect: str, rules: list[str], prior: float) -> SettingsCreator:
    """The model as Splink's settings: the same levels with the same probabilities.

    ``rules``: conditions over ``l`` and ``r`` on which pairs are predicted; ``prior``: the share of pairs that match.
    """
    comparisons: list[Any] = []
    for name, (missing, given) in conditions(dialect).items():
        levels: list[Any] = [{"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True}]
        for level, condition in zip(model.levels[name], [*given, "ELSE"], strict=True):
            levels.append(
                {
                    "sql_condition": condition,
                    "label_for_charts": level.name,
                    "m_probability": level.same,
                    "u_probability": level.strangers,
                }
            )
        comparisons.append(CustomComparison(levels, output_column_name=name))
    return SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for rule in rules],
        probability_two_random_records_match=prior,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def in_memory() -> DuckDBAPI:
    """DuckDB that never writes to a disk: what it holds is personal data."""
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "threads": 2})
    return DuckDBAPI(connection=connection)


def linker(database: Any, left: pa.Table, right: pa.Table, given: SettingsCreator) -> Linker:
    """Splink over two prepared tables in a database of its own."""
    return Linker(
        [
            database.register(left, dataset_display_name="side_a"),
            database.register(right, dataset_display_name="side_b"),
        ],
        given,
        log_level=None,
    )
