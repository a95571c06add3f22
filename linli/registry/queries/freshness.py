"""How fresh what is known is: of the people of a unit, in columns, and as the share that the map shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from os.path import commonprefix

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from linli.kernel.audit.actor import Actor
from linli.registry.models import Freshness
from linli.registry.policy import in_scope
from linli.registry.queries.knowing import rest_days
from linli.registry.rules.ages import age_on
from linli.registry.rules.asking import Standings, asked_on, standings
from linli.registry.rules.elements import elements
from linli.territory.queries.figures import Values, declare
from linli.territory.queries.units import Node, tree

PEOPLE = """
    SELECT p.id, p.birth, p.confirmed_on, p.path, m.household_id, r.dwelling_id, m.id IS NOT NULL,
        coalesce(r.address <> '', false), r.kind IS NOT NULL, coalesce(m.relation <> '', false), p.phones IS NOT NULL,
        p.education <> '', p.work <> ''
    FROM registry_person p
    LEFT JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
    LEFT JOIN LATERAL (
        SELECT dwelling_id, address, kind FROM registry_residence
        WHERE person_id = p.id AND valid_to IS NULL AND kind <> 'registered' ORDER BY id DESC LIMIT 1
    ) r ON true
    WHERE p.state = 'present' AND starts_with(p.path, %s) AND r.kind IS DISTINCT FROM 'apart'
"""
KNOWN = ("address", "residence_kind", "relation", "phones", "education", "work")
"""The elements of the last columns of ``PEOPLE``, in their order."""

SAID = """
    SELECT id, {days} FROM (
        SELECT r.record_id AS id, CASE WHEN r.verdict = 'same' THEN r.spoke ELSE r.wrote END AS told, i.file_date AS "on"
        FROM registry_rawrow r JOIN registry_intake i ON i.id = r.intake_id
        WHERE r.record_kind = 'person' AND r.record_id = ANY(%s) AND i.state IN ('applying', 'failed', 'done')
        UNION ALL
        SELECT record_id, wrote, "on" FROM registry_change
        WHERE record_kind = 'person' AND record_id = ANY(%s) AND wrote <> 0 AND undone_by_id IS NULL AND intake_id IS NULL
    ) told GROUP BY id
"""
REFUSED = """
    SELECT record_id, element, max(settled_at AT TIME ZONE 'Asia/Shanghai')::date FROM registry_question
    WHERE record_kind = 'person' AND state = 'refused' AND record_id = ANY(%s) GROUP BY 1, 2
"""


@dataclass(frozen=True)
class People:
    """The people who live below a unit, in columns, and how each asked element of each stands."""

    ids: NDArray[np.int64]
    paths: list[str]
    households: list[int | None]
    dwellings: list[int | None]
    elements: dict[str, Standings]
    resting: dict[str, NDArray[np.bool_]]

    def items(self) -> NDArray[np.int64]:
        """How many elements each person is asked for, refusals that still hold left out."""
        total = np.zeros(len(self.ids), np.int64)
        for code, each in self.elements.items():
            total += (each.missing | each.stale) & ~self.resting[code]
        return total

    def gaps(self, at: int) -> set[str]:
        """The elements that one person is asked for."""
        return {
            code
            for code, each in self.elements.items()
            if (each.missing[at] or each.stale[at]) and not self.resting[code][at]
        }


def columns_of(path: str, on: date) -> People:
    """Everybody who lives below a unit and may be seen, with what is asked of them on a day."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [path])
        rows = cursor.fetchall()
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    ages = np.fromiter(
        (np.nan if row[1] is None else age_on(row[1], on) for row in rows), np.float64, len(rows)
    )
    members = np.fromiter((row[6] for row in rows), np.bool_, len(rows))
    asked = {code: each for code, each in asked_on(on).items() if code in KNOWN}
    said = _said(ids, np.array([row[2] for row in rows], "datetime64[D]"), list(asked))
    known = {
        code: np.fromiter((row[7 + at] for row in rows), np.bool_, len(rows)) for at, code in enumerate(KNOWN)
    }
    found = {
        code: standings(each, known=known[code], said=said[code], ages=ages, members=members, on=on)
        for code, each in asked.items()
    }
    return People(
        ids,
        [row[3] for row in rows],
        [row[4] for row in rows],
        [row[5] for row in rows],
        found,
        _resting(ids, list(asked), on),
    )


