"""Writing stories to the database, many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

from linli.cases.models import Reporter
from linli.kernel.audit.models import Event
from linli.kernel.registers.fields import BigramField
from linli.shell.demo.story import Story

ROWS = ("assignments", "clocks", "contacts", "callbacks", "objections")


def write(stories: Sequence[Story], reporters: Sequence[Reporter]) -> None:
    """Insert cases, then everything that hangs on them."""
    copy([story.case for story in stories])
    for story in stories:
        _hang_on(story)
    for reporter in reporters:
        reporter.case_id = reporter.case.pk
    for name in ("clocks", "assignments"):
        copy([row for story in stories for row in getattr(story, name)])
    for pause in (pause for story in stories for pause in story.pauses):
        pause.clock_id = pause.clock.pk
    copy(list(reporters))
    for name in ("contacts", "callbacks", "objections", "pauses"):
        copy([row for story in stories for row in getattr(story, name)])
    copy(sorted((event for story in stories for event in story.events), key=lambda event: event.at), Event)


def _hang_on(story: Story) -> None:
    """Give the rows of a story the id that its case was given."""
    for name in ROWS:
        for row in getattr(story, name):
            row.case_id = story.case.pk
    for event in story.events:
        event.subject_id = story.case.pk


def copy(rows: Sequence[Any], model: type[models.Model] | None = None) -> None:
    """COPY rows of one table, with primary keys taken from its sequence beforehand.

    COPY INTO a table with row policies is refused to whom they bind, so it goes through a temporary table.
    """
    if not rows:
        return
    model = model or type(rows[0])
    if isinstance(model._meta.pk, models.AutoField):
        _number(model, rows)
    fields = [field for field in model._meta.concrete_fields if field.name not in {"tx", "changed_tx"}]
    names = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMP TABLE IF NOT EXISTS "in_{table}" AS SELECT {names} FROM "{table}" WITH NO DATA'
        )
        cursor.execute(f'TRUNCATE "in_{table}"')
        with cursor.cursor.copy(f'COPY "in_{table}" ({names}) FROM STDIN') as lines:
            for values in _values(rows, fields):
                lines.write_row(values)
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "in_{table}"')


def _number(model: type[models.Model], rows: Sequence[Any]) -> None:
    column = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, column, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            setattr(row, model._meta.pk.attname, number)


def _values(rows: Iterable[Any], fields: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    """Rows as COPY takes them: psycopg writes plain values itself; only JSON and search pieces need their field."""
    plain = attrgetter(*(field.attname for field in fields))
    made = [(n, field) for n, field in enumerate(fields) if isinstance(field, BigramField | models.JSONField)]
    for row in rows:
        values = list(plain(row))
        for n, field in made:
            values[n] = (
                field.pre_save(row, True)
                if isinstance(field, BigramField)
                else json.dumps(values[n], ensure_ascii=False)
            )
        yield tuple(values)
