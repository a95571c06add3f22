"""A list page's numbers, compared with counting row by row in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.facets import AnyOf, FacetStore, Filter, Query, Range, Schema, snapshot

SCHEMA = Schema(choices=("state", "channel", "unit"), numbers=("received",), several=("tags",))
Row = dict[str, Any]

row_values = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["open", "closed", "void"]),
        "channel": st.sampled_from(["hotline", "web", "grid", None]),
        "unit": st.integers(0, 40),
        "received": st.integers(0, 30),
        "tags": st.lists(st.sampled_from("abc"), max_size=3, unique=True),
    }
)
writes = st.lists(st.tuples(st.integers(0, 30), row_values), max_size=25)
filter_sets = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sets(st.sampled_from(["open", "closed", "unknown"])).map(lambda s: AnyOf(frozenset(s))),
        "unit": st.sets(st.integers(0, 40), max_size=30).map(lambda s: AnyOf(frozenset(s))),
        "tags": st.sets(st.sampled_from("abz")).map(lambda s: AnyOf(frozenset(s))),
        "received": st.builds(Range, st.none() | st.integers(0, 15), st.none() | st.integers(10, 30)),
    },
)


def passes(row: Row, name: str, wanted: Filter) -> bool:
    if isinstance(wanted, Range):
        return (wanted.low is None or row[name] >= wanted.low) and (
            wanted.high is None or row[name] <= wanted.high
        )
    values = row[name] if name == "tags" else [row[name]]
    return any(value in wanted.values for value in values)


def matches(row: Row, filters: dict[str, Filter], match_any: bool) -> bool:
    tests = [passes(row, name, each) for name, each in filters.items()]
    return (any(tests) if match_any else all(tests)) if tests else True


def counted(
    rows: dict[int, Row], name: str, filters: dict[str, Filter], match_any: bool
) -> dict[Hashable, int]:
    others = {field: each for field, each in filters.items() if field != name}
    found: Counter[Hashable] = Counter()
    for row in rows.values():
        if matches(row, others, match_any):
            found.update(row[name] if name == "tags" else [row[name]])
    return dict(found)


@contextmanager
def crossing() -> Iterator[None]:
    """Few rows are counted by combinations of the filtered fields, as only many are otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "MANY_ROWS", 0)
        patch.setattr(snapshot, "HIDDEN_OF", 0)
        yield


def put(store: FacetStore, rows: list[tuple[int, Row]]) -> None:
    names = ("state", "channel", "unit", "received", "tags")
    store.upsert([each for each, _ in rows], {name: [row[name] for _, row in rows] for name in names})


@settings(max_examples=150)
@given(
    st.lists(writes, min_size=1, max_size=4),
    st.sets(st.integers(0, 30)),
    filter_sets,
    st.booleans(),
    st.booleans(),
)
def test_counts_totals_and_pages_agree_with_counting_by_hand(
    batches: list[list[tuple[int, Row]]],
    gone: set[int],
    filters: dict[str, Filter],
    match_any: bool,
    descending: bool,
) -> None:
    store = FacetStore(SCHEMA)
    facets = ("state", "channel", "unit", "tags")
    query = Query(filters, match_any, facets, "received", descending, offset=2, limit=5)
    rows: dict[int, Row] = {}
    for batch in batches:
        put(store, batch)
        rows |= dict(batch)
        store.snapshot().ask(Query(order="received", facets=("state", "unit", "tags")))
    rank = {each: place for place, each in enumerate(rows)}
    store.remove(gone)
    rows = {each: row for each, row in rows.items() if each not in gone}
    answer = store.snapshot().ask(query)
    wanted = [each for each, row in rows.items() if matches(row, filters, match_any)]
    wanted.sort(key=lambda each: (rows[each]["received"], rank[each]), reverse=descending)
    assert answer.total == len(wanted)
    assert answer.ids == wanted[2:7]
    assert store.snapshot().matching_ids(query).tolist() == wanted
    for name in facets:
        assert answer.counts[name] == counted(rows, name, filters, match_any)


