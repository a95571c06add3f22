"""Django's own commands on the product's database, as the role that owns the tables."""

from __future__ import annotations

import click
from django.core.management import execute_from_command_line


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """转交 Django 管理命令，如 shell、dbshell、check / Django's management commands."""
    execute_from_command_line(["bin/linli django", *arguments])
