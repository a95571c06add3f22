"""The demo district from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.queries import demo_posts
from linli.kernel.accounts.roles import role
from linli.kernel.privacy.context import set_viewer
from linli.shell.demo import is_loaded, loading
from linli.shell.demo.population import exporting, filling


@click.group()
def demo() -> None:
    """演示数据 / the demo district."""


@demo.command()
@click.option("--district", default=settings.DISTRICT, show_default=True, help="地区代码 / code of the place")
@click.option("--cases", default=loading.CASES, show_default=True, help="案件数 / how many cases")
@click.option(
    "--people", default=loading.PEOPLE, show_default=True, help="人数 / how many people in the registers"
)
def load(district: str, cases: int, people: int) -> None:
    """载入演示地区：真实单位，虚构的人和事 / real units, invented people and cases; only into an empty database."""
    if is_loaded() and not loading.is_cut_off():
        click.echo("数据库中已有单位，不再载入演示数据 / the database is not empty: nothing was loaded")
        return
    with _shown("载入演示数据 / loading") as progress:
        count = loading.load(district, progress, cases=cases, people=people)
    click.echo(f"演示数据已载入：{count} 件案件 / cases loaded")


@demo.command()
@click.option("--people", default=1_350_000, show_default=True, help="总人数 / how many people in all")
def fill(people: int) -> None:
    """把虚构的人、户、组织、部件补足到该人数；中断后可重新运行 / fill the registers up to so many; may be repeated when cut off."""
    if not is_loaded():
        click.echo("请先载入演示数据：bin/linli demo load / load the demo first")
        return
    try:
        with _shown("生成登记数据 / filling") as progress:
            done = filling.fill(people, by=loading.LOADER, at=timezone.now(), progress=progress)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    if not done.persons:
        click.echo("已有这么多演示人员，没有再生成 / the people are there already: nothing was added")
        return
    click.echo(
        f"新增 {done.persons} 人、{done.households} 户、{done.organisations} 个组织、{done.components} 个部件"
        " / persons, households, organisations, components added"
    )


@demo.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="文件夹 / folder"
)
@click.option(
    "--truth", is_flag=True, help="另存每行是谁、错在哪里 / also who each row is of and what is wrong in it"
)
@click.option("--people", default=0, help="另存一个这么多行的大文件 / also one big file of so many rows")
@click.option("--seed", default=filling.SEED, show_default=True, help="随机种子 / seed")
def files(out: Path, truth: bool, people: int, seed: int) -> None:
    """写出五个部门的演示文件：同一批虚构的人，各有出入，版式各异 / five departments' files of the invented people, which disagree."""
    try:
        with transaction.atomic():
            set_viewer(loading.LOADER)
            for path, rows in exporting.write_files(
                out, truth=truth, people=people, seed=seed, on=timezone.localdate()
            ):
                click.echo(f"  {path}：{rows} 行 / rows")
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None


@contextmanager
def _shown(label: str) -> Iterator[loading.Progress]:
    """A bar of how far something is, in words."""
    with click.progressbar(length=100, label=label) as bar:
        shown = 0

        def progress(words: str, share: float) -> None:
            nonlocal shown
            bar.label = words
            bar.update(round(share * 100) - shown)
            shown = round(share * 100)

        yield progress


@demo.command()
@click.option("--site", default="", help="网址 / address of the site")
def accounts(site: str) -> None:
    """列出演示账号，一个角色一个 / the demo accounts, one a role; each is entered with one click."""
    click.echo(f"  演示账号 / demo accounts（无需口令 / no password）：  {site}{reverse('accounts:demo')}")
    for post in demo_posts(timezone.localdate()):
        click.echo(f"    {role(post.role).title:　<9}{post.user.display_name:　<5}{post.unit_name}")
