"""Which rows are the same person: properties, planted cases, and an oracle that compares every pair."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.linkage import CERTAIN, NO, REVIEW, Decision, Linkage, Ref, Source, link, match, prepare
from linli.algorithms.linkage.engine import Comparer, Decided, compare
from linli.algorithms.linkage.kinds import PERSON
from linli.algorithms.linkage.model import DEFAULT, Model
from linli.algorithms.linkage.synthetic import Linked, citizen_id, linked_files

FIELDS = ("citizen_id", "name", "sex", "birth", "phone", "address", "household")
ID = citizen_id("520103", "19840312", 12)
OTHER_ID = citizen_id("520103", "19900701", 351)
NOBODY = Decided(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def row(**known: str) -> dict[str, str | None]:
    return {field: known.get(field) for field in FIELDS}


def source(name: str, *rows: dict[str, Any], duplicates: bool = False) -> Source:
    table = pa.Table.from_pylist([{"id": str(number)} | each for number, each in enumerate(rows)])
    return Source(name, table, duplicates)


def with_row(table: pa.Table, more: dict[str, Any], identifier: str) -> pa.Table:
    return pa.concat_tables([table, pa.Table.from_pylist([more | {"id": identifier}], schema=table.schema)])


def levels(one: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """The level that each comparison of two rows reaches."""
    found = link(
        [source("a", one), source("b", other)], decisions=[Decision(Ref("a", "0"), Ref("b", "0"), True)]
    )
    return {reason.comparison: reason.level for reason in found.explain(Ref("a", "0"), Ref("b", "0"))}


@lru_cache(maxsize=1)
def files() -> Linked:
    return linked_files(4_000, seed=11)


@lru_cache(maxsize=1)
def linkage() -> Linkage:
    return link([files().left, files().right])


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("王小明", "王小明", "same"),
        ("王晓明", "王曉明", "same"),
        ("王小明", "王晓明", "same_sound"),
        ("张海", "章海", "same_sound"),
        ("黄丽", "方丽", "near_sound"),
        ("林芳", "灵芳", "near_sound"),
        ("林芳", "林方", "same_sound"),
        ("王小明", "小明王", "turned"),
        ("王小明", "王小朋", "one_character"),
        ("王小明", "王明", "one_character"),
        ("陈王秀英", "王秀英", "one_character"),
        ("王小明", "王老师", "surname_alone"),
        ("王小明", "王小明先生", "same"),
        ("王小明", "王建国", "same_surname"),
        ("王小明", "李建国", "different"),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提", "same"),
        ("John Smith", "smith  john", "turned"),
    ],
)
def test_names_are_compared_as_they_are_misheard_and_miswritten(one: str, other: str, level: str) -> None:
    assert levels(row(name=one), row(name=other))["name"] == level


def test_a_surname_sounds_as_surnames_are_read() -> None:
    assert levels(row(name="曾云"), row(name="增云"))["name"] == "same_sound"
    assert levels(row(name="曾云"), row(name="层云"))["name"] != "same_sound"


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (ID, "same"),
        (ID.lower(), "same"),
        (f"{ID[:6]} {ID[6:14]} {ID[14:]}", "same"),
        (ID[:6] + ID[8:17], "same"),
        (ID[:10] + ID[11] + ID[10] + ID[12:], "digit_off"),
        (ID[:16] + str((int(ID[16]) + 3) % 10) + ID[17:], "digit_off"),
        (ID[:6] + "1885" + ID[10:], "two_digits_off"),
        (OTHER_ID, "other_valid"),
        ("护照 E12345678", "other_unsure"),
        (None, "missing"),
    ],
)
def test_citizen_ids_are_compared_digit_by_digit(other: str | None, level: str) -> None:
    assert levels(row(citizen_id=ID), row() | {"citizen_id": other})["citizen_id"] == level


@pytest.mark.parametrize(
    ("field", "one", "other", "level"),
    [
        ("birth", "1984-03-12", "1984年3月12日", "same"),
        ("birth", "1984-03-12", "1984-12-03", "swapped"),
        ("birth", "1984-03-12", "1984-03-13", "one_part_off"),
        ("birth", "1984-03-12", "1984", "year_alone"),
        ("birth", "1984-03-12", "1985-09-01", "near_year"),
        ("phone", "13812345678", "+86 138-1234-5678", "same"),
        ("phone", "13812345678", "13812345687", "digit_off"),
        ("phone", "13812345678", "13812340000", "different"),
        ("sex", "男", "1", "same"),
        ("address", "解放路12号幸福小区3栋2单元501室", "幸福小区3-2-501", "same_dwelling"),
        ("address", "解放路12号幸福小区3栋2单元501室", "解放路12号三栋二单元501", "same_dwelling"),
        ("address", "幸福小区3栋2单元501室", "幸福小区3栋501室", "same_dwelling"),
        ("address", "幸福小区3栋2单元501室", "幸福小区3栋", "same_building"),
        ("address", "幸福小区3栋2单元501室", "幸福小区3栋2单元502室", "same_place"),
        ("address", "解放路12号3栋501室", "解放路90号3栋501室", "same_road"),
        ("address", "幸福小区3栋2单元501室", "和平小区3栋2单元501室", "elsewhere"),
        ("address", "幸福小区3栋2单元501室", "解放路12号3栋", "missing"),
    ],
)
def test_dates_phones_and_addresses_are_compared_by_their_parts(
    field: str, one: str, other: str, level: str
) -> None:
    assert levels(row(**{field: one}), row(**{field: other}))[field] == level


def test_twins_are_not_one_person_though_all_but_the_name_agrees() -> None:
    home = {"birth": "2015-05-04", "sex": "男", "address": "幸福小区3栋2单元501室", "phone": "13812345678"}
    left, right = row(name="王思佳", **home), row(name="王思远", **home)
    filler = files()
    a = Source("a", with_row(filler.left.columns, left, "t"))
    b = Source("b", with_row(filler.right.columns, right, "t"))
    assert link([a, b]).band(Ref("a", "t"), Ref("b", "t")) != CERTAIN


def test_twins_who_sound_the_same_are_each_linked_to_themselves() -> None:
    home = {"birth": "2015-05-04", "sex": "男", "address": "幸福小区3栋2单元501室"}
    twins = [row(name="王思佳", **home), row(name="王思嘉", **home)]
    found = link([source("a", *twins), source("b", *reversed(twins))])
    best = {pair["left_id"]: pair["right_id"] for pair in found.pairs.sort_by("bits").to_pylist()}
    assert best == {"0": "1", "1": "0"}


def test_neighbours_of_one_name_are_not_one_person() -> None:
    left = row(name="王秀英", birth="1956-02-11", sex="女", address="幸福小区3栋2单元501室")
    right = row(name="王秀英", birth="1958-07-30", sex="女", address="幸福小区5栋1单元102室")
    filler = files()
    a = Source("a", with_row(filler.left.columns, left, "n"))
    b = Source("b", with_row(filler.right.columns, right, "n"))
    assert link([a, b]).band(Ref("a", "n"), Ref("b", "n")) != CERTAIN


def test_two_valid_ids_that_differ_are_never_certain() -> None:
    home = {
        "name": "欧阳震华",
        "sex": "男",
        "phone": "13812345678",
        "address": "幸福小区3栋2单元501室",
        "birth": "1984-03-12",
    }
    found = link([source("a", row(citizen_id=ID, **home)), source("b", row(citizen_id=OTHER_ID, **home))])
    assert found.band(Ref("a", "0"), Ref("b", "0")) in (REVIEW, NO)


def test_a_further_source_that_contradicts_is_kept_apart_and_reported() -> None:
    name = {
        "name": "欧阳震华",
        "birth": "1984-03-12",
        "phone": "13812345678",
        "address": "幸福小区3栋2单元501室",
    }
    a, b, c = (
        source(x, row(**name, **more))
        for x, more in (("a", {"citizen_id": ID}), ("b", {}), ("c", {"citizen_id": OTHER_ID}))
    )
    found = link([a, b, c])
    assert [(each.left.source, each.right.source, each.reason) for each in found.splits] in (
        [("a", "b", "two_numbers")],
        [("b", "c", "two_numbers")],
    )
    assert len(set(found.clusters["cluster"].to_pylist())) == 2


def test_people_of_one_file_are_not_linked_unless_it_holds_duplicates() -> None:
    person = row(name="欧阳震华", citizen_id=ID, birth="1984-03-12")
    for duplicates, clusters in ((False, 2), (True, 1)):
        found = link([source("a", person, person, duplicates=duplicates)])
        assert len(set(found.clusters["cluster"].to_pylist())) == clusters


def test_a_row_without_id_and_phone_is_found_by_its_household() -> None:
    home = {"address": "幸福小区3栋2单元501室", "household": "7"}
    members = [("王建国", "1955-01-02", "男"), ("李秀英", "1957-03-04", "女"), ("王晓明", "1983-05-06", "男")]
    left = [row(name=name, birth=birth, sex=sex, **home) for name, birth, sex in members]
    right = [row(name=name, birth=birth, sex=sex, household="H1") for name, birth, sex in members]
    right[2] = row(name="王小铭", sex="男", household="H1")
    found = link([source("a", *left), source("b", *right)])
    reasons = {each.comparison: each for each in found.explain(Ref("a", "2"), Ref("b", "2"))}
    assert reasons["household"].level == "two_support"
    assert found.band(Ref("a", "2"), Ref("b", "2")) != NO


def partition(found: Linkage) -> set[frozenset[tuple[str, str]]]:
    groups: dict[int, set[tuple[str, str]]] = {}
    for each in found.clusters.to_pylist():
        groups.setdefault(each["cluster"], set()).add((each["source"], each["id"]))
    return {frozenset(group) for group in groups.values()}


def bits(found: Linkage) -> dict[tuple[str, str, str, str], tuple[float, str]]:
    return {
        (each["left_source"], each["left_id"], each["right_source"], each["right_id"]): (
            round(each["bits"], 6),
            each["band"],
        )
        for each in found.pairs.to_pylist()
    }


NAMES = st.sampled_from(["王小明", "王晓明", "李芳", "李方", "欧阳震华", "王先生", "芳李", None])
PEOPLE = st.builds(
    lambda name, number, birth, phone, place: row() | {"name": name, "citizen_id": number, "birth": birth, "phone": phone, "address": place},
    NAMES,
    st.sampled_from([None, ID, OTHER_ID, ID[:6] + ID[8:17], ID[:16] + "0" + ID[17]]),
    st.sampled_from([None, "1984-03-12", "1984-12-03", "1990-07-01", "1984"]),
    st.sampled_from([None, "13812345678", "13812345687", "13900000000"]),
    st.sampled_from([None, "幸福小区3栋2单元501室", "幸福小区3-2-501", "和平路7号2栋"]),
)  # fmt: skip
FILE = st.lists(PEOPLE, min_size=1, max_size=6)


@settings(max_examples=25)
@given(FILE, FILE, FILE, st.permutations(["a", "b", "c"]))
def test_the_order_of_files_does_not_matter(one: list, two: list, three: list, order: list[str]) -> None:
    given_files = {"a": source("a", *one), "b": source("b", *two, duplicates=True), "c": source("c", *three)}
    first, second = link(list(given_files.values())), link([given_files[name] for name in order])
    assert bits(first) == bits(second)
    assert partition(first) == partition(second)


@settings(max_examples=25)
@given(FILE, FILE, FILE)
def test_a_further_source_splits_no_certain_link_without_saying_so(one: list, two: list, three: list) -> None:
    a, b, c = source("a", *one), source("b", *two), source("c", *three)
    before, after = link([a, b]), link([a, b, c])
    assert {pair: score for pair, score in bits(after).items() if pair[0] == "a" and pair[2] == "b"} == bits(
        before
    )
    of = {node: group for group in partition(after) for node in group}
    said = {(each.left, each.right) for each in after.splits} | {
        (each.right, each.left) for each in after.splits
    }
    for left_source, left, right_source, right in (
        pair for pair, (_, band) in bits(before).items() if band == CERTAIN
    ):
        together = of[left_source, left] == of[right_source, right]
        assert together or (Ref(left_source, left), Ref(right_source, right)) in said


@settings(max_examples=25)
@given(FILE, FILE)
def test_comparisons_are_symmetric(one: list, two: list) -> None:
    a, b = prepare(source("a", *one)), prepare(source("b", *two))
    i, j = (np.array(each) for each in zip(*product(range(a.size), range(b.size)), strict=True))
    for name, comparison in PERSON.comparisons.items():
        assert np.array_equal(comparison(a, b, i, j), comparison(b, a, j, i)), name


def test_reasons_add_up_to_the_score() -> None:
    found = linkage()
    for pair in found.pairs.slice(0, 60).to_pylist():
        left, right = Ref(pair["left_source"], pair["left_id"]), Ref(pair["right_source"], pair["right_id"])
        assert sum(reason.bits for reason in found.explain(left, right)) == pytest.approx(
            pair["bits"], abs=1e-6
        )


def test_blocking_finds_every_pair_that_comparing_all_finds() -> None:
    """The exact pass and the wide keys lose none of the pairs above even odds, but those a linked row no longer needs."""
    few = linked_files(900, seed=3)
    a, b = prepare(few.left), prepare(few.right)
    comparer = Comparer(PERSON, DEFAULT, a, b, NOBODY)
    i, j = (each.ravel() for each in np.meshgrid(np.arange(a.size), np.arange(b.size), indexing="ij"))
    everything = comparer.edges(i, j, *comparer.compared(i, j), {})
    found = compare(PERSON, DEFAULT, a, b, NOBODY)
    known = set(zip(found.i.tolist(), found.j.tolist(), strict=True))
    above = everything.score > 0
    missed = set(zip(everything.i[above].tolist(), everything.j[above].tolist(), strict=True)) - known
    assert missed == set()


def test_the_hard_files_are_linked_at_the_default_threshold() -> None:
    truth, edges = files(), linkage().edges[0]
    right = truth.left_persons[edges.i] == truth.right_persons[edges.j]
    sure = edges.sure(PERSON, DEFAULT)
    assert (right & sure).sum() / sure.sum() >= 0.995
    assert (right & sure).sum() / truth.pairs >= 0.93


def test_a_new_file_matches_a_register_that_was_prepared_before() -> None:
    truth = files()
    found = match(truth.right, prepare(truth.left))
    assert bits(found) == bits(linkage())


def test_decisions_pin_their_pairs() -> None:
    found = linkage()
    pairs = found.pairs.to_pylist()
    sure = next(each for each in pairs if each["band"] == CERTAIN)
    unsure = next(each for each in pairs if each["band"] == REVIEW)
    ends = [
        (Ref(each["left_source"], each["left_id"]), Ref(each["right_source"], each["right_id"]))
        for each in (sure, unsure)
    ]
    decided = link(
        [files().left, files().right],
        decisions=[Decision(*ends[0], same=False), Decision(*ends[1], same=True)],
    )
    assert decided.band(*ends[0]) == NO
    assert decided.band(*ends[1]) == CERTAIN
    assert decided.explain(*ends[0])[-1][:2] == ("decision", "different")


def test_a_model_is_kept_as_text() -> None:
    assert Model.from_json(DEFAULT.to_json()) == DEFAULT


def test_sources_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        link([source("a", row(name="王小明")), source("a", row(name="王小明"))])
