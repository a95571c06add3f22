"""What each rule of retention would forget now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import said
from linli.kernel.norms.queries import held_on
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.privacy.retention import DEEDS, RETENTION, Retention

PREVIEW = declare_door("保存期限预览", "只数出到期的条数和编号，不读出内容")
SAMPLES = 5
MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Preview:
    """One rule with what it would do now: how many rows, the oldest moment, and a few ids."""

    rule: Retention
    kept: timedelta
    count: int
    oldest: datetime | None
    samples: list[Any]

    @property
    def title(self) -> str:
        """What a row is called."""
        return said(str(self.rule.table._meta.verbose_name))

    @property
    def deed(self) -> str:
        """What becomes of a row, in words."""
        return DEEDS[self.rule.does]

    @property
    def kept_words(self) -> str:
        """How long a row is kept."""
        return in_words(self.kept)

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count >= MOST_COUNTED


def in_words(kept: timedelta) -> str:
    """How long a row is kept, in words."""
    if not kept:
        return _("到记录自身的期限")
    if kept < timedelta(days=1):
        return _("%(n)s 小时") % {"n": round(kept.total_seconds() / 3600)}
    return _("%(n)s 天") % {"n": kept.days}


def keep_of(rule: Retention, at: datetime) -> timedelta:
    """How long the rows of a rule are kept at least: the shortest of the norms that hold, or what the rule itself says."""
    rows = held_on(rule.norm, timezone.localdate(at)) if rule.norm else []
    spans = [
        timedelta(hours=float(row.amount())) if row.unit == "hour" else timedelta(days=float(row.amount()))
        for row in rows
    ]
    return min(spans, default=timedelta(days=rule.days))


def preview(rule: Retention, at: datetime) -> Preview:
    """What the rule would forget at this moment; the preview looks past the viewer's scope and reads no content."""
    keep = keep_of(rule, at)
    with door(PREVIEW):
        rows = rule.due_rows(at, keep)
        first = list(
            rows.order_by(F(rule.since).asc(nulls_last=True), "pk").values_list("pk", rule.since)[:SAMPLES]
        )
        count = rows.order_by()[:MOST_COUNTED].count() if first else 0
    return Preview(rule, keep, count, first[0][1] if first else None, [pk for pk, _since in first])


def previews(at: datetime) -> list[Preview]:
    """Every rule with what it would forget now."""
    return [preview(rule, at) for rule in sorted(RETENTION.values(), key=lambda rule: rule.name)]