def _said(
    ids: NDArray[np.int64], otherwise: NDArray[np.datetime64], codes: Sequence[str]
) -> dict[str, NDArray[np.datetime64]]:
    """The day of which each element was said last; that of the last confirmation where nothing tells it."""
    found = {code: otherwise.copy() for code in codes}
    declared = elements("person")
    days = ", ".join(f'max("on") FILTER (WHERE told & {declared[code].mask} <> 0)' for code in codes)
    at = {int(pk): n for n, pk in enumerate(ids)}
    with connection.cursor() as cursor:
        cursor.execute(SAID.format(days=days), [ids.tolist(), ids.tolist()])
        for pk, *each in cursor.fetchall():
            for code, day in zip(codes, each, strict=True):
                if day is not None:
                    found[code][at[pk]] = day
    return found


def _resting(ids: NDArray[np.int64], codes: Sequence[str], on: date) -> dict[str, NDArray[np.bool_]]:
    found = {code: np.zeros(len(ids), np.bool_) for code in codes}
    at = {int(pk): n for n, pk in enumerate(ids)}
    rest = rest_days(on)
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, [ids.tolist()])
        for pk, element, day in cursor.fetchall():
            if element in found and (on - day).days <= rest:
                found[element][at[pk]] = True
    return found


@dataclass(frozen=True)
class Count:
    """Of an element in a grid: of how many people it is asked, of how many known, of how many fresh."""

    path: str
    element: str
    asked: int
    known: int
    fresh: int


def measured(path: str, on: date) -> list[Count]:
    """The counts of every grid below a unit, from the people themselves; for the system, which sees all."""
    people = columns_of(path, on)
    rows: dict[str, list[int]] = defaultdict(list)
    for at, where in enumerate(people.paths):
        rows[where].append(at)
    return [
        Count(
            where,
            code,
            int(each.asked[at].sum()),
            int((each.asked & ~each.missing)[at].sum()),
            int(each.fresh[at].sum()),
        )
        for where, at in rows.items()
        for code, each in people.elements.items()
        if each.asked[at].any()
    ]


@dataclass(frozen=True)
class Share:
    """A unit with the share of what is asked that is known and fresh, and the element that is the oldest there."""

    node: Node
    asked: int
    fresh: int
    worst: str
    worst_share: float
    measured_on: date

    @property
    def share(self) -> float:
        """Known and fresh, of all that is asked."""
        return self.fresh / self.asked if self.asked else 0.0


def shares(nodes: Sequence[Node]) -> list[Share]:
    """How fresh each unit is as of the last count; a unit of which nobody is counted is left out. The least fresh first."""
    totals: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    days: dict[str, date] = {}
    rows = Freshness.objects.filter(path__startswith=commonprefix([node.path for node in nodes]))
    for path, element, asked, fresh, day in rows.values_list(
        "path", "element", "asked", "fresh", "measured_on"
    ):
        for code in path.strip("/").split("/"):
            total = totals[code][element]
            total[0] += asked
            total[1] += fresh
            days[code] = min(day, days.get(code, day))
    titles = {code: each.title for code, each in elements("person").items()}
    found = []
    for node in nodes:
        parts = totals.get(node.code)
        if not parts:
            continue
        part = {code: fresh / asked for code, (asked, fresh) in parts.items()}
        worst = min(part, key=lambda code: part[code])
        asked, fresh = (sum(each[n] for each in parts.values()) for n in (0, 1))
        found.append(Share(node, asked, fresh, titles.get(worst, worst), part[worst], days[node.code]))
    return sorted(found, key=lambda each: each.share)


def grids_below(by: Actor, path: str) -> list[Node]:
    """The grids of a unit that the actor may see; a unit without grids is its own."""
    grids = [node for node in tree().below(path) if node.level == "grid"] or [
        n for n in tree().nodes if n.path == path
    ]
    return [node for node in grids if in_scope(by, node.path)]


def _fresh() -> Values:
    def values(actor: Actor, nodes: Sequence[Node]) -> dict[str, float]:
        seen = [node for node in nodes if in_scope(actor, node.path)]
        return {each.node.code: round(each.share * 100, 1) for each in shares(seen)}

    return values


declare("registry_fresh", "人口信息有效率", "%", _fresh(), verb="registry.view")
