"""How many rows there are, and how many at each choice of each filter: one question to the database for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.db.models.sql.datastructures import Join

from linli.kernel.registers.filters.base import Ask, Filter


@dataclass
class Counted:
    """The rows in all, and those of each choice by the filter's name."""

    total: int
    choices: dict[str, dict[str, int]] = field(default_factory=dict)


def counted(rows: QuerySet[Any], filters: Sequence[Filter], ask: Ask) -> Counted:
    """The rows are read once, with what the filters look at; groups and conditions are then counted over that.

    A filter that counts by itself, or looks across a relation that would multiply the rows, has a question of its own.
    """
    rows = rows.select_related(None).order_by()
    if rows.query.distinct:
        rows = rows.model._base_manager.filter(pk__in=rows.values("pk"))  # type: ignore[attr-defined]
    asked = rows
    groups: list[Filter] = []
    conditions: list[tuple[Filter, str]] = []
    apart: list[Filter] = []
    for declared in filters:
        if type(declared).sql_counts is not Filter.sql_counts:
            apart.append(declared)
            continue
        path = declared.grouped(ask)
        tests = {} if path else declared.conditions_asked(ask)
        columns = {f"_v{len(groups)}": F(path)} if path else _columns(tests, len(conditions))
        wider = asked.annotate(**columns)
        if _multiplies(wider) and not _multiplies(asked):
            apart.append(declared)
            continue
        asked = wider
        groups += [declared] if path else []
        conditions += [(declared, value) for value in tests]
    found = _together(asked, groups, conditions, ask)
    for declared in apart:
        found.choices[declared.name] = _apart(rows, declared, ask)
    return found


def _columns(tests: dict[str, Q], first: int) -> dict[str, Any]:
    """A column of yes and no for each condition."""
    return {
        f"_c{place}": Case(When(test, then=Value(True)), default=Value(False), output_field=BooleanField())
        for place, test in enumerate(tests.values(), first)
    }


def _multiplies(rows: QuerySet[Any]) -> bool:
    """Whether a row may come several times, because a table with many rows for one is joined."""
    ways: list[Any] = [each.join_field for each in rows.query.alias_map.values() if isinstance(each, Join)]
    return any(way.one_to_many or way.many_to_many for way in ways)


def _together(
    rows: QuerySet[Any], groups: Sequence[Filter], conditions: Sequence[tuple[Filter, str]], ask: Ask
) -> Counted:
    """One pass over the rows: every group by itself, every condition, and the rows in all."""
    names = [f"_v{place}" for place in range(len(groups))]
    tests = [f"_c{place}" for place in range(len(conditions))]
    if not names and not tests:
        return Counted(rows.count())
    try:
        inner, given = rows.values_list(*names, *tests).query.sql_with_params()
    except EmptyResultSet:
        return Counted(0)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH kept AS MATERIALIZED ({inner}) {_pass(names, tests)}", given)
        answer = cursor.fetchall()
    found = Counted(0)
    pairs: dict[int, list[tuple[Any, int]]] = defaultdict(list)
    for which, *values, count, held in answer:
        if which < 0:
            found.total = count
            for (declared, value), number in zip(conditions, held or (), strict=True):
                found.choices.setdefault(declared.name, {})[value] = number
        else:
            pairs[which].append((values[which], count))
    for place, declared in enumerate(groups):
        found.choices[declared.name] = declared.named(pairs[place], ask)
    return found


def _pass(names: Sequence[str], tests: Sequence[str]) -> str:
    """The groups, each row with the place of its own, and one row at -1 with all rows and those of each condition."""
    held = ", ".join(f'count(*) FILTER (WHERE "{each}")' for each in tests)
    empty = "".join(", NULL" for _ in names)
    whole = f"SELECT -1{empty}, count(*), ARRAY[{held}]::bigint[] FROM kept"
    if not names:
        return whole
    quoted = [f'"{each}"' for each in names]
    place = " ".join(f"WHEN GROUPING({each}) = 0 THEN {n}" for n, each in enumerate(quoted))
    sets = ", ".join(f"({each})" for each in quoted)
    return (
        f"SELECT CASE {place} END, {', '.join(quoted)}, count(*), NULL::bigint[] FROM kept"
        f" GROUP BY GROUPING SETS ({sets}) UNION ALL {whole}"
    )


def _apart(rows: QuerySet[Any], declared: Filter, ask: Ask) -> dict[str, int]:
    """The counts of one filter by a question of its own, each row once."""
    if type(declared).sql_counts is not Filter.sql_counts:
        return declared.sql_counts(rows, ask)
    path = declared.grouped(ask)
    if path:
        own = rows.model._base_manager.filter(pk__in=rows.values("pk"))  # type: ignore[attr-defined]
        return declared.named(own.values_list(path).annotate(_n=Count("pk", distinct=True)), ask)
    tests = declared.conditions_asked(ask)
    found = rows.aggregate(
        **{f"_c{n}": Count("pk", distinct=True, filter=test) for n, test in enumerate(tests.values())}
    )
    return {value: found[f"_c{n}"] for n, value in enumerate(tests)}
