"""Keys and passwords, made at the first start and readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from linli.shell.launch.console import Failure

KEY_BYTES = {"secret_key": 50, "master.key": 32, "index.key": 32}


def make_keys(folder: Path) -> None:
    """The three keys of the product; none is ever replaced, since personal values hang on them."""
    for name, size in KEY_BYTES.items():
        secret(folder, name, size)


def secret(folder: Path, name: str, size: int = 24) -> str:
    """The stored secret of that name in hexadecimal, made of ``size`` random bytes where there is none."""
    path = folder / name
    try:
        if not path.exists():
            store(path, secrets.token_hex(size))
        return path.read_text().strip()
    except PermissionError as refused:
        raise Failure(
            f"密钥 {path} 不可读。请以数据文件夹主人的身份运行，或用 --data 另选一个文件夹",
            f"the key {path} cannot be read: run as the owner of the data folder, or choose another with --data",
        ) from refused


def store(path: Path, text: str) -> None:
    """Written whole or not at all, so that a crash cannot leave half a key."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
