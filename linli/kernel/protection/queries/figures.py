"""The norms of this room as the values that ``privacy`` works with."""

from __future__ import annotations

from datetime import date
from typing import Any

from linli.kernel.accounts.models import Post
from linli.kernel.accounts.units import find_unit
from linli.kernel.norms.queries import norm
from linli.kernel.privacy.commands.signs import Thresholds
from linli.kernel.privacy.limits import Limits


def _value(key: str, on: date, role: str = "") -> Any:
    return norm(f"protection.{key}", on=on, match={"role": role} if role else None).value


def limits_on(on: date, role: str = "") -> Limits:
    """When a second person is asked, on a day, for a role."""
    return Limits(
        reveal_at_once=int(_value("reveal.at_once", on, role)),
        reveal_per_hour=int(_value("reveal.per_hour", on, role)),
        export_rows=int(_value("export.rows", on, role)),
        reveal_hours=int(_value("approval.reveal", on)),
        export_hours=int(_value("approval.export", on)),
        access_hours=int(_value("approval.access", on)),
        export_keep_days=int(_value("export.keep", on)),
        small_count=int(_value("small_count", on)),
    )


def thresholds_on(on: date) -> Thresholds:
    """From how many on something is a sign, on a day."""
    first, end = _value("signs.night", on)
    return Thresholds(
        same_person=int(_value("signs.same_person", on)),
        crowd=int(_value("signs.crowd", on)),
        outside=int(_value("signs.outside", on)),
        at_night=int(_value("signs.at_night", on)),
        night=(int(first), int(end)),
    )


class Territories:
    """The territory that each post works in, read once: its scope, or for a department that of the unit above it."""

    def __init__(self) -> None:
        self._known: dict[int, str | None] = {}

    def __call__(self, post_id: int) -> str | None:
        """The path, None for a post that is gone."""
        if post_id not in self._known:
            post = Post.objects.filter(pk=post_id).first()
            self._known[post_id] = _territory(post) if post else None
        return self._known[post_id]


def _territory(post: Post) -> str:
    unit = find_unit(post.unit_code)
    if unit is not None and unit.kind == "department":
        return post.scope.rstrip("/").rpartition("/")[0] + "/" if "/" in post.scope.rstrip("/") else ""
    return post.scope
