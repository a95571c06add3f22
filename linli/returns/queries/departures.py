"""How often a return left its unit, and whether what is kept still makes the same workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.algorithms.workbooks.blank import fingerprint
from linli.returns.models import Departure, Return
from linli.returns.queries.workbooks import left_as


@dataclass(frozen=True)
class Left:
    """A departure; ``holds`` says whether the workbook made from what is kept has the same fingerprint, None where it was not made anew."""

    departure: Departure
    holds: bool | None


def departures_of(row: Return) -> Sequence[Left]:
    """The departures of a return, the latest first; each is made anew and compared, but for lists, whose rows nobody opens for this."""
    is_list = row.round.template.is_list
    return [
        Left(each, None if is_list else fingerprint(left_as(row, each.values)) == each.fingerprint)
        for each in row.departures.all()
    ]
