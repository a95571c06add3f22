"""The invented people could live like that, are the same for the same seed, and have numbers that nobody has."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from stdnum.cn import ric, uscc

from linli.algorithms.cleaning import clean_citizen_id, clean_phones, clean_uscc
from linli.registry.rules.elements import elements
from linli.registry.rules.tables import titles
from linli.shell.demo.population import identity, places
from linli.shell.demo.population.filling import KNOWN, SOMETIMES
from linli.shell.demo.population.people import Population, invent

TODAY = date(2026, 11, 23)
PEOPLE = 4000


def homes(count: int) -> pl.DataFrame:
    """Homes in grids of forty."""
    return pl.DataFrame(
        {
            "dwelling_id": np.arange(1, count + 1),
            "path": [f"520103/520103019/520103019001/{n // 40:03d}/" for n in range(count)],
        }
    )


@cache
def population(seed: int = 1, batch: int = 0) -> Population:
    """The people of all tests."""
    return invent(homes(2000), PEOPLE, seed=seed, on=TODAY, division="520103", batch=batch)


def members() -> pl.DataFrame:
    """Persons beside their membership, with their age in years."""
    found = population()
    return pl.concat(
        [found.persons, found.memberships.select("relation", "valid_from", "valid_to")], how="horizontal"
    ).with_columns(age=(pl.lit(TODAY) - pl.col("birth")).dt.total_days() / 365.25)


def test_the_same_seed_invents_the_same_people() -> None:
    again = invent(homes(2000), PEOPLE, seed=1, on=TODAY, division="520103")
    for one, other in zip(
        (again.persons, again.households, again.residences, again.cares),
        (population().persons, population().households, population().residences, population().cares),
        strict=True,
    ):
        assert one.equals(other)
    assert not population(seed=2).persons.equals(again.persons)


def test_ids_are_right_in_form_and_agree_with_birth_and_sex() -> None:
    for row in population().persons.iter_rows(named=True):
        number = row["document"]
        assert ric.calc_check_digit(number) == number[-1]
        assert number[6:14] == f"{row['birth']:%Y%m%d}"
        assert int(number[16]) % 2 == int(row["sex"]) % 2


def test_ids_begin_with_counties_that_were_gone_before_there_were_cards() -> None:
    found = population().persons["document"].str.head(6).unique().to_list()
    assert set(found) <= set(identity.WITHDRAWN.values())
    assert not [code for code in identity.WITHDRAWN.values() if clean_citizen_id(f"{code}19900101001X").notes]


def test_no_two_people_have_the_same_id_in_any_batch() -> None:
    numbers = [population(batch=batch).persons["document"] for batch in (0, 1, identity.BATCHES - 1)]
    assert pl.concat(numbers).n_unique() == 3 * PEOPLE
    with pytest.raises(ValueError, match="batches"):
        population(batch=identity.BATCHES)


def test_phones_can_be_read_and_belong_to_nobody() -> None:
    phones = population().persons["phones"].drop_nulls()
    assert 0.7 < len(phones) / PEOPLE < 0.95
    assert all(
        number.startswith(identity.PHONE_PREFIX)
        for text in phones
        for number in clean_phones(text).value or ()
    )
    assert phones.str.split("、").list.len().sum() == sum(len(clean_phones(t).value or ()) for t in phones)


def test_households_have_the_sizes_of_a_town() -> None:
    sizes = population().households["size"]
    assert sizes.sum() == PEOPLE
    for size, share in ((1, 0.25), (2, 0.30), (3, 0.22), (4, 0.13)):
        assert abs(float((sizes == size).mean() or 0) - share) < 0.04
    assert 2.3 < float(sizes.mean() or 0) < 2.8  # type: ignore[arg-type]


def test_every_household_has_one_head_who_is_grown_up_alive_and_here() -> None:
    heads = members().filter(pl.col("relation") == "02")
    assert heads["household"].to_list() == list(range(len(population().households)))
    assert heads["age"].min() >= 18  # type: ignore[operator]
    assert heads["state"].unique().to_list() == ["present"]
    assert (heads["path"] != "").all()


def test_couples_are_a_man_and_a_woman_and_children_are_younger_than_both() -> None:
    for _, household in members().group_by("household"):
        grown = household.filter(pl.col("relation").is_in(["02", "11", "12"]))
        couple = household.filter(pl.col("relation").is_in(["11", "12"]))
        if len(couple):
            assert sorted(grown["sex"]) == ["1", "2"]
            assert couple["relation"].item() == ("11" if couple["sex"].item() == "1" else "12")
        children = household.filter(pl.col("relation").str.contains("^[23]"))
        if len(children):
            assert children["age"].max() < grown["age"].min() - 14  # type: ignore[operator]
        parents = household.filter(pl.col("relation").str.starts_with("5"))
        if len(parents) and len(couple):
            assert parents["age"].max() > grown["age"].min() + 15  # type: ignore[operator]


def test_sons_and_fathers_have_their_sex() -> None:
    sons = ["20", "21", "22", "23", "24", "41", "43", "51", "53", "55", "11"]
    daughters = ["31", "32", "33", "34", "42", "44", "52", "54", "56", "12"]
    assert members().filter(pl.col("relation").is_in(sons))["sex"].unique().to_list() == ["1"]
    assert members().filter(pl.col("relation").is_in(daughters))["sex"].unique().to_list() == ["2"]


def test_most_children_have_the_name_of_their_father_and_wives_their_own() -> None:
    named = members().with_columns(family=pl.col("name").str.head(1))
    fathers = named.filter((pl.col("sex") == "1") & pl.col("relation").is_in(["02", "11"]))
    mothers = named.filter(pl.col("relation") == "12")
    children = named.filter(pl.col("relation").str.contains("^[23]"))
    both = children.join(fathers.select("household", "family"), on="household", suffix="_of_father")
    assert float((both["family"] == both["family_of_father"]).mean() or 0) > 0.85
    wives = mothers.join(fathers.select("household", "family"), on="household", suffix="_of_husband")
    assert float((wives["family"] == wives["family_of_husband"]).mean() or 0) < 0.2


def test_old_and_young_are_as_many_as_in_a_town() -> None:
    age = members()["age"]
    assert 0.11 < float((age < 15).mean() or 0) < 0.19
    assert 0.17 < float((age >= 60).mean() or 0) < 0.26
    assert age.max() < 106  # type: ignore[operator]


def test_kinds_of_population_have_their_shares() -> None:
    shares = dict(population().persons["population"].value_counts(normalize=True).iter_rows())
    for kind, share in (("registered", 0.70), ("apart", 0.12), ("floating", 0.18)):
        assert abs(shares[kind] - share) < 0.05


def test_nobody_lives_in_a_dwelling_of_another_grid_than_their_path() -> None:
    found, where = population(), dict(homes(2000).iter_rows())
    persons = found.persons.with_row_index("person")
    rows = found.residences.join(
        persons.select("person", pl.col("path").alias("of"), "registered_path"), on="person"
    )
    for row in rows.iter_rows(named=True):
        if row["dwelling_id"] is not None:
            assert row["path"] == where[row["dwelling_id"]]
        if row["kind"] == "registered":
            assert row["path"] == row["registered_path"] and (row["dwelling_id"] is None) == (
                row["path"] == ""
            )
        elif row["kind"] != "apart":
            assert row["path"] == row["of"]


def test_each_is_registered_once_and_lives_in_one_way() -> None:
    kinds = population().residences.group_by("person").agg(pl.col("kind").sort())
    assert set(map(tuple, kinds["kind"].to_list())) <= {
        ("registered", "usual"), ("registered", "renting"), ("floating", "registered"), ("apart", "registered"),
    }  # fmt: skip


def test_nothing_happens_before_birth_or_after_the_end() -> None:
    rows = members()
    assert (rows["valid_from"] >= rows["birth"]).all()
    ended = rows.filter(pl.col("valid_to").is_not_null())
    assert (ended["valid_from"] <= ended["valid_to"]).all()
    assert set(ended["state"]) == {"dead", "left"}
    assert (
        rows.filter(pl.col("state") == "dead")["died_on"] >= rows.filter(pl.col("state") == "dead")["birth"]
    ).all()


def test_care_groups_hold_whom_they_are_for() -> None:
    cares = population().cares.join(members().with_row_index("person"), on="person")
    assert set(cares["group"]) >= {
        "elderly_alone",
        "disabled",
        "unemployed",
        "minimum_allowance",
        "left_behind_child",
    }
    assert set(cares["group"]) <= set(titles("care_groups"))
    assert cares.filter(pl.col("group") == "elderly_alone")["age"].min() >= 64.9  # type: ignore[operator]
    assert cares.filter(pl.col("group").is_in(["orphan", "left_behind_child"]))["age"].max() < 18  # type: ignore[operator]
    assert cares.filter(pl.col("group") == "unemployed")["work"].unique().to_list() == [""]
    assert cares["state"].unique().to_list() == ["present"]


def test_too_few_homes_are_said_to_be_too_few() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        invent(homes(10), 400, seed=1, on=TODAY, division="520103")


BUILDINGS = pl.DataFrame(
    {
        "building_id": [1, 2], "path": ["a/", "b/"], "lon": [106.7, 106.71], "lat": [26.6, 26.61], "compound": ["锦山小区", "云水花园"],
        "address": ["盐务一路12号锦山小区1栋", "盐务一路14号云水花园1栋"], "community": ["盐务街社区", "盐务街社区"],
    }
)  # fmt: skip


def test_organisations_have_codes_that_can_be_read_and_contacts_who_work_there() -> None:
    said = {"seed": 1, "on": TODAY, "division": "520103", "root": "云岩区"}
    shops = pl.concat([places.organisations(BUILDINGS, 150, batch=batch, **said) for batch in (0, 1)])  # type: ignore[arg-type]
    assert shops["uscc"].n_unique() == 300
    assert all(uscc.is_valid(code) and clean_uscc(code).value == code for code in shops["uscc"])
    assert set(shops["kind"]) <= set(titles("organisation_kinds"))
    assert (shops["opened_on"] <= TODAY).all()
    people = invent(
        homes(2000), PEOPLE, seed=1, on=TODAY, division="520103", workplaces=shops["name"].to_list()
    )
    named, staff = places.staffed(shops, people.persons, seed=1)
    assert len(staff) > 50
    for organisation, person, name in staff.iter_rows():
        assert people.persons["work"][person] == named["name"][organisation]
        assert people.persons["name"][person] == name == named["contact"][organisation]


def test_components_are_numbered_within_their_kind_and_stand_near_their_building() -> None:
    kinds = list(titles("component_kinds").items())
    found = pl.concat(
        [places.components(BUILDINGS, 400, kinds=kinds, seed=1, on=TODAY, division="520103", root="云岩区", batch=b) for b in (0, 1)]
    )  # fmt: skip
    assert found["code"].n_unique() == 800
    assert found["code"].str.contains(r"^520103\d{10}$").all()
    assert (found["code"].str.slice(6, 4) == found["kind"]).all()
    assert (found["lat"] - 26.605).abs().max() < 0.01  # type: ignore[operator]


def test_the_origin_speaks_of_elements_that_there_are() -> None:
    for kind in KNOWN:
        assert set(KNOWN[kind]) | set(SOMETIMES[kind]) <= set(elements(kind))
