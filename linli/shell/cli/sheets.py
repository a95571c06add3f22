"""A sheet through an importer, batch by batch from the command line: judged, written, and the refused rows in a file beside it."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.importing.importer import CHANGED, NEW, REJECTED, SAME, Importer, Judged, Key
from linli.kernel.registers.importing.runs import Table, table_of

BY = Actor.system("表格导入")
COUNTED = {NEW: "新增", CHANGED: "更新", SAME: "已有或重复", REJECTED: "退回"}


def take_in(importer: Importer, file: Path, *, sheet: str, dry_run: bool) -> Counter[str]:
    """Judge every row and write the new and the changed, a transaction a batch; returns how many of each there were.

    Safe to run again: an interrupted run leaves whole batches, and what is there is passed over.
    """
    started = time.perf_counter()
    try:
        table = table_of(importer, file.read_bytes(), sheet)
    except ValueError as refusal:
        raise click.ClickException(str(refusal)) from None
    judged: list[Judged] = []
    label = "检查 / examining" if dry_run else "导入 / importing"
    with click.progressbar(length=len(table.rows), label=label) as bar:
        for batch in _batches(importer, table, timezone.now(), dry_run):
            judged += batch
            bar.update(len(batch))
    counts = Counter({NEW: 0, SAME: 0, REJECTED: 0} | Counter(row.verdict for row in judged))
    if not dry_run:
        with transaction.atomic():
            set_viewer(BY)
            importer.finish(counts, file_name=file.name, by=BY, at=timezone.now())
    told = "，".join(f"{words} {counts[verdict]}" for verdict, words in COUNTED.items() if verdict in counts)
    click.echo(f"{told}，{time.perf_counter() - started:.1f} 秒")
    for words, verdict in (("退回", REJECTED), ("重复", SAME)):
        back = [row for row in judged if row.verdict == verdict and row.reasons]
        _write(file.with_name(f"{file.name}-{words}.csv"), table, back)
    return counts


def _batches(importer: Importer, table: Table, at: datetime, dry_run: bool) -> Iterator[list[Judged]]:
    """Judge and write a batch in one transaction; a batch that was cut off leaves nothing behind."""
    seen: set[Key] = set()
    for start in range(0, len(table.rows), importer.batch):
        with transaction.atomic():
            set_viewer(BY)
            judged = list(importer.judge(table.rows[start : start + importer.batch], table.layout, BY, seen))
            accepted = [row.incoming for row in judged if row.verdict in (NEW, CHANGED) and row.incoming]
            if accepted and not dry_run:
                importer.apply(accepted, by=BY, at=at)
        yield judged


def _write(path: Path, table: Table, rows: list[Judged]) -> None:
    """The rows as they stand in the file, with their number and the reasons: mend and import again."""
    if not rows:
        return
    with _opened(path) as out:
        lines = csv.writer(out)
        lines.writerow(["行", *table.heading, "原因"])
        lines.writerows([row.number, *row.cells, "；".join(row.reasons)] for row in rows)
    click.echo(f"{len(rows)} 行写入 {out.name}")


def _opened(path: Path) -> TextIO:
    """The file beside the sheet; where nobody may write there, the one of that name where the command was typed."""
    try:
        return path.open("w", encoding="utf-8-sig", newline="")
    except OSError:
        return Path(path.name).open("w", encoding="utf-8-sig", newline="")
