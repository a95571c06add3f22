"""``bin/linli territory``: compounds, buildings and homes from a sheet."""

from __future__ import annotations

from pathlib import Path

import click

from linli.shell.cli.sheets import take_in
from linli.territory.importers import PlaceImporter


@click.group()
def territory() -> None:
    """单位、网格与房屋 / units, grids and homes."""


@territory.command("import-places")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", default="", help="工作表名，默认取第一张认得表头的 / name of the sheet")
@click.option("--dry-run", is_flag=True, help="只检查，不写入 / examine only")
def import_places(file: Path, sheet: str, dry_run: bool) -> None:
    """导入小区、楼栋、单元、房屋和标准地址，网格由坐标自动确定；可重复执行，退回的行连同原因写入旁边的文件。

    Takes in compounds, buildings, entrances, homes and standard addresses (XLSX, XLS, ODS, CSV). Safe to run again.
    """
    take_in(PlaceImporter(), file, sheet=sheet, dry_run=dry_run)