coded_filters = st.fixed_dictionaries(
    {"state": st.sets(st.sampled_from(["open", "closed", "unknown"])).map(lambda s: AnyOf(frozenset(s)))},
    optional={
        "channel": st.sets(st.sampled_from(["hotline", "web", "grid"])).map(lambda s: AnyOf(frozenset(s))),
        "unit": st.sets(st.integers(0, 9), max_size=8).map(lambda s: AnyOf(frozenset(s))),
    },
)


@settings(max_examples=100)
@given(st.lists(writes, min_size=1, max_size=4), st.sets(st.integers(0, 30), max_size=5), coded_filters)
def test_counts_out_of_combinations_follow_the_rows_that_change(
    batches: list[list[tuple[int, Row]]], gone: set[int], filters: dict[str, Filter]
) -> None:
    store = FacetStore(SCHEMA)
    states, channels = ("open", "closed", "void"), ("hotline", "web", "grid", None)
    rows: dict[int, Row] = {
        each: {
            "state": states[each % 3],
            "channel": channels[each % 4],
            "unit": each % 41,
            "received": 1,
            "tags": [],
        }
        for each in range(41)
    }
    put(store, list(rows.items()))
    query = Query(filters, facets=("state", "channel", "unit"))
    for batch in batches:
        with crossing():
            assert store.snapshot().ask(query).counts["unit"] == counted(rows, "unit", filters, False)
        put(store, batch)
        rows |= dict(batch)
    store.remove(gone)
    rows = {each: row for each, row in rows.items() if each not in gone}
    with crossing():
        answer = store.snapshot().ask(query)
    for name in query.facets:
        assert answer.counts[name] == counted(rows, name, filters, False)


def test_a_reader_keeps_its_snapshot_while_rows_change() -> None:
    store = FacetStore(SCHEMA)
    row = {"state": "open", "channel": "web", "unit": 1, "received": 1, "tags": ["a"]}
    put(store, [(7, row)])
    before = store.snapshot()
    put(store, [(7, {**row, "state": "closed", "tags": []}), (8, row)])
    query = Query(facets=("state", "tags"))
    assert before.ask(query).counts == {"state": {"open": 1}, "tags": {"a": 1}}
    assert store.snapshot().ask(query).counts == {"state": {"closed": 1, "open": 1}, "tags": {"a": 1}}


def test_nothing_outside_the_scope_is_counted_or_listed() -> None:
    store = FacetStore(SCHEMA)
    row = {"state": "open", "channel": "web", "received": 1, "tags": []}
    put(store, [(unit, {**row, "unit": unit}) for unit in range(10)])
    snapshot = store.snapshot()
    scope = snapshot.mask({"unit": AnyOf(frozenset({3, 4}))})
    answer = snapshot.ask(Query({"unit": AnyOf(frozenset({4, 5}))}, facets=("unit",)), scope)
    assert answer.ids == [4]
    assert answer.counts["unit"] == {3: 1, 4: 1}


def test_large_tables_give_the_same_order_after_a_few_changes_as_after_sorting() -> None:
    random = np.random.default_rng(5)
    schema = Schema(choices=("state",), numbers=("received",))
    store = FacetStore(schema)
    count = 60_000
    received = random.integers(0, 500, count)
    store.upsert(range(count), {"state": np.zeros(count, np.int64), "received": received})
    query = Query(order="received", descending=True, offset=100, limit=50)
    store.snapshot().ask(query)
    changed = random.choice(count, 300, replace=False)
    received[changed] = random.integers(0, 500, 300)
    store.upsert(changed.tolist(), {"state": np.ones(300, np.int64), "received": received[changed]})
    wanted = np.lexsort((np.arange(count), received))[::-1][100:150]
    assert store.snapshot().ask(query).ids == wanted.tolist()


def test_columns_that_do_not_fit_are_refused() -> None:
    store = FacetStore(Schema(choices=("state",)))
    with pytest.raises(ValueError, match="declared differ"):
        store.upsert([1], {})
    with pytest.raises(ValueError, match="not as long"):
        store.upsert([1, 2], {"state": ["open"]})


