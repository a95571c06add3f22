"""The web server's command line, for ``bin/run`` and ``bin/linli serve``."""

from __future__ import annotations

import sys


def web_command(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    """Granian with so many processes, and threads in each."""
    return [
        sys.executable, "-m", "granian", "linli.shell.wsgi:application", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads),
        "--no-ws", "--respawn-failed-workers", "--log-level", "warning",
    ]  # fmt: skip
