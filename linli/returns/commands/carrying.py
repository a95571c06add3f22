"""What was answered the last time is said again by one press: the same column is not typed period after period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import commands as privacy
from linli.returns import states
from linli.returns.commands.filling import asked_of, locked, name_of
from linli.returns.commands.refused import Refused
from linli.returns.commands.rounds import subject_of_return
from linli.returns.models import Line, Return
from linli.returns.queries.changes import Changes, changes_of
from linli.returns.queries.filled import places_of, return_before
from linli.returns.queries.lists import bindings_in, columns_of, opened


@transaction.atomic
def carry_over(*, return_id: int, version: int, by: Actor, at: datetime) -> int:
    """Fill each place that nobody has filled with what was answered there in the period before; of a list by record. One event.

    Only answers are carried, never what the registers say, which is counted anew. Returns how many cells; refused where there is nothing to carry.
    """
    row = locked(return_id, by, "return.fill")
    if row.state != states.FILLING:
        raise Refused("这份报表已经提交；要改，请先收回或请上级退回")
    if row.version != version:
        raise Refused("这份报表刚被别人改过，请刷新后再填")
    earlier = return_before(row)
    if earlier is None:
        raise Refused("上期没有这张表，没有可以沿用的")
    carried = _around(row, earlier, by) + (_in_rows(row, changes_of(row), by) if row.key_id else 0)
    if not carried:
        raise Refused("没有可以沿用的：空着的地方上期也没有填")
    row.person, row.version, row.asked = name_of(by), row.version + 1, asked_of(row)
    row.save(update_fields=["given", "person", "version", "asked"])
    after = {"cells": carried, "period": earlier.round.period}
    record("return.carried", subject=subject_of_return(row), by=by, at=at, after=after)
    return carried


def _around(row: Return, earlier: Return, by: Actor) -> int:
    """The places of a form, and those around a list."""
    carried = {
        place: _again(given, by)
        for each in places_of(row.round.template)
        if (place := each["place"]) not in row.known
        and place not in row.given
        and (given := earlier.given.get(place)) is not None
    }
    row.given = {**row.given, **carried}
    return len(carried)


def _in_rows(row: Return, changes: Changes, by: Actor) -> int:
    """The columns of a list that are asked: what the register knows or should know is for the register."""
    assert row.key_id is not None
    bound = bindings_in(row.round.template)
    asked = [each["place"] for each in columns_of(row.round.template) if each["place"] not in bound]
    key, lines, carried = privacy.open_key(row.key_id), list(row.lines.all()), 0
    changed: list[Line] = []
    for line, contents in zip(lines, opened(row, lines), strict=True):
        old = changes.before.get(contents.id)
        found = {
            place: _again(old.given[place], by) for place in asked if old and place not in contents.given and place in old.given
        }  # fmt: skip
        if found:
            contents.given.update(found)
            line.open, line.sealed = contents.open_in(asked), contents.sealed(key)
            changed.append(line)
            carried += len(found)
    Line.objects.bulk_update(changed, ["open", "sealed"], batch_size=2000)
    return carried


def _again(given: dict[str, Any], by: Actor) -> dict[str, Any]:
    """An answer said again: by whom, and that it is that of the period before."""
    return {"value": given["value"], "who": by.label, "carried": True}
