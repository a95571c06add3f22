"""Many records at once, for the demo and for departments' files: sealed, marked and put in their place in columns.

Each function takes a frame whose columns are fields of the model with plain values, and returns the new primary keys in the
order of its rows. Nothing is checked and no event is recorded here: whoever calls answers for both.
"""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey
from linli.kernel.privacy.marks import mark
from linli.kernel.registers.fields import bigram_array
from linli.kernel.staging import array_of, numbers, put_frame, set_columns
from linli.registry.models import Care, Component, Household, Membership, Organisation, Person, Residence

LAST = 4
"""A person who stands at the counter knows the last four of the own number."""


def write_persons(frame: pl.DataFrame, key: OpenKey) -> NDArray[np.int64]:
    """``name`` is needed; ``document`` with ``document_kind``, and ``phones`` parted by "、", are sealed and marked."""
    return put_frame(Person, sealed_persons(frame, key))


def sealed_persons(frame: pl.DataFrame, key: OpenKey) -> pl.DataFrame:
    """The frame as it is stored: sealed and marked, with pinyin and pairs of characters of the names."""
    frame = _with_defaults(
        frame, former_name="", sex="0", birth_precision="day", document_kind="", education="", work="",
        population="unknown", state="present", path="", registered_path="",
    )  # fmt: skip
    made = [*name_columns(frame), pl.Series("key_id", [str(key.id)] * len(frame), dtype=pl.String)]
    if "document" in frame.columns:
        made += document_columns(frame["document_kind"], frame["document"], key)
    return frame.with_columns(made + _phones(frame, "person.phones", key))


def name_columns(frame: pl.DataFrame) -> list[pl.Series]:
    """What follows from ``name`` and ``former_name``: the pinyin to sort by, and the pairs of characters to search by."""
    names, former = frame["name"].to_list(), frame["former_name"].to_list()
    return [
        pl.Series("pinyin", [sort_key(name) for name in names], dtype=pl.String),
        pl.Series("grams", list(map(_grams, names, former)), dtype=pl.String),
    ]


@lru_cache(maxsize=100_000)
def _grams(name: str, former: str) -> str:
    return array_of(bigram_array((), (name, former)))


def document_columns(kinds: pl.Series, documents: pl.Series, key: OpenKey) -> list[pl.Series]:
    """Document numbers sealed, with their mark and that of their last four."""
    given = [document or None for document in documents.to_list()]
    return [
        pl.Series("document", crypto.seal_many(key.secret, given, about=b"person.document"), dtype=pl.Binary),
        *document_marks(kinds, documents),
    ]


def document_marks(kinds: pl.Series, documents: pl.Series) -> list[pl.Series]:
    """The marks that document numbers are found by: of kind and number, and of the last four."""
    given = [document or None for document in documents.to_list()]
    whole = [
        f"{kind}:{number}" if number else None for kind, number in zip(kinds.to_list(), given, strict=True)
    ]
    tails = [number[-LAST:] if number else None for number in given]
    return [
        pl.Series("document_mark", crypto.blind_many("document", whole), dtype=pl.Binary),
        pl.Series("document_tail", crypto.blind_many("document tail", tails), dtype=pl.Binary),
    ]


def phone_columns(phones: pl.Series, about: str, key: OpenKey) -> list[pl.Series]:
    """Phones sealed as one text, with a mark of each number and of its last four."""
    sealed = crypto.seal_many(key.secret, phones.to_list(), about=about.encode())
    return [pl.Series("phones", sealed, dtype=pl.Binary), phone_marks(phones)]


def phone_marks(phones: pl.Series) -> pl.Series:
    """The marks that phones, parted by "、", are found by: of each number and of its last four."""
    rows = phones.alias("phone").to_frame().with_row_index("row")
    each = rows.with_columns(pl.col("phone").str.split("、")).explode("phone").filter(pl.col("phone") != "")
    numbers = each["phone"].to_list()
    whole = pl.Series(crypto.blind_many("phone", numbers), dtype=pl.Binary)
    tail = pl.Series(crypto.blind_many("phone tail", [number[-LAST:] for number in numbers]), dtype=pl.Binary)
    texts = '"\\\\x' + whole.bin.encode("hex") + '","\\\\x' + tail.bin.encode("hex") + '"'
    marks = each.select("row", texts.alias("marks")).group_by("row").agg(pl.col("marks").str.join(","))
    listed = rows.join(marks, on="row", how="left", maintain_order="left")["marks"].fill_null("")
    return ("{" + listed + "}").alias("phone_marks")


def write_households(frame: pl.DataFrame) -> NDArray[np.int64]:
    """``number``, ``head_id``, ``dwelling_id``, ``address``, ``size``, ``path``."""
    return put_frame(Household, _with_defaults(frame, number="", address="", path="", state="present"))


