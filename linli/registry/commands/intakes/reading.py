"""A file whose columns were confirmed, read again and examined: while its sender waits, or in a job."""

from __future__ import annotations

from datetime import datetime

from linli.kernel.audit.actor import Actor
from linli.registry.commands.intakes.arriving import content_of
from linli.registry.commands.intakes.examining import FileRows, examine
from linli.registry.models import Intake
from linli.registry.queries.files import read_file

EXAMINE, WRITE = "registry.examine_intake", "registry.write_intake"
"""The jobs that take over where a file is too long to wait for."""


def examine_file(intake: Intake, *, by: Actor, at: datetime) -> Intake:
    """Clean, link and compare every row of a file."""
    file = read_file(content_of(intake))
    rows = FileRows(file.columns, file.sheets, file.numbers, file.cells, file.bound(intake.layout["columns"]))
    return examine(intake_id=intake.pk, rows=rows, by=by, at=at)
