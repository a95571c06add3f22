"""Changing the master key while the product runs."""

from __future__ import annotations

import click
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import commands, keyring
from linli.kernel.privacy.context import set_viewer

STEP = 500


@click.group()
def privacy() -> None:
    """主密钥 / the master key."""


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
