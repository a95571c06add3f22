"""The web process alone, for an installation whose processes a service manager starts."""

from __future__ import annotations

import os
import sys

import click

from linli.shell.cli.privacy import check_index_key
from linli.shell.launch.web import web_command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, help="端口 / port")
@click.option("--workers", default=2, show_default=True, help="进程数 / processes")
@click.option("--threads", default=4, show_default=True, help="每个进程的线程数 / threads of each process")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """只启动网页进程；静态文件与建表须已就绪 / the web process alone; tables and static files must be there."""
    check_index_key()
    os.execv(sys.executable, web_command(host=host, port=port, workers=workers, threads=threads))
