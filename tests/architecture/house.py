"""The rooms as the tests of the house see them: read from the one list in ``.importlinter``."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def _layers(contract: str) -> list[str]:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    lines = parser[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [word.strip("() ") for line in lines for word in reversed(line.split("|")) if word.strip()]


@cache
def rooms() -> tuple[str, ...]:
    """Every room that is a Django app, the lowest first: ``linli.kernel.audit`` … ``linli.shell``."""
    kernel = [f"linli.kernel.{name}" for name in reversed(_layers("kernel"))]
    upper = [f"linli.{name}" for name in reversed(_layers("rooms")) if name not in {"kernel", "algorithms"}]
    return tuple(name for name in [*kernel, *upper] if (folder(name) / "apps.py").exists())


def folder(room: str) -> Path:
    """Where a room lies."""
    return ROOT.joinpath(*room.split("."))


def room_of(module: str) -> str | None:
    """The room that a module belongs to."""
    return next((room for room in rooms() if module == room or module.startswith(f"{room}.")), None)


def drawer_of(module: str) -> str:
    """The drawer of a module inside its room, or empty for the room itself."""
    room = room_of(module)
    return module[len(room) + 1 :].split(".")[0] if room else ""


@cache
def committed() -> tuple[Path, ...]:
    """Every file under version control that is there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def sources(room: str, *drawers: str) -> Iterator[tuple[Path, ast.Module]]:
    """The parsed modules of a room, or of some of its drawers; tests and migrations are not of the product's code."""
    for path in sorted(folder(room).rglob("*.py")):
        parts = path.relative_to(folder(room)).parts
        if {"tests", "migrations"} & set(parts) or (drawers and parts[0].removesuffix(".py") not in drawers):
            continue
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST) -> str:
    """File and line, as an editor opens them."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
