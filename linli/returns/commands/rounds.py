"""A round: a form asked of all units of its level for one period, filled at once with everything that is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from linli.duties.queries.gate import passes
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.jobs.job import enqueue
from linli.kernel.norms.queries import norm
from linli.kernel.privacy.context import declare_door, door
from linli.kernel.staging import stage
from linli.returns import policy, states
from linli.returns.commands.permitted import subject_of
from linli.returns.commands.refused import Refused
from linli.returns.commands.rosters import fill_lists, open_cells
from linli.returns.models import Form, Return, Round
from linli.returns.queries.asking import units_of_level
from linli.returns.queries.figures import figures
from linli.returns.queries.filled import places_of
from linli.returns.rules.elements import LATER, dictionary
from linli.returns.rules.periods import last_period
from linli.territory.queries.units import tree

FILL = "returns.fill_round"
COUNT = declare_door("报表填报", "按准许报表统计各单位的数字，只得到数量，不显示任何人的记录")


@transaction.atomic
def open_round(*, code: str, by: Actor, at: datetime) -> Round:
    """Ask a form for its last period that is over, of every unit of its level; the worker fills it. One event.

    Refused where the form is not permitted today, has no confirmed template, or was asked for that period already.
    """
    form = Form.objects.select_for_update(of=("self",)).select_related("owner").filter(code=code).first()
    if form is None:
        raise Refused("没有表号为“%(code)s”的报表", code=code)
    policy.require_own(by, form)
    today = timezone.localdate(at)
    if not form.valid_from <= today < form.valid_to:
        raise Refused("“%(title)s”不在准许的期限内，不得下发", title=form.title)
    if form.admission and not passes(form.admission, today):
        raise Refused(
            "“%(title)s”的准入 %(number)s 已经结束或还没有开始，不得下发",
            title=form.title,
            number=form.admission,
        )
    template = form.templates.filter(confirmed_at__isnull=False).order_by("-number").first()
    if template is None:
        raise Refused("“%(title)s”还没有确认过的模板，请先上传并确认", title=form.title)
    period = last_period(form.frequency, today)
    if form.rounds.filter(period=period.name).exists():
        raise Refused("%(period)s 已经下发过，同一期不重复要", period=period.name)
    units = units_of_level(form.level)
    made = Round.objects.create(
        form=form, template=template, period=period.name, first=period.first, last=period.last,
        due_on=max(period.last, today) + timedelta(days=form.due_days), opened_at=at,
    )  # fmt: skip
    Return.objects.bulk_create(
        [Return(round=made, unit_id=unit.id, path=unit.path, filled_at=at, asked=0) for unit in units]
    )
    after = {
        "title": form.title,
        "period": period.name,
        "units": len(units),
        "due": f"{made.due_on:%Y-%m-%d}",
    }
    record("return.opened", subject=subject_of(form), by=by, at=at, after=after)
    enqueue(FILL, round_id=made.pk)
    return made


@transaction.atomic
def fill_round(*, round_id: int, by: Actor, at: datetime) -> int:
    """Fill every return of a round that nobody has submitted yet; what people gave stays. Returns how many cells. One event.

    The result follows from the records and the period alone: filled twice, it is the same. The version passes, so that a page from before it is not
    saved over rows that stand elsewhere now.
    """
    made = Round.objects.select_related("form__owner", "template").get(pk=round_id)
    rows = list(
        Return.objects.select_for_update(of=("self",))
        .filter(round=made, state=states.FILLING)
        .select_related("unit")
    )
    bindings: dict[str, str] = made.template.bindings
    with door(COUNT):
        counted = figures(bindings.values(), [row.path for row in rows], made.span, by, at)
    places = [each["place"] for each in places_of(made.template) if bindings.get(each["place"]) not in LATER]
    in_lists = fill_lists(made, rows, by, at) if made.template.is_list else 0
    for row in rows:
        row.known = {
            place: value
            for place, code in bindings.items()
            if (value := _value(code, row, made, counted)) is not None
        }
        row.filled_at, row.asked = (
            at,
            sum(place not in row.known and place not in row.given for place in places) + open_cells(row),
        )
    _store(rows)
    cells = sum(len(row.known) for row in rows) + in_lists
    after = {"title": made.form.title, "period": made.period, "units": len(rows), "cells": cells}
    record("return.filled", subject=subject_of(made.form), by=by, at=at, after=after)
    return cells


STORE = """
    UPDATE returns_return r SET known = s.known, filled_at = s.filled_at, asked = s.asked, key_id = s.key_id, mark = s.mark,
        version = r.version + 1
    FROM filled s WHERE r.id = s.id
"""


def _store(rows: Sequence[Return]) -> None:
    """What was filled, in one statement: an update with a case for each row takes several times as long as the counting."""
    frame = pl.DataFrame(
        {
            "id": pl.Series([row.pk for row in rows], dtype=pl.Int64),
            "known": pl.Series([json.dumps(row.known, ensure_ascii=False) for row in rows], dtype=pl.String),
            "filled_at": pl.Series([row.filled_at.isoformat() for row in rows], dtype=pl.String),
            "asked": pl.Series([row.asked for row in rows], dtype=pl.Int64),
            "key_id": pl.Series([row.key_id and str(row.key_id) for row in rows], dtype=pl.String),
            "mark": pl.Series([row.mark for row in rows], dtype=pl.String),
        }
    )
    if not frame.is_empty():
        stage("filled", Return, frame)
        with connection.cursor() as cursor:
            cursor.execute(STORE)


def _value(code: str, row: Return, made: Round, counted: dict[str, dict[str, int]]) -> Any:
    """What an element says for a unit; of what is known only when the return leaves (day, person), nothing yet."""
    if dictionary()[code].kind == "figure":
        return counted[code][row.path]
    if dictionary()[code].kind == "norm":
        return norm(dictionary()[code].query, on=made.last, place=row.path).value
    above = tree().ancestors(row.path)
    facts = {
        "fact.unit": row.unit.name,
        "fact.period": made.period,
        "fact.street": next((node.name for node in above if node.level == "street"), ""),
    }
    return facts.get(code)


def subject_of_return(row: Return) -> Subject:
    """A return as the subject of an event."""
    return Subject("return", row.pk, f"{row.round.form.title} {row.round.period} {row.unit.name}", row.path)
