"""Thirty forms filled for every community, and the workbooks written; a script with pandas and openpyxl as the baseline.

``bin/linli bench returns [FORMS]`` on a database with people (``bin/linli demo fill --people 1350000``). The forms are those of the demo, permitted
and bound anew; everything is rolled back. *filled*: every figure counted and stored for all units. *written*: a workbook for each unit. *one*:
a form for one community from nothing, its template opened, too. *list*: everybody over 80 of each community as the rows of a list, sealed row by row,
and written into the department's workbook.

The baseline is what an office would write: the persons and households of a community read into a data frame, each cell a condition over it, the
template opened with openpyxl, filled and saved. It has no rights, no lineage and no checks, and knows one form only.
"""

from __future__ import annotations

import io
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pandas as pd
from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.queries import read_columns
from linli.registry.models import Person
from linli.returns.commands import (
    Draft,
    add_form,
    bind_list,
    bind_template,
    fill_round,
    open_round,
    upload_template,
)
from linli.returns.models import Form, Line, Return, Round
from linli.returns.queries import workbooks
from linli.returns.queries.lists import rows_of
from linli.shell.demo.forms import Told, drawn, told
from linli.shell.demo.gate import open_gate
from linli.shell.demo.lists import LISTS, columns_of
from linli.shell.demo.lists import drawn as drawn_list
from linli.territory.models import Unit

FORMS = 30
BASELINE = 10
"""Communities for which the script fills its one form."""
BENCH = Actor.system("测量")


def main(arguments: list[str]) -> dict[str, object]:
    """Measure, print the table, and return the figures."""
    count = int(arguments[0]) if arguments else FORMS
    with transaction.atomic():
        set_viewer(BENCH)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        people = Person.objects.count()
        if not people:
            sys.exit("需要有人员的数据库 / a database with persons is needed")
        read_columns()
        today = timezone.localdate()
        open_gate(on=today + timedelta(days=1), since=today, by=BENCH, at=timezone.now())
        found = _measured(count)
        transaction.set_rollback(True)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {people:,} persons"
    )
    for name, (seconds, work, forms) in found.items():
        each = seconds / forms * 1e3
        print(
            f"{name:<44}{forms:>7,} {'rows ' if name.startswith('list') else 'forms'}{seconds:>9.2f} s{work:>9.2f} s of this process{each:>10.2f} ms each"
        )
    whole = found["filled"][0] + found["written"][0]
    ratio = (
        found["pandas + openpyxl, one form"][0]
        / found["pandas + openpyxl, one form"][2]
        / (whole / found["written"][2])
    )
    print(f"filled and written {whole:.1f} s; a form {ratio:.0f} times as fast as the script's")
    return {
        "people": people,
        "seconds": round(whole, 2),
        "ratio": round(ratio, 1),
        **{n: round(s, 3) for n, (s, _w, _f) in found.items()},
    }


def _measured(count: int) -> dict[str, tuple[float, float, int]]:
    at = timezone.now()
    chosen = [each for each in told() if each.level == "community"][:count]
    rounds = [_sent(each, number, at) for number, each in enumerate(chosen)]
    rows = Return.objects.filter(round__in=rounds)
    number = rows.count()
    found = {
        "filled": (
            *_timed(lambda: [fill_round(round_id=each.pk, by=BENCH, at=at) for each in rounds]),
            number,
        ),
        "written": (*_timed(lambda: [workbooks.workbook_of(row) for row in _whole(rounds)]), number),
    }
    workbooks._blank.cache_clear()
    one = _sent(chosen[0], 0, at, title="一份")
    Return.objects.filter(round=one).exclude(unit__code=_communities()[0].code).delete()
    found["one form, one community, from nothing"] = (*_timed(lambda: _one(one, at)), 1)
    found |= _listed(at)
    template = drawn(chosen[0], 0)
    found["pandas + openpyxl, one form"] = (
        *_timed(lambda: [_by_hand(template, unit) for unit in _communities()[:BASELINE]]), BASELINE,
    )  # fmt: skip
    return found


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    begun, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - own


def _sent(each: Told, number: int, at: Any, title: str = "") -> Round:
    today = timezone.localdate(at)
    draft = Draft(
        title=title or each.title, owner=Unit.objects.filter(kind="department", valid_to=None).earliest("code").code, basis=each.basis,
        purpose=each.purpose, level=each.level, frequency=each.frequency, due_days=10, valid_from=date(today.year, 1, 1),
        valid_to=date(today.year + 1, 12, 31),
    )  # fmt: skip
    form: Form = add_form(draft=draft, by=BENCH, at=at)
    template = upload_template(form=form, file_name="x.xlsx", content=drawn(each, number), by=BENCH, at=at)
    bind_template(template_id=template.pk, bindings=template.bindings, checks=[], by=BENCH, at=at)
    return open_round(code=form.code, by=BENCH, at=at)


def _listed(at: Any) -> dict[str, tuple[float, float, int]]:
    """The list of those over 80: filled, and written for every community; the number is that of its rows."""
    each, today = LISTS[0], timezone.localdate(at)
    draft = Draft(
        title="名单", owner=Unit.objects.filter(kind="department", valid_to=None).earliest("code").code, basis=each.basis, purpose=each.purpose,
        level="community", frequency=each.frequency, due_days=10, valid_from=date(today.year, 1, 1), valid_to=date(today.year + 1, 12, 31),
    )  # fmt: skip
    form = add_form(draft=draft, by=BENCH, at=at)
    template = upload_template(form=form, file_name="x.xlsx", content=drawn_list(each), by=BENCH, at=at)
    columns = columns_of(each, template.layout["columns"])
    bind_list(
        template_id=template.pk, rows=each.rows, columns=columns, bindings=template.bindings, by=BENCH, at=at
    )
    made = open_round(code=form.code, by=BENCH, at=at)
    filled = _timed(lambda: fill_round(round_id=made.pk, by=BENCH, at=at))
    written = _timed(lambda: [workbooks.workbook_of(row, *rows_of(row)) for row in _whole([made])])
    rows = Line.objects.filter(row__round=made).count()
    return {
        "list of those over 80, filled": (*filled, rows),
        "list of those over 80, written": (*written, rows),
    }


def _whole(rounds: list[Round]) -> list[Return]:
    return list(Return.objects.whole().filter(round__in=rounds))


def _one(made: Round, at: Any) -> None:
    fill_round(round_id=made.pk, by=BENCH, at=at)
    for row in _whole([made]):
        workbooks.workbook_of(row)


def _communities() -> list[Unit]:
    return list(Unit.objects.filter(kind__in=("community", "village"), valid_to=None).order_by("code"))


def _by_hand(template: bytes, unit: Unit) -> bytes:
    """The population form of one community, as a script does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sex, population, state FROM registry_person WHERE path LIKE %s", [f"{unit.path}%"]
        )
        people = pd.DataFrame(cursor.fetchall(), columns=["sex", "population", "state"])
    here = people[people["state"] == "present"]
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet: Any = book.active
    sheet["A2"] = f"填报单位：{unit.name}"
    kinds = (slice(None), "registered", "floating", "apart")
    for row, kind in enumerate(kinds, start=5):
        chosen = here if kind == slice(None) else here[here["population"] == kind]
        sheet.cell(row, 3, len(chosen))
        sheet.cell(row, 4, int((chosen["sex"] == "1").sum()))
        sheet.cell(row, 5, int((chosen["sex"] == "2").sum()))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
