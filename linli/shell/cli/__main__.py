"""``bin/linli NOUN VERB …``: loads the one noun that is asked for."""

from __future__ import annotations

import importlib
import os
from typing import cast

import click
import django
from django.conf import settings
from django.utils import translation

from linli.shell.cli.nouns import NOUNS


class Nouns(click.Group):
    """Lists every noun from the table and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        noun = NOUNS.get(cmd_name)
        if noun is None:
            return None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.shell.settings")
        os.environ["LINLI_ROLE"] = noun.role
        django.setup()
        translation.activate(settings.LANGUAGE_CODE)
        return cast(click.Command, getattr(importlib.import_module(noun.module), noun.name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 / Commands"):
            formatter.write_dl([(name, NOUNS[name].help) for name in sorted(NOUNS)])


@click.command(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def linli() -> None:
    """邻里的命令行：与网页使用同一环境、同一数据库；数据库未启动时自动启动，用后恢复原状。

    The command line of Linli, on the same database as the web pages; a stopped database is started for it.

    所用数据文件夹由 --data DIR（写在最前）或 LINLI_DATA 指定。
    The data folder is chosen with --data DIR (as the first option) or LINLI_DATA.
    """


if __name__ == "__main__":
    linli(prog_name="bin/linli")
