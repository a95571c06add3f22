"""What must be done before the processes start, each step skipped while nothing it depends on has changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from linli.shell.launch.console import Failure, step
from linli.shell.launch.database import Addresses
from linli.shell.launch.folders import ROOT, Choices, DataFolder
from linli.shell.launch.postgres import Server

PACKAGE = ROOT / "linli"
DATA_SUFFIXES = {".py", ".toml", ".csv", ".json", ".sql"}


def environment(
    folder: DataFolder, addresses: Addresses, choices: Choices, role: str = "web"
) -> dict[str, str]:
    """What every child of the launcher finds in its environment."""
    return os.environ | addresses.environment() | {
        "DJANGO_SETTINGS_MODULE": "linli.shell.settings",
        "LINLI_DATA": str(folder.path),
        "LINLI_KEYS_DIR": str(folder.keys),
        "LINLI_DEMO": "1" if choices.demo else "0",
        "LINLI_DISTRICT": choices.district,
        "LINLI_ROLE": role,
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
    }  # fmt: skip


def call(arguments: list[str], child_environment: dict[str, str], chinese: str, english: str) -> None:
    """Runs one command of the product's command line; what it prints is shown where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "linli.shell.cli", *arguments],
        env=child_environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-25:])
        raise Failure(f"{chinese}失败：\n{tail}", f"{english} failed; the message above tells why")


def migrate(folder: DataFolder, child_environment: dict[str, str], server: Server | None) -> None:
    """Tables, rights and shipped defaults, whenever a file that they come from has changed."""
    stamp = server.home / "migrated" if server is not None else None
    wanted = fingerprint(definition_files())
    if stamp is not None and stamp.exists() and stamp.read_text() == wanted:
        return
    with step("建表与预置数据", "tables and shipped defaults"):
        call(["migrate"], child_environment | {"LINLI_ROLE": "owner"}, "建表", "the migration")
    if stamp is not None:
        stamp.write_text(wanted)


def check_index_key(folder: DataFolder, child_environment: dict[str, str], server: Server | None) -> None:
    """Refuse to start with another key of the blind indexes than the database was marked with; asked once for each key and hash."""
    stamp = server.home / "index-key-checked" if server is not None else None
    key = child_environment.get("LINLI_INDEX_KEY") or (folder.keys / "index.key").read_text()
    wanted = hashlib.sha256(f"{key} {child_environment.get('LINLI_BLIND_HASH', '')}".encode()).hexdigest()
    if stamp is not None and stamp.exists() and stamp.read_text() == wanted:
        return
    call(["privacy", "check"], child_environment, "核对盲索引密钥", "checking the key of the blind indexes")
    if stamp is not None:
        stamp.write_text(wanted)


def collect_static(folder: DataFolder, child_environment: dict[str, str]) -> None:
    """Scripts, styles and icons under hashed names, compressed once."""
    stamp = folder.run / "static-collected"
    wanted = fingerprint(static_files())
    if stamp.exists() and stamp.read_text() == wanted and any(folder.static.iterdir()):
        return
    with step("整理网页文件", "collecting scripts and styles"):
        call(
            ["django", "collectstatic", "--noinput", "--clear", "--verbosity", "0"],
            child_environment, "整理网页文件", "collecting scripts and styles",
        )  # fmt: skip
    stamp.write_text(wanted)


def compile_messages() -> None:
    """Message catalogues, by Babel: a bare machine has no msgfmt."""
    for source in PACKAGE.rglob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with open(source, "rb") as text:
            catalogue = read_po(text)
        draft = target.with_suffix(f".{os.getpid()}")
        with open(draft, "wb") as binary:
            write_mo(binary, catalogue)
        draft.replace(target)


def definition_files() -> list[Path]:
    """The files that tables, rights and shipped defaults come from."""
    migrations = PACKAGE.rglob("migrations/*.py")
    shipped = (path for path in PACKAGE.rglob("data/*") if path.suffix in DATA_SUFFIXES)
    named = (
        path
        for name in ("norms.toml", "importers.py", "grants.py", "migrate.py")
        for path in PACKAGE.rglob(name)
    )
    return sorted({*migrations, *shipped, *named, ROOT / "requirements.txt"})


def static_files() -> list[Path]:
    own = (path for path in PACKAGE.rglob("static/**/*") if path.is_file())
    finder = PACKAGE / "shell" / "staticfinders.py"
    icons = PACKAGE / "shell" / "icons.txt"
    settings = PACKAGE / "shell" / "settings.py"
    return sorted(
        path for path in {*own, finder, icons, settings, ROOT / "package-lock.json"} if path.exists()
    )


def fingerprint(paths: Iterable[Path]) -> str:
    """One digest of names and contents; a few megabytes take some milliseconds."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()
