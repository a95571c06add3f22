"""How often a return left its unit, and whether what is kept still makes the same workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.algorithms.workbooks.blank import fingerprint
from linli.kernel.privacy.commands import Forgotten
from linli.returns.models import DepartedRows, Departure, Return
from linli.returns.queries.lists import values_that_left
from linli.returns.queries.workbooks import left_as


@dataclass(frozen=True)
class Left:
    """A departure; ``holds`` says whether the workbook made from what is kept has the same fingerprint, None where it was not made anew."""

    departure: Departure
    holds: bool | None


def departures_of(row: Return) -> Sequence[Left]:
    """The departures of a return, the latest first; each is made anew and compared, of a list where the viewer sees its rows and they are still kept."""
    return [Left(each, _holds(row, each)) for each in row.departures.select_related("rows")]


def _holds(row: Return, departure: Departure) -> bool | None:
    departed: DepartedRows | None = getattr(departure, "rows", None)
    if row.round.template.is_list and departed is None:
        return None
    try:
        listed = values_that_left(row, departed) if departed else []
    except Forgotten:
        return None
    return fingerprint(left_as(row, departure.values, listed)) == departure.fingerprint
