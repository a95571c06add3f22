"""Which rows of a sheet came in before: by their outside number, or by their words and day."""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import date, timedelta

from django.db.models.functions import MD5
from django.utils import timezone

from linli.cases import policy
from linli.cases.models import Case
from linli.kernel.privacy.context import door

OutsideNumber = tuple[str, str]
"""Source and number there."""

WordsAndDay = tuple[str, date]
"""Digest of the text, and the local day on which it came in."""


def known_numbers(wanted: Collection[OutsideNumber]) -> Set[OutsideNumber]:
    """Those outside numbers that have a case."""
    with door(policy.IMPORTED_BEFORE):
        rows = Case.objects.filter(
            source__in={source for source, _ in wanted}, source_id__in={number for _, number in wanted}
        )
        return set(rows.values_list("source", "source_id")) & set(wanted)


def known_words(wanted: Collection[WordsAndDay]) -> Set[WordsAndDay]:
    """Texts, among those asked for, of cases that came in from the day before the first to the day after the last."""
    days = [day for _, day in wanted]
    if not days:
        return set()
    around = (min(days) - timedelta(days=1), max(days) + timedelta(days=1))
    with door(policy.IMPORTED_BEFORE):
        rows = Case.objects.filter(received_at__date__range=around).annotate(digest=MD5("text"))
        found = rows.filter(digest__in={digest for digest, _ in wanted}).values_list("digest", "received_at")
        return {(digest, timezone.localdate(received_at)) for digest, received_at in found}
