"""The category tree, the departments, the dispatch catalogue and the lists that come with the product."""

from __future__ import annotations

import click
from django.db import transaction
from django.utils import timezone

from linli.duties import commands, queries
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer


@click.group()
def duties() -> None:
    """分类目录与派单目录 / categories and the dispatch catalogue."""


@duties.command()
def load() -> None:
    """载入随产品的分类、部门、派单目录和清单，可重复执行 / loads what is shipped; safe to run again.

    本地改过的分类和条目不会被覆盖。 / What the county changed is left alone.
    """
    by, at = Actor.system("命令行"), timezone.now()
    with transaction.atomic():
        set_viewer(by)
        for name, run in (
            ("分类 / categories", commands.load_categories),
            ("派单目录 / catalogue", commands.load_catalogue),
            ("清单 / lists", commands.load_lists),
        ):
            done = run(by=by, at=at)
            click.echo(
                f"{name}：新增 {done.added}，更新 {done.changed}，停用 {done.closed}，本地维护未动 {done.kept}"
            )
        click.echo(f"部门 / departments：新增 {commands.load_departments_data(by=by, at=at)}")


@duties.command()
def check() -> None:
    """列出派单目录和清单的矛盾和缺口 / lists contradictions and gaps of the catalogue and the lists."""
    today = timezone.localdate()
    found = [f.words for f in queries.findings(today)] + [f.words for f in queries.list_findings(today)]
    for words in found:
        click.echo(words)
    click.echo(f"共 {len(found)} 处 / {len(found)} found")
    if found:
        raise SystemExit(1)
