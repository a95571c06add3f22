"""Changing the master key while the product runs, and the key of the blind indexes while it stands still."""

from __future__ import annotations

import click
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import commands, indexes, keyring
from linli.kernel.privacy.context import set_viewer
from linli.kernel.privacy.indexes import Marking

STEP = 500


@click.group()
def privacy() -> None:
    """主密钥和盲索引密钥 / the master key and the key of the blind indexes."""


@privacy.command()
@click.option("--continue", "only", is_flag=True, help="不生成新主密钥，接着上次 / go on without a new key")
def rotate(only: bool) -> None:
    """更换主密钥并重新加密全部数据密钥；可随时中断，加 --continue 接着做 / a new master key; --continue goes on after a cut.

    主密钥来自环境变量的：先改环境变量并重启，再加 --continue 运行。
    """
    if not only:
        try:
            click.echo(f"新主密钥已启用 / new master key in force：{keyring.replace()}")
        except keyring.FromEnvironment:
            raise click.ClickException(
                "主密钥来自环境变量：请把旧值移到 LINLI_OLD_MASTER_KEYS，设置新的 LINLI_MASTER_KEY，重启后加 --continue 运行"
                " / the key is in the environment: change it there, restart, and run with --continue"
            ) from None
    done = 0
    while count := _step():
        done += count
        click.echo(f"已重新加密 {done} 把数据密钥 / {done} data keys wrapped anew")
    click.echo(
        "完成。十分钟后运行 bin/linli privacy retire 停用旧主密钥 / done; retire the old key in ten minutes"
    )


def _step() -> int:
    by = Actor.system("更换主密钥")
    with transaction.atomic():
        set_viewer(by)
        return commands.rewrap_some(limit=STEP, by=by, at=timezone.now())


@privacy.command()
def retire() -> None:
    """停用旧主密钥（全部数据密钥都已重新加密时） / takes the old keys out of use once nothing hangs on them."""
    left = commands.under_old_keys()
    if left:
        raise click.ClickException(
            f"还有 {left} 把数据密钥没有重新加密，请先运行 bin/linli privacy rotate --continue / {left} keys are left"
        )
    path = keyring.retire(timezone.localdate())
    click.echo(f"旧主密钥已停用 / retired：{path.name if path else '无 / none'}")
    click.echo(
        "此前的数据库备份仍要用它打开，请与那些备份一起保管 / older backups of the database still need it"
    )


@privacy.command()
def check() -> None:
    """盲索引密钥是否与数据库相配 / whether the key of the blind indexes is that of the database."""
    check_index_key()


def check_index_key() -> None:
    """Refuse to go on with a key that the marks of the database were not made with."""
    try:
        with transaction.atomic():
            commands.require_right_key()
    except indexes.WrongIndexKey as refusal:
        raise click.ClickException(str(refusal)) from None


@privacy.command()
def reindex() -> None:
    """更换盲索引密钥（或哈希算法）并重新计算全部盲索引；须先停止邻里 / a new key of the blind indexes, or a new hash; stop Linli first.

    全部完成才生效，中断后重新运行即可。密钥来自环境变量的：旧值放入 LINLI_OLD_INDEX_KEYS，设置新的 LINLI_INDEX_KEY 再运行；换算法的，设置
    LINLI_BLIND_HASH 再运行。/ All or nothing; run it again after a cut.
    """
    _require_standstill()
    held, now = commands.held_stamp(), indexes.in_force()
    if held is None or held == now.stamp:
        _to_the_next_key(now)
    elif (waiting := indexes.waiting_key()) and Marking(waiting, now.hash).stamp == held:
        _put_in_force()
    else:
        before = next((each for each in indexes.known() if each.stamp == held), None)
        if before is None:
            raise click.ClickException(
                "找不到与数据库相配的旧密钥：请把它放回密钥文件夹（index.key 或 index.key.retired-日期），或设置 LINLI_OLD_INDEX_KEYS"
                " / the key that the database was marked with is needed"
            )
        _mark(before, now)
        click.echo("完成 / done")


def _to_the_next_key(now: Marking) -> None:
    if settings.INDEX_KEY_FROM_ENVIRONMENT:
        raise click.ClickException(
            "密钥来自环境变量：请把旧值放入 LINLI_OLD_INDEX_KEYS，设置新的 LINLI_INDEX_KEY 再运行"
            " / the key is in the environment: change it there and run again"
        )
    _mark(now, Marking(indexes.next_key(), now.hash))
    _put_in_force()


def _put_in_force() -> None:
    retired = indexes.put_next_in_force(timezone.localdate())
    click.echo(
        f"新的盲索引密钥已启用，旧密钥留作打开旧备份之用 / in force; the old key is kept for older backups：{retired.name}"
    )
    click.echo(
        "请备份新的 index.key；发给居民的自助登记码已停用，请重新发放 / back it up; codes of residents have ended"
    )


def _mark(before: Marking, now: Marking) -> None:
    by = Actor.system("更换盲索引密钥")

    def tell(table: str, rows: int) -> None:
        click.echo(f"  {table}: {rows}")

    with transaction.atomic():
        set_viewer(by)
        commands.mark_anew(before=before, now=now, by=by, at=timezone.now(), tell=tell)


def _require_standstill() -> None:
    """What another process writes meanwhile would bear the marks of the key before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL"
        )
        (others,) = cursor.fetchone()
    if others:
        raise click.ClickException(
            f"还有 {others} 个连接在使用数据库：请先停止邻里（bin/run 里按 Ctrl-C），再运行 / {others} connections are open: stop Linli first"
        )
