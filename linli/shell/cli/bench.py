"""Benchmarks: each module of ``benchmarks/`` prints a table and ends with one JSON line."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import click
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "benchmarks"


def names() -> list[str]:
    """Every benchmark by the name of its module."""
    return sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """运行一项性能测量；不写名称则列出全部 / runs one benchmark; without a name, lists them.

    benchmarks/NAME.py 的 main(arguments) 打印表格并返回结果，这里以一行 JSON 结束。
    """
    if name is None:
        click.echo("\n".join(names()) or "还没有性能测量 / no benchmarks yet")
        return
    if name not in names():
        raise click.BadParameter(
            f"没有 {name}，可选：{'、'.join(names())} / unknown benchmark", param_hint="NAME"
        )
    spec = importlib.util.spec_from_file_location(f"benchmarks.{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    result = module.main(list(arguments))
    click.echo(json.dumps({"benchmark": name} | result, ensure_ascii=False))
