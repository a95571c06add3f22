"""``bin/linli cases``: requests from a sheet of another system."""

from __future__ import annotations

from pathlib import Path

import click

from linli.cases.importers import SOURCE, CaseImporter
from linli.shell.cli.sheets import take_in


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
    take_in(CaseImporter(source), file, sheet=sheet, dry_run=dry_run)
