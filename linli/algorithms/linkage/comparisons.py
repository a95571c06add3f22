"""Comparisons of two persons' columns: for many pairs at once, the number of the level that each reaches (0: missing)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler

from linli.algorithms.linkage.columns import MISSING, VALID, Ints, Prepared
from linli.algorithms.linkage.packed import (
    Flags,
    Words,
    differing_characters,
    differing_digits,
    swapped_digits,
    without_lane,
)

Levels = NDArray[np.uint8]
Comparison = Callable[[Prepared, Prepared, Ints, Ints], Levels]

FOREIGN = 255


def first_true(*conditions: Flags) -> Levels:
    """The number of the first condition that holds, counted from 1; the last level where none does."""
    levels = np.full(len(conditions[0]), len(conditions) + 1, np.uint8)
    for number in range(len(conditions), 0, -1):
        levels[conditions[number - 1]] = number
    return levels


def citizen_id(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same; a digit misread or two neighbours swapped; two digits; another where one is unsure; another, both valid."""
    state_a, state_b = a["id_state"][i], b["id_state"][j]
    levels = np.zeros(len(i), np.uint8)
    there = np.flatnonzero((state_a != MISSING) & (state_b != MISSING))
    i, j = i[there], j[there]
    both_valid = (state_a[there] == VALID) & (state_b[there] == VALID)
    low_a, low_b, high_a, high_b = a["id_low"][i], b["id_low"][j], a["id_high"][i], b["id_high"][j]
    low: Words = np.bitwise_xor(low_a, low_b)
    high: Words = np.bitwise_xor(high_a, high_b)
    places = differing_digits(low) + differing_digits(high)
    swapped = (swapped_digits(low_a, low_b) & (high == 0)) | (swapped_digits(high_a, high_b) & (low == 0))
    levels[there] = first_true(
        places == 0,
        ~both_valid & ((places == 1) | swapped),
        ~both_valid & (places == 2),
        ~both_valid,
    )
    return levels


def name(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """By character, by sound, in another order, by what is heard, one character misread or left out, surname only."""
    length_a, length_b = a["length"][i], b["length"][j]
    chars_a, chars_b = a["chars"][i], b["chars"][j]
    sound_a, sound_b = a["sound"][i], b["sound"][j]
    lane = np.uint64(0xFFFF)
    surname = ((sound_a & lane) == (sound_b & lane)) | ((chars_a & lane) == (chars_b & lane))
    alone = (length_a == 1) | (length_b == 1)
    difference: Words = np.bitwise_xor(chars_a, chars_b)
    one_off = (differing_characters(difference) == 1) & (length_a == length_b) & (length_a >= 3)
    levels = first_true(
        chars_a == chars_b,
        (sound_a == sound_b) & ~alone,
        a["turned"][i] == b["turned"][j],
        (a["near"][i] == b["near"][j]) & ~alone,
        (one_off | _left_out(chars_a, chars_b, length_a, length_b)) & ~alone,
        alone & surname,
        surname,
    )
    levels[alone & (levels == 1)] = 6
    _foreign(levels, a, b, i, j)
    levels[(length_a == 0) | (length_b == 0)] = 0
    return levels


def _left_out(chars_a: Words, chars_b: Words, length_a: Levels, length_b: Levels) -> Flags:
    """Whether one name is the other without one of its characters (王明 and 王小明, 王李秀英 and 李秀英)."""
    found = np.zeros(len(chars_a), np.bool_)
    near = np.flatnonzero(np.abs(length_a.astype(np.int16) - length_b) == 1)
    long = np.where(length_a[near] > length_b[near], chars_a[near], chars_b[near])
    short = np.where(length_a[near] > length_b[near], chars_b[near], chars_a[near])
    fits = np.maximum(length_a[near], length_b[near]) <= 4
    found[near] = fits & np.logical_or.reduce([without_lane(long, place) == short for place in range(4)])
    return found


def _foreign(levels: Levels, a: Prepared, b: Prepared, i: Ints, j: Ints) -> None:
    """Names in other letters: lanes hold hashes, so what is nearly alike is measured on the texts."""
    length_a, length_b = a["length"][i], b["length"][j]
    mixed = (length_a == FOREIGN) | (length_b == FOREIGN)
    levels[mixed & (levels > 4)] = 8
    both = np.flatnonzero(mixed & (levels == 8) & (length_a == length_b))
    if len(both) and "name_text" in a.columns and "name_text" in b.columns:
        one, other = a["name_text"][i[both]].tolist(), b["name_text"][j[both]].tolist()
        likeness = np.fromiter(
            (JaroWinkler.similarity(x, y) for x, y in zip(one, other, strict=True)), float, len(both)
        )
        levels[both[likeness >= 0.9]] = 5


def birth(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same day; month and day swapped; one of the three parts off; one has the year alone; a year near; different."""
    one, other = a["birth"][i], b["birth"][j]
    year_a, year_b = one // 10_000, other // 10_000
    month_a, month_b = one // 100 % 100, other // 100 % 100
    day_a, day_b = one % 100, other % 100
    vague = (day_a == 0) | (day_b == 0)
    same_year = year_a == year_b
    same_month, same_day = month_a == month_b, day_a == day_b
    levels = first_true(
        (one == other) & ~vague,
        same_year & (month_a == day_b) & (day_a == month_b) & ~vague,
        (same_year.astype(np.uint8) + same_month + same_day == 2) & ~vague,
        same_year & vague & (same_month | (month_a == 0) | (month_b == 0)),
        np.abs(year_a - year_b) <= 1,
    )
    levels[(one == 0) | (other == 0)] = 0
    return levels


def sex(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same or different."""
    one, other = a["sex"][i], b["sex"][j]
    levels = np.where(one == other, np.uint8(1), np.uint8(2))
    levels[(one == 0) | (other == 0)] = 0
    return levels


def phone(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same; a digit misread or two neighbours swapped; different."""
    one, other = a["phone"][i], b["phone"][j]
    difference: Words = np.bitwise_xor(one, other)
    near = (differing_digits(difference) == 1) | swapped_digits(one, other)
    levels = first_true(difference == 0, near)
    levels[(one == 0) | (other == 0)] = 0
    return levels


def address(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same dwelling; nothing known apart within one building; same compound or house number; same road; elsewhere.

    Missing also where one names a compound and the other
    a road alone: nothing is comparable.
    """

    def both(column: str) -> tuple[Flags, Flags]:
        one, other = a[column][i], b[column][j]
        known = (one != 0) & (other != 0)
        return known, known & (one == other)

    compound_known, compound = both("compound")
    door_known, door = both("door")
    road_known, road = both("road")
    building_known, building = both("building")
    room_known, room = both("room")
    entrance_known, entrance = both("entrance")
    other_entrance = entrance_known & ~entrance
    place = compound | (door & ~compound_known)
    levels = first_true(
        place & building & room & (entrance | ~entrance_known),
        place
        & (building | ~building_known)
        & (room | ~room_known)
        & (building_known | room_known)
        & ~other_entrance,
        place,
        road,
    )
    levels[~(compound_known | door_known | road_known)] = 0
    return levels


PERSON: dict[str, Comparison] = {
    "citizen_id": citizen_id,
    "name": name,
    "birth": birth,
    "sex": sex,
    "phone": phone,
    "address": address,
}
"""The comparisons of two persons but for the household, which needs the links of its other members first."""
