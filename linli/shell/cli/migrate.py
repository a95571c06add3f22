"""Tables, rights and the defaults that the product ships: safe to run any number of times."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

import click
from django.core.management import call_command
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.calendar import importers as calendar
from linli.kernel.norms import importers as norms
from linli.kernel.privacy import grants

DEFAULTS = {"规范": norms.load, "工作日历": calendar.load}
"""What each room ships, loaded in this order; a row that the county changed is left alone."""


def _role(variable: str) -> str:
    address = os.environ.get(variable) or os.environ["DATABASE_URL"]
    return unquote(urlsplit(address).username or "")


@click.command()
def migrate() -> None:
    """建表、授权并载入预置数据 / tables, rights of the web and worker roles, shipped defaults."""
    call_command("migrate", interactive=False, verbosity=1)
    grants.apply(web=_role("DATABASE_URL"), worker=_role("DATABASE_WORKER_URL"))
    for name, load in DEFAULTS.items():
        click.echo(f"{name}: {load(by=Actor.system('随产品的预置数据'), at=timezone.now())}")
