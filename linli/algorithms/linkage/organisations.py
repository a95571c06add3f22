"""Organisations: unified social credit code, name, phone, address; the same engine with fewer comparisons."""

from __future__ import annotations

import re

import pyarrow as pa

from linli.algorithms.linkage import columns
from linli.algorithms.linkage.blocking import Rule, of
from linli.algorithms.linkage.columns import MISSING, VALID, Array, Ints, Prepared
from linli.algorithms.linkage.comparisons import Levels, address, first_true, phone
from linli.algorithms.linkage.frames import ORGANISATION, Source
from linli.algorithms.linkage.kinds import Kind
from linli.algorithms.linkage.model import DEFAULT, Level, Model
from linli.algorithms.linkage.packed import hashed, texts

FORM = re.compile(
    r"(有限责任公司|股份有限公司|有限公司|分公司|公司|个体工商户|经营部|服务部|商行|门市部|店|厂|中心)$"
)
PLACE = re.compile(r"^.{1,6}?(?:省|市|自治区)|^.{1,5}?(?:区|县)")
ASIDE = re.compile(r"[\s·•()（）\-—]")


def core(name: str) -> str:
    """A name without its place in front and its legal form behind; the whole where nothing would be left."""
    plain = ASIDE.sub("", name)
    bare = FORM.sub("", plain)
    for _ in ("province", "city", "county"):
        bare = PLACE.sub("", bare)
    return bare if len(bare) >= 2 else plain


def prepare(source: Source) -> Prepared:
    """A source of organisations made ready."""
    table = source.table(ORGANISATION)

    def read(distinct: pa.Array) -> dict[str, Array]:
        given = distinct.to_pylist()
        return {
            "title": hashed([ASIDE.sub("", text) for text in given]),
            "core": hashed([core(text) for text in given]),
        }

    held = (
        columns.uscc(table["uscc"])
        | columns.by_distinct(texts(table["name"]), read)
        | columns.addresses(table["address"])
        | {"phone": columns.phones(table["phone"])}
    )
    return Prepared(source.name, source.duplicates, table["id"], held)


def code(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same; another where one is unsure; another, both valid."""
    one, other = a["uscc_state"][i], b["uscc_state"][j]
    levels = first_true(a["uscc"][i] == b["uscc"][j], (one != VALID) | (other != VALID))
    levels[(one == MISSING) | (other == MISSING)] = 0
    return levels


def title(a: Prepared, b: Prepared, i: Ints, j: Ints) -> Levels:
    """Same; same without place and legal form; different."""
    levels = first_true(a["title"][i] == b["title"][j], a["core"][i] == b["core"][j])
    levels[(a["title"][i] == 0) | (b["title"][j] == 0)] = 0
    return levels


def _level(name: str, same: float, strangers: float) -> Level:
    return Level(name, same, strangers, strangers, strangers)


MODEL = Model(
    {
        "uscc": (
            _level("same", 0.97, 1e-7),
            _level("other_unsure", 0.02, 0.05),
            _level("other_valid", 0.01, 0.95),
        ),
        "name": (
            _level("same", 0.70, 1e-5),
            _level("same_core", 0.22, 1e-4),
            _level("different", 0.08, 0.9999),
        ),
        "phone": tuple(_level(each.name, each.same, each.strangers) for each in DEFAULT.levels["phone"]),
        "address": tuple(_level(each.name, each.same, each.strangers) for each in DEFAULT.levels["address"]),
    },
    housemates=1e-9,
    twins=1e-9,
)
"""Set by hand [GK]; neighbours of one building are strangers here."""

ORGANISATIONS = Kind(
    prepare=prepare,
    rules=(
        Rule("uscc", of("uscc"), 400),
        Rule("name", of("title"), 400),
        Rule("core", of("core"), 400),
        Rule("phone", of("phone"), 400),
        Rule("compound_dwelling", of("compound", "building", "room"), 400),
        Rule("door_dwelling", of("door", "building", "room"), 400),
    ),
    comparisons={"uscc": code, "name": title, "phone": phone, "address": address},
    frequent=("name", {1: "title", 2: "core"}),
    number="uscc",
    state="uscc_state",
    contradiction=("uscc", 3),
    agreement=frozenset({0, 1, 2}),
    lives_together=False,
    model=MODEL,
)
"""To be given to ``link`` and ``match`` as ``kind``."""
