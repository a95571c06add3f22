"""Who may say yes to whom: values in, value out."""

from __future__ import annotations


def may_decide(*, approver: int | None, asker: int, scope: str, asked_in: str, reach: str) -> bool:
    """Whether a person with the verb may decide a request: never the own one, and only where the approver's territory holds
    both the unit of who asks and the territory that is asked for."""
    if approver is None or approver == asker or not scope:
        return False
    return asked_in.startswith(scope) and reach.startswith(scope if reach else "")


def starts_more(*, lately: int, new: int, at_once: int, most_at_once: int, per_hour: int) -> bool:
    """Whether looking at these persons goes beyond what one decides alone: too many at once, or too many within the hour."""
    return at_once > most_at_once or lately + new > per_hour


def in_hours(hour: int, first: int, end: int) -> bool:
    """Whether an hour of the day lies in a stretch that may go over midnight: from ``first`` on, before ``end``."""
    return first <= hour < end if first <= end else hour >= first or hour < end
