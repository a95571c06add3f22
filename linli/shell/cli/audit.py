"""The audit chain from the command line."""

from __future__ import annotations

import click
from django.db import transaction

from linli.kernel.audit import queries


@click.group()
def audit() -> None:
    """审计链 / the audit chain."""


@audit.command()
def verify() -> None:
    """逐环核对，发现删除、改动、截断的记录 / finds removed, altered and cut rows; exit 1 if there are any."""
    with transaction.atomic():
        findings = list(queries.verify())
        head = queries.head()
    for finding in findings:
        click.echo(finding.words)
    if findings:
        raise click.ClickException(f"审计链有 {len(findings)} 处异常 / {len(findings)} faults in the chain")
    click.echo(f"审计链完整，共 {head.position if head else 0} 环 / the chain is whole")
