"""``bin/linli calendar``: the holidays that come with the product."""

from __future__ import annotations

import click
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.calendar import importers
from linli.kernel.privacy import context


@click.group()
def calendar() -> None:
    """工作日历 / the working calendar."""


@calendar.command()
def load() -> None:
    """载入随产品的放假安排，本地导入的年份不动 / load the shipped years; an imported year stays."""
    actor = Actor.system("随产品的预置数据")
    with transaction.atomic():
        context.set_viewer(actor)
        years = importers.load(by=actor, at=timezone.now())
    click.echo(f"载入 {len(years)} 个年份" if years else "放假安排已是最新")
