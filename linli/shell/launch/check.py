"""``bin/check`` and ``bin/fix``: what can be told without running the product."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from linli.shell.launch.console import say
from linli.shell.launch.folders import ROOT

PYTHON = sys.executable
DOCUMENT_TESTS = ROOT / "tests" / "architecture"
WRITE_DOCUMENTS = "import django; django.setup(); from linli.shell import documents; documents.write()"


@dataclass(frozen=True)
class Check:
    """One check with its command, and the command that mends what can be mended."""

    name: str
    title: str
    command: Callable[[], list[str]]
    fix: Callable[[], list[str]] | None = None


def tool(*words: str) -> Callable[[], list[str]]:
    return lambda: [PYTHON, "-m", *words]


def templates(*options: str) -> Callable[[], list[str]]:
    """Django's templates; without any, the check has nothing to look at."""
    return lambda: [
        str(ROOT / ".venv" / "bin" / "djade"), "--target-version", "5.2", *options,
        *(str(path) for path in sorted(ROOT.glob("linli/**/templates/**/*.html"))),
    ]  # fmt: skip


CHECKS = [
    Check("format", "格式", tool("ruff", "format", "--check", "-q"), tool("ruff", "format", "-q")),
    Check("lint", "代码规则", tool("ruff", "check", "-q"), tool("ruff", "check", "--fix", "-q")),
    Check("layers", "分层", lambda: [str(ROOT / ".venv" / "bin" / "lint-imports"), "--no-logo"]),
    Check("types", "类型", tool("mypy", "--no-error-summary")),
    Check("migrations", "迁移", tool("django", "makemigrations", "--check", "--dry-run", "--skip-checks")),
    Check("settings", "系统检查", tool("django", "check", "--fail-level", "WARNING")),
    Check("templates", "模板", templates("--check"), templates()),
    Check(
        "documents",
        "文档与架构",
        tool("pytest", "-q", "-p", "no:cacheprovider", str(DOCUMENT_TESTS)),
        lambda: [PYTHON, "-c", WRITE_DOCUMENTS],
    ),
]


def available() -> list[Check]:
    return [check for check in CHECKS if check.name != "documents" or DOCUMENT_TESTS.exists()]


def environment() -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "linli.shell.settings",
        "LINLI_ROLE": "owner",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore::RuntimeWarning:django.core.management.commands.makemigrations",
        "NO_COLOR": "1",
    }


def run(check: Check, command: list[str]) -> bool:
    """Says how it went; what a check found is shown in full, since it names file and line."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode:
        say(f"✗ {check.title} / {check.name} ({seconds:.1f} s)\n{done.stdout}{done.stderr}".rstrip())
        return False
    say(f"✓ {check.title} / {check.name} ({seconds:.1f} s)")
    return True


def main(arguments: list[str]) -> int:
    names = [check.name for check in CHECKS]
    parser = argparse.ArgumentParser(
        prog="bin/check", description="格式、规则、类型、分层、迁移、模板、文档 / all checks"
    )
    parser.add_argument(
        "--fix", action="store_true", help="改正能自动改正的 / mend what can be mended (bin/fix)"
    )
    parser.add_argument("names", nargs="*", help=f"只查这些 / only these: {' '.join(names)}")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - set(names)
    if unknown:
        parser.error(f"没有这项检查 / no such check: {' '.join(sorted(unknown))}")
    wanted = [check for check in available() if not chosen.names or check.name in chosen.names]
    if chosen.fix:
        mended = [run(check, check.fix()) for check in wanted if check.fix is not None]
        return 0 if all(mended) else 1
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(lambda check: run(check, check.command()), wanted))
    if not all(passed):
        say("能自动改正的，用 bin/fix", "bin/fix mends what can be mended")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
