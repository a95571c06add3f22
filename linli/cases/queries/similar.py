"""Open cases that may be the same as one that is being taken down, each with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.algorithms.text.similarity import Likeness, Scales, Trace, most_similar
from linli.cases import policy
from linli.cases.models import Case
from linli.duties.queries.categories import join_categories
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.kernel.privacy.context import door
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
        found = most_similar(
            Trace.of(None, text, at, point),
            _traces(place_path, category_id, at, exclude),
            scales=scales,
            least_score=least,
            limit=limit,
        )
        rows = Case.objects.defer("grams").in_bulk([each.key for each in found]) if found else {}
    join_units(rows.values(), "lead")
    join_categories(rows.values())
    return [_shown(by, rows[int(str(each.key))], each) for each in found]


def is_repeated(case: Case, at: datetime) -> bool:
    """Whether an open case at the same place has the very same words; tip-offs are not compared."""
    days = int(norm("cases.duplicate.days", on=timezone.localdate(at), place=case.place_path).amount())
    with door(policy.SIMILAR):
        near = Case.objects.open().filter(
            place=case.place_id, category=case.category_id, received_at__gte=at - timedelta(days=days)
        )
        return near.filter(text=case.text).exclude(kind=policy.TIPOFF).exclude(pk=case.pk).exists()


def _traces(place_path: str, category_id: int | None, at: datetime, exclude: int | None) -> list[Trace]:
    """What is compared of the open cases lately received in the same community, the latest ones."""
    days = int(norm("cases.duplicate.days", on=timezone.localdate(at), place=place_path).amount())
    found = Case.objects.open().filter(received_at__gte=at - timedelta(days=days)).exclude(kind=policy.TIPOFF)
    above = tree().ancestors(place_path)
    near = next((node for node in above if node.level == "community"), above[-1] if above else None)
    if near is not None and near.parent_id is not None:  # by units: under row policies no index serves a path
        found = found.filter(place__in=[node.id for node in tree().below(near.path)])
    if category_id is not None:
        found = found.filter(Q(category_id=category_id) | Q(category__isnull=True))
    if exclude is not None:
        found = found.exclude(pk=exclude)
    rows = found.order_by("-received_at").values_list("pk", "text", "received_at", "lon", "lat")[:COMPARED]
    return [
        Trace.of(pk, text, received, (lon, lat) if lon is not None and lat is not None else None)
        for pk, text, received, lon, lat in rows
    ]


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
