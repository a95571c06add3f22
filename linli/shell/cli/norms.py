"""``bin/linli norms``: the norms that come with the product."""

from __future__ import annotations

import click
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.norms import importers
from linli.kernel.privacy import context


@click.group()
def norms() -> None:
    """规范 / norms."""


@norms.command()
def load() -> None:
    """载入随产品的规范，本地改过的不动 / load the shipped norms; what the county changed stays."""
    actor = Actor.system("随产品的预置数据")
    with transaction.atomic():
        context.set_viewer(actor)
        done = importers.load(by=actor, at=timezone.now())
    click.echo(f"新增 {done.added} 条，更新 {done.changed} 条，撤去 {done.removed} 条")
    for key in done.kept:
        click.echo(f"保留本地取值：{key}")
