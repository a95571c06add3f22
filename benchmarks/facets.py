"""How long one list page's counts take, from columns in memory: 1.35 million rows, eight facets, one thread."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np

from linli.algorithms.facets import AnyOf, FacetStore, Filter, Query, Range, Schema

ROWS = 1_350_000
REPEATS = 15
SIZES = {
    "state": 12,
    "channel": 10,
    "kind": 5,
    "urgency": 4,
    "category": 300,
    "community": 162,
    "grid": 700,
    "lead": 40,
}


def filled(rows: int) -> FacetStore:
    """A store of random rows, seeded."""
    random = np.random.default_rng(20_240_101)
    store = FacetStore(Schema(choices=tuple(SIZES), numbers=("received",), several=("tags",)))
    columns = {name: random.integers(0, size, rows) for name, size in SIZES.items()}
    tags = [(int(tag),) if tag < 9 else () for tag in random.integers(0, 30, rows)]
    store.upsert(range(rows), {**columns, "received": random.integers(0, 10**8, rows), "tags": tags})
    return store


def median_ms(call: Callable[[], object]) -> float:
    """Median of several calls after a first one, in milliseconds."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return float(np.median(times))


def some(*codes: int) -> AnyOf:
    """A multi-select filter."""
    return AnyOf(frozenset(codes))


def main(rows: int = ROWS) -> None:
    """Print the table and one line of JSON."""
    store = filled(rows)
    snapshot = store.snapshot()
    half = snapshot.mask({"community": AnyOf(frozenset(range(0, 162, 2)))})
    filters: dict[str, dict[str, Filter]] = {
        "no filter": {},
        "one filter, half of the rows": {"state": some(0, 2, 4, 6, 8, 10)},
        "three filters": {"state": some(0, 1, 2), "channel": some(1, 3), "kind": some(0, 2)},
        "three filters and a period": {
            "state": some(0, 1, 2, 3),
            "category": AnyOf(frozenset(range(0, 300, 3))),
            "lead": some(1, 2, 3, 5, 8),
            "received": Range(10**7, 8 * 10**7),
        },
    }
    results: dict[str, float] = {}
    for name, given in filters.items():
        query = Query(given, facets=tuple(SIZES), order="received", descending=True)
        results[name] = median_ms(lambda query=query: snapshot.ask(query))
        results[f"{name}, scope of half"] = median_ms(lambda query=query: snapshot.ask(query, half))
    changed = list(range(0, rows, rows // 200))
    columns = {name: np.zeros(len(changed), np.int64) for name in (*SIZES, "received")}
    query = Query(facets=tuple(SIZES), order="received", descending=True)

    def refresh() -> None:
        store.upsert(changed, {**columns, "tags": [()] * len(changed)})

    results["refresh of 200 rows"] = median_ms(refresh)
    results["refresh of 200 rows and the first page after it"] = median_ms(
        lambda: (refresh(), store.snapshot().ask(query))
    )
    print(f"{rows:,} rows, {len(SIZES)} facets, page of 50 sorted by time; median of {REPEATS}")
    for name, value in results.items():
        print(f"{value:9.1f} ms  {name}")
    print(
        json.dumps(
            {"benchmark": "facets", "rows": rows, "ms": {name: round(ms, 2) for name, ms in results.items()}}
        )
    )


if __name__ == "__main__":
    main()
