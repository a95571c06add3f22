"""``bin/linli cases``: requests from a sheet of another system."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from linli.cases.importers import SOURCE, CaseImporter
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.importing.importer import NEW, REJECTED, SAME, Judged, Key
from linli.kernel.registers.importing.runs import Table, table_of

BY = Actor.system("表格导入")


@click.group()
def cases() -> None:
    """诉求与案件 / messages and cases."""


@cases.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", default="", help="工作表名，默认取第一张认得表头的 / name of the sheet")
@click.option(
    "--source", default=SOURCE, show_default=True, help="外部来源的名称 / what the source is called"
)
@click.option("--dry-run", is_flag=True, help="只检查，不写入 / examine only")
def import_file(file: Path, sheet: str, source: str, dry_run: bool) -> None:
    """导入一张表里的诉求：分类、定位、查重，规则明确的自动派遣，其余等待受理；可重复执行，中断后再执行即可续上。

    Takes in the requests of a sheet (XLSX, XLS, ODS, CSV). Safe to run again; an interrupted run is just run again.
    """
    importer, started = CaseImporter(source), time.perf_counter()
    try:
        table = table_of(importer, file.read_bytes(), sheet)
    except ValueError as refusal:
        raise click.ClickException(str(refusal)) from None
    judged: list[Judged] = []
    with click.progressbar(
        length=len(table.rows), label="检查 / examining" if dry_run else "导入 / importing"
    ) as bar:
        for batch in _batches(importer, table, timezone.now(), dry_run):
            judged += batch
            bar.update(len(batch))
    counts = Counter({NEW: 0, SAME: 0, REJECTED: 0} | Counter(row.verdict for row in judged))
    if not dry_run:
        with transaction.atomic():
            set_viewer(BY)
            importer.finish(counts, file_name=file.name, by=BY, at=timezone.now())
    click.echo(
        f"新增 {counts[NEW]}，已有或重复 {counts[SAME]}，退回 {counts[REJECTED]}，{time.perf_counter() - started:.1f} 秒"
    )
    for words, verdict in (("退回", REJECTED), ("重复", SAME)):
        _write(
            file.with_name(f"{file.name}-{words}.csv"),
            table,
            [row for row in judged if row.verdict == verdict and row.reasons],
        )


def _batches(importer: CaseImporter, table: Table, at: datetime, dry_run: bool) -> Iterator[list[Judged]]:
    """Judge and write a batch in one transaction; a batch that was cut off leaves nothing behind."""
    seen: set[Key] = set()
    for start in range(0, len(table.rows), importer.batch):
        with transaction.atomic():
            set_viewer(BY)
            judged = list(importer.judge(table.rows[start : start + importer.batch], table.layout, BY, seen))
            accepted = [row.incoming for row in judged if row.incoming is not None]
            if accepted and not dry_run:
                importer.apply(accepted, by=BY, at=at)
        yield judged


def _write(path: Path, table: Table, rows: list[Judged]) -> None:
    """The rows as they stand in the file, with their number and the reasons: mend and import again."""
    if not rows:
        return
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["行", *table.heading, "原因"])
        lines.writerows([row.number, *row.cells, "；".join(row.reasons)] for row in rows)
    click.echo(f"{len(rows)} 行写入 {path}")