@settings(max_examples=100)
@given(
    writes, st.sets(st.integers(0, 30)), st.sets(st.integers(0, 40), max_size=20), filter_sets, st.booleans()
)
def test_the_part_of_a_snapshot_that_somebody_sees_answers_as_the_whole_within_the_scope(
    batch: list[tuple[int, Row]],
    gone: set[int],
    units: set[int],
    filters: dict[str, Filter],
    match_any: bool,
) -> None:
    store = FacetStore(SCHEMA)
    put(store, [*batch, (99, {"state": "void", "channel": "web", "unit": 99, "received": 1, "tags": ["a"]})])
    store.remove(gone)
    snapshot = store.snapshot()
    scope = snapshot.mask({"unit": AnyOf(frozenset(units))})
    query = Query(filters, match_any, ("state", "channel", "unit", "tags"), "received", limit=5)
    part, seen = snapshot.part("somebody", lambda: scope)
    assert part.ask(query, seen) == snapshot.ask(query, scope)
    assert part.matching_ids(query, seen).tolist() == snapshot.matching_ids(query, scope).tolist()
    assert snapshot.part("somebody", lambda: ~scope)[0] is part, "kept by its key"
    put(store, [(1000, {"state": "open", "channel": "web", "unit": 1, "received": 1, "tags": []})])
    asked = [*gone, *units, 99, 1000]
    for each, mask in ((snapshot, scope), (part, seen), part.narrowed(seen, 1)):
        held = each.ids[each.holding(asked) & mask].tolist()
        assert held == [row for row in each.ids[mask].tolist() if row in asked], (
            "found by id, also where cut out"
        )


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["open", "closed"]), st.just(-10) | st.integers(0, 400)), min_size=1, max_size=120),
    st.lists(st.integers(0, 400), min_size=2, max_size=6, unique=True),
    st.data(),
)  # fmt: skip
def test_days_asked_between_cuts_give_the_same_rows_and_sums_as_groups(
    rows: list[tuple[str, int]], cuts: list[int], data: st.DataObject
) -> None:
    """A birth date has thousands of values; bands of age need only the few groups between their bounds."""
    store = FacetStore(Schema(choices=("state", "born")))
    padding = [("void", day) for day in range(snapshot.FOLD_FROM)]
    everyone = [*rows, *padding]
    store.upsert(
        range(len(everyone)), {"state": [row[0] for row in everyone], "born": [row[1] for row in everyone]}
    )
    seen = store.snapshot()
    folded = seen.fold("born", sorted(cuts), -10)
    assert folded != "born" and folded == seen.fold("born", sorted(cuts), -10)
    low, high = sorted(data.draw(st.lists(st.sampled_from(cuts), min_size=2, max_size=2, unique=True)))

    def asked(name: str) -> Any:
        inside = AnyOf(frozenset(v for v in seen.books[name].values if low <= v < high))  # type: ignore[operator]
        return seen.ask(Query(filters={name: inside}, facets=("state", name), limit=1000))

    by_day, by_group = asked("born"), asked(folded)
    assert (by_day.total, by_day.ids, by_day.counts["state"]) == (
        by_group.total,
        by_group.ids,
        by_group.counts["state"],
    )
    grouped: Counter[Hashable] = Counter()
    for day, count in by_day.counts["born"].items():
        grouped[day if day == -10 else max((cut for cut in cuts if cut <= day), default=-9)] += count  # type: ignore[type-var,operator]
    assert dict(grouped) == by_group.counts[folded]


def test_a_snapshot_keeps_only_so_many_folded_columns_and_then_asks_the_values_themselves() -> None:
    store = FacetStore(Schema(choices=("born",)))
    store.upsert(range(200), {"born": list(range(200))})
    names = [store.snapshot().fold("born", [cut], -10) for cut in range(snapshot.KEPT_FOLDS + 1)]
    assert names[-1] == "born" and "born" not in names[:-1]
