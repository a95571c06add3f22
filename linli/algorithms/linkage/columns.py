"""The columns of a source made ready: numbers that are compared in one step each."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linli.algorithms.linkage.packed import (
    Flags,
    Words,
    digit_matrix,
    hashed,
    mixed,
    pack_digits,
    texts,
)
from linli.algorithms.linkage.sounds import SIZE, sounds
from linli.algorithms.text.addresses import AddressReader

Ints = NDArray[np.int64]
Array = NDArray[Any]

MISSING, VALID, UNSURE = 0, 1, 2
"""What is known of a number: nothing, that its check character fits, or that it does not (or has none)."""

ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)
ID_CHECKS = np.array([1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2], np.uint8)
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28], np.int64)
NOBODYS = 30
"""A phone that more rows of one file give belongs to an office or is filled in to please a form."""

TITLES = "(先生|女士|小姐|老师|同志|阿姨|叔叔|大爷|大妈|医生|主任|书记|师傅)$"
ASIDE = r"[(（].*?[)）]|[^\p{L}·•・\s]"
SEX = {"1": 1, "男": 1, "m": 1, "male": 1, "2": 2, "女": 2, "f": 2, "female": 2}
NUMERAL = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
HOUSE = (
    r"^(?P<head>.*?)(?:"
    r"(?P<b1>\d+)-(?:(?P<e1>\d+)-)?(?P<r1>\d{3,4})"
    r"|(?:(?P<b2>[0-9A-Za-z一二三四五六七八九十]+?)(?:栋|幢|号楼|座|#))"
    r"(?:(?P<e2>[0-9A-Za-z一二三四五六七八九十]+?)(?:单元|门))?(?P<r2>\d{3,4})?"
    r"|(?P<b3>[0-9一二三四五六七八九十]+)组(?P<r3>\d+)"
    r")?(?:室|号|房)?$"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source made ready. ``columns`` are arrays of ``size`` entries; ``names`` the texts of long or foreign names."""

    source: str
    duplicates: bool
    ids: pa.ChunkedArray
    columns: dict[str, Array]

    @property
    def size(self) -> int:
        """How many rows."""
        return len(self.ids)

    def __getitem__(self, column: str) -> Array:
        return self.columns[column]


def by_distinct(column: pa.Array, work: Callable[[pa.Array], dict[str, Array]]) -> dict[str, Array]:
    """Work done once for each distinct text and handed out to the rows; nulls are treated as an empty text."""
    encoded = pc.fill_null(column, "").dictionary_encode()
    codes = encoded.indices.to_numpy()
    return {name: values[codes] for name, values in work(encoded.dictionary).items()}


def in_halves(column: pa.Array, work: Callable[[pa.Array], dict[str, Array]]) -> dict[str, Array]:
    """The same, each half of a long column in a thread of its own."""
    half = len(column) // 2
    if half < 20_000:
        return work(column)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(work, (column.slice(0, half), column.slice(half)))
    return {name: np.concatenate([one[name], other[name]]) for name in one}


def citizen_ids(column: pa.Array) -> dict[str, Array]:
    """``id_low``, ``id_high``: nine places each; ``id_state``; the ``id_birth`` (yyyymmdd or 0) and ``id_sex`` it says.

    Fifteen places become eighteen (born in the 1900s, the check character worked out).
    """
    matrix, counts = digit_matrix(texts(column), 18)
    short = np.flatnonzero(counts == 15)
    if len(short):
        body = matrix[short, :15]
        matrix[short] = np.hstack(
            [body[:, :6], np.tile(np.array([[1, 9]], np.uint8), (len(short), 1)), body[:, 6:], body[:, :1]]
        )
        matrix[short, 17] = ID_CHECKS[(matrix[short, :17] @ ID_WEIGHTS) % 11]
    whole = (counts == 15) | (counts == 18)
    safe = np.where(whole[:, None], matrix, 0)
    birth = safe[:, 6:14].astype(np.int64) @ (10 ** np.arange(7, -1, -1))
    fits = (
        whole & (ID_CHECKS[(safe[:, :17].astype(np.int64) @ ID_WEIGHTS) % 11] == safe[:, 17]) & is_date(birth)
    )
    state = np.where(counts == 0, MISSING, np.where(fits, VALID, UNSURE)).astype(np.uint8)
    return {
        "id_low": pack_digits(matrix[:, :9]),
        "id_high": pack_digits(matrix[:, 9:]),
        "id_state": state,
        "id_birth": np.where(fits, birth, 0).astype(np.int32),
        "id_sex": np.where(fits, 2 - safe[:, 16] % 2, 0).astype(np.uint8),
    }


def is_date(number: Ints) -> Flags:
    """Whether yyyymmdd is a day between 1880 and 2100 (every month is given 31)."""
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return (year >= 1880) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)


