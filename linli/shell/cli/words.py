"""``bin/linli words``: every message of the pages, and how far the catalogues cover them."""

from __future__ import annotations

import click

from linli.shell.launch import prepare
from linli.shell.wording import catalogues


@click.command()
def words() -> None:
    """收集界面文字，更新词表 / collect the words of the pages and bring the catalogues up to date."""
    messages = catalogues.gather()
    catalogues.write(catalogues.made_traditional(messages), "zh_Hant")
    catalogues.write(catalogues.refreshed("en", messages), "en")
    prepare.compile_messages()
    click.echo(f"共 {len(messages)} 条")
    for language in ("zh_Hant", "en"):
        done = catalogues.coverage(language, messages)
        click.echo(f"{language}  {done.translated}/{done.total}  {done.share:.1%}")
