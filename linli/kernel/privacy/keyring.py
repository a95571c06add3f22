"""The master key, and those before it that still open what they wrapped.

From the folder of keys: ``master.key`` is in force, ``master.key.old`` still read, one key a line. A running process looks
whether the file has changed, so that nothing has to be started anew when the key is. From the environment:
``LINLI_MASTER_KEY`` and, parted by commas, ``LINLI_OLD_MASTER_KEYS``; then every process is started anew.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAME = "master.key"


class FromEnvironment(RuntimeError):
    """The key is not in a file, so whoever set it changes it there."""


def _file(suffix: str = "") -> Path:
    return Path(settings.KEYS_DIR) / f"{NAME}{suffix}"


def _written() -> int:
    """When the file was last written; 0 without one, or where the key comes from the environment."""
    if settings.MASTER_KEY_FROM_ENVIRONMENT:
        return 0
    try:
        return _file().stat().st_mtime_ns
    except OSError:
        return 0


class _Seen:
    """What this process has read: when the file was written, and the key where it is another than at the start."""

    written = _written()
    key = ""


def current() -> bytes:
    """The master key that wraps new keys."""
    written = _written()
    if written != _Seen.written:
        _Seen.written, _Seen.key = written, _file().read_text().strip() if written else ""
    text = _Seen.key or settings.MASTER_KEY
    if not text:
        raise ImproperlyConfigured(
            "MASTER_KEY 未配置：请先运行 bin/run 生成密钥，或设置环境变量 LINLI_MASTER_KEY"
        )
    return bytes.fromhex(text)


def readable() -> list[bytes]:
    """Every master key that may have wrapped a key, the one in force first."""
    path = _file(".old")
    kept = path.read_text().split() if not settings.MASTER_KEY_FROM_ENVIRONMENT and path.exists() else []
    return [current(), *(bytes.fromhex(text) for text in [*kept, *settings.OLD_MASTER_KEYS])]


def fingerprint(key: bytes) -> str:
    """What a wrapped key remembers of its master key."""
    return hashlib.sha256(b"linli master key" + key).hexdigest()[:16]


def replace() -> str:
    """Put a new master key in force and keep the one before readable; returns the fingerprint of the new one.

    The old key is written first: a crash between the two leaves it twice, and never lost.
    """
    if settings.MASTER_KEY_FROM_ENVIRONMENT:
        raise FromEnvironment
    made = secrets.token_bytes(32)
    old = _file(".old")
    before = old.read_text().split() if old.exists() else []
    write(old, "\n".join(dict.fromkeys([current().hex(), *before])))
    write(_file(), made.hex())
    return fingerprint(made)


def retire(day: date) -> Path | None:
    """Take the old keys out of use, under a name that nothing reads; None where there are none."""
    old = _file(".old")
    if not old.exists():
        return None
    return old.rename(_file(f".retired-{day:%Y%m%d}"))


def write(path: Path, text: str) -> None:
    """Written whole or not at all, readable by the owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
