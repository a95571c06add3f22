"""The demo district from the command line."""

from __future__ import annotations

import click
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from linli.kernel.accounts.queries import demo_posts
from linli.kernel.accounts.roles import role
from linli.shell.demo import is_loaded, loading


@click.group()
def demo() -> None:
    """演示数据 / the demo district."""


@demo.command()
@click.option("--district", default=settings.DISTRICT, show_default=True, help="地区代码 / code of the place")
@click.option("--cases", default=loading.CASES, show_default=True, help="案件数 / how many cases")
def load(district: str, cases: int) -> None:
    """载入演示地区：真实单位，虚构的人和事 / real units, invented people and cases; only into an empty database."""
    if is_loaded():
        click.echo("数据库中已有单位，不再载入演示数据 / the database is not empty: nothing was loaded")
        return
    with click.progressbar(length=100, label="载入演示数据 / loading") as bar:
        shown = 0

        def progress(words: str, share: float) -> None:
            nonlocal shown
            bar.label = words
            bar.update(round(share * 100) - shown)
            shown = round(share * 100)

        count = loading.load(district, progress, cases=cases)
    click.echo(f"演示数据已载入：{count} 件案件 / cases loaded")


@demo.command()
@click.option("--site", default="", help="网址 / address of the site")
def accounts(site: str) -> None:
    """列出演示账号，一个角色一个 / the demo accounts, one a role; each is entered with one click."""
    click.echo(f"  演示账号 / demo accounts（无需口令 / no password）：  {site}{reverse('accounts:demo')}")
    for post in demo_posts(timezone.localdate()):
        click.echo(f"    {role(post.role).title:　<9}{post.user.display_name:　<5}{post.unit_name}")
