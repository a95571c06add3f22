"""The first account of an installation, and passwords that were lost."""

from __future__ import annotations

import click
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.kernel.accounts import commands
from linli.kernel.accounts.roles import roles
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer


@click.group()
def admin() -> None:
    """账号与管理员 / accounts and administrators."""


@admin.command()
@click.option("--username", prompt="登录名 / user name", help="登录名 / user name")
@click.option("--name", prompt="姓名 / name", help="显示的姓名 / name shown")
@click.option(
    "--role",
    default="system_admin",
    show_default=True,
    type=click.Choice(sorted(roles())),
    help="角色 / role",
)
@click.password_option(
    "--password", prompt="口令 / password", confirmation_prompt="再次输入 / again", help="口令 / password"
)
def create(username: str, name: str, role: str, password: str) -> None:
    """建立账号并赋予县级岗位 / makes an account with a post at the county.

    三员分立：系统管理员（system_admin）、安全管理员（security_admin）、安全审计员（auditor）应为三个人。
    Administration, security and audit are kept apart: make one account for each.
    """
    by, at = Actor.system("命令行"), timezone.now()
    district = settings.DISTRICT
    try:
        with transaction.atomic():
            set_viewer(by)
            user = commands.create_user(username=username, display_name=name, password=password, by=by, at=at)
            commands.give_post(
                user=user, role=role, unit_code=district, unit_name=district, scope=f"{district}/",
                starts_on=timezone.localdate(), by=by, at=at,
            )  # fmt: skip
    except ValidationError as refused:
        raise click.ClickException(
            "口令不合要求 / the password is refused：" + " ".join(refused.messages)
        ) from None
    except IntegrityError:
        raise click.ClickException(f"登录名 {username} 已存在 / the user name exists already") from None
    click.echo(f"已建立 {username}（{roles()[role].title}） / account made")