def write_memberships(frame: pl.DataFrame) -> NDArray[np.int64]:
    """``household_id``, ``person_id``, ``relation`` (GB/T 4761), ``valid_from``, ``valid_to``."""
    return put_frame(Membership, _with_defaults(frame, relation="99"))


def write_residences(frame: pl.DataFrame) -> NDArray[np.int64]:
    """``person_id``, ``kind``, ``dwelling_id``, ``address``, ``path``, ``valid_from``, ``valid_to``."""
    return put_frame(Residence, _with_defaults(frame, address="", path=""))


def write_cares(frame: pl.DataFrame, key: OpenKey) -> NDArray[np.int64]:
    """``person_id``, ``group`` (a code of the closed list, sealed and marked), ``basis``, ``valid_from``, ``valid_to``."""
    frame = _with_defaults(frame, basis="")
    told = [
        json.dumps({"group": group, "basis": basis, "note": ""}, ensure_ascii=False)
        for group, basis in zip(frame["group"].to_list(), frame["basis"].to_list(), strict=True)
    ]
    marked = {group: mark("care", group) for group in frame["group"].unique().to_list()}
    return put_frame(
        Care,
        frame.drop("group", "basis").with_columns(
            pl.Series("mark", [marked[group] for group in frame["group"].to_list()], dtype=pl.String),
            pl.Series("sealed", crypto.seal_many(key.secret, told, about=b"care"), dtype=pl.Binary),
            pl.Series("key_id", [str(key.id)] * len(frame), dtype=pl.String),
        ),
    )


def write_organisations(frame: pl.DataFrame, key: OpenKey) -> NDArray[np.int64]:
    """``name`` is needed; ``contact`` and ``phones`` are sealed."""
    return put_frame(Organisation, sealed_organisations(frame, key))


def sealed_organisations(frame: pl.DataFrame, key: OpenKey) -> pl.DataFrame:
    """The frame as it is stored: contact and phones sealed, with pinyin and pairs of characters."""
    frame = _with_defaults(frame, uscc="", kind="other", address="", path="", state="open")
    pairs = zip(frame["name"].to_list(), frame["uscc"].to_list(), strict=True)
    made = [
        pl.Series("pinyin", [sort_key(name) for name in frame["name"].to_list()], dtype=pl.String),
        pl.Series("grams", [array_of(bigram_array(each)) for each in pairs], dtype=pl.String),
        pl.Series("key_id", [str(key.id)] * len(frame), dtype=pl.String),
    ]
    if "contact" in frame.columns:
        sealed = crypto.seal_many(key.secret, frame["contact"].to_list(), about=b"organisation.contact")
        made.append(pl.Series("contact", sealed, dtype=pl.Binary))
    return frame.with_columns(made + _phones(frame, "organisation.phones", key))


def write_components(frame: pl.DataFrame) -> NDArray[np.int64]:
    """``code`` and ``kind`` are needed."""
    return put_frame(Component, whole_components(frame))


def whole_components(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as it is stored, with pairs of characters."""
    frame = _with_defaults(frame, owner="", keeper="", state="good", place="", path="")
    said = frame.select("code", "place", "owner", "keeper").iter_rows()
    grams = pl.Series("grams", [array_of(bigram_array(each)) for each in said], dtype=pl.String)
    return frame.with_columns(grams)


def replace_rows(model: type[Organisation | Component], frame: pl.DataFrame) -> None:
    """Put whole rows, as they are stored, in the place of those with their ``id``; a version passes."""
    set_columns(model, frame, also=", version = t.version + 1")


def reserve(model: type[Person | Organisation | Component], count: int) -> NDArray[np.int64]:
    """Ids for records that are about to be written: put them into the column ``id``."""
    return numbers(model, count)


@lru_cache(maxsize=100_000)
def sort_key(name: str) -> str:
    """The pinyin by which a name is sorted: the database's locale knows no order of characters."""
    return " ".join(map(_sound, name))[:160]


@lru_cache(maxsize=30_000)
def _sound(character: str) -> str:
    return "".join(lazy_pinyin(character))


def _phones(frame: pl.DataFrame, about: str, key: OpenKey) -> list[pl.Series]:
    if "phones" in frame.columns:
        return phone_columns(frame["phones"], about, key)
    return [pl.Series("phone_marks", ["{}"] * len(frame), dtype=pl.String)]


def _with_defaults(frame: pl.DataFrame, **values: str) -> pl.DataFrame:
    """What the frame leaves out or leaves empty."""
    return frame.with_columns(
        [pl.col(name).fill_null(value) if name in frame.columns else pl.lit(value).alias(name) for name, value in values.items()]
    )  # fmt: skip
