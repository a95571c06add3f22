"""Open cases that may be the same as one that is being taken down, each with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.algorithms.text.similarity import Likeness, Scales, Trace, most_similar
from linli.cases import policy
from linli.cases.models import Case, CaseQuerySet
from linli.duties.queries.categories import join_categories
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.kernel.privacy.context import door
from linli.kernel.standing import Standing
from linli.territory.queries.units import join_units, tree

COMPARED = 400
"""How many of the latest candidates are compared: more would not be read by anybody."""

LEAST_LETTERS = 6
SAME_SPOT = 30.0
"""Metres within which two points are called the same place."""


@dataclass(frozen=True)
class Similar:
    """A case like the one at hand. Where the viewer may not open it, only number, category, place and state are shown."""

    case: Case
    share: int
    reasons: tuple[str, ...]
    may_open: bool


def similar_cases(
    by: Actor, *, text: str, place_path: str, at: datetime, point: tuple[float, float] | None = None,
    category_id: int | None = None, exclude: int | None = None, limit: int = 4,
) -> list[Similar]:  # fmt: skip
    """The open cases most like a text at a place, best first; never a tip-off (举报), of which nobody is told."""
    if len(text.strip()) < LEAST_LETTERS:
        return []
    on = timezone.localdate(at)
    scales = Scales(
        metres=float(norm("cases.duplicate.radius", on=on, place=place_path).amount()),
        days=float(norm("cases.duplicate.days", on=on, place=place_path).amount()),
    )
    least = float(norm("cases.duplicate.likeness", on=on, place=place_path).amount()) / 100
    with door(policy.SIMILAR):
        rows = {case.pk: case for case in _candidates(place_path, category_id, at) if case.pk != exclude}
    found = most_similar(
        Trace.of(None, text, at, point),
        [_trace(case) for case in rows.values()],
        scales=scales,
        least_score=least,
        limit=limit,
    )
    shown = [rows[int(str(each.key))] for each in found]
    join_units(shown, "lead")
    join_categories(shown)
    return [_shown(by, case, each) for case, each in zip(shown, found, strict=True)]


def is_repeated(case: Case, at: datetime) -> bool:
    """Whether an open case at the same place has the very same words; tip-offs are not compared."""
    days = int(norm("cases.duplicate.days", on=timezone.localdate(at), place=case.place_path).amount())
    asked = case.place_id, case.category_id, at - timedelta(days=days), case.text
    with door(policy.SIMILAR):
        same = list(_same(*asked)) if None in asked else _SAME.ask(*asked)
    return any(other.pk != case.pk for other in same)


def _same(place_id: int | None, category_id: int | None, since: datetime, text: str) -> CaseQuerySet:
    """Open cases at a place, of a category, with the same words; two, since one of them may be the case itself."""
    near = Case.objects.open().filter(place=place_id, category=category_id, received_at__gte=since)
    return near.filter(text=text).exclude(kind=policy.TIPOFF).only("pk")[:2]


_SAME = Standing(_same, -1, -2, datetime(9999, 1, 1, tzinfo=UTC), "?")


def _candidates(place_path: str, category_id: int | None, at: datetime) -> list[Case]:
    """The open cases lately received in the same community: what likeness chooses from."""
    days = int(norm("cases.duplicate.days", on=timezone.localdate(at), place=place_path).amount())
    since = at - timedelta(days=days)
    above = tree().ancestors(place_path)
    near = next((node for node in above if node.level == "community"), above[-1] if above else None)
    places = [node.id for node in tree().below(near.path)] if near is not None and near.parent_id else None
    if places is None or category_id is None:
        return list(_open(places, since, category_id))
    return _ALIKE.ask(places, since, category_id)


def _open(places: list[int] | None, since: datetime, category_id: int | None) -> CaseQuerySet:
    """Open cases received since a moment, the latest ones; by units, since under row policies no index serves a path."""
    found = Case.objects.open().filter(received_at__gte=since).exclude(kind=policy.TIPOFF)
    if places is not None:
        found = found.filter(place__among=places)
    if category_id is not None:
        found = found.filter(Q(category=category_id) | Q(category__isnull=True))
    return found.defer("grams").order_by("-received_at")[:COMPARED]


_ALIKE = Standing(_open, [-1], datetime(9999, 1, 1, tzinfo=UTC), -1)


def _trace(case: Case) -> Trace:
    point = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    return Trace.of(case.pk, case.text, case.received_at, point)


def _shown(by: Actor, case: Case, like: Likeness) -> Similar:
    return Similar(case, round(like.score * 100), tuple(reasons(like)), policy.sees(by, case))


def reasons(like: Likeness) -> Sequence[str]:
    """Why two cases are alike, in words: phrases in common, distance, time."""
    found = []
    if like.phrases:
        phrases = "".join(f"“{phrase}”" for phrase in like.phrases[:3])
        found.append(said("都提到%(phrases)s", phrases=phrases))
    if like.metres is not None:
        far = said("相距 %(distance)s", distance=_distance(like.metres))
        found.append(said("同一地点") if like.metres < SAME_SPOT else far)
    found.append(said("今天反映") if like.days < 1 else said("%(days)s 天前反映", days=int(like.days)))
    return found


def _distance(metres: float) -> str:
    if metres < 1000:
        return said("%(n)s 米", n=f"{round(metres, -1):.0f}")
    return said("%(n)s 公里", n=f"{metres / 1000:.1f}")