def births(column: pa.ChunkedArray) -> Array:
    """yyyymmdd, with 00 for what is not known; 0 where nothing is."""
    if pa.types.is_temporal(column.type):
        column = pc.strftime(column, "%Y-%m-%d")
    array = texts(column)
    array = pc.replace_substring_regex(array, r"[-/.年月](\d)(\D|$)", r"-0\1\2")
    array = pc.replace_substring_regex(array, r"[-/.年月](\d)(\D|$)", r"-0\1\2")
    matrix, counts = digit_matrix(array, 8)
    safe = np.where(matrix > 9, 0, matrix).astype(np.int64)
    number = safe @ (10 ** np.arange(7, -1, -1))
    month_wrong = (number // 100 % 100) > 12
    number = np.where(month_wrong & (number % 100 > 12), number // 10_000 * 10_000, number)
    year = number // 10_000
    known = (counts >= 4) & (year >= 1880) & (year < 2100)
    return np.where(known, number, 0).astype(np.int32)


def sexes(column: pa.ChunkedArray) -> Array:
    """1 male, 2 female (GB/T 2261.1), 0 not known."""

    def read(distinct: pa.Array) -> dict[str, Array]:
        return {
            "sex": np.array([SEX.get(text.strip().lower(), 0) for text in distinct.to_pylist()], np.uint8)
        }

    return by_distinct(texts(column), read)["sex"]


def phones(column: pa.ChunkedArray) -> Array:
    """The last eleven digits in one word (country code and leading zeros left off), 0 where none or nobody's."""
    matrix, counts = digit_matrix(texts(column), 16)
    counts = np.minimum(counts, 16)
    start = np.where(counts > 11, counts - 11, 0)
    at = start[:, None] + np.arange(11)
    taken = np.where(at < counts[:, None], np.take_along_axis(matrix, np.minimum(at, 15), 1), 0)
    packed = pack_digits(taken.astype(np.uint8))
    packed[counts < 7] = 0
    values, inverse, times = np.unique(packed, return_inverse=True, return_counts=True)
    return np.where(times[inverse] > NOBODYS, np.uint64(0), values[inverse])


def names(column: pa.ChunkedArray) -> dict[str, Array]:
    """Columns of a person's name; all are 0 where there is none.

    ``chars``, ``sound``, ``near``: the first four characters, their syllables and what is heard, in lanes (the fourth
    lane stands for all that follows the third in longer names); ``turned``: the characters in order of their codes;
    ``length``: 0 none, 1 a surname alone, 255 foreign; ``text``: an index of the name where lanes do not hold it all.
    """
    return by_distinct(texts(column), lambda distinct: in_halves(distinct, _names))


def _names(distinct: pa.Array) -> dict[str, Array]:
    plain = pc.replace_substring_regex(distinct, ASIDE, "")
    plain = pc.replace_substring_regex(pc.utf8_trim_whitespace(plain), TITLES, "")
    bare = pc.replace_substring_regex(plain, r"[\s·•・]", "")
    codes, counts = _code_points(bare)
    table = sounds()
    simple = table.simplified[codes]
    first = np.zeros(codes.shape, np.bool_)
    first[:, 0] = True
    sound = np.where(first, table.surname[codes], table.syllable[codes])
    near = np.where(first, table.near_surname[codes], table.near[codes])
    columns: dict[str, Array] = {
        "chars": _lanes(simple),
        "sound": _lanes(sound),
        "near": _lanes(near),
        "turned": _lanes(np.sort(simple, axis=1)[:, ::-1]),
        "length": np.minimum(counts, 254).astype(np.uint8),
    }
    foreign = (counts > 0) & (codes[:, 0] < 0x2E80)
    if foreign.any():
        words = [sorted_words(text) for text in plain.filter(pa.array(foreign)).to_pylist()]
        columns["chars"][foreign] = hashed([" ".join(found) for found, _ in words])
        columns["turned"][foreign] = hashed([" ".join(ordered) for _, ordered in words])
        columns["sound"][foreign] = columns["chars"][foreign]
        columns["near"][foreign] = hashed([" ".join(word[:3] for word in ordered) for _, ordered in words])
        columns["length"][foreign] = 255
    return columns


def sorted_words(text: str) -> tuple[list[str], list[str]]:
    """The words of a foreign name as they stand and in order."""
    words = re.findall(r"\w+", text.lower())
    return words, sorted(words)


def _code_points(column: pa.Array) -> tuple[NDArray[np.uint16], Ints]:
    """Characters by row in at most eight places (characters beyond U+FFFF as U+FFFF, the last place as all the rest)."""
    counts = pc.utf8_length(column).to_numpy(zero_copy_only=False).astype(np.int64)
    flat = np.frombuffer("".join(column.to_pylist()).encode("utf-32-le"), np.uint32)
    flat = np.minimum(flat, SIZE - 1).astype(np.uint16)
    starts = np.cumsum(counts) - counts
    row = np.repeat(np.arange(len(column)), counts)
    place = np.arange(len(flat)) - starts[row]
    matrix = np.zeros((len(column), 8), np.uint16)
    inside = place < 8
    matrix[row[inside], place[inside]] = flat[inside]
    return matrix, counts


def _lanes(codes: NDArray[np.uint16]) -> Words:
    """Four lanes; from the fifth character on they are folded into the fourth."""
    wide = codes.astype(np.uint64)
    packed = wide[:, 0] | (wide[:, 1] << np.uint64(16)) | (wide[:, 2] << np.uint64(32))
    rest = wide[:, 3].copy()
    for place in range(4, codes.shape[1]):
        held = wide[:, place] > 0
        rest[held] = (rest[held] * np.uint64(31) + wide[held, place]) & np.uint64(0xFFFF)
    lanes: Words = packed | (rest << np.uint64(48))
    return lanes


def addresses(column: pa.ChunkedArray) -> dict[str, Array]:
    """``compound`` and ``door`` (road and number) as hashes, ``road`` alone; ``building``, ``entrance``, ``room`` as numbers.

    0 is not given. Where neither road nor compound is read the whole text without the house is the compound, and where
    no house is read either, it is a house of its own.
    """
    return by_distinct(texts(column), lambda distinct: in_halves(distinct, _addresses))


def _addresses(distinct: pa.Array) -> dict[str, Array]:
    bare = pc.replace_substring_regex(distinct, r"[\s,，]+", "")
    parts = pc.extract_regex(bare, HOUSE)
    heads = pc.struct_field(parts, "head")
    columns = by_distinct(heads, _heads)
    for name, keys in (("building", "b1 b2 b3"), ("entrance", "e1 e2"), ("room", "r1 r2 r3")):
        given = [pc.struct_field(parts, key) for key in keys.split()]
        joined = given[0]
        for more in given[1:]:
            joined = pc.if_else(pc.equal(joined, ""), more, joined)
        columns[name] = by_distinct(joined, _numbers)["number"]
    alone = columns.pop("unread") & (columns["room"] == 0) & (columns["building"] == 0)
    columns["building"][alone] = columns["room"][alone] = 1
    return columns


def _heads(distinct: pa.Array) -> dict[str, Array]:
    reader = AddressReader()
    roads: list[str | None] = []
    doors: list[str | None] = []
    compounds: list[str | None] = []
    unread = []
    for head in distinct.to_pylist():
        found = reader.read(head)
        road = next((each for each in found if each.road), None)
        compound = next((each.compound for each in found if each.compound), None)
        roads.append(road.road if road else None)
        doors.append(f"{road.road}{road.number}" if road and road.number else None)
        unread.append(bool(head) and road is None and compound is None)
        compounds.append(compound or (head if unread[-1] else None))
    return {
        "road": hashed(roads),
        "door": hashed(doors),
        "compound": hashed(compounds),
        "unread": np.array(unread, np.bool_),
    }


def _numbers(distinct: pa.Array) -> dict[str, Array]:
    return {"number": np.array([_number(text) for text in distinct.to_pylist()], np.int32)}


def _number(text: str) -> int:
    if not text:
        return 0
    if text.isdecimal():
        return min(int(text), 1_000_000) + 1
    if all(sign in NUMERAL or sign == "十" for sign in text):
        tens, ten, units = text.rpartition("十")
        value = (NUMERAL.get(tens, 1) * 10 if ten else 0) + (NUMERAL.get(units, 0) if units else 0)
        return value + 1
    return 2_000_000 + int(hashed([text.upper()])[0] & np.uint64(0xFFFFFF))


def households(column: pa.ChunkedArray, dwelling: Words) -> Array:
    """The household of each row as a number of this file, else its dwelling's; 0 where neither is known."""
    given = texts(column)
    encoded = pc.fill_null(given, "").dictionary_encode()
    own = mixed(hashed(encoded.dictionary.to_pylist()), np.ones(len(encoded.dictionary), np.uint64))[
        encoded.indices.to_numpy()
    ]
    known = np.asarray(pc.not_equal(pc.fill_null(given, ""), ""))
    return np.where(known, own, dwelling)


def uscc(column: pa.ChunkedArray) -> dict[str, Array]:
    """``uscc`` as a hash of its eighteen signs and ``uscc_state``, whether its check sign fits (GB 32100)."""

    def read(distinct: pa.Array) -> dict[str, Array]:
        plain = [re.sub(r"[^0-9A-Z]", "", text.upper()) for text in distinct.to_pylist()]
        state = [MISSING if not text else VALID if _uscc_fits(text) else UNSURE for text in plain]
        return {"uscc": hashed([*plain]), "uscc_state": np.array(state, np.uint8)}

    return by_distinct(texts(column), read)


def _uscc_fits(text: str) -> bool:
    if len(text) != 18 or any(sign not in USCC_SIGNS for sign in text):
        return False
    total = int(np.dot(USCC_WEIGHTS, [USCC_SIGNS.index(sign) for sign in text[:17]]))
    return USCC_SIGNS.index(text[17]) == (31 - total % 31) % 31
