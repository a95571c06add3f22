"""Households by their members, organisations by code, name, phone and address."""

from __future__ import annotations

import pyarrow as pa
import pytest

from linli.algorithms.linkage import CERTAIN, Ref, Source, link
from linli.algorithms.linkage.households import households
from linli.algorithms.linkage.organisations import ORGANISATIONS, core
from linli.algorithms.linkage.synthetic import EASY, linked_files

CODE, OTHER = "91350100M000100Y43", "91110108551385082Q"


def test_households_are_one_where_their_members_are() -> None:
    files = linked_files(2_000, seed=4, level=EASY)
    found = households(link([files.left, files.right]))
    keys = [
        dict(zip(side.columns["id"].to_pylist(), side.columns["household"].to_pylist(), strict=True))
        for side in (files.left, files.right)
    ]
    best = [each for each in found.to_pylist() if each["best"]]
    right = sum(keys[0][each["left_id"]][1:] == keys[1][each["right_id"]][1:] for each in best)
    assert len(best) > 400
    assert right / len(best) > 0.95


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("贵州省贵阳市云岩区好客来餐饮有限责任公司", "好客来餐饮"),
        ("贵阳市好客来餐饮有限公司", "好客来餐饮"),
        ("好客来餐饮（个体工商户）", "好客来餐饮"),
        ("某市店", "某市店"),
    ],
)
def test_the_core_of_a_name_is_without_place_and_legal_form(name: str, left: str) -> None:
    assert core(name) == left


def organisation(source: str, **known: str) -> Source:
    columns = {field: [known.get(field)] for field in ("uscc", "name", "phone", "address")}
    return Source(source, pa.table({"id": ["1"]} | columns))


@pytest.mark.parametrize(
    ("one", "other", "certain"),
    [
        ({"uscc": CODE, "name": "好客来餐饮有限公司"}, {"uscc": CODE, "name": "贵阳市好客来餐饮"}, True),
        (
            {"name": "贵阳市好客来餐饮有限公司", "address": "幸福小区3栋101室"},
            {"name": "好客来餐饮", "address": "幸福小区3-101", "phone": "13812345678"},
            True,
        ),
        (
            {"uscc": CODE, "name": "好客来餐饮有限公司", "phone": "13812345678"},
            {"uscc": OTHER, "name": "好客来餐饮有限公司", "phone": "13812345678"},
            False,
        ),
        (
            {"name": "好客来餐饮", "address": "幸福小区3栋101室"},
            {"name": "美发屋", "address": "和平小区9栋8室"},
            False,
        ),
    ],
)
def test_organisations_are_linked_unless_their_valid_codes_differ(
    one: dict, other: dict, certain: bool
) -> None:
    found = link([organisation("a", **one), organisation("b", **other)], kind=ORGANISATIONS)
    assert (found.band(Ref("a", "1"), Ref("b", "1")) == CERTAIN) is certain
