"""Short texts as machine words: digits in lanes of four bits, characters in lanes of sixteen, anything else hashed.

Two packed values are compared by one exclusive or: a lane that is not zero is a place where they differ.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Digits = NDArray[np.uint8]
Flags = NDArray[np.bool_]

NOTHING = 255
LOW_NIBBLES = np.uint64(0x1111111111111111)
LOW_CHARACTERS = np.uint64(0x0001000100010001)
DIGIT = np.full(256, NOTHING, np.uint8)
DIGIT[48:58] = np.arange(10)
DIGIT[[ord("X"), ord("x")]] = 10


def texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array of strings (other types are cast), full-width letters and digits made half-width."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_string(array.type):
        array = array.cast(pa.string())
    return pc.utf8_normalize(array, form="NFKC") if len(array) and not _is_ascii(array) else array


def _is_ascii(array: pa.Array) -> bool:
    data = array.buffers()[2]
    return data is None or not (np.frombuffer(data, np.uint8) & 0x80).any()


def digit_matrix(column: pa.Array, width: int) -> tuple[Digits, NDArray[np.int64]]:
    """The digits (and X as 10) of each text, left-aligned in ``width`` places, and how many there were."""
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    data = column.buffers()[2]
    matrix = np.full((len(column), width), NOTHING, np.uint8)
    if data is None:
        return matrix, np.zeros(len(column), np.int64)
    codes = DIGIT[np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]]
    kept = codes != NOTHING
    before = np.concatenate([[0], np.cumsum(kept)])
    ends = before[offsets - offsets[0]]
    counts = np.diff(ends)
    row = np.repeat(np.arange(len(column)), counts)
    place = np.arange(ends[-1]) - np.repeat(ends[:-1], counts)
    inside = place < width
    matrix[row[inside], place[inside]] = codes[kept][inside]
    counts[~np.asarray(column.is_valid())] = 0
    return matrix, counts


def pack_digits(matrix: Digits) -> Words:
    """Up to sixteen digits a row in one word, places without a digit as 15."""
    packed = np.zeros(len(matrix), np.uint64)
    for place in range(matrix.shape[1]):
        packed |= (matrix[:, place] & 15).astype(np.uint64) << np.uint64(4 * place)
    return packed


def differing_digits(difference: Words) -> NDArray[np.uint8]:
    """In how many lanes of four bits a difference is not zero."""
    any_bit = difference | (difference >> np.uint64(1))
    any_bit |= any_bit >> np.uint64(2)
    count: Digits = np.bitwise_count(any_bit & LOW_NIBBLES)
    return count


def swapped_digits(one: Words, other: Words) -> Flags:
    """Whether two words differ by exactly two neighbouring digits that changed places."""
    difference = one ^ other
    lowest = difference & (~difference + np.uint64(1))
    place = (np.bitwise_count(lowest - np.uint64(1)) // 4 * 4).astype(np.uint64)
    place[difference == 0] = 0
    first, second = (one >> place) & np.uint64(15), (one >> (place + np.uint64(4))) & np.uint64(15)
    turned = ((first ^ second) | ((first ^ second) << np.uint64(4))) << place
    swapped: Flags = (difference == turned) & (difference != 0)
    return swapped


def differing_characters(difference: Words) -> NDArray[np.uint8]:
    """In how many lanes of sixteen bits a difference is not zero."""
    for shift in (8, 4, 2, 1):
        difference = difference | (difference >> np.uint64(shift))
    count: Digits = np.bitwise_count(difference & LOW_CHARACTERS)
    return count


def without_lane(packed: Words, lane: int) -> Words:
    """The word with one character taken out and those after it moved up."""
    low = np.uint64((1 << (16 * lane)) - 1)
    above = packed >> np.uint64(16 * lane) >> np.uint64(16)
    return (packed & low) | (above << np.uint64(16 * lane))


def hashed(values: list[str | None]) -> Words:
    """Sixty-four bits for each text, the same in every process; 0 where there is none."""
    return np.array(
        [int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "little") if value else 0 for value in values],
        np.uint64,
    )  # fmt: skip


def mixed(*parts: NDArray[np.generic]) -> Words:
    """One key out of several columns of whole numbers."""
    key = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        key ^= part.astype(np.uint64, copy=False) + np.uint64(0x9E3779B97F4A7C15)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(29)
    return key
